/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "krules.h"
#include "trap.h"
#include "policy.h"

static struct diags ds;

static const struct source *text_source(const char *text)
{
	return source_new(&arena, "p", text, strlen(text), 0);
}

static void trap_text(const char *release, const char *text)
{
	struct ktarget t = target(release);

	diags_init(&ds, &arena);
	traps_check_file(&in, text_source(text), &t, &ds);
}

/* "2:exact-mask 3:old-name", in the order of lines, then of names */
static int by_place(const void *a, const void *b)
{
	const struct diag *x = *(struct diag *const *)a;
	const struct diag *y = *(struct diag *const *)b;
	size_t i = source_position(&arena, x->span.src, x->span.start).line;
	size_t j = source_position(&arena, y->span.src, y->span.start).line;

	if (i != j)
		return i < j ? -1 : 1;
	return strcmp(diag_name(x->code), diag_name(y->code));
}

static const char *names(void)
{
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	buf_puts(&b, "");
	if (ds.n)
		qsort(ds.v, ds.n, sizeof(*ds.v), by_place);
	for (i = 0; i < ds.n; i++) {
		const struct diag *d = ds.v[i];

		buf_printf(&b, "%s%zu:%s", i ? " " : "",
			   source_position(&arena, d->span.src,
					   d->span.start).line,
			   diag_name(d->code));
	}
	return b.s;
}

/* ---- each class, and what is beside it and right ---- */

#define EXEC "measure func=BPRM_CHECK\nmeasure func=MMAP_CHECK\n"
#define POLICY "appraise func=POLICY_CHECK appraise_type=imasig\n"

