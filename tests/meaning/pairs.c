/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "gen.h"
#include "pairs.h"
#include "util.h"

#define LINES 16
#define WORDS 16
#define TRIES 60

/* a kernel line in words: action, hook or "", conditions, then the options */
struct line {
	const char *w[WORDS];
	size_t n, options;	/* where the options begin */
};

struct lines {
	struct line v[LINES];
	size_t n;
};

struct maker {
	struct pair *p;
	struct rng *r;
	unsigned int keys;	/* bits of conditions that lines may have */
	unsigned int hooks;	/* bits of hooks that they may have */
	bool flags;		/* options that stay with a file are frequent */
};

static bool pct(struct maker *m, unsigned int percent)
{
	return rng_percent(m->r, percent);
}

#define PICK(m, a) ((a)[rng_below((m)->r, ARRAY_SIZE(a))])

/* ---- what lines are made of ---- */

struct condition {
	const char *key;
	const char *values[3];
};

static const struct condition conditions[] = {
	{ "uid", { "=0", "<7", ">6" } }, { "euid", { "=0", "=7", "<7" } },
	{ "gid", { "=0", ">0", "=7" } }, { "egid", { "=7", ">6", "=0" } },
	{ "fowner", { "=0", "<7", "=7" } }, { "fgroup", { "=0", ">0", "=7" } },
	{ "fsmagic", { "=0xef53", "=0x1021994", "=0x9fa0" } },
	{ "fsname", { "=ext4", "=tmpfs", "=overlay" } },
	{ "fsuuid", { "=11111111-2222-4333-8444-555555555555",
		      "=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
		      "=11111111-2222-4333-8444-555555555555" } },
	{ "fs_subtype", { "=sshfs", "=ntfs", "=sshfs" } },
	{ "obj_type", { "=a_t", "=b_t", "=c_t" } },
	{ "obj_user", { "=sys_u", "=own_u", "=sys_u" } },
	{ "obj_role", { "=object_r", "=other_r", "=object_r" } },
	{ "subj_type", { "=init_t", "=web_t", "=shell_t" } },
	{ "subj_user", { "=sys_u", "=own_u", "=sys_u" } },
	{ "subj_role", { "=r_r", "=s_r", "=r_r" } },
};

static const char *const hooks[] = {
	"", "", "func=BPRM_CHECK", "func=MMAP_CHECK", "func=FILE_CHECK",
	"func=FILE_CHECK mask=MAY_READ", "func=FILE_CHECK mask=^MAY_READ",
	"func=FILE_CHECK mask=^MAY_WRITE", "func=FILE_CHECK mask=MAY_EXEC",
	"mask=^MAY_EXEC", "mask=^MAY_APPEND", "func=CREDS_CHECK",
	"func=MODULE_CHECK", "func=FIRMWARE_CHECK", "func=KEXEC_KERNEL_CHECK",
	"func=KEXEC_INITRAMFS_CHECK", "func=POLICY_CHECK",
	"func=KEXEC_CMDLINE", "func=KEY_CHECK", "func=CRITICAL_DATA",
	"func=MMAP_CHECK_REQPROT", "func=SETXATTR_CHECK",
};

static const char *const actions[] = {
	"measure", "measure", "measure", "measure", "dont_measure",
	"dont_measure", "appraise", "appraise", "appraise", "dont_appraise",
	"audit", "audit", "dont_audit", "hash", "dont_hash",
};

static void add(struct maker *m, struct line *l, const char *key,
		const char *value)
{
	struct buf b;

	if (l->n == WORDS)
		return;
	buf_init(&b, &m->p->arena);
	buf_printf(&b, "%s%s", key, value);
	l->w[l->n++] = b.s;
}

/* is the condition there? Of fsname= the kernel takes the last one */
static bool has_key(const struct line *l, const char *key)
{
	size_t i, n = strlen(key);

	for (i = 2; i < l->n; i++)
		if (!strncmp(l->w[i], key, n) && strchr("=<>", l->w[i][n]))
			return true;
	return false;
}

