/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "bootpath_int.h"

/* What systemd's system manager starts: man pages of 252 and 256. */

/* a unit on its way: what its commands have to know */
struct running {
	struct boot *b;
	const struct unit *unit;
	const char *key;		/* "ExecStart" */
	enum bootpath_weight weight;
	enum boot_fate fate;
};

static const char confirm[] = "imapol-confirm.service";

/* ---- weights ---- */

static bool names_unit(struct boot *b, const struct unit *u, const char *key,
		       const char *const *names)
{
	unitfile_words values = { 0 };
	size_t i, j;

	unitfile_values(b->arena, &u->lines, key, &values);
	for (i = 0; i < values.n; i++)
		for (j = 0; names[j]; j++)
			if (strstr(values.v[i], names[j]))
				return true;
	return false;
}

/* its failure ends the boot, in a shell or otherwise */
static bool failure_ends(struct boot *b, const struct unit *u)
{
	static const char *const ways_down[] = {
		"emergency.target", "rescue.target", "emergency.service",
		"rescue.service", "halt.target", "poweroff.target",
		"reboot.target", "kexec.target", "exit.target", NULL,
	};
	static const char *const actions[] = {
		"reboot", "poweroff", "halt", "exit", "kexec", NULL,
	};

	if (names_unit(b, u, "OnFailure", ways_down) ||
	    names_unit(b, u, "FailureAction", actions))
		return true;
	/* it halts a machine whose policy nobody confirms (doc/boot.md) */
	return b->after_init && !strcmp(u->name, confirm);
}

typedef VEC(const struct unit *) unit_list;

/* what u requires, and waits for */
static void required_by(struct boot *b, const struct unit *u, unit_list *todo,
			struct ptrmap *fatal)
{
	struct ptrmap after;
	size_t i;

	ptrmap_init(&after, b->arena);
	for (i = 0; i < u->after.n; i++)
		ptrmap_add(&after, u->after.v[i], 0);
	for (i = 0; i < u->deps.n; i++) {
		const struct unit_dep *d = &u->deps.v[i];

		if (d->tie == UNIT_REQUIRES && ptrmap_find(&after, d->unit) &&
		    ptrmap_add(fatal, d->unit, 1))
			vec_push(b->arena, todo, d->unit);
	}
}

/*
 * Units whose failure ends the boot: at says 2 for those by themselves, 1 for
 * those that are required by one, and waited for.
 */
static void mark_fatal(struct boot *b, const struct units_start *s,
		       struct ptrmap *fatal)
{
	unit_list todo = { 0 };
	size_t i;

	ptrmap_init(fatal, b->arena);
	for (i = 0; i < s->order.n; i++) {
		const struct unit *u = s->order.v[i];
		bool root = failure_ends(b, u);

		if (!root && strcmp(u->name, "sysinit.target") &&
		    strcmp(u->name, "basic.target"))
			continue;
		ptrmap_add(fatal, u, root ? 2 : 1);
		vec_push(b->arena, &todo, u);
	}
	for (i = 0; i < todo.n; i++)
		required_by(b, todo.v[i], &todo, fatal);
}

/* a start that has succeeded before the program is executed */
static bool is_simple(const struct unit *u)
{
	const char *type = unitfile_last(&u->lines, "Type");

	if (!type || !*type)
		return !unitfile_last(&u->lines, "BusName");
	return !strcmp(type, "simple") || !strcmp(type, "idle");
}

static enum bootpath_weight weight_of(const struct unit *u, size_t fatal,
				      const char *key)
{
	bool start = !strcmp(key, "ExecStart");

	if (!fatal || (!start && strcmp(key, "ExecStartPre") &&
		       strcmp(key, "ExecStartPost")))
		return BOOTPATH_LOSS;
	return start && fatal == 1 && is_simple(u) ? BOOTPATH_LOSS :
						     BOOTPATH_FATAL;
}

