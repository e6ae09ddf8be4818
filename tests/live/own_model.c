/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdialect.h"
#include "kmodel_row.h"
#include "num.h"
#include "own_target.h"
#include "util.h"
#include "vec.h"

/*
 * What the model says, for own.sh. RELEASE CONFIG selinux|smack|no-lsm, then one of
 *   builtin NAME...               the lines of built-in policies
 *   effects LINES                 what each line forbids: a blank-separated list of hooks, or -
 *   decide LINES ASPECT=VALUE...  what is done in the end with a file that the kernel reads: "measured PCR TEMPLATE"
 *                                 or "unmeasured", then "refused" or "passed"
 */

/* ---- built-in policies and effects ---- */

static int print_builtin(struct intern *in, const struct ktarget *t, char **words)
{
	for (; *words; words++) {
		size_t n, i;
		const char *const *lines = kmodel_builtin(in->arena, t, *words, &n);

		for (i = 0; i < n; i++)
			puts(lines[i]);
	}
	return 0;
}

static int print_effects(struct intern *in, const struct ktarget *t, char **words)
{
	struct krules rules = own_rules(in, t, words[0]);
	struct krange r = kmodel_range(KKIND_EFFECT);
	size_t i;

	for (i = 0; i < rules.n; i++) {
		unsigned int effects = krule_effects(&rules.v[i]), f;

		if (!effects)
			putchar('-');
		for (f = r.first; f < r.end; f++)
			if (effects & kmodel_row(f)->num)
				printf("%s ", kmodel_word(f));
		putchar('\n');
	}
	return 0;
}

/* ---- one read of a file by the kernel ---- */

/* what security.ima of the file holds */
enum xattr {
	XATTR_NONE, XATTR_HASH, XATTR_SIGNED,
	XATTR_UNKNOWN,	/* signed by a key that the kernel has not */
	XATTR_BAD,	/* by one that it has, for other contents */
};

struct question {
	struct kaccess access;
	enum xattr xattr;
	bool appended;	/* a good signature behind the contents */
};

static uint32_t number(const char *s)
{
	uint64_t v;

	if (num_parse(s, strlen(s), 10, KID_MAX, &v) == NUM_OK)
		return (uint32_t)v;
	fprintf(stderr, "%s is no id\n", s);
	exit(2);
}

static void take_hook(struct question *q, const char *value)
{
	enum kfeature f = kmodel_find(KKIND_HOOK, value, strlen(value));

	if (f == KF_COUNT) {
		fprintf(stderr, "%s is no hook\n", value);
		exit(2);
	}
	q->access.hook = kmodel_row(f)->hook;
}

static void take_xattr(struct question *q, const char *value)
{
	static const char *const names[] = { "none", "hash", "signed", "unknown", "bad" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i], value) == 0) {
			q->xattr = (enum xattr)i;
			return;
		}
	fprintf(stderr, "%s is nothing that a file has\n", value);
	exit(2);
}

static void take_uid(struct question *q, const char *value)
{
	q->access.uid.real = q->access.uid.effective = q->access.uid.saved = number(value);
	q->access.uid.cap = number(value) == 0;
}

static void take_fowner(struct question *q, const char *value)
{
	q->access.fowner = number(value);
}

static void take_fgroup(struct question *q, const char *value)
{
	q->access.fgroup = number(value);
}

static void take_type(struct question *q, const char *value)
{
	q->access.lsm[KLSM_OBJ_TYPE] = value;
}

static void take_appended(struct question *q, const char *value)
{
	q->appended = strcmp(value, "good") == 0;
}

static const struct {
	const char *name;
	void (*take)(struct question *q, const char *value);
} aspects[] = {
	{ "hook", take_hook },
	{ "xattr", take_xattr },
	{ "appended", take_appended },
	{ "uid", take_uid },
	{ "fowner", take_fowner },
	{ "fgroup", take_fgroup },
	{ "obj_type", take_type },
};