static const struct {
	const char *release, *text, *expected;
} cases[] = {
	/* B1, B18 */
	{ "6.12", "dont_measure fsmagic=0x1021994\n" EXEC, "1:tmpfs-hole" },
	{ "6.12", "dont_measure fsname=ramfs\n" EXEC, "1:tmpfs-hole" },
	{ "6.12", "measure func=BPRM_CHECK mask=MAY_READ\n"
	  "measure func=MODULE_CHECK\n", "1:never-fires" },
	{ "6.12", "dont_measure func=FILE_CHECK fsmagic=0x1021994\n" EXEC
	  "measure func=FILE_CHECK mask=^MAY_READ fowner=0\n", "" },
	{ "6.12", EXEC "dont_measure fsmagic=0x1021994\n"
	  "measure func=FILE_CHECK mask=^MAY_READ fowner=0\n", "" },
	{ "6.12", "dont_measure fsmagic=0x1021994 fowner=0\n" EXEC, "" },
	{ "6.12", "dont_measure fsmagic=0x1021994\nmeasure func=POLICY_CHECK\n",
	  "1:tmpfs-hole" },
	{ "6.12", "dont_measure fsmagic=0x58465342\n" EXEC,
	  "1:exempts-root-fs" },
	{ "6.12", "dont_measure fsmagic=0x794c7630\n" EXEC, "" },
	{ "6.12", "dont_measure fsmagic=0x58465342 "
	  "fsuuid=5d0f8a52-6a0e-4a4b-9c1f-0d3f4a1f7a10\n" EXEC, "" },
	/* B2 */
	{ "6.12", "measure func=FILE_MMAP\nmeasure func=PATH_CHECK fowner=0\n",
	  "1:old-name 2:old-name" },
	/* B3 */
	{ "6.12", "appraise func=MODULE_CHECK appraise_type=imasig\n",
	  "1:policy-unappraised" },
	{ "6.12", "appraise func=MODULE_CHECK appraise_type=imasig\n" POLICY,
	  "" },
	{ "6.12", "dont_appraise fsmagic=0x9fa0\n"
	  "appraise fowner=0 appraise_type=imasig\n", "" },
	/* B4 */
	{ "6.12", "measure func=FILE_CHECK mask=MAY_READ fowner=0\n",
	  "1:exact-mask" },
	{ "6.12", "measure func=FILE_CHECK mask=^MAY_READ fowner=0\n", "" },
	{ "6.12", "measure func=FILE_CHECK mask=MAY_READ fowner=0\n"
	  "measure func=FILE_CHECK mask=^MAY_READ fowner=0 pcr=11\n", "" },
	{ "6.12", "measure func=MODULE_CHECK mask=MAY_READ\n", "" },
	/* an exemption may take out little */
	{ "6.12", "dont_measure func=FILE_CHECK mask=MAY_READ fowner=7\n"
	  "measure func=FILE_CHECK mask=^MAY_READ fowner<9\n", "" },
	/* B5, B6 */
	{ "6.12", "measure func=BPRM_CHECK\n", "1:exec-without-mmap" },
	{ "6.12", "measure func=BPRM_CHECK uid=5\n"
	  "measure func=MMAP_CHECK uid=6\n", "1:exec-without-mmap" },
	{ "6.12", "measure func=BPRM_CHECK uid=5\n"
	  "measure func=MMAP_CHECK_REQPROT uid=5\n", "" },
	{ "6.12", "audit func=BPRM_CHECK\n", "" },
	{ "6.12", "measure func=BPRM_CHECK pcr=11\nmeasure fowner=0\n", "" },
	/* B7, B16 */
	{ "6.12", "appraise func=BPRM_CHECK appraise_type=imasig\n"
	  "appraise func=MMAP_CHECK appraise_type=imasig\n" POLICY,
	  "1:unscoped-appraise" },
	{ "6.12", "dont_appraise fsmagic=0x9fa0\n"
	  "appraise func=BPRM_CHECK appraise_type=imasig\n"
	  "appraise func=MMAP_CHECK appraise_type=imasig\n" POLICY, "" },
	{ "6.12", "appraise func=BPRM_CHECK appraise_type=imasig fowner=0\n"
	  "appraise func=MMAP_CHECK appraise_type=imasig fowner=0\n" POLICY,
	  "" },
	{ "6.12", "appraise fowner=0 appraise_type=imasig\n",
	  "1:no-exclusions" },
	{ "6.12", "appraise fsname=ext4 appraise_type=imasig\n", "" },
	/* B8 */
	{ "6.12", "measure func=FILE_CHECK mask=^MAY_READ uid=0\n",
	  "1:uid-without-euid" },
	{ "6.12", "measure func=FILE_CHECK mask=^MAY_READ euid=0\n"
	  "measure func=FILE_CHECK mask=^MAY_READ uid=0\n", "" },
	{ "6.12", "measure func=FILE_CHECK mask=^MAY_READ uid=1000\n", "" },
	/* B9 */
	{ "6.12", "measure func=MODULE_CHECK uid=0\n", "1:load-by-uid" },
	{ "6.12", "measure func=FIRMWARE_CHECK uid=0\n", "" },
	/* B10 */
	{ "6.12", "measure func=FILE_CHECK mask=^MAY_WRITE\n", "1:every-open" },
	{ "6.12", "appraise func=FILE_CHECK appraise_type=imasig\n" POLICY,
	  "1:every-open" },
	{ "6.12", "dont_measure func=FILE_CHECK obj_type=var_log_t\n"
	  "measure func=FILE_CHECK mask=^MAY_READ\n", "" },
	/* B11 */
	{ "6.12", "dont_appraise fsmagic=0x9fa0\n"
	  "dont_appraise fsmagic=0x62656572\nmeasure func=MODULE_CHECK\n",
	  "1:no-effect" },
	{ "6.12", "dont_measure func=FIRMWARE_CHECK\n"
	  "measure func=MODULE_CHECK\n", "1:no-effect" },
	{ "6.12", "dont_measure fsmagic=0x9fa0\nmeasure func=MODULE_CHECK\n",
	  "" },
	/* B12, B13 */
	{ "6.12", "measure func=FILE_CHECK euid=0\n", "1:open-without-mask" },
	{ "6.12", "measure func=FILE_CHECK mask=MAY_EXEC\n",
	  "1:open-for-exec" },
	{ "6.12", "measure func=FILE_CHECK mask=^MAY_EXEC uid=5\n",
	  "1:open-for-exec" },
	/* B14 */
	{ "6.12", EXEC "dont_measure func=BPRM_CHECK fsmagic=0x9fa0\n",
	  "3:dead-line" },
	{ "6.12", EXEC "dont_measure fsmagic=0x9fa0\n", "3:dead-line" },
	{ "6.12", EXEC "measure func=BPRM_CHECK fowner=0 pcr=11\n",
	  "3:dead-line" },
	{ "6.12", "measure func=MODULE_CHECK fowner<9\n"
	  "measure func=MODULE_CHECK fowner>5\n"
	  "measure func=MODULE_CHECK uid=3 pcr=12\n", "3:dead-line" },
	/* the load-time effect is no other line's; and then it is */
	{ "6.12", "dont_appraise fsmagic=0x9fa0\n" POLICY
	  "appraise fowner<9 appraise_type=imasig\n"
	  "appraise func=MODULE_CHECK fowner<8 appraise_type=imasig\n", "" },
	{ "6.12", "appraise func=MODULE_CHECK appraise_type=imasig\n" POLICY
	  "appraise func=MODULE_CHECK fowner<8 appraise_type=imasig\n",
	  "3:dead-line" },
	{ "6.12", "appraise func=SETXATTR_CHECK appraise_algos=sha256\n"
	  "appraise func=SETXATTR_CHECK appraise_algos=sha512\n",
	  "2:dead-line" },
	/* no decision changes */
	{ "6.12", "measure func=MODULE_CHECK fowner=0\n"
	  "measure func=MODULE_CHECK\n", "1:no-effect" },
	{ "6.12", "measure func=MODULE_CHECK fowner=0 pcr=11\n"
	  "measure func=MODULE_CHECK\n", "" },
	/* it clears what a hash line found before it */
	{ "6.12", "hash func=MODULE_CHECK\nappraise func=MODULE_CHECK "
	  "fowner=0 appraise_type=imasig\nappraise func=MODULE_CHECK "
	  "appraise_type=imasig\n" POLICY, "" },
	/* B15 */
	{ "6.12", EXEC "measure func=MODULE_CHECK pcr=7\n"
	  "measure func=FIRMWARE_CHECK pcr=10\nmeasure func=POLICY_CHECK "
	  "pcr=24\nmeasure func=KEXEC_KERNEL_CHECK pcr=23\n",
	  "3:pcr-reserved 4:pcr-default 5:pcr-beyond-tpm" },
	/* B17 */
	{ "6.12", "# TMPFS_MAGIC\ndont_measure fsmagic=0x9fa0\n" EXEC,
	  "2:magic-comment" },
	{ "6.12", "# procfs\ndont_measure fsmagic=0x9fa0\n" EXEC, "" },
	{ "6.12", "# proc\n\ndont_measure fsmagic=0x62656572\n" EXEC, "" },
	{ "6.12", "# leave out what is like proc and such\n"
	  "dont_measure fsmagic=0x62656572\n" EXEC, "" },
	{ "6.12", "dont_measure fsmagic=0x64626764\n" EXEC,
	  "1:unknown-magic" },
	{ "6.14", "dont_measure fsmagic=0x9fa0 # sysfs\n" EXEC,
	  "1:magic-comment" },
	{ "6.12", "# sysfs\n# imapol: allow assumes-config\n"
	  "dont_measure fsmagic=0x9fa0\n" EXEC, "3:magic-comment" },
	/* B19 */
	{ "6.12", EXEC "measure mask=MAY_EXEC func=BPRM_CHECK\n",
	  "3:repeated-line" },
	/* B20 */
	{ "6.12", "measure func=KEY_CHECK keyrings=\".ima|.x\"\n",
	  "1:quoted-value" },
	/* B21, and what else never fires */
	{ "6.12", "measure func=FILE_MMAP mask=MAY_READ uid=0\n",
	  "1:never-fires 1:old-name" },
	{ "6.12", "measure func=MODULE_CHECK mask=^MAY_EXEC\n",
	  "1:never-fires" },
	{ "6.12", "measure func=MODULE_CHECK fgroup>4294967294\n",
	  "1:large-id 1:never-fires" },
	/* B22 */
	{ "6.12", "appraise fsmagic=0x9fa0 appraise_type=imasig\n" POLICY,
	  "1:acts-on-pseudo" },
	/* B23 */
	{ "6.12", "dont_measure fsmagic=0x9fa0\naudit func=BPRM_CHECK\n",
	  "1:audit-not-exempted" },
	{ "6.12", "dont_measure fsmagic=0x9fa0\naudit func=BPRM_CHECK\n"
	  "measure func=MODULE_CHECK\n", "" },
	/* B26, and what else is not looked at */
	{ "6.12", "appraise func=MODULE_CHECK appraise_type=imasig "
	  "appraise_flag=check_exec\n" POLICY, "1:ignored-word" },
	{ "6.12", "measure func=KEY_CHECK gid=0\n", "1:ignored-word" },
	{ "6.12", "appraise func=SETXATTR_CHECK appraise_algos=sha256 "
	  "obj_type=a_t\n", "1:ignored-word" },
	/* hashes */
	{ "6.12", "appraise func=MODULE_CHECK\n" POLICY, "1:hash-only" },
	{ "6.12", "appraise func=MODULE_CHECK obj_type=a_t "
	  "appraise_type=imasig\n" POLICY, "1:label-scoped" },
	{ "6.12", "appraise func=MODULE_CHECK obj_type=a_t fowner=0 "
	  "appraise_type=imasig\n" POLICY, "" },
	{ "6.12", "appraise func=MODULE_CHECK appraise_type=imasig "
	  "appraise_algos=sha256\n" POLICY, "1:algorithms-once" },
	{ "6.12", "appraise func=MODULE_CHECK appraise_type=imasig "
	  "appraise_algos=sha256\nappraise func=SETXATTR_CHECK "
	  "appraise_algos=sha256\n" POLICY, "" },
	{ "6.12", "measure func=CRITICAL_DATA label=selinux|ima_kexec\n",
	  "1:not-emitted" },
	{ "6.18", "measure func=CRITICAL_DATA label=selinux|ima_kexec\n", "" },
	/* B25 */
	{ "6.12", POLICY "# Unsigned files are unaffected.\n"
	  "appraise func=MODULE_CHECK appraise_type=imasig\n",
	  "3:optional-signature" },
	{ "6.12", POLICY "# unsigned files are refused\n"
	  "appraise func=MODULE_CHECK appraise_type=imasig\n", "" },
	/* C */
	{ "6.12", "# nothing\n", "" },
	{ "6.12", "measure func=MODULE_CHECK", "1:no-final-newline" },
	{ "6.12", "", "" },
	/* what may be in the line that is refused is not missed */
	{ "6.12", "measure func=BPRM_CHECK\nmeasure func=MMAP_CHEK\n", "" },
	{ "6.12", "measure func=BPRM_CHECK\nmesure func=MMAP_CHECK\n", "" },
	{ "6.12", "appraise fowner=0\nappraise measure x\ndont_measure y\n",
	  "1:hash-only" },
	/* it cannot be in one of another action */
	{ "6.12", "measure func=BPRM_CHECK uid=0\n"
	  "appraise func=BPRM_CHECK uid=0 path=/usr/local/bin/*\n"
	  "appraise func=FILE_CHECK path=/etc/flowspec/*\n",
	  "1:exec-without-mmap" },
	{ "6.12", "dont_measure fsmagic=0x9fa0\nappraise path=/x\n",
	  "1:no-effect" },
	{ "6.12", "measure func=MODULE_CHECK\nhash func=MODULE_CHECK\n"
	  "appraise func=MODULE_CHECK x\n", "" },
	/* a line that goes on is not what it is by itself */
	{ "6.12", "appraise func=MODULE_CHECK\n\tappraise_type=imasig\n"
	  "measure func=BPRM_CHECK\n", "3:exec-without-mmap" },
	{ "6.12", "# nothing\nmeasure path=/x", "" },
	/* and what lines above do is known all the same */
	{ "6.12", EXEC "measure func=BPRM_CHECK fowner=0 pcr=11\nmeasure x\n",
	  "3:dead-line" },
};

