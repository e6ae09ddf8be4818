/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "counters.h"
#include "num.h"
#include "outfile.h"
#include "util.h"

#define HEADING "# imapol-watch counters 1"
#define ENDING "# imapol-watch end"
#define NOTE "# imapol-watch note "
#define FILE_MAX (1u << 20)
#define VALUES_MAX 32
#define OTHER "other"

/* of records 1800: facts of the kernel, all releases together */
static const char *const denial_causes[] = {
	"IMA-signature-required", "IMA-sigv3-required", "denied-hash-algorithm",
	"failed", "failed(directio)", "failed-mprotect", "invalid-HMAC",
	"invalid-fail-immutable", "invalid-hash", "invalid-signature",
	"invalid-signature-version", "invalid-verity-digest",
	"invalid-verity-signature", "missing-HMAC", "missing-hash",
	"mmapped_writers", "no-verity-digest", "sigv3-hashing-error",
	"unavailable-hash-algorithm", "unknown", "unknown-ima-data",
	"unverifiable-signature", "verity-signature-required", OTHER, NULL
};

static const char *const violation_causes[] = {
	"ToMToU", "open_writers", OTHER, NULL
};

static const char *const list_causes[] = {
	"ENOMEM", "TPM_error", "alloc_entry", "hashing_error",
	"ima_template_desc_buf", "store_entry", OTHER, NULL
};

static const char *const load_results[] = { "completed", "failed", NULL };

static const char *const lost_sources[] = {
	"file", "kernel_log", "netlink", NULL
};

static const struct row {
	const char *name, *help;
	const char *label;		/* NULL: it has none */
	const char *const *values;
} rows[] = {
	[COUNTER_DENIALS] = { "ima_denials_total",
		"Accesses that IMA refused, or that nobody told were allowed.",
		"cause", denial_causes },
	[COUNTER_ALLOWED] = { "ima_appraisal_failures_allowed_total",
		"Failed appraisals where nothing was refused.",
		"cause", denial_causes },
	[COUNTER_VIOLATIONS] = { "ima_violations_total",
		"Files read and written at once while they were measured.",
		"cause", violation_causes },
	[COUNTER_LIST_ERRORS] = { "ima_list_errors_total",
		"Entries that the measurement list or the TPM did not take.",
		"cause", list_causes },
	[COUNTER_LOADS] = { "ima_policy_loads_total",
		"Loads of an IMA policy, by their result.",
		"result", load_results },
	[COUNTER_LABELS_LOST] = { "ima_labels_lost_total",
		"Rules that do nothing, as the LSM does not know their label.",
		NULL, NULL },
	[COUNTER_LOST] = { "ima_audit_lost_total",
		"Records lost before they were read; 1 each time that nobody knows.",
		"source", lost_sources },
	[COUNTER_LINES_LONG] = { "ima_audit_lines_long_total",
		"Lines that were too long to be read.", NULL, NULL },
	[COUNTER_UNTRUSTED] = { "ima_audit_untrusted_total",
		"Records left out as anyone could have written them.",
		NULL, NULL },
	[COUNTER_ALERTS] = { "ima_alerts_total",
		"Alerts that were told.", NULL, NULL },
	[COUNTER_ALERT_ERRORS] = { "ima_alert_errors_total",
		"Attempts to tell an alert that failed.", NULL, NULL },
	[COUNTER_ALERTS_DROPPED] = { "ima_alerts_dropped_total",
		"Alerts that will never be told.", NULL, NULL },
};

static const struct gauge_row {
	const char *name, *help;
} gauges[] = {
	[GAUGE_MEASUREMENTS] = { "ima_measurements",
		"Entries of the measurement list." },
	[GAUGE_VIOLATIONS] = { "ima_violations",
		"Violations that the kernel counted since boot." },
	[GAUGE_DUE] = { "ima_watch_due_timestamp_seconds",
		"When this file is written again at the latest." },
};

_Static_assert(ARRAY_SIZE(rows) == COUNTERS, "a row for each counter");
_Static_assert(ARRAY_SIZE(gauges) == GAUGES, "a row for each gauge");
_Static_assert(ARRAY_SIZE(denial_causes) <= VALUES_MAX, "room for all values");

struct note {
	char key[32], text[COUNTERS_NOTE + 1];
};

struct counters {
	const char *file;
	int lock;
	uint64_t n[COUNTERS][VALUES_MAX];
	uint64_t gauge[GAUGES];
	struct note notes[COUNTERS_NOTES];
	size_t n_notes;
};

/* ---- values ---- */

/* -1: it has none such, and no "other" */
static int find_value(const struct row *r, const char *value, size_t len)
{
	int i;

	if (!r->label)
		return 0;
	for (i = 0; r->values[i]; i++)
		if (strlen(r->values[i]) == len &&
		    !memcmp(r->values[i], value, len))
			return i;
	return -1;
}

