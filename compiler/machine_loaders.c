/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "machine_int.h"
#include "util.h"

/* ---- texts ---- */

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

/* word stands in a line that is no comment */
static bool mentions(const struct hostfs_file *f, const char *word)
{
	const char *at, *line;

	for (at = f->text; at && (at = strstr(at, word)); at++) {
		for (line = at; line > f->text && line[-1] != '\n'; line--)
			;
		if (line[strspn(line, " \t")] != '#')
			return true;
	}
	return false;
}

/* ---- settings ---- */

static bool starts_with_any(const char *s, const char *const *words)
{
	for (; *words; words++)
		if (!strncmp(s, *words, strlen(*words)))
			return true;
	return false;
}

/* a line of the file is one of the settings, and has the word */
static bool setting_has(struct machine *m, const struct hostfs *fs,
			const char *path, const char *const *settings,
			const char *word)
{
	struct hostfs_file f = machine_file(m, fs, path);
	const char *line;
	bool has = false;

	for (line = f.text; line && *line; line += strspn(line, "\n")) {
		const char *text = arena_strndup(m->arena, line,
						 strcspn(line, "\n"));

		line += strlen(text);
		text += strspn(text, " \t");
		has |= starts_with_any(text, settings) && strstr(text, word);
	}
	return has;
}

/* the same of the file at path, and of those in dirs that end in .conf */
static bool config_has(struct machine *m, const struct hostfs *fs,
		       const char *path, const char *const *dirs,
		       const char *const *settings, const char *word)
{
	bool has = setting_has(m, fs, path, settings, word);
	size_t i;

	for (; *dirs; dirs++) {
		hostfs_names names = machine_names(m, fs, *dirs);

		for (i = 0; i < names.n; i++)
			if (ends_with(names.v[i], ".conf"))
				has |= setting_has(m, fs,
					machine_path(m, *dirs, names.v[i]),
					settings, word);
	}
	return has;
}

/* ---- programs that load ---- */

static void add_loader(struct machine *m, const struct hostfs *fs,
		       enum machine_loader_kind kind, const char *path)
{
	struct hostfs_file f = machine_file(m, fs, path);
	struct machine_loader l = { .kind = kind, .path = path };

	l.by_imapol_load = mentions(&f, "imapol-load");
	if (l.by_imapol_load || mentions(&f, "ima/policy"))
		vec_push(m->arena, &m->loaders, l);
}

/* one of ours; it does something in images of its kind, where these are made */
static void add_hook(struct machine *m, enum machine_loader_kind kind,
		     const char *path, bool made)
{
	struct machine_loader l = { kind, path, true };

	if (made)
		vec_push(m->arena, &m->hooks, l);
}

/* all of a folder; ours has this name */
static void add_loaders(struct machine *m, const struct hostfs *fs,
			enum machine_loader_kind kind, const char *dir,
			bool made)
{
	hostfs_names names = machine_names(m, fs, dir);
	size_t i;

	for (i = 0; i < names.n; i++) {
		const char *path = machine_path(m, dir, names.v[i]);

		if (!strcmp(names.v[i], "imapol"))
			add_hook(m, kind, path, made);
		else
			add_loader(m, fs, kind, path);
	}
}

/* programs and folders; one of them is enough */
static bool has_any(const struct hostfs *fs, const char *const *paths)
{
	for (; *paths; paths++)
		if (hostfs_has(fs, *paths))
			return true;
	return false;
}

/* what initramfs-tools runs in the initramfs, in its order */
static void read_initramfs_tools(struct machine *m, const struct hostfs *fs)
{
	static const char *const dirs[] = {
		"/etc/initramfs-tools/scripts",
		"/usr/share/initramfs-tools/scripts",
	};
	static const char *const stages[] = {
		"init-top", "init-premount", "local-top", "local-block",
		"local-premount", "local-bottom", "init-bottom",
	};
	static const char *const makers[] = {
		"/usr/sbin/update-initramfs", "/usr/sbin/mkinitramfs", NULL,
	};
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(stages); i++)
		for (j = 0; j < ARRAY_SIZE(dirs); j++)
			add_loaders(m, fs, MACHINE_INITRAMFS_TOOLS,
				    machine_path(m, dirs[j], stages[i]),
				    has_any(fs, makers));
}

/* ---- mkinitcpio ---- */

static void read_mkinitcpio(struct machine *m, const struct hostfs *fs)
{
	static const char *const dirs[] = {
		"/etc/initcpio/hooks", "/usr/lib/initcpio/hooks",
	};
	static const char *const config_dirs[] = {
		"/etc/mkinitcpio.conf.d", NULL,
	};
	static const char *const settings[] = { "HOOKS", NULL };
	bool made = hostfs_has(fs, "/usr/bin/mkinitcpio") &&
		    config_has(m, fs, "/etc/mkinitcpio.conf", config_dirs,
			       settings, "imapol");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++)
		add_loaders(m, fs, MACHINE_MKINITCPIO, dirs[i], made);
}

/* ---- dracut ---- */