static void add_condition(struct maker *m, struct line *l)
{
	size_t i;

	do {
		i = rng_below(m->r, ARRAY_SIZE(conditions));
	} while (!(m->keys & 1u << i));
	if (!has_key(l, conditions[i].key))
		add(m, l, conditions[i].key, PICK(m, conditions[i].values));
}

static void add_measure_options(struct maker *m, struct line *l)
{
	static const char *const pcrs[] = { "11", "12", "0" };
	static const char *const templates[] = { "ima", "ima-ng", "ima-buf" };

	if (pct(m, 20))
		add(m, l, "pcr=", PICK(m, pcrs));
	if (pct(m, 15))
		add(m, l, "template=", PICK(m, templates));
}

static void add_appraise_options(struct maker *m, struct line *l)
{
	static const char *const types[] = {
		"appraise_type=imasig", "appraise_type=imasig",
		"appraise_type=imasig|modsig", "appraise_type=sigv3",
		"appraise_type=imasig|modsig appraise_flag=check_blacklist",
		"digest_type=verity appraise_type=sigv3",
	};
	static const char *const algos[] = { "sha256", "sha1,sha256",
					     "sha512" };

	if (pct(m, 45))
		add(m, l, "", PICK(m, types));
	if (pct(m, 20) || !strcmp(l->w[1], "func=SETXATTR_CHECK"))
		add(m, l, "appraise_algos=", PICK(m, algos));
}

static void add_options(struct maker *m, struct line *l)
{
	l->options = l->n;
	if (!strcmp(l->w[0], "measure"))
		add_measure_options(m, l);
	if (!strcmp(l->w[0], "appraise"))
		add_appraise_options(m, l);
	else if (pct(m, m->flags ? 40 : 3))
		add(m, l, "digest_type=verity", "");
	if (pct(m, m->flags ? 40 : 3))
		add(m, l, "permit_directio", "");
}

/* keys and data take little more than their lists */
static void add_lists(struct maker *m, struct line *l)
{
	static const char *const rings[] = { "=_ima", "=_ima|.evm", "=.evm" };
	static const char *const data[] = { "=selinux", "=kernel_info",
					    "=selinux|kernel_info" };

	if (!strcmp(l->w[1], "func=KEY_CHECK") && pct(m, 60))
		add(m, l, "keyrings", PICK(m, rings));
	if (!strcmp(l->w[1], "func=CRITICAL_DATA") && pct(m, 60))
		add(m, l, "label", PICK(m, data));
}

static void any_line(struct maker *m, struct line *l)
{
	size_t hook, n;

	memset(l, 0, sizeof(*l));
	do {
		hook = rng_below(m->r, ARRAY_SIZE(hooks));
	} while (!(m->hooks & 1u << hook));
	l->w[l->n++] = PICK(m, actions);
	l->w[l->n++] = hooks[hook];
	for (n = rng_below(m->r, 4); n; n--)
		add_condition(m, l);
	add_lists(m, l);
	add_options(m, l);
}

static void line_text(struct buf *b, const struct line *l)
{
	const char *gap = "";
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (!*l->w[i])
			continue;
		buf_printf(b, "%s%s", gap, l->w[i]);
		gap = " ";
	}
}

static bool accepted(struct maker *m, const struct line *l)
{
	struct intern in;
	struct kd_out out;
	struct buf b;

	intern_init(&in, &m->p->arena);
	buf_init(&b, &m->p->arena);
	line_text(&b, l);
	return kdialect_parse(&m->p->target, &in, b.s, b.len, &out) == KD_RULE;
}

static bool new_line(struct maker *m, struct line *l)
{
	int tries;

	for (tries = 0; tries < TRIES; tries++) {
		any_line(m, l);
		if (accepted(m, l))
			return true;
	}
	return false;
}

static bool new_lines(struct maker *m, struct lines *l)
{
	size_t i;

	l->n = 1 + rng_below(m->r, 8);
	for (i = 0; i < l->n; i++)
		if (!new_line(m, &l->v[i]))
			return false;
	return true;
}

