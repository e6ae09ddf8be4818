/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "intern.h"
#include "ptrmap.h"
#include "units.h"
#include "util.h"

#define FILE_MAX (1u << 20)	/* bytes of a unit file that are read */
#define ALIASES_MAX 16		/* of aliases */
/* names in directories, and 64 bytes of files: a root that is made to take long */
#define WORK_MAX 4000000

/* a name in the search path; the first directory that has it */
struct entry {
	const char *name, *path;
	const char *alias;	/* the unit that a symlink names; NULL: a file */
	size_t next_alias;	/* 1 + index of another one of the same unit; or 0 */
	bool masked;
};

struct units {
	struct arena *arena;
	struct tree *tree;
	struct intern names;
	unitfile_words path;
	VEC(struct entry) entries;
	struct ptrmap entry_of;		/* name to index */
	struct ptrmap alias_of;		/* unit to 1 + index of its last alias */
	struct ptrmap dirs;		/* paths of NAME.d, NAME.wants … */
	struct ptrmap unit_of;		/* name to index of loaded */
	VEC(struct unit *) loaded;
	size_t work;
	bool cut;			/* names were left out */
	const char *unseen;
};

/* ---- search path ---- */

static const char *basename_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* what is not there is an answer */
static void cannot_see(struct units *us, const char *path)
{
	if (errno != ENOENT && errno != ENOTDIR && !us->unseen)
		us->unseen = path;
}

/* also by a symlink, as that of a package which has many */
static bool is_directory(struct units *us, const char *path,
			 const struct tree_file *f)
{
	struct tree_file to;

	return S_ISDIR(f->mode) ||
	       (S_ISLNK(f->mode) &&
		tree_find(us->tree, us->arena, path, &to) && S_ISDIR(to.mode));
}

static void add_entry(struct units *us, const char *dir, const char *name)
{
	const char *path = intern_str(&us->names,
				      buf_textf(us->arena, "%s/%s", dir, name));
	struct entry e = { .name = intern_str(&us->names, name), .path = path };
	struct tree_file f;

	if (!tree_look(us->tree, us->arena, path, &f)) {
		cannot_see(us, path);
		return;
	}
	if (is_directory(us, path, &f)) {
		ptrmap_add(&us->dirs, path, 0);
		return;
	}
	if (S_ISLNK(f.mode) && f.target) {
		e.masked = !strcmp(f.target, "/dev/null");
		if (!e.masked && strcmp(basename_of(f.target), name))
			e.alias = intern_str(&us->names,
					     basename_of(f.target));
	} else if (!S_ISREG(f.mode)) {
		return;
	} else {
		e.masked = !f.size;
	}
	if (!ptrmap_add(&us->entry_of, e.name, us->entries.n))
		return;
	if (e.alias) {
		size_t *last = ptrmap_find(&us->alias_of, e.alias);

		e.next_alias = last ? *last : 0;
		if (last)
			*last = us->entries.n + 1;
		else
			ptrmap_add(&us->alias_of, e.alias, us->entries.n + 1);
	}
	vec_push(us->arena, &us->entries, e);
}

static bool on_path(const struct units *us, const char *dir)
{
	size_t i;

	for (i = 0; i < us->path.n; i++)
		if (!strcmp(us->path.v[i], dir))
			return true;
	return false;
}

static void add_directory(struct units *us, const char *dir)
{
	const char *const *names;
	struct tree_file f;
	size_t n, i;

	/* /lib is /usr/lib where these are merged */
	if (!tree_find(us->tree, us->arena, dir, &f)) {
		cannot_see(us, dir);
		return;
	}
	if (!S_ISDIR(f.mode) || on_path(us, f.path))
		return;
	if (!tree_list(us->tree, us->arena, f.path, &names, &n)) {
		cannot_see(us, dir);
		return;
	}
	vec_push(us->arena, &us->path, f.path);
	for (i = 0; i < n && us->entries.n < UNITS_MAX; i++)
		add_entry(us, f.path, names[i]);
	us->cut |= i < n;
}

struct units *units_new(struct arena *a, struct tree *t)
{
	static const char *const dirs[] = {
		"/etc/systemd/system.control", "/etc/systemd/system",
		"/etc/systemd/system.attached", "/run/systemd/system",
		"/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
		"/lib/systemd/system",
	};
	struct units *us = arena_new(a, struct units);
	size_t i;

	us->arena = a;
	us->tree = t;
	intern_init(&us->names, a);
	ptrmap_init(&us->entry_of, a);
	ptrmap_init(&us->alias_of, a);
	ptrmap_init(&us->dirs, a);
	ptrmap_init(&us->unit_of, a);
	for (i = 0; i < ARRAY_SIZE(dirs); i++)
		add_directory(us, dirs[i]);
	return us;
}