START_TEST(classes)
{
	trap_text(cases[_i].release, cases[_i].text);
	ck_assert_msg(!strcmp(names(), cases[_i].expected),
		      "%s: `%s`, not `%s`", cases[_i].text, names(),
		      cases[_i].expected);
}
END_TEST

/* ---- the kernel's own ---- */

static const struct {
	const char *release, *name, *expected;
} builtins[] = {
	{ "6.12", "tcb", "4:tmpfs-hole" },
	{ "6.14", "tcb", "" },
	{ "6.12", "ima_tcb", "4:tmpfs-hole 16:exact-mask 16:uid-without-euid" },
	{ "6.12", "appraise_tcb", "4:tmpfs-hole 5:tmpfs-hole 15:hash-only" },
	{ "6.12", "secure_boot", "" },
	{ "7.1", "secure_boot", "" },
	{ "6.12", "critical_data", "" },
};

START_TEST(kernels_own)
{
	struct ktarget t = target(builtins[_i].release);

	diags_init(&ds, &arena);
	traps_check_file(&in, policy_builtin(&arena, &t, builtins[_i].name), &t, &ds);
	ck_assert_str_eq(names(), builtins[_i].expected);
}
END_TEST

/* what the compiler wrote was said in a statement; what is proven counts */
START_TEST(compiled)
{
	trap_text("6.12", "# " KDIALECT_COMPILED "; load with imapol-load\n"
		  "measure func=BPRM_CHECK\nappraise func=MODULE_CHECK\n"
		  "appraise func=MODULE_CHECK fowner=0\n");
	ck_assert_str_eq(names(), "4:dead-line");
}
END_TEST