/* ---- changes that matter, perhaps ---- */

static void take_out(struct lines *l, size_t at)
{
	memmove(&l->v[at], &l->v[at + 1],
		(l->n - at - 1) * sizeof(l->v[0]));
	l->n--;
}

static void put_in(struct lines *l, size_t at, const struct line *x)
{
	if (l->n == LINES)
		return;
	memmove(&l->v[at + 1], &l->v[at], (l->n - at) * sizeof(l->v[0]));
	l->v[at] = *x;
	l->n++;
}

static void drop_word(struct line *x, size_t at)
{
	memmove(&x->w[at], &x->w[at + 1],
		(x->n - at - 1) * sizeof(x->w[0]));
	x->n--;
	x->options -= at < x->options;
}

/* other options, or other conditions, or the action turned round */
static void change_line(struct maker *m, struct line *x)
{
	const char *action = x->w[0];

	switch (rng_below(m->r, 4)) {
	case 0:
		x->n = x->options;
		add_options(m, x);
		break;
	case 1:
		x->n = 2 + rng_below(m->r, x->options - 1);
		add_condition(m, x);
		add_options(m, x);
		break;
	case 2:
		x->w[0] = strncmp(action, "dont_", 5) == 0 ? action + 5 :
							     PICK(m, actions);
		x->n = x->options;
		break;
	default:
		if (x->n > 2)
			drop_word(x, 2 + rng_below(m->r, x->n - 2));
	}
}

static void change(struct maker *m, struct lines *l)
{
	size_t at = rng_below(m->r, l->n);
	struct line x = l->v[at];

	switch (rng_below(m->r, 5)) {
	case 0:
		if (l->n > 1)
			take_out(l, at);
		break;
	case 1:
		take_out(l, at);
		put_in(l, rng_below(m->r, l->n + 1), &x);
		break;
	case 2:
		if (new_line(m, &x))
			put_in(l, at, &x);
		break;
	default:
		change_line(m, &x);
		if (accepted(m, &x))
			l->v[at] = x;
	}
}

/* ---- changes that do not matter ---- */

static const char *class_of(const struct line *x)
{
	return strncmp(x->w[0], "dont_", 5) == 0 ? x->w[0] + 5 : x->w[0];
}

/* what appraises clears an earlier hash, so these two keep their order */
static bool may_swap(const struct line *x, const struct line *y)
{
	const char *a = class_of(x), *b = class_of(y);

	return strcmp(a, b) != 0 &&
	       !(strchr("ah", *a) && strchr("ah", *b) &&
		 strcmp(a, "audit") != 0 && strcmp(b, "audit") != 0);
}

/* the same rule for fewer accesses, in front of it or behind */
static void narrower(struct maker *m, struct lines *l, size_t at)
{
	struct line x = l->v[at];
	size_t options = x.options;

	x.n = options;
	add_condition(m, &x);
	x.options = x.n;
	while (options < l->v[at].n)
		add(m, &x, "", l->v[at].w[options++]);
	if (accepted(m, &x))
		put_in(l, at + rng_below(m->r, 2), &x);
}

static const char *const spellings[][2] = {
	{ "func=FILE_CHECK", "func=PATH_CHECK" },
	{ "func=MMAP_CHECK", "func=FILE_MMAP" },
	{ "func=BPRM_CHECK", "func=BPRM_CHECK mask=MAY_EXEC" },
	{ "func=MODULE_CHECK", "func=MODULE_CHECK mask=^MAY_READ" },
	{ "uid=0", "uid<1" }, { "fowner=0", "fowner<1" },
	{ "fowner<7", "fowner<00007" }, { "uid>6", "uid>06" },
	{ "fsmagic=0xef53", "fsmagic=EF53" },
	{ "fsuuid=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
	  "fsuuid=AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE" },
	{ "keyrings=_ima|.evm", "keyrings=.evm|_ima" },
	{ "template=ima-ng", "template=d-ng|n-ng" },
	{ "appraise_algos=sha1,sha256", "appraise_algos=sha256,sha1" },
};

