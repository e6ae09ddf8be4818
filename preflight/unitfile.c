/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "buf.h"
#include "unitfile.h"
#include "util.h"

#define BLANKS " \t\r\n"

/* ---- lines ---- */

/* the text from s to end, without blanks around it */
static const char *trimmed(struct arena *a, const char *s, const char *end)
{
	while (s < end && strchr(BLANKS, *s))
		s++;
	while (end > s && strchr(BLANKS, end[-1]))
		end--;
	return arena_strndup(a, s, (size_t)(end - s));
}

static bool is_comment(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	return s < end && (*s == '#' || *s == ';');
}

/*
 * One line with those that it is continued by, a blank for each backslash;
 * comments in between do not end it. Returns what follows.
 */
static const char *joined_line(struct buf *b, const char *s, const char *end)
{
	bool more = true;

	while (more && s < end) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		const char *stop = nl ? nl : end;
		bool comment;

		comment = b->len && is_comment(s, stop);
		more = comment || (stop > s && stop[-1] == '\\');
		if (!comment)
			buf_add(b, s, (size_t)(stop - s) - (more ? 1 : 0));
		if (!comment && more)
			buf_putc(b, ' ');
		s = nl ? nl + 1 : end;
	}
	return s;
}

static void parse_line(struct arena *a, const struct buf *b,
		       const char **section, unitfile_lines *out)
{
	const char *s = b->s ? b->s : "", *end = s + strlen(s), *equals;
	struct unitfile_line l;

	s += strspn(s, BLANKS);
	if (*s == '#' || *s == ';' || !*s)
		return;
	if (*s == '[') {
		*section = arena_strndup(a, s + 1, strcspn(s + 1, "]"));
		return;
	}
	equals = strchr(s, '=');
	if (!equals || !*section)
		return;
	l.section = *section;
	l.key = trimmed(a, s, equals);
	l.value = trimmed(a, equals + 1, end);
	vec_push(a, out, l);
}

void unitfile_parse(struct arena *a, const char *text, size_t len,
		    unitfile_lines *out)
{
	static const char bom[] = "\xef\xbb\xbf";
	const char *s = text, *end = text + len, *section = NULL;

	if (len >= strlen(bom) && !memcmp(s, bom, strlen(bom)))
		s += strlen(bom);
	while (s < end) {
		struct buf b;

		buf_init(&b, a);
		s = joined_line(&b, s, end);
		parse_line(a, &b, &section, out);
	}
}

/* keys of [Unit]; FailureAction= once stood in [Service], and still may */
static bool is_of_unit(const char *key)
{
	static const char *const keys[] = {
		"Requires", "Requisite", "BindsTo", "Wants", "Upholds", "After",
		"Before", "OnFailure", "DefaultDependencies",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(key, keys[i]))
			return true;
	return !strncmp(key, "Condition", strlen("Condition"));
}

/* systemd passes over a key in another section than its own */
static bool counts(const struct unitfile_line *l, const char *type)
{
	if (!strcmp(l->key, "FailureAction"))
		return !strcmp(l->section, "Unit") ||
		       !strcmp(l->section, "Service");
	if (is_of_unit(l->key))
		return !strcmp(l->section, "Unit");
	return *l->section == toupper((unsigned char)*type) &&
	       !strcmp(l->section + 1, type + 1);
}

void unitfile_drop_others(unitfile_lines *lines, const char *type)
{
	size_t i, n = 0;

	for (i = 0; i < lines->n; i++)
		if (counts(&lines->v[i], type))
			lines->v[n++] = lines->v[i];
	lines->n = n;
}

const char *unitfile_last(const unitfile_lines *lines, const char *key)
{
	size_t i;

	for (i = lines->n; i-- > 0; )
		if (!strcmp(lines->v[i].key, key))
			return lines->v[i].value;
	return NULL;
}

void unitfile_values(struct arena *a, const unitfile_lines *lines,
		     const char *key, unitfile_words *out)
{
	size_t i;

	out->n = 0;
	for (i = 0; i < lines->n; i++) {
		if (strcmp(lines->v[i].key, key))
			continue;
		if (*lines->v[i].value)
			vec_push(a, out, lines->v[i].value);
		else
			out->n = 0;
	}
}

bool unitfile_bool(const unitfile_lines *lines, const char *key,
		   bool otherwise)
{
	const char *s = unitfile_last(lines, key);

	if (!s || !*s)
		return otherwise;
	return strchr("1yYtT", *s) || !strcasecmp(s, "on");
}

/* ---- words ---- */

/* up to max digits of base 8 or 16; *s behind them; -1: none */
static int digits(const char **s, int base, int max)
{
	int value = -1, n;

	for (n = 0; n < max && isxdigit((unsigned char)**s); n++, (*s)++) {
		int c = tolower((unsigned char)**s);
		int digit = c <= '9' ? c - '0' : c - 'a' + 10;

		if (digit >= base)
			break;
		value = (value < 0 ? 0 : value) * base + digit;
	}
	return value;
}

/* what stands behind a backslash; *s behind it */
static void unescape(struct buf *b, const char **s)
{
	static const char from[] = "abfnrtvs", to[] = "\a\b\f\n\r\t\v ";
	const char *known;
	int byte = -1;

	if (**s == 'x') {
		(*s)++;
		byte = digits(s, 16, 2);
	} else if (**s >= '0' && **s <= '7') {
		byte = digits(s, 8, 3);
	} else {
		known = strchr(from, **s);
		byte = known ? to[known - from] : (unsigned char)**s;
		(*s)++;
	}
	if (byte > 0)
		buf_putc(b, (char)byte);
}