/* ---- conditions ---- */

/* what no boot changes; all else may be there or not when the unit starts */
static bool is_static(const char *path)
{
	static const char *const tops[] = {
		"/etc/", "/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/",
		"/boot/", "/opt/",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tops); i++)
		if (!strncmp(path, tops[i], strlen(tops[i])))
			return true;
	return false;
}

/* -1: it cannot be told */
static int holds(struct boot *b, const char *key, const char *path)
{
	const char *const *names;
	struct tree_file f;
	size_t n;

	if (!tree_find(b->r->tree, b->arena, path, &f))
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	if (!strcmp(key, "ConditionPathIsDirectory"))
		return S_ISDIR(f.mode);
	if (!strcmp(key, "ConditionFileNotEmpty"))
		return S_ISREG(f.mode) && f.size;
	if (!strcmp(key, "ConditionFileIsExecutable"))
		return S_ISREG(f.mode) && (f.mode & 0111);
	if (!strcmp(key, "ConditionDirectoryNotEmpty"))
		return boot_list(b, path, &names, &n) && n;
	return true;
}

/* false where it is known that it does not hold */
static bool may_hold(struct boot *b, const struct unit *u, const char *key,
		     const char *value, bool not)
{
	static const char *const keys[] = {
		"ConditionPathExists", "ConditionPathIsDirectory",
		"ConditionFileNotEmpty", "ConditionFileIsExecutable",
		"ConditionDirectoryNotEmpty",
	};
	const char *path = unitfile_expand(b->arena, u->name, value);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(key, keys[i]) && path && is_static(path))
			return holds(b, key, path) != not;
	return true;
}

/* false where it is known that the unit is passed over */
static bool may_start(struct boot *b, const struct unit *u)
{
	bool all = true;
	bool any = false, one = false;	/* of those with a | */
	size_t i;

	for (i = 0; i < u->lines.n; i++) {
		const char *key = u->lines.v[i].key, *s = u->lines.v[i].value;
		bool either, not, may;

		if (strncmp(key, "Condition", 9))
			continue;
		/* an empty one forgets those before it, of all kinds */
		if (!*s) {
			all = true;
			any = one = false;
			continue;
		}
		either = *s == '|';
		s += either;
		not = *s == '!';
		s += not;
		may = may_hold(b, u, key, s, not);
		any |= either;
		one |= either && may;
		all &= either || may;
	}
	return all && (!any || one);
}

/* ---- commands ---- */

static bool is_shell(const char *path)
{
	const char *name = boot_name(path);

	return !strcmp(name, "sh") || !strcmp(name, "bash") ||
	       !strcmp(name, "dash");
}

/* modprobe OPTION... MODULE... */
static void load_modules(struct running *r, const struct unitfile_command *c,
			 const char *why)
{
	size_t i;

	for (i = 0; i < c->words.n; i++) {
		const char *name = unitfile_expand(r->b->arena, r->unit->name,
						   c->words.v[i]);

		if (name && *name != '-')
			boot_module(r->b, name, BOOTPATH_LOSS, why);
	}
}

/* what a shell, env or modprobe is given, as far as its words tell */
static void run_words(struct running *r, const struct unitfile_command *c,
		      enum bootpath_weight weight, const char *why)
{
	const char *program = NULL;
	size_t i = 0;

