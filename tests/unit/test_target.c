/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <string.h>

#include "profile.h"
#include "target.h"

static struct arena arena;
static struct intern strings;
static struct diags ds;
static struct ast ast;
static struct target_request req;
static struct targets got;
static struct source *src;

static void setup(void)
{
	arena_init(&arena);
	intern_init(&strings, &arena);
	diags_init(&ds, &arena);
	memset(&ast, 0, sizeof(ast));
	ast.arena = &arena;
	ast.strings = &strings;
	memset(&req, 0, sizeof(req));
	src = source_new(&arena, "a.imapol", "target kernel;", 14, 0);
}

static void teardown(void)
{
	arena_free(&arena);
}

static void again(void)
{
	teardown();
	setup();
}

/* a target statement of one item in the policy */
static void policy(enum ast_target_kind kind, const char *text)
{
	struct ast_stmt *s = arena_new(&arena, struct ast_stmt);
	struct ast_target_item it = { .kind = kind, .text = text };
	size_t n = ast.stmts.n;

	it.span = (struct span){ src, n, n + 1 };
	s->kind = AST_TARGET;
	vec_push(&arena, &s->target, it);
	vec_push(&arena, &ast.stmts, s);
}

static bool resolve(void)
{
	return target_resolve(&arena, &req, &ast, &ds, &got);
}

static void has_code(enum diag_code code)
{
	ck_assert_uint_eq(ds.n, 1);
	ck_assert_str_eq(diag_name(ds.v[0]->code), diag_name(code));
}

static const char *release(size_t i)
{
	static char text[KRELEASE_TEXT];

	ck_assert_uint_lt(i, got.n);
	return krelease_text(got.v[i].release, text, sizeof(text));
}

START_TEST(nothing_said)
{
	ck_assert(resolve());
	ck_assert_uint_eq(got.n, 0);
	ck_assert_int_eq(got.lsm, KLSM_UNSET);
}
END_TEST

START_TEST(from_the_command_line)
{
	req.kernel = "6.1";
	req.lsm = "selinux";
	ck_assert(resolve());
	ck_assert_uint_eq(got.n, 1);
	ck_assert_str_eq(release(0), "6.1");
	ck_assert_int_eq(got.v[0].lsm, KLSM_SELINUX);
	/* whoever names it says that the kernel has it */
	ck_assert_int_eq(got.v[0].config[KCONFIG_SECURITY_SELINUX], KTRI_YES);
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA_LSM_RULES], KTRI_MAYBE);
}
END_TEST

START_TEST(from_the_policy)
{
	policy(AST_TARGET_KERNEL, "6.12.117");
	policy(AST_TARGET_LSM, "apparmor");
	policy(AST_TARGET_LIBSELINUX, "3.4");
	ck_assert(resolve());
	ck_assert_uint_eq(got.n, 1);
	ck_assert_str_eq(release(0), "6.12.117");
	ck_assert_int_eq(got.v[0].lsm, KLSM_APPARMOR);
	ck_assert_str_eq(got.libselinux, "3.4");
}
END_TEST

START_TEST(from_an_included_file)
{
	struct ast_stmt *inc = arena_new(&arena, struct ast_stmt);

	policy(AST_TARGET_KERNEL, "6.1");
	inc->kind = AST_INCLUDE;
	inc->body = ast.stmts;
	memset(&ast.stmts, 0, sizeof(ast.stmts));
	vec_push(&arena, &ast.stmts, inc);
	ck_assert(resolve());
	ck_assert_str_eq(release(0), "6.1");
}
END_TEST

START_TEST(exact_release_wins)
{
	req.kernel = "6.1";
	policy(AST_TARGET_KERNEL, "6.1.192");
	ck_assert(resolve());
	ck_assert_str_eq(release(0), "6.1.192");
	again();
	req.kernel = "6.1.192";
	policy(AST_TARGET_KERNEL, "6.1");
	ck_assert(resolve());
	ck_assert_str_eq(release(0), "6.1.192");
}
END_TEST

START_TEST(releases_that_differ)
{
	req.kernel = "6.1";
	policy(AST_TARGET_KERNEL, "6.12");
	ck_assert(!resolve());
	has_code(DIAG_TARGET_CONFLICT);
	/* both places; and the policy is at fault as much as the option */
	ck_assert_ptr_nonnull(ds.v[0]->span.src);
	ck_assert_ptr_nonnull(ds.v[0]->notes);
	ck_assert_ptr_nonnull(ds.v[0]->notes->span.src);
	ck_assert_ptr_ne(ds.v[0]->span.src, ds.v[0]->notes->span.src);
	ck_assert(!got.usage);
}
END_TEST

