/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_PATHS_H
#define IMAPOL_TEST_PATHS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "fcdb.h"
#include "util.h"

/* Databases, random ones and random paths, shared by the tests of paths. */

/* ---- random numbers: the same on every machine ---- */

static uint64_t dice_state = 1;

static unsigned int dice(unsigned int n)
{
	dice_state ^= dice_state << 13;
	dice_state ^= dice_state >> 7;
	dice_state ^= dice_state << 17;
	return (unsigned int)(dice_state >> 33) % n;
}

/* so many rounds of a random test; more of them with IMAPOL_TEST_TIMES=N */
static inline unsigned int rounds(unsigned int n)
{
	const char *times = getenv("IMAPOL_TEST_TIMES");

	return times ? n * (unsigned int)strtoul(times, NULL, 10) : n;
}

/* ---- databases ---- */

struct texts {
	const char *input[FC_INPUT_COUNT];
	const char *subs, *subs_dist;
};

static const char *const text_suffix[] = { "", ".homedirs", ".local", ".subs",
					   ".subs_dist" };

static const char *texts_get(const struct texts *t, size_t i)
{
	return i < FC_INPUT_COUNT ? t->input[i]
				  : i == 3 ? t->subs : t->subs_dist;
}

static const struct source *text_source(struct arena *a, const char *text,
					size_t i)
{
	if (!text)
		return NULL;
	return source_new(a, i ? text_suffix[i] : "file_contexts", text,
			  strlen(text), (unsigned int)i);
}

/* NULL: there was an error, which ds has */
static struct fcdb *open_texts(struct arena *a, struct intern *in,
			       struct diags *ds, const struct texts *t,
			       enum fc_version v)
{
	struct fcontext *fc = arena_new(a, struct fcontext);
	struct fc_files f;
	size_t i;

	for (i = 0; i < FC_INPUT_COUNT; i++)
		f.input[i] = text_source(a, t->input[i], i);
	f.subs = text_source(a, t->subs, 3);
	f.subs_dist = text_source(a, t->subs_dist, 4);
	if (!fcontext_read(fc, &f, fc_rules(v), a, in, ds))
		return NULL;
	return fcdb_new(a, fc);
}

/* the files base, base.homedirs …; those that are not there stay NULL */
static void read_texts(struct arena *a, const char *base, struct texts *t)
{
	const char *text[5] = { NULL };
	char path[4096];
	size_t i, len;

	for (i = 0; i < 5; i++) {
		snprintf(path, sizeof(path), "%s%s", base, text_suffix[i]);
		if (source_read(a, path, &text[i], &len))
			text[i] = NULL;
	}
	*t = (struct texts){ { text[0], text[1], text[2] }, text[3], text[4] };
}

/* ---- a small one after Debian's ---- */

static const char debian_like[] =
	"/.*\t\tu:r:default_t\n"
	"/usr/.*\t\tu:r:usr_t\n"
	"/opt/.*\t\tu:r:usr_t\n"
	"/usr/(.*/)?lib(/.*)?\t\tu:r:lib_t\n"
	"/opt/(.*/)?bin(/.*)?\t\tu:r:bin_t\n"
	"/usr/(.*/)?bin(/.*)?\t\tu:r:bin_t\n"
	"/usr/lib/(.*/)?firmware/[^/]+\\.bin\t--\tu:r:firmware_t\n"
	"/opt/(.*/)?bin/java[^/]*\t--\tu:r:java_exec_t\n"
	"/usr/bin/python[0-9.]+\t--\tu:r:python_t\n"
	"/usr/lib/jvm/[^/]+/bin/java\t--\tu:r:java_exec_t\n"
	"/usr/bin/sshd\t--\tu:r:sshd_exec_t\n"
	"/usr/lib/.*/lost\\+found/.*\t\t<<none>>\n";

static const char debian_like_subs[] =
	"/bin /usr/bin\n/lib64 /usr/lib\n/usr/local/lib /usr/lib\n";

/* ---- random databases over few letters ---- */

static void put_one_of(struct buf *b, const char *const *v, unsigned int n)
{
	buf_puts(b, v[dice(n)]);
}

static void random_regex(struct buf *b)
{
	static const char *const first[] = { "a", "b", "a", "b", "(a|b)", "ab",
					     "[ab]", ".*", "[^/]+", "\\." };
	static const char *const more[] = {
		"/a", "/b", "/.*", "/[^/]+", "/(.*/)?a", "(/.*)?", "/.+", "/b?",
		"/?", "/a\\.b", "/(a|ab)", "/[^/]*b", "/a{1,2}", "/.*\\.b",
		"/\\.a", "/.", "/a/b", "b", "\\-", "/(a/)*b", "/a+",
	};
	unsigned int n = dice(4);

	buf_putc(b, '/');
	put_one_of(b, first, ARRAY_SIZE(first));
	while (n--)
		put_one_of(b, more, ARRAY_SIZE(more));
}