	if (is_shell(c->path) && c->words.n && weight == BOOTPATH_FATAL) {
		boot_note(r->b, "%s is for a shell, and has to work for a boot: "
			  "not all that it runs was followed", why);
		r->b->blind = true;
	}
	if (is_shell(c->path)) {
		while (i < c->words.n && c->words.v[i][0] == '-' &&
		       !strchr(c->words.v[i], 'c'))
			i++;
		if (i < c->words.n && c->words.v[i][0] == '-')
			program = i + 1 < c->words.n ?
				  boot_shell_word(r->b, c->words.v[i + 1]) :
				  NULL;
		else if (i < c->words.n && boot_file(r->b, c->words.v[i]))
			boot_use(r->b, c->words.v[i], JUDGE_READ, weight, why);
	} else if (!strcmp(boot_name(c->path), "env")) {
		while (i < c->words.n && (c->words.v[i][0] == '-' ||
					  strchr(c->words.v[i], '=')))
			i++;
		program = i < c->words.n ? boot_search(r->b, c->words.v[i]) :
					   NULL;
	} else if (!strcmp(boot_name(c->path), "modprobe")) {
		load_modules(r, c, why);
	}
	if (program)
		r->fate = boot_worse(r->fate, boot_run(r->b, program, weight,
						       why));
}

static void run_command(void *arg, const struct unitfile_command *c)
{
	struct running *r = arg;
	enum bootpath_weight weight = c->may_fail ? BOOTPATH_LOSS : r->weight;
	const char *why = buf_textf(r->b->arena, "%s= of %s", r->key,
				    r->unit->name);
	struct unitfile_command known = *c;
	enum boot_fate fate;

	known.path = unitfile_expand(r->b->arena, r->unit->name, c->path);
	if (!known.path || strchr(known.path, '$')) {
		boot_aside(r->b, "%s names a program that is not known "
			   "before it runs: %s", why, c->path);
		return;
	}
	known.path = boot_search(r->b, known.path);
	fate = boot_run(r->b, known.path, weight, why);
	r->fate = boot_worse(r->fate, fate);
	run_words(r, &known, weight, why);
}

static void run_commands(struct running *r, const char *key, size_t fatal)
{
	unitfile_words lines = { 0 };
	size_t i;

	r->key = key;
	r->weight = weight_of(r->unit, fatal, key);
	unitfile_values(r->b->arena, &r->unit->lines, key, &lines);
	for (i = 0; i < lines.n && !boot_stopped(r->b); i++)
		if (!unitfile_commands(r->b->arena, lines.v[i], r, run_command))
			boot_aside(r->b, "%s= of %s: its quotes are not closed",
				   key, r->unit->name);
}

/* files that PID 1 reads to set up a service; without one it does not start */
static void read_environment(struct running *r, size_t fatal)
{
	unitfile_words files = { 0 };
	size_t i;

	unitfile_values(r->b->arena, &r->unit->lines, "EnvironmentFile",
			&files);
	for (i = 0; i < files.n; i++) {
		bool may_fail = files.v[i][0] == '-';
		const char *path = unitfile_expand(r->b->arena, r->unit->name,
						   files.v[i] + may_fail);

		if (path && *path == '/')
			boot_use(r->b, path, JUDGE_READ, may_fail ?
				 BOOTPATH_LOSS :
				 weight_of(r->unit, fatal, "ExecStartPre"),
				 buf_textf(r->b->arena,
					   "EnvironmentFile= of %s",
					   r->unit->name));
	}
}

static bool runs_elsewhere(struct boot *b, const struct unit *u)
{
	const char *dir = unitfile_last(&u->lines, "RootDirectory");
	const char *image = unitfile_last(&u->lines, "RootImage");

	if ((!dir || !*dir) && (!image || !*image))
		return false;
	boot_aside(b, "%s runs in a root of its own, %s, which was not followed",
		  u->name, dir && *dir ? dir : image);
	return true;
}

static enum boot_fate run_service(struct boot *b, const struct unit *u,
				  size_t fatal)
{
	static const char *const keys[] = {
		"ExecCondition", "ExecStartPre", "ExecStart", "ExecStartPost",
		"ExecReload", "ExecStop", "ExecStopPost",
	};
	struct running r = { .b = b, .unit = u };
	size_t i;

	if (runs_elsewhere(b, u))
		return BOOT_WORKS;
	read_environment(&r, fatal);
	for (i = 0; i < 3; i++)
		run_commands(&r, keys[i], fatal);
	/* what comes behind the start is no part of whether it works */
	for (; i < ARRAY_SIZE(keys); i++) {
		struct running later = r;

		run_commands(&later, keys[i], fatal);
	}
	return r.fate;
}

