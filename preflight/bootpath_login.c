/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "bootpath_int.h"
#include "num.h"

/*
 * What lets somebody in: login(1) behind a getty, sshd, a display manager; the
 * modules of PAM that their stacks must have, and a shell.
 */
#define PAM_DEPTH 10	/* of files that include each other */
#define FIRST_USER 1000
#define LAST_USER 59999	/* login.defs(5); behind are those that services make */

/* ---- PAM ---- */

/* the directory of security modules; NULL: none was found */
static const char *module_dir(struct boot *b)
{
	static const char *const fixed[] = {
		"/usr/lib64/security", "/lib64/security",
		"/usr/lib/security", "/lib/security",
	};
	const char *const *names, *dir;
	struct tree_file f;
	size_t n, i;

	if (boot_list(b, "/usr/lib", &names, &n))
		for (i = 0; i < n; i++) {
			if (!strstr(names[i], "-linux-"))
				continue;
			dir = buf_textf(b->arena, "/usr/lib/%s/security",
					names[i]);
			if (tree_find(b->r->tree, b->arena, dir, &f))
				return dir;
		}
	for (i = 0; i < ARRAY_SIZE(fixed); i++)
		if (tree_find(b->r->tree, b->arena, fixed[i], &f))
			return fixed[i];
	return NULL;
}

/* a line of a stack: TYPE CONTROL MODULE; a control may be [several words] */
struct pam_line {
	const char *type, *control, *module;
	bool may_be_missing;	/* "-" */
};

static bool read_pam_line(struct boot *b, const char *s, struct pam_line *l)
{
	l->type = boot_word(b, &s);
	if (!l->type)
		return false;
	l->may_be_missing = *l->type == '-';
	l->type += l->may_be_missing;
	s += strspn(s, " \t");
	if (*s == '[') {
		size_t n = strcspn(s, "]");

		l->control = arena_strndup(b->arena, s, n);
		s += n + (s[n] == ']');
	} else {
		l->control = boot_word(b, &s);
	}
	l->module = boot_word(b, &s);
	return l->control && (l->module || !strcmp(l->type, "@include"));
}

/* without this module the stack denies; pam.conf(5) */
static bool is_needed(const struct pam_line *l)
{
	if (l->may_be_missing || !strcmp(l->type, "password"))
		return false;
	if (!strcmp(l->control, "required") || !strcmp(l->control, "requisite"))
		return true;
	if (!strncmp(boot_name(l->module), "pam_unix", 8))
		return true;
	return *l->control == '[' && !strstr(l->control, "default=ignore") &&
	       !strstr(l->control, "module_unknown=ignore");
}

static enum boot_fate load_module(struct boot *b, const struct pam_line *l,
				  const char *service)
{
	const char *dir = *l->module == '/' ? "" : module_dir(b), *path;
	const char *why = buf_textf(b->arena, "in PAM's stack of %s", service);
	enum boot_fate fate;

	if (!dir)
		return is_needed(l) ? BOOT_MISSING : BOOT_WORKS;
	path = *dir ? buf_textf(b->arena, "%s/%s", dir, l->module) : l->module;
	if (!is_needed(l) && !boot_file(b, path))
		return BOOT_WORKS;
	fate = boot_load(b, path, BOOTPATH_LOSS, why);
	return is_needed(l) ? fate : BOOT_WORKS;
}

static enum boot_fate read_stack(struct boot *b, const char *name,
				 const char *service, unsigned int depth);

static enum boot_fate stack_line(struct boot *b, const char *line,
				 const char *service, unsigned int depth)
{
	struct pam_line l;

	if (!read_pam_line(b, line, &l))
		return BOOT_WORKS;
	if (!strcmp(l.type, "@include"))
		return read_stack(b, l.control, service, depth + 1);
	if (!strcmp(l.control, "include") || !strcmp(l.control, "substack"))
		return read_stack(b, l.module, service, depth + 1);
	return load_module(b, &l, service);
}