const char *units_unseen(const struct units *us)
{
	return us->unseen;
}

const unitfile_words *units_path(const struct units *us)
{
	return &us->path;
}

/* that of the name itself, else of its template */
static const struct entry *find_entry(struct units *us, const char *name)
{
	const size_t *at = ptrmap_find(&us->entry_of,
				       intern_str(&us->names, name));
	const char *template;

	if (at)
		return &us->entries.v[*at];
	template = unitfile_template(us->arena, name);
	return template ? find_entry(us, template) : NULL;
}

/* the entry that name leads to, and the name it has there; NULL: none */
static const struct entry *follow(struct units *us, const char **name)
{
	const struct entry *e = find_entry(us, *name);
	struct unitfile_name parts;
	int n;

	for (n = 0; e && e->alias && !e->masked && n < ALIASES_MAX; n++) {
		const char *to = e->alias;
		const struct entry *next;

		if (unitfile_name(us->arena, *name, &parts) &&
		    parts.instance && unitfile_name(us->arena, to, &parts) &&
		    parts.instance && !*parts.instance) {
			unitfile_name(us->arena, *name, &parts);
			to = unitfile_instance(us->arena, to, parts.instance);
		}
		next = find_entry(us, to);
		/* a file that is linked from elsewhere, by another name */
		if (!next)
			break;
		*name = to;
		e = next;
	}
	return e;
}

/* ---- files ---- */

static void read_file(struct units *us, struct unit *u, const char *path,
		      bool own)
{
	size_t len;
	const char *text = tree_text(us->tree, us->arena, path, FILE_MAX, &len);

	vec_push(us->arena, &u->files, path);
	us->work += 1 + (text ? len / 64 : 0);
	if (text)
		unitfile_parse(us->arena, text, len, &u->lines);
	else if (own)
		u->state = UNIT_UNREAD;
	else
		u->unread = path;
}

/* names whose directories belong to a unit, the most telling first */
static void names_of(struct units *us, const struct unit *u,
		     unitfile_words *out)
{
	const char *template = unitfile_template(us->arena, u->name);
	const size_t *last = ptrmap_find(&us->alias_of, u->name);
	size_t i;

	vec_push(us->arena, out, u->name);
	for (i = last ? *last : 0; i; i = us->entries.v[i - 1].next_alias)
		vec_push(us->arena, out, us->entries.v[i - 1].name);
	if (template)
		vec_push(us->arena, out, template);
}

/* foo-bar.service: foo-.service; then service, which is for all of a type */
static void add_prefixes(struct units *us, const struct unit *u,
			 unitfile_words *out)
{
	const char *prefix = u->parts.prefix;
	size_t len = strlen(prefix);

	while (len-- > 0)
		if (prefix[len] == '-' && prefix[len + 1])
			vec_push(us->arena, out, buf_textf(us->arena, "%.*s.%s",
				 (int)len + 1, prefix, u->parts.type));
	vec_push(us->arena, out, u->parts.type);
}

/* a file NAME of directories, that of the first one counts */
struct found {
	const char *name, *path;
};

typedef VEC(struct found) founds;

/* by the name, in the order of their bytes */
static void add_found(struct units *us, founds *out, struct found f)
{
	size_t at = out->n;
	int order = -1;

	while (at && (order = strcmp(out->v[at - 1].name, f.name)) > 0)
		at--;
	if (at && !order)
		return;
	vec_push(us->arena, out, f);
	memmove(&out->v[at + 1], &out->v[at],
		(out->n - 1 - at) * sizeof(f));
	out->v[at] = f;
}

/* what lies in NAME.SUFFIX of the search path */
static void find_in(struct units *us, const char *name, const char *suffix,
		    founds *out)
{
	const char *const *names;
	size_t i, j, n;

	for (i = 0; i < us->path.n && us->work < WORK_MAX; i++) {
		const char *dir = buf_textf(us->arena, "%s/%s.%s",
					    us->path.v[i], name, suffix);

		if (!ptrmap_find(&us->dirs, intern_str(&us->names, dir)))
			continue;
		if (!tree_list(us->tree, us->arena, dir, &names, &n)) {
			cannot_see(us, dir);
			continue;
		}
		us->work += n;
		us->cut |= n > UNITS_MAX - out->n;
		for (j = 0; j < n && out->n < UNITS_MAX; j++) {
			struct found f = { names[j], buf_textf(us->arena,
					   "%s/%s", dir, names[j]) };

			add_found(us, out, f);
		}
	}
}

static bool ends_in_conf(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && !strcmp(name + n - 5, ".conf");
}

