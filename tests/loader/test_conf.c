/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake.h"
#include "loader/conf.h"
#include "suites.h"

#define AT "imapol-load: " CONF_FILE ":"
#define NO_KEY(key) "no key is called '" key "': there are source, options, policy, keys, prime, load and on-failure\n"

static struct fake kernel;
static struct conf conf;

static void start(void)
{
	fake_start(&kernel);
}

static void finish(void)
{
	ck_assert_int_eq(fake_open_fds(&kernel), 0);
	conf_free(&conf);
}

static bool parse(const char *text)
{
	fake_add(&kernel, CONF_FILE, text);
	return conf_read(&conf, &kernel.ops, NULL, true);
}

static void assert_defaults(void)
{
	ck_assert_str_eq(conf.source, "/etc/imapol/policy.imapol");
	ck_assert_str_eq(conf.options, "-I /etc/imapol");
	ck_assert_str_eq(conf.policy, "/etc/imapol/policy");
	ck_assert_str_eq(conf.keys, "/etc/keys/ima");
	ck_assert(!conf.keys_named);
	ck_assert_uint_eq(conf.primes, 0);
	ck_assert_int_eq(conf.load, CONF_LOAD_AUTO);
	ck_assert_int_eq(conf.on_failure, ONFAIL_UNSAID);
}

static const char *const nothing[] = { "", "\n", "# a comment\n\n  # source\n\t\n", "#" };

START_TEST(test_defaults)
{
	ck_assert(parse(nothing[_i]));
	assert_defaults();
	ck_assert_str_eq(kernel.said, "");
}
END_TEST

START_TEST(test_all_keys)
{
	ck_assert(parse("source = /s # which is compiled\n"
			"options=-I /a -D#x\n"
			"\tpolicy\t=\t/p#1 \t\n"
			"keys = /k k\n"
			"prime = /usr/bin/true\n"
			"prime = /a=b\n"
			"load = init#\n"
			"load = init\n"
			"on-failure = shell") == false);
	assert_defaults();
	ck_assert_str_eq(kernel.said, AT "7:8: load is auto, initramfs or init\n"
				      "    7 | load = init#\n"
				      "      |        ^\n"
				      AT "8:1: load once more: line 7 has it\n"
				      "    8 | load = init\n"
				      "      | ^\n");
	start();
	ck_assert(parse("source = /s # which is compiled\n"
			"options=-I /a -D#x\n"
			"\tpolicy\t=\t/p#1 \t\n"
			"keys = /k k\n"
			"prime = /usr/bin/true\n"
			"prime = /a=b\n"
			"load = init\n"
			"on-failure = shell"));
	ck_assert_str_eq(conf.source, "/s");
	ck_assert_str_eq(conf.options, "-I /a -D#x");
	ck_assert_str_eq(conf.policy, "/p#1");
	ck_assert_str_eq(conf.keys, "/k k");
	ck_assert(conf.keys_named);
	ck_assert_uint_eq(conf.primes, 2);
	ck_assert_str_eq(conf.prime[0], "/usr/bin/true");
	ck_assert_str_eq(conf.prime[1], "/a=b");
	ck_assert_int_eq(conf.load, CONF_LOAD_INIT);
	ck_assert_int_eq(conf.on_failure, ONFAIL_SHELL);
	ck_assert_str_eq(kernel.said, "");
}
END_TEST

START_TEST(test_keys_named_by_its_default)
{
	ck_assert(parse("keys = /etc/keys/ima\n"));
	ck_assert(conf.keys_named);
}
END_TEST

static const struct {
	const char *text;
	enum conf_load load;
	enum onfail on_failure;
} words[] = {
	{ "load = auto\non-failure = continue\n", CONF_LOAD_AUTO, ONFAIL_CONTINUE },
	{ "load = initramfs\non-failure = shell\n", CONF_LOAD_INITRAMFS, ONFAIL_SHELL },
	{ "load = init\non-failure = halt\n", CONF_LOAD_INIT, ONFAIL_HALT },
};

START_TEST(test_words)
{
	ck_assert(parse(words[_i].text));
	ck_assert_int_eq(conf.load, words[_i].load);
	ck_assert_int_eq(conf.on_failure, words[_i].on_failure);
}
END_TEST

