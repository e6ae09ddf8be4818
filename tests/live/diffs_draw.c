/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "../meaning/point.h"
#include "buf.h"
#include "diffs.h"
#include "policy.h"
#include "util.h"

#define LINES 8
#define TRIES 80
#define WITNESSES 6	/* at most that many of one pair */

struct lines {
	const char *v[LINES];
	size_t n;
};

struct pair {
	struct diffs *d;
	struct arena arena;	/* of what is only for the comparison */
	struct intern strings;
	struct lines lines[2];
	struct policy policy[2];
	struct difference found;
};

static uint64_t below(struct pair *p, uint64_t n)
{
	return rng_below(&p->d->draw.r, n);
}

static bool chance(struct pair *p, unsigned int percent)
{
	return rng_percent(&p->d->draw.r, percent);
}

/* ---- lines ---- */

/* what stays with a file or shows elsewhere would blur what is to be seen */
static bool plain(const struct krule *r)
{
	return !r->verity && !r->directio && r->class != KCLASS_HASH;
}

static const char *new_line(struct pair *p)
{
	bool audit = chance(p, 15);
	struct krule rule;
	struct buf b;

	do {
		buf_init(&b, p->d->arena);
		if (!audit && chance(p, 40))
			draw_appraise_line(&p->d->draw, &p->strings, &b, &rule);
		else
			draw_line(&p->d->draw, &p->strings, &b, &rule);
	} while (!plain(&rule) || (audit && rule.class != KCLASS_AUDIT));
	draw_with_role(&p->d->draw, &b);
	return b.s;
}

/* a line without a word that begins so */
static const char *without(struct pair *p, const char *line, const char *word)
{
	const char *at = strstr(line, word);
	struct buf b;

	if (!at)
		return line;
	buf_init(&b, p->d->arena);
	buf_add(&b, line, (size_t)(at - line));
	buf_puts(&b, at + 1 + strcspn(at + 1, " "));
	return b.s;
}

static const char *with(struct pair *p, const char *line, const char *words)
{
	struct buf b;

	buf_init(&b, p->d->arena);
	buf_printf(&b, "%s%s", line, words);
	return b.s;
}

/* other options, a condition less, or the action turned round */
static const char *changed_line(struct pair *p, const char *line)
{
	static const char *const conditions[] = {
		" mask=", " fsname=", " fsmagic=", " fowner", " fgroup", " uid",
		" euid", " gid", " egid", " obj_type=", " subj_type=",
	};

	if (strncmp(line, "dont_", 5) == 0)
		return line + 5;
	switch (below(p, 3)) {
	case 0:
		return without(p, line, conditions[below(p,
						ARRAY_SIZE(conditions))]);
	case 1:
		return with(p, "dont_", without(p, without(p, without(p,
			without(p, line, " pcr="), " template="),
			" appraise_type="), " appraise_algos="));
	default:
		break;
	}
	if (strncmp(line, "measure", 7) == 0)
		return chance(p, 60) ?
			with(p, without(p, line, " pcr="), " pcr=12") :
			with(p, without(p, line, " template="),
			     " template=ima-ng");
	if (strncmp(line, "appraise", 8) == 0)
		return strstr(line, "appraise_type=") ?
			without(p, line, " appraise_type=") :
			with(p, line, " appraise_type=imasig");
	return line;
}

static bool accepted(struct pair *p, const char *line)
{
	struct kd_out out;

	return kdialect_parse(p->d->draw.target, &p->strings, line,
			      strlen(line), &out) == KD_RULE &&
	       plain(&out.rule);
}

static void change(struct pair *p, struct lines *l)
{
	size_t at = below(p, l->n);
	const char *line = l->v[at];

	switch (below(p, 4)) {
	case 0:
		if (l->n > 1)
			memmove(&l->v[at], &l->v[at + 1],
				(--l->n - at) * sizeof(l->v[0]));
		break;
	case 1:
		l->v[at] = l->v[l->n - 1];
		l->v[l->n - 1] = line;
		break;
	default:
		line = changed_line(p, line);
		l->v[at] = accepted(p, line) ? line : new_line(p);
	}
}

static bool read_lines(struct pair *p, int s)
{
	struct span bad;
	struct buf b;
	size_t i;

	buf_init(&b, &p->arena);
	for (i = 0; i < p->lines[s].n; i++)
		buf_printf(&b, "%s\n", p->lines[s].v[i]);
	return policy_read(&p->policy[s], &p->arena, &p->strings,
			   p->d->draw.target,
			   source_new(&p->arena, s ? "new" : "old", b.s, b.len,
				      (unsigned int)s), NULL, 0, &bad);
}

static bool draw_lines(struct pair *p)
{
	size_t i;
	int s;

	/* which is the new one? Lines are left out more often than put in */
	s = (int)below(p, 2);
	p->lines[s].n = 1 + below(p, LINES - 1);
	for (i = 0; i < p->lines[s].n; i++)
		p->lines[s].v[i] = new_line(p);
	p->lines[!s] = p->lines[s];
	for (i = 1 + below(p, 2); i; i--)
		change(p, &p->lines[!s]);
	return read_lines(p, 0) && read_lines(p, 1) &&
	       difference_find(&p->arena, &p->policy[0], &p->policy[1], 0,
			       &p->found);
}