/* ---- a budget ---- */

START_TEST(budget)
{
	static const char text[] = "measure func=BPRM_CHECK fowner=1\n"
		"measure func=MMAP_CHECK uid=0\nappraise func=BPRM_CHECK\n"
		"dont_measure fowner<10 uid>8\ndont_measure fgroup=4 euid=3\n";
	struct ktarget t = target("6.12");
	const struct source *src = text_source(text);
	struct trap_line lines[6] = { 0 };	/* the last one is spare */
	struct traps_input input = { .src = src, .target = &t, .lines = lines,
				    .n = 5, .diags = &ds };
	size_t cells, at = 0, i, said = 0, quiet = 0;

	for (i = 0; source_next_line(src, &at, &lines[i].span); i++) {
		struct span s = lines[i].span;
		const char *one = arena_strndup(&arena, text + s.start,
						s.end - s.start);

		lines[i].k = rule(&t, one);
	}
	ck_assert_uint_eq(i, 5);
	for (cells = 1; cells < 3000; cells += 7) {
		diags_init(&ds, &arena);
		input.budget = cells;
		traps_check_lines(&input);
		if (strstr(names(), "lint-budget")) {
			/* nothing that rests on an empty set */
			ck_assert_ptr_null(strstr(names(), "no-effect"));
			said++;
		} else {
			ck_assert_str_eq(names(),
				"3:exec-without-mmap 3:hash-only "
				"3:policy-unappraised 3:unscoped-appraise "
				"4:dead-line 5:dead-line");
			quiet++;
		}
	}
	ck_assert_uint_gt(said, 10);
	ck_assert_uint_gt(quiet, 10);
}
END_TEST

