/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "json.h"
#include "utf8.h"
#include "watchevent.h"

static bool is(const char *text, const char *what)
{
	return text && !strcmp(text, what);
}

static const char *cause_of(const struct auditrec *r)
{
	return r->cause ? r->cause : "no cause said";
}

static void set(struct watchevent *e, enum watchevent_weight weight,
		const char *word, enum counter counter, const char *value)
{
	e->weight = weight;
	e->word = word;
	e->counted = true;
	e->counter = counter;
	e->value = value;
}

/* ---- what it was ---- */

/* a collection that fails refuses only where a rule appraises: no record tells */
static bool may_be_measured_only(const struct auditrec *r)
{
	return is(r->op, "collect_data") &&
		(is(r->cause, "failed") || is(r->cause, "failed(directio)") ||
		 is(r->cause, "no-verity-digest"));
}

static enum auditjoin_told told(const struct auditjoined *j, enum enforcing mode)
{
	if (j->told != AUDITJOIN_UNTOLD)
		return j->told;
	if (mode == ENFORCING_UNKNOWN)
		return AUDITJOIN_UNTOLD;
	if (mode != ENFORCING_YES)
		return AUDITJOIN_ALLOWED;
	return may_be_measured_only(&j->rec) ? AUDITJOIN_UNTOLD :
		AUDITJOIN_REFUSED;
}

static const char *refusal_word(const struct auditjoined *j, enum enforcing mode)
{
	switch (told(j, mode)) {
	case AUDITJOIN_REFUSED:
		return "refused";
	case AUDITJOIN_ALLOWED:
		return "not refused";
	default:
		return "refused or only noted";
	}
}

static void take_refused(const struct auditjoined *j, enum enforcing mode,
			 struct watchevent *e)
{
	bool allowed = told(j, mode) == AUDITJOIN_ALLOWED;

	set(e, allowed ? WATCHEVENT_SHOWN : WATCHEVENT_ALERT,
	    refusal_word(j, mode), allowed ? COUNTER_ALLOWED : COUNTER_DENIALS,
	    cause_of(&j->rec));
}

static void take_policy(const struct auditrec *r, struct watchevent *e)
{
	bool good = r->res == 1;

	if (r->rule) {
		e->weight = good ? WATCHEVENT_QUIET : WATCHEVENT_SHOWN;
		e->word = good ? "rule" : "rule not taken";
	} else if (is(r->op, "policy_update")) {
		set(e, WATCHEVENT_ALERT, good ? "policy loaded" :
		    "policy not loaded", COUNTER_LOADS,
		    good ? "completed" : "failed");
	} else {
		e->weight = WATCHEVENT_SHOWN;
		e->word = "policy";
	}
}

static void take_kind(const struct auditjoined *j, enum enforcing mode,
		      struct watchevent *e)
{
	const struct auditrec *r = &j->rec;

	switch (r->kind) {
	case AUDITREC_REFUSED:
		take_refused(j, mode, e);
		break;
	case AUDITREC_VIOLATION:
		set(e, WATCHEVENT_ALERT, "violation", COUNTER_VIOLATIONS,
		    cause_of(r));
		break;
	case AUDITREC_POLICY:
		take_policy(r, e);
		break;
	case AUDITREC_LABEL_LOST:
		set(e, WATCHEVENT_ALERT, "label lost", COUNTER_LABELS_LOST, NULL);
		break;
	case AUDITREC_FAULT:
		set(e, WATCHEVENT_ALERT, "entry lost", COUNTER_LIST_ERRORS,
		    cause_of(r));
		break;
	default:
		e->weight = WATCHEVENT_QUIET;
		e->word = "record";
	}
}

/* "refused: invalid-signature"; texts that a load could make up stay out of it */
static const char *kind_text(struct arena *a, const struct auditrec *r,
			     const char *word)
{
	if (r->kind == AUDITREC_LABEL_LOST || r->rule ||
	    is(r->op, "policy_update"))
		return word;
	return buf_textf(a, "%s: %s", word, cause_of(r));
}

/* ---- who, and by what ---- */

static void comma(struct buf *b)
{
	if (b->len)
		buf_puts(b, ", ");
}

static void put_who(struct buf *b, const struct auditrec *r)
{
	if (r->comm)
		buf_printf(b, "by %s", r->comm);
	if (r->pid != UINT64_MAX)
		buf_printf(b, "%s%s%" PRIu64, b->len ? " " : "", "pid ", r->pid);
	if (r->uid != UINT64_MAX)
		buf_printf(b, "%suid %" PRIu64, b->len ? " " : "", r->uid);
	/* who logged in, where that is another one */
	if (r->auid < UINT32_MAX && r->auid != r->uid)
		buf_printf(b, "%slogged in as %" PRIu64, b->len ? ", " : "",
			   r->auid);
}

static void put_why(struct buf *b, const struct auditjoined *j,
		    enum enforcing mode)
{
	if (j->rec.kind != AUDITREC_REFUSED)
		return;
	comma(b);
	if (j->told != AUDITJOIN_UNTOLD)
		buf_puts(b, "as its system call says");
	else if (mode != ENFORCING_UNKNOWN)
		buf_printf(b, "as ima_appraise=%s", enforcing_word(mode));
	else
		buf_puts(b, "the record does not say which");
}

