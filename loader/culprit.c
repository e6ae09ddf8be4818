/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "culprit.h"

static bool is_action(struct span w)
{
	static const char *const actions[] = {
		"measure", "dont_measure", "appraise", "dont_appraise", "audit", "dont_audit", "hash", "dont_hash",
	};
	size_t i;

	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (span_is(w, actions[i]))
			return true;
	return false;
}

static const char unknown[] = "UNKNOWN=";

/* Does the record's word stand for the rule's? Actions are logged as action=WORD, what is not known as UNKNOWN=WORD. */
static bool logged_as(struct span word, struct span logged)
{
	static const char *const prefixes[] = { "action=", unknown };
	size_t i;

	if (span_same(word, logged))
		return true;
	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (span_starts(logged, prefixes[i]) && (i || is_action(word)))
			return span_same(word, span_cut(logged, strlen(prefixes[i])));
	return false;
}

bool culprit_word(struct culprit *at, struct span record)
{
	struct span rest = at->rule, word, logged, last = { NULL, 0 };
	bool whole = true;

	while (lines_word(&record, &logged)) {
		if (span_starts(logged, unknown))
			whole = false;
		do {
			if (!lines_word(&rest, &word))
				return false;
		} while (span_is(word, "permit_directio")); /* never logged */
		if (!logged_as(word, logged))
			return false;
		last = word;
	}
	while (lines_word(&rest, &word))
		if (!span_is(word, "permit_directio"))
			whole = false;
	if (!last.len)
		return false;
	at->word = last;
	at->whole = whole;
	return true;
}

bool culprit_find(struct span text, struct span record, struct culprit *out)
{
	struct culprit at;
	struct lines it;

	memset(out, 0, sizeof(*out));
	memset(&at, 0, sizeof(at));
	lines_start(&it, text.text, text.len);
	while (record.len && !out->other && lines_next(&it, &at.rule)) {
		if (!culprit_word(&at, record))
			continue;
		if (out->line) {
			out->other = it.number;
		} else {
			*out = at;
			out->line = it.number;
		}
	}
	return out->line > 0;
}
