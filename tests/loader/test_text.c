/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/culprit.h"
#include "loader/kmsg.h"
#include "loader/lines.h"
#include "loader/readback.h"
#include "suites.h"

static struct span span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static void assert_span(struct span s, const char *text)
{
	ck_assert_msg(span_is(s, text), "wanted \"%s\", got \"%.*s\"", text, (int)s.len, s.text);
}

START_TEST(test_lines)
{
	static const char text[] = "# c\n\n  measure func=X\n\t# more\nlast";
	struct lines it;
	struct span rule;

	lines_start(&it, text, strlen(text));
	ck_assert(lines_next(&it, &rule));
	assert_span(rule, "measure func=X");
	ck_assert_uint_eq(it.number, 3);
	ck_assert(lines_next(&it, &rule));
	assert_span(rule, "last");
	ck_assert_uint_eq(it.number, 5);
	ck_assert(!lines_next(&it, &rule));
}
END_TEST

START_TEST(test_origin)
{
	static const char text[] = "# kernel 6.1\n# a.imapol:3:5\nmeasure\n"
				   "# note: x:1\nappraise\n# b.imapol:9:1: audit\naudit\n";
	struct span origin;

	ck_assert(lines_origin(text, strstr(text, "measure"), &origin));
	assert_span(origin, "a.imapol:3:5");
	ck_assert(lines_origin(text, strstr(text, "appraise"), &origin));
	assert_span(origin, "a.imapol:3:5");
	ck_assert(lines_origin(text, strstr(text, "audit\n") + 6, &origin));
	assert_span(origin, "b.imapol:9:1");
	ck_assert(!lines_origin("measure\n", "measure\n", &origin));
}
END_TEST

struct same_case {
	const char *rule, *shown;
	bool same;
};

static const struct same_case same_cases[] = {
	{ "measure func=BPRM_CHECK", "measure func=BPRM_CHECK ", true },
	{ "func=PATH_CHECK measure mask=^MAY_READ", "measure func=FILE_CHECK mask=^MAY_READ ", true },
	{ "measure func=FILE_MMAP", "measure func=MMAP_CHECK ", true },
	{ "dont_measure fsmagic=9FA0", "dont_measure fsmagic=0x9fa0 ", true },
	{ "dont_measure fsmagic=0X009fa0", "dont_measure fsmagic=0x9fa0 ", true },
	{ "dont_measure fsmagic=0x9fa1", "dont_measure fsmagic=0x9fa0 ", false },
	{ "appraise fowner=4294967294", "appraise fowner=-2 ", true },
	{ "appraise uid>4294967000", "appraise uid>-296 ", true },
	{ "appraise uid>010", "appraise uid>10 ", true },
	{ "appraise uid>10", "appraise uid<10 ", false },
	{ "appraise uid=10", "appraise euid=10 ", false },
	{ "measure pcr=+011", "measure pcr=11 ", true },
	{ "measure pcr=011 pcr=12", "measure pcr=12 ", true },
	{ "measure fsuuid=ABCDEF00-1111-2222-3333-444455556666JUNK",
	  "measure fsuuid=abcdef00-1111-2222-3333-444455556666 ", true },
	{ "measure template=d-ng|n-ng", "measure template=ima-ng ", true },
	{ "appraise appraise_algos=sha512,sha256,sha256", "appraise appraise_algos=sha256,sha512 ", true },
	{ "appraise appraise_algos=sha512", "appraise appraise_algos=sha256,sha512 ", false },
	{ "appraise appraise_algos=sha1,sha512", "appraise appraise_algos=sha1,sha51 ", false },
	{ "appraise obj_type=b_t obj_user=a_u", "appraise obj_user=a_u obj_type=b_t ", true },
	{ "appraise appraise_type=imasig appraise_flag=check_blacklist", "appraise appraise_type=imasig ", true },
	{ "appraise appraise_type=imasig", "appraise ", false },
	{ "appraise digest_type=verity appraise_type=sigv3", "appraise appraise_type=sigv3 digest_type=verity ", true },
	{ "appraise permit_directio func=FILE_CHECK", "appraise func=FILE_CHECK permit_directio ", true },
	{ "appraise", "dont_appraise ", false },
	{ "measure func=BPRM_CHECK # why uid=0", "measure func=BPRM_CHECK ", true },
	{ "measure label=a|b", "measure label=b|a ", false },
};

enum { SAME_CASES = sizeof(same_cases) / sizeof(same_cases[0]) };

START_TEST(test_same_rule)
{
	const struct same_case *c = &same_cases[_i];
	struct span missing;
	size_t line;
	enum readback_answer answer = readback_compare(span_of(c->rule), span_of(c->shown), &missing, &line);

	ck_assert_msg((answer == READBACK_SAME) == c->same, "%s | %s", c->rule, c->shown);
}
END_TEST

