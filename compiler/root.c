/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "fstab.h"
#include "root.h"

void root_init(struct root *r, struct arena *a)
{
	memset(r, 0, sizeof(*r));
	r->arena = a;
}

/* ---- symlinks ---- */

static const char *join(struct arena *a, const char *x, const char *y)
{
	struct buf b;

	buf_init(&b, a);
	buf_puts(&b, x);
	if (!b.len || b.s[b.len - 1] != '/')
		buf_putc(&b, '/');
	buf_puts(&b, y);
	return b.s;
}

/* a link's target as a path of the root, without "." and ".." */
static const char *resolve(struct arena *a, const char *base, const char *to)
{
	struct buf b;
	const char *p = to;

	buf_init(&b, a);
	buf_puts(&b, to[0] == '/' ? "" : base);
	while (*p) {
		size_t n = strcspn(p, "/");

		if (n == 2 && !strncmp(p, "..", 2)) {
			const char *slash = b.len ? strrchr(b.s, '/') : NULL;

			b.len = slash ? (size_t)(slash - b.s) : 0;
			if (b.s)
				b.s[b.len] = '\0';
		} else if (n && !(n == 1 && *p == '.')) {
			buf_putc(&b, '/');
			buf_add(&b, p, n);
		}
		p += n + (p[n] == '/');
	}
	return b.len ? b.s : "/";
}

#define MAX_LINKS 8	/* links that lead to links */
#define ERRORS_MAX 100	/* the rest of the file is not looked at */

/* the path of the root without its last part */
static const char *parent(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return arena_strndup(a, path, (size_t)(slash - path));
}

/*
 * Where a link leads inside of the root, through other links, though nothing
 * may be there yet: /run is empty until the system runs. NULL: in circles, or
 * to a file.
 */
static const char *follow(struct root *r, const char *dir, const char *path)
{
	char target[4096];
	struct stat st;
	int i;

	for (i = 0; i < MAX_LINKS; i++) {
		const char *file = join(r->arena, dir, path + 1);
		ssize_t n;

		if (lstat(file, &st))
			return i && errno == ENOENT ? path : NULL;
		if (S_ISDIR(st.st_mode))
			return path;
		n = readlink(file, target, sizeof(target) - 1);
		if (n <= 0 || (size_t)n >= sizeof(target) - 1)
			return NULL;
		target[n] = '\0';
		path = resolve(r->arena, parent(r->arena, path), target);
	}
	return NULL;
}

/* in the order of their names: readdir() gives any */
void root_add_alias(struct root *r, const char *from, const char *to)
{
	struct root_alias new = { from, to };
	size_t i;

	vec_push(r->arena, &r->aliases, new);
	for (i = r->aliases.n - 1;
	     i && strcmp(r->aliases.v[i - 1].from, from) > 0; i--)
		r->aliases.v[i] = r->aliases.v[i - 1];
	r->aliases.v[i] = new;
}

/* the link base/name of the root, unless it leads to a file */
static void read_link(struct root *r, const char *dir, const char *base,
		      const char *name)
{
	const char *path = join(r->arena, base, name), *to;
	struct stat st;

	if (lstat(join(r->arena, dir, path + 1), &st) || !S_ISLNK(st.st_mode))
		return;
	to = follow(r, dir, path);
	if (to && strcmp(to, "/"))
		root_add_alias(r, path, to);
}

static bool read_folder(struct root *r, const char *dir, const char *base)
{
	const char *folder = join(r->arena, dir, base + 1);
	struct dirent *e;
	struct stat st;
	DIR *d;

	/* a link could lead out of the root, to the machine at hand */
	if (base[1] && (lstat(folder, &st) || !S_ISDIR(st.st_mode)))
		return false;
	d = opendir(folder);
	if (!d)
		return false;
	while ((e = readdir(d)))
		if (e->d_type == DT_LNK || e->d_type == DT_UNKNOWN)
			read_link(r, dir, base,
				  arena_strndup(r->arena, e->d_name,
						strlen(e->d_name)));
	closedir(d);
	return true;
}