const char *unitfile_word(struct arena *a, const char **s)
{
	const char *p = *s + strspn(*s, BLANKS);
	struct buf b;
	char quote = 0;

	if (!*p)
		return NULL;
	buf_init(&b, a);
	buf_puts(&b, "");
	while (*p && (quote || !strchr(BLANKS, *p))) {
		if (*p == '\\' && p[1]) {
			p++;
			unescape(&b, &p);
		} else if (quote ? *p == quote : *p == '"' || *p == '\'') {
			quote = quote ? 0 : *p;
			p++;
		} else {
			buf_putc(&b, *p++);
		}
	}
	if (quote)
		return NULL;
	*s = p;
	return b.s;
}

/* ---- names ---- */

bool unitfile_name(struct arena *a, const char *s, struct unitfile_name *out)
{
	const char *dot = strrchr(s, '.'), *at;

	if (!dot || dot == s || !dot[1] || strlen(s) > UNITFILE_NAME_MAX ||
	    strchr(s, '/'))
		return false;
	at = memchr(s, '@', (size_t)(dot - s));
	if (at == s)
		return false;
	out->prefix = arena_strndup(a, s, (size_t)((at ? at : dot) - s));
	out->instance = at ? arena_strndup(a, at + 1, (size_t)(dot - at - 1)) :
			     NULL;
	out->type = dot + 1;
	return true;
}

const char *unitfile_template(struct arena *a, const char *name)
{
	struct unitfile_name n;

	if (!unitfile_name(a, name, &n) || !n.instance || !*n.instance)
		return NULL;
	return buf_textf(a, "%s@.%s", n.prefix, n.type);
}

const char *unitfile_instance(struct arena *a, const char *template,
			      const char *instance)
{
	struct unitfile_name n;

	if (!unitfile_name(a, template, &n) || !n.instance)
		return template;
	return buf_textf(a, "%s@%s.%s", n.prefix, instance, n.type);
}

/* as systemd-escape --unescape: - is /, \x2d is - */
static void add_unescaped(struct buf *b, const char *s)
{
	while (*s) {
		if (*s == '\\' && s[1] == 'x') {
			int byte;

			s += 2;
			byte = digits(&s, 16, 2);
			if (byte > 0)
				buf_putc(b, (char)byte);
		} else {
			buf_putc(b, *s == '-' ? '/' : *s);
			s++;
		}
	}
}

/* the specifiers that are directories, the same for every system manager */
static const char *directory_of(char specifier)
{
	switch (specifier) {
	case 't': return "/run";
	case 'S': return "/var/lib";
	case 'C': return "/var/cache";
	case 'L': return "/var/log";
	case 'E': return "/etc";
	case 'T': return "/tmp";
	case 'V': return "/var/tmp";
	case 'h': return "/root";
	case '%': return "%";
	default: return NULL;
	}
}

/* of the unit's name; false: not one of these */
static bool add_of_name(struct buf *b, const char *unit,
			const struct unitfile_name *n, char specifier)
{
	const char *instance = n->instance ? n->instance : "", *dash;

	switch (specifier) {
	case 'i': buf_puts(b, instance); break;
	case 'I': add_unescaped(b, instance); break;
	case 'n': buf_puts(b, unit); break;
	case 'N': buf_add(b, unit, strlen(unit) - strlen(n->type) - 1); break;
	case 'p': buf_puts(b, n->prefix); break;
	case 'P': add_unescaped(b, n->prefix); break;
	case 'f':
		buf_putc(b, '/');
		add_unescaped(b, *instance ? instance : n->prefix);
		break;
	case 'j':
	case 'J':
		dash = strrchr(n->prefix, '-');
		buf_puts(b, dash ? dash + 1 : n->prefix);
		break;
	default:
		return false;
	}
	return true;
}

const char *unitfile_expand(struct arena *a, const char *unit, const char *s)
{
	struct unitfile_name n;
	struct buf b;

	if (!strchr(s, '%'))
		return s;
	if (!unitfile_name(a, unit, &n))
		return NULL;
	buf_init(&b, a);
	buf_puts(&b, "");
	for (; *s; s++) {
		const char *dir;

		if (*s != '%' || !s[1]) {
			buf_putc(&b, *s);
			continue;
		}
		dir = directory_of(*++s);
		if (dir)
			buf_puts(&b, dir);
		else if (!add_of_name(&b, unit, &n, *s))
			return NULL;
	}
	return b.s;
}

/* ---- commands ---- */

/* "@-+!!:|" in front of the program */
static const char *behind_prefixes(const char *word,
				   struct unitfile_command *c)
{
	for (; *word && strchr("@-:+!|", *word); word++)
		c->may_fail |= *word == '-';
	return word;
}

/* a ; that stands alone, without quotes and escapes, parts two commands */
static bool is_end(const char **line)
{
	const char *s = *line + strspn(*line, BLANKS);

	if (*s != ';' || (s[1] && !strchr(BLANKS, s[1])))
		return false;
	*line = s + 1;
	return true;
}

bool unitfile_commands(struct arena *a, const char *line, void *arg,
		       void (*each)(void *arg,
				    const struct unitfile_command *c))
{
	const char *word;

	while ((word = unitfile_word(a, &line))) {
		struct unitfile_command c = { 0 };

		c.path = behind_prefixes(word, &c);
		while (!is_end(&line) && (word = unitfile_word(a, &line)))
			vec_push(a, &c.words, word);
		if (*c.path)
			each(arg, &c);
	}
	return !line[strspn(line, BLANKS)];
}
