/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>

#include "gunzip.h"
#include "kernelconfig.h"

static struct hostfs_file read_named(const struct hostfs *fs, const char *head,
				     const char *release, const char *tail)
{
	struct buf path;

	buf_init(&path, fs->arena);
	buf_printf(&path, "%s%s%s", head, release, tail);
	return hostfs_read(fs, path.s);
}

static struct hostfs_file read_own(const struct hostfs *fs)
{
	struct hostfs_file f = hostfs_read(fs, "/proc/config.gz");
	struct buf text;

	if (!f.text)
		return f;
	buf_init(&text, fs->arena);
	if (gunzip(f.text, f.len, &text)) {
		f.text = text.s;
		f.len = text.len;
	} else {
		f.text = NULL;
		f.error = EBADMSG;
	}
	return f;
}

struct hostfs_file kernelconfig_find(const struct hostfs *fs,
				     const char *release, bool running)
{
	struct hostfs_file first, next;

	first = read_named(fs, "/boot/config-", release, "");
	if (first.text)
		return first;
	next = read_named(fs, "/usr/lib/modules/", release, "/config");
	if (!next.text && running)
		next = read_own(fs);
	return next.text || !first.there ? next : first;
}