static void respell_line(struct maker *m, struct line *was)
{
	struct line x = *was;
	size_t i, j;

	for (i = 2; i < x.options; i++) {
		size_t k = i + rng_below(m->r, x.options - i);
		const char *w = x.w[i];

		x.w[i] = x.w[k];
		x.w[k] = w;
	}
	for (i = 1; i < x.n; i++)
		for (j = 0; j < ARRAY_SIZE(spellings); j++)
			if (!strcmp(x.w[i], spellings[j][0]) && pct(m, 50))
				x.w[i] = spellings[j][1];
	if (accepted(m, &x))
		*was = x;
}

static void respell(struct maker *m, struct lines *l)
{
	size_t i, at;

	for (i = 0; i < l->n; i++)
		respell_line(m, &l->v[i]);
	for (i = 0; i + 1 < l->n; i++)
		if (may_swap(&l->v[i], &l->v[i + 1]) && pct(m, 50)) {
			struct line x = l->v[i];

			l->v[i] = l->v[i + 1];
			l->v[i + 1] = x;
		}
	at = rng_below(m->r, l->n);
	if (pct(m, 60))
		narrower(m, l, at);
	else
		put_in(l, l->n, &l->v[at]);
}

/* ---- policies ---- */

static void pick_words(struct maker *m)
{
	size_t i, n;

	n = 1 + rng_below(m->r, 4);
	for (i = 0; i < n; i++)
		m->keys |= 1u << rng_below(m->r, ARRAY_SIZE(conditions));
	/* of the hooks that every release has, and of all */
	m->hooks = 1u << 2;
	for (i = 0; i < 4; i++)
		m->hooks |= 1u << rng_below(m->r, ARRAY_SIZE(hooks));
	m->flags = pct(m, 45);
}

static bool read_text(struct pair *p, int side, const char *text)
{
	static const char *const names[] = { "old.ima", "new.ima" };
	struct intern *in = arena_new(&p->arena, struct intern);
	struct span bad;

	/* each has its own, as in the program, which must not matter */
	intern_init(in, &p->arena);
	p->text[side] = text;
	return policy_read(&p->policy[side], &p->arena, in, &p->target,
			   source_new(&p->arena, names[side], text,
				      strlen(text), (unsigned int)side),
			   NULL, 0, &bad);
}

static bool read_lines(struct maker *m, int side, const struct lines *l)
{
	struct buf b;
	size_t i;

	buf_init(&b, &m->p->arena);
	buf_puts(&b, "");
	for (i = 0; i < l->n; i++) {
		if (m->p->kind == PAIR_RESPELLED && side && pct(m, 15))
			buf_puts(&b, pct(m, 50) ? "# measure\n" : "\n");
		line_text(&b, &l->v[i]);
		buf_putc(&b, '\n');
	}
	return read_text(m->p, side, b.s);
}

static bool draw_lines(struct maker *m)
{
	struct lines l;
	size_t n;

	pick_words(m);
	if (!new_lines(m, &l) || !read_lines(m, 0, &l))
		return false;
	switch (m->p->kind) {
	case PAIR_UNRELATED:
		if (!new_lines(m, &l))
			return false;
		break;
	case PAIR_RESPELLED:
		m->p->equal = true;
		respell(m, &l);
		break;
	default:
		for (n = 1 + rng_below(m->r, 3); n; n--)
			change(m, &l);
	}
	return read_lines(m, 1, &l);
}

/* ---- programs ---- */

static bool compile_side(struct pair *p, int side, const char *text)
{
	struct attempt *at = arena_zalloc(&p->arena, 1, sizeof(*at));

	p->program[side] = at;
	p->text[side] = text;
	attempt_front(at, text, &p->target);
	return at->front_ok &&
	       compile_policy(&at->c, &p->target, &p->policy[side]);
}

static const char *without_a_piece(struct maker *m, const char *text)
{
	const size_t *starts;
	size_t n = text_pieces(&m->p->arena, text, &starts), at;
	struct buf b;

	if (n < 2)
		return NULL;
	at = rng_below(m->r, n);
	buf_init(&b, &m->p->arena);
	buf_add(&b, text, starts[at]);
	buf_puts(&b, text + starts[at + 1]);
	return b.s;
}