bool root_read_aliases(struct root *r, const char *dir)
{
	if (!read_folder(r, dir, "/"))
		return false;
	read_folder(r, dir, "/usr");
	read_folder(r, dir, "/var");
	return true;
}

/* ---- mounts ---- */

static const char *lower(struct arena *a, const char *s)
{
	char *r = arena_strndup(a, s, strlen(s)), *p;

	for (p = r; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return r;
}

static bool is_uuid(const char *s)
{
	size_t i;

	for (i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s[i] != '-' : !isxdigit((unsigned char)s[i]))
			return false;
	}
	return !s[36];
}

/*
 * Drivers that put the UUID of the device where IMA looks for it (s_uuid of the
 * superblock), as their sources say for 5.4 and later. Of others the device may
 * have one, and IMA would see zeros.
 */
static bool shows_uuid(const char *fstype)
{
	static const char *const types[] = {
		"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "gfs2",
		"ocfs2", "erofs", "ubifs", "bcachefs",
	};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i], fstype))
			return true;
	return false;
}

static void set_uuid(struct root *r, struct root_mount *m, const char *uuid)
{
	/* vfat and iso9660 have ids of another form; all zeros is what file
	   systems without one have */
	if (shows_uuid(m->fstype) && is_uuid(uuid) && strspn(uuid, "0-") < 36)
		m->fsuuid = lower(r->arena, uuid);
	else if (!strcmp(m->fstype, "auto"))
		m->unknown = true;
}

/* a directory without double slashes, dots and symlinks */
static const char *canonical(struct root *r, const char *dir)
{
	size_t i, n, round;

	dir = resolve(r->arena, "", dir);
	for (round = 0; round < MAX_LINKS; round++) {
		for (i = 0; i < r->aliases.n; i++) {
			n = strlen(r->aliases.v[i].from);
			if (!strncmp(dir, r->aliases.v[i].from, n) &&
			    (dir[n] == '/' || !dir[n]))
				break;
		}
		if (i == r->aliases.n)
			break;
		dir = dir[n] ? join(r->arena, r->aliases.v[i].to, dir + n + 1) :
			       r->aliases.v[i].to;
	}
	return dir;
}

static void add_mount(struct root *r, struct root_mount m)
{
	m.dir = canonical(r, m.dir);
	vec_push(r->arena, &r->mounts, m);
}

/* mount(8): user and users mean noexec, unless exec follows */
static bool is_noexec(const char *options)
{
	static const char *const words[] = { "noexec", "user", "users", "exec" };
	bool noexec = false;
	const char *p;
	size_t i;

	for (p = options; *p; p += strcspn(p, ",") + (strchr(p, ',') != NULL))
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strlen(words[i]) == strcspn(p, ",=") &&
			    !strncmp(p, words[i], strlen(words[i])))
				noexec = strcmp(words[i], "exec");
	return noexec;
}

static const char *unquoted(struct arena *a, const char *s)
{
	return *s == '"' ? arena_strndup(a, s + 1, strcspn(s + 1, "\"")) : s;
}

/* DEVICE DIR TYPE OPTIONS …; false: no line of an fstab */
static bool fstab_line(struct root *r, const char *line, size_t len,
		       struct span span)
{
	struct root_mount m = { .span = span };
	const char *device, *options;
	struct fstab_line l;
	size_t n = fstab_read_line(r->arena, line, len, &l);

