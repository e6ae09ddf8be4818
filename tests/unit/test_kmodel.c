/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmodel.h"
#include "kmodel_row.h"
#include "util.h"

static struct krelease rel(const char *s)
{
	struct krelease r = { 0, 0, -1 };

	ck_assert_msg(krelease_parse(s, strlen(s), &r), "release %s", s);
	return r;
}

static struct ktarget bare(const char *s)
{
	struct ktarget t;

	ktarget_init(&t, rel(s));
	return t;
}

static struct ktarget with(const char *s, enum kconfig c, enum ktri v)
{
	struct ktarget t = bare(s);

	t.config[c] = v;
	return t;
}

static enum kverdict has(const char *s, enum kfeature f)
{
	struct ktarget t = bare(s);

	return kmodel_has(&t, f).verdict;
}

/* ---- the table ---- */

START_TEST(table_order)
{
	unsigned int k, f = 0;

	/* kinds stand together, one after the other, and cover all rows */
	for (k = 0; k < KKIND_COUNT; k++) {
		struct krange r = kmodel_range(k);

		ck_assert_msg(r.end > r.first, "kind %u has no rows", k);
	}
	while (f < KF_COUNT) {
		struct krange r = kmodel_range(kmodel_row(f)->kind);

		ck_assert_uint_eq(f, r.first);
		for (; f < (unsigned int)r.end; f++)
			ck_assert_int_eq(kmodel_row(f)->kind,
					 kmodel_row(r.first)->kind);
	}
}
END_TEST

START_TEST(table_words)
{
	unsigned int f, g;

	for (f = 0; f < KF_COUNT; f++) {
		const struct krow *row = kmodel_row(f);
		struct krange r = kmodel_range(row->kind);

		ck_assert(row->word && *row->word);
		/* lines of built-ins repeat */
		if (row->kind == KKIND_LINE)
			continue;
		for (g = r.first; g < f; g++)
			ck_assert_str_ne(kmodel_word(g), row->word);
		ck_assert_int_eq(kmodel_find(row->kind, row->word,
					     strlen(row->word)), f);
	}
}
END_TEST

/* what is looked up may be any bytes */
START_TEST(words_of_bytes)
{
	char text[] = "hash\0\0\0\0";
	unsigned int i;

	ck_assert_int_eq(kmodel_find(KKIND_ACTION, text, 4), KF_ACT_HASH);
	for (i = 5; i < sizeof(text); i++)
		ck_assert_int_eq(kmodel_find(KKIND_ACTION, text, i), KF_COUNT);
	for (i = KMASK_EXEC; i <= KMASK_APPEND; i <<= 1)
		ck_assert_uint_eq(kmask_by_word(kmask_word((uint8_t)i),
				  strlen(kmask_word((uint8_t)i))), i);
	ck_assert_uint_eq(kmask_by_word("reading", 4), KMASK_READ);
	ck_assert_uint_eq(kmask_by_word("reading", 5), 0);
	ck_assert_uint_eq(kmask_by_word("", 0), 0);
}
END_TEST

START_TEST(table_complete)
{
	unsigned int i, n = 0;
	int dont;

	for (i = KHOOK_NONE + 1; i < KHOOK_COUNT; i++)
		ck_assert_uint_ne(kmodel_hook(i), KF_COUNT);
	ck_assert_uint_eq(kmodel_hook(KHOOK_NONE), KF_COUNT);
	for (i = 0; i < KCLASS_COUNT; i++)
		for (dont = 0; dont < 2; dont++)
			ck_assert_uint_ne(kmodel_action(i, dont), KF_COUNT);
	for (i = 0; i < KLSM_FIELDS; i++)
		ck_assert_uint_ne(kmodel_lsm_row(KLSM_SELINUX, i), KF_COUNT);
	while (kmodel_hash_name(n))
		n++;
	ck_assert_uint_eq(n, 23);
	ck_assert_int_eq(kmodel_hash_index("sha1"), 2);
	ck_assert_int_eq(kmodel_hash_index("sha256"), 4);
	ck_assert_int_eq(kmodel_hash_index("sha3-512"), 22);
	ck_assert_int_eq(kmodel_hash_index("sha-1"), -1);
	for (i = 0; i < KCONFIG_COUNT; i++)
		ck_assert_ptr_nonnull(kconfig_name(i));
	ck_assert_str_eq(kconfig_name(KCONFIG_IMA), "IMA");
	ck_assert_str_eq(kconfig_name(KCONFIG_CRYPTO_SHA512), "CRYPTO_SHA512");
	ck_assert_uint_le(KCONFIG_COUNT, 64);
}
END_TEST

