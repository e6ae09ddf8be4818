/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "evround.h"
#include "hex.h"

/* what is needed while a list is read */
struct run {
	struct evround *r;
	struct replay *replay;
	struct imalist *list;
	struct attstate_mark mark;	/* with what is pending */
	uint64_t first_bad;		/* an entry whose digest does not fit; 0: none */
};

/* ---- the state ---- */

static void now_of(const struct evround *r, struct attstate *now)
{
	memset(now, 0, sizeof(*now));
	memcpy(now->key, r->in.fingerprint, sizeof(now->key));
	now->quoted = r->in.quoted;
	now->clock = r->in.quote.clock;
	now->reset_count = r->in.quote.reset_count;
	now->restart_count = r->in.quote.restart_count;
}

/* what boot_aggregate was held against */
static void put_firmware(const struct replay_goal *g, struct buf *out)
{
	uint8_t digest[REPLAY_MAX];
	enum replay_bank b;
	struct buf all;
	unsigned int p;

	buf_init(&all, out->arena);
	for (b = 0; b < REPLAY_BANKS; b++)
		for (p = 0; p < REPLAY_FIRMWARE; p++)
			if (g->known[b] & 1u << p)
				buf_add(&all, (const char *)g->value[b][p],
					replay_bank_size(b));
	if (all.len && replay_hash(REPLAY_SHA256, all.s, all.len, digest))
		buf_printf(out, " %s", hex_text(out->arena, digest,
						replay_bank_size(REPLAY_SHA256)));
}

/*
 * What was not covered was not judged, so which PCRs are belongs to the rules, and
 * so do those of the firmware.
 */
static const char *rules_of(const struct evround *r)
{
	struct buf b;

	buf_init(&b, r->arena);
	buf_printf(&b, "%s ", r->rules.fingerprint);
	evinput_put_selection(&r->in.goal, &b);
	put_firmware(&r->in.goal, &b);
	return b.s;
}

/* true: the list goes on from the state, and stands where it does */
static bool place_list(struct evround *r, const char **why)
{
	uint64_t skip;

	switch (attstate_place(&r->state, r->in.list, r->in.lists, &skip)) {
	case ATTSTATE_WHOLE:
	case ATTSTATE_REST:
	case ATTSTATE_NEW:
		if (attstate_skip(r->in.list, r->in.lists, skip))
			return true;
		break;
	case ATTSTATE_SHRUNK:
		evfind_say(&r->found, EVFIND_STATE, NULL, "the list is shorter "
			   "than it was in the same boot: entries were left out");
		return false;
	case ATTSTATE_ERRNO:
		break;
	}
	*why = errno == ESPIPE ? "a list has to be in a file, where a state is "
		"kept" : "the list cannot be read twice";
	return false;
}

static bool go_on(struct evround *r, const char **why)
{
	const char *judged;

	judged = r->state.evidence ? evidence_load(r->judge,
			rules_of(r), r->state.evidence) : "it has no verdict";
	if (!r->rules.fingerprint[0])
		judged = "the files that say what is good cannot be compared";
	if (!judged)
		return place_list(r, why);
	evfind_note(&r->found, "the state of %s is not gone on from: %s: all of "
		    "the list is judged", r->words->state, judged);
	evidence_free(r->judge);
	r->judge = evidence_new(r->arena, &r->rules.rules);
	return false;
}

