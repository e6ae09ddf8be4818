/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>

#include "evverdict.h"
#include "hex.h"
#include "json.h"

static const char *selection(const struct evround *r)
{
	struct buf b;

	buf_init(&b, r->arena);
	evinput_put_selection(&r->in.goal, &b);
	return b.s ? b.s : "no PCR";
}

/* ---- for people ---- */

static void put_covered(const struct evround *r, struct buf *out)
{
	const struct evidence_counts *c;

	if (!r->reached)
		return;
	c = evidence_counts(r->judge);
	buf_printf(out, "covered: %" PRIu64 " of %" PRIu64 " entries (%" PRIu64
		   " files, %" PRIu64 " other data, %" PRIu64 " violations)",
		   c->entries, r->entries, c->files, c->buffers,
		   c->violations);
	if (r->entries > c->entries)
		buf_printf(out, "; %" PRIu64 " follow the %s, and were not "
			   "judged", r->entries - c->entries,
			   r->in.quoted ? "quote" : "values");
	if (r->rules.rules.certs)
		buf_printf(out, "; signed: %" PRIu64 ", unsigned: %" PRIu64,
			   c->signed_good, c->unsigned_);
	buf_putc(out, '\n');
}

static void put_fills(const struct evround *r, struct buf *out)
{
	const struct replay_goal *g = &r->in.goal;
	size_t i;

	if (!r->reached)
		return;
	for (i = 0; i < g->n_order; i++)
		buf_printf(out, "%s%s: %s", i ? ", " : " (",
			   replay_bank_name(g->order[i]),
			   replay_fill_name(r->fill[g->order[i]]));
	buf_puts(out, g->n_order ? ")" : "");
}

static void put_proof(const struct evround *r, struct buf *out)
{
	if (!r->in.quoted) {
		buf_printf(out, "values of %s", selection(r));
	} else {
		buf_printf(out, "quote of %s", selection(r));
		if (r->in.verified)
			buf_printf(out, " by key %s, reset count %" PRIu32
				   ", clock %" PRIu64 " ms", hex_text(r->arena,
				   r->in.fingerprint, sizeof(r->in.fingerprint)),
				   r->in.quote.reset_count, r->in.quote.clock);
	}
	put_fills(r, out);
	buf_putc(out, '\n');
}

void evverdict_put_text(const struct evround *r, struct buf *out)
{
	uint64_t n = evfind_total(&r->found);
	size_t i;

	if (evround_trusted(r))
		buf_puts(out, "trusted\n");
	else
		buf_printf(out, "not trusted: %" PRIu64 " finding%s\n", n,
			   n == 1 ? "" : "s");
	evfind_put_text(&r->found, out);
	put_proof(r, out);
	put_covered(r, out);
	for (i = 0; i < r->found.notes.n; i++)
		buf_printf(out, "note: %s\n", r->found.notes.v[i]);
}

/* ---- for programs ---- */

static void put_quote(const struct evround *r, struct json *j)
{
	const struct quote *q = &r->in.quote;

	json_open(j, "quote", '{');
	json_bool(j, "verified", r->in.verified);
	json_text(j, "key", hex_text(r->arena, r->in.fingerprint,
				sizeof(r->in.fingerprint)));
	json_text(j, "nonce", hex_text(r->arena, q->nonce, q->nonce_len));
	json_number(j, "clock", q->clock);
	json_number(j, "reset_count", q->reset_count);
	json_number(j, "restart_count", q->restart_count);
	json_bool(j, "safe", q->safe);
	json_close(j, '}');
}

static void put_banks(const struct evround *r, struct json *j)
{
	const struct replay_goal *g = &r->in.goal;
	size_t i;

	json_text(j, "selection", selection(r));
	json_open(j, "banks", '[');
	for (i = 0; r->reached && i < g->n_order; i++) {
		json_open(j, NULL, '{');
		json_text(j, "bank", replay_bank_name(g->order[i]));
		json_text(j, "fill", replay_fill_name(r->fill[g->order[i]]));
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_entries(const struct evround *r, struct json *j)
{
	const struct evidence_counts *c;

	if (!r->reached)
		return;
	c = evidence_counts(r->judge);
	json_open(j, "entries", '{');
	json_number(j, "covered", c->entries);
	json_number(j, "follow", r->entries - c->entries);
	json_number(j, "files", c->files);
	json_number(j, "buffers", c->buffers);
	json_number(j, "violations", c->violations);
	json_number(j, "excluded", c->excluded);
	json_number(j, "signed", c->signed_good);
	json_number(j, "unsigned", c->unsigned_);
	if (r->rules.rules.policy) {
		json_number(j, "policy_loaded",
			    evidence_policy(r->judge)->loaded);
		json_number(j, "policy_shown",
			    evidence_policy(r->judge)->shown);
	}
	json_close(j, '}');
}

void evverdict_put_json(const struct evround *r, const char *why,
			const char *file, struct buf *out)
{
	struct json j;
	size_t i;

	json_init(&j, out);
	json_open(&j, NULL, '{');
	json_number(&j, "imapol_verdict", EVVERDICT_VERSION);
	json_text(&j, "verdict", why ? "unknown" :
		  evround_trusted(r) ? "trusted" : "not trusted");
	if (why) {
		json_text(&j, "why", why);
		json_text(&j, "file", file);
	}
	if (r->in.quoted && r->in.quote.nonce)
		put_quote(r, &j);
	put_banks(r, &j);
	put_entries(r, &j);
	evfind_put_json(&r->found, &j);
	json_open(&j, "notes", '[');
	for (i = 0; i < r->found.notes.n; i++)
		json_text(&j, NULL, r->found.notes.v[i]);
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}