static void read_dropins(struct units *us, struct unit *u)
{
	unitfile_words names = { 0 };
	founds files = { 0 };
	size_t i;

	names_of(us, u, &names);
	add_prefixes(us, u, &names);
	for (i = 0; i < names.n; i++)
		find_in(us, names.v[i], "d", &files);
	for (i = 0; i < files.n && us->work < WORK_MAX; i++) {
		struct tree_file f;

		if (ends_in_conf(files.v[i].name) &&
		    tree_find(us->tree, us->arena, files.v[i].path, &f) &&
		    S_ISREG(f.mode))
			read_file(us, u, files.v[i].path, false);
	}
}

/* ---- dependencies ---- */

static void add_dep(struct units *us, struct unit *u, const char *name,
		    enum unit_tie tie)
{
	struct unit_dep d = { units_get(us, name), tie };

	if (d.unit && d.unit != u)
		vec_push(us->arena, &u->deps, d);
}

static void add_after(struct units *us, struct unit *u, struct unit *first)
{
	if (first && first != u)
		vec_push(us->arena, &u->after, first);
}

void units_want(struct units *us, struct unit *u, const char *name)
{
	add_dep(us, u, name, UNIT_WANTS);
}

/* each unit that a setting names */
static void each_named(struct units *us, struct unit *u, const char *key,
		       void (*each)(struct units *us, struct unit *u,
				    struct unit *named, enum unit_tie tie),
		       enum unit_tie tie)
{
	size_t i;

	for (i = 0; i < u->lines.n; i++) {
		const char *s = u->lines.v[i].value, *word;

		if (strcmp(u->lines.v[i].key, key))
			continue;
		while ((word = unitfile_word(us->arena, &s))) {
			word = unitfile_expand(us->arena, u->name, word);
			if (word)
				each(us, u, units_get(us, word), tie);
		}
	}
}

static void tie_to(struct units *us, struct unit *u, struct unit *named,
		   enum unit_tie tie)
{
	struct unit_dep d = { named, tie };

	if (named && named != u)
		vec_push(us->arena, &u->deps, d);
}

static void come_after(struct units *us, struct unit *u, struct unit *named,
		       enum unit_tie tie)
{
	(void)tie;
	add_after(us, u, named);
}

static void come_before(struct units *us, struct unit *u, struct unit *named,
			enum unit_tie tie)
{
	(void)tie;
	if (named)
		add_after(us, named, u);
}

static void read_ties(struct units *us, struct unit *u)
{
	static const struct {
		const char *key;
		enum unit_tie tie;
	} ties[] = {
		{ "Requires", UNIT_REQUIRES }, { "Requisite", UNIT_REQUIRES },
		{ "BindsTo", UNIT_REQUIRES }, { "Wants", UNIT_WANTS },
		{ "Upholds", UNIT_WANTS }, { "Sockets", UNIT_WANTS },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ties); i++)
		each_named(us, u, ties[i].key, tie_to, ties[i].tie);
	each_named(us, u, "After", come_after, UNIT_TIES);
	each_named(us, u, "Before", come_before, UNIT_TIES);
}

/* the symlinks in NAME.wants and its like; only their names count */
static void read_links(struct units *us, struct unit *u)
{
	static const struct {
		const char *suffix;
		enum unit_tie tie;
	} kinds[] = {
		{ "requires", UNIT_REQUIRES }, { "wants", UNIT_WANTS },
		{ "upholds", UNIT_WANTS },
	};
	unitfile_words names = { 0 };
	size_t i, j;

	names_of(us, u, &names);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		founds links = { 0 };

		for (j = 0; j < names.n; j++)
			find_in(us, names.v[j], kinds[i].suffix, &links);
		for (j = 0; j < links.n; j++) {
			const char *name = links.v[j].name;
			struct unitfile_name parts;

			if (u->parts.instance && *u->parts.instance &&
			    unitfile_name(us->arena, name, &parts) &&
			    parts.instance && !*parts.instance)
				name = unitfile_instance(us->arena, name,
							 u->parts.instance);
			add_dep(us, u, name, kinds[i].tie);
		}
	}
}

bool unit_is(const struct unit *u, const char *type)
{
	return !strcmp(u->parts.type, type);
}

/* what a socket, a timer or a path starts */
static void read_trigger(struct units *us, struct unit *u)
{
	const char *named = unitfile_last(&u->lines,
					  unit_is(u, "socket") ? "Service" :
								 "Unit");
	bool accept = unit_is(u, "socket") &&
		      unitfile_bool(&u->lines, "Accept", false);

	if (!unit_is(u, "socket") && !unit_is(u, "timer") && !unit_is(u, "path"))
		return;
	if (!named || !*named)
		named = buf_textf(us->arena, accept ? "%s@0.service" :
						      "%s.service",
			u->parts.instance && !accept ?
			buf_textf(us->arena, "%s@%s", u->parts.prefix,
				  u->parts.instance) : u->parts.prefix);
	else
		named = unitfile_expand(us->arena, u->name, named);
	if (named)
		add_dep(us, u, named, UNIT_TRIGGERS);
}