/* true: from the state on; *why: it cannot be told */
static bool resume(struct evround *r, const char **why)
{
	struct attstate now;
	bool there;

	*why = attstate_read(r->arena, r->words->state, &r->state, &there);
	if (*why || !there)
		return false;
	now_of(r, &now);
	switch (attstate_turn(&r->state, &now)) {
	case ATTSTATE_GO_ON:
		if (r->state.mark.entries)
			return go_on(r, why);
		return false;
	case ATTSTATE_REBOOT:
		evfind_note(&r->found, "it was booted again since the last "
			    "round: the list is a new one");
		return false;
	case ATTSTATE_RESTART:
		evfind_note(&r->found, "it was suspended or booted again since "
			    "the last round: all of the list is judged");
		return false;
	case ATTSTATE_OTHER_KEY:
		evfind_say(&r->found, EVFIND_STATE, "name another state for "
			   "another device; take this one away where its key "
			   "was replaced on purpose", "the key is another than "
			   "in the last round");
		return false;
	case ATTSTATE_UNQUOTED:
		evfind_note(&r->found, "without a quote nothing says whether it "
			    "is the same boot: all of the list is judged");
		return false;
	}
	return false;
}

static const char *save_state(struct evround *r, const struct run *run)
{
	struct attstate s;
	unsigned int width = imalist_width(run->list);

	now_of(r, &s);
	s.width = width ? width : r->state.width;
	s.order = width ? imalist_order(run->list) : r->state.order;
	s.mark = r->mark;
	s.stand = *r->stand;
	memcpy(s.fill, r->fill, sizeof(s.fill));
	s.evidence = evidence_save(r->judge, rules_of(r));
	if (attstate_write(r->arena, r->words->state, &s))
		return NULL;
	return buf_textf(r->arena, "cannot be written: %s", strerror(errno));
}

/* ---- the list ---- */

static void cover(struct run *run)
{
	struct evround *r = run->r;

	r->reached = true;
	evidence_covered(r->judge);
	r->mark = run->mark;
	replay_tell(run->replay, r->stand);
}

static void take_entry(struct run *run, struct imaentry *e, uint64_t before)
{
	struct evround *r = run->r;
	unsigned int width = imalist_width(run->list);
	bool fits;

	evidence_expect(r->judge, e);
	attstate_mark_add(&run->mark, e, width);
	fits = replay_add(run->replay, e, width);
	e->number += before;
	r->entries = e->number;
	if (!fits && !run->first_bad)
		run->first_bad = e->number;
	r->rules.rules.big = imalist_order(run->list) == IMALIST_BIG;
	evidence_entry(r->judge, e, fits);
	if (replay_reached(run->replay, &r->in.goal, r->fill))
		cover(run);
}

/* the end of it: not all ends are at fault once the quote is come to */
static const char *end_list(struct run *run, enum imalist_next last)
{
	struct evround *r = run->r;
	uint64_t offset;
	const char *text;

	switch (last) {
	case IMALIST_ERRNO:
		return buf_textf(r->arena, "the list cannot be read: %s",
				 strerror(errno));
	case IMALIST_BAD:
		text = imalist_why(run->list, &offset);
		evfind_say(&r->found, EVFIND_LIST, NULL, "it is no measurement "
			   "list, at byte %" PRIu64 ": %s", offset, text);
		return NULL;
	case IMALIST_PARTIAL:
		text = imalist_why(run->list, &offset);
		if (r->reached)
			evfind_note(&r->found, "the list ends inside an entry, at "
				    "byte %" PRIu64, offset);
		else
			evfind_say(&r->found, EVFIND_LIST, "read it again",
				   "it ends inside an entry, at byte %" PRIu64
				   ": %s", offset, text);
		return NULL;
	default:
		return NULL;
	}
}

/* ---- why it does not come to the PCRs ---- */

/* which PCRs the whole list comes to, where values say what they should be */
static void say_values(struct run *run)
{
	const struct replay_goal *g = &run->r->in.goal;
	enum replay_bank b;
	unsigned int p;
	size_t i;

	for (i = 0; i < g->n_order; i++)
		for (p = 0; p < REPLAY_PCRS; p++) {
			b = g->order[i];
			if (!(g->known[b] & 1u << p) ||
			    !replay_touched(run->replay, p) ||
			    !memcmp(g->value[b][p], replay_pcr(run->replay, b,
				    REPLAY_OWN, p), replay_bank_size(b)))
				continue;
			evfind_say(&run->r->found, EVFIND_REPLAY, NULL,
				   "PCR %u of bank %s: the list comes to %s", p,
				   replay_bank_name(b), hex_text(run->r->arena,
				   replay_pcr(run->replay, b, REPLAY_OWN, p),
				   replay_bank_size(b)));
		}
}