	if (!n)
		return true;
	if (n < 3)
		return false;
	device = l.device;
	options = l.options;
	m.dir = l.dir;
	m.fstype = l.type;
	if (m.dir[0] != '/')
		return !strcmp(m.dir, "none") || !strcmp(m.fstype, "swap");
	if (!strncmp(device, "UUID=", 5))
		set_uuid(r, &m, unquoted(r->arena, device + 5));
	m.one_label = fstab_has_option(options, "context");
	m.noexec = is_noexec(options);
	m.noauto = fstab_has_option(options, "noauto");
	m.part = fstab_has_option(options, "bind") ||
		 fstab_has_option(options, "rbind") ||
		 fstab_has_option(options, "subvol") ||
		 fstab_has_option(options, "subvolid") ||
		 fstab_has_option(options, "X-mount.subdir") ||
		 !strcmp(m.fstype, "overlay");
	/* a device by another name may be any of the others */
	m.unknown |= (!m.fsuuid && strncmp(device, "UUID=", 5) &&
		     (m.part || device[0] == '/' || strchr(device, '='))) ||
		    m.noauto;
	add_mount(r, m);
	return true;
}

/* \x22, as findmnt writes what a shell would take; false: it is none */
static bool hex_escape(const char *s, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const char *hi, *lo;

	if (len < 4 || s[0] != '\\' || s[1] != 'x' || !s[2] || !s[3])
		return false;
	hi = strchr(digits, tolower((unsigned char)s[2]));
	lo = strchr(digits, tolower((unsigned char)s[3]));
	if (hi && lo)
		*out = (char)((hi - digits) << 4 | (lo - digits));
	return hi && lo;
}

static const char *quoted(struct arena *a, const char *s, size_t len)
{
	struct buf b;
	char c;

	buf_init(&b, a);
	buf_puts(&b, "");
	while (len && *s != '"') {
		size_t n = hex_escape(s, len, &c) ? 4 : 1;

		buf_putc(&b, n > 1 ? c : *s);
		s += n;
		len -= n;
	}
	return b.s;
}

/* the value behind KEY=" in a line of findmnt -P; NULL: no such key */
static const char *pair_value(struct arena *a, const char *line, size_t len,
			      const char *key)
{
	size_t n = strlen(key), i;

	for (i = 0; i + n + 2 < len; i++)
		if ((!i || line[i - 1] == ' ') &&
		    !strncmp(line + i, key, n) && line[i + n] == '=' &&
		    line[i + n + 1] == '"')
			return quoted(a, line + i + n + 2, len - i - n - 2);
	return NULL;
}

static bool findmnt_line(struct root *r, const char *line, size_t len,
			 struct span span)
{
	const char *dir = pair_value(r->arena, line, len, "TARGET");
	const char *uuid = pair_value(r->arena, line, len, "UUID");
	const char *type = pair_value(r->arena, line, len, "FSTYPE");
	const char *root = pair_value(r->arena, line, len, "FSROOT");
	const char *device = pair_value(r->arena, line, len, "SOURCE");
	const char *options = pair_value(r->arena, line, len, "OPTIONS");
	struct root_mount m = { .dir = dir, .fstype = type, .span = span };

	if (!len)
		return true;
	if (!dir || dir[0] != '/' || !type)
		return false;
	if (uuid)
		set_uuid(r, &m, uuid);
	m.one_label = options && fstab_has_option(options, "context");
	m.noexec = options && fstab_has_option(options, "noexec");
	m.part = !root || strcmp(root, "/") || !strcmp(type, "overlay");
	m.unknown |= uuid && !*uuid && device && device[0] == '/';
	add_mount(r, m);
	return true;
}

static void bad_line(struct diags *ds, struct span span)
{
	struct diag *d = diag_add(ds, DIAG_MOUNTS, span,
				  "this line names no mount");

	diag_note(ds, d, NO_SPAN, "an fstab(5), or the output of "
		  "`findmnt -P -o TARGET,UUID,FSTYPE,FSROOT`");
}

static void too_many(struct diags *ds, struct span span)
{
	struct diag *d = diag_add(ds, DIAG_MOUNTS, span,
				  "more than %u mounts", ROOT_MOUNTS_MAX);

	diag_note(ds, d, NO_SPAN,
		  "leave those out that no path of the policy leads to");
}

void root_read_mounts(struct root *r, const struct source *src,
		      struct diags *ds)
{
	bool pairs = !strncmp(src->text, "TARGET=\"", 8);
	size_t at = 0, errors = 0;
	struct span span;

