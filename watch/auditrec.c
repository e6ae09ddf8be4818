/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audithead.h"
#include "num.h"
#include "util.h"

#define ENRICHED 0x1d	/* what auditd adds stands behind it */
#define FIELDS_MAX 64	/* of a record that the kernel writes */

struct span {
	const char *p, *end;
};

struct field {
	struct span key, value;
	bool quoted;
};

static size_t length(struct span s)
{
	return (size_t)(s.end - s.p);
}

static bool is(struct span s, const char *text)
{
	return length(s) == strlen(text) && !memcmp(s.p, text, length(s));
}

static bool ends_word(char c)
{
	return c == ' ' || c == '\t' || c == ENRICHED;
}

static const char *word_end(struct span s)
{
	while (s.p < s.end && !ends_word(*s.p))
		s.p++;
	return s.p;
}

static const char *find(struct span s, const char *text)
{
	return length(s) ? memmem(s.p, length(s), text, strlen(text)) : NULL;
}

static const char *find_last(struct span s, const char *text)
{
	const char *at, *last = NULL;

	while ((at = find(s, text))) {
		last = at;
		s.p = at + 1;
	}
	return last;
}

/*
 * ausearch -i quotes nothing: a comm ends where a name or a device follows, a
 * name where the last device does. What is to decide stands before both.
 */
static const char *interpreted_end(struct span s, struct span key)
{
	const char *end = NULL;

	if (is(key, "comm")) {
		end = find(s, " name=");
		if (!end)
			end = find(s, " dev=");
	} else if (is(key, "name")) {
		end = find_last(s, " dev=");
	}
	if (!end && (is(key, "comm") || is(key, "name")))
		end = find_last(s, " res=");
	return end ? end : word_end(s);
}

/* "signed policy required": words that are no pair belong to the value before */
static const char *cause_end(struct span s)
{
	const char *end = word_end(s);

	while (end < s.end && *end == ' ') {
		struct span next = { end + 1, s.end };
		const char *stop = word_end(next);

		if (next.p == stop ||
		    memchr(next.p, '=', (size_t)(stop - next.p)))
			break;
		end = stop;
	}
	return end;
}

/* false: there is no more; what auditd added does not count */
static bool next_field(struct span *s, bool interpreted, struct field *f)
{
	const char *end, *eq;

	for (;;) {
		while (s->p < s->end && (*s->p == ' ' || *s->p == '\t'))
			s->p++;
		if (s->p == s->end || *s->p == ENRICHED)
			return false;
		end = word_end(*s);
		eq = memchr(s->p, '=', (size_t)(end - s->p));
		if (eq)
			break;
		s->p = end;
	}
	f->key = (struct span){ s->p, eq };
	s->p = eq + 1;
	f->quoted = s->p < s->end && *s->p == '"' &&
		(end = memchr(s->p + 1, '"', length(*s) - 1));
	if (f->quoted) {
		f->value = (struct span){ s->p + 1, end };
		s->p = end + 1;
		return true;
	}
	end = interpreted ? interpreted_end(*s, f->key) :
		is(f->key, "cause") ? cause_end(*s) : word_end(*s);
	f->value = (struct span){ s->p, end };
	s->p = end;
	return true;
}

/* ---- values ---- */

static int hex_digit(char c)
{
	uint64_t v;

	return num_parse(&c, 1, 16, 15, &v) == NUM_OK ? (int)v : -1;
}

/* NULL: it is none, or holds a zero byte, and the words are taken as they are */
static const char *from_hex(struct arena *a, struct span s)
{
	size_t i, n = length(s) / 2;
	char *text;

	if (!n || length(s) % 2)
		return NULL;
	text = arena_alloc(a, n + 1);
	for (i = 0; i < n; i++) {
		int high = hex_digit(s.p[2 * i]), low = hex_digit(s.p[2 * i + 1]);

		if (high < 0 || low < 0 || !(high | low))
			return NULL;
		text[i] = (char)(high << 4 | low);
	}
	text[n] = '\0';
	return text;
}