static struct question ask(char **words)
{
	/* the initramfs: a tmpfs by its number, and with a name of its own */
	struct question q = { .access = { .mask = KMASK_READ, .fsname = "rootfs" } };
	size_t i, n = 0;

	q.access.lsm[KLSM_OBJ_USER] = "system_u";
	q.access.lsm[KLSM_OBJ_ROLE] = "object_r";
	q.access.lsm[KLSM_OBJ_TYPE] = "base_t";
	q.access.lsm[KLSM_SUBJ_USER] = "system_u";
	q.access.lsm[KLSM_SUBJ_ROLE] = "system_r";
	q.access.lsm[KLSM_SUBJ_TYPE] = "base_t";
	kmodel_fsmagic("tmpfs", &q.access.fsmagic);
	take_uid(&q, "0");
	for (; *words; words++) {
		for (i = 0; i < ARRAY_SIZE(aspects); i++) {
			n = strlen(aspects[i].name);
			if (strncmp(*words, aspects[i].name, n) == 0 && (*words)[n] == '=')
				break;
		}
		if (i == ARRAY_SIZE(aspects)) {
			fprintf(stderr, "%s is no aspect\n", *words);
			exit(2);
		}
		aspects[i].take(&q, *words + n + 1);
	}
	return q;
}

/* may a file be used that this rule of appraise decides on? */
static bool passes(const struct krule *r, const struct question *q)
{
	if (q->xattr == XATTR_SIGNED)
		return true;
	/* a signature of the file that is known to be wrong is not made good */
	if ((r->sig & KSIG_MODSIG) && q->appended)
		return q->xattr != XATTR_BAD;
	return q->xattr == XATTR_HASH && !r->sig;
}

/* the kernel opens a file before it reads it for a purpose, and both are asked about */
static int print_decision(struct intern *in, const struct ktarget *t, char **words)
{
	struct krules rules = own_rules(in, t, words[0]);
	struct question q = ask(words + 1);
	const enum khook hooks[] = { KHOOK_FILE, q.access.hook };
	bool refused = false;
	int by = -1;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		struct kdecision d;

		q.access.hook = hooks[i];
		d = kdialect_walk(t, rules.v, rules.n, &q.access);
		if (by < 0)
			by = d.rule[KCLASS_MEASURE];
		if (by >= 0 && rules.v[by].dont)
			by = -1;
		if (d.rule[KCLASS_APPRAISE] < 0 || rules.v[d.rule[KCLASS_APPRAISE]].dont)
			continue;
		refused |= !passes(&rules.v[d.rule[KCLASS_APPRAISE]], &q);
		if (refused)
			break; /* what follows is not reached */
	}
	/* PCR and template of this kernel's configuration are those of a rule that names none */
	if (by < 0)
		printf("unmeasured ");
	else
		printf("measured %d %s ", rules.v[by].pcr < 0 ? 10 : rules.v[by].pcr,
		       rules.v[by].template ? rules.v[by].template : "ima-sig");
	puts(refused ? "refused" : "passed");
	return 0;
}

static const struct {
	const char *name;
	int words; /* at least */
	int (*run)(struct intern *in, const struct ktarget *t, char **words);
} parts[] = {
	{ "builtin", 0, print_builtin },
	{ "effects", 1, print_effects },
	{ "decide", 1, print_decision },
};

int main(int argc, char **argv)
{
	struct arena arena;
	struct intern in;
	struct ktarget t;
	int status;
	size_t i;

	for (i = 0; argc >= 5 && i < ARRAY_SIZE(parts); i++)
		if (argc >= 5 + parts[i].words && strcmp(parts[i].name, argv[4]) == 0)
			break;
	if (argc < 5 || i == ARRAY_SIZE(parts)) {
		fprintf(stderr, "usage: own_model RELEASE CONFIG selinux|smack|no-lsm builtin|effects|decide WORD...\n");
		return 2;
	}
	arena_init(&arena);
	intern_init(&in, &arena);
	t = own_target(&arena, argv + 1);
	status = parts[i].run(&in, &t, argv + 5);
	arena_free(&arena);
	return status;
}
