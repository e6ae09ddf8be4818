/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bootline.h"
#include "fake_keys.h"
#include "fake_root.h"
#include "machine.h"
#include "util.h"

static struct arena arena;
static struct machine m;

static void setup(void)
{
	arena_init(&arena);
	fake_root_make();
}

static void teardown(void)
{
	fake_root_remove();
	arena_free(&arena);
}

/* ---- command lines ---- */

static const char *words_of(const char *text)
{
	bootline_params p = { 0 };
	struct buf b;
	size_t i;

	bootline_parse(&arena, text, strlen(text), &p);
	buf_init(&b, &arena);
	buf_puts(&b, "");
	for (i = 0; i < p.n; i++) {
		buf_printf(&b, "[%s", p.v[i].name);
		if (p.v[i].value)
			buf_printf(&b, "|%s", p.v[i].value);
		buf_putc(&b, ']');
	}
	return b.s;
}

START_TEST(cmdline_words)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "", "" },
		{ "  \t\n", "" },
		{ "ro quiet a=b\n", "[ro][quiet][a|b]" },
		{ "a=b=c", "[a|b=c]" },
		{ "a=\"b c\" d", "[a|b c][d]" },
		{ "\"a=b c\" d", "[a|b c][d]" },
		{ "a= b", "[a|][b]" },
		{ "a -- ima_appraise=fix", "[a]" },
		{ "a --x", "[a][--x]" },
		{ "a=\"b c", "[a|b c]" },
		{ "a=b\"c d\"e", "[a|b\"c d\"e]" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_str_eq(words_of(cases[i].text), cases[i].words);
}
END_TEST

START_TEST(cmdline_names)
{
	static const char text[] = "ima_hash=a ima-hash=b ima_hash IMA_HASH=c";
	bootline_params p = { 0 };

	bootline_parse(&arena, text, strlen(text), &p);
	ck_assert_str_eq(bootline_last(&p, "ima_hash")->value, "b");
	ck_assert_ptr_null(bootline_last(&p, "ima"));
	ck_assert_ptr_null(bootline_last(&p, "ima_hash_"));
}
END_TEST

START_TEST(grub)
{
	static const struct {
		const char *text, *result;
		bool shell;
	} cases[] = {
		{ "", " ", false },
		{ "GRUB_CMDLINE_LINUX=\"a b\"\n#GRUB_CMDLINE_LINUX=c\n", "a b ",
		  false },
		{ "GRUB_CMDLINE_LINUX_DEFAULT='x y'\nGRUB_CMDLINE_LINUX=z",
		  "z x y", false },
		{ "GRUB_CMDLINE_LINUX=a\nGRUB_CMDLINE_LINUX="
		  "\"$GRUB_CMDLINE_LINUX b\"", "a b ", false },
		{ "GRUB_CMDLINE_LINUX=a\nexport GRUB_CMDLINE_LINUX+=\" "
		  "${GRUB_CMDLINE_LINUX}\"", "a a ", false },
		{ "GRUB_CMDLINE_LINUX=\"a=\\\"b c\\\"\"", "a=\"b c\" ", false },
		{ "GRUB_CMDLINE_LINUX=a # b", "a ", false },
		{ "GRUB_CMDLINE_LINUX=\"$(x)\"", "(x) ", true },
		{ "GRUB_CMDLINE_LINUX=\"${X}\"", " ", true },
		{ "GRUB_CMDLINE_LINUX=\"a", "a ", true },
		{ "GRUB_CMDLINE_LINUX_X=a\nXGRUB_CMDLINE_LINUX=b", " ", false },
	};
	struct bootline_grub g;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		bootline_grub_init(&g, &arena);
		bootline_grub_add(&g, cases[i].text, strlen(cases[i].text));
		ck_assert_str_eq(bootline_grub_text(&g), cases[i].result);
		ck_assert_int_eq(g.needs_shell, cases[i].shell);
	}
}
END_TEST

/* ---- facts ---- */