static enum boot_fate read_stack(struct boot *b, const char *name,
				 const char *service, unsigned int depth)
{
	static const char *const dirs[] = {
		"/etc/pam.d", "/usr/lib/pam.d", "/usr/share/pam.d",
	};
	const char *path = NULL, *text, *line;
	enum boot_fate fate;
	struct buf joined;
	size_t i;

	if (depth > PAM_DEPTH || boot_stopped(b))
		return BOOT_MISSING;
	for (i = 0; i < ARRAY_SIZE(dirs) && (!path || !boot_file(b, path)); i++)
		path = *name == '/' ? name :
		       buf_textf(b->arena, "%s/%s", dirs[i], name);
	if (!boot_file(b, path))
		return depth || !strcmp(name, "other") ? BOOT_MISSING :
		       read_stack(b, "other", service, depth + 1);
	fate = boot_use(b, path, JUDGE_READ, BOOTPATH_LOSS,
			buf_textf(b->arena, "PAM's stack of %s", service));
	text = boot_text(b, path);
	buf_init(&joined, b->arena);
	while (text && (line = boot_line(b, &text))) {
		size_t n = strcspn(line, "#");
		bool more = n && line[n - 1] == '\\';

		buf_add(&joined, line, n - more);
		if (more)
			continue;
		fate = boot_worse(fate, stack_line(b, joined.s, service,
						   depth));
		buf_init(&joined, b->arena);
	}
	return fate;
}

static bool has_stack(struct boot *b, const char *name)
{
	return boot_file(b, buf_textf(b->arena, "/etc/pam.d/%s", name)) ||
	       boot_file(b, buf_textf(b->arena, "/usr/lib/pam.d/%s", name));
}

/* ---- shells ---- */

/* the field of that number, from 0, of a line of passwd(5) */
static const char *field(struct boot *b, const char *line, unsigned int n)
{
	while (n-- > 0) {
		line += strcspn(line, ":");
		if (!*line++)
			return "";
	}
	return arena_strndup(b->arena, line, strcspn(line, ":"));
}

/* somebody who may log in; NULL: not this one */
static const char *shell_of(struct boot *b, const char *line)
{
	const char *id = field(b, line, 2), *shell = field(b, line, 6);
	const char *name = boot_name(shell);
	uint64_t uid;

	if (num_parse(id, strlen(id), 10, UINT32_MAX, &uid) != NUM_OK ||
	    (uid && (uid < FIRST_USER || uid > LAST_USER)))
		return NULL;
	if (!strcmp(name, "nologin") || !strcmp(name, "false"))
		return NULL;
	return *shell ? shell : "/bin/sh";
}

/* one shell is enough */
static enum boot_fate shells(struct boot *b)
{
	const char *text = boot_text(b, "/etc/passwd"), *line, *shell;
	enum boot_fate best = BOOT_MISSING, fate;
	bool any = false;

	while (text && (line = boot_line(b, &text))) {
		shell = shell_of(b, line);
		if (!shell)
			continue;
		fate = boot_run(b, shell, BOOTPATH_LOSS,
				buf_textf(b->arena, "the shell of %s",
					  field(b, line, 0)));
		best = !any || fate < best ? fate : best;
		any = true;
	}
	return best;
}

/* the modules that answer for users beside the files: nsswitch.conf(5) */
static void name_services(struct boot *b)
{
	const char *text = boot_text(b, "/etc/nsswitch.conf"), *line, *word;
	const char *dir = module_dir(b);

	while (text && dir && (line = boot_line(b, &text))) {
		line = arena_strndup(b->arena, line, strcspn(line, "#"));
		word = boot_word(b, &line);
		if (!word || (strcmp(word, "passwd:") && strcmp(word, "group:") &&
			      strcmp(word, "shadow:")))
			continue;
		while ((word = boot_word(b, &line))) {
			const char *path = buf_textf(b->arena,
						     "%s/../libnss_%s.so.2",
						     dir, word);

			if (boot_file(b, path))
				boot_load(b, path, BOOTPATH_LOSS,
					  "named in /etc/nsswitch.conf");
		}
	}
}

