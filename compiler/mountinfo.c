/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "mountinfo.h"
#include "num.h"
#include "source.h"

#define BY_UUID "/dev/disk/by-uuid"

/* ---- one line ---- */

struct line {
	const char *word[5];	/* id, parent, major:minor, root, directory */
	const char *fstype, *source;
	unsigned int major, minor;
};

/* the word at *p, without the octal escapes of blanks */
static const char *take_word(struct arena *a, const char **p)
{
	const char *s = *p;
	struct buf b;

	buf_init(&b, a);
	buf_puts(&b, "");
	for (; *s && *s != ' ' && *s != '\n'; s++) {
		int byte = num_octal_escape(s, strnlen(s, 4));

		buf_putc(&b, byte < 0 ? *s : (char)byte);
		s += byte < 0 ? 0 : 3;
	}
	*p = s + (*s == ' ');
	return b.s;
}

static bool take_number(const char *s, size_t len, unsigned int *out)
{
	uint64_t v;

	if (num_parse(s, len, 10, UINT32_MAX, &v) != NUM_OK)
		return false;
	*out = (unsigned int)v;
	return true;
}

static bool take_device(struct line *l)
{
	const char *s = l->word[2], *colon = strchr(s, ':');

	return colon && take_number(s, (size_t)(colon - s), &l->major) &&
	       take_number(colon + 1, strlen(colon + 1), &l->minor);
}

/* "36 35 98:0 /root /dir options [tag:value]... - type source superoptions" */
static bool take_line(struct arena *a, const char **p, struct line *l)
{
	size_t i;

	for (i = 0; i < 5; i++)
		l->word[i] = take_word(a, p);
	while (**p && **p != '\n' && strcmp(take_word(a, p), "-"))
		;
	l->fstype = take_word(a, p);
	l->source = take_word(a, p);
	*p += strcspn(*p, "\n");
	*p += **p == '\n';
	return l->word[3][0] == '/' && l->word[4][0] == '/' &&
	       l->fstype[0] && take_device(l);
}

/* ---- the table ---- */

static const char *uuid_of(const struct line *l, const mountinfo_disks *disks,
			   mountinfo_device *device)
{
	unsigned int major = l->major, minor = l->minor;
	size_t i;

	/* 0 is no device: btrfs makes numbers of its own */
	if (!major && (l->source[0] != '/' ||
		       !device(l->source, &major, &minor)))
		return "";
	for (i = 0; i < disks->n; i++)
		if (disks->v[i].major == major && disks->v[i].minor == minor)
			return disks->v[i].uuid;
	return "";
}

static void put_pair(struct buf *out, const char *key, const char *value)
{
	buf_printf(out, "%s%s=\"", out->len && out->s[out->len - 1] != '\n' ?
		   " " : "", key);
	for (; *value; value++) {
		if (*value >= ' ' && *value < 127 && !strchr("\"\\$`", *value))
			buf_putc(out, *value);
		else
			buf_printf(out, "\\x%02x", (unsigned char)*value);
	}
	buf_putc(out, '"');
}

bool mountinfo_table(const char *text, const mountinfo_disks *disks,
		     mountinfo_device *device, struct buf *out, size_t *bad)
{
	for (*bad = 1; *text; ++*bad) {
		struct line l;

		if (!take_line(out->arena, &text, &l))
			return false;
		put_pair(out, "TARGET", l.word[4]);
		put_pair(out, "UUID", uuid_of(&l, disks, device));
		put_pair(out, "FSTYPE", l.fstype);
		put_pair(out, "FSROOT", l.word[3]);
		put_pair(out, "SOURCE", l.source);
		buf_putc(out, '\n');
	}
	return true;
}

/* ---- this machine ---- */

static bool device_number(const char *path, unsigned int *major,
			  unsigned int *minor)
{
	struct stat st;

	if (stat(path, &st) || !S_ISBLK(st.st_mode))
		return false;
	*major = major(st.st_rdev);
	*minor = minor(st.st_rdev);
	return true;
}

/* of two names for one device the first by name, whatever readdir() gives */
static void add_disk(struct arena *a, mountinfo_disks *disks,
		     const char *name)
{
	struct mountinfo_disk d = { .uuid = name };
	struct buf path;
	size_t i;

	buf_init(&path, a);
	buf_printf(&path, BY_UUID "/%s", name);
	if (!device_number(path.s, &d.major, &d.minor))
		return;
	d.uuid = arena_strndup(a, name, strlen(name));
	for (i = 0; i < disks->n; i++) {
		struct mountinfo_disk *o = &disks->v[i];

		if (o->major != d.major || o->minor != d.minor)
			continue;
		if (strcmp(d.uuid, o->uuid) < 0)
			*o = d;
		return;
	}
	vec_push(a, disks, d);
}

bool mountinfo_running(struct buf *out)
{
	mountinfo_disks disks = { 0 };
	const char *text;
	struct dirent *e;
	size_t len, bad;
	DIR *d;

	if (source_read(out->arena, "/proc/self/mountinfo", &text, &len) !=
	    SOURCE_OK)
		return false;
	/* without udev no device is known by its UUID, and none is taken */
	d = opendir(BY_UUID);
	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			add_disk(out->arena, &disks, e->d_name);
	if (d)
		closedir(d);
	errno = EINVAL;
	return mountinfo_table(text, &disks, device_number, out, &bad);
}
