/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choices.h"
#include "fake.h"
#include "loader/cmdline.h"
#include "loader/onfail.h"
#include "loader/rescue.h"
#include "loader/secureboot.h"
#include "suites.h"

/* What the choice of a boot hangs on, and the choice. */

static struct fake kernel;

static void start(void)
{
	fake_start(&kernel);
	fake_add_dir(&kernel, "/sys/firmware");
}

static void finish(void)
{
	ck_assert_int_eq(fake_open_fds(&kernel), 0);
}

/* ---- the kernel command line ---- */

static const struct {
	const char *text, *words; /* each in brackets, NAME or NAME:VALUE; what is init's in braces */
} cmdlines[] = {
	{ "", "" },
	{ " \n", "" },
	{ "ro imapol=halt\n", "[ro][imapol:halt]" },
	{ "  a\tb\v\f\rc\xa0 d ", "[a][b][c][d]" },
	{ "a= =b c==d", "[a:][=b][c:=d]" },
	{ "a=\"b c\" d", "[a:b c][d]" },
	{ "\"a=b c\" d", "[a:b c][d]" },
	{ "\"a b\" d", "[a b][d]" },
	{ "a\"b c\"=d e", "[a\"b c\":d][e]" },
	{ "a=b\"c d\" e", "[a:b\"c d\"][e]" },
	{ "a=\"b c\"d e", "[a:b c\"d][e]" },
	{ "a=\"b c", "[a:b c]" },
	{ "a=\"", "[a:]" },
	{ "\"", "[]" },
	{ "\"\"", "[]" },
	{ "a -- b=c -- d", "[a]{b:c}{--}{d}" },
	{ "a \"--\" b", "[a]{b}" },
	{ "--x --=y -- ", "[--x][--:y]" },
	{ "dyndbg=\"file a +p; imapol=off\" quiet", "[dyndbg:file a +p; imapol=off][quiet]" },
};

