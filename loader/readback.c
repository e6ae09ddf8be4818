/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "readback.h"

enum {
	FSNAME_SHOWN = 63, /* characters of a file system name that the kernel prints */
	UUID_CHARS = 36,   /* what the kernel reads of fsuuid=; the rest is ignored */
	NUMBER_CHARS = 21,
};

enum value_kind {
	VALUE_TEXT,
	VALUE_FUNC,
	VALUE_HEX,
	VALUE_NAME,
	VALUE_NUMBER,
	VALUE_ID,
	VALUE_UUID,
	VALUE_ALGOS,
	VALUE_TEMPLATE,
	VALUE_DROPPED,
	VALUE_KINDS,
};

struct field {
	const char *key;
	enum value_kind kind;
};

/* The order is only that of the canonical text; words that are not here follow in the order they came. */
static const struct field fields[] = {
	{ "func", VALUE_FUNC },		   { "mask", VALUE_TEXT },	  { "fsmagic", VALUE_HEX },
	{ "fsname", VALUE_NAME },	   { "fs_subtype", VALUE_NAME },  { "keyrings", VALUE_TEXT },
	{ "label", VALUE_TEXT },	   { "pcr", VALUE_NUMBER },	  { "fsuuid", VALUE_UUID },
	{ "uid", VALUE_ID },		   { "euid", VALUE_ID },	  { "gid", VALUE_ID },
	{ "egid", VALUE_ID },		   { "fowner", VALUE_ID },	  { "fgroup", VALUE_ID },
	{ "appraise_algos", VALUE_ALGOS }, { "obj_user", VALUE_TEXT },	  { "obj_role", VALUE_TEXT },
	{ "obj_type", VALUE_TEXT },	   { "subj_user", VALUE_TEXT },	  { "subj_role", VALUE_TEXT },
	{ "subj_type", VALUE_TEXT },	   { "template", VALUE_TEMPLATE }, { "appraise_type", VALUE_TEXT },
	{ "digest_type", VALUE_TEXT },	   { "appraise_flag", VALUE_DROPPED },
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

struct pair {
	const char *from, *to;
};

static const struct pair funcs[] = {
	{ "PATH_CHECK", "FILE_CHECK" },
	{ "FILE_MMAP", "MMAP_CHECK" },
	{ NULL, NULL },
};

static const struct pair templates[] = {
	{ "d|n", "ima" },
	{ "d-ng|n-ng", "ima-ng" },
	{ "d-ng|n-ng|sig", "ima-sig" },
	{ "d-ngv2|n-ng", "ima-ngv2" },
	{ "d-ngv2|n-ng|sig", "ima-sigv2" },
	{ "d-ng|n-ng|buf", "ima-buf" },
	{ "d-ng|n-ng|sig|d-modsig|modsig", "ima-modsig" },
	{ "d-ng|n-ng|evmsig|xattrnames|xattrlengths|xattrvalues|iuid|igid|imode", "evm-sig" },
	{ NULL, NULL },
};

static void put(char **out, struct span s)
{
	memcpy(*out, s.text, s.len);
	*out += s.len;
}

static struct span renamed(struct span v, const struct pair *table)
{
	for (; table->from; table++)
		if (span_is(v, table->from))
			return (struct span){ table->to, strlen(table->to) };
	return v;
}

static struct span cut_zeros(struct span v)
{
	while (v.len > 1 && *v.text == '0')
		v = span_cut(v, 1);
	return v;
}

static struct span cut_sign(struct span v)
{
	if (v.len > 1 && (*v.text == '+' || span_is(v, "-0")))
		v = span_cut(v, 1);
	return v;
}

static void put_lower(char **out, struct span v)
{
	for (; v.len; v = span_cut(v, 1))
		*(*out)++ = (char)(*v.text >= 'A' && *v.text <= 'Z' ? *v.text - 'A' + 'a' : *v.text);
}

static void put_hex(char **out, struct span v)
{
	v = cut_sign(v);
	if (v.len > 2 && v.text[0] == '0' && (v.text[1] == 'x' || v.text[1] == 'X'))
		v = span_cut(v, 2);
	put_lower(out, cut_zeros(v));
}

/* The kernel prints ids as signed 32-bit numbers, so arithmetic modulo 2^32 is what is wanted here. */
static void put_id(char **out, struct span v)
{
	char digits[NUMBER_CHARS];
	size_t n = sizeof(digits), i;
	uint32_t id = 0;
	bool minus = v.len > 1 && *v.text == '-';
	struct span number = minus || (v.len > 1 && *v.text == '+') ? span_cut(v, 1) : v;

	for (i = 0; i < number.len; i++) {
		if (number.text[i] < '0' || number.text[i] > '9') {
			put(out, v);
			return;
		}
		id = id * 10 + (uint32_t)(number.text[i] - '0');
	}
	if (minus)
		id = -id;
	do {
		digits[--n] = (char)('0' + id % 10);
		id /= 10;
	} while (id);
	put(out, (struct span){ digits + n, sizeof(digits) - n });
}

static bool next_item(struct span *list, struct span *item)
{
	const char *comma;

	if (!list->len)
		return false;
	comma = memchr(list->text, ',', list->len);
	*item = (struct span){ list->text, comma ? (size_t)(comma - list->text) : list->len };
	*list = span_cut(*list, item->len + (comma ? 1 : 0));
	return true;
}

static int span_order(struct span a, struct span b)
{
	int c = memcmp(a.text, b.text, a.len < b.len ? a.len : b.len);

	if (c)
		return c;
	return a.len < b.len ? -1 : a.len > b.len;
}

/* A set of names: in order, each once. */
static void put_set(char **out, struct span list)
{
	struct span last = { NULL, 0 }, least, item, rest;

	for (;;) {
		least.text = NULL;
		for (rest = list; next_item(&rest, &item);)
			if ((!last.text || span_order(item, last) > 0) &&
			    (!least.text || span_order(item, least) < 0))
				least = item;
		if (!least.text)
			return;
		put(out, least);
		*(*out)++ = ',';
		last = least;
	}
}

static void put_value(char **out, struct span v, enum value_kind kind)
{
	switch (kind) {
	case VALUE_FUNC:
		put(out, renamed(v, funcs));
		break;
	case VALUE_TEMPLATE:
		put(out, renamed(v, templates));
		break;
	case VALUE_HEX:
		put_hex(out, v);
		break;
	case VALUE_NAME:
		put(out, (struct span){ v.text, v.len < FSNAME_SHOWN ? v.len : FSNAME_SHOWN });
		break;
	case VALUE_NUMBER:
		put(out, cut_zeros(cut_sign(v)));
		break;
	case VALUE_ID:
		put_id(out, v);
		break;
	case VALUE_UUID:
		put_lower(out, (struct span){ v.text, v.len < UUID_CHARS ? v.len : UUID_CHARS });
		break;
	case VALUE_ALGOS:
		put_set(out, v);
		break;
	default:
		put(out, v);
		break;
	}
}

/* The index of word's field, with its key (operator included) and value apart; FIELDS when it is none. */
static size_t field_of(struct span word, struct span *key, struct span *value)
{
	size_t i, len;

	for (i = 0; i < FIELDS; i++) {
		len = strlen(fields[i].key);
		if (!span_starts(word, fields[i].key) || word.len == len || !strchr("=<>", word.text[len]))
			continue;
		*key = (struct span){ word.text, len + 1 };
		*value = span_cut(word, len + 1);
		return i;
	}
	return FIELDS;
}

/* A field as it stands in a rule: where the kernel takes one twice the last one holds. */
struct field_text {
	struct span key, value; /* key.text NULL: it is not there */
};

static void put_field(char **out, const struct field_text *text, enum value_kind kind)
{
	if (!text->key.text || kind == VALUE_DROPPED)
		return;
	put(out, text->key);
	put_value(out, text->value, kind);
	*(*out)++ = ' ';
}

static struct span cut_comment(struct span rule)
{
	struct span rest = rule, word;

	while (lines_word(&rest, &word))
		if (*word.text == '#')
			return (struct span){ rule.text, (size_t)(word.text - rule.text) };
	return rule;
}

size_t readback_canonical(struct span rule, char *out)
{
	struct field_text texts[FIELDS], text;
	struct span rest, word;
	char *at = out;
	size_t i;

	memset(texts, 0, sizeof(texts));
	rule = cut_comment(rule);
	for (rest = rule; lines_word(&rest, &word);) {
		i = field_of(word, &text.key, &text.value);
		if (i < FIELDS) {
			texts[i] = text;
			continue;
		}
		put(&at, word);
		*at++ = ' ';
	}
	for (i = 0; i < FIELDS; i++)
		put_field(&at, &texts[i], fields[i].kind);
	return (size_t)(at - out);
}

static bool same_rule(struct span a, struct span b, char *room)
{
	char *second = room + READBACK_ROOM(a.len);
	size_t alen = readback_canonical(a, room), blen = readback_canonical(b, second);

	return alen == blen && !memcmp(room, second, alen);
}

/* Are the policy's rules the next ones of the kernel's? On false *here stands behind the first that is not, *want. */
static bool same_from(struct span policy, struct lines there, char *room, struct lines *here, struct span *want)
{
	struct span have;

	lines_start(here, policy.text, policy.len);
	while (lines_next(here, want))
		if (!lines_next(&there, &have) || !same_rule(*want, have, room))
			return false;
	return true;
}

enum readback_answer readback_compare(struct span policy, struct span kernel, struct span *missing, size_t *line)
{
	size_t ours = lines_count(policy), theirs = lines_count(kernel);
	char *room = malloc(READBACK_ROOM(policy.len) + READBACK_ROOM(kernel.len));
	struct lines here, there;
	struct span passed;
	bool same;

	if (!room)
		return READBACK_NO_MEMORY;
	for (lines_start(&there, kernel.text, kernel.len); theirs > ours; theirs--)
		lines_next(&there, &passed);
	same = same_from(policy, there, room, &here, missing);
	*line = here.number;
	free(room);
	return same ? READBACK_SAME : READBACK_DIFFERS;
}

enum readback_answer readback_has(struct span policy, struct span kernel)
{
	size_t ours = lines_count(policy), theirs = lines_count(kernel);
	char *room = malloc(READBACK_ROOM(policy.len) + READBACK_ROOM(kernel.len));
	struct span missing, passed;
	struct lines here, there;
	bool same = false;

	if (!room)
		return READBACK_NO_MEMORY;
	lines_start(&there, kernel.text, kernel.len);
	for (; !same && ours <= theirs; theirs--) {
		same = same_from(policy, there, room, &here, &missing);
		lines_next(&there, &passed);
	}
	free(room);
	return same ? READBACK_SAME : READBACK_DIFFERS;
}