static bool lacks_values(const struct replay_goal *g)
{
	size_t i;

	for (i = 0; i < g->n_order; i++)
		if (g->pcrs[g->order[i]] & ~g->known[g->order[i]] & 0x3ff)
			return true;
	return false;
}

static void say_unreached(struct run *run)
{
	struct evround *r = run->r;
	const char *why = replay_why(run->replay);

	if (!r->entries) {
		if (!evfind_total_of(&r->found, EVFIND_LIST))
			evfind_say(&r->found, EVFIND_LIST, NULL, "there is no "
				   "entry in it");
		return;
	}
	if (why)
		evfind_say(&r->found, EVFIND_REPLAY, NULL, "%s", why);
	if (run->first_bad)
		evfind_say(&r->found, EVFIND_REPLAY, NULL, "the list is not the "
			   "one that was quoted; the first entry that does not "
			   "fit is %" PRIu64 ": its digest is not that of its "
			   "data", run->first_bad);
	else if (!why)
		evfind_say(&r->found, EVFIND_REPLAY, lacks_values(&r->in.goal) ?
			   "PCRs 0 to 9 are covered as well: give their values "
			   "by --eventlog or --pcr" : NULL, "the list is not the one that was "
			   "quoted: no first entries of its %" PRIu64 " come to "
			   "these PCRs, and each fits by itself", r->entries);
	say_values(run);
}

/* ---- a round ---- */

static const char *read_list(struct run *run)
{
	struct evround *r = run->r;
	uint64_t before = r->resumed ? r->state.mark.entries : 0;
	enum imalist_next got;
	struct imaentry e;

	r->entries = before;
	if (replay_reached(run->replay, &r->in.goal, r->fill))
		cover(run);
	while ((got = imalist_next(run->list, &e)) == IMALIST_ENTRY)
		take_entry(run, &e, before);
	return end_list(run, got);
}

static bool resume_replay(struct run *run)
{
	struct evround *r = run->r;

	if (!r->resumed)
		return true;
	run->mark = r->state.mark;
	return replay_resume(run->replay, &r->state.stand);
}

static const char *run_list(struct run *run)
{
	struct evround *r = run->r;
	struct imalist_options o = r->words->list;
	const char *why;

	if (r->resumed && r->state.width) {
		o.width = r->state.width;
		o.order = r->state.order;
	}
	run->replay = replay_new(replay_goal_banks(&r->in.goal));
	run->list = imalist_new(&o, r->in.list, r->in.lists);
	if (!run->replay || !run->list)
		return "out of memory, or libcrypto lacks a hash";
	if (!resume_replay(run)) {
		evfind_say(&r->found, EVFIND_STATE, "take the state away, and "
			   "give the whole list", "other banks are covered than "
			   "in the last round");
		return NULL;
	}
	why = read_list(run);
	if (!why && !r->reached)
		say_unreached(run);
	if (why || !r->reached || !r->words->state ||
	    (r->in.quoted && !r->in.verified))
		return why;
	return save_state(r, run);
}

/* a bank that the kernel filled with sha1 digests is worth no more than sha1 */
static void check_fills(struct evround *r)
{
	const struct replay_goal *g = &r->in.goal;
	enum replay_bank b, weak = REPLAY_BANKS;

	for (b = REPLAY_SHA1 + 1; b < REPLAY_BANKS; b++) {
		if (!(g->pcrs[b] & 1u << r->in_words->ima_pcr))
			continue;
		if (r->fill[b] == REPLAY_OWN)
			return;
		weak = b;
	}
	if (weak == REPLAY_BANKS || r->in_words->allow_sha1)
		return;
	evfind_say(&r->found, r->in.quoted ? EVFIND_QUOTE : EVFIND_PCRS,
		   "ask for the bank sha256; or --allow-sha1", "its kernel fills "
		   "bank %s with sha1 digests, for which two lists with one PCR "
		   "can be made", replay_bank_name(weak));
}