/* are there releases between the two that nobody looked at? */
static bool gap(struct krelease low, struct krelease high)
{
	size_t n, i;
	const struct krelease *all = kmodel_releases(&n);

	if (!low.major || !high.major)
		return false;
	if (low.patch >= 0 && high.patch >= 0)
		return high.patch > low.patch + 1;
	for (i = 0; i < n; i++)
		if (krelease_cmp(all[i], low) > 0 &&
		    krelease_cmp(all[i], high) < 0)
			return true;
	return false;
}

START_TEST(table_evidence)
{
	static const char *const names[] = { "booted", "read", "bracketed" };
	unsigned int f, count[KEV_COUNT] = { 0 }, total = 0, i;

	for (f = 0; f < KF_COUNT; f++) {
		const struct krow *row = kmodel_row(f);
		enum kevidence e = kmodel_evidence(f);

		ck_assert_uint_lt(e, KEV_COUNT);
		count[e]++;
		/* a row is bracketed exactly where a release is not known */
		ck_assert_msg((e == KEV_BRACKETED) ==
			      (gap(row->lacks, row->since) ||
			       gap(row->kept, row->until)),
			      "evidence of %s", row->word);
	}
	for (i = 0; i < KEV_COUNT; i++) {
		printf("evidence %-9s %3u rows\n", names[i], count[i]);
		ck_assert_uint_gt(count[i], 0);
		total += count[i];
	}
	printf("rows              %3u\n", total);
	ck_assert_uint_eq(total, KF_COUNT);
}
END_TEST

START_TEST(table_releases)
{
	unsigned int f;

	for (f = 0; f < KF_COUNT; f++) {
		const struct krow *row = kmodel_row(f);

		if (row->since.major)
			ck_assert(kmodel_knows(row->since));
		if (row->lacks.major)
			ck_assert(krelease_cmp(row->lacks, row->since) < 0);
		if (row->until.major) {
			ck_assert(krelease_cmp(row->since, row->until) < 0);
			ck_assert(row->kept.major);
			ck_assert(krelease_cmp(row->kept, row->until) < 0);
		}
	}
}
END_TEST

/* ---- releases ---- */

START_TEST(release_parse)
{
	static const char *const bad[] = {
		"", "6", "6.", ".1", "6.1.", "6.x", "6.1x", "v6.1", "6.1 ",
		"6.1.1.1", "6..1", "99999.1", "6.1/2", "-6.1", "6.1.999999",
	};
	struct krelease r;
	char buf[KRELEASE_TEXT];
	size_t i;

	r = rel("6.1");
	ck_assert(r.major == 6 && r.minor == 1 && r.patch == -1);
	r = rel("6.12.117");
	ck_assert(r.major == 6 && r.minor == 12 && r.patch == 117);
	r = rel("6.12.117+deb12-cloud-amd64");
	ck_assert_int_eq(r.patch, 117);
	/* what stands in for a point release is none */
	r = rel("6.1.0-56-cloud-amd64");
	ck_assert_int_eq(r.patch, -1);
	r = rel("6.1.0");
	ck_assert_int_eq(r.patch, 0);
	r = rel("7.2-rc1");
	ck_assert(r.minor == 2 && r.patch == -1);
	ck_assert_str_eq(krelease_text(rel("6.1"), buf, sizeof(buf)), "6.1");
	ck_assert_str_eq(krelease_text(rel("7.1.5"), buf, sizeof(buf)),
			 "7.1.5");
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(!krelease_parse(bad[i], strlen(bad[i]), &r),
			      "%s", bad[i]);
}
END_TEST

START_TEST(release_order)
{
	size_t n, i;
	const struct krelease *all = kmodel_releases(&n);

	ck_assert_uint_eq(n, 38);
	for (i = 1; i < n; i++)
		ck_assert_int_lt(krelease_cmp(all[i - 1], all[i]), 0);
	ck_assert_int_eq(krelease_cmp(all[0], rel("5.4")), 0);
	ck_assert_int_eq(krelease_cmp(all[n - 1], rel("7.1")), 0);
	ck_assert_int_lt(krelease_cmp(rel("6.9"), rel("6.10")), 0);
	ck_assert_int_eq(krelease_cmp(rel("6.1"), rel("6.1.9")), 0);
	ck_assert_int_lt(krelease_cmp(rel("6.1.9"), rel("6.1.10")), 0);
	ck_assert(kmodel_knows(rel("6.1.192")));
	ck_assert(!kmodel_knows(rel("5.3")));
	ck_assert(!kmodel_knows(rel("5.20")));
	ck_assert(!kmodel_knows(rel("7.2")));
}
END_TEST