/* systemd.service(5) and others, "Default Dependencies" */
static void add_defaults(struct units *us, struct unit *u)
{
	static const char *const types[] = {
		"service", "socket", "timer", "path",
	};
	size_t i;

	if (u->state != UNIT_LOADED ||
	    !unitfile_bool(&u->lines, "DefaultDependencies", true))
		return;
	if (unit_is(u, "target"))
		for (i = 0; i < u->deps.n; i++)
			add_after(us, u, u->deps.v[i].unit);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (!unit_is(u, types[i]))
			continue;
		add_dep(us, u, "sysinit.target", UNIT_REQUIRES);
		add_after(us, u, units_get(us, "sysinit.target"));
		if (!i)
			add_after(us, u, units_get(us, "basic.target"));
		else
			come_before(us, u, units_get(us, buf_textf(us->arena,
				    "%ss.target", types[i])), UNIT_TIES);
	}
}

/* ---- loading ---- */

static void load(struct units *us, struct unit *u)
{
	const char *name = u->name;
	const struct entry *e = follow(us, &name);

	u->state = !e ? UNIT_MISSING : e->masked ? UNIT_MASKED : UNIT_LOADED;
	if (u->state == UNIT_MASKED)
		return;
	if (e)
		read_file(us, u, e->path, true);
	/* systemd makes some from nothing, and these have drop-ins as well */
	read_dropins(us, u);
	unitfile_drop_others(&u->lines, u->parts.type);
}

struct unit *units_get(struct units *us, const char *name)
{
	struct unitfile_name parts;
	struct unit *u;
	size_t *at;

	if (!unitfile_name(us->arena, name, &parts))
		return NULL;
	follow(us, &name);
	name = intern_str(&us->names, name);
	at = ptrmap_find(&us->unit_of, name);
	if (at)
		return us->loaded.v[*at];
	if (us->loaded.n >= UNITS_MAX || us->work >= WORK_MAX)
		return NULL;
	u = arena_new(us->arena, struct unit);
	u->name = name;
	unitfile_name(us->arena, name, &u->parts);
	ptrmap_add(&us->unit_of, name, us->loaded.n);
	vec_push(us->arena, &us->loaded, u);
	load(us, u);
	return u;
}

/* ---- a start ---- */

static bool stopped(const volatile bool *stop)
{
	return stop && *stop;
}

/* in the order in which they are found, which is that of a breadth-first walk */
typedef VEC(struct unit *) unit_list;

static void pull(struct units *us, struct unit *u, unit_list *all, bool required)
{
	/* one that becomes required later hands that on, too */
	if (u->pulled && (u->required || !required))
		return;
	u->required |= required;
	u->pulled = true;
	vec_push(us->arena, all, u);
}

static void pull_deps(struct units *us, struct unit *u, unit_list *all)
{
	size_t i;

	if (!u->tied && u->state != UNIT_MASKED) {
		u->tied = true;
		read_ties(us, u);
		read_links(us, u);
		read_trigger(us, u);
		add_defaults(us, u);
	}
	for (i = 0; i < u->deps.n; i++)
		pull(us, u->deps.v[i].unit, all, u->required &&
		     u->deps.v[i].tie == UNIT_REQUIRES);
}

struct frame {
	struct unit *unit;
	size_t next;
};

/* u behind all that it comes after; cycles end where they close */
static void order_from(struct units *us, struct unit *u,
		       struct units_start *out)
{
	VEC(struct frame) stack = { 0 };
	struct frame first = { u, 0 };

	if (u->ordered)
		return;
	u->ordered = true;
	vec_push(us->arena, &stack, first);
	while (stack.n) {
		struct frame *f = &stack.v[stack.n - 1];
		struct frame next = { NULL, 0 };

		if (f->next == f->unit->after.n) {
			vec_push(us->arena, &out->order, f->unit);
			stack.n--;
			continue;
		}
		next.unit = f->unit->after.v[f->next++];
		if (!next.unit->pulled || next.unit->ordered)
			continue;
		next.unit->ordered = true;
		vec_push(us->arena, &stack, next);
	}
}

void units_start(struct units *us, struct unit *target,
		 const volatile bool *stop, struct units_start *out)
{
	unit_list all = { 0 };
	size_t i;

	memset(out, 0, sizeof(*out));
	pull(us, target, &all, true);
	for (i = 0; i < all.n && !stopped(stop); i++)
		pull_deps(us, all.v[i], &all);
	out->cut = i < all.n || us->loaded.n >= UNITS_MAX ||
		   us->work >= WORK_MAX || us->cut;
	for (i = 0; i < all.n; i++)
		order_from(us, all.v[i], out);
}