/* ---- accesses ---- */

static bool do_open(struct plan_access *x, uint8_t mask)
{
	static const char *const args[] = { "r", "w", "b", "wa", "ba", "ra" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(args); i++)
		if (plan_open_mask(args[i]) == mask) {
			x->verb = PLAN_OPEN;
			x->arg = args[i];
			return true;
		}
	return false;
}

/* what makes the kernel call the hook; false: nothing that a guest can do */
static bool do_event(struct plan_file *f, struct plan_access *x,
		     const struct space_event *e)
{
	f->content = PLAN_TEXT;
	x->arg = "-";
	switch (e->hook) {
	case KHOOK_FILE:
		x->verb = PLAN_EXEC;
		return e->mask == KMASK_EXEC || do_open(x, e->mask);
	case KHOOK_BPRM:
	case KHOOK_CREDS:
		x->verb = PLAN_EXEC;
		/* where CREDS_CHECK is called once it is of a program */
		if (e->hook == KHOOK_CREDS)
			f->content = PLAN_PROGRAM;
		return true;
	case KHOOK_MMAP:
	case KHOOK_MMAP_REQPROT:
		x->verb = PLAN_MMAP;
		x->arg = "x";
		return true;
	case KHOOK_MODULE:
		x->verb = PLAN_MODULE;
		return true;
	case KHOOK_KEXEC_KERNEL:
	case KHOOK_KEXEC_INITRAMFS:
		x->verb = PLAN_KEXEC;
		f->content = PLAN_KERNEL;
		return true;
	default:
		return false;
	}
}

static void set_id(const struct space *sp, const struct witness *w,
		   enum space_dim dim, uint32_t *id)
{
	if (w->fixed[dim])
		*id = space_atom_id(sp, dim, w->atom[dim]);
}

/* the plan outlives the space */
static void set_name(struct pair *p, const struct witness *w,
		     enum space_dim dim, const char **name)
{
	const char *have = w->fixed[dim] ?
		space_atom_name(p->found.space, dim, w->atom[dim]) : NULL;

	if (have)
		*name = intern_str(&p->strings, have);
}

/* what the witness says; where it says "another" the drawn value may do */
static void follow(struct pair *p, const struct witness *w,
		   struct plan_file *f, struct plan_access *x)
{
	const struct space *sp = p->found.space;

	set_id(sp, w, SPACE_OWNER, &f->owner);
	set_id(sp, w, SPACE_GROUP, &f->group);
	set_name(p, w, SPACE_OBJ_USER, &f->label.user);
	set_name(p, w, SPACE_OBJ_TYPE, &f->label.type);
	set_id(sp, w, SPACE_UID, &x->uid[0]);
	set_id(sp, w, SPACE_EUID, &x->uid[1]);
	set_id(sp, w, SPACE_SUID, &x->uid[2]);
	set_id(sp, w, SPACE_GID, &x->gid[0]);
	set_id(sp, w, SPACE_EGID, &x->gid[1]);
	set_id(sp, w, SPACE_SGID, &x->gid[2]);
	if (w->fixed[SPACE_CAP_SETUID])
		x->cap_uid = w->atom[SPACE_CAP_SETUID] != 0;
	if (w->fixed[SPACE_CAP_SETGID])
		x->cap_gid = w->atom[SPACE_CAP_SETGID] != 0;
	set_name(p, w, SPACE_SUBJ_USER, &x->subject.user);
	set_name(p, w, SPACE_SUBJ_ROLE, &x->subject.role);
	set_name(p, w, SPACE_SUBJ_TYPE, &x->subject.type);
}

static bool is_witness(const struct space *sp, const struct witness *w,
		       const struct kaccess *a)
{
	uint32_t atom[SPACE_DIMS];
	int d;

	if (!point_of(sp, a, atom))
		return false;
	for (d = 0; d < SPACE_DIMS; d++)
		if (w->fixed[d] && w->atom[d] != atom[d])
			return false;
	return true;
}

static bool acts(const struct pair *p, int s, enum kclass c,
		 const struct kaccess *a)
{
	const struct policy *policy = &p->policy[s];
	struct krule rules[LINES];
	struct kdecision k;
	size_t i;

	for (i = 0; i < policy->rules.n; i++)
		rules[i] = policy->rules.v[i].k;
	k = kdialect_walk(p->d->draw.target, rules, policy->rules.n, a);
	return k.rule[c] >= 0 && !rules[k.rule[c]].dont;
}

/*
 * One call of the access is the witness, and nothing that the other calls bring
 * about can be taken for what is to be seen, or keeps it from coming to that.
 */