START_TEST(point_releases_that_differ)
{
	req.kernel = "6.1.2";
	policy(AST_TARGET_KERNEL, "6.1.3");
	ck_assert(!resolve());
	has_code(DIAG_TARGET_CONFLICT);
}
END_TEST

START_TEST(two_statements_that_differ)
{
	policy(AST_TARGET_KERNEL, "6.1");
	policy(AST_TARGET_KERNEL, "6.1.5");
	policy(AST_TARGET_KERNEL, "6.6");
	ck_assert(!resolve());
	has_code(DIAG_TARGET_CONFLICT);
	ck_assert_uint_eq(got.n, 1);
	ck_assert_str_eq(release(0), "6.1.5");
}
END_TEST

START_TEST(several)
{
	req.kernel = "6.1,6.12.5,6.1,7.1";
	ck_assert(resolve());
	ck_assert_uint_eq(got.n, 3);
	ck_assert_str_eq(release(0), "6.1");
	ck_assert_str_eq(release(1), "6.12.5");
	ck_assert_str_eq(release(2), "7.1");
}
END_TEST

START_TEST(several_and_one_in_the_policy)
{
	req.kernel = "6.1,6.12";
	policy(AST_TARGET_KERNEL, "6.1.5");
	ck_assert(!resolve());
	has_code(DIAG_TARGET_CONFLICT);
}
END_TEST

START_TEST(unknown_releases)
{
	static const char *const bad[] = { "5.3", "7.2", "4.19", "5.20",
		"6.20", "99.1", "6", "", "six", "6.x", "6.1,", ",6.1",
		"6.1 ", "running" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		again();
		req.kernel = bad[i];
		ck_assert_msg(!resolve(), "%s", bad[i]);
		has_code(DIAG_UNKNOWN_RELEASE);
		ck_assert_msg(got.usage, "%s", bad[i]);
	}
	again();
	policy(AST_TARGET_KERNEL, "5.3");
	ck_assert(!resolve());
	has_code(DIAG_UNKNOWN_RELEASE);
	ck_assert(!got.usage);
	ck_assert_ptr_eq(ds.v[0]->span.src, src);
}
END_TEST

START_TEST(place_in_a_list)
{
	req.kernel = "6.1,9.9,6.12";
	ck_assert(!resolve());
	has_code(DIAG_UNKNOWN_RELEASE);
	ck_assert_int_eq(strncmp(ds.v[0]->span.src->text +
				 ds.v[0]->span.start, "9.9", 3), 0);
	ck_assert_uint_eq(got.n, 2);
}
END_TEST

START_TEST(lsm_words)
{
	static const char *const words[] = { "no-lsm", "selinux", "apparmor",
					     "smack" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		again();
		req.lsm = words[i];
		ck_assert(resolve());
		ck_assert_str_eq(target_lsm_word(got.lsm), words[i]);
	}
	again();
	req.lsm = "selinx";
	ck_assert(!resolve());
	has_code(DIAG_UNKNOWN_LSM);
	ck_assert_str_eq(ds.v[0]->notes->text, "did you mean `selinux`?");
}
END_TEST

START_TEST(lsms_that_differ)
{
	req.lsm = "selinux";
	policy(AST_TARGET_LSM, "apparmor");
	ck_assert(!resolve());
	has_code(DIAG_TARGET_CONFLICT);
	again();
	req.lsm = "selinux";
	policy(AST_TARGET_LSM, "selinux");
	ck_assert(resolve());
}
END_TEST

static void config(const char *text)
{
	req.config_name = "config";
	req.config = text;
	req.config_len = strlen(text);
}

START_TEST(config_file)
{
	config("#\n# Automatically generated file; DO NOT EDIT.\n"
	       "# Linux/x86 6.12.1 Kernel Configuration\n#\n"
	       "CONFIG_IMA=y\nCONFIG_IMA_LSM_RULES=y\n"
	       "# CONFIG_IMA_APPRAISE_MODSIG is not set\n");
	ck_assert(resolve());
	ck_assert_uint_eq(got.n, 1);
	ck_assert_str_eq(release(0), "6.12.1");
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA], KTRI_YES);
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA_APPRAISE_MODSIG],
			 KTRI_NO);
	ck_assert_int_eq(got.v[0].config[KCONFIG_FS_VERITY], KTRI_NO);
	ck_assert_int_eq(got.v[0].lsm, KLSM_UNSET);
}
END_TEST

START_TEST(config_file_and_release)
{
	static const char text[] =
		"# Linux/x86_64 6.12.1 Kernel Configuration\nCONFIG_IMA=y\n";

	config(text);
	req.kernel = "6.12";
	ck_assert(resolve());
	ck_assert_str_eq(release(0), "6.12.1");
	again();
	config(text);
	req.kernel = "6.1";
	ck_assert(!resolve());
	has_code(DIAG_TARGET_CONFLICT);
	/* both stand on the command line */
	ck_assert(got.usage);
}
END_TEST