static const char *random_entries(struct arena *a, unsigned int n)
{
	static const char *const kinds[] = { "", "", "", "--", "--", "-d" };
	static const char *const contexts[] = {
		"u:r:x_t", "u:r:y_t:s0", "v:r:x_t", "u:q:z_t", "<<none>>",
		"u:r:w_t",
	};
	struct buf b;

	buf_init(&b, a);
	buf_puts(&b, dice(2) ? "/.*\t\tu:r:default_t\n" : "# none\n");
	while (n--) {
		random_regex(&b);
		buf_putc(&b, '\t');
		put_one_of(&b, kinds, ARRAY_SIZE(kinds));
		buf_putc(&b, '\t');
		put_one_of(&b, contexts, ARRAY_SIZE(contexts));
		buf_putc(&b, '\n');
	}
	return b.s;
}

static const char *random_subs(struct arena *a, unsigned int n)
{
	static const char *const paths[] = { "/a", "/b", "/a/b", "/ab", "/b/a",
					     "/a/a", "/b/b/a" };
	struct buf b;

	buf_init(&b, a);
	buf_putc(&b, '\n');
	while (n--) {
		put_one_of(&b, paths, ARRAY_SIZE(paths));
		buf_putc(&b, ' ');
		put_one_of(&b, paths, ARRAY_SIZE(paths));
		buf_putc(&b, '\n');
	}
	return b.s;
}

static inline void random_texts(struct arena *a, struct texts *t)
{
	memset(t, 0, sizeof(*t));
	t->input[FC_BASE] = random_entries(a, 1 + dice(7));
	if (!dice(3))
		t->input[FC_HOMEDIRS] = random_entries(a, 1 + dice(2));
	if (!dice(3))
		t->input[FC_LOCAL] = random_entries(a, 1 + dice(3));
	if (!dice(4))
		t->subs = random_subs(a, 1 + dice(2));
	if (!dice(3))
		t->subs_dist = random_subs(a, 1 + dice(3));
}

static inline void random_glob(struct buf *b)
{
	static const char *const globs[] = {
		"/**", "/a/*", "/a/**", "/b", "/{a,b}/*", "/a/**/b", "/*/a",
		"/a/?", "/b/[!a]*", "/*.b", "/a", "/b/{a,a/b}", "/?/**",
		"/a/a/**", "/ab/*", "/b/**", "/*",
	};

	put_one_of(b, globs, ARRAY_SIZE(globs));
}

/* ---- random paths ---- */

static unsigned int random_member(const struct byteset *set)
{
	static const char nice[] = "ab/.cx-_1A+ \n";
	unsigned int b, tries;

	for (tries = 0; tries < 20; tries++) {
		b = (unsigned char)nice[dice(sizeof(nice) - 1)];
		if (byteset_has(set, b))
			return b;
	}
	for (tries = 0; tries < 500; tries++) {
		b = 1 + dice(255);
		if (byteset_has(set, b))
			return b;
	}
	return 'a';
}

/* a text that re matches */
static void random_match(struct buf *b, const struct re *re)
{
	uint32_t n;
	size_t i;

	switch (re->op) {
	case RE_SET:
		buf_putc(b, (char)random_member(&re->set));
		break;
	case RE_CAT:
		for (i = 0; i < re->n; i++)
			random_match(b, re->sub[i]);
		break;
	case RE_ALT:
		random_match(b, re->sub[dice((unsigned int)re->n)]);
		break;
	case RE_REPEAT:
		n = re->min + dice(re->max == RE_NO_MAX || re->max - re->min > 4
				   ? 5 : re->max - re->min + 1);
		while (n--)
			random_match(b, re->sub[0]);
		break;
	case RE_OP_COUNT:
		break;
	}
}

static void mutate(struct buf *b)
{
	size_t at = b->len ? dice((unsigned int)b->len) : 0;

	if (!b->len)
		return;
	switch (dice(4)) {
	case 0:
		b->s[at] = "ab/.x\n"[dice(6)];
		break;
	case 1:
		memmove(b->s + at, b->s + at + 1, b->len - at);
		b->len--;
		break;
	case 2:
		buf_putc(b, "ab/.x\n"[dice(6)]);
		break;
	default:
		b->len = at;
		b->s[at] = '\0';
	}
}

/* as a rule one for the kind */
static const struct fc_entry *random_entry(const struct fcontext *fc,
					   unsigned int kind)
{
	const struct fc_entry *e = NULL;
	unsigned int tries;

	for (tries = 0; tries < 8; tries++) {
		e = &fc->entries.v[dice((unsigned int)fc->entries.n)];
		if (e->kind == kind || (e->kind & kind && dice(2)))
			break;
	}
	return e;
}

/* a path that some entry or substitution leads to, or one near it */
static inline const char *random_path(struct arena *a,
				      const struct fcontext *fc,
				      unsigned int kind)
{
	const struct fc_subs *subs = dice(2) ? &fc->subs : &fc->subs_dist;
	const struct fc_entry *e = random_entry(fc, kind);
	unsigned int n = dice(3);
	struct buf b;

	buf_init(&b, a);
	if (subs->n && !dice(5)) {
		buf_puts(&b, subs->v[dice((unsigned int)subs->n)].src);
		buf_puts(&b, dice(2) ? "" : "/");
		buf_puts(&b, dice(2) ? "a" : e->head);
	} else {
		buf_puts(&b, e->head);
		if (e->tail)
			random_match(&b, e->tail);
	}
	while (n--)
		mutate(&b);
	if (!b.len || b.s[0] != '/')
		return "/a";
	return b.s;
}

#endif
