/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "packages_int.h"

#define INFO "/var/lib/dpkg/info"
#define STATUS "/var/lib/dpkg/status"
#define DIVERSIONS "/var/lib/dpkg/diversions"

enum {
	TEXT_MAX = 64 * 1024 * 1024,	/* bytes of a list */
	NAME_MAX_ = 256,		/* bytes of a package's name */
	DIVERSIONS_MAX = 4096,		/* each is compared with each file */
};

/* dpkg-divert(1): a file of all packages but one is put elsewhere */
struct diversion {
	const char *from, *to, *by;
};

struct diversions {
	VEC(struct diversion) v;
};

/* the line at *p, cut off there; NULL: the end */
static char *next_line(char **p)
{
	char *line = *p, *end;

	if (!*line)
		return NULL;
	end = line + strcspn(line, "\n");
	*p = *end ? end + 1 : end;
	*end = '\0';
	return line;
}

static char *text_of(struct tree *t, struct arena *a, const char *path)
{
	size_t len;

	return (char *)tree_text(t, a, path, TEXT_MAX, &len);
}

/* three lines each: from, to, the package or a colon */
static void read_diversions(struct tree *t, struct arena *a,
			    struct diversions *out)
{
	char *p = text_of(t, a, DIVERSIONS);
	struct diversion d;

	while (p && out->v.n < DIVERSIONS_MAX && (d.from = next_line(&p)) &&
	       (d.to = next_line(&p)) && (d.by = next_line(&p)))
		vec_push(a, &out->v, d);
}

static const char *diverted(const struct diversions *d, const char *package,
			    const char *path)
{
	size_t i;

	for (i = 0; i < d->v.n; i++)
		if (!strcmp(d->v.v[i].from, path) &&
		    strcmp(d->v.v[i].by, package) != 0)
			return d->v.v[i].to;
	return path;
}

/* "libc6:amd64.list" is of libc6; false: another kind of file */
static bool package_of(const char *file, const char *kind, char name[NAME_MAX_])
{
	size_t len = strlen(file), n = strcspn(file, ":"), end = strlen(kind);

	if (len <= end || strcmp(file + len - end, kind) != 0)
		return false;
	if (n > len - end)
		n = len - end;
	if (n >= NAME_MAX_)
		return false;
	memcpy(name, file, n);
	name[n] = '\0';
	return true;
}

static void read_list(struct packages *p, struct tree *t, const char *file,
		      const struct diversions *d,
		      const struct packages_sink *to)
{
	char name[NAME_MAX_], *text, *line;
	struct arena a;

	if (!package_of(file, ".list", name))
		return;
	arena_init(&a);
	a.on_oom = p->arena->on_oom;
	text = text_of(t, &a, buf_textf(&a, INFO "/%s", file));
	if (!text)
		packages_note(p, "some of dpkg's lists cannot be read: their "
			      "files have no package");
	while (text && (line = next_line(&text)))
		to->file(to->arg, name, diverted(d, name, line));
	arena_free(&a);
}

/* ---- digests ---- */

static bool is_md5(const char *text)
{
	return strspn(text, "0123456789abcdef") == 32 &&
	       (!text[32] || text[32] == ' ');
}

/* "MD5  usr/bin/ls" */
static void read_sums(struct packages *p, struct tree *t, const char *file,
		      const struct diversions *d,
		      const struct packages_sink *to)
{
	char name[NAME_MAX_], *text, *line;
	struct arena a;

	if (!package_of(file, ".md5sums", name))
		return;
	arena_init(&a);
	a.on_oom = p->arena->on_oom;
	text = text_of(t, &a, buf_textf(&a, INFO "/%s", file));
	if (!text)
		packages_note(p, "some of dpkg's digests cannot be read: their "
			      "files are taken as they are");
	while (text && (line = next_line(&text))) {
		if (!is_md5(line) || strlen(line) < 35)
			continue;
		line[32] = '\0';
		to->sum(to->arg, name, diverted(d, name, buf_textf(&a, "/%s",
				line + 34)), line, false);
	}
	arena_free(&a);
}

/* " /etc/bash.bashrc MD5", below "Conffiles:" of a package */
static void read_conffile(char *line, const char *package,
			  const struct diversions *d,
			  const struct packages_sink *to)
{
	char *md5 = strchr(line, ' ');

	if (!md5 || !is_md5(md5 + 1))
		return;
	*md5++ = '\0';
	md5[32] = '\0';
	to->sum(to->arg, package, diverted(d, package, line), md5, true);
}

static void read_conffiles(struct packages *p, struct tree *t,
			   const struct diversions *d,
			   const struct packages_sink *to)
{
	const char *package = "";
	bool inside = false;
	struct arena a;
	char *text, *line;

	arena_init(&a);
	a.on_oom = p->arena->on_oom;
	text = text_of(t, &a, STATUS);
	while (text && (line = next_line(&text))) {
		if (*line == ' ') {
			if (inside)
				read_conffile(line + 1, package, d, to);
			continue;
		}
		if (!strncmp(line, "Package: ", 9))
			package = line + 9;
		inside = !strcmp(line, "Conffiles:");
	}
	arena_free(&a);
}

bool packages_dpkg(struct packages *p, struct tree *t,
		   const struct packages_sink *to, const volatile bool *stop)
{
	struct diversions d = { 0 };
	const char *const *names;
	struct arena a;
	bool found;
	size_t i, n;

	arena_init(&a);
	a.on_oom = p->arena->on_oom;
	found = tree_list(t, &a, INFO, &names, &n);
	if (found)
		read_diversions(t, &a, &d);
	for (i = 0; found && i < n && !(stop && *stop); i++)
		read_list(p, t, names[i], &d, to);
	for (i = 0; found && to->sum && i < n && !(stop && *stop); i++)
		read_sums(p, t, names[i], &d, to);
	if (found && to->sum)
		read_conffiles(p, t, &d, to);
	arena_free(&a);
	return found;
}