START_TEST(test_cmdline)
{
	size_t len = strlen(cmdlines[_i].text);
	char *text = malloc(len ? len : 1), got[200] = "";
	struct cmdline_word word;
	struct cmdline it;

	memcpy(text, cmdlines[_i].text, len); /* without a NUL, for the sanitizers */
	cmdline_start(&it, text, len);
	while (cmdline_next(&it, &word))
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%.*s%s%.*s%s", it.for_init ? "{" : "[",
			 (int)word.name.len, word.name.text, word.has_value ? ":" : "", (int)word.value.len,
			 word.value.text, it.for_init ? "}" : "]");
	ck_assert_str_eq(got, cmdlines[_i].words);
	free(text);
}
END_TEST

/* ---- Secure Boot ---- */

#define EFI "/sys/firmware/efi"
#define VARIABLE(name) EFI "/efivars/" name "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define ON "\6\0\0\0\1"
#define OFF "\6\0\0\0\0"

enum { IS_OFF, IS_ON, IS_UNKNOWN };

struct some_file {
	const char *path, *data;
	size_t len;
};

static const struct machine {
	struct some_file files[4];
	unsigned long magic; /* of the file system with the variables */
	int answer;
} machines[] = {
	{ { { NULL, NULL, 0 } }, 0, IS_OFF },
	{ { { EFI, NULL, 0 }, { VARIABLE("SecureBoot"), ON, 5 }, { VARIABLE("SetupMode"), OFF, 5 } }, 0xde5e81e4, IS_ON },
	{ { { EFI, NULL, 0 }, { VARIABLE("SecureBoot"), OFF, 5 }, { VARIABLE("SetupMode"), OFF, 5 } }, 0xde5e81e4, IS_OFF },
	{ { { EFI, NULL, 0 }, { VARIABLE("SecureBoot"), ON, 5 }, { VARIABLE("SetupMode"), ON, 5 } }, 0xde5e81e4, IS_OFF },
	{ { { EFI, NULL, 0 }, { VARIABLE("SecureBoot"), OFF, 5 }, { VARIABLE("SetupMode"), ON, 5 } }, 0xde5e81e4, IS_OFF },
	/* no SetupMode, or a strange one */
	{ { { EFI, NULL, 0 }, { VARIABLE("SecureBoot"), ON, 5 } }, 0xde5e81e4, IS_ON },
	{ { { EFI, NULL, 0 }, { VARIABLE("SecureBoot"), ON, 5 }, { VARIABLE("SetupMode"), "", 0 } }, 0xde5e81e4, IS_ON },
	{ { { EFI, NULL, 0 }, { VARIABLE("SecureBoot"), ON, 5 }, { VARIABLE("SetupMode"), ON, 4 } }, 0xde5e81e4, IS_ON },
	/* firmware without Secure Boot; efivarfs is not mounted */
	{ { { EFI, NULL, 0 } }, 0xde5e81e4, IS_OFF },
	{ { { EFI, NULL, 0 } }, 0x62656572, IS_UNKNOWN },
	{ { { EFI, NULL, 0 }, { VARIABLE("SetupMode"), ON, 5 } }, 0x62656572, IS_UNKNOWN },
	/* not what a variable looks like */
	{ { { EFI, NULL, 0 }, { VARIABLE("SecureBoot"), OFF, 4 } }, 0xde5e81e4, IS_UNKNOWN },
	{ { { EFI, NULL, 0 }, { VARIABLE("SecureBoot"), "\6\0\0\0\0\0", 6 } }, 0xde5e81e4, IS_UNKNOWN },
	{ { { EFI, NULL, 0 }, { VARIABLE("SecureBoot"), "\6\0\0\0\2", 5 } }, 0xde5e81e4, IS_UNKNOWN },
	{ { { EFI, NULL, 0 }, { VARIABLE("SecureBoot"), "0123456789abcdefg", 17 } }, 0xde5e81e4, IS_UNKNOWN },
	/* s390 */
	{ { { "/sys/firmware/ipl/secure", "1\n", 2 } }, 0, IS_ON },
	{ { { "/sys/firmware/ipl/secure", "0\n", 2 } }, 0, IS_OFF },
	{ { { "/sys/firmware/ipl/secure", "", 0 } }, 0, IS_UNKNOWN },
	{ { { "/sys/firmware/ipl/secure", "x\n", 2 } }, 0, IS_UNKNOWN },
	/* PowerVM: 1 only records, 2 enforces */
	{ { { "/proc/device-tree/ibm,secure-boot", "\0\0\0\0", 4 } }, 0, IS_OFF },
	{ { { "/proc/device-tree/ibm,secure-boot", "\0\0\0\1", 4 } }, 0, IS_OFF },
	{ { { "/proc/device-tree/ibm,secure-boot", "\0\0\0\2", 4 } }, 0, IS_ON },
	{ { { "/proc/device-tree/ibm,secure-boot", "\0\0\1\0", 4 } }, 0, IS_ON },
	{ { { "/proc/device-tree/ibm,secure-boot", "\377\0\0\0", 4 } }, 0, IS_ON },
	{ { { "/proc/device-tree/ibm,secure-boot", "\0\0\0", 3 } }, 0, IS_UNKNOWN },
	/* PowerNV */
	{ { { "/proc/device-tree/ibm,secureboot/os-secureboot-enforcing", "", 0 } }, 0, IS_ON },
	/* one that is on is enough */
	{ { { EFI, NULL, 0 }, { "/sys/firmware/ipl/secure", "1\n", 2 } }, 0x62656572, IS_ON },
};

static unsigned long magic;

static int machine_magic(void *ctx, const char *path, unsigned long *out)
{
	if (strcmp(path, EFI "/efivars"))
		return -ENOENT;
	*out = magic;
	return 0;
}

static void assert_secure(int answer)
{
	const char *on = secureboot_on(&kernel.ops);

	ck_assert_int_eq(on != NULL, answer != IS_OFF);
	if (on)
		ck_assert_int_eq(strstr(on, "counts as on") != NULL, answer == IS_UNKNOWN);
}

START_TEST(test_secure_boot)
{
	const struct machine *m = &machines[_i];
	size_t i;

	for (i = 0; i < 4 && m->files[i].path; i++) {
		struct fake_file *file = fake_add(&kernel, m->files[i].path, "");

		if (!m->files[i].data)
			continue;
		memcpy(file->data, m->files[i].data, m->files[i].len);
		file->len = m->files[i].len;
	}
	magic = m->magic;
	kernel.ops.fs_magic = machine_magic;
	assert_secure(m->answer);
}
END_TEST

START_TEST(test_no_sysfs)
{
	fake_find(&kernel, "/sys/firmware")->exists = false;
	assert_secure(IS_UNKNOWN);
}
END_TEST

static int no_way(void *ctx, const char *path, struct stat *st)
{
	return -EACCES;
}

START_TEST(test_no_way_to_sysfs)
{
	kernel.ops.stat = no_way;
	assert_secure(IS_UNKNOWN);
}
END_TEST

/* ---- root's password ---- */

#define PASSWD "daemon:x:1:1::/:/bin/sh\nroot:x:0:0:root:/root:/bin/bash\n"
#define SHADOW "daemon:$y$j9T$not.this:1::::::\nroot:$y$j9T$salt$hash:19000:0:99999:7:::\n"

static const struct {
	const char *passwd, *shadow; /* NULL: none */
	const char *cmdline, *env;
	const char *why; /* NULL: it asks for a password */
} rescues[] = {
	{ PASSWD, SHADOW, "ro quiet", NULL, NULL },
	{ PASSWD, "root:$6$x:\n", "", NULL, NULL },
	{ PASSWD, NULL, "", NULL, "root has no password" },
	{ PASSWD, "", "", NULL, "root has no password" },
	{ PASSWD, "root::19000:0:99999:7:::\n", "", NULL, "root has no password" },
	{ PASSWD, "root:*:19000:0:99999:7:::\n", "", NULL, "root has no password" },
	{ PASSWD, "root:!:19000:0:99999:7:::\n", "", NULL, "root has no password" },
	{ PASSWD, "root:!$y$j9T$salt$hash:19000:0:99999:7:::\n", "", NULL, "root has no password" },
	{ PASSWD, "root:x:19000:0:99999:7:::\n", "", NULL, "root has no password" },
	{ PASSWD, "root\n", "", NULL, "root has no password" },
	{ PASSWD, "rooted:$6$x:\nroot::1\nroot:$6$x:\n", "", NULL, "root has no password" },
	{ NULL, SHADOW, "", NULL, "is not kept in /etc/shadow" },
	{ "", SHADOW, "", NULL, "is not kept in /etc/shadow" },
	{ "root::0:0:root:/root:/bin/bash\n", SHADOW, "", NULL, "is not kept in /etc/shadow" },
	{ "root:xyz:0:0:root:/root:/bin/bash\n", SHADOW, "", NULL, "is not kept in /etc/shadow" },
	{ "root::0:0::/:\n" PASSWD, SHADOW, "", NULL, "is not kept in /etc/shadow" },
	{ PASSWD, SHADOW, NULL, NULL, "SYSTEMD_SULOGIN_FORCE" },
	{ PASSWD, SHADOW, "", "1", "SYSTEMD_SULOGIN_FORCE" },
	{ PASSWD, SHADOW, "", "0", "SYSTEMD_SULOGIN_FORCE" },
	{ PASSWD, SHADOW, "systemd.setenv=SYSTEMD_SULOGIN_FORCE=1", NULL, "SYSTEMD_SULOGIN_FORCE" },
	{ PASSWD, SHADOW, "ro -- SYSTEMD_SULOGIN_FORCE=1", NULL, "SYSTEMD_SULOGIN_FORCE" },
	{ PASSWD, SHADOW, "'systemd.setenv=SYSTEMD_SULOGIN_FORCE=1'", NULL, "SYSTEMD_SULOGIN_FORCE" },
};

START_TEST(test_rescue)
{
	const char *root = _i % 2 ? "/newroot" : "", *why;
	char path[64];

	snprintf(path, sizeof(path), "%s/etc/passwd", root);
	if (rescues[_i].passwd)
		fake_add(&kernel, path, rescues[_i].passwd);
	snprintf(path, sizeof(path), "%s/etc/shadow", root);
	if (rescues[_i].shadow)
		fake_add(&kernel, path, rescues[_i].shadow);
	if (rescues[_i].env) {
		kernel.environment[0] = "SYSTEMD_SULOGIN_FORCE";
		kernel.environment[1] = rescues[_i].env;
	}
	why = rescue_open(&kernel.ops, root, rescues[_i].cmdline);
	ck_assert_int_eq(why != NULL, rescues[_i].why != NULL);
	if (why)
		ck_assert_ptr_nonnull(strstr(why, rescues[_i].why));
}
END_TEST

START_TEST(test_long_root)
{
	static char root[5000];

	memset(root, '/', sizeof(root) - 1);
	ck_assert_ptr_nonnull(rescue_open(&kernel.ops, root, ""));
}
END_TEST

/* ---- the choice ---- */

START_TEST(test_choice)
{
	size_t word, bits;

	for (word = 0; word < CHOICE_GROUP; word++)
		for (bits = 0; bits < CHOICE_GROUP; bits++) {
			struct onfail_facts facts = {
				.conf_wrong = choices[_i].conf_wrong,
				.conf = choices[_i].conf,
				.word = choice_words[word],
				.appraises = choices[_i].appraises,
				.secure = bits & CHOICE_SECURE ? "Secure Boot is on" : NULL,
				.open = bits & CHOICE_OPEN ? "root has no password" : NULL,
			};
			const char *action = onfail_name(onfail_choose(&facts).action);

			ck_assert_msg(*action == choice_at((size_t)_i, word, bits), "word %zu, bits %zu: %s", word, bits,
				      action);
		}
}
END_TEST

/* A break-glass that is not used up before is none. */
START_TEST(test_off_is_no_choice)
{
	struct onfail_facts facts = { .word = ONFAIL_OFF, .appraises = true };

	ck_assert_int_eq(onfail_choose(&facts).action, ONFAIL_HALT);
	facts.appraises = false;
	ck_assert_int_eq(onfail_choose(&facts).action, ONFAIL_CONTINUE);
}
END_TEST

START_TEST(test_words)
{
	static const char *const names[] = { "", "off", "continue", "shell", "halt" };
	int i;

	for (i = 1; i < ONFAIL_COUNT; i++) {
		ck_assert_str_eq(onfail_name((enum onfail)i), names[i]);
		ck_assert_int_eq(onfail_named((struct span){ names[i], strlen(names[i]) }), i);
		ck_assert_int_eq(onfail_named((struct span){ names[i], strlen(names[i]) - 1 }), ONFAIL_UNSAID);
	}
	ck_assert_int_eq(onfail_named((struct span){ "", 0 }), ONFAIL_UNSAID);
	ck_assert_int_eq(onfail_named((struct span){ "Halt", 4 }), ONFAIL_UNSAID);
}
END_TEST

#define GOING "imapol-load: going on without the policy: X: "
#define HALTING "imapol-load: halting: X: "
#define WAY "imapol-load: to get in: "

static const struct {
	struct onfail_facts facts;
	const char *said[4]; /* how each line begins */
} sayings[] = {
	{ { .conf = ONFAIL_CONTINUE }, { GOING "load.conf says so" } },
	{ { .conf = ONFAIL_CONTINUE, .word = ONFAIL_CONTINUE }, { GOING "load.conf says so" } },
	{ { .appraises = false }, { GOING "the policy only measures" } },
	{ { .word = ONFAIL_CONTINUE, .appraises = true }, { GOING "the kernel command line says so" } },
	{ { .appraises = true },
	  { HALTING "the policy appraises", WAY "add imapol=off (load nothing) or imapol=continue or imapol=shell to" } },
	{ { .conf = ONFAIL_SHELL, .open = "NOPW" },
	  { "imapol-load: no shell: NOPW", HALTING "load.conf says so",
	    WAY "add imapol=off (load nothing) or imapol=continue to" } },
	{ { .conf = ONFAIL_SHELL, .secure = "SB" },
	  { "imapol-load: no shell: SB, and", HALTING "load.conf says so", WAY "switch Secure Boot off" } },
	{ { .conf_wrong = true, .word = ONFAIL_CONTINUE, .secure = "SB" },
	  { "imapol-load: imapol=continue is ignored: SB, and", HALTING "load.conf is wrong",
	    WAY "switch Secure Boot off" } },
	{ { .conf = ONFAIL_SHELL }, { "imapol-load: asking for root's password: X: load.conf says so" } },
};

START_TEST(test_saying)
{
	struct onfail_choice choice = onfail_choose(&sayings[_i].facts);
	const char *line = kernel.said;
	int i;

	onfail_say(&kernel.ops, &choice, &sayings[_i].facts, "X");
	for (i = 0; i < 4 && sayings[_i].said[i]; i++) {
		ck_assert_msg(!strncmp(line, sayings[_i].said[i], strlen(sayings[_i].said[i])), "%s", kernel.said);
		line = strchr(line, '\n') + 1;
	}
	ck_assert_str_eq(line, "");
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *onfail_suite(void)
{
	Suite *suite = suite_create("onfail");
	TCase *tc = tcase_create("onfail");

	tcase_add_checked_fixture(tc, start, finish);
	tcase_add_loop_test(tc, test_cmdline, 0, COUNT(cmdlines));
	tcase_add_loop_test(tc, test_secure_boot, 0, COUNT(machines));
	tcase_add_test(tc, test_no_sysfs);
	tcase_add_test(tc, test_no_way_to_sysfs);
	tcase_add_loop_test(tc, test_rescue, 0, COUNT(rescues));
	tcase_add_test(tc, test_long_root);
	tcase_add_loop_test(tc, test_choice, 0, CHOICES);
	tcase_add_test(tc, test_off_is_no_choice);
	tcase_add_test(tc, test_words);
	tcase_add_loop_test(tc, test_saying, 0, COUNT(sayings));
	suite_add_tcase(suite, tc);
	return suite;
}