START_TEST(brackets)
{
	struct ktarget t = bare("5.16");
	struct kanswer a = kmodel_has(&t, KF_KEY_GID);

	ck_assert_int_eq(a.verdict, KV_ABSENT);
	ck_assert(a.bracketed);
	ck_assert_int_eq(krelease_cmp(a.since, rel("5.17")), 0);
	t = bare("5.15");
	a = kmodel_has(&t, KF_KEY_GID);
	ck_assert_int_eq(a.verdict, KV_ABSENT);
	ck_assert(!a.bracketed);
	ck_assert_int_eq(has("5.17", KF_KEY_GID), KV_PRESENT);
	ck_assert_int_eq(has("5.12", KF_HOOK_DATA), KV_ABSENT);
	ck_assert_int_eq(has("5.14", KF_HOOK_DATA), KV_PRESENT);
	ck_assert_int_eq(has("6.18", KF_ACT_DONT_AUDIT), KV_ABSENT);
	ck_assert_int_eq(has("6.19", KF_ACT_DONT_AUDIT), KV_PRESENT);
	ck_assert_int_eq(has("6.2", KF_HOOK_MMAP_REQPROT), KV_ABSENT);
	ck_assert_int_eq(has("6.3", KF_HOOK_MMAP_REQPROT), KV_PRESENT);
	ck_assert_int_eq(has("6.18", KF_KEY_FS_SUBTYPE), KV_ABSENT);
	ck_assert_int_eq(has("6.19", KF_KEY_FS_SUBTYPE), KV_PRESENT);
	/* both ends were booted: 6.18 and 6.19, 7.0 and 7.1 */
	ck_assert_int_eq(kmodel_evidence(KF_ACT_DONT_AUDIT), KEV_BOOTED);
	ck_assert_int_eq(kmodel_evidence(KF_KEY_FS_SUBTYPE), KEV_BOOTED);
	ck_assert_int_eq(kmodel_evidence(KF_COMBO_FILE_SIGV3), KEV_BOOTED);
	/* where between the two is not known */
	ck_assert_int_eq(has("6.1", KF_HASH_SHA3_256), KV_ABSENT);
	t = bare("6.6");
	ck_assert(kmodel_has(&t, KF_HASH_SHA3_256).bracketed);
	/* no release has it */
	ck_assert_int_eq(has("7.1", KF_HASH_TGR192), KV_ABSENT);
}
END_TEST

START_TEST(what_is_forbidden)
{
	struct ktarget t;

	/* in doubt it is forbidden */
	t = bare("5.4");
	ck_assert(kmodel_forbids(&t, KF_RULE_PCR_AFTER_ACTION));
	ck_assert(!kmodel_forbids(&t, KF_RULE_VALIDATION));
	t = bare("5.7");
	ck_assert(kmodel_forbids(&t, KF_RULE_PCR_AFTER_ACTION));
	ck_assert(!kmodel_forbids(&t, KF_RULE_VALIDATION));
	t = bare("5.8");
	ck_assert(kmodel_forbids(&t, KF_RULE_VALIDATION));
	t = bare("5.10");
	ck_assert(!kmodel_forbids(&t, KF_RULE_PCR_AFTER_ACTION));
	ck_assert(kmodel_forbids(&t, KF_RULE_VALIDATION));
	t = bare("7.0");
	ck_assert(kmodel_forbids(&t, KF_RULE_DIGEST_BEFORE_TYPE));
	t = bare("7.1");
	ck_assert(!kmodel_forbids(&t, KF_RULE_DIGEST_BEFORE_TYPE));
	ck_assert(kmodel_forbids(&t, KF_RULE_TEMPLATE_AFTER_MEASURE));
}
END_TEST

