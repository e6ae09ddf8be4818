/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "judge_int.h"
#include "util.h"

/* ---- what operations are ---- */

/* the first call of each is an open; KHOOK_NONE: no more */
static const enum khook hooks[JUDGE_PATHS][JUDGE_CALLS] = {
	[JUDGE_EXEC] = { KHOOK_FILE, KHOOK_BPRM, KHOOK_CREDS },
	[JUDGE_MMAP] = { KHOOK_FILE, KHOOK_MMAP_REQPROT, KHOOK_MMAP },
	[JUDGE_READ] = { KHOOK_FILE },
	[JUDGE_MODULE] = { KHOOK_FILE, KHOOK_MODULE },
	[JUDGE_FIRMWARE] = { KHOOK_FILE, KHOOK_FIRMWARE },
	[JUDGE_POLICY] = { KHOOK_FILE, KHOOK_POLICY },
	[JUDGE_KEXEC_KERNEL] = { KHOOK_FILE, KHOOK_KEXEC_KERNEL },
	[JUDGE_KEXEC_INITRAMFS] = { KHOOK_FILE, KHOOK_KEXEC_INITRAMFS },
	[JUDGE_START] = { KHOOK_FILE, KHOOK_BPRM, KHOOK_CREDS,
			  KHOOK_MMAP_REQPROT, KHOOK_MMAP },
};

/* of open(2): O_APPEND adds its bit, and nothing but exec opens with EXEC */
const uint8_t judge_open_masks[JUDGE_OPEN_KINDS] = {
	KMASK_WRITE, KMASK_READ | KMASK_WRITE, KMASK_READ | KMASK_APPEND,
	KMASK_WRITE | KMASK_APPEND, KMASK_READ | KMASK_WRITE | KMASK_APPEND,
};

static bool is_run(unsigned int path)
{
	return path == JUDGE_EXEC || path == JUDGE_START;
}

unsigned int judge_path_events(const struct judge *j, unsigned int path,
			       struct judge_call call[JUDGE_CALLS])
{
	unsigned int i, n = 0;

	for (i = 0; i < JUDGE_CALLS && hooks[path][i]; i++) {
		enum khook hook = hooks[path][i];

		if (!explain_has_hook(&j->x, hook))
			continue;
		call[n++] = (struct judge_call){
			.hook = hook,
			.mask = hook == KHOOK_FILE && !is_run(path) ?
				KMASK_READ : kmodel_hook_mask(hook) &
				(hook == KHOOK_FILE ? KMASK_EXEC : 0xff),
		};
	}
	return n;
}

/* ---- who gets what ---- */

struct split {
	struct judge *j;
	struct judge_variant *v;
	unsigned int path;
	struct judge_seq seq;
	uint32_t event[JUDGE_CALLS];
};

static uint32_t either(uint32_t a, uint32_t b)
{
	return a | b;
}

/* the same ids, with any label */
static dd_ref any_label(const struct judge *j, dd_ref who)
{
	return dd_sum(j->x.m, who, SPACE_SUBJ_TYPE, either);
}

dd_ref judge_at_event(const struct judge *j, dd_ref f, uint32_t event)
{
	uint32_t atom[SPACE_DIMS] = { 0 };

	atom[SPACE_EVENT] = event;
	return dd_and(j->x.m, any_label(j, j->subjects),
		      dd_follow(j->x.m, f, atom, SPACE_UID));
}

/* is the process by then what exec made of it? */
static bool by_new(const struct split *s, unsigned int i)
{
	enum khook hook = s->seq.call[i].hook;

	if (hook == KHOOK_CREDS)
		return s->j->new_label;
	return s->path == JUDGE_START &&
	       (hook == KHOOK_MMAP || hook == KHOOK_MMAP_REQPROT);
}

/* who decides about each call, at one point of who and new */
static void take_rules(struct split *s, dd_ref who, dd_ref new)
{
	struct dd *m = s->j->x.m;
	uint32_t old_at[SPACE_DIMS], new_at[SPACE_DIMS];
	bool fixed[SPACE_DIMS];
	unsigned int i;
	int c;

	dd_witness(m, who, old_at, fixed);
	dd_witness(m, new, new_at, fixed);
	for (i = 0; i < s->seq.n; i++)
		for (c = 0; c < KCLASS_COUNT; c++)
			s->seq.call[i].rule[c] = (int)dd_eval(m,
				judge_at_event(s->j, s->v->decider[c], s->event[i]),
				by_new(s, i) ? new_at : old_at) - 1;
}