static const struct {
	const char *text, *said;
} mistakes[] = {
	{ "polcy = /p\n", AT "1:1: " NO_KEY("polcy") "    1 | polcy = /p\n      | ^\n" },
	{ "Policy = /p\n", AT "1:1: " NO_KEY("Policy") "    1 | Policy = /p\n      | ^\n" },
	{ " = /p\n", AT "1:2: " NO_KEY("") "    1 |  = /p\n      |  ^\n" },
	{ "on failure = halt\n", AT "1:1: " NO_KEY("on failure") "    1 | on failure = halt\n      | ^\n" },
	{ "\n\t policy /p\n", AT "2:3: no '=' in it: a line is KEY = VALUE\n    2 |   policy /p\n      |   ^\n" },
	{ "policy =\n", AT "1:9: no value for policy: leave the line out for the default\n"
			"    1 | policy =\n      |         ^\n" },
	{ "load = # auto\n", AT "1:7: no value for load: leave the line out for the default\n"
			     "    1 | load = # auto\n      |       ^\n" },
	{ "policy = p\n", AT "1:10: not an absolute path: begin it with a slash\n    1 | policy = p\n      |          ^\n" },
	{ "source = p\n", AT "1:10: not an absolute path: begin it with a slash\n    1 | source = p\n      |          ^\n" },
	{ "keys = \"/k\"\n", AT "1:8: not an absolute path: begin it with a slash\n"
			    "    1 | keys = \"/k\"\n      |        ^\n" },
	{ "prime = ../x\n", AT "1:9: not an absolute path: begin it with a slash\n"
			    "    1 | prime = ../x\n      |         ^\n" },
	{ "load = Init\n", AT "1:8: load is auto, initramfs or init\n    1 | load = Init\n      |        ^\n" },
	{ "load = aut\n", AT "1:8: load is auto, initramfs or init\n    1 | load = aut\n      |        ^\n" },
	{ "on-failure = off\n", AT "1:14: on-failure is continue, shell or halt\n"
				"    1 | on-failure = off\n      |              ^\n" },
	{ "on-failure = halt now\n", AT "1:14: on-failure is continue, shell or halt\n"
				     "    1 | on-failure = halt now\n      |              ^\n" },
	{ "keys = /a\n\nkeys = /a\n keys = /b\n", AT "3:1: keys once more: line 1 has it\n"
						   "    3 | keys = /a\n      | ^\n"
						   AT "4:2: keys once more: line 1 has it\n"
						   "    4 |  keys = /b\n      |  ^\n" },
	{ "policy = x\npolicy = /p\n", AT "1:10: not an absolute path: begin it with a slash\n"
				       "    1 | policy = x\n      |          ^\n"
				       AT "2:1: policy once more: line 1 has it\n"
				       "    2 | policy = /p\n      | ^\n" },
	{ "policy = /p\r\n", AT "1:12: a control character (0x0d): write the file as plain text\n"
			     "    1 | policy = /p?\n      |            ^\n" },
	{ "policy = /\033[2J\n", AT "1:11: a control character (0x1b): write the file as plain text\n"
				 "    1 | policy = /?[2J\n      |           ^\n" },
	{ "policy = /\177\n", AT "1:11: a control character (0x7f): write the file as plain text\n"
			      "    1 | policy = /?\n      |           ^\n" },
	{ "\303\244 = /x", AT "1:1: " NO_KEY("\303\244") "    1 | ?? = /x\n      | ^\n" },
};

enum { MISTAKES = sizeof(mistakes) / sizeof(mistakes[0]) };

START_TEST(test_mistake)
{
	ck_assert(!parse(mistakes[_i].text));
	ck_assert_str_eq(kernel.said, mistakes[_i].said);
	assert_defaults();
}
END_TEST

START_TEST(test_all_mistakes_of_a_file)
{
	char text[2000] = "";
	const char *at;
	size_t i, n = 0, shown = 0;

	for (i = 0; i < MISTAKES; i++) {
		if (strchr(mistakes[i].text, '\n') != strrchr(mistakes[i].text, '\n') || !strchr(mistakes[i].text, '\n'))
			continue;
		strcat(text, mistakes[i].text);
		n++;
	}
	ck_assert(!parse(text));
	for (at = kernel.said; (at = strstr(at, "\n      | ")); at++)
		shown++;
	ck_assert_uint_eq(shown, n);
	ck_assert_uint_gt(n, 12);
}
END_TEST

START_TEST(test_nul)
{
	struct fake_file *file = fake_add(&kernel, CONF_FILE, "policy = /p#q\n# \n");

	file->data[11] = '\0';
	file->data[16] = '\0';
	ck_assert(!conf_read(&conf, &kernel.ops, NULL, true));
	ck_assert_str_eq(kernel.said, AT "1:12: a control character (0x00): write the file as plain text\n"
				      "    1 | policy = /p?q\n      |            ^\n");
}
END_TEST

START_TEST(test_long_line)
{
	char text[6000] = "policy = /";

	memset(text + 10, 'x', 4094);
	ck_assert(parse(text));
	ck_assert_uint_eq(strlen(conf.policy), 4095);
	finish();
	start();
	text[4104] = 'x';
	ck_assert(!parse(text));
	ck_assert_ptr_nonnull(strstr(kernel.said, AT "1:10: a path of 4096 bytes or more: the kernel opens none\n"));

	/* far from its start a line is shown from near the mistake */
	start();
	memset(text + 1000, ' ', 1);
	memset(text + 1001, '\001', 1);
	ck_assert(!parse(text));
	ck_assert_ptr_nonnull(strstr(kernel.said, AT "1:1002: a control character (0x01)"));
	ck_assert_ptr_nonnull(strstr(kernel.said, "\n    1 | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ?xxxx"));
	ck_assert_ptr_nonnull(strstr(kernel.said, "\n      |                                         ^\n"));
}
END_TEST

