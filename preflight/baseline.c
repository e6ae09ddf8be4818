/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "baseline.h"
#include "jsonread.h"
#include "namelist.h"
#include "source.h"
#include "vec.h"

/* one operation on a file; of a list, op is JUDGE_OPS: all of them */
struct known {
	const char *cause;	/* NULL: in silence */
	enum judge_op op;
	bool unknown;
};

struct known_file {
	const char *path;
	size_t first, n;	/* in known */
	size_t next;		/* in its bucket, 1 + number */
	bool used;		/* something of it was accepted */
};

struct baseline {
	struct arena *arena;
	VEC(struct known) known;
	VEC(struct known_file) files;
	size_t *bucket, n_buckets;
};

static size_t *bucket_of(const struct baseline *b, const char *s)
{
	uint64_t h = 14695981039346656037u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return &b->bucket[(h ^ h >> 32) & (b->n_buckets - 1)];
}

static void index_all(struct baseline *b)
{
	size_t i;

	for (b->n_buckets = 64; b->n_buckets < b->files.n; b->n_buckets *= 2)
		;
	b->bucket = arena_zalloc(b->arena, b->n_buckets, sizeof(*b->bucket));
	for (i = 0; i < b->files.n; i++) {
		size_t *at = bucket_of(b, b->files.v[i].path);

		b->files.v[i].next = *at;
		*at = i + 1;
	}
}

/* with what was added to known from first on */
static void add_file(struct baseline *b, const char *path, size_t first)
{
	vec_push(b->arena, &b->files, (struct known_file){
		.path = path, .first = first, .n = b->known.n - first });
}

/* ---- JSON ---- */

static bool op_of(const char *word, enum judge_op *out)
{
	unsigned int op;

	for (op = 0; op < JUDGE_OPS; op++)
		if (!strcmp(judge_op_word(op), word)) {
			*out = (enum judge_op)op;
			return true;
		}
	return false;
}

/* false: nothing is wrong there */
static bool read_operation(struct jsonread *r, struct known *k)
{
	const char *key, *answer = NULL;

	k->cause = NULL;
	if (!jsonread_enter(r, '{'))
		return false;
	while (jsonread_member(r, &key)) {
		if (!strcmp(key, "answer"))
			answer = jsonread_text(r);
		else if (!strcmp(key, "cause"))
			k->cause = jsonread_text(r);
		else
			jsonread_skip(r);
	}
	k->unknown = answer && !strcmp(answer, "unknown");
	return k->unknown || (answer && !strcmp(answer, "refused"));
}

static void read_operations(struct jsonread *r, struct baseline *b)
{
	struct known k = { 0 };
	const char *word;

	if (!jsonread_enter(r, '{'))
		return;
	while (jsonread_member(r, &word))
		if (read_operation(r, &k) && op_of(word, &k.op))
			vec_push(b->arena, &b->known, k);
}

static void read_finding(struct jsonread *r, struct baseline *b)
{
	const char *key, *path = NULL;
	size_t first = b->known.n;

	if (!jsonread_enter(r, '{'))
		return;
	while (jsonread_member(r, &key)) {
		if (!strcmp(key, "path"))
			path = jsonread_text(r);
		else if (!strcmp(key, "operations"))
			read_operations(r, b);
		else
			jsonread_skip(r);
	}
	if (path && b->known.n > first)
		add_file(b, path, first);
}

static const char *read_json(struct baseline *b, const char *text, size_t len)
{
	struct jsonread r;
	const char *key;
	bool found = false;

	jsonread_init(&r, b->arena, text, len);
	if (!jsonread_enter(&r, '{'))
		return r.why ? r.why : "it is no object";
	while (jsonread_member(&r, &key)) {
		if (strcmp(key, "findings") != 0) {
			jsonread_skip(&r);
			continue;
		}
		found = jsonread_enter(&r, '[');
		while (found && jsonread_element(&r))
			read_finding(&r, b);
	}
	if (!jsonread_end(&r))
		return r.why;
	return found ? NULL : "it has no findings: that is not what "
			      "preflight --format json writes";
}