START_TEST(no_such_root)
{
	ck_assert(!machine_read_root(&m, &arena, "/nonesuch"));
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(empty_root)
{
	size_t i;

	ck_assert(machine_read_root(&m, &arena, fake_root));
	for (i = 0; i < MACHINE_ITEM_COUNT; i++) {
		ck_assert_ptr_nonnull(m.item[i].path);
		ck_assert(!m.item[i].there);
	}
	ck_assert_uint_eq(m.kernels.n + m.cmdlines.n + m.policies.n +
			  m.loaders.n + m.missed.n, 0);
	ck_assert(!m.systemd && !m.imapol_load);
}
END_TEST

/* a root that does not run has no /proc, even where one lies there */
START_TEST(not_running)
{
	fake_root_put("/proc/cmdline", "ima_appraise=fix\n");
	fake_root_put("/proc/sys/kernel/osrelease", "6.1.0\n");
	fake_root_put("/sys/kernel/security/lsm", "selinux\n");
	ck_assert(machine_read_root(&m, &arena, fake_root));
	ck_assert_uint_eq(m.cmdlines.n + m.kernels.n, 0);
	ck_assert_ptr_null(m.item[MACHINE_LSM].text);
}
END_TEST

START_TEST(installed_kernels)
{
	fake_root_put("/boot/vmlinuz-6.1.0-56-amd64", "");
	fake_root_put("/boot/config-6.1.0-56-amd64", "CONFIG_IMA=y\n");
	fake_root_put("/boot/vmlinuz-6.12.1", "");
	fake_root_put("/usr/lib/modules/6.12.1/config", "CONFIG_EVM=y\n");
	fake_root_put("/boot/initrd.img-6.12.1", "");
	ck_assert(machine_read_root(&m, &arena, fake_root));
	ck_assert_uint_eq(m.kernels.n, 2);
	ck_assert_str_eq(m.kernels.v[0].release, "6.1.0-56-amd64");
	ck_assert_str_eq(m.kernels.v[0].config.path,
			 "/boot/config-6.1.0-56-amd64");
	ck_assert_str_eq(m.kernels.v[1].config.text, "CONFIG_EVM=y\n");
}
END_TEST

START_TEST(keyrings)
{
	const struct machine_ring *r;

	fake_root_put("/proc/keys", fake_keys);
	ck_assert(machine_read_running(&m, &arena, fake_root, fake_ring));
	r = machine_ring(&m, ".ima");
	ck_assert(r->there && r->listed);
	ck_assert_uint_eq(r->n_keys, 2);
	ck_assert_uint_eq(r->keys.n, 1);	/* one cannot be viewed */
	ck_assert_str_eq(r->keys.v[0].type, "asymmetri");
	ck_assert_str_eq(r->keys.v[0].description, "Site: signing 1: 2a3b");
	/* that of a user is none */
	ck_assert(!machine_ring(&m, "_ima")->there);
	/* there, and may not be read */
	r = machine_ring(&m, ".platform");
	ck_assert(r->there && !r->listed);
	ck_assert(!machine_ring(&m, ".nonesuch")->there);
}
END_TEST

START_TEST(banks)
{
	fake_root_put("/sys/class/tpm/tpm0/pcr-sha1/10", "00\n");
	fake_root_put("/sys/class/tpm/tpm0/pcr-sha256/10", "A1\n");
	fake_root_put("/sys/class/tpm/tpm0/pcr-sha256/11", "B2\n");
	fake_root_put("/proc/sys/kernel/osrelease", "6.6.9\n");
	ck_assert(machine_read_running(&m, &arena, fake_root, fake_ring));
	ck_assert(m.tpm);
	ck_assert_int_eq(m.tpm_pcr, 10);
	ck_assert_uint_eq(m.banks.n, 2);
	ck_assert_str_eq(m.banks.v[1].name, "sha256");
	ck_assert_str_eq(m.banks.v[1].pcr, "A1");
	fake_root_put("/boot/config-6.6.9",
		      "#\nCONFIG_IMA_MEASURE_PCR_IDX=11\n");
	ck_assert(machine_read_running(&m, &arena, fake_root, fake_ring));
	ck_assert_int_eq(m.tpm_pcr, 11);
	ck_assert_str_eq(m.banks.v[1].pcr, "B2");
	ck_assert_ptr_null(m.banks.v[0].pcr);
}
END_TEST

START_TEST(loaders)
{
	fake_root_put("/etc/initramfs-tools/scripts/init-bottom/ima",
		      "#!/bin/sh\n# not imapol-load\ncat p >$s/ima/policy\n");
	fake_root_put("/etc/initramfs-tools/scripts/init-bottom/other",
		      "# imapol-load\n");
	fake_root_put("/usr/lib/systemd/system/ima.service",
		      "ExecStart=/sbin/imapol-load /etc/ima/p\n");
	fake_root_put("/usr/lib/systemd/system/off.service",
		      "ExecStart=/sbin/imapol-load /etc/ima/p\n");
	fake_root_link("/etc/systemd/system/sysinit.target.wants/ima.service",
		       "/usr/lib/systemd/system/ima.service");
	fake_root_put("/etc/dracut.conf.d/a.conf",
		      "# add_dracutmodules+=\" integrity \"\n");
	fake_root_put("/etc/ima/ima-policy", "measure\n");
	fake_root_put("/etc/ima/site.imapol", "measure code;\n");
	ck_assert(machine_read_root(&m, &arena, fake_root));
	ck_assert_uint_eq(m.loaders.n, 2);
	ck_assert_int_eq(m.loaders.v[0].kind, MACHINE_INITRAMFS_TOOLS);
	ck_assert(!m.loaders.v[0].by_imapol_load);
	ck_assert_int_eq(m.loaders.v[1].kind, MACHINE_UNIT);
	ck_assert(m.loaders.v[1].by_imapol_load);
	ck_assert(!m.dracut_integrity);
	ck_assert_uint_eq(m.policies.n, 1);
	fake_root_put("/etc/dracut.conf.d/b.conf",
		      "add_dracutmodules+=\" integrity \"\n");
	ck_assert(machine_read_root(&m, &arena, fake_root));
	ck_assert(m.dracut_integrity);
}
END_TEST

static const struct {
	const char *hook, *with, *text;
	enum machine_loader_kind kind;
} hook_cases[] = {
	{ "/usr/share/initramfs-tools/scripts/init-bottom/imapol",
	  "/usr/sbin/mkinitramfs", "", MACHINE_INITRAMFS_TOOLS },
	{ "/usr/lib/dracut/modules.d/99imapol/imapol.sh", "/usr/bin/dracut", "",
	  MACHINE_DRACUT },
	{ "/usr/lib/initcpio/hooks/imapol", "/etc/mkinitcpio.conf",
	  "HOOKS=(base imapol)\n", MACHINE_MKINITCPIO },
	{ "/etc/initcpio/hooks/imapol", "/etc/mkinitcpio.conf.d/a.conf",
	  "HOOKS+=(imapol)\n", MACHINE_MKINITCPIO },
};

/* by their places, and only where something makes images with them */
START_TEST(hooks)
{
	fake_root_put("/usr/bin/mkinitcpio", "");
	fake_root_put("/etc/mkinitcpio.conf", "# imapol\nHOOKS=(base)\n");
	fake_root_put(hook_cases[_i].hook, "imapol-load\n");
	ck_assert(machine_read_root(&m, &arena, fake_root));
	ck_assert_uint_eq(m.hooks.n + m.loaders.n, 0);
	fake_root_put(hook_cases[_i].with, hook_cases[_i].text);
	ck_assert(machine_read_root(&m, &arena, fake_root));
	ck_assert_uint_eq(m.hooks.n, 1);
	ck_assert_int_eq(m.hooks.v[0].kind, hook_cases[_i].kind);
	ck_assert_uint_eq(m.loaders.n, 0);
}
END_TEST

/* a script of the same folders that is not ours is a loader, as ever */
START_TEST(hooks_of_others)
{
	fake_root_put("/usr/lib/initcpio/hooks/ima", "cat p >ima/policy\n");
	fake_root_put("/usr/lib/dracut/modules.d/98imapol/load.sh",
		      "imapol-load p\n");
	ck_assert(machine_read_root(&m, &arena, fake_root));
	ck_assert_uint_eq(m.hooks.n, 0);
	ck_assert_uint_eq(m.loaders.n, 2);
	ck_assert_int_eq(m.loaders.v[0].kind, MACHINE_MKINITCPIO);
	ck_assert_int_eq(m.loaders.v[1].kind, MACHINE_DRACUT);
}
END_TEST

START_TEST(confirms)
{
	static const char unit[] =
		"/usr/lib/systemd/system/imapol-confirm.service";

	fake_root_put(unit, "ExecStart=/usr/libexec/imapol-load-confirm\n");
	ck_assert(machine_read_root(&m, &arena, fake_root));
	ck_assert(!m.confirms);
	fake_root_link("/usr/lib/systemd/system/sysinit.target.wants/"
		       "imapol-confirm.service", "../imapol-confirm.service");
	ck_assert(machine_read_root(&m, &arena, fake_root));
	ck_assert(m.confirms);
	ck_assert_uint_eq(m.loaders.n, 0);
	/* masked */
	fake_root_fifo("/dev/null");
	fake_root_link("/etc/systemd/system/imapol-confirm.service",
		       "/dev/null");
	ck_assert(machine_read_root(&m, &arena, fake_root));
	ck_assert(!m.confirms);
}
END_TEST

/* ---- load.conf ---- */

START_TEST(conf)
{
	const struct machine_conf *c = &m.conf;

	ck_assert(machine_read_root(&m, &arena, fake_root));
	ck_assert(!c->file.there && !c->named.n && !c->policy.there);
	fake_root_put("/etc/imapol/load.conf", "");
	ck_assert(machine_read_root(&m, &arena, fake_root));
	ck_assert_str_eq(c->load, "auto");
	ck_assert_uint_eq(c->named.n, 1);
	ck_assert_str_eq(c->named.v[0].file.path, "/etc/imapol/policy.imapol");
	ck_assert_str_eq(c->policy.path, "/etc/imapol/policy");
	fake_root_put("/etc/imapol/a#b", "measure code;\n");
	fake_root_put("/etc/keys/own/x.der", "");
	fake_root_put("/etc/imapol/load.conf",
		      "# load = initramfs\n\tload=init # of systemd\n"
		      "source = /etc/imapol/a#b\t# there\nkeys = /etc/keys/own\n"
		      "prime = /bin/a\nprime = /bin/b\npolicy = /etc/p\nnonsense");
	ck_assert(machine_read_root(&m, &arena, fake_root));
	ck_assert_str_eq(c->load, "init");
	ck_assert_str_eq(c->policy.path, "/etc/p");
	ck_assert_uint_eq(c->named.n, 4);
	ck_assert_str_eq(c->named.v[0].file.text, "measure code;\n");
	ck_assert_str_eq(c->named.v[1].key, "keys");
	ck_assert(c->named.v[1].file.there);
	ck_assert_str_eq(c->named.v[3].file.path, "/bin/b");
	ck_assert(!c->named.v[3].file.there);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("machine");
	TCase *t = tcase_create("machine");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, cmdline_words);
	tcase_add_test(t, cmdline_names);
	tcase_add_test(t, grub);
	tcase_add_test(t, no_such_root);
	tcase_add_test(t, empty_root);
	tcase_add_test(t, not_running);
	tcase_add_test(t, installed_kernels);
	tcase_add_test(t, keyrings);
	tcase_add_test(t, banks);
	tcase_add_test(t, loaders);
	tcase_add_loop_test(t, hooks, 0, ARRAY_SIZE(hook_cases));
	tcase_add_test(t, hooks_of_others);
	tcase_add_test(t, confirms);
	tcase_add_test(t, conf);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
