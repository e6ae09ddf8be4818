/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>

#include "tree_archive.h"
#include "unzip.h"

struct tar {
	struct tree_archive *t;
	struct archive *ar;
	struct archive_entry *entry;
	const char *last;	/* path of the last entry */
};

static const char *message(struct tar *k)
{
	const char *s = archive_error_string(k->ar);

	return s ? arena_strndup(k->t->tree.arena, s, strlen(s)) :
		"it is damaged";
}

/* ---- one entry ---- */

static void keep_attr(struct tar *k, const char *name, const void *value,
		      size_t len, struct archive_node *node)
{
	bool ima = !strcmp(name, "security.ima");
	const uint8_t *copy;

	if ((!ima && strcmp(name, "security.selinux")) || len > UINT32_MAX)
		return;
	copy = (const uint8_t *)arena_strndup(k->t->tree.arena, value, len);
	*(ima ? &node->ima : &node->selinux) = copy;
	*(ima ? &node->ima_len : &node->selinux_len) = (uint32_t)len;
}

static void keep_attrs(struct tar *k, struct archive_node *node)
{
	const char *name;
	const void *value;
	size_t len;

	archive_entry_xattr_reset(k->entry);
	while (archive_entry_xattr_next(k->entry, &name, &value, &len) ==
	       ARCHIVE_OK)
		if (name && value)
			keep_attr(k, name, value, len, node);
}

/* false: nothing more can be read */
static bool read_content(struct tar *k, struct archive_node *node)
{
	uint64_t size = (uint64_t)archive_entry_size(k->entry);
	const void *bytes;
	la_int64_t off;
	size_t len;
	int got;

	while ((got = archive_read_data_block(k->ar, &bytes, &len, &off)) ==
	       ARCHIVE_OK || got == ARCHIVE_WARN) {
		if (off < 0 || (uint64_t)off > size ||
		    len > size - (uint64_t)off)
			node->error = EIO;
		archive_write(k->t, node, bytes, len, (uint64_t)off);
	}
	if (got != ARCHIVE_EOF)
		node->error = EIO;
	archive_end_file(k->t, node, size);
	if (node->error && got == ARCHIVE_EOF)
		archive_miss(k->t, k->last, node->error, NULL);
	return got == ARCHIVE_EOF;
}

static void link_to(struct tar *k, const char *path, const char *to)
{
	const char *at = archive_place(k->t, to);
	struct archive_node *node = at ? archive_at(k->t, at) : NULL;

	if (node && !S_ISDIR(node->mode))
		archive_link(k->t, path, node);
	else if (at)
		archive_miss(k->t, path, 0, "it is a hard link to what is not "
			     "there");
}

/* false: nothing more can be read */
static bool take_entry(struct tar *k)
{
	const char *name = archive_entry_pathname(k->entry);
	const char *to = archive_entry_hardlink(k->entry), *target;
	struct archive_node *node;
	const char *path;

	if (!name) {
		archive_miss(k->t, k->last, 0, "the name of the entry behind it "
			     "cannot be read");
		return true;
	}
	path = archive_place(k->t, name);
	if (!path)
		return true;
	k->last = path;
	if (to) {
		link_to(k, path, to);
		return true;
	}
	node = archive_put(k->t, path, archive_entry_mode(k->entry));
	if (!node)
		return true;
	node->owner = (uint32_t)archive_entry_uid(k->entry);
	node->group = (uint32_t)archive_entry_gid(k->entry);
	target = archive_entry_symlink(k->entry);
	if (target && S_ISLNK(node->mode))
		node->target = arena_strndup(k->t->tree.arena, target,
					     strlen(target));
	keep_attrs(k, node);
	return !S_ISREG(node->mode) || read_content(k, node);
}

/* ---- all of them ---- */

/* NULL: none could be read, and this is why */
static const char *read_entries(struct tar *k)
{
	unsigned int n = 0;
	int got;

	k->last = "/";
	while (!tree_stopped(&k->t->tree) && !archive_full(k->t)) {
		if (k->t->no_room)
			return k->t->no_room;
		got = archive_read_next_header(k->ar, &k->entry);
		if (got == ARCHIVE_EOF)
			return n ? NULL : "it is empty";
		if (got < ARCHIVE_WARN && !n)
			return message(k);
		if (got < ARCHIVE_WARN) {
			archive_miss(k->t, k->last, 0,
				     buf_textf(k->t->tree.arena, "the archive is "
					       "damaged behind it: %s",
					       message(k)));
			return NULL;
		}
		n++;
		if (!take_entry(k)) {
			archive_miss(k->t, k->last, 0,
				     buf_textf(k->t->tree.arena, "the archive is "
					       "damaged in it: %s", message(k)));
			return NULL;
		}
		if (got == ARCHIVE_WARN)
			archive_miss(k->t, k->last, 0, message(k));
	}
	if (!n)
		return strerror(EINTR);
	if (tree_stopped(&k->t->tree))
		archive_miss(k->t, k->last, EINTR, NULL);
	return NULL;
}

static const char *read_tar(struct tree_archive *t)
{
	struct unzip u = { .fd = t->in, .stop = t->tree.options.stop };
	struct tar k = { .t = t, .ar = unzip_new() };
	const char *why;

	if (!k.ar)
		return strerror(ENOMEM);
	archive_read_support_format_tar(k.ar);
	if (unzip_open(k.ar, &u) == ARCHIVE_OK)
		why = read_entries(&k);
	else
		why = archive_format(k.ar) ? message(&k) : TREE_NOTHING;
	archive_read_free(k.ar);
	return why;
}

/*
 * Names of pax archives are UTF-8, and libarchive makes them what the locale has:
 * the bytes stay as they are where that is UTF-8, too.
 */
const char *archive_read_tar(struct tree_archive *t)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t old = utf8 ? uselocale(utf8) : (locale_t)0;
	const char *why = read_tar(t);

	if (utf8) {
		uselocale(old);
		freelocale(utf8);
	}
	return why;
}