	r->have_mounts = true;
	r->complete = pairs;
	while (errors < ERRORS_MAX && source_next_line(src, &at, &span)) {
		const char *line = src->text + span.start;
		size_t len = span.end - span.start;

		if (r->mounts.n == ROOT_MOUNTS_MAX) {
			too_many(ds, span);
			return;
		}
		if (pairs ? findmnt_line(r, line, len, span) :
			    fstab_line(r, line, len, span))
			continue;
		bad_line(ds, span);
		errors++;
	}
}

/* ---- globs that are file systems ---- */

static bool below(const char *dir, const char *of)
{
	size_t n = strcmp(of, "/") ? strlen(of) : 0;

	return !strncmp(dir, of, n) && dir[n] == '/' && dir[n + 1];
}

/* the last mount over a directory is the one that is seen */
static const struct root_mount *mount_at(const struct root *r, const char *dir,
					 size_t len)
{
	size_t i;

	for (i = r->mounts.n; i-- > 0;)
		if (strlen(r->mounts.v[i].dir) == len &&
		    !strncmp(r->mounts.v[i].dir, dir, len))
			return &r->mounts.v[i];
	return NULL;
}

/* can the same file system be seen outside of dir? NULL: anywhere else */
static enum root_whole seen_elsewhere(const struct root *r,
				      const struct root_mount *m,
				      const char *dir)
{
	size_t i;

	if (m->part)
		return ROOT_SHARED;
	for (i = 0; i < r->mounts.n; i++) {
		const struct root_mount *o = &r->mounts.v[i];

		if (o == m ||
		    (dir && (!strcmp(o->dir, dir) || below(o->dir, dir))))
			continue;
		if (o->fsuuid && !strcmp(o->fsuuid, m->fsuuid))
			return ROOT_SHARED;
		if (o->unknown && (o->part || !strcmp(o->fstype, m->fstype)))
			return ROOT_UNKNOWN;
	}
	return m->unknown ? ROOT_UNKNOWN : ROOT_WHOLE;
}

static bool add_whole(const struct root *r, const struct root_mount *m,
		      const char *dir, struct root_answer *a)
{
	a->mount = m;
	if (!m->fsuuid)
		a->how = m->unknown ? ROOT_UNKNOWN : ROOT_NO_UUID;
	else
		a->how = seen_elsewhere(r, m, dir);
	if (a->how == ROOT_WHOLE)
		vec_push(r->arena, &a->fsuuids, m->fsuuid);
	return a->how == ROOT_WHOLE;
}

struct root_answer root_whole(const struct root *r, const char *glob)
{
	struct root_answer a = { .how = ROOT_NOT_A_MOUNT };
	size_t n = strlen(glob), i;
	const struct root_mount *m;

	if (n < 3 || strcmp(glob + n - 3, "/**") ||
	    strcspn(glob, "*?[{") != n - 2)
		return a;
	m = mount_at(r, n == 3 ? "/" : glob, n == 3 ? 1 : n - 3);
	if (!m)
		return a;
	a.how = ROOT_WHOLE;
	if (!add_whole(r, m, m->dir, &a))
		return a;
	/* an fstab does not name /proc, /run and the like */
	if (!r->complete && !strcmp(m->dir, "/")) {
		a.how = ROOT_UNKNOWN;
		return a;
	}
	for (i = 0; i < r->mounts.n; i++) {
		const struct root_mount *o = &r->mounts.v[i];

		if (below(o->dir, m->dir) &&
		    mount_at(r, o->dir, strlen(o->dir)) == o &&
		    !add_whole(r, o, m->dir, &a))
			return a;
	}
	a.mount = m;
	return a;
}

/* ---- the mounts of a glob ---- */

static bool seen(const struct root *r, const struct root_mount *m)
{
	return mount_at(r, m->dir, strlen(m->dir)) == m;
}

