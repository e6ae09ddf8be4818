/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "kmsg.h"

enum {
	RECORD_MAX = 8192,     /* the kernel's own limit for one record is below this */
	RECORDS_MAX = 1000000, /* a log that grows while it is read must not hold the loader */
	WAIT_STEP_MS = 50,
	WAIT_STEPS = 8,
};

void kmsg_open(struct kmsg *log, const struct load_ops *ops)
{
	log->fd = ops->open(ops->ctx, "/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
	kmsg_mark(log, ops);
}

void kmsg_close(struct kmsg *log, const struct load_ops *ops)
{
	if (log->fd >= 0)
		ops->close(ops->ctx, log->fd);
	log->fd = -1;
}

void kmsg_mark(struct kmsg *log, const struct load_ops *ops)
{
	log->completed = false;
	log->failed = false;
	log->bad[0] = '\0';
	log->hint[0] = '\0';
	if (log->fd >= 0 && ops->seek_end(ops->ctx, log->fd) < 0)
		kmsg_close(log, ops); /* old lines could not be told from new ones */
}

static void keep(char *to, struct span s)
{
	if (s.len >= KMSG_TEXT)
		s.len = KMSG_TEXT - 1;
	memcpy(to, s.text, s.len);
	to[s.len] = '\0';
}

static void take_ima(struct kmsg *log, struct span text)
{
	if (span_starts(text, "policy update completed"))
		log->completed = true;
	else if (span_starts(text, "policy update failed"))
		log->failed = true;
	else
		keep(log->hint, text);
}

/* text: what follows "audit: type=1807 ", that is "audit(TIME:SERIAL): key=value ... res=N". */
static void take_rule(struct kmsg *log, struct span text)
{
	static const char refused[] = " res=0";
	const char *colon = memchr(text.text, ' ', text.len);
	size_t tail = sizeof(refused) - 1;

	if (!colon || text.len < tail || memcmp(text.text + text.len - tail, refused, tail))
		return;
	text.len -= (size_t)(colon + 1 - text.text);
	text.text = colon + 1;
	text.len = text.len > tail ? text.len - tail : 0;
	keep(log->bad, text);
}

void kmsg_take(struct kmsg *log, const char *record, size_t len)
{
	static const char rule[] = "audit: type=1807 ", ima[] = "ima: ";
	const char *body = memchr(record, ';', len);
	struct span text;
	const char *nl;

	if (!body)
		return;
	text.text = body + 1;
	text.len = len - (size_t)(text.text - record);
	nl = memchr(text.text, '\n', text.len);
	if (nl)
		text.len = (size_t)(nl - text.text);
	if (span_starts(text, rule))
		take_rule(log, (struct span){ text.text + sizeof(rule) - 1, text.len - (sizeof(rule) - 1) });
	else if (span_starts(text, ima))
		take_ima(log, (struct span){ text.text + sizeof(ima) - 1, text.len - (sizeof(ima) - 1) });
}

static void drain(struct kmsg *log, const struct load_ops *ops)
{
	char record[RECORD_MAX];
	size_t count;

	for (count = 0; count < RECORDS_MAX; count++) {
		ssize_t n = ops->read(ops->ctx, log->fd, record, sizeof(record));

		if (n == -EPIPE || n == -EINTR) /* overrun: the next read goes on with what is left */
			continue;
		if (n <= 0)
			return;
		kmsg_take(log, record, (size_t)n);
	}
}

void kmsg_collect(struct kmsg *log, const struct load_ops *ops, bool for_rule)
{
	int step;

	if (log->fd < 0)
		return;
	drain(log, ops);
	for (step = 0; for_rule && !log->bad[0] && step < WAIT_STEPS; step++) {
		if (ops->wait_readable(ops->ctx, log->fd, WAIT_STEP_MS) < 0)
			return;
		drain(log, ops);
	}
}

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

/* Does the record's word stand for the rule's? Actions are logged as action=WORD, what is not known as UNKNOWN=WORD. */
static bool word_logged_as(struct span word, struct span logged)
{
	static const char *const prefixes[] = { "action=", "UNKNOWN=" };
	size_t i;

	if (span_same(word, logged))
		return true;
	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t len = strlen(prefixes[i]);

		if (!span_starts(logged, prefixes[i]) || (i == 0 && !is_action(word)))
			continue;
		return span_same(word, (struct span){ logged.text + len, logged.len - len });
	}
	return false;
}

/* Is the record what the kernel logs on the way through rule, up to the word where it stopped? */
static bool rule_fits(struct span rule, struct span record, struct kmsg_culprit *out)
{
	struct span word, logged;

	out->rule = rule;
	out->word = (struct span){ rule.text, 0 };
	while (lines_word(&record, &logged)) {
		do {
			if (!lines_word(&rule, &word))
				return false;
		} while (span_is(word, "permit_directio")); /* never logged */
		if (!word_logged_as(word, logged))
			return false;
		out->word = word;
	}
	out->whole = true;
	while (lines_word(&rule, &word))
		if (!span_is(word, "permit_directio"))
			out->whole = false;
	return out->word.len > 0;
}

bool kmsg_find(const struct kmsg *log, const char *text, size_t len, struct kmsg_culprit *out)
{
	struct span record = { log->bad, strlen(log->bad) };
	struct span rule;
	struct lines it;

	lines_start(&it, text, len);
	/* The kernel stops at the first bad rule, so of several that fit the first is meant. */
	while (record.len && lines_next(&it, &rule)) {
		if (!rule_fits(rule, record, out))
			continue;
		out->line = it.number;
		return true;
	}
	return false;
}
