/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "buf.h"
#include "compiled.h"
#include "filefacts.h"
#include "question.h"
#include "source.h"
#include "whichrule.h"

#define POLICY_MAX (16u << 20)
#define KEPT 64		/* answers: a refusal seldom comes alone */
#define SHOWN 4		/* statements in a text */

struct kept {
	char *key;	/* NULL: none */
	uint32_t *rule;
	size_t n;
};

struct whichrule {
	struct arena arena;
	struct compiled compiled;
	struct kept kept[KEPT];
	size_t next;
};

/* ---- the policy ---- */

/* NULL: read; a fifo must not hold it up */
static const char *read_policy(struct arena *a, const char *file,
			       const char **text, size_t *len)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	enum source_error got = SOURCE_ERRNO;
	const char *why = NULL;
	struct stat st;

	if (fd < 0)
		return strerror(errno);
	if (fstat(fd, &st))
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "no regular file";
	else
		got = source_read_most(a, fd, POLICY_MAX, text, len);
	if (!why && got != SOURCE_OK)
		why = got == SOURCE_TOO_LARGE ? "too large for a policy" :
			strerror(errno);
	close(fd);
	return why;
}

struct whichrule *whichrule_open(struct arena *a, const char *file,
				 const char *release, const char **why)
{
	struct whichrule *w = calloc(1, sizeof(*w));
	const char *text;
	struct intern *in;
	size_t len;

	*why = "out of memory";
	if (!w)
		return NULL;
	arena_init(&w->arena);
	w->arena.on_oom = a->on_oom;
	*why = read_policy(&w->arena, file, &text, &len);
	if (!*why) {
		in = arena_new(&w->arena, struct intern);
		intern_init(in, &w->arena);
		*why = compiled_read(&w->compiled, &w->arena, in, file, text,
				     len, release);
		if (!*why)
			return w;
	}
	*why = arena_strndup(a, *why, strlen(*why));
	whichrule_free(w);
	return NULL;
}

void whichrule_free(struct whichrule *w)
{
	size_t i;

	if (!w)
		return;
	for (i = 0; i < KEPT; i++) {
		free(w->kept[i].key);
		free(w->kept[i].rule);
	}
	arena_free(&w->arena);
	free(w);
}

/* ---- what the record says ---- */

/* hooks that can end in such a record; the kernel tells no more than op */
static bool may_be(const struct auditrec *r, enum khook hook)
{
	bool mapping = hook == KHOOK_MMAP || hook == KHOOK_MMAP_REQPROT;

	switch (hook) {
	case KHOOK_NONE:
	case KHOOK_KEXEC_CMDLINE:
	case KHOOK_KEY:
	case KHOOK_DATA:
	case KHOOK_SETXATTR:
		return false;
	default:
		break;
	}
	if (r->op && !strcmp(r->op, "mmap_file"))
		return mapping;
	if (r->cause && !strcmp(r->cause, "failed-mprotect"))
		return mapping;
	return true;
}

/* the class whose rule it was; KCLASS_COUNT: none */
static enum kclass class_of(const struct auditrec *r)
{
	if (r->kind == AUDITREC_VIOLATION)
		return KCLASS_MEASURE;
	/* setting a hash is refused by the rule of xattr, which has no files */
	if (r->kind != AUDITREC_REFUSED || (r->op && !strcmp(r->op, "set_data")))
		return KCLASS_COUNT;
	return KCLASS_APPRAISE;
}

/* user:role:type[:range]; parts that are not there stay open */
static void split_label(struct arena *a, const char *label, const char *part[3])
{
	size_t i, n;

	for (i = 0; i < 3; i++) {
		n = strcspn(label, ":");
		part[i] = n ? arena_strndup(a, label, n) : NULL;
		label += n;
		label += *label == ':';
	}
}

/* the name of the block device, as the kernel prints it */
static bool is_device(uint64_t dev, uint64_t magic, const char *name)
{
	char path[64], target[512];
	const char *fs, *slash;
	ssize_t n;

	if (!name)
		return false;
	fs = kmodel_fsname(magic);
	if (!major(dev))
		return fs && !strcmp(fs, name);
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", major(dev),
		 minor(dev));
	n = readlink(path, target, sizeof(target) - 1);
	if (n <= 0)
		return false;
	target[n] = '\0';
	slash = strrchr(target, '/');
	return !strcmp(slash ? slash + 1 : target, name);
}

/* is it the same file still? Then it says whose it is */
static bool find_file(struct arena *a, const struct auditrec *r,
		      struct filefacts *f)
{
	return r->name && r->name[0] == '/' && r->ino != UINT64_MAX &&
		filefacts_read(a, NULL, r->name, f) && f->ino == r->ino &&
		is_device(f->dev, f->magic, r->dev);
}

static void know_file(struct arena *a, const struct filefacts *f,
		      struct question *q)
{
	const char *part[3];

	question_id(q, SPACE_OWNER, f->owner);
	question_id(q, SPACE_GROUP, f->group);
	question_magic(q, f->magic);
	if (f->label) {
		split_label(a, f->label, part);
		question_label(q, part[0], part[1], part[2]);
	}
	question_complete(q);
}