static const char *plain(struct arena *a, struct span s)
{
	if (is(s, "?") || is(s, "(null)") || is(s, "(none)"))
		return NULL;
	return arena_strndup(a, s.p, length(s));
}

/* as audit_log_untrustedstring() writes one */
static const char *untrusted(struct arena *a, const struct field *f,
			     bool interpreted)
{
	const char *text = NULL;

	if (f->quoted)
		return arena_strndup(a, f->value.p, length(f->value));
	if (!interpreted)
		text = from_hex(a, f->value);
	return text ? text : plain(a, f->value);
}

static uint64_t number(const struct field *f)
{
	uint64_t n;

	return num_parse(f->value.p, length(f->value), 10, UINT64_MAX - 1,
			 &n) == NUM_OK ? n : UINT64_MAX;
}

static int yes(const struct field *f)
{
	if (is(f->value, "1") || is(f->value, "yes") || is(f->value, "success"))
		return 1;
	if (is(f->value, "0") || is(f->value, "no") || is(f->value, "failed"))
		return 0;
	return -1;
}

/* "-13", and "EACCES(Permission denied)" of ausearch -i; another word is 0 */
static int exit_of(const struct field *f)
{
	struct span s = f->value;
	bool minus = length(s) && *s.p == '-';
	uint64_t n;

	if (length(s) > 6 && !memcmp(s.p, "EACCES", 6))
		return -EACCES;
	if (length(s) > 5 && !memcmp(s.p, "EPERM", 5))
		return -EPERM;
	s.p += minus;
	if (num_parse(s.p, length(s), 10, INT32_MAX, &n) != NUM_OK)
		return 0;
	return minus ? -(int)n : (int)n;
}

/* ---- records ---- */

static uint64_t *number_of(struct auditrec *r, struct span key)
{
	return is(key, "pid") ? &r->pid : is(key, "uid") ? &r->uid :
		is(key, "auid") ? &r->auid : is(key, "ino") ? &r->ino : NULL;
}

static const char **name_of(struct auditrec *r, struct span key)
{
	return is(key, "comm") ? &r->comm : is(key, "dev") ? &r->dev :
		is(key, "name") || is(key, "file") ? &r->name : NULL;
}

static const char **word_of(struct auditrec *r, struct span key)
{
	return is(key, "op") ? &r->op : is(key, "cause") ? &r->cause :
		is(key, "subj") ? &r->subj : is(key, "hash") ? &r->hash : NULL;
}

/* the first of a key counts: what is behind is not the kernel's */
static void take_common(struct arena *a, const struct audithead *h,
			const struct field *f, struct auditrec *out)
{
	uint64_t *n = number_of(out, f->key);
	const char **name = name_of(out, f->key);
	const char **plain_word = word_of(out, f->key);

	if (n && *n == UINT64_MAX)
		*n = number(f);
	if (name && !*name)
		*name = untrusted(a, f, h->interpreted);
	if (plain_word && !*plain_word)
		*plain_word = plain(a, f->value);
	if (is(f->key, "res") && out->res < 0)
		out->res = yes(f);
}

/* calls that open, run or map a file: by number, and as ausearch -i names them */
static bool is_of_file(struct span arch, struct span call)
{
	static const struct {
		const char *arch, *calls;
	} rows[] = {
		{ "c000003e", " 2 9 10 59 85 257 322 437 " },	/* x86-64 */
		{ "40000003", " 5 8 11 90 125 192 295 358 437 " },	/* i386 */
		{ "c00000b7", " 56 221 222 226 281 437 " },	/* arm64 */
		{ "c00000f3", " 56 221 222 226 281 437 " },	/* riscv64 */
		{ "", " open creat openat openat2 execve execveat mmap mmap2 "
		      "mprotect " },
	};
	char word[16];
	size_t i;

	if (!length(call) || length(call) + 3 > sizeof(word))
		return false;
	snprintf(word, sizeof(word), " %.*s ", (int)length(call), call.p);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if ((!*rows[i].arch || is(arch, rows[i].arch)) &&
		    strstr(rows[i].calls, word))
			return true;
	return false;
}