/* "TPM_error(-19)": the number is one of many */
static int value_of(const struct row *r, const char *value)
{
	static const char tpm[] = "TPM_error";
	int at;

	if (!value)
		value = OTHER;
	at = find_value(r, value, strlen(value));
	if (at < 0 && !strncmp(value, tpm, sizeof(tpm) - 1))
		at = find_value(r, tpm, sizeof(tpm) - 1);
	return at < 0 ? find_value(r, OTHER, strlen(OTHER)) : at;
}

void counters_add(struct counters *c, enum counter which, const char *value,
		  uint64_t n)
{
	int at = value_of(&rows[which], value);

	if (at >= 0)
		c->n[which][at] += n;
}

uint64_t counters_get(const struct counters *c, enum counter which,
		      const char *value)
{
	int at = value_of(&rows[which], value);

	return at < 0 ? 0 : c->n[which][at];
}

void counters_set(struct counters *c, enum gauge which, uint64_t value)
{
	c->gauge[which] = value;
}

/* ---- notes ---- */

static struct note *find_note(const struct counters *c, const char *key)
{
	size_t i;

	for (i = 0; i < c->n_notes; i++)
		if (!strcmp(c->notes[i].key, key))
			return (struct note *)&c->notes[i];
	return NULL;
}

const char *counters_noted(const struct counters *c, const char *key)
{
	const struct note *n = find_note(c, key);

	return n ? n->text : NULL;
}

void counters_note(struct counters *c, const char *key, const char *text)
{
	struct note *n = find_note(c, key);

	if (!n && c->n_notes == COUNTERS_NOTES)
		return;
	if (!n)
		n = &c->notes[c->n_notes++];
	snprintf(n->key, sizeof(n->key), "%s", key);
	snprintf(n->text, sizeof(n->text), "%s", text);
}

/* ---- reading ---- */

struct text {
	const char *p, *end;
	size_t line;
};

static bool next_line(struct text *t, const char **line, size_t *len)
{
	const char *nl;

	if (t->p == t->end)
		return false;
	nl = memchr(t->p, '\n', (size_t)(t->end - t->p));
	if (!nl)
		return false;	/* a last line without an end was not written whole */
	*line = t->p;
	*len = (size_t)(nl - t->p);
	t->p = nl + 1;
	t->line++;
	return true;
}

static bool is(const char *line, size_t len, const char *text)
{
	return len == strlen(text) && !memcmp(line, text, len);
}

static bool read_note(struct counters *c, const char *line, size_t len)
{
	const char *blank = memchr(line, ' ', len);
	struct note n;

	if (!blank || (size_t)(blank - line) >= sizeof(n.key) ||
	    len - (size_t)(blank - line) > COUNTERS_NOTE)
		return false;
	snprintf(n.key, sizeof(n.key), "%.*s", (int)(blank - line), line);
	snprintf(n.text, sizeof(n.text), "%.*s",
		 (int)(len - (size_t)(blank + 1 - line)), blank + 1);
	counters_note(c, n.key, n.text);
	return true;
}

/* NAME or NAME{LABEL="VALUE"} before the blank */
static bool read_series(struct counters *c, const char *name, size_t len,
			uint64_t value)
{
	size_t i;

	for (i = 0; i < COUNTERS; i++) {
		const struct row *r = &rows[i];
		size_t n = strlen(r->name);
		char open[64];
		int at;

		if (!r->label && is(name, len, r->name)) {
			c->n[i][0] = value;
			return true;
		}
		if (!r->label)
			continue;
		n = (size_t)snprintf(open, sizeof(open), "%s{%s=\"", r->name,
				     r->label);
		if (len < n + 2 || memcmp(name, open, n) ||
		    memcmp(name + len - 2, "\"}", 2))
			continue;
		at = find_value(r, name + n, len - n - 2);
		if (at >= 0)
			c->n[i][at] = value;
		return at >= 0;
	}
	for (i = 0; i < GAUGES; i++)
		if (is(name, len, gauges[i].name))
			return true;
	return false;
}

static bool read_line(struct counters *c, const char *line, size_t len)
{
	size_t note = strlen(NOTE);
	const char *blank;
	uint64_t value;

	if (len > note && !memcmp(line, NOTE, note))
		return read_note(c, line + note, len - note);
	if (len && line[0] == '#')
		return true;
	blank = memchr(line, ' ', len);
	if (!blank || num_parse(blank + 1, len - (size_t)(blank + 1 - line), 10,
				UINT64_MAX, &value) != NUM_OK)
		return false;
	return read_series(c, line, (size_t)(blank - line), value);
}