START_TEST(point_releases)
{
	struct ktarget t;
	struct kanswer a;

	/* a bare release stands for all: some lack it */
	ck_assert_int_eq(has("7.1", KF_COMBO_SIGNED_SIGV3), KV_ABSENT);
	ck_assert_int_eq(has("7.1.3", KF_COMBO_SIGNED_SIGV3), KV_ABSENT);
	t = bare("7.1.4");
	a = kmodel_has(&t, KF_COMBO_SIGNED_SIGV3);
	ck_assert(a.verdict == KV_ABSENT && a.bracketed);
	ck_assert_int_eq(has("7.1.5", KF_COMBO_SIGNED_SIGV3), KV_PRESENT);
	ck_assert_int_eq(has("7.1", KF_COMBO_FILE_SIGV3), KV_PRESENT);
	ck_assert_int_eq(has("7.0", KF_COMBO_FILE_SIGV3), KV_ABSENT);
	/* back-ported */
	ck_assert_int_eq(has("6.12", KF_LABEL_MODULES), KV_ABSENT);
	ck_assert_int_eq(has("6.12.9", KF_LABEL_MODULES), KV_ABSENT);
	ck_assert_int_eq(has("6.12.117", KF_LABEL_MODULES), KV_PRESENT);
	ck_assert_int_eq(has("6.12.120", KF_LABEL_MODULES), KV_PRESENT);
	ck_assert_int_eq(has("6.13", KF_LABEL_MODULES), KV_ABSENT);
	ck_assert_int_eq(has("6.14", KF_LABEL_MODULES), KV_PRESENT);
	/* taken away */
	ck_assert_int_eq(has("6.1.192", KF_MEAN_LSM_ERROR_MATCHES), KV_ABSENT);
	ck_assert_int_eq(has("6.1", KF_MEAN_LSM_ERROR_MATCHES), KV_ABSENT);
	ck_assert_int_eq(has("6.6", KF_MEAN_LSM_ERROR_MATCHES), KV_PRESENT);
	ck_assert_int_eq(has("6.18", KF_MEAN_LSM_ERROR_MATCHES), KV_ABSENT);
}
END_TEST

/* ---- configuration ---- */

START_TEST(three_states)
{
	struct ktarget t = bare("6.1");
	struct kanswer a = kmodel_has(&t, KF_HOOK_KEY);

	ck_assert_int_eq(a.verdict, KV_CONFIG);
	ck_assert_int_eq(a.option, KCONFIG_IMA_MEASURE_ASYMMETRIC_KEYS);
	t.config[KCONFIG_IMA_MEASURE_ASYMMETRIC_KEYS] = KTRI_YES;
	a = kmodel_has(&t, KF_HOOK_KEY);
	ck_assert_int_eq(a.verdict, KV_PRESENT);
	ck_assert_int_eq(a.option, KCONFIG_COUNT);
	t.config[KCONFIG_IMA_MEASURE_ASYMMETRIC_KEYS] = KTRI_NO;
	a = kmodel_has(&t, KF_HOOK_KEY);
	ck_assert_int_eq(a.verdict, KV_ABSENT);
	ck_assert_int_eq(a.option, KCONFIG_IMA_MEASURE_ASYMMETRIC_KEYS);
	/* the release comes first */
	t = with("5.4", KCONFIG_IMA_MEASURE_ASYMMETRIC_KEYS, KTRI_YES);
	a = kmodel_has(&t, KF_HOOK_KEY);
	ck_assert_int_eq(a.verdict, KV_ABSENT);
	ck_assert_int_eq(a.option, KCONFIG_COUNT);
}
END_TEST

START_TEST(read_config)
{
	static const char text[] =
		"# a comment\n"
		"CONFIG_IMA=y\r\n"
		"CONFIG_IMA_APPRAISE_MODSIG=y\n"
		"# CONFIG_IMA_WRITE_POLICY is not set\n"
		"CONFIG_CRYPTO_SHA512=m\n"
		"CONFIG_CRYPTO_SM3_GENERIC=y\n"
		"CONFIG_IMA_DEFAULT_HASH=\"sha256\"\n"
		"CONFIG_IMA_LSM_RULES=yes\n"
		"CONFIG_FS_VERITY=y";
	struct ktarget t = bare("6.1");

	ck_assert(ktarget_read_config(&t, text, sizeof(text) - 1));
	ck_assert_int_eq(t.config[KCONFIG_IMA], KTRI_YES);
	ck_assert_int_eq(t.config[KCONFIG_IMA_APPRAISE_MODSIG], KTRI_YES);
	ck_assert_int_eq(t.config[KCONFIG_IMA_WRITE_POLICY], KTRI_NO);
	ck_assert_int_eq(t.config[KCONFIG_CRYPTO_SHA512], KTRI_NO);
	ck_assert(t.modules == (uint64_t)1 << KCONFIG_CRYPTO_SHA512);
	ck_assert_int_eq(t.config[KCONFIG_CRYPTO_SM3], KTRI_YES);
	ck_assert_int_eq(t.config[KCONFIG_IMA_LSM_RULES], KTRI_NO);
	ck_assert_int_eq(t.config[KCONFIG_FS_VERITY], KTRI_YES);
	/* not mentioned */
	ck_assert_int_eq(t.config[KCONFIG_IMA_READ_POLICY], KTRI_NO);
}
END_TEST