/* the lines of the old policy, one of them left out or two in another order */
static const char *changed_lines(struct maker *m)
{
	const struct policy *old = &m->p->policy[0];
	size_t out = pct(m, 60) ? rng_below(m->r, old->rules.n) : old->rules.n;
	size_t i;
	struct buf b;

	m->p->equal = out == old->rules.n;
	buf_init(&b, &m->p->arena);
	buf_puts(&b, "");
	for (i = 0; i < old->rules.n; i++) {
		struct span s = old->rules.v[i].line;

		if (i == out)
			continue;
		buf_add(&b, s.src->text + s.start, s.end - s.start);
		buf_putc(&b, '\n');
	}
	return b.s;
}

static bool draw_program(struct maker *m)
{
	struct pair *p = m->p;
	struct gen_knobs k;
	const char *other;
	struct buf b;

	gen_defaults(&k, m->r);
	k.release = NULL;
	k.stmts = 3;
	k.depth = 1;
	k.dims &= ~GEN_BIT(rng_below(m->r, GEN_DIMS));
	k.strict = 30;
	k.directio = 5;
	k.exempt_audit = kmodel_may(&p->target, KF_ACT_DONT_AUDIT);
	buf_init(&b, &p->arena);
	gen_policy(&b, &k, m->r);
	if (!compile_side(p, 0, b.s))
		return false;
	if (p->kind == PAIR_LINES)
		return read_text(p, 1, changed_lines(m));
	other = without_a_piece(m, b.s);
	return other && compile_side(p, 1, other);
}

/* ---- pairs ---- */

static const char *const kind_names[PAIR_KINDS] = {
	[PAIR_CHANGED] = "changed", [PAIR_UNRELATED] = "unrelated",
	[PAIR_RESPELLED] = "respelled", [PAIR_COMPILED] = "compiled",
	[PAIR_LINES] = "compiled and lines",
};

const char *pair_kind_name(enum pair_kind k)
{
	return kind_names[k];
}

bool pair_draw(struct pair *p, struct rng *r)
{
	static const char *const releases[] = { "5.4", "5.10", "5.15", "6.1",
						"6.6", "6.12", "6.19", "7.1" };
	static const enum pair_kind kinds[] = {
		PAIR_CHANGED, PAIR_CHANGED, PAIR_CHANGED, PAIR_CHANGED,
		PAIR_UNRELATED, PAIR_UNRELATED, PAIR_RESPELLED, PAIR_RESPELLED,
		PAIR_COMPILED, PAIR_LINES,
	};
	struct maker m = { .p = p, .r = r };
	bool program;

	memset(p, 0, sizeof(*p));
	arena_init(&p->arena);
	p->kind = PICK(&m, kinds);
	program = p->kind == PAIR_COMPILED || p->kind == PAIR_LINES;
	target_of(&p->target, program ? "6.12" : PICK(&m, releases));
	if (program ? draw_program(&m) : draw_lines(&m))
		return true;
	pair_free(p);
	return false;
}

void pair_free(struct pair *p)
{
	int s;

	for (s = 0; s < 2; s++)
		if (p->program[s])
			attempt_free(p->program[s]);
	arena_free(&p->arena);
}

void pair_print(const struct pair *p)
{
	int s;

	printf("# %s, kernel %u.%u, selinux\n", pair_kind_name(p->kind),
	       p->target.release.major, p->target.release.minor);
	for (s = 0; s < 2; s++) {
		const struct policy *policy = &p->policy[s];
		size_t i;

		printf("--- %s\n", s ? "new" : "old");
		if (p->program[s])
			printf("%s--- its lines\n", p->text[s]);
		for (i = 0; i < policy->rules.n; i++) {
			struct span l = policy->rules.v[i].line;

			printf("%2zu  %.*s\n", i, (int)(l.end - l.start),
			       l.src->text + l.start);
		}
	}
}
