/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <stdlib.h>

#include "judge_int.h"
#include "sticky.h"
#include "util.h"

/*
 * All that can come of a file is what comes of each call at each of the states
 * that its memory can be in (struct kfile), and those are few: what sticks, by
 * which hash its content was collected, where it passed. So all states that the
 * file gets into by operations that can come to it are walked through from the
 * first, when nothing is remembered; the nearest first.
 */
enum {
	ST_VERITY = 1,
	ST_SIG = 1,		/* three bits, from that one on */
	ST_DIGEST = 4,		/* enum digest */
	ST_PASSED = 6,		/* bit for each enum kfile_group */
	/*
	 * What else there is to do makes IMA look at the hash algorithm again:
	 * of policies with appraise_algos= alone.
	 */
	ST_DONE = 11,		/* audited, hashed, known to be signed: a bit each */
	ST_MEASURED = 14,	/* bit for each PCR */
};
static_assert(ST_PASSED + KFILE_GROUPS == ST_DONE, "bits of a state");

#define STATES_MAX 1024u	/* nothing comes near it */
#define STATES_HASHED (4 * STATES_MAX)

enum digest { DIGEST_NONE, DIGEST_DEFAULT, DIGEST_SEAL, DIGEST_VERITY };

#define DEFAULT_ALGO 4u		/* sha256, as in kfile.c */

/* a state, and how it was come to */
struct reached {
	uint64_t state;
	size_t from;			/* place in reached */
	const struct judge_call *call;	/* NULL: it is the first */
};

struct play {
	const struct judge *j;
	const struct judge_variant *v;
	struct kfile file;		/* as it lies there */
	bool appended_unknown;
	unsigned int paths;		/* bits of what can come to it */
	struct reached reached[STATES_MAX];
	size_t n;
	uint16_t places[STATES_HASHED];	/* from 1 */
	bool full;
	struct judge_verdict *out;
	/*
	 * Bits of operations: some refusal was not for the hash algorithm; some
	 * would be one with an appended signature, too.
	 */
	unsigned int lasting, sure;
};

/* ---- states and files ---- */

static struct kfile file_at(const struct play *p, uint64_t state)
{
	enum digest digest = state >> ST_DIGEST & 3;
	struct kfile f = p->file;

	f.verity = state & ST_VERITY;
	f.sig = state >> ST_SIG & 7;
	f.seen = f.collected = f.current = digest != DIGEST_NONE;
	f.digest = digest == DIGEST_SEAL ? f.algo : DEFAULT_ALGO;
	f.digest_verity = digest == DIGEST_VERITY;
	f.passed = f.status = state >> ST_PASSED & ((1 << KFILE_GROUPS) - 1);
	f.audited = state >> ST_DONE & 1;
	f.hashed = state >> ST_DONE & 2;
	f.signed_ = state >> ST_DONE & 4;
	f.measured = (uint32_t)(state >> ST_MEASURED);
	return f;
}

static uint64_t done_of(const struct kfile *f)
{
	return (uint64_t)f->measured << ST_MEASURED |
	       (uint64_t)(f->audited | f->hashed << 1 | f->signed_ << 2)
			<< ST_DONE;
}

static uint64_t state_of(const struct play *p, const struct kfile *f)
{
	enum digest digest = !f->collected ? DIGEST_NONE :
		f->digest_verity ? DIGEST_VERITY :
		f->digest == DEFAULT_ALGO ? DIGEST_DEFAULT : DIGEST_SEAL;
	uint64_t state = (uint64_t)f->verity * ST_VERITY |
			 (uint64_t)f->sig << ST_SIG |
			 (uint64_t)digest << ST_DIGEST;

	if (!judge_fault_on(PASSED))
		state |= (uint64_t)f->passed << ST_PASSED;
	return p->j->algos.n ? state | done_of(f) : state;
}

static struct kmatched matched(const struct judge *j, uint32_t code)
{
	struct kmatched m = {
		.pcr = (int)(code >> JCODE_PCR & 31),
		.template = code & JCODE_IMA ? "ima" : NULL,
		.no_func = code & JCODE_NO_FUNC,
		.verity = code & JCODE_VERITY,
		.sig = code >> JCODE_SIG & 7,
	};