static void read_dracut(struct machine *m, const struct hostfs *fs)
{
	static const char *const dirs[] = {
		"/usr/lib/dracut/dracut.conf.d", "/etc/dracut.conf.d", NULL,
	};
	static const char *const settings[] = {
		"add_dracutmodules", "dracutmodules", "force_add_dracutmodules",
		NULL,
	};
	static const char *const makers[] = {
		"/usr/bin/dracut", "/usr/sbin/dracut", NULL,
	};
	static const char modules[] = "/usr/lib/dracut/modules.d";
	hostfs_names names = machine_names(m, fs, modules);
	size_t i;

	m->dracut_integrity = config_has(m, fs, "/etc/dracut.conf", dirs,
					 settings, "integrity");
	for (i = 0; i < names.n; i++) {
		const char *path = machine_path(m, modules, names.v[i]);

		if (!strcmp(names.v[i], "99imapol"))
			add_hook(m, MACHINE_DRACUT, path, has_any(fs, makers));
		else if (strstr(names.v[i], "imapol"))
			add_loaders(m, fs, MACHINE_DRACUT, path, false);
	}
}

/* ---- units of systemd ---- */

static const char *const unit_dirs[] = {
	"/etc/systemd/system", "/usr/lib/systemd/system",
};

/* the names in the .wants and .requires directories: what is started */
static void read_wanted(struct machine *m, const struct hostfs *fs,
			hostfs_names *wanted)
{
	size_t i, j, k;

	for (i = 0; i < ARRAY_SIZE(unit_dirs); i++) {
		hostfs_names names = machine_names(m, fs, unit_dirs[i]);

		for (j = 0; j < names.n; j++) {
			hostfs_names inner = { 0 };

			if (!ends_with(names.v[j], ".wants") &&
			    !ends_with(names.v[j], ".requires"))
				continue;
			inner = machine_names(m, fs,
				machine_path(m, unit_dirs[i], names.v[j]));
			for (k = 0; k < inner.n; k++)
				vec_push(m->arena, wanted, inner.v[k]);
		}
	}
}

/* ours asks what became of it, and loads nothing a second time */
static void read_unit(struct machine *m, const struct hostfs *fs,
		      const char *name, const char *path)
{
	/* a masked one is /dev/null */
	if (!strcmp(name, "imapol-confirm.service"))
		m->confirms = hostfs_read(fs, path).text;
	else
		add_loader(m, fs, MACHINE_UNIT, path);
}

static void read_units(struct machine *m, const struct hostfs *fs)
{
	hostfs_names wanted = { 0 };
	size_t i, j;

	read_wanted(m, fs, &wanted);
	for (i = 0; i < wanted.n; i++) {
		for (j = 0; j < i && strcmp(wanted.v[j], wanted.v[i]) != 0; j++)
			;
		if (j < i || !ends_with(wanted.v[i], ".service"))
			continue;
		/* the administrator's unit hides the one of the system */
		for (j = 0; j < ARRAY_SIZE(unit_dirs); j++) {
			const char *path = machine_path(m, unit_dirs[j],
							wanted.v[i]);

			if (hostfs_has(fs, path)) {
				read_unit(m, fs, wanted.v[i], path);
				break;
			}
		}
	}
}

/* ---- policies ---- */

/* what does not lie where a loader looks is found all the same */
static void read_policies(struct machine *m, const struct hostfs *fs)
{
	static const char dir[] = "/etc/ima";
	static const char *const others[] = {
		"/etc/sysconfig/ima-policy", "/etc/ima-policy",
		"/etc/ima_policy", "/etc/ima.policy",
	};
	hostfs_names names = machine_names(m, fs, dir);
	struct hostfs_file f;
	size_t i;

	for (i = 0; i < names.n; i++) {
		if (ends_with(names.v[i], ".imapol") ||
		    ends_with(names.v[i], ".sig"))
			continue;
		f = hostfs_read(fs, machine_path(m, dir, names.v[i]));
		if (f.there && f.error != EISDIR)
			vec_push(m->arena, &m->policies, f);
	}
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		f = hostfs_read(fs, others[i]);
		if (f.there)
			vec_push(m->arena, &m->policies, f);
	}
}

void machine_read_loaders(struct machine *m, const struct hostfs *fs)
{
	static const char *const programs[] = {
		"/usr/sbin/imapol-load", "/usr/local/sbin/imapol-load",
		"/sbin/imapol-load", "/bin/imapol-load",
	};
	const struct hostfs_file *init = &m->item[MACHINE_INIT];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(programs) && !m->imapol_load; i++)
		if (hostfs_has(fs, programs[i]))
			m->imapol_load = programs[i];
	/* of a machine that runs it counts what runs as its first process */
	m->systemd = init->text ? !strcmp(init->text, "systemd\n") :
			hostfs_has(fs, "/usr/lib/systemd/systemd") ||
			hostfs_has(fs, "/lib/systemd/systemd");
	read_initramfs_tools(m, fs);
	read_mkinitcpio(m, fs);
	read_dracut(m, fs);
	read_units(m, fs);
	read_policies(m, fs);
}