/* ---- edits ---- */

static const char *edited(const char *text, const struct diag *d, bool sure)
{
	const struct diag_edit *e;
	struct buf b;
	size_t at = 0;

	buf_init(&b, &arena);
	for (e = d->edits; e; e = e->next) {
		ck_assert_int_eq(e->sure, sure);
		ck_assert_uint_le(at, e->span.start);
		buf_add(&b, text + at, e->span.start - at);
		buf_puts(&b, e->text);
		at = e->span.end;
	}
	buf_puts(&b, text + at);
	return b.s;
}

static const struct {
	enum diag_code code;
	bool sure;
	const char *from, *to;
} edits[] = {
	{ DIAG_OLD_NAME, true, "measure func=FILE_MMAP uid=5\n",
	  "measure func=MMAP_CHECK uid=5\n" },
	{ DIAG_QUOTED_VALUE, true, "measure func=KEY_CHECK keyrings=\".a|b\"\n",
	  "measure func=KEY_CHECK keyrings=.a|b\n" },
	{ DIAG_NO_FINAL_NEWLINE, true, "measure", "measure\n" },
	{ DIAG_EXACT_MASK, false, "measure func=FILE_CHECK mask=MAY_READ\n",
	  "measure func=FILE_CHECK mask=^MAY_READ\n" },
	{ DIAG_UID_WITHOUT_EUID, false, "measure func=FILE_CHECK  uid=0 pcr=11",
	  "measure func=FILE_CHECK  uid=0 pcr=11\n"
	  "measure func=FILE_CHECK euid=0 pcr=11" },
	{ DIAG_EXEC_WITHOUT_MMAP, false, "measure func=BPRM_CHECK uid=5\n",
	  "measure func=BPRM_CHECK uid=5\nmeasure func=MMAP_CHECK uid=5\n" },
	{ DIAG_LOAD_BY_UID, false, "measure func=MODULE_CHECK uid=0\n",
	  "measure func=MODULE_CHECK\n" },
	{ DIAG_OPEN_WITHOUT_MASK, false, "measure func=FILE_CHECK uid=0\n",
	  "measure func=FILE_CHECK mask=^MAY_READ uid=0\n" },
	{ DIAG_TMPFS_HOLE, false, "dont_measure fsmagic=0x1021994\n" EXEC,
	  "dont_measure func=FILE_CHECK fsmagic=0x1021994\n" EXEC },
	{ DIAG_REPEATED_LINE, false, "measure\nmeasure\n", "measure\n" },
	{ DIAG_DEAD_LINE, false, EXEC "dont_measure fsmagic=0x9fa0\n",
	  "dont_measure fsmagic=0x9fa0\n" EXEC },
	{ DIAG_MAGIC_COMMENT, false, "# tmpfs\nmeasure fsmagic=0x9fa0\n",
	  "# tmpfs\nmeasure fsmagic=0x1021994\n" },
	{ DIAG_POLICY_UNAPPRAISED, false, "appraise func=MODULE_CHECK\n",
	  POLICY "appraise func=MODULE_CHECK\n" },
};

