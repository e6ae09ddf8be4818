/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "evinput_int.h"
#include "hex.h"
#include "num.h"

/* PCRs from here on anybody may set back */
#define RESETTABLE 16

static void merge_value(struct evinput *in, const char *file,
			enum replay_bank b, unsigned int p,
			const uint8_t *value)
{
	struct replay_goal *g = &in->goal;
	size_t size = replay_bank_size(b);

	if (in->quoted && !(g->pcrs[b] & 1u << p))
		return;
	if (g->known[b] & 1u << p && memcmp(g->value[b][p], value, size) != 0)
		evfind_say(in->found, EVFIND_PCRS, NULL, "%s: its PCR %u of bank "
			   "%s is another than the one given before", file, p,
			   replay_bank_name(b));
	g->known[b] |= 1u << p;
	memcpy(g->value[b][p], value, size);
	if (in->quoted)
		return;
	if (!g->pcrs[b])
		g->order[g->n_order++] = b;
	g->pcrs[b] |= 1u << p;
}

const char *evinput_values(struct evinput *in, const char *file)
{
	struct quote_selection given[QUOTE_SELECTIONS_MAX];
	const struct quote_selection *select = NULL;
	const char *text, *why;
	struct pcrfile f;
	enum replay_bank b;
	size_t len, n = 0;
	unsigned int p;

	why = evinput_read(in->arena, file, PCRFILE_MAX, &text, &len);
	if (why)
		return why;
	if (in->words->values) {
		if (pcrfile_selection(in->words->values, given, &n))
			return "--pcr-values is no selection of PCRs";
		select = given;
	} else if (in->sound) {
		select = in->quote.select;
		n = in->quote.selections;
	}
	why = pcrfile_read(text, len, select, n, &f);
	/* where the form itself says which they are nothing has to be told */
	if (why && !in->words->values && select &&
	    !pcrfile_read(text, len, NULL, 0, &f))
		why = NULL;
	if (why) {
		evfind_say(in->found, EVFIND_PCRS, NULL, "%s: %s", file, why);
		return NULL;
	}
	for (b = 0; b < REPLAY_BANKS; b++)
		for (p = 0; p < REPLAY_PCRS; p++)
			if (f.known[b] & 1u << p)
				merge_value(in, file, b, p, f.value[b][p]);
	return NULL;
}

/*
 * What the firmware's log comes to stands for values that the quote proves. A log
 * that comes in a bundle is of use only where it says what was quoted.
 */
const char *evinput_events(struct evinput *in)
{
	struct eventlog *log;
	enum replay_bank b;
	const char *text, *why = NULL;
	unsigned int p;

	if (in->words->event_log) {
		why = evinput_read(in->arena, in->words->event_log,
				   EVENTLOG_MAX, &text, &in->event_len);
		in->event_bytes = (const uint8_t *)text;
	}
	if (why || !in->event_bytes || !in->sound)
		return why;
	log = arena_new(in->arena, struct eventlog);
	why = eventlog_read(in->event_bytes, in->event_len, log);
	if (why) {
		evfind_say(in->found, EVFIND_PCRS, NULL, "the event log: %s",
			   why);
		return NULL;
	}
	for (b = 0; b < REPLAY_BANKS; b++)
		for (p = 0; p < REPLAY_PCRS; p++)
			if (log->known[b] & 1u << p && p != in->words->ima_pcr)
				merge_value(in, "the event log", b, p,
					    log->value[b][p]);
	return NULL;
}

/* "14=…": which, and where the value begins; NULL: it is not that */
const char *evinput_extended_pcr(const char *word, unsigned int *pcr)
{
	const char *equals = strchr(word, '=');
	uint64_t n;

	if (!equals || num_parse(word, (size_t)(equals - word), 10,
				 REPLAY_PCRS - 1, &n) != NUM_OK)
		return NULL;
	*pcr = (unsigned int)n;
	return equals + 1;
}

/* what is the same for all words of one PCR: what it comes to in each bank */
struct extended {
	uint8_t value[REPLAY_BANKS][REPLAY_MAX];
	bool any[REPLAY_BANKS];
};

static void extend(struct extended *x, const uint8_t *digest, size_t len)
{
	uint8_t both[2 * REPLAY_MAX];
	enum replay_bank b;

	for (b = 0; b < REPLAY_BANKS; b++) {
		if (replay_bank_size(b) != len)
			continue;
		memcpy(both, x->value[b], len);
		memcpy(both + len, digest, len);
		x->any[b] = replay_hash(b, both, 2 * len, x->value[b]);
	}
}

/* the first word of each line, as sha256sum writes it */
static const char *extend_lines(struct extended *x, const char *text, size_t len)
{
	uint8_t digest[REPLAY_MAX];
	const char *end = text + len, *line, *stop;
	size_t n, any = 0;

	for (line = text; line < end; line = stop + 1) {
		stop = memchr(line, '\n', (size_t)(end - line));
		stop = stop ? stop : end;
		for (n = 0; line + n < stop && line[n] != ' '; n++)
			;
		if (!n)
			continue;
		n = hex_read(line, n, digest, sizeof(digest));
		if (!n)
			return "it has a line without a digest in hexadecimal";
		extend(x, digest, n);
		any++;
	}
	return any ? NULL : "there is no digest in it";
}

static const char *extend_word(struct evinput *in, struct extended *x,
			       const char *value)
{
	uint8_t digest[REPLAY_MAX];
	size_t n = hex_read(value, strlen(value), digest, sizeof(digest)), len;
	const char *text, *why;

	if (n) {
		extend(x, digest, n);
		return NULL;
	}
	why = evinput_read(in->arena, value, BUNDLE_SMALL_MAX, &text, &len);
	return why ? why : extend_lines(x, text, len);
}

static void take_extended(struct evinput *in, unsigned int pcr,
			  const struct extended *x)
{
	enum replay_bank b;
	bool any = false;

	for (b = 0; b < REPLAY_BANKS; b++) {
		if (!x->any[b] || !(in->goal.pcrs[b] & 1u << pcr))
			continue;
		any = true;
		in->goal.told |= 1u << pcr;
		merge_value(in, "--extended", b, pcr, x->value[b]);
	}
	if (pcr >= RESETTABLE)
		evfind_say(in->found, EVFIND_PCRS, "use one below 16", "PCR %u can "
			   "be set back by anybody: it proves nothing", pcr);
	if (!any)
		evfind_say(in->found, EVFIND_PCRS, "have it quoted, in the bank "
			   "of the hash", "PCR %u, which was to be extended, is "
			   "not among those that are known", pcr);
}

/* all words of one PCR are one chain, in their order */
const char *evinput_extended(struct evinput *in)
{
	const evinput_names *w = &in->words->extended;
	const char *value, *why;
	unsigned int pcr, of;
	size_t i;

	for (pcr = 0; pcr < REPLAY_PCRS; pcr++) {
		struct extended x = { 0 };
		bool any = false;

		for (i = 0; i < w->n; i++) {
			value = evinput_extended_pcr(w->v[i], &of);
			if (of != pcr)
				continue;
			any = true;
			why = extend_word(in, &x, value);
			if (why)
				return buf_textf(in->arena, "--extended %s: %s",
						 w->v[i], why);
		}
		if (any)
			take_extended(in, pcr, &x);
	}
	return NULL;
}
