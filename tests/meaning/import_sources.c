/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "import_sources.h"
#include "policy.h"
#include "source.h"
#include "util.h"

static const char *srcdir(void)
{
	const char *s = getenv("srcdir");

	return s ? s : ".";
}

static const char *slurp(struct arena *a, const char *path, size_t *len)
{
	const char *text;

	return source_read(a, path, &text, len) == SOURCE_OK ? text : NULL;
}

/* ---- built in ---- */

static void one_builtin(struct arena *a, const struct ktarget *t,
			const char *policy, sources_visit *visit, void *arg)
{
	const struct source *src = policy_builtin(a, t, policy);
	char release[KRELEASE_TEXT];
	struct buf name;

	if (!src)
		return;
	buf_init(&name, a);
	buf_printf(&name, "%s of %s", policy,
		   krelease_text(t->release, release, sizeof(release)));
	visit(arg, t, name.s, src->text);
}

/* with options off, as they are when nothing is said, and with all of them on */
void sources_builtins(sources_visit *visit, void *arg)
{
	static const char *const policies[] = {
		"ima_tcb", "tcb", "appraise_tcb", "secure_boot",
		"critical_data", "build_time", "arch_efi",
	};
	const struct krelease *rel;
	size_t n, i, k;
	int c, on;

	rel = kmodel_releases(&n);
	for (i = 0; i < n; i++)
		for (k = 0; k < ARRAY_SIZE(policies); k++)
			for (on = 0; on <= 1; on++) {
				struct ktarget t;
				struct arena a;

				arena_init(&a);
				ktarget_init(&t, rel[i]);
				t.lsm = KLSM_NONE;
				for (c = 0; on && c < KCONFIG_COUNT; c++)
					t.config[c] = KTRI_YES;
				one_builtin(&a, &t, policies[k], visit, arg);
				arena_free(&a);
			}
}

/* ---- of the tree ---- */

/* the word behind "# assumes WHAT ", or NULL */
static const char *assumed(struct arena *a, const char *text, const char *what)
{
	struct buf key;
	const char *at;

	buf_init(&key, a);
	buf_printf(&key, "# assumes %s ", what);
	at = strstr(text, key.s);
	return at ? arena_strndup(a, at + key.len,
				  strcspn(at + key.len, "\n")) : NULL;
}

static void one_file(struct arena *a, const char *path, sources_visit *visit,
		     void *arg)
{
	const char *text, *release, *lsm;
	struct ktarget t;
	size_t len;

	text = slurp(a, path, &len);
	if (!text || strlen(text) != len || strstr(text, "===="))
		return;
	release = assumed(a, text, "kernel");
	lsm = assumed(a, text, "lsm");
	if (!release)
		return;
	target_of(&t, release);
	if (!lsm)
		t.lsm = KLSM_NONE;
	else if (!strcmp(lsm, "apparmor"))
		t.lsm = KLSM_APPARMOR;
	else if (!strcmp(lsm, "smack"))
		t.lsm = KLSM_SMACK;
	visit(arg, &t, path, text);
}

static const char *below(struct arena *a, const char *dir, const char *name)
{
	struct buf b;

	buf_init(&b, a);
	buf_printf(&b, "%s/%s", dir, name);
	return b.s;
}

/* the files of a folder and of the folders in it, in the order of their names */
static void all_files(struct arena *a, const char *dir, unsigned int depth,
		      sources_visit *visit, void *arg)
{
	struct dirent **found;
	int n = scandir(dir, &found, NULL, alphasort), i;

	for (i = 0; i < n; i++) {
		const char *path = below(a, dir, found[i]->d_name);

		if (found[i]->d_name[0] != '.' && depth)
			all_files(a, path, depth - 1, visit, arg);
		if (found[i]->d_name[0] != '.')
			one_file(a, path, visit, arg);
		free(found[i]);
	}
	if (n >= 0)
		free(found);
}

void sources_files(sources_visit *visit, void *arg)
{
	struct arena a;

	arena_init(&a);
	all_files(&a, below(&a, srcdir(), "policies"), 2, visit, arg);
	all_files(&a, below(&a, srcdir(), "tests/golden"), 1, visit, arg);
	arena_free(&a);
}

/* ---- public lines ---- */

static void read_target(struct arena *a, struct ktarget *t, const char *release)
{
	struct buf path;
	const char *text;
	size_t len;

	target_of(t, release);
	buf_init(&path, a);
	buf_printf(&path, "%s/tests/data/debian-%s.config", srcdir(), release);
	text = slurp(a, path.s, &len);
	if (!text || !ktarget_read_config(t, text, len)) {
		printf("FAIL: cannot read %s\n", path.s);
		exit(1);
	}
}

/* "accept reject accept reject RULE", the columns of 6.1 and 6.12 */
static void add_line(struct public_lines *p, struct arena *a, char *line)
{
	char *col[5], *at = line;
	size_t i;

	for (i = 0; i < 4; i++) {
		col[i] = at;
		at = strchr(at, '\t');
		if (!at)
			return;
		*at++ = '\0';
	}
	for (i = 0; i < 2; i++)
		if (!strcmp(col[2 * i], "accept"))
			vec_push(a, &p->v[i], at);
}

bool public_lines_read(struct public_lines *p, struct arena *a)
{
	const char *shared = getenv("IMAPOL_SHARED"), *text;
	char *copy, *line, *save;
	struct buf path;
	size_t len;

	memset(p, 0, sizeof(*p));
	buf_init(&path, a);
	if (shared)
		buf_puts(&path, shared);
	else
		buf_printf(&path, "%s/../shared", srcdir());
	buf_puts(&path, "/data/rules-seen-in-public.tsv");
	text = slurp(a, path.s, &len);
	if (!text)
		return false;
	copy = arena_strndup(a, text, len);
	for (line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		add_line(p, a, line);
	read_target(a, &p->target[0], "6.1");
	read_target(a, &p->target[1], "6.12");
	return true;
}

void public_lines_draw(const struct public_lines *p, size_t which, size_t n,
		       struct rng *r, struct buf *out)
{
	while (n--)
		buf_printf(out, "%s\n", p->v[which].v[
			   rng_below(r, p->v[which].n)]);
}