static bool is_strong(const struct evround *r, unsigned int pcr)
{
	enum replay_bank b;

	for (b = REPLAY_SHA1 + 1; b < REPLAY_BANKS; b++)
		if (r->in.goal.pcrs[b] & 1u << pcr && r->fill[b] == REPLAY_OWN)
			return true;
	return false;
}

/* other PCRs that entries are of, as IMA's */
static void check_others(struct evround *r)
{
	const struct evidence_counts *c = evidence_counts(r->judge);
	unsigned int p;

	for (p = 0; !r->in_words->allow_sha1 && p < REPLAY_PCRS; p++)
		if (p != r->in_words->ima_pcr && c->pcr[p] &&
		    replay_covers(&r->in.goal, p) && !is_strong(r, p))
			evfind_say(&r->found, r->in.quoted ? EVFIND_QUOTE :
				   EVFIND_PCRS, "ask for it in the bank sha256, "
				   "too; or --allow-sha1", "PCR %u, which entries "
				   "are of, is covered by sha1 digests alone", p);
}

static void end_run(struct evround *r)
{
	const struct evidence_counts *c;

	if (!r->reached)
		return;
	check_fills(r);
	check_others(r);
	evidence_end(r->judge);
	c = evidence_counts(r->judge);
	if (!c->pcr[r->in_words->ima_pcr])
		evfind_say(&r->found, EVFIND_COVER, NULL, "no entry of it is of "
			   "PCR %u, where IMA puts its measurements",
			   r->in_words->ima_pcr);
	if (!r->in.quoted)
		evfind_note(&r->found, "values of PCRs alone are signed by nobody: "
			    "whoever wrote the file may have made them up, with "
			    "the list; --quote says who");
	evfind_join(&r->found, evidence_findings(r->judge));
}

static const char *judge_list(struct evround *r, const char **file)
{
	struct run run = { .r = r };
	const char *why = NULL;

	r->rules.rules.goal = &r->in.goal;
	r->rules.rules.ima_pcr = r->in_words->ima_pcr;
	r->judge = evidence_new(r->arena, &r->rules.rules);
	*file = r->words->state;
	if (r->words->state && r->judge)
		r->resumed = resume(r, &why);
	if (!r->judge)
		return "out of memory";
	if (why || evfind_total_of(&r->found, EVFIND_STATE))
		return why;
	*file = NULL;
	why = run_list(&run);
	if (run.list)
		imalist_free(run.list);
	if (run.replay)
		replay_free(run.replay);
	if (!why)
		end_run(r);
	return why;
}

const char *evround_run(struct evround *r, struct arena *a,
			const struct evinput_words *in,
			const struct evround_words *w, const char **file)
{
	const char *why;

	memset(r, 0, sizeof(*r));
	r->arena = a;
	r->in_words = in;
	r->words = w;
	r->stand = arena_new(a, struct replay_stand);
	evfind_init(&r->found, a);
	why = evrules_load(&r->rules, a, &w->rules, w->state != NULL, file);
	if (!why)
		why = evinput_open(&r->in, a, &r->found, in, file);
	if (why)
		return why;
	*file = NULL;
	if (r->in.quoted ? !r->in.sound : !r->in.goal.n_order)
		return NULL;
	return judge_list(r, file);
}

bool evround_trusted(const struct evround *r)
{
	return r->reached && !evfind_total(&r->found);
}

void evround_free(struct evround *r)
{
	if (r->judge)
		evidence_free(r->judge);
	evinput_close(&r->in);
	evrules_free(&r->rules);
}