	m.act[KCLASS_MEASURE] = code & JCODE_MEASURE;
	m.act[KCLASS_AUDIT] = code & JCODE_AUDIT;
	m.act[KCLASS_HASH] = code & JCODE_HASH;
	m.act[KCLASS_APPRAISE] = code & JCODE_APPRAISE;
	if (code >> JCODE_ALGOS)
		m.algos = j->algos.v[(code >> JCODE_ALGOS) - 1];
	return m;
}

/* the state afterwards */
static uint64_t make_call(const struct play *p, uint64_t state,
			  const struct judge_call *c, struct kfile *f,
			  struct kcall_result *res)
{
	struct kcall call = { .hook = c->hook, .mask = c->mask };
	struct kmatched m = matched(p->j, c->code);

	*f = file_at(p, state);
	kfile_call(f, &call, &m, res);
	return state_of(p, f);
}

/* the place of the state; from: that of the one before the call */
static size_t reach(struct play *p, uint64_t state, size_t from,
		    const struct judge_call *call)
{
	size_t i = (size_t)((state * 0x9e3779b97f4a7c15u) >> 40);

	for (;; i++) {
		uint16_t *place = &p->places[i % STATES_HASHED];

		if (*place && p->reached[*place - 1].state == state)
			return *place - 1u;
		if (*place)
			continue;
		if (p->n == STATES_MAX ||
		    (judge_fault_on(NEAREST) && from && call)) {
			p->full |= p->n == STATES_MAX;
			return 0;
		}
		p->reached[p->n++] = (struct reached){ state, from, call };
		*place = (uint16_t)p->n;
		return p->n - 1;
	}
}

/* ---- whose fault it is ---- */

/* the line at the call whose options stuck, or that had the content collected */
static int sticking_rule(const struct judge *j, const struct judge_call *c,
			 uint64_t before, uint64_t after)
{
	bool digest = (before ^ after) >> ST_DIGEST & 3;
	uint64_t new = after & ~before;
	int class, found = -1;

	for (class = 0; class < KCLASS_COUNT; class++) {
		const struct krule *r;

		if (c->rule[class] < 0)
			continue;
		r = &j->x.rules[c->rule[class]];
		if ((r->verity && (new & ST_VERITY)) ||
		    (r->sig & (new >> ST_SIG & 7)))
			return c->rule[class];
		if (found < 0 && digest && !r->dont)
			found = c->rule[class];
	}
	return found;
}

/* that it passed somewhere is not asked */
static bool is_refused(const struct play *p, uint64_t state,
		       const struct judge_call *c)
{
	struct kcall_result res;
	struct kfile f;

	make_call(p, state & ((1 << ST_PASSED) - 1), c, &f, &res);
	return res.refused;
}

/*
 * The last call on the way to the state behind which c is refused, and before
 * which it is not. None: c is refused without any other.
 */
static int find_leaked(const struct play *p, size_t at,
		       const struct judge_call *c)
{
	const struct reached *r = &p->reached[at], *from;

	if (is_refused(p, 0, c))
		return -1;
	for (; r->call; r = from) {
		from = &p->reached[r->from];
		if (!is_refused(p, from->state, c))
			return sticking_rule(p->j, r->call, from->state,
					     r->state);
	}
	return -1;
}

/* ---- what is found ---- */

static const char *const words[] = {
	"missing-hash", "invalid-hash", "IMA-signature-required",
	"invalid-signature", "unknown-ima-data", "unknown",
	"denied-hash-algorithm", "failed", "no-verity-digest",
	"verity-signature-required", "invalid-verity-signature",
	"invalid-signature-version", "IMA-sigv3-required",
};

static const char denied[] = "denied-hash-algorithm";

const char *judge_cause_word(unsigned int n)
{
	return n < ARRAY_SIZE(words) ? words[n] : NULL;
}