static const char *detail_of(struct arena *a, const struct auditjoined *j,
			     enum enforcing mode,
			     const struct whichrule_answer *rule)
{
	const struct auditrec *r = &j->rec;
	struct buf b;

	buf_init(&b, a);
	if (r->rule)
		buf_puts(&b, r->rule);
	else if (r->label)
		buf_printf(&b, "the LSM does not know %s: a rule with it does "
			   "nothing", r->label);
	else
		put_who(&b, r);
	if (is(r->op, "policy_update") && r->res != 1 && r->cause) {
		comma(&b);
		buf_puts(&b, r->cause);
	}
	put_why(&b, j, mode);
	if (rule) {
		comma(&b);
		buf_printf(&b, "%s%s", whichrule_text(a, rule),
			   rule->n || rule->file_known ? "" :
			   ", as far as the record says");
	}
	if (r->from == AUDITREC_ANYONE) {
		comma(&b);
		buf_puts(&b, "anyone could have written this record");
	}
	return b.len ? b.s : NULL;
}

void watchevent_of(struct arena *a, const struct auditjoined *j,
		   enum enforcing mode, const struct whichrule_answer *rule,
		   struct watchevent *out)
{
	memset(out, 0, sizeof(*out));
	take_kind(j, mode, out);
	out->kind = kind_text(a, &j->rec, out->word);
	out->name = j->rec.name;
	out->detail = detail_of(a, j, mode, rule);
}

/* ---- lines ---- */

static void put_time(struct buf *b, const struct auditrec *r)
{
	time_t t = (time_t)r->seconds;
	struct tm tm;

	/* years of five digits are nobody's clock */
	if (!r->has_id || r->seconds > 253402300799u || !gmtime_r(&t, &tm)) {
		buf_puts(b, "-");
		return;
	}
	buf_printf(b, "%04d-%02d-%02dT%02d:%02d:%02d.%03uZ", tm.tm_year + 1900,
		   tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		   r->millis);
}

void watchevent_put_text(struct buf *b, const struct auditjoined *j,
			 const struct watchevent *e)
{
	put_time(b, &j->rec);
	buf_putc(b, ' ');
	utf8_puts_visible(b, e->kind);
	if (e->name) {
		buf_puts(b, ": ");
		utf8_puts_visible(b, e->name);
	}
	if (e->detail) {
		buf_puts(b, e->name ? " (" : ": ");
		utf8_puts_visible(b, e->detail);
		buf_puts(b, e->name ? ")" : "");
	}
}

static void put_number(struct json *j, const char *key, uint64_t n)
{
	if (n == UINT64_MAX)
		json_null(j, key);
	else
		json_number(j, key, (size_t)n);
}

static void put_id(struct json *o, const struct auditrec *r)
{
	struct buf time;

	if (!r->has_id)
		return;
	buf_init(&time, o->out->arena);
	put_time(&time, r);
	json_text(o, "time", time.s);
	put_number(o, "seconds", r->seconds);
	json_number(o, "milliseconds", r->millis);
	put_number(o, "serial", r->serial);
}

static void put_rule(struct json *o, const struct whichrule_answer *rule)
{
	size_t i;

	if (!rule)
		return;
	json_open(o, "statements", '[');
	for (i = 0; i < rule->n; i++)
		json_text(o, NULL, rule->statement[i]);
	json_close(o, ']');
	json_bool(o, "file_known", rule->file_known);
}

static void put_texts(struct json *o, const struct auditrec *r)
{
	const struct {
		const char *key, *text;
	} texts[] = {
		{ "op", r->op }, { "cause", r->cause }, { "name", r->name },
		{ "comm", r->comm }, { "dev", r->dev }, { "subject", r->subj },
		{ "hash", r->hash }, { "rule", r->rule }, { "label", r->label },
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].text)
			json_text(o, texts[i].key, texts[i].text);
}

void watchevent_put_json(struct buf *b, const struct auditjoined *j,
			 const struct watchevent *e,
			 const struct whichrule_answer *rule)
{
	static const char *const from[] = { "input", "journal", "anyone" };
	const struct auditrec *r = &j->rec;
	struct json o;

	json_init(&o, b);
	json_open(&o, NULL, '{');
	json_number(&o, "version", 1);
	json_text(&o, "event", e->word);
	json_bool(&o, "alert", e->weight == WATCHEVENT_ALERT);
	json_bool(&o, "told_by_system_call", j->told != AUDITJOIN_UNTOLD);
	json_text(&o, "written_by", from[r->from]);
	json_number(&o, "type", r->type);
	put_id(&o, r);
	put_texts(&o, r);
	put_number(&o, "pid", r->pid);
	put_number(&o, "uid", r->uid);
	put_number(&o, "login_uid", r->auid < UINT32_MAX ? r->auid : UINT64_MAX);
	put_number(&o, "inode", r->ino);
	if (r->res >= 0)
		json_number(&o, "result", (size_t)r->res);
	put_rule(&o, rule);
	json_close(&o, '}');
}