START_TEST(no_config)
{
	static const char *const texts[] = {
		"", "measure\n", "# CONFIG_IMA\n", "CONFIG_IMA\n", "IMA=y\n",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		struct ktarget t = bare("6.1");

		ck_assert_msg(!ktarget_read_config(&t, texts[i],
						   strlen(texts[i])),
			      "%s", texts[i]);
		ck_assert_int_eq(t.config[KCONFIG_IMA], KTRI_MAYBE);
	}
}
END_TEST

/* ---- words ---- */

START_TEST(templates)
{
	ck_assert_str_eq(kmodel_template("ima-ng"), "ima-ng");
	ck_assert_str_eq(kmodel_template("d-ng|n-ng"), "ima-ng");
	ck_assert_str_eq(kmodel_template("d|n"), "ima");
	ck_assert_ptr_null(kmodel_template("ima-sigv3"));
	ck_assert_ptr_null(kmodel_template("n-ng|d-ng"));
	ck_assert_ptr_null(kmodel_template(""));
	ck_assert_uint_eq(kmodel_template_row("ima-sigv2"), KF_TMPL_IMA_SIGV2);
}
END_TEST

START_TEST(file_systems)
{
	uint64_t m;

	ck_assert(kmodel_fsmagic("ext4", &m));
	ck_assert_uint_eq(m, 0xef53);
	ck_assert(kmodel_fsmagic("tmpfs", &m));
	ck_assert_uint_eq(m, 0x01021994);
	ck_assert(!kmodel_fsmagic("nosuchfs", &m));
	ck_assert_str_eq(kmodel_fsname(0x9fa0), "proc");
	ck_assert_str_eq(kmodel_fsname(0x794c7630), "overlay");
	ck_assert_str_eq(kmodel_fsname(0x858458f6), "ramfs");
	/* shared */
	ck_assert_ptr_null(kmodel_fsname(0xef53));
	ck_assert_ptr_null(kmodel_fsname(0x01021994));
	ck_assert_ptr_null(kmodel_fsname(0x65735546));
	ck_assert_ptr_null(kmodel_fsname(1));
}
END_TEST

START_TEST(nearest)
{
	ck_assert_str_eq(kmodel_nearest(KF_HOOK_FILE, "BRPM_CHECK", 10),
			 "BPRM_CHECK");
	ck_assert_str_eq(kmodel_nearest(KF_HOOK_FILE, "bprm_check", 10),
			 "BPRM_CHECK");
	ck_assert_str_eq(kmodel_nearest(KF_ACT_AUDIT, "dnt_measure", 11),
			 "dont_measure");
	ck_assert_ptr_null(kmodel_nearest(KF_HOOK_FILE, "xyz", 3));
}
END_TEST

START_TEST(hook_masks)
{
	ck_assert_uint_eq(kmodel_hook_mask(KHOOK_FILE), 15);
	ck_assert_uint_eq(kmodel_hook_mask(KHOOK_NONE), 15);
	ck_assert_uint_eq(kmodel_hook_mask(KHOOK_BPRM), KMASK_EXEC);
	ck_assert_uint_eq(kmodel_hook_mask(KHOOK_POLICY), KMASK_READ);
	ck_assert_uint_eq(kmodel_hook_mask(KHOOK_KEXEC_CMDLINE), 0);
	ck_assert_uint_eq(kmodel_hook_mask(KHOOK_KEY), 0);
}
END_TEST