static uint32_t cause_bit(const char *cause)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(words[i], cause) == 0)
			return UINT32_C(1) << i;
	assert(!"every cause of kfile.c has its word");
	return 0;
}

/* would it pass with a good signature appended, which it may have? */
static bool may_be_appended(const struct play *p, const struct kfile *f,
			    const struct judge_call *c)
{
	return p->appended_unknown && (f->sig & KSIG_MODSIG) &&
	       kfile_reads_appended(c->hook);
}

struct refusal {
	unsigned int path;
	size_t at;		/* of the state before the call */
	const struct judge_seq *seq;
	const struct judge_call *call;
	const struct kfile *file;	/* after it */
	const struct kcall_result *res;
};

static struct judge_finding *finding_of(struct judge_verdict *v,
					unsigned int path)
{
	return path == JUDGE_START ? &v->start : &v->at[path];
}

static void note_refusal(struct play *p, const struct refusal *r)
{
	struct judge_finding *f = finding_of(p->out, r->path);
	unsigned int i;

	for (i = 0; i < KFILE_CAUSES && r->res->cause[i]; i++)
		f->causes |= cause_bit(r->res->cause[i]);
	if (!r->res->cause[0] || strcmp(r->res->cause[0], denied) != 0)
		p->lasting |= JUDGE_BIT(r->path);
	if (!may_be_appended(p, r->file, r->call))
		p->sure |= JUDGE_BIT(r->path);
	/* the nearest; but rather one for which nothing else has to come before */
	if (f->answer == JUDGE_REFUSED &&
	    (f->leaked < 0 || !is_refused(p, 0, r->call)))
		return;
	f->answer = JUDGE_REFUSED;
	f->hook = r->call->hook;
	f->cause = r->res->cause[0];
	f->rule = r->call->rule[KCLASS_APPRAISE];
	f->leaked = find_leaked(p, r->at, r->call);
	f->subject = r->seq->subject;
}

/* ---- the walk ---- */

static void play_seq(struct play *p, unsigned int path,
		     const struct judge_seq *s, size_t at)
{
	uint64_t state = p->reached[at].state;
	struct kcall_result res;
	struct kfile f;
	unsigned int i;

	for (i = 0; i < s->n; i++) {
		size_t before = at;

		state = make_call(p, state, &s->call[i], &f, &res);
		if (!res.refused || !judge_fault_on(STOP))
			at = reach(p, state, before, &s->call[i]);
		if (res.refused) {
			/* of other opens nobody is told */
			if (path != JUDGE_OPENS)
				note_refusal(p, &(struct refusal){
					path, before, s, &s->call[i], &f, &res });
			return;
		}
	}
}

static void walk_states(struct play *p)
{
	unsigned int path;
	size_t at, i;

	reach(p, 0, 0, NULL);
	for (at = 0; at < p->n; at++)
		for (path = 0; path < JUDGE_PATHS; path++) {
			const judge_seqs *s = &p->v->path[path];

			for (i = 0; i < s->n && p->paths >> path & 1; i++)
				play_seq(p, path, &s->v[i], at);
		}
}

/* is it refused to them in some state? */
static bool seq_refused(const struct play *p, const struct judge_seq *s)
{
	struct kcall_result res;
	struct kfile f;
	unsigned int i;
	uint64_t state;
	size_t at;

	for (at = 0; at < p->n; at++) {
		state = p->reached[at].state;
		for (i = 0; i < s->n; i++) {
			state = make_call(p, state, &s->call[i], &f, &res);
			if (res.refused)
				return true;
		}
	}
	return false;
}

static bool is_everybody(const struct play *p, const judge_seqs *s)
{
	size_t i;

	for (i = 0; i < s->n && !judge_fault_on(EVERYBODY); i++)
		if (!seq_refused(p, &s->v[i]))
			return false;
	return true;
}

static bool is_asked(const judge_seqs *s)
{
	unsigned int i;
	size_t k;

	for (k = 0; k < s->n; k++)
		for (i = 0; i < s->v[k].n; i++)
			if (s->v[k].call[i].code & JCODE_APPRAISE)
				return true;
	return false;
}

