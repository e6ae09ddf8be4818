/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auditrec.h"
#include "buf.h"
#include "util.h"
#include "vec.h"

typedef VEC(const char *) texts;

static struct arena arena;

static void setup(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
	arena_init(&arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

static bool take(const char *line, struct auditrec *r)
{
	return auditrec_read(&arena, line, strlen(line), r);
}

/* ---- fixtures of booted machines ---- */

static FILE *open_fixture(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/watch/data/%s",
		 srcdir ? srcdir : ".", name);
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s", path);
	return f;
}

static const char *as_text(const struct auditrec *r)
{
	return buf_textf(&arena, "%" PRIu64 ".%03u:%" PRIu64 " %u kind %d %s %s "
			 "comm %s name %s dev %s ino %" PRIu64 " pid %" PRIu64
			 " subj %s res %d hash %s",
			 r->seconds, r->millis, r->serial, r->type, r->kind,
			 r->op ? r->op : "-", r->cause ? r->cause : "-",
			 r->comm ? r->comm : "-", r->name ? r->name : "-",
			 r->dev ? r->dev : "-", r->ino, r->pid,
			 r->subj ? r->subj : "-", r->res,
			 r->hash ? r->hash : "-");
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* cut: what stands around the message is taken off, as %msg% of rsyslog has it */
static void read_fixture(const char *name, const char *only, bool cut,
			 texts *out)
{
	FILE *f = open_fixture(name);
	char *line = NULL, *raw;
	struct auditrec r;
	size_t cap = 0;
	ssize_t len;

	while ((len = getline(&line, &cap, f)) > 0) {
		if (only && !strstr(line, only))
			continue;
		raw = cut ? strstr(line, "rawmsg=[") : NULL;
		if (raw)
			line[len - 2] = '\0';
		if (!take(raw ? raw + strlen("rawmsg=[") : line, &r) ||
		    r.kind == AUDITREC_SYSCALL)
			continue;
		ck_assert(r.has_id);
		vec_push(&arena, out, as_text(&r));
	}
	free(line);
	fclose(f);
	qsort(out->v, out->n, sizeof(*out->v), compare);
}

static size_t count(const texts *t, const char *what)
{
	size_t i, n = 0;

	for (i = 0; i < t->n; i++)
		n += strstr(t->v[i], what) != NULL;
	return n;
}

/* as many as the machine that wrote them counted */
static void assert_all_there(const texts *t)
{
	ck_assert_uint_eq(t->n, 28);
	ck_assert_uint_eq(count(t, " 1800 kind 0 "), 23);
	ck_assert_uint_eq(count(t, " 1804 kind 1 "), 2);
	ck_assert_uint_eq(count(t, " 1805 kind 5 "), 3);
	ck_assert_uint_eq(count(t, " appraise_data IMA-signature-required "), 23);
	ck_assert_uint_eq(count(t, " open_writers comm cat name /opt/t/v f dev "
				"nvme0n1 "), 1);
	ck_assert_uint_eq(count(t, " ToMToU comm svc.sh name /opt/t/w dev "), 1);
	ck_assert_uint_eq(count(t, "hash sha256:9c4b4a042658803e2a84da967b4b173c"
				"8a00a89edacb4a8d2086816954f8173a"), 1);
}

static void assert_same(const texts *a, const texts *b)
{
	size_t i;

	ck_assert_uint_eq(a->n, b->n);
	for (i = 0; i < a->n; i++)
		ck_assert_str_eq(a->v[i], b->v[i]);
}

START_TEST(audit_log_is_what_ausearch_says)
{
	texts log = { 0 }, search = { 0 };

	read_fixture("audit.log", NULL, false, &log);
	read_fixture("ausearch.txt", NULL, false, &search);
	assert_all_there(&log);
	assert_same(&log, &search);
}
END_TEST

START_TEST(both_ways_through_rsyslog)
{
	texts file = { 0 }, plugin = { 0 }, shown = { 0 };

	read_fixture("rsyslog-input-lines.txt", "input=imfile", true, &file);
	read_fixture("rsyslog-input-lines.txt", "tag=audisp-syslog:", true,
		     &plugin);
	read_fixture("rsyslog-input-lines.txt", "input=imfile", false, &shown);
	assert_all_there(&file);
	assert_same(&file, &plugin);
	assert_same(&file, &shown);
}
END_TEST

/* the kernel log had room for some of what the journal has */
START_TEST(kernel_log_is_in_the_journal)
{
	texts log = { 0 }, journal = { 0 };
	size_t i, found = 0, load = 0;

	read_fixture("dmesg-noauditd.txt", NULL, false, &log);
	read_fixture("journal-audit.json", NULL, false, &journal);
	assert_all_there(&journal);
	for (i = 0; i < log.n; i++) {
		if (strstr(log.v[i], " 1807 ") || strstr(log.v[i], " 1802 ")) {
			load++;
			continue;
		}
		ck_assert_msg(bsearch(&log.v[i], journal.v, journal.n,
				      sizeof(*journal.v), compare) != NULL,
			      "%s", log.v[i]);
		found++;
	}
	ck_assert_uint_eq(found, 10);
	ck_assert_uint_eq(count(&log, " 1800 "), 7);
	ck_assert_uint_eq(load, 5);
	ck_assert_uint_eq(count(&log, " 1802 kind 2 policy_update completed "), 1);
}
END_TEST

START_TEST(syscalls_of_the_same_serial)
{
	FILE *f = open_fixture("audit.log");
	char *line = NULL;
	struct auditrec r;
	size_t cap = 0, refused = 0, done = 0;

	while (getline(&line, &cap, f) > 0) {
		if (!take(line, &r) || r.kind != AUDITREC_SYSCALL ||
		    r.serial < 22)
			continue;
		ck_assert(r.has_id);
		refused += r.success == 0 && r.exit == -13;
		done += r.success == 1;
	}
	ck_assert_uint_eq(refused, 23);
	ck_assert_uint_eq(done, 2);
	free(line);
	fclose(f);
	ck_assert(take("type=SYSCALL msg=audit(11/24/26 00:25:50.493:22) : "
		       "arch=x86_64 syscall=execve success=no "
		       "exit=EACCES(Permission denied) a0=0x5 comm=svc.sh", &r));
	ck_assert_int_eq(r.success, 0);
	ck_assert_int_eq(r.exit, -13);
}
END_TEST

static const struct {
	const char *call;
	int success;
} succeeded[] = {
	{ "arch=c000003e syscall=257", 1 },
	{ "arch=c00000b7 syscall=56", 1 },
	{ "arch=x86_64 syscall=execve", 1 },
	{ "arch=c000003e syscall=313", -1 },	/* finit_module */
	{ "arch=c000003e syscall=426", -1 },	/* io_uring_enter */
	{ "arch=c000003e syscall=1", -1 },	/* write, to bind a driver */
	{ "arch=x86_64 syscall=finit_module", -1 },
	{ "arch=c00000b7 syscall=257", -1 },
	{ "syscall=257", -1 },
	{ "arch=c000003e", -1 },
};

/* a call that is of no file says nothing of one that was refused meanwhile */
START_TEST(only_calls_of_files_tell)
{
	struct auditrec r;

	ck_assert(take(buf_textf(&arena, "type=SYSCALL msg=audit(5.006:1): %s "
				 "success=yes exit=0 a0=3",
				 succeeded[_i].call), &r));
	ck_assert_int_eq(r.success, succeeded[_i].success);
}
END_TEST

/* ---- shapes ---- */

#define BODY "pid=7 uid=0 auid=4294967295 ses=1 subj=unconfined " \
	"op=appraise_data cause=missing-hash comm=\"sh\" name=\"/x\" " \
	"dev=\"vda\" ino=5 res=0 errno=0"
#define KERNEL "audit: type=1800 audit(1795480076.159:7): " BODY

static const struct {
	const char *line;
	enum auditrec_from from;
	bool has_id;
} shapes[] = {
	{ KERNEL, AUDITREC_PIPE, true },
	{ KERNEL "\r\n", AUDITREC_PIPE, true },
	{ "type=1800 audit(1795480076.159:7): " BODY, AUDITREC_PIPE, true },
	{ "[   42.849277] " KERNEL, AUDITREC_PIPE, true },
	{ "[   42.849277][  T123] " KERNEL, AUDITREC_PIPE, true },
	{ "[Tue Nov 24 00:27:56 2026] " KERNEL, AUDITREC_PIPE, true },
	{ "\033[32m[   42.849277] \033[0m\033[33m" KERNEL, AUDITREC_PIPE, true },
	{ "5,487,42849277,-;" KERNEL, AUDITREC_PIPE, true },
	{ "5,487,42849277,-,caller=T1;" KERNEL, AUDITREC_PIPE, true },
	{ "13,487,42849277,-;" KERNEL, AUDITREC_ANYONE, true },
	{ "<5>" KERNEL, AUDITREC_PIPE, true },
	{ "<5>[   42.849277] " KERNEL, AUDITREC_PIPE, true },
	{ "kern  :notice: [   42.849277] " KERNEL, AUDITREC_ANYONE, true },
	{ "Nov 24 00:27:56 host kernel: " KERNEL, AUDITREC_ANYONE, true },
	{ "Nov 24 00:27:56 host kernel: [   42.849277] " KERNEL,
	  AUDITREC_ANYONE, true },
	{ "2026-11-24T00:27:56.159+00:00 host kernel: " KERNEL,
	  AUDITREC_ANYONE, true },
	{ "2026-11-24T00:27:56.159+00:00 host audisp-syslog:  " KERNEL,
	  AUDITREC_ANYONE, true },
	{ "<5>1 2026-11-24T00:27:56Z host kernel - - - " KERNEL,
	  AUDITREC_ANYONE, true },
	{ "type=INTEGRITY_DATA msg=audit(1795480076.159:7): " BODY,
	  AUDITREC_PIPE, true },
	{ " type=INTEGRITY_DATA msg=audit(1795480076.159:7): " BODY
	  " UID=\"root\"", AUDITREC_PIPE, true },
	{ "type=INTEGRITY_DATA msg=audit(1795480076.159:7): " BODY
	  "\035UID=\"root\" AUID=\"unset\"\n", AUDITREC_PIPE, true },
	{ "node=host type=INTEGRITY_DATA msg=audit(1795480076.159:7): " BODY,
	  AUDITREC_PIPE, true },
	{ "type=UNKNOWN[1808] msg=audit(1795480076.159:7): " BODY,
	  AUDITREC_PIPE, true },
	{ "type=INTEGRITY_DATA msg=audit(11/24/26 00:27:56.159:7) : pid=7 "
	  "uid=root auid=unset ses=unset subj=unconfined op=appraise_data "
	  "cause=missing-hash comm=sh name=/x dev=\"vda\" ino=5 res=no errno=0 ",
	  AUDITREC_PIPE, true },
	{ "INTEGRITY_DATA " BODY, AUDITREC_PIPE, false },
	{ "Nov 24 00:27:56 host audit[7]: INTEGRITY_DATA " BODY,
	  AUDITREC_ANYONE, false },
};

START_TEST(each_shape_is_read)
{
	struct auditrec r;

	ck_assert_msg(take(shapes[_i].line, &r), "%s", shapes[_i].line);
	ck_assert_int_eq(r.kind, AUDITREC_REFUSED);
	ck_assert_int_eq(r.from, shapes[_i].from);
	ck_assert_int_eq(r.has_id, shapes[_i].has_id);
	if (r.has_id) {
		ck_assert_uint_eq(r.seconds, 1795480076);
		ck_assert_uint_eq(r.millis, 159);
		ck_assert_uint_eq(r.serial, 7);
	}
	ck_assert_uint_eq(r.pid, 7);
	ck_assert_uint_eq(r.ino, 5);
	ck_assert_int_eq(r.res, 0);
	ck_assert_str_eq(r.op, "appraise_data");
	ck_assert_str_eq(r.cause, "missing-hash");
	ck_assert_str_eq(r.comm, "sh");
	ck_assert_str_eq(r.name, "/x");
	ck_assert_str_eq(r.dev, "vda");
	ck_assert_str_eq(r.subj, "unconfined");
}
END_TEST

static const char *const not_records[] = {
	"", "\n", " ", "{", "{}", "[", "audit: ", "type=", "type=1800",
	"type=1800 audit(", "type=1800 audit(1795480076.159:7)", "ima: ",
	"type=1800 audit(1795480076.1590:7): " BODY,
	"type=1800 audit(-1.159:7): " BODY,
	"type=1800 audit(1795480076.159:99999999999999999999): " BODY,
	"type=1400 audit(1795480076.159:7): " BODY,
	"type=18000 audit(1795480076.159:7): " BODY,
	"type=AVC msg=audit(1795480076.159:7): " BODY,
	"type=USER_CMD msg=audit(1795480076.159:7): msg='type=1800 "
	"audit(1795480076.159:7): " BODY "'",
	"INTEGRITY_DATA", "INTEGRITY_NONE " BODY, "SYSCALL " BODY,
	/* what a program says of a name that somebody gave it */
	"Nov 24 00:27:56 host sshd[9]: Invalid user " KERNEL,
	"Nov 24 00:27:56 host sshd[9]: user=x " KERNEL,
	"Nov 24 00:27:56 host sshd[9]: user=x rawmsg=[" KERNEL "]",
	"Invalid user type=1800 audit(1795480076.159:7): " BODY,
	"2026-11-24T00:27:56Z host app rawmsg=[" KERNEL "]",
	"x [   42.8] " KERNEL, "[client 10.1.1.1] " KERNEL, "[" KERNEL,
	" Invalid user " KERNEL, "saw it: " KERNEL, "sshd[9]: " KERNEL,
	"Nov 24 00:27:56 sshd[9]: host " KERNEL,
	"Nov 24 Nov host sshd[9]: " KERNEL, "Nov host sshd[9]: " KERNEL,
	"1 2026-11-24T00:27:56Z host sshd - - - Invalid " KERNEL,
	"ima: policy update completed",
	"ima: rule for LSM 'x' is defined",
	"Nov 24 00:27:56 host app: about ima: rule for LSM 'x' is undefined",
	"{\"MESSAGE\":\"INTEGRITY_DATA pid=7\",\"_TRANSPORT\":\"audit\"}",
	"{\"MESSAGE\":5,\"_TRANSPORT\":\"audit\",\"_AUDIT_TYPE\":\"1800\"}",
	"{\"MESSAGE\":\"x\",\"_TRANSPORT\":\"audit\",\"_AUDIT_TYPE\":\"1800\"",
	"{\"MESSAGE\":\"x\",\"_TRANSPORT\":\"audit\",\"_AUDIT_TYPE\":\"1400\"}",
};

START_TEST(no_record_of_ima)
{
	struct auditrec r;

	ck_assert_msg(!take(not_records[_i], &r), "%s", not_records[_i]);
}
END_TEST

START_TEST(lines_that_are_too_long)
{
	static char line[AUDITREC_LINE_MAX + 2];
	struct auditrec r;

	memset(line, ' ', sizeof(line));
	memcpy(line, KERNEL, strlen(KERNEL));
	ck_assert(auditrec_read(&arena, line, AUDITREC_LINE_MAX, &r));
	ck_assert(!auditrec_read(&arena, line, AUDITREC_LINE_MAX + 1, &r));
}
END_TEST

/* ---- the journal ---- */

static const struct {
	const char *fields;
	bool record;
	enum auditrec_from from;
} journals[] = {
	{ "\"_TRANSPORT\":\"audit\",\"_AUDIT_TYPE\":\"1800\",\"_AUDIT_ID\":\"7\","
	  "\"_SOURCE_REALTIME_TIMESTAMP\":\"1795480076159000\","
	  "\"MESSAGE\":\"INTEGRITY_DATA pid=7 op=appraise_data res=0\"",
	  true, AUDITREC_JOURNAL },
	/* what a program can set says nothing */
	{ "\"_TRANSPORT\":\"journal\",\"_AUDIT_TYPE\":\"1800\","
	  "\"MESSAGE\":\"INTEGRITY_DATA pid=7 op=appraise_data res=0\"",
	  true, AUDITREC_ANYONE },
	{ "\"_TRANSPORT\":\"syslog\",\"MESSAGE\":\"audit: type=1800 "
	  "audit(1795480076.159:7): pid=7 op=appraise_data res=0\"",
	  true, AUDITREC_ANYONE },
	{ "\"_TRANSPORT\":\"kernel\",\"SYSLOG_FACILITY\":\"0\",\"MESSAGE\":"
	  "\"audit: type=1800 audit(1795480076.159:7): pid=7 "
	  "op=appraise_data res=0\"", true, AUDITREC_JOURNAL },
	/* root wrote it to /dev/kmsg */
	{ "\"_TRANSPORT\":\"kernel\",\"SYSLOG_FACILITY\":\"1\",\"MESSAGE\":"
	  "\"audit: type=1800 audit(1795480076.159:7): pid=7 "
	  "op=appraise_data res=0\"", true, AUDITREC_ANYONE },
	{ "\"_TRANSPORT\":\"stdout\",\"MESSAGE\":\"saw audit: type=1800 "
	  "audit(1795480076.159:7): pid=7 op=appraise_data res=0\"",
	  false, AUDITREC_ANYONE },
};

START_TEST(journal_says_who_wrote_it)
{
	const char *line = buf_textf(&arena, "{%s}", journals[_i].fields);
	struct auditrec r;

	ck_assert_int_eq(take(line, &r), journals[_i].record);
	if (!journals[_i].record)
		return;
	ck_assert_int_eq(r.from, journals[_i].from);
	ck_assert_int_eq(r.kind, AUDITREC_REFUSED);
	ck_assert_uint_eq(r.pid, 7);
	ck_assert(!r.has_id || (r.seconds == 1795480076 && r.millis == 159 &&
				r.serial == 7));
}
END_TEST

START_TEST(journal_writes_bytes_as_numbers)
{
	struct auditrec r;

	ck_assert(take("{\"MESSAGE\":[73,78,84,69,71,82,73,84,89,95,68,65,84,65,"
		       "32,110,97,109,101,61,34,255,34],\"_TRANSPORT\":\"audit\","
		       "\"_AUDIT_TYPE\":\"1800\"}", &r));
	ck_assert_str_eq(r.name, "\xff");
	ck_assert(!take("{\"MESSAGE\":[73,256],\"_TRANSPORT\":\"audit\","
			"\"_AUDIT_TYPE\":\"1800\"}", &r));
	ck_assert(!take("{\"MESSAGE\":[73,0],\"_TRANSPORT\":\"audit\","
			"\"_AUDIT_TYPE\":\"1800\"}", &r));
}
END_TEST

/* ---- values ---- */

static const struct {
	const char *written, *read;
} names[] = {
	{ "\"/opt/x\"", "/opt/x" },
	{ "2F6F70742F742F762066", "/opt/t/v f" },
	{ "2f6f", "/o" },
	{ "2F0A747970653D31383030", "/\ntype=1800" },
	{ "FFFE", "\xff\xfe" },
	/* no such thing as hexadecimal, and none that ends with a zero byte */
	{ "2F6", "2F6" },
	{ "2F00", "2F00" },
	{ "2G", "2G" },
	{ "\"2F\"", "2F" },
	{ "\"\"", "" },
	{ "(null)", NULL },
};

START_TEST(names_are_decoded)
{
	struct auditrec r;

	ck_assert(take(buf_textf(&arena, "type=1800 audit(1.002:3): pid=1 "
				 "op=appraise_data cause=x comm=%s name=%s "
				 "dev=%s ino=7 res=0", names[_i].written,
				 names[_i].written, names[_i].written), &r));
	ck_assert_pstr_eq(r.name, names[_i].read);
	ck_assert_pstr_eq(r.comm, names[_i].read);
	ck_assert_pstr_eq(r.dev, names[_i].read);
	ck_assert_uint_eq(r.ino, 7);
	ck_assert_int_eq(r.res, 0);
}
END_TEST

START_TEST(causes_have_blanks)
{
	struct auditrec r;

	ck_assert(take("type=1802 audit(1.002:3): pid=1 op=policy_update "
		       "cause=signed policy required comm=\"cat\" res=0", &r));
	ck_assert_str_eq(r.cause, "signed policy required");
	ck_assert_str_eq(r.comm, "cat");
	ck_assert_int_eq(r.kind, AUDITREC_POLICY);
	ck_assert(take("type=1800 audit(1.002:3): op=a cause=b", &r));
	ck_assert_str_eq(r.cause, "b");
	ck_assert_int_eq(r.kind, AUDITREC_REFUSED);
}
END_TEST

START_TEST(rules_of_a_load)
{
	struct auditrec r;

	ck_assert(take("audit: type=1807 audit(1.002:3): action=measure "
		       "func=BPRM_CHECK obj_type=res=1 uid=0 res=1", &r));
	ck_assert_int_eq(r.kind, AUDITREC_POLICY);
	ck_assert_str_eq(r.rule, "action=measure func=BPRM_CHECK obj_type=res=1 "
			 "uid=0");
	ck_assert_int_eq(r.res, 1);
	ck_assert(take("type=INTEGRITY_POLICY_RULE msg=audit(1.002:3): "
		       "UNKNOWN=bogus res=0\035UID=\"root\" res=1", &r));
	ck_assert_str_eq(r.rule, "UNKNOWN=bogus");
	ck_assert_int_eq(r.res, 0);
}
END_TEST

START_TEST(labels_that_are_lost)
{
	struct auditrec r;

	ck_assert(take("[    3.1] ima: rule for LSM 'flash_t' is undefined", &r));
	ck_assert_int_eq(r.kind, AUDITREC_LABEL_LOST);
	ck_assert_str_eq(r.label, "flash_t");
	ck_assert(!r.has_id);
	ck_assert(take("Nov 24 00:27:56 host kernel: ima: rule for LSM 'a' is "
		       "undefined' is undefined\n", &r));
	ck_assert_str_eq(r.label, "a' is undefined");
	ck_assert(take("{\"_TRANSPORT\":\"kernel\",\"SYSLOG_FACILITY\":\"0\","
		       "\"MESSAGE\":\"ima: rule for LSM 'x' is undefined\"}", &r));
	ck_assert_int_eq(r.from, AUDITREC_JOURNAL);
}
END_TEST

START_TEST(faults_of_the_list)
{
	struct auditrec r;

	ck_assert(take("type=1804 audit(1.002:3): pid=1 op=add_template_measure "
		       "cause=TPM_error(-19) comm=\"x\" res=0", &r));
	ck_assert_int_eq(r.kind, AUDITREC_FAULT);
	ck_assert_str_eq(r.cause, "TPM_error(-19)");
	ck_assert(take("type=1804 audit(1.002:3): pid=1 op=add_template_measure "
		       "cause=hash_added comm=\"x\" res=1", &r));
	ck_assert_int_eq(r.kind, AUDITREC_OTHER);
}
END_TEST

/* the first of a key counts, and nothing behind what auditd adds */
START_TEST(later_fields_change_nothing)
{
	struct auditrec r;

	ck_assert(take("type=1800 audit(1.002:3): pid=1 op=appraise_data cause=a "
		       "comm=\"x\" name=\"/y\" res=0 res=1 name=\"/z\" pid=2", &r));
	ck_assert_str_eq(r.name, "/y");
	ck_assert_uint_eq(r.pid, 1);
	ck_assert_int_eq(r.res, 0);
	ck_assert(take("type=1800 audit(1.002:3): op=appraise_data res=0"
		       "\035name=\"/z\"", &r));
	ck_assert_ptr_null(r.name);
}
END_TEST

/* ausearch -i: the name is all up to the device, whatever it holds */
START_TEST(names_without_quotes)
{
	struct auditrec r;

	ck_assert(take("type=INTEGRITY_DATA msg=audit(11/24/26 00:25:50.493:22) : "
		       "pid=2 op=appraise_data cause=invalid-hash comm=a b "
		       "name=/x dev=\"y\" ino=1 res=yes z dev=\"vda\" ino=5 "
		       "res=no errno=0 ", &r));
	ck_assert_str_eq(r.comm, "a b");
	ck_assert_str_eq(r.name, "/x dev=\"y\" ino=1 res=yes z");
	ck_assert_uint_eq(r.ino, 5);
	ck_assert_int_eq(r.res, 0);
}
END_TEST

/* ---- a record in a name ---- */

/* as audit_log_n_untrustedstring() of the kernel writes it */
static void put_untrusted(struct buf *b, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	bool hex = false;

	for (; *p; p++)
		hex |= *p == '"' || *p < 0x21 || *p > 0x7e;
	if (!hex) {
		buf_printf(b, "\"%s\"", text);
		return;
	}
	for (p = (const unsigned char *)text; *p; p++)
		buf_printf(b, "%02X", *p);
}

static const char *const hostile[] = {
	"type=1800 audit(1795480076.159:7): op=invalid_pcr",
	"/x\ntype=1804 audit(1.1:1): pid=1 op=invalid_pcr cause=ToMToU res=1",
	"audit:type=1800", "\" res=1 cause=\"", "\" dev=\"x\" ino=9 res=1",
	"type=1807", "res=1", "\035res=1", "x' is undefined", "ima:", "2F6F",
	"cause=x", "]", "[", "{\"MESSAGE\":\"x\"}", "\r", "\033[2J",
};

START_TEST(names_fake_nothing)
{
	struct auditrec r;
	struct buf b;

	buf_init(&b, &arena);
	buf_puts(&b, "[  1.2] audit: type=1800 audit(5.006:7): pid=8 uid=9 "
		 "op=appraise_data cause=invalid-hash comm=");
	put_untrusted(&b, hostile[_i]);
	buf_puts(&b, " name=");
	put_untrusted(&b, hostile[_i]);
	buf_puts(&b, " dev=\"vda\" ino=5 res=0 errno=0");
	/* an error of what puts records on lines would make two of it */
	ck_assert_ptr_null(strchr(b.s, '\n'));
	ck_assert(take(b.s, &r));
	ck_assert_int_eq(r.kind, AUDITREC_REFUSED);
	ck_assert_uint_eq(r.type, 1800);
	ck_assert_uint_eq(r.serial, 7);
	ck_assert_str_eq(r.cause, "invalid-hash");
	ck_assert_str_eq(r.name, hostile[_i]);
	ck_assert_str_eq(r.comm, hostile[_i]);
	ck_assert_str_eq(r.dev, "vda");
	ck_assert_uint_eq(r.ino, 5);
	ck_assert_int_eq(r.res, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("auditrec");
	TCase *tc = tcase_create("auditrec");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, audit_log_is_what_ausearch_says);
	tcase_add_test(tc, both_ways_through_rsyslog);
	tcase_add_test(tc, kernel_log_is_in_the_journal);
	tcase_add_test(tc, syscalls_of_the_same_serial);
	tcase_add_loop_test(tc, only_calls_of_files_tell, 0,
			    (int)ARRAY_SIZE(succeeded));
	tcase_add_loop_test(tc, each_shape_is_read, 0, ARRAY_SIZE(shapes));
	tcase_add_loop_test(tc, no_record_of_ima, 0, ARRAY_SIZE(not_records));
	tcase_add_test(tc, lines_that_are_too_long);
	tcase_add_loop_test(tc, journal_says_who_wrote_it, 0,
			    ARRAY_SIZE(journals));
	tcase_add_test(tc, journal_writes_bytes_as_numbers);
	tcase_add_loop_test(tc, names_are_decoded, 0, ARRAY_SIZE(names));
	tcase_add_test(tc, causes_have_blanks);
	tcase_add_test(tc, rules_of_a_load);
	tcase_add_test(tc, labels_that_are_lost);
	tcase_add_test(tc, faults_of_the_list);
	tcase_add_test(tc, later_fields_change_nothing);
	tcase_add_test(tc, names_without_quotes);
	tcase_add_loop_test(tc, names_fake_nothing, 0, ARRAY_SIZE(hostile));
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
