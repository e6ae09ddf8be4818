/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_PATHS_REF_H
#define IMAPOL_TEST_PATHS_REF_H

#include <errno.h>
#include <selinux/label.h>
#include <selinux/selinux.h>
#include <sys/stat.h>
#include <unistd.h>

#include "paths.h"

/* The installed libselinux as the reference: its rules are those compared. */

static const struct {
	unsigned int kind;
	int mode;
} ref_modes[] = {
	{ FC_FILE, S_IFREG }, { FC_DIR, S_IFDIR }, { FC_LINK, S_IFLNK },
	{ FC_CHAR, S_IFCHR }, { FC_BLOCK, S_IFBLK }, { FC_SOCKET, S_IFSOCK },
	{ FC_PIPE, S_IFIFO },
};

static int ref_quiet(int type, const char *fmt, ...)
{
	return 0;
}

static inline struct selabel_handle *ref_open(const char *base)
{
	struct selinux_opt opt = { SELABEL_OPT_PATH, base };

	selinux_set_callback(SELINUX_CB_LOG,
			     (union selinux_callback){ .func_log = ref_quiet });
	return selabel_open(SELABEL_CTX_FILE, &opt, 1);
}

static bool ref_agrees(const struct fc_entry *e, const char *context)
{
	char want[1024];

	if (!e || e->none)
		return !context;
	snprintf(want, sizeof(want), "%s:%s:%s%s%s", e->user, e->role, e->type,
		 e->range ? ":" : "", e->range ? e->range : "");
	return context && !strcmp(want, context);
}

/* the files of a database; those that there are not are taken away */
static inline void write_texts(const char *base, const struct texts *t)
{
	char path[4096];
	size_t i;

	for (i = 0; i < 5; i++) {
		const char *text = texts_get(t, i);
		FILE *f;

		snprintf(path, sizeof(path), "%s%s", base, text_suffix[i]);
		unlink(path);
		if (!text)
			continue;
		f = fopen(path, "w");
		if (!f || fputs(text, f) == EOF || fclose(f))
			abort();
	}
}

/* false: they disagree, and why says how */
static inline bool ref_compare(struct fcdb *db, struct selabel_handle *h,
			       const char *path, unsigned int mode,
			       struct buf *why)
{
	enum fc_kind kind = (enum fc_kind)ref_modes[mode].kind;
	const struct fc_entry *e = fcdb_find(db, path, kind);
	char *context = NULL;
	bool ok;

	if (selabel_lookup_raw(h, &context, path, ref_modes[mode].mode))
		context = NULL;
	ok = ref_agrees(e, context);
	if (!ok)
		buf_printf(why, "%s %s: libselinux %s, here %s line %u\n",
			   fc_kind_text(kind), path, context ? context : "none",
			   e ? e->regex : "none", e ? e->line : 0);
	freecon(context);
	return ok;
}

#endif
