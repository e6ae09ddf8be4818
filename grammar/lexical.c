/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "context.h"
#include "grammar.h"
#include "num.h"
#include "parse.h"

/* ---- bytes ---- */

/*
 * The length of the UTF-8 sequence at s and its character; 0: it is none
 * (overlong, a surrogate, past the last character, cut off).
 */
static size_t utf8_char(const unsigned char *s, size_t len, uint32_t *out)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t i, n = s[0] < 0x80 ? 1 : s[0] < 0xc0 ? 0 : s[0] < 0xe0 ? 2
		      : s[0] < 0xf0 ? 3 : s[0] < 0xf8 ? 4 : 0;
	uint32_t c;

	if (!n || n > len)
		return 0;
	c = n == 1 ? s[0] : s[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*out = c;
	return n;
}

/* characters that turn the order of the text around them on a screen */
static bool is_bidi_control(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void bad_control(struct grammar *g, uint32_t c, struct span at)
{
	struct diag *d;

	if (c == '\r') {
		if (g->said_cr)
			return;
		g->said_cr = true;
		d = syntax_diag(g, DIAG_BAD_BYTE, at, "carriage return");
		if (d)
			diag_note(g->ds, d, NO_SPAN,
				  "convert the line ends of the file to plain newlines");
		return;
	}
	if (is_bidi_control(c))
		syntax_diag(g, DIAG_BAD_BYTE, at,
			    "the character U+%04X changes the order in which text is shown",
			    (unsigned int)c);
	else
		syntax_diag(g, DIAG_BAD_BYTE, at, "control character 0x%02x",
			    (unsigned int)c);
}

bool lexical_text(struct grammar *g, const char *text, size_t len,
		  struct span loc)
{
	const unsigned char *s = (const unsigned char *)text;
	bool good = true;
	size_t i, n;
	uint32_t c;

	for (i = 0; i < len; i += n ? n : 1) {
		struct span at = { loc.src, loc.start + i, loc.start + i + 1 };

		n = 1;
		c = s[i];
		if (c >= 0x80)
			n = utf8_char(s + i, len - i, &c);
		at.end = at.start + (n ? n : 1);
		if (n && (c >= 0x20 || c == '\t') && c != 0x7f &&
		    !(c >= 0x80 && c < 0xa0) && !is_bidi_control(c))
			continue;
		good = false;
		if (n)
			bad_control(g, c, at);
		else
			syntax_diag(g, DIAG_BAD_BYTE, at,
				    "byte 0x%02x is not UTF-8", s[i]);
	}
	return good;
}

/* what people put where only tokens stand */
static const char *stray_remedy(uint32_t c)
{
	if (c == 0x201c || c == 0x201d || c == 0x201e || c == '\'')
		return "texts stand in plain double quotes";
	if (c == 0xfeff)
		return "save the file without a byte order mark";
	if (c == '/' || c == '*' || c == '?' || c == '[' || c == ']')
		return "comments begin with #, and globs stand in double quotes";
	if (c == '-' || c == '.' || c == '@' || c == ':')
		return "what is no plain name stands in double quotes";
	return NULL;
}

void lexical_stray(struct grammar *g, const char *s, size_t len,
		   struct span loc)
{
	const char *remedy;
	struct diag *d;
	uint32_t c = 0;
	size_t n;

	if (!lexical_text(g, s, len, loc))
		return;
	n = utf8_char((const unsigned char *)s, len, &c);
	loc.end = loc.start + n;
	if (c == 0xfeff)
		d = syntax_diag(g, DIAG_BAD_BYTE, loc, "byte order mark");
	else
		d = syntax_diag(g, DIAG_BAD_BYTE, loc,
				"`%.*s` cannot stand here", (int)n, s);
	remedy = stray_remedy(c);
	if (d && remedy)
		diag_note(g->ds, d, NO_SPAN, "%s", remedy);
}

int lexical_path(struct grammar *g, const char *s, size_t len,
		 struct span loc, union GRAM_STYPE *value)
{
	struct diag *d = syntax_diag(g, DIAG_BAD_BYTE, loc,
				     "a path without quotes");

	if (d)
		diag_note(g->ds, d, NO_SPAN, "paths stand in double quotes");
	value->text = intern_len(g->ast->strings, s, len);
	return T_STRING;
}

/* ---- words, texts, numbers ---- */

int lexical_word(struct grammar *g, const char *s, size_t len,
		 struct span loc, union GRAM_STYPE *value)
{
	const struct keyword *k = keyword_find(s, len);

	if (k) {
		value->kind = k->value;
		return k->token;
	}
	if (len > GRAMMAR_WORD_MAX) {
		syntax_diag(g, DIAG_TOO_LONG, loc,
			    "a name of %zu bytes; at most %d are taken", len,
			    GRAMMAR_WORD_MAX);
		len = GRAMMAR_WORD_MAX;
	}
	value->text = intern_len(g->ast->strings, s, len);
	return T_WORD;
}

/* undo \" and \\ in place; any other is reported and kept as it is */
static size_t unescape(struct grammar *g, char *s, size_t len,
		       struct span inside)
{
	size_t in, out = 0;

	for (in = 0; in < len; in++) {
		if (s[in] == '\\' && in + 1 < len) {
			struct span at = { inside.src, inside.start + in,
					   inside.start + in + 2 };

			in++;
			if (s[in] != '"' && s[in] != '\\') {
				struct diag *d = syntax_diag(g,
					DIAG_BAD_STRING, at,
					"unknown escape in a text");

				if (d)
					diag_note(g->ds, d, NO_SPAN,
						  "only `\\\"` and `\\\\` are known");
			}
		}
		s[out++] = s[in];
	}
	return out;
}

const char *lexical_string(struct grammar *g, const char *s, size_t len,
			   bool closed, struct span loc)
{
	struct span inside = { loc.src, loc.start + 1, loc.end - closed };
	char *copy;

	len -= 1 + (size_t)closed;
	if (!closed) {
		struct diag *d = syntax_diag(g, DIAG_BAD_STRING, loc,
					     "the quote is not closed");

		if (d)
			diag_note(g->ds, d, NO_SPAN,
				  "a text ends on the line on which it begins");
	}
	if (!lexical_text(g, s + 1, len, inside))
		return intern_str(g->ast->strings, "?");
	copy = arena_strndup(g->arena, s + 1, len);
	len = unescape(g, copy, len, inside);
	if (len > GRAMMAR_STRING_MAX) {
		syntax_diag(g, DIAG_TOO_LONG, loc,
			    "a text of %zu bytes; at most %d are taken", len,
			    GRAMMAR_STRING_MAX);
		len = GRAMMAR_STRING_MAX;
	}
	return intern_len(g->ast->strings, copy, len);
}

static void bad_number(struct grammar *g, const char *s, size_t len,
		       struct span loc)
{
	int shown = len > 80 ? 80 : (int)len;
	struct diag *d;

	if (strspn(s, "0123456789") == len) {
		d = syntax_diag(g, DIAG_BAD_NUMBER, loc,
				"number %.*s with a leading zero", shown, s);
		if (d)
			diag_note(g->ds, d, NO_SPAN,
				  "octal numbers are not taken; write it without the zero");
		return;
	}
	d = syntax_diag(g, DIAG_BAD_NUMBER, loc,
			"`%.*s` is neither a number nor a name", shown, s);
	if (d)
		diag_note(g->ds, d, NO_SPAN,
			  "a UUID, and any name that begins with a digit, stands in double quotes");
}

int lexical_number(struct grammar *g, const char *s, size_t len,
		   struct span loc, union GRAM_STYPE *value)
{
	bool hex = len > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	size_t skip = hex ? 2 : 0;
	enum num_status st = num_parse(s + skip, len - skip, hex ? 16 : 10,
				       UINT64_MAX, &value->number);

	if (!hex && len > 1 && s[0] == '0')
		st = NUM_SYNTAX;
	if (st == NUM_RANGE)
		syntax_diag(g, DIAG_BAD_NUMBER, loc, "the number is too large");
	else if (st == NUM_SYNTAX)
		bad_number(g, s, len, loc);
	if (st != NUM_OK)
		value->number = 0;
	return hex ? T_HEX : T_NUMBER;
}