START_TEST(test_primes)
{
	char text[2000] = "";
	int i;

	for (i = 0; i < CONF_PRIMES; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "prime = /%d\n", i);
	ck_assert(parse(text));
	ck_assert_uint_eq(conf.primes, CONF_PRIMES);
	ck_assert_str_eq(conf.prime[CONF_PRIMES - 1], "/31");
	finish();
	start();
	strcat(text, "prime = /32\n");
	ck_assert(!parse(text));
	ck_assert_ptr_nonnull(strstr(kernel.said, AT "33:9: more than 32 of prime"));
}
END_TEST

START_TEST(test_missing)
{
	ck_assert(conf_read(&conf, &kernel.ops, NULL, true));
	assert_defaults();
	ck_assert_str_eq(kernel.said, "");
	ck_assert(!conf_read(&conf, &kernel.ops, "/etc/other.conf", true));
	assert_defaults();
	ck_assert_str_eq(kernel.said,
			 "imapol-load: /etc/other.conf: cannot open it: check its name and mode (No such file or directory)\n");
}
END_TEST

START_TEST(test_whose)
{
	struct fake_file *file = fake_add(&kernel, CONF_FILE, "load = init\n");

	if (_i == 0)
		file->uid = 1000;
	else
		file->mode |= _i == 1 ? 020 : 002;
	ck_assert(!conf_read(&conf, &kernel.ops, NULL, true));
	assert_defaults();
	ck_assert_str_eq(kernel.said, AT " others than root may write to it: chown root, and chmod go-w\n");
	kernel.said[0] = '\0';
	ck_assert(conf_read(&conf, &kernel.ops, CONF_FILE, false));
	ck_assert_int_eq(conf.load, CONF_LOAD_INIT);
	ck_assert_ptr_nonnull(strstr(kernel.said, AT " warning: others than root"));
}
END_TEST

START_TEST(test_no_file)
{
	fake_add_dir(&kernel, CONF_FILE);
	ck_assert(!conf_read(&conf, &kernel.ops, NULL, true));
	ck_assert_str_eq(kernel.said, AT " not a regular file\n");
}
END_TEST

static size_t endless_left;

static ssize_t read_endless(void *ctx, int fd, void *buf, size_t len)
{
	if (len > endless_left)
		len = endless_left;
	memset(buf, '#', len);
	endless_left -= len;
	return (ssize_t)len;
}

START_TEST(test_size)
{
	fake_add(&kernel, CONF_FILE, "");
	kernel.ops.read = read_endless;
	endless_left = CONF_MAX;
	ck_assert(conf_read(&conf, &kernel.ops, NULL, true));
	finish();
	endless_left = CONF_MAX + 1;
	ck_assert(!conf_read(&conf, &kernel.ops, NULL, true));
	ck_assert_ptr_nonnull(strstr(kernel.said, AT " more than 64 KiB: is it a load.conf"));
}
END_TEST

static int no_stat(void *ctx, int fd, struct stat *st)
{
	return -EIO;
}

static ssize_t no_read(void *ctx, int fd, void *buf, size_t len)
{
	return -EIO;
}

static int no_open(void *ctx, const char *path, int flags, unsigned int mode)
{
	return -EACCES;
}

START_TEST(test_calls_fail)
{
	static const char *const said[] = { AT " cannot open it: check its name and mode (Permission denied)\n",
					    AT " cannot look at it: check the disk (I/O error)\n",
					    AT " cannot read it: check the disk (I/O error)\n" };

	fake_add(&kernel, CONF_FILE, "load = init\n");
	kernel.ops.open = _i == 0 ? no_open : kernel.ops.open;
	kernel.ops.fstat = _i == 1 ? no_stat : kernel.ops.fstat;
	kernel.ops.read = _i == 2 ? no_read : kernel.ops.read;
	ck_assert(!conf_read(&conf, &kernel.ops, NULL, true));
	assert_defaults();
	ck_assert_int_eq(strncmp(kernel.said, said[_i], strcspn(said[_i], "(")), 0);
}
END_TEST

Suite *conf_suite(void)
{
	Suite *suite = suite_create("conf");
	TCase *tc = tcase_create("conf");

	tcase_add_checked_fixture(tc, start, finish);
	tcase_add_loop_test(tc, test_defaults, 0, sizeof(nothing) / sizeof(nothing[0]));
	tcase_add_test(tc, test_all_keys);
	tcase_add_test(tc, test_keys_named_by_its_default);
	tcase_add_loop_test(tc, test_words, 0, sizeof(words) / sizeof(words[0]));
	tcase_add_loop_test(tc, test_mistake, 0, MISTAKES);
	tcase_add_test(tc, test_all_mistakes_of_a_file);
	tcase_add_test(tc, test_nul);
	tcase_add_test(tc, test_long_line);
	tcase_add_test(tc, test_primes);
	tcase_add_test(tc, test_missing);
	tcase_add_loop_test(tc, test_whose, 0, 3);
	tcase_add_test(tc, test_no_file);
	tcase_add_test(tc, test_size);
	tcase_add_loop_test(tc, test_calls_fail, 0, 3);
	suite_add_tcase(suite, tc);
	return suite;
}