static bool shows(const struct pair *p, const struct difference_entry *e,
		  const struct plan_access *x)
{
	struct trial_call calls[TRIAL_CALLS];
	size_t i, n, witness = TRIAL_CALLS;
	int s;

	n = trial_calls(p->d->draw.target, p->d->draw.plan, x, calls);
	for (i = 0; i < n && witness == TRIAL_CALLS; i++)
		if (!calls[i].buffer && is_witness(p->found.space, &e->witness,
						   &calls[i].access))
			witness = i;
	if (witness == TRIAL_CALLS)
		return false;
	for (i = 0; i < n; i++)
		for (s = 0; s < 2; s++) {
			const struct kaccess *a = &calls[i].access;

			if (acts(p, s, KCLASS_APPRAISE, a) &&
			    (i != witness || e->class != KCLASS_APPRAISE))
				return false;
			if (i != witness && acts(p, s, e->class, a))
				return false;
		}
	return true;
}

/* ---- what is to be seen ---- */

static bool hash_allowed(const struct access_outcome *o, const char *name)
{
	return !o->algos || o->algos >> kmodel_hash_index(name) & 1;
}

/* a signed file is not opened for writing where anything appraises it */
static bool passes(const struct access_outcome *o, unsigned int seal,
		   uint8_t mask)
{
	if (!o->acts)
		return true;
	switch (seal) {
	case PLAN_SEAL_HASH:
		return !o->sig && hash_allowed(o, "sha256");
	case PLAN_SEAL_SHA1:
		return !o->sig && hash_allowed(o, "sha1");
	case PLAN_SEAL_SIGNED:
		return !(mask & KMASK_WRITE) && hash_allowed(o, "sha256");
	default:
		return false;
	}
}

static const char *word_of(const struct pair *p,
			   const struct difference_entry *e,
			   const struct access_outcome *o, unsigned int seal,
			   uint8_t mask)
{
	if (e->class == KCLASS_APPRAISE)
		return passes(o, seal, mask) ? "passed" : "refused";
	if (!o->acts)
		return "-";
	if (e->class == KCLASS_AUDIT)
		return "audited";
	return diffs_measured(p->d->arena, o->pcr, o->template);
}

/* false: with this seal, or under these names, both come out alike */
static bool want(struct pair *p, const struct difference_entry *e,
		 struct plan_file *f, const struct plan_access *x)
{
	uint8_t mask = x->verb == PLAN_OPEN ? plan_open_mask(x->arg) : 0;
	struct diffs_wanted w = { .seq = x->seq, .class = e->class,
				  .kinds = e->kinds };

	f->seal = e->class == KCLASS_APPRAISE ?
		(unsigned int)below(p, PLAN_SEAL_SIGNED + 1) : 0;
	w.word[0] = word_of(p, e, &e->old.outcome, f->seal, mask);
	w.word[1] = word_of(p, e, &e->new.outcome, f->seal, mask);
	if (strcmp(w.word[0], w.word[1]) == 0)
		return false;
	vec_push(p->d->arena, &p->d->wanted, w);
	return true;
}

/* one more file and access, or none that will do */
static bool try_access(struct pair *p, const struct difference_entry *e)
{
	struct draw *d = &p->d->draw;
	struct plan *plan = d->plan;
	const struct space *sp = p->found.space;
	struct space_event event;
	struct plan_access *x;
	struct plan_file *f;
	uint32_t atom;

	draw_access(d, NULL);
	f = &plan->files.v[plan->files.n - 1];
	x = &plan->accesses.v[plan->accesses.n - 1];
	f->mode = 0777;
	f->verity = false;
	memset(&x->next, 0, sizeof(x->next));
	atom = e->witness.fixed[SPACE_EVENT] ? e->witness.atom[SPACE_EVENT] :
		(uint32_t)below(p, dd_width(space_dd(sp), SPACE_EVENT));
	event = space_event(sp, atom);
	follow(p, &e->witness, f, x);
	if (do_event(f, x, &event) && shows(p, e, x) && want(p, e, f, x))
		return true;
	plan->files.n--;
	plan->accesses.n--;
	d->files--;
	return false;
}

static size_t try_entries(struct pair *p)
{
	size_t i, seen = 0;
	int tries;

	for (i = 0; i < p->found.entries.n && seen < WITNESSES; i++) {
		bool good = false;

		for (tries = 0; tries < TRIES && !good; tries++)
			good = try_access(p, &p->found.entries.v[i]);
		seen += good;
		p->d->unreached += !good;
	}
	return seen;
}

static void put_lines(const struct pair *p, int s)
{
	size_t i;

	for (i = 0; i < p->lines[s].n; i++)
		fprintf(p->d->policy[s], "%s\n", p->lines[s].v[i]);
}

void diffs_draw_pair(struct diffs *d, unsigned int number)
{
	bool done = false;

	draw_policy(&d->draw, number);
	while (!done) {
		struct pair p = { .d = d };

		arena_init(&p.arena);
		/* the plan keeps words of the lines */
		intern_init(&p.strings, d->arena);
		done = draw_lines(&p) && try_entries(&p);
		if (done) {
			put_lines(&p, 0);
			put_lines(&p, 1);
		}
		arena_free(&p.arena);
	}
	d->pairs++;
}