static const struct root_mount *holder(const struct root *r, const char *glob,
				       size_t head)
{
	const struct root_mount *on = NULL;
	size_t i, best = 0;

	for (i = 0; i < r->mounts.n; i++) {
		const struct root_mount *m = &r->mounts.v[i];
		size_t n = strcmp(m->dir, "/") ? strlen(m->dir) : 0;

		if (n < head && !strncmp(glob, m->dir, n) && glob[n] == '/' &&
		    (!on || n >= best)) {
			on = m;
			best = n;
		}
	}
	return on;
}

bool root_holders(const struct root *r, const char *glob,
		  struct root_mounts *out)
{
	size_t head = strcspn(glob, "*?[{\\"), i;
	const struct root_mount *on = holder(r, glob, head);

	memset(out, 0, sizeof(*out));
	if (on)
		vec_push(r->arena, out, on);
	for (i = 0; i < r->mounts.n; i++) {
		const struct root_mount *m = &r->mounts.v[i];

		if (m != on && seen(r, m) && !strncmp(m->dir, glob, head))
			vec_push(r->arena, out, m);
	}
	/* an fstab does not name /proc, /run and the like */
	return on && (r->complete || strcmp(on->dir, "/"));
}

struct root_mounts root_deeper(const struct root *r,
			       const struct root_mount *m)
{
	struct root_mounts out = { 0 };
	size_t i;

	for (i = 0; i < r->mounts.n; i++)
		if (below(r->mounts.v[i].dir, m->dir))
			vec_push(r->arena, &out, &r->mounts.v[i]);
	return out;
}

enum root_whole root_own(const struct root *r, const struct root_mount *m)
{
	if (!m->fsuuid)
		return m->unknown ? ROOT_UNKNOWN : ROOT_NO_UUID;
	return seen_elsewhere(r, m, NULL);
}

/* no security.selinux of their own on these; path-wise labels are not theirs */
bool root_no_labels(const struct root_mount *m)
{
	static const char *const types[] = {
		"vfat", "msdos", "exfat", "iso9660", "udf", "ntfs", "ntfs3",
		"nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "fuse", "fuseblk",
		"proc", "sysfs", "devpts", "debugfs", "tracefs", "securityfs",
		"selinuxfs", "cgroup", "cgroup2", "pstore", "efivarfs", "bpf",
		"configfs", "mqueue", "binfmt_misc", "hugetlbfs", "autofs",
	};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i], m->fstype))
			return true;
	return m->one_label;
}

const char *root_fsname(const struct root_mount *m)
{
	/* helpers and drivers behind these have names of their own */
	if (!strcmp(m->fstype, "auto") || !strncmp(m->fstype, "fuse", 4) ||
	    !strncmp(m->fstype, "ntfs", 4) || strpbrk(m->fstype, ".,"))
		return NULL;
	return m->fstype;
}

/* ---- symlinks under wildcards ---- */

/* one component of a glob against a name */
static bool component_matches(struct arena *a, const char *glob, size_t len,
			      const char *name, size_t name_len)
{
	return !fnmatch(arena_strndup(a, glob, len),
			arena_strndup(a, name, name_len), 0);
}

/* false: they part, or the glob has ** in the length of the link */
static bool crosses(struct arena *a, const char *glob, const char *link)
{
	bool wild = false;

	while (*link == '/') {
		size_t n, m;

		if (*glob != '/')
			return false;
		glob++;
		link++;
		n = strcspn(glob, "/");
		m = strcspn(link, "/");
		if ((n == 2 && !strncmp(glob, "**", 2)) ||
		    !component_matches(a, glob, n, link, m))
			return false;
		wild |= strcspn(glob, "*?[\\") < n;
		glob += n;
		link += m;
	}
	return wild && *glob == '/';
}

const struct root_alias *root_crossed(const struct root *r, const char *glob)
{
	size_t i;

	for (i = 0; i < r->aliases.n; i++)
		if (crosses(r->arena, glob, r->aliases.v[i].from))
			return &r->aliases.v[i];
	return NULL;
}