/* each text comes out as expected, and without that warning */
START_TEST(mended)
{
	const struct diag *d = NULL;
	const char *text = edits[_i].from;
	size_t i;

	trap_text("6.12", text);
	for (i = 0; i < ds.n; i++)
		if (ds.v[i]->code == edits[_i].code)
			d = ds.v[i];
	ck_assert_ptr_nonnull(d);
	text = edited(text, d, edits[_i].sure);
	ck_assert_str_eq(text, edits[_i].to);
	trap_text("6.12", text);
	ck_assert_msg(!strstr(names(), diag_name(edits[_i].code)), "%s",
		      names());
}
END_TEST

/* ---- policies made of lines that people wrote ---- */

static char *public_lines(void)
{
	static const char name[] = "rules-seen-in-public.tsv";
	const char *shared = getenv("IMAPOL_SHARED");
	static char path[4096], text[1 << 20];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/data/%s", shared ? shared :
		 "../shared", name);
	f = fopen(path, "r");
	if (!f) {
		printf("# %s is not there: its lines are not tried\n", path);
		return NULL;
	}
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	return text;
}

static uint32_t seed = 1;

static uint32_t random_below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* lines that repeat, overlap and contradict; what it says is not known */
static void one_policy(char *const *line, size_t n_lines)
{
	struct buf b;
	size_t i, n = 1 + random_below(30);

	buf_init(&b, &arena);
	for (i = 0; i < n; i++)
		buf_printf(&b, "%s\n", line[random_below((uint32_t)n_lines)]);
	trap_text(random_below(2) ? "6.12" : "6.1", b.s);
	for (i = 0; i < ds.n; i++) {
		ck_assert_uint_le(ds.v[i]->span.start, ds.v[i]->span.end);
		ck_assert_uint_le(ds.v[i]->span.end, b.len);
	}
}

START_TEST(public_policies)
{
	static char *line[2000];
	char *text = public_lines(), *at;
	size_t n = 0, i;

	if (!text)
		return;
	for (at = strtok(text, "\n"); at; at = strtok(NULL, "\n"))
		if (n < ARRAY_SIZE(line) && strrchr(at, '\t'))
			line[n++] = strrchr(at, '\t') + 1;
	ck_assert_uint_gt(n, 500);
	for (i = 0; i < 1000; i++) {
		one_policy(line, n);
		if (i % 50)
			continue;
		arena_free(&arena);
		setup();
	}
}
END_TEST

/*
 * A line that is said to be dead or to change nothing can go: random walks over
 * the list with and without it decide the same. The walk is kdialect_walk(),
 * which knows no diagram.
 */
static const char *pick(const char *const *v, size_t n)
{
	return v[random_below((uint32_t)n)];
}

static const char *random_policy(size_t *n)
{
	static const char *const actions[] = { "measure", "dont_measure",
		"measure", "appraise", "dont_appraise", "audit" };
	static const char *const hooks[] = { "", " func=BPRM_CHECK",
		" func=MMAP_CHECK", " func=FILE_CHECK",
		" func=FILE_CHECK mask=MAY_READ",
		" func=FILE_CHECK mask=^MAY_READ" };
	static const char *const fs[] = { "", "", " fsmagic=0x9fa0",
		" fsname=ext4" };
	static const char *const ids[] = { "", "", " uid=0", " euid=0",
		" uid>5" };
	static const char *const owners[] = { "", "", " fowner=0",
		" fowner<3" };
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	*n = 2 + random_below(6);
	for (i = 0; i < *n; i++)
		buf_printf(&b, "%s%s%s%s%s\n", pick(actions, 6),
			   pick(hooks, 6), pick(fs, 4), pick(ids, 5),
			   pick(owners, 4));
	return b.s;
}