static const char appended[] =
	"unless a signature that the kernel trusts is appended to it";

static void finish_path(struct play *p, unsigned int path)
{
	struct judge_finding *f = finding_of(p->out, path);

	if (f->answer != JUDGE_REFUSED) {
		if (is_asked(&p->v->path[path]))
			f->answer = JUDGE_PASS;
		return;
	}
	if (f->subject && is_everybody(p, &p->v->path[path]))
		f->subject = NULL;
	f->once = !(p->lasting & JUDGE_BIT(path));
	if (p->sure & JUDGE_BIT(path))
		return;
	f->answer = JUDGE_UNKNOWN;
	f->detail = appended;
}

static void clear(struct judge_verdict *v)
{
	unsigned int i;

	memset(v, 0, sizeof(*v));
	for (i = 0; i <= JUDGE_OPS; i++) {
		struct judge_finding *f = finding_of(v, i);

		f->answer = JUDGE_NOT_ASKED;
		f->rule = f->leaked = -1;
	}
}

/* ---- one file ---- */

static unsigned int paths_of(unsigned int reach)
{
	unsigned int both = JUDGE_BIT(JUDGE_EXEC) | JUDGE_BIT(JUDGE_MMAP);

	if (judge_fault_on(REACH))
		reach |= JUDGE_BIT(JUDGE_EXEC);
	return (reach & (JUDGE_BIT(JUDGE_OPS) - 1)) |
	       (judge_fault_on(OPENS) ? 0 : JUDGE_BIT(JUDGE_OPENS)) |
	       ((reach & both) == both ? JUDGE_BIT(JUDGE_START) : 0);
}

static void count(struct judge_verdict *v)
{
	unsigned int i;

	v->refused = v->unknown = 0;
	for (i = 0; i < JUDGE_OPS; i++) {
		v->refused |= v->at[i].answer == JUDGE_REFUSED ?
			JUDGE_BIT(i) : 0;
		v->unknown |= v->at[i].answer == JUDGE_UNKNOWN ?
			JUDGE_BIT(i) : 0;
	}
}

static const char too_large[] = "the policy is too large to be told";

static void give_up(const struct judge_state *s, struct judge_verdict *out)
{
	unsigned int i;

	clear(out);
	for (i = 0; i <= JUDGE_START; i++)
		if (paths_of(s->reach) >> i & 1) {
			finding_of(out, i)->answer = JUDGE_UNKNOWN;
			finding_of(out, i)->detail = too_large;
		}
	count(out);
}

static void play_file(const struct judge_class *c,
		      const struct judge_variant *v,
		      const struct judge_state *s,
		      const struct judge_seals *seals, size_t which,
		      struct judge_verdict *out)
{
	const struct judge_seal *seal = &seals->v[which];
	struct play p = {
		.j = c->judge, .v = v, .out = out, .paths = paths_of(s->reach),
		.appended_unknown = seals->appended_unknown,
		.file = { .seal = seal->seal, .algo = seal->algo,
			  .no_algo = seal->no_algo, .empty = s->empty,
			  .appended = seals->appended,
			  .has_verity = s->has_verity,
			  .no_xattrs = s->no_xattrs },
	};
	unsigned int path;

	kfile_of_target(&p.file, &c->judge->policy->target);
	clear(out);
	walk_states(&p);
	for (path = 0; path <= JUDGE_START; path++)
		if (p.paths >> path & 1)
			finish_path(&p, path);
	if (p.full)
		give_up(s, out);
}

/* ---- where it is not known what the file is ---- */

static void merge(struct judge_finding *to, const struct judge_finding *from,
		  bool worst, const char *why)
{
	static const unsigned int rank[] = {
		[JUDGE_NOT_ASKED] = 0, [JUDGE_PASS] = 1, [JUDGE_UNKNOWN] = 2,
		[JUDGE_REFUSED] = 3,
	};
	struct judge_finding was = *to;
	bool differ = to->answer != from->answer;

	if (rank[from->answer] > rank[to->answer])
		*to = *from;
	to->causes = was.causes | from->causes;
	if (!differ)
		return;
	if (!worst)
		to->answer = JUDGE_UNKNOWN;
	if (!to->detail && (!worst || rank[to->answer] > 1))
		to->detail = why;
}