/* users, their passwords and shells, for whoever lets them in */
static enum boot_fate users(struct boot *b)
{
	enum boot_fate fate = shells(b);

	name_services(b);
	if (boot_file(b, "/etc/shadow"))
		fate = boot_worse(fate, boot_use(b, "/etc/shadow", JUDGE_READ,
				  BOOTPATH_LOSS, "passwords"));
	return boot_worse(fate, boot_use(b, "/etc/passwd", JUDGE_READ,
					 BOOTPATH_LOSS, "who may log in"));
}

/* ---- programs ---- */

static const char *login_program(struct boot *b, const char *line)
{
	const char *word;

	while (line && (word = unitfile_word(b->arena, &line))) {
		if (!strncmp(word, "--login-program=", 16))
			return word + 16;
		if (!strcmp(word, "-l") || !strcmp(word, "--login-program")) {
			word = unitfile_word(b->arena, &line);
			if (word)
				return word;
		}
	}
	return "/bin/login";
}

static enum boot_fate by_login(struct boot *b, const char *line)
{
	const char *program = login_program(b, line);
	enum boot_fate fate = boot_run(b, program, BOOTPATH_LOSS,
				       "started by getty");

	if (has_stack(b, "login"))
		fate = boot_worse(fate, read_stack(b, "login", "login", 0));
	return fate;
}

/* one key that can be read is enough; they may also be made at the first start */
static enum boot_fate host_keys(struct boot *b)
{
	enum boot_fate best = BOOT_WORKS, fate;
	const char *const *names;
	bool any = false;
	size_t n, i;

	if (!boot_list(b, "/etc/ssh", &names, &n))
		return BOOT_WORKS;
	for (i = 0; i < n; i++) {
		size_t len = strlen(names[i]);

		if (strncmp(names[i], "ssh_host_", 9) ||
		    strcmp(names[i] + len - 4, "_key"))
			continue;
		fate = boot_use(b, buf_textf(b->arena, "/etc/ssh/%s", names[i]),
				JUDGE_READ, BOOTPATH_LOSS, "read by sshd");
		best = !any || fate < best ? fate : best;
		any = true;
	}
	return best;
}

static enum boot_fate by_sshd(struct boot *b)
{
	static const char *const parts[] = {
		"/usr/lib/openssh/sshd-session", "/usr/lib/openssh/sshd-auth",
		"/usr/libexec/openssh/sshd-session",
		"/usr/libexec/openssh/sshd-auth", "/usr/lib/ssh/sshd-session",
		"/usr/lib/ssh/sshd-auth",
	};
	enum boot_fate fate = host_keys(b);
	size_t i;

	if (boot_file(b, "/etc/ssh/sshd_config"))
		fate = boot_worse(fate, boot_use(b, "/etc/ssh/sshd_config",
				  JUDGE_READ, BOOTPATH_LOSS, "read by sshd"));
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (boot_has_program(b, parts[i]))
			fate = boot_worse(fate, boot_run(b, parts[i],
					  BOOTPATH_LOSS, "started by sshd"));
	if (has_stack(b, "sshd"))
		fate = boot_worse(fate, read_stack(b, "sshd", "sshd", 0));
	return fate;
}

static enum boot_fate by_display(struct boot *b, const char *program)
{
	const char *name = boot_name(program);

	boot_aside(b, "%s: what it starts for a login was not followed, but "
		   "for its stack of PAM", program);
	return has_stack(b, name) ? read_stack(b, name, name, 0) : BOOT_WORKS;
}

enum boot_fate boot_login(struct boot *b, const char *program, const char *line)
{
	const char *name = boot_name(program);
	enum boot_fate fate;

	if (strstr(name, "getty"))
		fate = by_login(b, line);
	else if (!strcmp(name, "sshd"))
		fate = by_sshd(b);
	else if (!strcmp(name, "dropbear"))
		fate = BOOT_WORKS;
	else
		fate = by_display(b, program);
	return boot_worse(fate, users(b));
}