START_TEST(config_file_without_release)
{
	config("CONFIG_IMA=y\n");
	ck_assert(resolve());
	ck_assert_uint_eq(got.n, 0);
	again();
	config("CONFIG_IMA=y\n");
	req.kernel = "6.1";
	ck_assert(resolve());
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA_APPRAISE], KTRI_NO);
}
END_TEST

START_TEST(no_config_file)
{
	static const char *const bad[] = { "", "hello\n", "root:x:0:0\n" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		again();
		req.kernel = "6.1";
		config(bad[i]);
		ck_assert(!resolve());
		has_code(DIAG_KERNEL_CONFIG);
		ck_assert(got.usage);
	}
}
END_TEST

START_TEST(profile)
{
	req.profile = "debian-12";
	ck_assert(resolve());
	ck_assert_str_eq(release(0), "6.1");
	ck_assert_int_eq(got.v[0].lsm, KLSM_APPARMOR);
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA_LSM_RULES], KTRI_YES);
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA_APPRAISE_MODSIG],
			 KTRI_NO);
	ck_assert_int_eq(got.v[0].config[KCONFIG_KEXEC_SIG], KTRI_YES);
	/* a module counts as off */
	ck_assert_int_eq(got.v[0].config[KCONFIG_CRYPTO_SHA512], KTRI_NO);
	/* what was not read is not known */
	again();
	req.profile = "ubuntu-22.04";
	ck_assert(resolve());
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA_WRITE_POLICY], KTRI_NO);
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA_READ_POLICY], KTRI_MAYBE);
}
END_TEST

START_TEST(rolling_profile)
{
	req.profile = "fedora-44";
	ck_assert(resolve());
	ck_assert_uint_eq(got.n, 0);
	ck_assert_int_eq(got.lsm, KLSM_SELINUX);
	ck_assert_int_eq(got.config[KCONFIG_IMA_WRITE_POLICY], KTRI_MAYBE);
	again();
	req.profile = "fedora-44";
	req.kernel = "6.12,6.13.1,7.1";
	ck_assert(resolve());
	ck_assert_uint_eq(got.n, 3);
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA_WRITE_POLICY],
			 KTRI_MAYBE);
	ck_assert_int_eq(got.v[1].config[KCONFIG_IMA_WRITE_POLICY], KTRI_YES);
	ck_assert_int_eq(got.v[2].config[KCONFIG_IMA_WRITE_POLICY], KTRI_YES);
}
END_TEST

START_TEST(profile_sets_what_is_not_given)
{
	policy(AST_TARGET_PROFILE, "debian-12");
	policy(AST_TARGET_LSM, "selinux");
	req.kernel = "6.1.5";
	config("CONFIG_IMA=y\nCONFIG_IMA_APPRAISE_MODSIG=y\n");
	ck_assert(resolve());
	ck_assert_str_eq(release(0), "6.1.5");
	ck_assert_int_eq(got.v[0].lsm, KLSM_SELINUX);
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA_APPRAISE_MODSIG],
			 KTRI_YES);
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA_LSM_RULES], KTRI_NO);
}
END_TEST

START_TEST(profile_of_another_release)
{
	policy(AST_TARGET_PROFILE, "debian-12");
	req.kernel = "6.1.9,6.12";
	ck_assert(resolve());
	ck_assert_uint_eq(got.n, 2);
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA_APPRAISE_MODSIG],
			 KTRI_NO);
	ck_assert_int_eq(got.v[1].lsm, KLSM_APPARMOR);
	ck_assert_int_eq(got.v[1].config[KCONFIG_IMA_APPRAISE_MODSIG],
			 KTRI_MAYBE);
}
END_TEST

/* what is not known of the module is known to be so of Yocto alone */
START_TEST(every_profile)
{
	const struct profile *p;
	size_t i;

	for (i = 0; (p = profile_at(i)); i++) {
		ck_assert_ptr_eq(profile_find(p->name), p);
		ck_assert_uint_eq(p->on & p->off, 0);
		ck_assert_int_le(krelease_cmp(p->first, p->last), 0);
		if (i)
			ck_assert_int_lt(strcmp(profile_at(i - 1)->name,
						p->name), 0);
		again();
		req.profile = p->name;
		ck_assert(resolve());
		ck_assert_uint_eq(got.n, p->rolling ? 0 : 1);
		ck_assert(kmodel_knows(p->first));
		ck_assert_int_eq(got.lsm, p->lsm);
		ck_assert_int_eq(p->lsm == KLSM_UNSET,
				 !strncmp(p->name, "yocto-", 6));
	}
	ck_assert_uint_ge(i, 14);
}
END_TEST