/* ---- units ---- */

/* PID 1 reads each; without its own file a unit is not there */
static enum boot_fate read_unit(struct boot *b, const struct unit *u)
{
	enum boot_fate fate = BOOT_WORKS, of;
	size_t i;

	for (i = 0; i < u->files.n; i++) {
		bool own = !i && u->state != UNIT_MISSING;

		of = boot_use(b, u->files.v[i], JUDGE_READ,
			      own && u->required ? BOOTPATH_FATAL :
						   BOOTPATH_LOSS,
			      buf_textf(b->arena, "read by systemd for %s",
					u->name));
		if (own)
			fate = of;
	}
	if (u->state == UNIT_UNREAD || u->unread) {
		boot_note(b, "%s could not be read: what it starts was not "
			  "followed", u->unread ? u->unread : u->files.v[0]);
		b->blind = true;
	}
	return fate;
}

/* mount(8) and its helper, swapon(8): what these units run */
static void run_mount(struct boot *b, const struct unit *u, size_t fatal)
{
	const char *type = unitfile_last(&u->lines, "Type");
	const char *why = buf_textf(b->arena, "started for %s", u->name);

	if (unit_is(u, "swap"))
		boot_run(b, "/sbin/swapon", BOOTPATH_LOSS, why);
	if (unit_is(u, "mount") && u->state == UNIT_LOADED)
		boot_mount_type(b, type ? type : "auto", fatal ?
				BOOTPATH_FATAL : BOOTPATH_LOSS, why);
}

/* the program that lets people in, by its name; NULL: none */
static const char *way_program(struct boot *b, struct units *us,
			       const struct unit *u)
{
	static const char *const programs[] = {
		"agetty", "getty", "mingetty", "sshd", "dropbear",
	};
	const char *line = unitfile_last(&u->lines, "ExecStart"), *word;
	size_t i;

	word = line ? unitfile_word(b->arena, &line) : NULL;
	if (!word || !unit_is(u, "service"))
		return NULL;
	word += strspn(word, "@-:+!|");
	for (i = 0; i < ARRAY_SIZE(programs); i++)
		if (!strcmp(boot_name(word), programs[i]))
			return word;
	if (units_get(us, "display-manager.service") == u)
		return word;
	return NULL;
}

/* a way in starts with the unit that opens it */
static void run_way(struct boot *b, const struct unit *u, size_t fatal,
		    const char *program)
{
	const char *line = unitfile_last(&u->lines, "ExecStart");
	struct boot_trail t;
	struct boot_way way = { .name = u->name };

	boot_trail_begin(b, &t);
	way.fate = boot_worse(read_unit(b, u), run_service(b, u, fatal));
	way.fate = boot_worse(way.fate, boot_login(b, program, line));
	boot_trail_end(b);
	way.steps = t.steps;
	vec_push(b->arena, &b->ways, way);
}

static void run_unit(struct boot *b, struct units *us, const struct unit *u,
		     size_t fatal)
{
	const char *program;

	if (u->state == UNIT_MASKED || boot_stopped(b))
		return;
	if (!may_start(b, u)) {
		read_unit(b, u);
		return;
	}
	program = way_program(b, us, u);
	if (program && b->ways.n < BOOT_WAYS_MAX) {
		run_way(b, u, fatal, program);
		return;
	}
	read_unit(b, u);
	if (unit_is(u, "service"))
		run_service(b, u, fatal);
	if (b->after_init && !strcmp(u->name, confirm))
		boot_run(b, boot_search(b, "imapol-load"), BOOTPATH_FATAL,
			 "asked by imapol-confirm.service");
	run_mount(b, u, fatal);
	if (!strcmp(u->name, "systemd-udevd.service"))
		boot_udev(b);
	if (!strcmp(u->name, "systemd-modules-load.service"))
		boot_modules(b);
}