/* one of them, but for what is left out, behind a word */
static void describe(struct judge *j, dd_ref set, uint32_t without,
		     const char *word, struct buf *out)
{
	static const char by[] = " by ";
	struct witness w;
	unsigned int dim;
	struct buf b;

	if (!witness_find(j->x.space, set, &w))
		return;
	for (dim = 0; dim < SPACE_DIMS; dim++)
		w.fixed[dim] &= !(without >> dim & 1);
	buf_init(&b, j->arena);
	witness_describe_subject(j->x.space, &w, &b);
	if (b.len)
		buf_printf(out, "%s%s", out->len ? word : word + 1,
			   b.s + strlen(by));
}

static const char *subject_text(struct split *s, dd_ref who, dd_ref new)
{
	const uint32_t ids = (1u << SPACE_SUBJ_TYPE) - 1, labels = ~ids;
	struct judge *j = s->j;
	struct buf b;

	buf_init(&b, j->arena);
	if (new == any_label(j, who)) {
		if (who != j->subjects)
			describe(j, who, j->asked, " by ", &b);
	} else {
		describe(j, new, j->asked | labels, " by ", &b);
		describe(j, who, j->asked | ids, " by ", &b);
		describe(j, new, ids, " into ", &b);
	}
	return b.len ? b.s : NULL;
}

static void take_seq(struct split *s, dd_ref who, dd_ref new)
{
	take_rules(s, who, new);
	s->seq.subject = subject_text(s, who, new);
	vec_push(s->j->arena, &s->v->path[s->path], s->seq);
}

static uint32_t is_code(void *arg, uint32_t t)
{
	return t == *(const uint32_t *)arg;
}

static uint32_t other_code(void *arg, uint32_t t)
{
	return t == *(const uint32_t *)arg ? 0 : t;
}

/* who calls; new is what the process may be once exec has changed it */
static void split(struct split *s, unsigned int i, dd_ref who, dd_ref new)
{
	struct judge *j = s->j;
	struct dd *m = j->x.m;
	struct judge_call *call = &s->seq.call[i];
	uint32_t atom[SPACE_DIMS];
	bool fixed[SPACE_DIMS];
	dd_ref left, set;

	if (i == s->seq.n) {
		take_seq(s, who, new);
		return;
	}
	left = dd_and(m, by_new(s, i) ? new : who,
		      judge_at_event(j, s->v->code, s->event[i]));
	while (!dd_full(m) && dd_witness(m, left, atom, fixed)) {
		call->code = dd_eval(m, left, atom);
		set = dd_map(m, left, is_code, &call->code);
		left = dd_map(m, left, other_code, &call->code);
		if (by_new(s, i))
			split(s, i + 1, dd_and(m, who, any_label(j, set)), set);
		else
			split(s, i + 1, set, dd_and(m, new, any_label(j, set)));
	}
}

static void make_path(struct judge *j, struct judge_variant *v,
		      unsigned int path, const struct judge_call *call,
		      unsigned int n)
{
	struct split s = { .j = j, .v = v, .path = path };
	unsigned int i;

	s.seq.n = n;
	for (i = 0; i < n; i++) {
		s.seq.call[i] = call[i];
		s.event[i] = space_find_event(j->x.space, call[i].hook,
					      call[i].mask, NULL);
	}
	split(&s, 0, j->subjects, any_label(j, j->subjects));
}

void judge_make_paths(struct judge *j, struct judge_variant *v)
{
	struct judge_call call[JUDGE_CALLS];
	unsigned int i, n;

	for (i = 0; i < JUDGE_PATHS; i++) {
		if (i == JUDGE_OPENS)
			continue;
		n = judge_path_events(j, i, call);
		make_path(j, v, i, call, n);
	}
	for (i = 0; i < JUDGE_OPEN_KINDS; i++) {
		call[0] = (struct judge_call){ .hook = KHOOK_FILE,
					       .mask = judge_open_masks[i] };
		make_path(j, v, JUDGE_OPENS, call, 1);
	}
}