static void know_subject(struct arena *a, const struct auditrec *r,
			 struct question *q)
{
	const char *part[3];

	if (r->uid <= KID_MAX)
		question_id(q, SPACE_UID, (uint32_t)r->uid);
	if (!r->subj || !strchr(r->subj, ':'))
		return;
	split_label(a, r->subj, part);
	question_subject(q, part[0], part[1], part[2]);
}

/* one question for each hook and mask; a hook that passes no such mask is nothing */
static size_t ask_all(struct arena *a, const struct auditrec *r,
		      const struct filefacts *file,
		      struct question q[KHOOK_COUNT * 16])
{
	enum khook hook;
	size_t n = 0;
	uint8_t mask;

	for (hook = 0; hook < KHOOK_COUNT; hook++)
		for (mask = 0; mask < 16 && may_be(r, hook); mask++) {
			question_init(&q[n], hook, mask);
			know_subject(a, r, &q[n]);
			if (file)
				know_file(a, file, &q[n]);
			n++;
		}
	return n;
}

/* ---- answers ---- */

static const char *key_of(struct arena *a, const struct auditrec *r,
			  const struct filefacts *f)
{
	const char *label = f && f->label ? f->label : "-";
	bool mapping = may_be(r, KHOOK_MMAP) && !may_be(r, KHOOK_FILE);

	return buf_textf(a, "%d %d %llu %s %d %u %u %llx %s", class_of(r), mapping,
			 (unsigned long long)r->uid, r->subj ? r->subj : "-",
			 f != NULL, f ? f->owner : 0, f ? f->group : 0,
			 f ? (unsigned long long)f->magic : 0, label);
}

static struct kept *find_kept(struct whichrule *w, const char *key)
{
	size_t i;

	for (i = 0; i < KEPT; i++)
		if (w->kept[i].key && !strcmp(w->kept[i].key, key))
			return &w->kept[i];
	return NULL;
}

static struct kept *keep(struct whichrule *w, const char *key,
			 const struct compiled_rules *rules)
{
	struct kept *k = &w->kept[w->next];

	w->next = (w->next + 1) % KEPT;
	free(k->key);
	free(k->rule);
	k->key = strdup(key);
	k->rule = malloc((rules->n + 1) * sizeof(*k->rule));
	k->n = k->rule ? rules->n : 0;
	if (k->n)
		memcpy(k->rule, rules->rule, k->n * sizeof(*k->rule));
	return k;
}

static bool only_exempts(const struct compiled *c, uint32_t rule)
{
	const struct policy_rule *r = c->policy.rules.v;
	size_t i;

	for (i = 0; i < c->policy.rules.n; i++)
		if (r[i].k.class == r[rule].k.class && !r[i].k.dont &&
		    !strcmp(c->statement[i], c->statement[rule]))
			return false;
	return true;
}

/* statements that exempt cannot have refused anything, nor measured */
static void drop_exempt(const struct compiled *c, struct compiled_rules *rules)
{
	size_t i, n = 0;

	for (i = 0; i < rules->n; i++)
		if (!only_exempts(c, rules->rule[i]))
			rules->rule[n++] = rules->rule[i];
	rules->n = n;
}

static struct kept *decide(struct whichrule *w, const char *key,
			   const struct auditrec *r,
			   const struct filefacts *file)
{
	struct compiled_rules rules;
	struct question *q;
	struct arena a;
	struct kept *k;
	size_t n;

	arena_init(&a);
	a.on_oom = w->arena.on_oom;
	q = arena_zalloc(&a, (size_t)KHOOK_COUNT * 16, sizeof(*q));
	n = ask_all(&a, r, file, q);
	rules = compiled_deciders_any(&w->compiled, &a, q, n, class_of(r));
	drop_exempt(&w->compiled, &rules);
	k = keep(w, key, &rules);
	arena_free(&a);
	return k;
}

bool whichrule_ask(struct whichrule *w, struct arena *a,
		   const struct auditrec *r, struct whichrule_answer *out)
{
	struct filefacts file;
	const char *key, **names;
	struct kept *k;
	size_t i;

	if (class_of(r) == KCLASS_COUNT)
		return false;
	out->file_known = find_file(a, r, &file);
	key = key_of(a, r, out->file_known ? &file : NULL);
	k = find_kept(w, key);
	if (!k)
		k = decide(w, key, r, out->file_known ? &file : NULL);
	names = arena_zalloc(a, k->n + 1, sizeof(*names));
	for (i = 0; i < k->n; i++)
		names[i] = w->compiled.statement[k->rule[i]];
	out->statement = names;
	out->n = k->n;
	return true;
}

const char *whichrule_text(struct arena *a, const struct whichrule_answer *an)
{
	struct buf b;
	size_t i;

	if (!an->n)
		return "no statement of this policy";
	buf_init(&b, a);
	if (an->n > 1)
		buf_puts(&b, "one of ");
	for (i = 0; i < an->n && i < SHOWN; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", an->statement[i]);
	if (an->n > SHOWN)
		buf_printf(&b, " and %zu more", an->n - SHOWN);
	return b.s;
}