static void run_target(struct boot *b, struct units *us, struct unit *target)
{
	struct units_start start;
	struct ptrmap fatal;
	size_t i;

	units_start(us, target, b->r->stop, &start);
	if (start.cut) {
		boot_note(b, "%s pulls in more units than are followed",
			  target->name);
		b->blind = true;
	}
	if (units_unseen(us)) {
		boot_note(b, "%s could not be looked at: units in it were not "
			  "followed", units_unseen(us));
		b->blind = true;
	}
	mark_fatal(b, &start, &fatal);
	for (i = 0; i < start.order.n; i++) {
		const size_t *at = ptrmap_find(&fatal, start.order.v[i]);

		run_unit(b, us, start.order.v[i], at ? *at : 0);
	}
}

/* what a login starts beside the shell */
static void run_user(struct boot *b, struct units *us)
{
	static const char *const names[] = {
		"user-runtime-dir@0.service", "user@0.service",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct unit *u = units_get(us, names[i]);

		if (u && u->state == UNIT_LOADED)
			run_unit(b, us, u, 0);
	}
}

/* ---- generators ---- */

/* programs of NAME in the directories that systemd looks through, first ones first */
static void run_generators(struct boot *b, const char *name)
{
	static const char *const tops[] = {
		"/etc/systemd", "/run/systemd", "/usr/local/lib/systemd",
		"/usr/lib/systemd", "/lib/systemd",
	};
	struct ptrmap seen;
	size_t i, j, n;

	ptrmap_init(&seen, b->arena);
	for (i = 0; i < ARRAY_SIZE(tops); i++) {
		const char *dir = buf_textf(b->arena, "%s/%s", tops[i], name);
		const char *const *names;

		if (!boot_list(b, dir, &names, &n))
			continue;
		for (j = 0; j < n && !boot_stopped(b); j++) {
			const char *path = buf_textf(b->arena, "%s/%s", dir,
						     names[j]);

			if (ptrmap_add(&seen, intern_str(&b->names, names[j]),
				       0) && boot_has_program(b, path))
				boot_run(b, path, BOOTPATH_LOSS,
					 "a generator of systemd");
		}
	}
}

/* ---- PID 1 ---- */

/* systemd 255 on starts programs by another one, which it opens at its start */
static void run_executor(struct boot *b, const char *init)
{
	/* of one by another name it is where it was built for */
	const char *dir = strcmp(boot_name(init), "systemd") ?
			  "/usr/lib/systemd/" :
			  arena_strndup(b->arena, init, strlen(init) -
							strlen("systemd"));
	const char *path = buf_textf(b->arena, "%ssystemd-executor", dir);

	if (boot_has_program(b, path))
		boot_run(b, path, BOOTPATH_FATAL,
			 "by it systemd starts every program");
}

void boot_systemd(struct boot *b, const char *init)
{
	const char *name = b->options->target ? b->options->target :
						"default.target";
	struct units *us = units_new(b->arena, b->r->tree);
	struct unit *target = units_get(us, name);

	boot_aside(b, "libraries that systemd and its services open by name "
		   "(tokens, compression and the like) were not followed: "
		   "they are among the files of the root");
	boot_selinux(b);
	run_executor(b, init);
	boot_settings(b);
	run_generators(b, "system-environment-generators");
	run_generators(b, "system-generators");
	if (!target || target->state != UNIT_LOADED) {
		boot_note(b, "%s: there is no such unit, so that what is "
			  "started is not known", name);
		b->blind = true;
		return;
	}
	boot_mounts(b, us);
	run_target(b, us, target);
	boot_rc_scripts(b, us);
	run_generators(b, "user-environment-generators");
	run_generators(b, "user-generators");
	run_user(b, us);
}