/*
 * Only a call that would have failed without its file tells that it had it: a driver
 * may be loaded although its firmware was refused, and io_uring_enter() says nothing
 * of what it opened.
 */
static void take_syscall(struct span *arch, struct span *call,
			 const struct field *f, struct auditrec *out)
{
	if (is(f->key, "arch") && !arch->p)
		*arch = f->value;
	else if (is(f->key, "syscall") && !call->p)
		*call = f->value;
	else if (is(f->key, "success") && out->success < 0)
		out->success = yes(f);
	else if (is(f->key, "exit") && !out->exit)
		out->exit = exit_of(f);
}

/* 1807: all words of the rule, which are not quoted, and res= behind them */
static void take_rule(struct arena *a, struct span s, struct auditrec *out)
{
	const char *end = memchr(s.p, ENRICHED, length(s));
	const char *res;

	if (end)
		s.end = end;
	while (length(s) && s.end[-1] == ' ')
		s.end--;
	res = find_last(s, " res=");
	if (res) {
		struct field f = { .value = { res + 5, s.end } };

		out->res = yes(&f);
		s.end = res;
	}
	out->rule = arena_strndup(a, s.p, length(s));
}

static enum auditrec_kind kind_of(const struct auditrec *r)
{
	switch (r->type) {
	case 1300:
		return AUDITREC_SYSCALL;
	case 1800:
	case 1808:
		/* cut off before its end: it counts */
		return r->res != 1 ? AUDITREC_REFUSED : AUDITREC_OTHER;
	case 1802:
	case 1807:
		return AUDITREC_POLICY;
	case 1804:
		if (r->op && !strcmp(r->op, "invalid_pcr"))
			return AUDITREC_VIOLATION;
		return r->res == 0 ? AUDITREC_FAULT : AUDITREC_OTHER;
	default:
		return AUDITREC_OTHER;
	}
}

static void take_fields(struct arena *a, const struct audithead *h,
			struct auditrec *out)
{
	struct span s = { h->body, h->body + h->len };
	struct span arch = { NULL, NULL }, call = { NULL, NULL };
	struct field f;
	unsigned int i;

	if (h->type == 1807) {
		take_rule(a, s, out);
		return;
	}
	for (i = 0; i < FIELDS_MAX && next_field(&s, h->interpreted, &f); i++) {
		if (h->type == 1300)
			take_syscall(&arch, &call, &f, out);
		else
			take_common(a, h, &f, out);
	}
	if (out->success == 1 && !is_of_file(arch, call))
		out->success = -1;
}

/* "rule for LSM 'X' is undefined", of the kernel log alone */
static bool take_label(struct arena *a, const struct audithead *h,
		       struct auditrec *out)
{
	static const char before[] = "rule for LSM '";
	static const char after[] = "' is undefined";
	struct span s = { h->body, h->body + h->len };
	const char *end;

	if (length(s) < sizeof(before) - 1 ||
	    memcmp(s.p, before, sizeof(before) - 1))
		return false;
	s.p += sizeof(before) - 1;
	end = find_last(s, after);
	if (!end)
		return false;
	out->kind = AUDITREC_LABEL_LOST;
	out->label = arena_strndup(a, s.p, (size_t)(end - s.p));
	return true;
}

bool auditrec_read(struct arena *a, const char *line, size_t len,
		   struct auditrec *out)
{
	struct audithead h;

	if (!audithead_find(a, line, len, &h))
		return false;
	memset(out, 0, sizeof(*out));
	out->pid = out->uid = out->auid = out->ino = UINT64_MAX;
	out->res = out->success = -1;
	out->type = h.type;
	out->from = h.from;
	out->has_id = h.has_id;
	out->seconds = h.seconds;
	out->millis = h.millis;
	out->serial = h.serial;
	if (!h.type)
		return take_label(a, &h, out);
	take_fields(a, &h, out);
	out->kind = kind_of(out);
	return true;
}
