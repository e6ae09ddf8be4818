/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auditjoin.h"
#include "auditlink.h"
#include "buf.h"
#include "counters.h"
#include "dedupe.h"
#include "enforcing.h"
#include "follow.h"
#include "kernlog.h"
#include "linebuf.h"
#include "util.h"

static struct arena arena;
static char dir[] = "/tmp/test_watch.XXXXXX";
static char path[4096];

static void setup(void)
{
	arena_init(&arena);
	strcpy(dir + sizeof(dir) - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/audit.log", dir);
}

static void teardown(void)
{
	char command[4200];

	arena_free(&arena);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	ck_assert_int_eq(system(command), 0);
}

static struct auditrec record(const char *line)
{
	struct auditrec r;

	ck_assert_msg(auditrec_read(&arena, line, strlen(line), &r), "%s", line);
	return r;
}

static struct auditrec refusal(unsigned int serial, const char *name)
{
	return record(buf_textf(&arena, "type=1800 msg=audit(5.006:%u): pid=1 "
				"uid=0 op=appraise_data cause=invalid-hash "
				"comm=\"x\" name=\"%s\" dev=\"vda\" ino=5 res=0",
				serial, name));
}

static struct auditrec call(unsigned int serial, const char *end)
{
	return record(buf_textf(&arena, "type=1300 msg=audit(5.006:%u): "
				"arch=c000003e syscall=59 %s items=0", serial,
				end));
}

/* ---- dedupe ---- */

START_TEST(one_event_is_one)
{
	struct dedupe *d = dedupe_new();
	struct auditrec r = refusal(1, "/a"), enriched, alone;

	enriched = record("type=INTEGRITY_DATA msg=audit(5.006:1): pid=1 uid=0 "
			  "op=appraise_data cause=invalid-hash comm=\"x\" "
			  "name=2F61 dev=\"vda\" ino=5 res=0\035UID=\"root\"");
	alone = record("INTEGRITY_DATA pid=1 op=appraise_data res=0");
	ck_assert(dedupe_first(d, &r));
	ck_assert(!dedupe_first(d, &r));
	ck_assert(!dedupe_first(d, &enriched));
	/* a line made up beforehand keeps the real one out by no word of it */
	r = refusal(1, "/b");
	ck_assert(dedupe_first(d, &r));
	r = refusal(2, "/a");
	ck_assert(dedupe_first(d, &r));
	r.millis = 7;
	ck_assert(dedupe_first(d, &r));
	r.cause = NULL;
	ck_assert(dedupe_first(d, &r));
	r.cause = "";
	ck_assert(dedupe_first(d, &r));
	/* without a serial nobody can know */
	ck_assert(dedupe_first(d, &alone));
	ck_assert(dedupe_first(d, &alone));
	dedupe_free(d);
}
END_TEST

START_TEST(the_window_is_bounded)
{
	struct dedupe *d = dedupe_new();
	struct auditrec r = refusal(0, "/a");
	static char name[60000];
	unsigned int i;

	for (i = 1; i <= DEDUPE_MAX; i++) {
		r.serial = i;
		ck_assert(dedupe_first(d, &r));
	}
	r.serial = 1;
	ck_assert(!dedupe_first(d, &r));
	r.serial = DEDUPE_MAX + 1;
	ck_assert(dedupe_first(d, &r));
	r.serial = 1;	/* the oldest had to leave */
	ck_assert(dedupe_first(d, &r));
	/* and by bytes */
	memset(name, 'n', sizeof(name) - 1);
	r.name = name;
	for (i = 1; i <= 2 * DEDUPE_BYTES / sizeof(name); i++) {
		r.serial = i;
		ck_assert(dedupe_first(d, &r));
	}
	r.serial = 1;
	ck_assert(dedupe_first(d, &r));
	dedupe_free(d);
}
END_TEST

/* ---- a record and its system call ---- */

static void take(struct auditjoin *j, struct auditrec r, uint64_t now)
{
	const struct auditjoin_place before = { .source = 3, .offset = now };

	auditjoin_take(j, &r, now, &before);
}

static const struct {
	const char *end;
	enum auditjoin_told told;
} calls[] = {
	{ "success=no exit=-13", AUDITJOIN_REFUSED },
	{ "success=no exit=-1", AUDITJOIN_REFUSED },
	{ "success=no exit=-2", AUDITJOIN_UNTOLD },
	{ "success=yes exit=0", AUDITJOIN_ALLOWED },
	{ "exit=0", AUDITJOIN_UNTOLD },
};

START_TEST(calls_tell)
{
	struct auditjoin *j = auditjoin_new(1000, NULL);
	const struct auditjoined *got;
	bool told = calls[_i].told != AUDITJOIN_UNTOLD;

	/* as auditd has them */
	take(j, refusal(7, "/a"), 100);
	take(j, call(8, "success=yes exit=0"), 100);
	ck_assert_ptr_null(auditjoin_next(j, 100, false));
	ck_assert_int_eq(auditjoin_wait(j, 100), 1000);
	take(j, call(7, calls[_i].end), 101);
	got = auditjoin_next(j, 101, false);
	ck_assert_int_eq(got != NULL, told);
	ck_assert_int_eq(auditjoin_wait(j, 101), told ? 0 : 999);
	got = auditjoin_next(j, 1100, false);
	ck_assert_int_eq(got->told, calls[_i].told);
	ck_assert_str_eq(got->rec.name, "/a");
	auditjoin_drop(j);
	/* as ausearch has them */
	take(j, call(9, calls[_i].end), 2000);
	take(j, refusal(9, "/b"), 2000);
	got = auditjoin_next(j, 2000, !told);
	ck_assert_int_eq(got->told, calls[_i].told);
	auditjoin_drop(j);
	ck_assert_int_eq(auditjoin_wait(j, 2000), -1);
	auditjoin_free(j);
}
END_TEST

START_TEST(records_leave_as_they_came)
{
	struct auditjoin *j = auditjoin_new(1000, NULL);

	take(j, refusal(1, "/a"), 10);
	take(j, record("ima: rule for LSM 'x' is undefined"), 20);
	take(j, refusal(3, "/c"), 30);
	take(j, call(3, "success=no exit=-13"), 40);
	ck_assert_ptr_null(auditjoin_next(j, 40, false));
	ck_assert_uint_eq(auditjoin_oldest(j, 3)->offset, 10);
	ck_assert_ptr_null(auditjoin_oldest(j, 2));
	take(j, call(1, "success=yes exit=0"), 50);
	ck_assert_uint_eq(auditjoin_next(j, 50, false)->rec.serial, 1);
	auditjoin_drop(j);
	ck_assert_uint_eq(auditjoin_oldest(j, 3)->offset, 20);
	ck_assert_str_eq(auditjoin_next(j, 50, false)->rec.label, "x");
	auditjoin_drop(j);
	ck_assert_uint_eq(auditjoin_next(j, 50, false)->rec.serial, 3);
	auditjoin_drop(j);
	ck_assert_ptr_null(auditjoin_next(j, 50, true));
	auditjoin_free(j);
}
END_TEST

/* whoever may log must not make a refusal look like none */
START_TEST(calls_by_anyone_tell_nothing)
{
	struct auditjoin *j = auditjoin_new(1000, NULL);

	take(j, refusal(1, "/a"), 10);
	take(j, record("Nov 24 00:27:56 host x: type=SYSCALL msg=audit(5.006:1): "
		       "syscall=59 success=yes exit=0"), 10);
	ck_assert_ptr_null(auditjoin_next(j, 10, false));
	ck_assert_int_eq(auditjoin_next(j, 10, true)->told, AUDITJOIN_UNTOLD);
	auditjoin_free(j);
}
END_TEST

START_TEST(what_waits_is_bounded)
{
	struct auditjoin *j = auditjoin_new(1000, NULL);
	unsigned int i;

	for (i = 0; i < AUDITJOIN_MAX; i++) {
		ck_assert_ptr_null(auditjoin_next(j, 10, false));
		take(j, refusal(i, "/a"), 10);
	}
	ck_assert_ptr_nonnull(auditjoin_next(j, 10, false));
	take(j, refusal(i, "/a"), 10);
	ck_assert_uint_eq(auditjoin_next(j, 10, false)->rec.serial, 1);
	auditjoin_free(j);
}
END_TEST

/* ---- counters ---- */

static const char *read_text(const char *file)
{
	static char text[1 << 16];
	int fd = open(file, O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void write_text(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static struct counters *open_counters(const char **aside)
{
	const char *why = "nothing";
	struct counters *c = counters_open(&arena, path, aside, &why);

	ck_assert_msg(c != NULL, "%s", why);
	return c;
}

START_TEST(counters_go_on)
{
	const char *aside, *why;
	struct counters *c = open_counters(&aside);

	counters_add(c, COUNTER_DENIALS, "invalid-hash", 2);
	counters_add(c, COUNTER_DENIALS, "made up", 1);
	counters_add(c, COUNTER_DENIALS, NULL, 1);
	counters_add(c, COUNTER_LIST_ERRORS, "TPM_error(-19)", 1);
	counters_add(c, COUNTER_LABELS_LOST, NULL, 5);
	counters_add(c, COUNTER_ALERTS, NULL, UINT64_C(1) << 60);
	counters_note(c, "file", "1 2 3 -");
	ck_assert(counters_write(c));
	ck_assert_ptr_null(counters_open(&arena, path, &aside, &why));
	ck_assert_str_eq(why, "another process counts there");
	counters_free(c);
	c = open_counters(&aside);
	ck_assert_ptr_null(aside);
	ck_assert_uint_eq(counters_get(c, COUNTER_DENIALS, "invalid-hash"), 2);
	ck_assert_uint_eq(counters_get(c, COUNTER_DENIALS, "other"), 2);
	ck_assert_uint_eq(counters_get(c, COUNTER_DENIALS, "missing-hash"), 0);
	ck_assert_uint_eq(counters_get(c, COUNTER_LIST_ERRORS, "TPM_error(1)"), 1);
	ck_assert_uint_eq(counters_get(c, COUNTER_LABELS_LOST, NULL), 5);
	ck_assert_uint_eq(counters_get(c, COUNTER_ALERTS, NULL),
			  UINT64_C(1) << 60);
	ck_assert_str_eq(counters_noted(c, "file"), "1 2 3 -");
	ck_assert_ptr_null(counters_noted(c, "kernel-log"));
	counters_free(c);
}
END_TEST

/* cut off anywhere, and with each byte changed: read as it is, or kept aside */
START_TEST(broken_files_are_kept_aside)
{
	const char *aside, *broken = buf_textf(&arena, "%s.broken", path);
	struct counters *c = open_counters(&aside);
	size_t len, i;
	char *text;

	counters_add(c, COUNTER_DENIALS, "invalid-hash", 7);
	ck_assert(counters_write(c));
	counters_free(c);
	text = arena_strndup(&arena, read_text(path), 1 << 16);
	len = strlen(text);
	for (i = 0; i < len; i += i < 200 ? 1 : 97) {
		char cut[1 << 16];

		snprintf(cut, sizeof(cut), "%.*s", (int)i, text);
		write_text(path, cut);
		c = open_counters(&aside);
		ck_assert_str_eq(aside, broken);
		ck_assert_str_eq(read_text(broken), cut);
		ck_assert_uint_eq(counters_get(c, COUNTER_DENIALS,
					       "invalid-hash"), 0);
		counters_free(c);
	}
	write_text(path, buf_textf(&arena, "%sx 1\n", text));
	c = open_counters(&aside);
	ck_assert_str_eq(aside, broken);
	counters_free(c);
	write_text(path, text);
	c = open_counters(&aside);
	ck_assert_ptr_null(aside);
	ck_assert_uint_eq(counters_get(c, COUNTER_DENIALS, "invalid-hash"), 7);
	counters_free(c);
}
END_TEST

START_TEST(what_is_no_file)
{
	const char *aside, *why = NULL;

	ck_assert_int_eq(mkdir(path, 0755), 0);
	ck_assert_ptr_null(counters_open(&arena, path, &aside, &why));
	ck_assert_ptr_nonnull(why);
	ck_assert_ptr_null(counters_open(&arena, "/nowhere/x.prom", &aside,
					 &why));
}
END_TEST

START_TEST(gauges_are_there_where_known)
{
	const char *aside;
	struct counters *c = open_counters(&aside);

	counters_set(c, GAUGE_MEASUREMENTS, 840);
	ck_assert(counters_write(c));
	ck_assert_ptr_nonnull(strstr(read_text(path), "\nima_measurements 840\n"));
	ck_assert_ptr_null(strstr(read_text(path), "\nima_violations "));
	ck_assert_ptr_nonnull(strstr(read_text(path),
				     "\nima_denials_total{cause=\"failed\"} 0\n"));
	counters_free(c);
	/* a file with gauges is one of ours */
	c = open_counters(&aside);
	ck_assert_ptr_null(aside);
	counters_free(c);
}
END_TEST

/* ---- lines ---- */

START_TEST(lines_of_any_pieces)
{
	static struct linebuf b;
	const char *line;
	int fds[2];
	size_t len;

	ck_assert_int_eq(pipe(fds), 0);
	linebuf_init(&b, 10);
	ck_assert_int_eq(write(fds[1], "one\n\ntw", 7), 7);
	ck_assert_int_eq(linebuf_fill(&b, fds[0]), 7);
	ck_assert_int_eq(linebuf_next(&b, &line, &len), LINEBUF_LINE);
	ck_assert_mem_eq(line, "one", 3);
	ck_assert_uint_eq(b.offset, 14);
	ck_assert_int_eq(linebuf_next(&b, &line, &len), LINEBUF_LINE);
	ck_assert_uint_eq(len, 0);
	ck_assert_int_eq(linebuf_next(&b, &line, &len), LINEBUF_NONE);
	ck_assert_int_eq(write(fds[1], "o", 1), 1);
	close(fds[1]);
	ck_assert_int_eq(linebuf_fill(&b, fds[0]), 1);
	ck_assert_int_eq(linebuf_next(&b, &line, &len), LINEBUF_NONE);
	ck_assert_int_eq(linebuf_last(&b, &line, &len), LINEBUF_LINE);
	ck_assert_uint_eq(len, 3);
	ck_assert_mem_eq(line, "two", 3);
	ck_assert_int_eq(linebuf_last(&b, &line, &len), LINEBUF_NONE);
	close(fds[0]);
}
END_TEST

/* around the bound: what is longer is passed over whole, the next one is read */
START_TEST(long_lines)
{
	static struct linebuf b;
	static char text[5 * LINEBUF_LINE_MAX];
	size_t n = LINEBUF_LINE_MAX + (size_t)_i, len, seen = 0;
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	enum linebuf_next next;
	const char *line;

	if (_i > 2)
		n = 4 * LINEBUF_LINE_MAX;
	memset(text, 'x', n);
	memcpy(text + n, "\nshort\n", 7);
	ck_assert_int_eq(write(fd, text, n + 7), (ssize_t)n + 7);
	lseek(fd, 0, SEEK_SET);
	linebuf_init(&b, 0);
	while (linebuf_fill(&b, fd) > 0)
		while ((next = linebuf_next(&b, &line, &len)) != LINEBUF_NONE) {
			if (!seen++)
				ck_assert_int_eq(next, n > LINEBUF_LINE_MAX ?
						 LINEBUF_LONG : LINEBUF_LINE);
			else
				ck_assert_mem_eq(line, "short", 5);
		}
	ck_assert_uint_eq(seen, 2);
	ck_assert_uint_eq(b.offset, n + 7);
	close(fd);
}
END_TEST

/* ---- a file that grows ---- */

static uint64_t clock_ms = 1;

static void append(const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);

	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* all lines that are there, with blanks between; what was lost as "!" */
static const char *all(struct follow *f)
{
	const char *line;
	enum follow_next next;
	struct buf b;
	size_t len;

	buf_init(&b, &arena);
	buf_puts(&b, "");
	while ((next = follow_next(f, clock_ms, &line, &len)) != FOLLOW_NONE) {
		if (next == FOLLOW_LOST)
			buf_puts(&b, "!");
		else
			buf_add(&b, line, len);
		buf_putc(&b, ' ');
	}
	return b.s;
}

static void rotate(const char *to)
{
	ck_assert_int_eq(rename(path, buf_textf(&arena, "%s%s", path, to)), 0);
	usleep(20000);	/* times of changes have the kernel's ticks */
}

START_TEST(a_file_grows)
{
	struct follow *f;

	append("old\n");
	f = follow_new(&arena, path, NULL, false);
	ck_assert_str_eq(all(f), "");
	append("a\nb\nhal");
	ck_assert_str_eq(all(f), "a b ");
	append("f\n");
	ck_assert_str_eq(all(f), "half ");
	follow_free(f);
	f = follow_new(&arena, path, NULL, true);
	ck_assert_str_eq(all(f), "old a b half ");
	follow_free(f);
}
END_TEST

START_TEST(a_file_comes_later)
{
	struct follow *f = follow_new(&arena, path, NULL, false);

	ck_assert_str_eq(all(f), "");
	append("a\n");
	ck_assert_str_eq(all(f), "a ");
	follow_free(f);
}
END_TEST

START_TEST(a_file_is_renamed)
{
	struct follow *f = follow_new(&arena, path, NULL, false);

	append("a\n");
	ck_assert_str_eq(all(f), "a ");
	append("b\n");
	rotate(".1");
	append("c\n");
	/* who had it open may write to it for a moment */
	ck_assert_str_eq(all(f), "b ");
	clock_ms += 1000;
	ck_assert_str_eq(all(f), "");
	clock_ms += 1000;
	ck_assert_str_eq(all(f), "c ");
	/* twice between two looks, the last line without an end */
	append("d");
	rotate(".3");
	append("e\n");
	rotate(".2");
	append("f\n");
	clock_ms += 5000;
	ck_assert_str_eq(all(f), "d e ");
	clock_ms += 5000;
	ck_assert_str_eq(all(f), "f ");
	follow_free(f);
}
END_TEST

START_TEST(a_file_is_truncated)
{
	struct follow *f = follow_new(&arena, path, NULL, false);

	append("first\nsecond\n");
	ck_assert_str_eq(all(f), "first second ");
	ck_assert_int_eq(truncate(path, 0), 0);
	append("a\n");
	ck_assert_str_eq(all(f), "! a ");
	/* and grown beyond where it was, between two looks */
	ck_assert_int_eq(truncate(path, 0), 0);
	append("other words, and more of them\nb\n");
	ck_assert_str_eq(all(f), "! other words, and more of them b ");
	follow_free(f);
}
END_TEST

static struct follow *again(struct follow *f)
{
	struct follow_place p;

	ck_assert(follow_place(f, &p));
	follow_print(f, &p);
	follow_free(f);
	return follow_new(&arena, path, &p, false);
}

START_TEST(a_restart_goes_on)
{
	struct follow *f = follow_new(&arena, path, NULL, false);
	struct follow_place p;

	append("a\nhal");
	ck_assert_str_eq(all(f), "a ");
	append("f\n");
	f = again(f);
	ck_assert_str_eq(all(f), "half ");
	/* renamed while nobody looked, more than once */
	ck_assert(follow_place(f, &p));
	follow_print(f, &p);
	follow_free(f);
	append("b\n");
	rotate("-20261126");
	append("c\n");
	rotate(".1");
	append("d\n");
	/* what somebody made of it in between is no piece of it */
	write_text(buf_textf(&arena, "%s.1.gz", path), "junk\n");
	f = follow_new(&arena, path, &p, false);
	clock_ms += 5000;
	ck_assert_str_eq(all(f), "b c d ");
	/* written anew, and gone */
	ck_assert(follow_place(f, &p));
	follow_print(f, &p);
	follow_free(f);
	ck_assert_int_eq(truncate(path, 0), 0);
	append("e\n");
	f = follow_new(&arena, path, &p, false);
	ck_assert_str_eq(all(f), "! e ");
	ck_assert(follow_place(f, &p));
	follow_free(f);
	p.ino++;
	f = follow_new(&arena, path, &p, false);
	ck_assert_str_eq(all(f), "! e ");
	follow_free(f);
}
END_TEST

/* as many as num_logs of auditd.conf may be: what is old is in no one's way */
START_TEST(a_file_of_many)
{
	struct follow *f;
	int i;

	for (i = 99; i > 1; i--) {
		append("old\n");
		ck_assert_int_eq(rename(path, buf_textf(&arena, "%s.%d", path, i)),
				 0);
	}
	usleep(20000);
	append("a\n");
	f = follow_new(&arena, path, NULL, false);
	append("b\n");
	rotate(".1");
	append("c\n");
	rotate(".0");
	append("d\n");
	f = again(f);
	clock_ms += 5000;
	ck_assert_str_eq(all(f), "b c d ");
	follow_free(f);
}
END_TEST

/* ---- messages of the kernel, and how it was booted ---- */

START_TEST(the_log_is_caught_up_with)
{
	struct kernlog k = { .after = 1 };
	const char *line;
	int fd[2], i;
	size_t len;

	/* as /dev/kmsg, one record with each read */
	ck_assert_int_eq(pipe2(fd, O_DIRECT | O_NONBLOCK | O_CLOEXEC), 0);
	k.fd = fd[0];
	for (i = 0; i < 3; i++)
		ck_assert_int_gt(dprintf(fd[1], "5,%d,77,-;audit: %d\n", i, i), 0);
	for (i = 1; i < 3; i++) {
		ck_assert_int_eq(kernlog_next(&k, &line, &len), KERNLOG_LINE);
		ck_assert_msg(len == 17 && line[2] == '0' + i, "%.*s", (int)len,
			      line);
		ck_assert_uint_eq(k.number, (uint64_t)i + 1);
		ck_assert(!k.caught_up);
	}
	ck_assert_int_eq(kernlog_next(&k, &line, &len), KERNLOG_NONE);
	ck_assert(k.caught_up);
	ck_assert_int_gt(dprintf(fd[1], "5,3,78,-;audit: 3\n"), 0);
	ck_assert_int_eq(kernlog_next(&k, &line, &len), KERNLOG_LINE);
	ck_assert(k.caught_up);
	close(fd[0]);
	close(fd[1]);
}
END_TEST

START_TEST(messages_of_netlink)
{
	static const char text[] = "audit(1.002:3): pid=1";
	unsigned char m[16 + sizeof(text)] = { 0 };
	struct buf b;

	m[4] = 1800 & 255;
	m[5] = 1800 >> 8;
	memcpy(m + 16, text, sizeof(text));
	buf_init(&b, &arena);
	ck_assert(auditlink_take(m, sizeof(m), &b));
	ck_assert_str_eq(b.s, "type=1800 msg=audit(1.002:3): pid=1");
	ck_assert(!auditlink_take(m, 15, &b));
	b.len = 0;
	ck_assert(auditlink_take(m, 16, &b));
	ck_assert_str_eq(b.s, "type=1800 msg=");
}
END_TEST

static const struct {
	const char *cmdline;
	bool secure;
	enum enforcing e;
} lines[] = {
	{ "ro quiet\n", false, ENFORCING_YES },
	{ "ima_appraise=log\n", false, ENFORCING_LOG },
	{ "ima_appraise=log", true, ENFORCING_YES },
	{ "ima-appraise=fix ro", false, ENFORCING_FIX },
	{ "ima_appraise=off", false, ENFORCING_OFF },
	{ "ima_appraise=fix ima_appraise=enforce", false, ENFORCING_YES },
	{ "ima_appraise=log ima_appraise=nonsense", false, ENFORCING_LOG },
	{ "ro -- ima_appraise=log", false, ENFORCING_YES },
	{ "", false, ENFORCING_YES },
};

START_TEST(modes_of_boot)
{
	ck_assert_int_eq(enforcing_of_cmdline(&arena, lines[_i].cmdline,
					      strlen(lines[_i].cmdline),
					      lines[_i].secure), lines[_i].e);
}
END_TEST

START_TEST(modes_of_machines)
{
	const char *efi = buf_textf(&arena, "%s/sys/firmware/efi/efivars", dir);
	char command[4096];
	int fd;

	ck_assert_int_eq(enforcing_of_machine(&arena, dir), ENFORCING_UNKNOWN);
	snprintf(command, sizeof(command), "mkdir -p %s/proc %s", dir, efi);
	ck_assert_int_eq(system(command), 0);
	write_text(buf_textf(&arena, "%s/proc/cmdline", dir), "ima_appraise=log\n");
	ck_assert_int_eq(enforcing_of_machine(&arena, dir), ENFORCING_LOG);
	fd = open(buf_textf(&arena, "%s/SecureBoot-8be4df61-93ca-11d2-aa0d-"
			    "00e098032b8c", efi), O_WRONLY | O_CREAT, 0644);
	ck_assert_int_eq(write(fd, "\6\0\0\0\1", 5), 5);
	close(fd);
	ck_assert_int_eq(enforcing_of_machine(&arena, dir), ENFORCING_YES);
	ck_assert_int_eq(enforcing_by_word("fix"), ENFORCING_FIX);
	ck_assert_int_eq(enforcing_by_word("fixed"), ENFORCINGS);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("watch");
	TCase *tc = tcase_create("watch");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, one_event_is_one);
	tcase_add_test(tc, the_window_is_bounded);
	tcase_add_loop_test(tc, calls_tell, 0, ARRAY_SIZE(calls));
	tcase_add_test(tc, records_leave_as_they_came);
	tcase_add_test(tc, calls_by_anyone_tell_nothing);
	tcase_add_test(tc, what_waits_is_bounded);
	tcase_add_test(tc, counters_go_on);
	tcase_add_test(tc, broken_files_are_kept_aside);
	tcase_add_test(tc, what_is_no_file);
	tcase_add_test(tc, gauges_are_there_where_known);
	tcase_add_test(tc, lines_of_any_pieces);
	tcase_add_loop_test(tc, long_lines, 0, 4);
	tcase_add_test(tc, a_file_grows);
	tcase_add_test(tc, a_file_comes_later);
	tcase_add_test(tc, a_file_is_renamed);
	tcase_add_test(tc, a_file_is_truncated);
	tcase_add_test(tc, a_restart_goes_on);
	tcase_add_test(tc, a_file_of_many);
	tcase_add_test(tc, the_log_is_caught_up_with);
	tcase_add_test(tc, messages_of_netlink);
	tcase_add_loop_test(tc, modes_of_boot, 0, ARRAY_SIZE(lines));
	tcase_add_test(tc, modes_of_machines);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