START_TEST(test_long_name)
{
	char rule[128] = "measure fsname=", shown[128] = "measure fsname=";
	struct span missing;
	size_t line;

	memset(rule + 15, 'f', 80);
	memset(shown + 15, 'f', 63);
	ck_assert_int_eq(readback_compare(span_of(rule), span_of(shown), &missing, &line), READBACK_SAME);
}
END_TEST

START_TEST(test_which_is_missing)
{
	struct span missing, ours = span_of("# c\nmeasure uid=1\nmeasure uid=2\nmeasure uid=3\n");
	size_t line = 0;

	ck_assert_int_eq(readback_compare(ours, span_of("audit \nmeasure uid=1 \nmeasure uid=2 \nmeasure uid=3 \n"),
					  &missing, &line),
			 READBACK_SAME);
	ck_assert_int_eq(readback_compare(ours, span_of("measure uid=1 \nmeasure uid=4 \nmeasure uid=3 \n"), &missing,
					  &line),
			 READBACK_DIFFERS);
	ck_assert_uint_eq(line, 3);
	assert_span(missing, "measure uid=2");
	ck_assert_int_eq(readback_compare(ours, span_of("measure uid=1 \nmeasure uid=2 \n"), &missing, &line),
			 READBACK_DIFFERS);
	ck_assert_uint_eq(line, 4);
	/* the same rules, but before another's: not this load's */
	ck_assert_int_eq(readback_compare(ours, span_of("measure uid=1 \nmeasure uid=2 \nmeasure uid=3 \naudit \n"),
					  &missing, &line),
			 READBACK_DIFFERS);
}
END_TEST

START_TEST(test_has)
{
	struct span ours = span_of("measure uid=1\nmeasure uid=2\n");

	ck_assert_int_eq(readback_has(ours, span_of("audit \nmeasure uid=1 \nmeasure uid=2 \naudit \n")), READBACK_SAME);
	ck_assert_int_eq(readback_has(ours, span_of("measure uid=1 \naudit \nmeasure uid=2 \n")), READBACK_DIFFERS);
	ck_assert_int_eq(readback_has(ours, span_of("measure uid=1 \n")), READBACK_DIFFERS);
	ck_assert_int_eq(readback_has(ours, span_of("")), READBACK_DIFFERS);
}
END_TEST

/* One rule behind many others: the time grows with their number, not with its square. */
START_TEST(test_has_behind_many)
{
	static char many[] = "measure uid=1 \n";
	enum { COPIES = 100000, LEN = sizeof(many) - 1 };
	char *text = malloc(COPIES * LEN + 16), *at;
	int i;

	ck_assert_ptr_nonnull(text);
	for (at = text, i = 0; i < COPIES; i++, at += LEN)
		memcpy(at, many, LEN);
	memcpy(at, "measure uid=2 \n", 16);
	ck_assert_int_eq(readback_has(span_of("measure uid=2\n"), span_of(text)), READBACK_SAME);
	free(text);
}
END_TEST

static void take(struct kmsg *log, const char *record)
{
	kmsg_take(log, record, strlen(record));
}

START_TEST(test_records)
{
	struct kmsg log = { .fd = -1 };

	take(&log, "5,1,2,-;audit: type=1807 audit(1.2:3): action=measure func=BPRM_CHECK res=1\n");
	ck_assert_str_eq(log.bad, "");
	take(&log, "5,1,2,-;audit: type=1807 audit(1.2:3): action=measure UNKNOWN=bogus res=0\n SUBSYSTEM=x\n");
	ck_assert_str_eq(log.bad, "action=measure UNKNOWN=bogus");
	take(&log, "5,1,2,-;audit: type=1807 audit(1.2:3): res=0\n");
	take(&log, "6,1,2,-;usb: audit: type=1807 audit(1.2:3): action=x res=0\n");
	take(&log, "no semicolon");
	take(&log, "6,1,2,-;ima: policy update failed\n");
	ck_assert(log.failed && !log.completed);
	take(&log, "6,1,2,-;ima: policy update completed\n");
	ck_assert(log.completed);
	take(&log, "6,1,2,-;ima: Unable to open file: /x (-2)\n");
	ck_assert_str_eq(log.hint, "Unable to open file: /x (-2)");
}
END_TEST

/* Root may write to the log, but not in the kernel's name. */
START_TEST(test_others_records)
{
	struct kmsg log = { .fd = -1 };

	take(&log, "12,1,2,-;ima: policy update completed\n");
	take(&log, "8,1,2,-;audit: type=1807 audit(1.2:3): action=measure UNKNOWN=bogus res=0\n");
	take(&log, ",1,2,-;ima: policy update completed\n");
	take(&log, "5;ima: policy update completed\n");
	ck_assert(!log.completed);
	ck_assert_str_eq(log.bad, "");
}
END_TEST

