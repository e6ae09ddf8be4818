/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "allowlist_int.h"
#include "buf.h"
#include "hex.h"
#include "kmodel.h"
#include "namelist.h"
#include "num.h"

/* Forms of one statement a line: our own, and what sha256sum(1) writes. */

typedef bool (*line_reader)(struct allowlist_reading *r, char *line);

/* its line stands before what is wrong */
static bool at_line(struct allowlist_reading *r, size_t line)
{
	return allowlist_wrong(r, "line %zu: %s", line, r->why);
}

/* comments and empty lines are left out, escapes are undone */
static bool read_line(struct allowlist_reading *r, char *line, line_reader read)
{
	size_t len = strlen(line);

	if (!len || *line == '#')
		return true;
	if (line[len - 1] == '\r')
		return allowlist_wrong(r, "it ends with a carriage return: "
				       "lines end with a newline alone");
	if (*line == '\\' && !namelist_unescape(++line))
		return allowlist_wrong(r, "a backslash first, and one that is "
				       "not \\n, \\r or \\\\");
	return read(r, line);
}

static bool read_lines(struct allowlist_reading *r, char *text, line_reader read)
{
	size_t line;
	char *end;

	for (line = 1; *text; line++, text = end) {
		end = text + strcspn(text, "\n");
		if (*end)
			*end++ = '\0';
		if (!read_line(r, text, read))
			return at_line(r, line);
	}
	return true;
}

/* ---- "HEX  NAME", "HEX *NAME" ---- */

/* "./a", "../a" and "a" are the same file to who does not know from where */
static const char *without_dots(const char *p)
{
	size_t n;

	do {
		n = !strncmp(p, "./", 2) ? 2 : !strncmp(p, "../", 3) ? 3 : 0;
		p += n;
		while (n && *p == '/')
			p++;
	} while (n);
	return p;
}

/* a whole one, or only the end of it */
static void take_name(struct allowlist_item *i, const char *name)
{
	bool whole = *name == '/' || !strcmp(name, "boot_aggregate");

	i->kind = whole ? ALLOW_FILE : ALLOW_ENDING;
	i->name = whole ? name : without_dots(name);
}

static bool read_sum(struct allowlist_reading *r, char *line)
{
	uint8_t digest[ALLOWLIST_DIGEST_MAX];
	size_t n = strspn(line, "0123456789abcdefABCDEF");
	struct allowlist_item i = { .digest = digest };

	if (line[n] != ' ' || (line[n + 1] != ' ' && line[n + 1] != '*'))
		return allowlist_wrong(r, strstr(line, ") = ") ?
			"a line of sha256sum --tag: make the list without it" :
			"it is not a digest in hexadecimal, two blanks and a name");
	i.len = hex_read(line, n, digest, sizeof(digest));
	if (!i.len)
		return allowlist_wrong(r, "%zu digits, which is no digest", n);
	i.hash = allowlist_hash_of(r, i.len);
	take_name(&i, line + n + 2);
	return i.hash >= 0 && allowlist_give(r, &i);
}

bool allowlist_read_sums(struct allowlist_reading *r, char *text)
{
	return read_lines(r, text, read_sum);
}

/* ---- our own ---- */

/* cuts off the word at *p; NULL: there is none, or nothing behind it */
static char *take_word(char **p)
{
	char *word = *p, *end = strchr(word, ' ');

	if (!end || end == word)
		return NULL;
	*end = '\0';
	*p = end + 1;
	return word;
}

/* "HASH:HEX" */
static bool read_digest(struct allowlist_reading *r, char *text,
			struct allowlist_item *i)
{
	uint8_t digest[ALLOWLIST_DIGEST_MAX];
	char *hex = strchr(text, ':');

	if (!hex)
		return allowlist_wrong(r, "\"%.80s\" is no HASH:HEX", text);
	*hex++ = '\0';
	i->hash = kmodel_hash_index(text);
	if (i->hash < 0)
		return allowlist_wrong(r, "no kernel has a hash \"%.80s\"", text);
	i->len = hex_read(hex, strlen(hex), digest, sizeof(digest));
	if (!i->len || i->len != allowlist_hash_length(i->hash))
		return allowlist_wrong(r, "\"%.140s\" is no digest by %s, which has "
				       "%zu digits", hex, text,
				       2 * allowlist_hash_length(i->hash));
	i->digest = digest;
	return allowlist_give(r, i);
}

static bool read_item(struct allowlist_reading *r, char *line,
		      enum allow_kind kind)
{
	char *digests = take_word(&line), *next;
	struct allowlist_item i = { .kind = kind, .name = line };

	if (!digests)
		return allowlist_wrong(r, "it is not HASH:HEX, a blank and a name");
	for (; digests; digests = next) {
		next = strchr(digests, ',');
		if (next)
			*next++ = '\0';
		if (!read_digest(r, digests, &i))
			return false;
	}
	return true;
}

static bool read_ending(struct allowlist_reading *r, char *line)
{
	return read_item(r, line, ALLOW_ENDING);
}

static bool read_keyring(struct allowlist_reading *r, char *line)
{
	return read_item(r, line, ALLOW_KEYRING);
}

static bool read_buffer(struct allowlist_reading *r, char *line)
{
	return read_item(r, line, ALLOW_BUFFER);
}

static bool read_exclude(struct allowlist_reading *r, char *line)
{
	return r->to->exclude(r->to->arg, line, &r->why);
}

static bool read_ignored(struct allowlist_reading *r, char *line)
{
	if (!*line)
		return allowlist_wrong(r, "an empty name");
	return r->to->ignored(r->to->arg, line, &r->why);
}

static bool read_key(struct allowlist_reading *r, char *line)
{
	const char *id = take_word(&line);
	uint64_t keyid;

	if (!id || num_parse(id, strlen(id), 16, UINT32_MAX, &keyid) != NUM_OK)
		return allowlist_wrong(r, "it is not a key's id in hexadecimal "
				       "and the key in base64");
	return allowlist_give_key(r, keyid, line);
}

/* a line that begins with none of them is a file's */
static bool read_statement(struct allowlist_reading *r, char *line)
{
	static const struct {
		const char *word;
		line_reader read;
	} words[] = {
		{ "ending ", read_ending }, { "keyring ", read_keyring },
		{ "buffer ", read_buffer }, { "exclude ", read_exclude },
		{ "ignore-keyring ", read_ignored }, { "key ", read_key },
	};
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		n = strlen(words[i].word);
		if (!strncmp(line, words[i].word, n))
			return words[i].read(r, line + n);
	}
	return read_item(r, line, ALLOW_FILE);
}

bool allowlist_read_own(struct allowlist_reading *r, char *text)
{
	size_t n = strcspn(text, "\n");

	if (n != strlen(ALLOWLIST_HEADING) ||
	    memcmp(text, ALLOWLIST_HEADING, n) != 0)
		return allowlist_wrong(r, "line 1: \"%.*s\" is of a version that "
				       "is not known here",
				       n < 60 ? (int)n : 60, text);
	return read_lines(r, text, read_statement);
}