START_TEST(effects)
{
	struct krule r;

	krule_init(&r, KCLASS_APPRAISE, false);
	ck_assert_uint_eq(krule_effects(&r), 0);
	r.func = KHOOK_MODULE;
	ck_assert_uint_eq(krule_effects(&r), KEFFECT_MODULE);
	r.func = KHOOK_FIRMWARE;
	ck_assert_uint_eq(krule_effects(&r), KEFFECT_FIRMWARE);
	r.func = KHOOK_POLICY;
	ck_assert_uint_eq(krule_effects(&r), KEFFECT_POLICY);
	r.func = KHOOK_KEXEC_KERNEL;
	ck_assert_uint_eq(krule_effects(&r), KEFFECT_KEXEC);
	r.func = KHOOK_KEXEC_INITRAMFS;
	ck_assert_uint_eq(krule_effects(&r), 0);
	r.func = KHOOK_MODULE;
	r.dont = true;
	ck_assert_uint_eq(krule_effects(&r), 0);
	krule_init(&r, KCLASS_MEASURE, false);
	r.func = KHOOK_MODULE;
	ck_assert_uint_eq(krule_effects(&r), 0);
}
END_TEST

START_TEST(meanings)
{
	struct ktarget t = bare("6.14");

	ck_assert_int_eq(kmodel_creds_subject(&t), KMEAN_CREDS_SUBJ_NEW);
	t = bare("6.16");
	ck_assert_int_eq(kmodel_creds_subject(&t), KMEAN_CREDS_SUBJ_NEW);
	/* it came with a point release */
	t = bare("6.17");
	ck_assert_int_eq(kmodel_creds_subject(&t), KMEAN_CREDS_SUBJ_UNKNOWN);
	t = bare("6.17.8");
	ck_assert_int_eq(kmodel_creds_subject(&t), KMEAN_CREDS_SUBJ_NEW);
	t = bare("6.17.13");
	ck_assert_int_eq(kmodel_creds_subject(&t), KMEAN_CREDS_SUBJ_CALLER);
	t = bare("6.18");
	ck_assert_int_eq(kmodel_creds_subject(&t), KMEAN_CREDS_SUBJ_UNKNOWN);
	t = bare("6.18.5");
	ck_assert_int_eq(kmodel_creds_subject(&t), KMEAN_CREDS_SUBJ_CALLER);
	t = bare("6.19");
	ck_assert_int_eq(kmodel_creds_subject(&t), KMEAN_CREDS_SUBJ_CALLER);
	t = bare("5.4");
	ck_assert_int_eq(kmodel_cmdline_ordinary(&t), KTRI_NO);
	t = bare("5.8");
	ck_assert_int_eq(kmodel_cmdline_ordinary(&t), KTRI_MAYBE);
	t = bare("5.10");
	ck_assert_int_eq(kmodel_cmdline_ordinary(&t), KTRI_YES);
}
END_TEST

/* ---- built-in policies ---- */

static bool in_builtin(const struct ktarget *t, const char *name,
		       const char *line, size_t *n)
{
	const char *const *lines;
	bool found = false;
	struct arena a;
	size_t i;

	arena_init(&a);
	lines = kmodel_builtin(&a, t, name, n);
	for (i = 0; i < *n; i++)
		found |= strcmp(lines[i], line) == 0;
	arena_free(&a);
	return found;
}

START_TEST(builtin_tcb)
{
	struct ktarget t = bare("6.12");
	size_t n;

	ck_assert(in_builtin(&t, "tcb", "dont_measure fsmagic=0x1021994", &n));
	ck_assert_uint_eq(n, 13 + 7);
	ck_assert(in_builtin(&t, "tcb", "measure func=FILE_CHECK "
			     "mask=^MAY_READ euid=0", &n));
	ck_assert(!in_builtin(&t, "ima_tcb", "measure func=POLICY_CHECK", &n));
	ck_assert_uint_eq(n, 13 + 5);
	in_builtin(&t, "dont_measure", "", &n);
	ck_assert_uint_eq(n, 13);
	t = bare("6.14");
	ck_assert(!in_builtin(&t, "tcb", "dont_measure fsmagic=0x1021994",
			      &n));
	ck_assert(in_builtin(&t, "tcb", "dont_measure func=FILE_CHECK "
			     "fsmagic=0x1021994", &n));
	ck_assert_uint_eq(n, 13 + 7);
}
END_TEST