/* ---- a list ---- */

static const char *read_list(struct baseline *b, int fd, bool nul)
{
	struct namelist *l = arena_new(b->arena, struct namelist);
	const char *name;

	namelist_open(l, fd, nul);
	for (;;) {
		switch (namelist_next(l, &name)) {
		case NAMELIST_NAME:
			if (*name != '/')
				return buf_textf(b->arena, "line %zu: this is "
					"no path from the root, of which "
					"--list writes one a line", l->line);
			vec_push(b->arena, &b->known, (struct known){
				.op = JUDGE_OPS });
			add_file(b, arena_strndup(b->arena, name,
						  strlen(name)),
				 b->known.n - 1);
			break;
		case NAMELIST_END:
			return NULL;
		case NAMELIST_BAD:
			return buf_textf(b->arena, "line %zu: %s", l->line,
					 l->why);
		case NAMELIST_ERRNO:
			return strerror(errno);
		}
	}
}

/* ---- both ---- */

static const char *read_whole(struct baseline *b, int fd)
{
	const char *text;
	size_t len;

	switch (source_read_fd(b->arena, fd, &text, &len)) {
	case SOURCE_OK:
		return read_json(b, text, len);
	case SOURCE_TOO_LARGE:
		return "the file is too large";
	default:
		return strerror(errno);
	}
}

struct baseline *baseline_read(struct arena *a, int fd, bool nul,
			       const char **why)
{
	struct baseline *b = arena_new(a, struct baseline);
	char first = '\n';
	off_t at;

	b->arena = a;
	/* JSON begins with a brace, a name with a slash */
	for (at = 0; first == ' ' || first == '\n' || first == '\t' ||
	     first == '\r'; at++) {
		ssize_t n = pread(fd, &first, 1, at);

		if (n < 0) {
			*why = errno == ESPIPE ? "it is no regular file" :
						 strerror(errno);
			return NULL;
		}
		if (!n)
			break;
	}
	*why = first == '{' ? read_whole(b, fd) : read_list(b, fd, nul);
	index_all(b);
	return *why ? NULL : b;
}

/* ---- questions ---- */

static bool same_cause(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool is_known(const struct baseline *b, const struct known_file *file,
		     const struct finding_op *op)
{
	size_t i;

	for (i = 0; i < file->n; i++) {
		const struct known *k = &b->known.v[file->first + i];

		if (k->op == JUDGE_OPS)
			return true;
		if (k->op != op->op)
			continue;
		if (op->at.answer == JUDGE_UNKNOWN)
			return true;
		return !k->unknown && same_cause(k->cause, op->at.cause);
	}
	return false;
}

static bool accepts(const struct baseline *b, const struct known_file *file,
		    const struct finding *f)
{
	size_t i;

	for (i = 0; i < f->n_ops; i++) {
		const struct finding_op *op = &f->ops[i];

		if ((op->at.answer == JUDGE_REFUSED ||
		     op->at.answer == JUDGE_UNKNOWN) &&
		    !is_known(b, file, op))
			return false;
	}
	return true;
}

bool baseline_accepts(struct baseline *b, const struct finding *f)
{
	bool accepted = false;
	size_t at;

	for (at = *bucket_of(b, f->path); at; at = b->files.v[at - 1].next) {
		struct known_file *file = &b->files.v[at - 1];

		if (strcmp(file->path, f->path) != 0)
			continue;
		/* it is still wrong, if more than it was */
		file->used = true;
		accepted |= accepts(b, file, f);
	}
	return accepted;
}

size_t baseline_stale(const struct baseline *b, const char **first)
{
	size_t i, n = 0;

	for (i = 0; i < b->files.n; i++) {
		if (b->files.v[i].used)
			continue;
		if (!n++)
			*first = b->files.v[i].path;
	}
	return n;
}