START_TEST(test_audit_messages)
{
	static const char text[] = "audit(1.2:3): action=measure UNKNOWN=bogus res=0";
	char message[16 + sizeof(text)] = "";
	unsigned short type = 1802;
	struct kmsg log = { .fd = -1 };

	memcpy(message + 16, text, sizeof(text));
	memcpy(message + 4, &type, sizeof(type));
	kmsg_take_audit(&log, message, sizeof(message));
	kmsg_take_audit(&log, message, 3);
	ck_assert_str_eq(log.bad, "");
	type = 1807;
	memcpy(message + 4, &type, sizeof(type));
	kmsg_take_audit(&log, message, sizeof(message) - 3); /* cut */
	ck_assert_str_eq(log.bad, "");
	kmsg_take_audit(&log, message, sizeof(message));
	ck_assert_str_eq(log.bad, "action=measure UNKNOWN=bogus");
}
END_TEST

START_TEST(test_long_record)
{
	struct kmsg log = { .fd = -1 };
	char record[4000];

	snprintf(record, sizeof(record), "5,1,2,-;audit: type=1807 audit(1.2:3): action=measure %3000s res=0\n", "x");
	take(&log, record);
	ck_assert_uint_eq(strlen(log.bad), strlen("action=measure ") + 3000);
	snprintf(record, sizeof(record), "5,1,2,-;ima: %3000s\n", "x");
	take(&log, record);
	ck_assert_uint_eq(strlen(log.hint), KMSG_TEXT - 1);
}
END_TEST

struct find_case {
	const char *record, *text;
	size_t line; /* 0: none fits */
	const char *word;
	bool whole;
	size_t other;
};

static const struct find_case find_cases[] = {
	{ "action=measure UNKNOWN=bogus", "measure\nmeasure bogus uid=0\nmeasure bogus\n", 2, "bogus", false, 3 },
	{ "action=measure UNKNOWN=bogus", "measure bogus\n", 1, "bogus", false, 0 },
	{ "action=measure func=FILE_CHECK obj_type=x_t", "measure func=FILE_CHECK obj_type=x_t\n", 1, "obj_type=x_t", true, 0 },
	{ "action=appraise pcr=10", "appraise permit_directio pcr=10 uid=0\n", 1, "pcr=10", false, 0 },
	{ "action=appraise pcr=10", "appraise  \t pcr=10 permit_directio\n", 1, "pcr=10", true, 0 },
	{ "action=appraise uid>5", "appraise uid<5\nappraise uid>5\n", 2, "uid>5", true, 0 },
	{ "func=KEY_CHECK action=hash", "func=KEY_CHECK hash\n", 1, "hash", true, 0 },
	{ "action=appraise uid=0", "appraise uid=0 fowner=0\naudit uid=0\nappraise uid=0\n", 1, "uid=0", false, 3 },
	{ "action=bogus", "bogus\n", 0, NULL, false, 0 },
	{ "action=measure uid=0", "measure\nappraise uid=0\n", 0, NULL, false, 0 },
	{ "", "measure\n", 0, NULL, false, 0 },
};

enum { FIND_CASES = sizeof(find_cases) / sizeof(find_cases[0]) };

START_TEST(test_find)
{
	const struct find_case *c = &find_cases[_i];
	struct culprit at;

	ck_assert_int_eq(culprit_find(span_of(c->text), span_of(c->record), &at), c->line != 0);
	if (!c->line)
		return;
	ck_assert_uint_eq(at.line, c->line);
	assert_span(at.word, c->word);
	ck_assert_int_eq(at.whole, c->whole);
	ck_assert_uint_eq(at.other, c->other);
}
END_TEST

Suite *text_suite(void)
{
	Suite *suite = suite_create("text");
	TCase *tc = tcase_create("text");

	tcase_add_test(tc, test_lines);
	tcase_add_test(tc, test_origin);
	tcase_add_loop_test(tc, test_same_rule, 0, SAME_CASES);
	tcase_add_test(tc, test_long_name);
	tcase_add_test(tc, test_which_is_missing);
	tcase_add_test(tc, test_has);
	tcase_add_test(tc, test_has_behind_many);
	tcase_add_test(tc, test_records);
	tcase_add_test(tc, test_others_records);
	tcase_add_test(tc, test_audit_messages);
	tcase_add_test(tc, test_long_record);
	tcase_add_loop_test(tc, test_find, 0, FIND_CASES);
	suite_add_tcase(suite, tc);
	return suite;
}