/* worst: it is one of the two for sure, and the worse of them counts */
static void merge_all(struct judge_verdict *to, const struct judge_verdict *from,
		      bool worst, const char *why)
{
	unsigned int i;

	for (i = 0; i < JUDGE_OPS; i++)
		merge(&to->at[i], &from->at[i], worst, why);
	merge(&to->start, &from->start, worst, why);
}

static void play_variant(const struct judge_class *c,
			 const struct judge_variant *v,
			 const struct judge_state *s,
			 const struct judge_seals *seals,
			 struct judge_verdict *out)
{
	struct judge_verdict one;
	size_t i;

	play_file(c, v, s, seals, 0, out);
	for (i = 1; i < seals->n; i++) {
		play_file(c, v, s, seals, i, &one);
		merge_all(out, &one, false, judge_why_text(seals->why));
	}
}

static void work_out(const struct judge_class *c, const struct judge_state *s,
		     const struct judge_seals *seals, struct judge_verdict *out)
{
	struct judge_verdict one;
	size_t i;

	play_variant(c, c->variants.v[0], s, seals, out);
	for (i = 1; i < c->variants.n; i++) {
		play_variant(c, c->variants.v[i], s, seals, &one);
		merge_all(out, &one, true, c->open);
	}
	count(out);
}

/* ---- once for each kind ---- */

static uint64_t key_of(const struct judge_state *s,
		       const struct judge_seals *seals)
{
	uint64_t key = s->reach & (JUDGE_BIT(JUDGE_OPS) - 1);
	size_t i;

	key = key << 3 | (uint64_t)(s->has_verity << 2 | s->no_xattrs << 1 |
				    s->empty);
	key = key << 2 | (seals->appended_unknown ? 3u : seals->appended);
	key = key << 3 | seals->why;
	key = key << 5 | seals->v[0].algo;
	for (i = 0; i < seals->n; i++)
		key = key << 6 | (uint64_t)(seals->v[i].seal << 2 |
					    seals->v[i].no_algo << 1 | 1);
	return key;
}

static_assert(JUDGE_OPS + 3 + 2 + 3 + 5 + 6 * JUDGE_SEALS <= 64 &&
	      JUDGE_WHYS <= 8 && KSEAL_COUNT <= 16,
	      "a kind of file is one number");

static bool recall(_Atomic(struct judge_memo *) *head, uint64_t key,
		   struct judge_verdict *out)
{
	const struct judge_memo *m;

	for (m = atomic_load_explicit(head, memory_order_acquire); m;
	     m = m->next)
		if (m->key == key) {
			*out = m->verdict;
			return true;
		}
	return false;
}

/* two threads may add the same: both are right */
static void keep(_Atomic(struct judge_memo *) *head, uint64_t key,
		 const struct judge_verdict *v)
{
	struct judge_memo *m = malloc(sizeof(*m));

	if (!m)
		return;
	m->key = key;
	m->verdict = *v;
	m->next = atomic_load_explicit(head, memory_order_relaxed);
	while (!atomic_compare_exchange_weak_explicit(head, &m->next, m,
						      memory_order_release,
						      memory_order_relaxed))
		;
}

void judge_settle(const struct judge_class *c, const struct judge_state *s,
		  struct judge_verdict *out)
{
	_Atomic(struct judge_memo *) *head;
	struct judge_seals seals;
	uint64_t key;

	if (c->judge->idle) {
		clear(out);
		return;
	}
	if (c->full) {
		give_up(s, out);
		return;
	}
	judge_find_seals(s, &c->judge->policy->target, &seals);
	key = key_of(s, &seals);
	head = &c->memo[(key ^ key >> 7 ^ key >> 23) % JUDGE_MEMOS];
	if (!recall(head, key, out)) {
		work_out(c, s, &seals, out);
		keep(head, key, out);
	}
	judge_add_packed(c->judge, s->reach, out);
}
