/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "labels_int.h"
#include "util.h"

/* ---- lines of semanage ---- */

/* semanage splits at blanks and takes quotes off the ends, no more */
static bool can_import(const char *word)
{
	for (; *word; word++)
		if (*word <= ' ' || *word == '\'' || *word == '"')
			return false;
	return true;
}

/*
 * Has the policy itself a line like this? Then semanage adds none beside it.
 * Texts are interned.
 */
static bool in_policy(const struct tags *t, const char *regex)
{
	const struct fc_entries *all = &fcdb_fcontext(t->paths->db[0])->entries;
	size_t i;

	for (i = 0; i < all->n; i++)
		if (all->v[i].input == FC_BASE && all->v[i].kind == FC_FILE &&
		    all->v[i].regex == regex)
			return true;
	return false;
}

static bool put_semanage(const struct tags *t, const struct tag_line *line,
			 struct buf *add, struct buf *del)
{
	const char how = in_policy(t, line->regex) ? 'm' : 'a';
	const struct fc_entry *e = line->entry;

	if (!can_import(line->regex) ||
	    (!e->none && strcmp(e->role, "object_r"))) {
		diag_add(t->paths->diags, DIAG_TAG_TOO_HARD, e->span,
			 "semanage cannot take a line like this one, which "
			 "has to be repeated for the user `%s`",
			 line->user ? line->user : e->user);
		return false;
	}
	buf_printf(del, "fcontext -d -f f '%s'\n", line->regex);
	if (e->none) {
		buf_printf(add, "fcontext -%c -f f -t '<<none>>' '%s'\n", how,
			   line->regex);
		return true;
	}
	buf_printf(add, "fcontext -%c -f f -s %s -t %s", how,
		   line->user ? line->user : e->user, e->type);
	if (e->range)
		buf_printf(add, " -r '%s'", e->range);
	buf_printf(add, " '%s'\n", line->regex);
	return true;
}

/* ---- README ---- */

static void put_globs(const struct tags *t, size_t user, struct buf *out)
{
	size_t i, j;

	for (i = 0; i < t->layer.n; i++) {
		const struct tag_layer *l = &t->layer.v[i];

		if (l->user != user)
			continue;
		for (j = 0; j < l->n; j++)
			buf_printf(out, "%s%s", j ? " and " : "    ",
				   t->leaf.v[l->globs[j]].glob.text);
		buf_putc(out, '\n');
	}
}

static size_t lines_of(const struct tags *t, const char *user)
{
	size_t i, n = 0;

	for (i = 0; i < t->line.n; i++)
		n += t->line.v[i].user == user;
	return n;
}

static void put_users(const struct tags *t, struct buf *out)
{
	size_t u, i;

	for (u = 0; u < t->user.n; u++) {
		const char *between = " stands for the tag ";

		buf_puts(out, t->user.v[u].name);
		for (i = 0; i < t->tag.n; i++) {
			if (!t->user.v[u].has[i])
				continue;
			buf_printf(out, "%s%s", between,
				   t->tag.v[i].stmt->name);
			between = " and ";
		}
		buf_printf(out, ", by %zu line%s, on files that match only\n",
			   lines_of(t, t->user.v[u].name),
			   lines_of(t, t->user.v[u].name) == 1 ? "" : "s");
		put_globs(t, u, out);
	}
}

static void put_proven(const struct tags *t, struct buf *out)
{
	const struct paths *p = t->paths;
	size_t i, k;

	buf_puts(out, "\nProven, as libselinux");
	for (i = 0; i < p->n_db; i++)
		buf_printf(out, "%s %s", i ? "," : "",
			   fcdb_fcontext(p->db[i])->rules->name);
	buf_puts(out, " reads file contexts, for those that this was made from "
		 "with the lines\nadded at the end of file_contexts.local:\n\n"
		 "  - each file above has its user, and no other path has it;\n"
		 "  - no path changes its role, type or range;\n"
		 "  - no other path changes its user.\n");
	for (i = 0; i < t->tag.n; i++)
		for (k = 0; k < t->tag.v[i].n_holes; k++)
			buf_printf(out, "\nNo label, so no tag `%s`: %s\n",
				   t->tag.v[i].stmt->name,
				   t->tag.v[i].holes[k].path);
}