START_TEST(profile_links)
{
	const struct profile *p;
	size_t i, j;

	for (i = 0; (p = profile_at(i)); i++)
		for (j = 1; j < p->n_links; j++)
			ck_assert_int_lt(strcmp(p->links[j - 1].from,
						p->links[j].from), 0);
	p = profile_find("debian-13-selinux");
	ck_assert_uint_eq(p->n_links, 8);
	ck_assert_str_eq(p->links[0].from, "/bin");
	ck_assert_str_eq(p->links[0].to, "/usr/bin");
	ck_assert_ptr_null(profile_find("opensuse-leap-15.6")->links);
	ck_assert_ptr_null(profile_find("debian"));
}
END_TEST

START_TEST(unknown_profiles)
{
	req.profile = "debian-12-selinix";
	ck_assert(!resolve());
	has_code(DIAG_UNKNOWN_PROFILE);
	ck_assert_str_eq(ds.v[0]->notes->text,
			 "did you mean `debian-12-selinux`?");
	again();
	req.profile = "debian-12";
	policy(AST_TARGET_PROFILE, "debian-13");
	ck_assert(!resolve());
	has_code(DIAG_TARGET_CONFLICT);
}
END_TEST

START_TEST(running)
{
	struct target_host host = {
		.release = "6.12.117-1-cloud-amd64",
		.config = "CONFIG_IMA=y\nCONFIG_FS_VERITY=y\n",
		.lsms = "lockdown,capability,landlock,yama,apparmor,ima,evm\n",
	};

	req.kernel = "running";
	req.host = &host;
	ck_assert(resolve());
	ck_assert_str_eq(release(0), "6.12.117");
	ck_assert_int_eq(got.v[0].lsm, KLSM_APPARMOR);
	ck_assert_int_eq(got.v[0].config[KCONFIG_FS_VERITY], KTRI_YES);
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA_LSM_RULES], KTRI_NO);
}
END_TEST

START_TEST(running_and_mute)
{
	struct target_host host = { .release = "6.1.0-56-amd64" };

	req.kernel = "running";
	req.host = &host;
	ck_assert(resolve());
	ck_assert_str_eq(release(0), "6.1");
	ck_assert_int_eq(got.v[0].lsm, KLSM_UNSET);
	ck_assert_int_eq(got.v[0].config[KCONFIG_IMA], KTRI_MAYBE);
	host.lsms = "lockdown,capability,ima";
	again();
	req.kernel = "running";
	req.host = &host;
	ck_assert(resolve());
	ck_assert_int_eq(got.v[0].lsm, KLSM_NONE);
}
END_TEST

START_TEST(all_releases)
{
	struct targets all;
	size_t n;

	kmodel_releases(&n);
	req.lsm = "smack";
	ck_assert(resolve());
	target_all_releases(&arena, &got, &all);
	ck_assert_uint_eq(all.n, n);
	ck_assert_uint_gt(n, 30);
	ck_assert_int_eq(all.v[n - 1].lsm, KLSM_SMACK);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("target");
	TCase *tc = tcase_create("target");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, nothing_said);
	tcase_add_test(tc, from_the_command_line);
	tcase_add_test(tc, from_the_policy);
	tcase_add_test(tc, from_an_included_file);
	tcase_add_test(tc, exact_release_wins);
	tcase_add_test(tc, releases_that_differ);
	tcase_add_test(tc, point_releases_that_differ);
	tcase_add_test(tc, two_statements_that_differ);
	tcase_add_test(tc, several);
	tcase_add_test(tc, several_and_one_in_the_policy);
	tcase_add_test(tc, unknown_releases);
	tcase_add_test(tc, place_in_a_list);
	tcase_add_test(tc, lsm_words);
	tcase_add_test(tc, lsms_that_differ);
	tcase_add_test(tc, config_file);
	tcase_add_test(tc, config_file_and_release);
	tcase_add_test(tc, config_file_without_release);
	tcase_add_test(tc, no_config_file);
	tcase_add_test(tc, profile);
	tcase_add_test(tc, rolling_profile);
	tcase_add_test(tc, profile_sets_what_is_not_given);
	tcase_add_test(tc, profile_of_another_release);
	tcase_add_test(tc, every_profile);
	tcase_add_test(tc, profile_links);
	tcase_add_test(tc, unknown_profiles);
	tcase_add_test(tc, running);
	tcase_add_test(tc, running_and_mute);
	tcase_add_test(tc, all_releases);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