static struct kaccess random_access(void)
{
	static const enum khook hooks[] = { KHOOK_FILE, KHOOK_FILE, KHOOK_MMAP,
		KHOOK_BPRM, KHOOK_MODULE };
	static const uint32_t ids[] = { 0, 1, 3, 5, 6 };
	struct kaccess a = { 0 };

	a.hook = hooks[random_below(5)];
	a.mask = a.hook == KHOOK_FILE ? (uint8_t)(1 + random_below(15)) :
					kmodel_hook_mask(a.hook);
	a.uid = (struct kids){ ids[random_below(5)], ids[random_below(5)],
			       ids[random_below(5)], random_below(2) };
	a.fowner = ids[random_below(5)];
	a.fsmagic = random_below(2) ? 0x9fa0 : 0xef53;
	a.fsname = random_below(2) ? "ext4" : "proc";
	return a;
}

static bool same_outcome(const struct krule *r, const struct kdecision *x,
			 const struct krule *s, const struct kdecision *y)
{
	int c;

	for (c = 0; c < KCLASS_COUNT; c++) {
		bool does = x->rule[c] >= 0 && !r[x->rule[c]].dont;
		bool would = y->rule[c] >= 0 && !s[y->rule[c]].dont;

		if (does != would)
			return false;
	}
	return true;
}

static size_t line_of(const struct diag *d)
{
	return source_position(&arena, d->span.src, d->span.start).line - 1;
}

static void walk_without(const struct ktarget *t, const struct krule *rules,
			 size_t n, size_t out, const char *text)
{
	struct krule rest[8];
	size_t i, m = 0;

	for (i = 0; i < n; i++)
		if (i != out)
			rest[m++] = rules[i];
	for (i = 0; i < 300; i++) {
		struct kaccess a = random_access();
		struct kdecision x = kdialect_walk(t, rules, n, &a);
		struct kdecision y = kdialect_walk(t, rest, m, &a);

		ck_assert_msg(same_outcome(rules, &x, rest, &y),
			      "line %zu counts:\n%s", out + 1, text);
	}
}

static void read_rules(const struct ktarget *t, const char *text,
		       struct krule *out)
{
	const struct source *src = text_source(text);
	struct span line;
	size_t at = 0;

	while (source_next_line(src, &at, &line))
		*out++ = rule(t, arena_strndup(&arena, text + line.start,
					       line.end - line.start));
}

static size_t try_without(const struct ktarget *t, const char *text, size_t n)
{
	struct krule rules[8];
	size_t i, checked = 0;

	read_rules(t, text, rules);
	for (i = 0; i < ds.n; i++) {
		enum diag_code c = ds.v[i]->code;

		if (c != DIAG_DEAD_LINE && c != DIAG_NO_EFFECT &&
		    c != DIAG_REPEATED_LINE && c != DIAG_NEVER_FIRES)
			continue;
		walk_without(t, rules, n, line_of(ds.v[i]), text);
		checked++;
	}
	return checked;
}

START_TEST(for_nothing)
{
	struct ktarget t = target("6.12");
	size_t i, n, checked = 0;

	for (i = 0; i < 1000; i++) {
		const char *text = random_policy(&n);

		trap_text("6.12", text);
		checked += try_without(&t, text, n);
		if (i % 50 == 0) {
			arena_free(&arena);
			setup();
		}
	}
	ck_assert_uint_gt(checked, 500);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("trap");
	TCase *tc = tcase_create("trap");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, classes, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, kernels_own, 0, ARRAY_SIZE(builtins));
	tcase_add_test(tc, compiled);
	tcase_add_test(tc, budget);
	tcase_add_loop_test(tc, mended, 0, ARRAY_SIZE(edits));
	tcase_add_test(tc, public_policies);
	tcase_add_test(tc, for_nothing);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_set_tap(sr, "-");
	srunner_run_all(sr, CK_SILENT);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