void labels_put_readme(const struct tags *t, const char *policy,
		       const label_words *heads, struct buf *out)
{
	const char *slash = strrchr(policy, '/');
	size_t i;

	buf_printf(out, "Labels for the tags of %s, written by `imapolc "
		   "labels`.\n\n", slash ? slash + 1 : policy);
	put_users(t, out);
	put_proven(t, out);
	if (!t->paths->selinux)
		buf_puts(out, "\nNot looked at: whether the SELinux policy "
			 "constrains these files by user. Give\n"
			 "--selinux-policy or --root.\n");
	buf_puts(out,
"\nNot proven, because it is not in file contexts:\n\n"
"  - A file that is written later gets the user of the process that makes it,\n"
"    whatever file contexts say, and has its tag only once it is relabelled\n"
"    with restorecon -F. Without -F restorecon leaves the user alone.\n"
"  - `mv` within a file system keeps the label of the old place.\n"
"  - Who may relabel files can take a tag away.\n\n"
"As root, in this order:\n\n"
"    sh apply.sh                   users, file contexts, then the labels of\n");
	for (i = 0; i < heads->n; i++)
		buf_printf(out, "                                  %s\n",
			   heads->v[i]);
	buf_puts(out,
"    imapol-load POLICY            the kernel refuses a user it does not know\n\n"
"imapol-relabel.path and imapol-relabel.timer relabel when something changes in\n"
"these places, and every quarter of an hour. To have that, copy both and\n"
"imapol-relabel.service to /etc/systemd/system and enable the two.\n\n"
"To take the tags away: boot without the policy, then `sh remove.sh`.\n");
}

/* ---- all of it ---- */

enum {
	FILE_CIL, FILE_SEMANAGE, FILE_REMOVE, FILE_CONTEXTS, FILE_APPLY_SH,
	FILE_REMOVE_SH, FILE_RELABEL_SH, FILE_SERVICE, FILE_PATH, FILE_TIMER,
	FILE_README, FILE_COUNT
};

static const char *const names[] = {
	[FILE_CIL] = "imapol_tags.cil",
	[FILE_SEMANAGE] = "imapol_tags.semanage",
	[FILE_REMOVE] = "imapol_tags.remove",
	[FILE_CONTEXTS] = "imapol_tags.file_contexts",
	[FILE_APPLY_SH] = "apply.sh",
	[FILE_REMOVE_SH] = "remove.sh",
	[FILE_RELABEL_SH] = "relabel.sh",
	[FILE_SERVICE] = "imapol-relabel.service",
	[FILE_PATH] = "imapol-relabel.path",
	[FILE_TIMER] = "imapol-relabel.timer",
	[FILE_README] = "README",
};

static_assert((int)FILE_COUNT == (int)LABEL_FILES, "as many as the header says");
static_assert(ARRAY_SIZE(names) == FILE_COUNT, "each has a name");

bool labels_make(const struct tags *t, const char *policy,
		 struct label_file out[LABEL_FILES])
{
	label_words heads = { 0 };
	bool ok;
	size_t i;

	for (i = 0; i < FILE_COUNT; i++) {
		out[i].name = names[i];
		buf_init(&out[i].text, t->paths->arena);
	}
	labels_heads(t, &heads);
	ok = labels_put_cil(t, &out[FILE_CIL].text);
	for (i = 0; i < t->line.n; i++)
		ok &= put_semanage(t, &t->line.v[i], &out[FILE_SEMANAGE].text,
				   &out[FILE_REMOVE].text);
	tags_put_contexts(t, &out[FILE_CONTEXTS].text);
	labels_put_apply(&out[FILE_APPLY_SH].text);
	labels_put_remove(&out[FILE_REMOVE_SH].text);
	labels_put_relabel(&heads, &out[FILE_RELABEL_SH].text);
	labels_put_service(&out[FILE_SERVICE].text);
	labels_put_path_unit(&heads, &out[FILE_PATH].text);
	labels_put_timer(&out[FILE_TIMER].text);
	labels_put_readme(t, policy, &heads, &out[FILE_README].text);
	return ok;
}