/* 0: all of it was read; else the line that is wrong */
static size_t read_text(struct counters *c, const char *text, size_t len)
{
	struct text t = { text, text + len, 0 };
	bool ended = false;
	const char *line;
	size_t n;

	if (!next_line(&t, &line, &n) || !is(line, n, HEADING))
		return 1;
	while (!ended && next_line(&t, &line, &n)) {
		ended = is(line, n, ENDING);
		if (!ended && !read_line(c, line, n))
			return t.line;
	}
	return ended && t.p == t.end ? 0 : t.line + 1;
}

/* NULL: *why; *len 0 and "": there is none */
static char *read_all(struct arena *a, const char *file, size_t *len,
		      const char **why)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *text = NULL;
	struct stat st;
	ssize_t n = -1;

	*len = 0;
	if (fd < 0 && errno == ENOENT)
		return arena_strndup(a, "", 0);
	if (fd < 0 || fstat(fd, &st)) {
		*why = strerror(errno);
	} else if (!S_ISREG(st.st_mode)) {
		*why = "no regular file";
	} else {
		text = arena_alloc(a, FILE_MAX + 1);
		n = read(fd, text, FILE_MAX + 1);
		if (n < 0)
			*why = strerror(errno);
	}
	if (fd >= 0)
		close(fd);
	*len = n < 0 ? 0 : (size_t)n;
	return n < 0 ? NULL : text;
}

static bool read_file(struct arena *a, struct counters *c, const char **aside,
		      const char **why)
{
	size_t len, bad;
	char *text = read_all(a, c->file, &len, why);
	const char *name;

	if (!text)
		return false;
	if (!len && access(c->file, F_OK))
		return true;
	bad = read_text(c, text, len);
	if (!bad)
		return true;
	memset(c->n, 0, sizeof(c->n));
	c->n_notes = 0;
	name = buf_textf(a, "%s.broken", c->file);
	if (rename(c->file, name)) {
		*why = buf_textf(a, "line %zu is none of its own, and it cannot "
				 "be kept as %s: %s", bad, name,
				 strerror(errno));
		return false;
	}
	*aside = name;
	return true;
}

/* the file itself is another one after each write, so what is held stands beside it */
static bool hold(struct arena *a, struct counters *c, const char **why)
{
	const char *name = buf_textf(a, "%s.lock", c->file);

	/* who can open it can hold it: nobody else may, or no process would ever start */
	c->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (c->lock >= 0 && !flock(c->lock, LOCK_EX | LOCK_NB))
		return true;
	*why = c->lock >= 0 && errno == EWOULDBLOCK ?
		"another process counts there" :
		buf_textf(a, "%s: %s", name, strerror(errno));
	return false;
}

struct counters *counters_open(struct arena *a, const char *file,
			       const char **aside, const char **why)
{
	struct counters *c = arena_new(a, struct counters);
	size_t i;

	c->file = file;
	c->lock = -1;
	for (i = 0; i < GAUGES; i++)
		c->gauge[i] = UINT64_MAX;
	*aside = NULL;
	if (hold(a, c, why) && read_file(a, c, aside, why))
		return c;
	counters_free(c);
	return NULL;
}

void counters_free(struct counters *c)
{
	if (c && c->lock >= 0)
		close(c->lock);
}

/* ---- writing ---- */

static void put_head(struct buf *b, const char *name, const char *help,
		     const char *type)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_row(struct buf *b, const struct row *r, const uint64_t *n)
{
	size_t i;

	put_head(b, r->name, r->help, "counter");
	if (!r->label)
		buf_printf(b, "%s %" PRIu64 "\n", r->name, n[0]);
	for (i = 0; r->label && r->values[i]; i++)
		buf_printf(b, "%s{%s=\"%s\"} %" PRIu64 "\n", r->name, r->label,
			   r->values[i], n[i]);
}

bool counters_write(struct counters *c)
{
	struct arena a;
	struct buf b;
	size_t i;
	bool ok;

	arena_init(&a);
	buf_init(&b, &a);
	buf_puts(&b, HEADING "\n");
	for (i = 0; i < c->n_notes; i++)
		buf_printf(&b, NOTE "%s %s\n", c->notes[i].key, c->notes[i].text);
	for (i = 0; i < COUNTERS; i++)
		put_row(&b, &rows[i], c->n[i]);
	for (i = 0; i < GAUGES; i++) {
		if (c->gauge[i] == UINT64_MAX)
			continue;
		put_head(&b, gauges[i].name, gauges[i].help, "gauge");
		buf_printf(&b, "%s %" PRIu64 "\n", gauges[i].name, c->gauge[i]);
	}
	buf_puts(&b, ENDING "\n");
	ok = outfile_replace(&a, c->file, b.s, b.len);
	i = (size_t)errno;
	arena_free(&a);
	errno = (int)i;
	return ok;
}