START_TEST(builtin_appraise)
{
	struct ktarget t = bare("6.1");
	size_t n;

	ck_assert(in_builtin(&t, "appraise_tcb", "appraise fowner=0", &n));
	ck_assert_uint_eq(n, 14 + 1);
	t.config[KCONFIG_IMA_WRITE_POLICY] = KTRI_YES;
	ck_assert(in_builtin(&t, "appraise_tcb", "appraise func=POLICY_CHECK "
			     "appraise_type=imasig", &n));
	ck_assert_uint_eq(n, 14 + 2);
	t.config[KCONFIG_IMA_APPRAISE_SIGNED_INIT] = KTRI_YES;
	ck_assert(in_builtin(&t, "appraise_tcb",
			     "appraise fowner=0 appraise_type=imasig", &n));
	ck_assert(!in_builtin(&t, "appraise_tcb", "appraise fowner=0", &n));
}
END_TEST

START_TEST(builtin_others)
{
	struct ktarget t = with("6.18", KCONFIG_IMA_APPRAISE_MODSIG, KTRI_YES);
	size_t n;

	ck_assert(in_builtin(&t, "secure_boot", "appraise func=MODULE_CHECK "
			     "appraise_type=imasig", &n));
	ck_assert_uint_eq(n, 4);
	t = with("6.19", KCONFIG_IMA_APPRAISE_MODSIG, KTRI_YES);
	ck_assert(in_builtin(&t, "secure_boot", "appraise func=MODULE_CHECK "
			     "appraise_type=imasig|modsig", &n));
	ck_assert_uint_eq(n, 4);
	t = bare("6.19");
	ck_assert(in_builtin(&t, "secure_boot", "appraise func=MODULE_CHECK "
			     "appraise_type=imasig", &n));
	ck_assert_uint_eq(n, 4);
	in_builtin(&t, "critical_data", "", &n);
	ck_assert_uint_eq(n, 1);
	t = bare("5.10");
	in_builtin(&t, "critical_data", "", &n);
	ck_assert_uint_eq(n, 0);
	in_builtin(&t, "nosuch", "", &n);
	ck_assert_uint_eq(n, 0);
	in_builtin(&t, "build_time", "", &n);
	ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(builtin_arch)
{
	struct ktarget t = bare("6.6");
	size_t n;

	in_builtin(&t, "arch_efi", "", &n);
	ck_assert_uint_eq(n, 0);
	t.config[KCONFIG_IMA_ARCH_POLICY] = KTRI_YES;
	t.config[KCONFIG_KEXEC_SIG] = KTRI_YES;
	t.config[KCONFIG_MODULE_SIG] = KTRI_YES;
	in_builtin(&t, "arch_efi", "", &n);
	ck_assert_uint_eq(n, 2);
	t.config[KCONFIG_INTEGRITY_MACHINE_KEYRING] = KTRI_YES;
	in_builtin(&t, "arch_efi", "", &n);
	ck_assert_uint_eq(n, 2);
	t.config[KCONFIG_IMA_KEYRINGS_PERMIT_SIGNED_BY_BUILTIN_OR_SECONDARY] =
		KTRI_YES;
	ck_assert(in_builtin(&t, "arch_efi", "appraise func=POLICY_CHECK "
			     "appraise_type=imasig", &n));
	ck_assert_uint_eq(n, 3);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kmodel");
	TCase *tc = tcase_create("kmodel");
	SRunner *sr;
	int failed;

	tcase_add_test(tc, table_order);
	tcase_add_test(tc, table_words);
	tcase_add_test(tc, words_of_bytes);
	tcase_add_test(tc, table_complete);
	tcase_add_test(tc, table_evidence);
	tcase_add_test(tc, table_releases);
	tcase_add_test(tc, release_parse);
	tcase_add_test(tc, release_order);
	tcase_add_test(tc, brackets);
	tcase_add_test(tc, what_is_forbidden);
	tcase_add_test(tc, point_releases);
	tcase_add_test(tc, three_states);
	tcase_add_test(tc, read_config);
	tcase_add_test(tc, no_config);
	tcase_add_test(tc, templates);
	tcase_add_test(tc, file_systems);
	tcase_add_test(tc, nearest);
	tcase_add_test(tc, hook_masks);
	tcase_add_test(tc, effects);
	tcase_add_test(tc, meanings);
	tcase_add_test(tc, builtin_tcb);
	tcase_add_test(tc, builtin_appraise);
	tcase_add_test(tc, builtin_others);
	tcase_add_test(tc, builtin_arch);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
