/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "keyring.h"
#include "prime.h"
#include "seal.h"

/* of the kernel's security/integrity/integrity.h: what is where in a signature */
enum { VERSION_AT = 1, WITH_KEY_ID = 2, KEY_ID_AT = 3, KEY_ID_END = 7 };

/* What came of asking the kernel for one file. */
enum asked {
	ASKED,	 /* it had no objection */
	UNASKED, /* something else was in the way */
	REFUSED,
};

/* Where there is no better: real programs in the places of the usual distributions, the smallest first. */
static const char *const usual[] = {
	"/usr/bin/true", "/bin/true", "/usr/bin/sh", "/bin/sh", "/usr/sbin/init", "/sbin/init", "/usr/lib/systemd/systemd",
	"/lib/systemd/systemd",
};

struct prime {
	const struct load_ops *ops;
	const struct prime_options *opt;
	struct voice voice; /* of the policy */
	struct keyring ring;
};

/* One file that is to be signed. */
struct subject {
	struct voice voice;
	char path[PATH_MAX];
	bool named; /* by the user, who has to know */
	struct seal seal;
	mode_t mode;
};

static bool asks_for_signature(struct span rule, bool keys)
{
	struct span word;

	if (!lines_appraises(rule))
		return false;
	while (!keys && lines_word(&rule, &word))
		if (span_starts(word, "appraise_type="))
			return true;
	return keys;
}

/* Every rule that appraises checks a signature where there is one, and some want one. A policy that cannot be read is
 * taken for one of these. */
static bool wants_keys(const struct prime *p)
{
	bool wants = false;
	struct lines it;
	struct span rule;
	char *text;
	size_t len;

	if (ops_read_file(p->ops, p->opt->policy, INPUT_MAX, &text, &len))
		return true;
	lines_start(&it, text, len);
	while (!wants && lines_next(&it, &rule))
		wants = asks_for_signature(rule, p->opt->keys);
	free(text);
	return wants;
}

/* 1: it is signed; 0: it is not; or a negative errno. */
static int look_at(struct subject *file, int fd)
{
	const struct load_ops *ops = file->voice.ops;
	struct stat st;
	int err = ops->fstat(ops->ctx, fd, &st);

	if (err)
		return err;
	file->mode = st.st_mode;
	return seal_read(&file->seal, ops, fd);
}

/* Which key made the signature, by the last bytes of its identifier. */
static bool key_id(const struct subject *file, unsigned long *id)
{
	size_t i;

	if (file->seal.len < KEY_ID_END || file->seal.bytes[VERSION_AT] < WITH_KEY_ID)
		return false;
	for (*id = 0, i = KEY_ID_AT; i < KEY_ID_END; i++)
		*id = *id << 8 | file->seal.bytes[i];
	return true;
}

static enum asked refused(const struct prime *p, const struct subject *file, const char *what, int err)
{
	const char *ring = keyring_name(&p->ring);
	unsigned long id;

	say(&file->voice, ": the kernel refuses to %s it (%s)", what, strerror(-err));
	if (!key_id(file, &id))
		say(&file->voice, ": no key in %s made its signature, or it was changed after that: sign it again, or load the "
		    "certificate of the key that signed it", ring);
	else if (!keyring_has(&p->ring, p->ops, id))
		say(&file->voice, ": it is signed with the key %08lx, which is not in %s: load its certificate with --keys, or sign "
		    "it with a key that is there", id, ring);
	else if (!p->ring.trusted && keyring_holders(&p->ring, p->ops) == 1)
		say(&file->voice, ": the key %08lx that signed it is in %s, but the kernel has found another keyring of that name "
		    "before and keeps it: at the next boot load keys and policy before anything else runs", id, ring);
	else
		say(&file->voice, ": the key %08lx that signed it is in %s, so it was changed after that, or a rule or a security "
		    "module asks for more than its signature: sign it again, or look into the kernel's log", id, ring);
	return REFUSED;
}

static enum asked unasked(const struct subject *file, const char *what, int err)
{
	if (file->named)
		say(&file->voice, ": cannot %s it (%s): name a signed program that is there and can be started", what,
		    strerror(-err));
	return UNASKED;
}

/* execve asks about a file before it looks into it: what it misses there is no matter. */
static enum asked start(const struct prime *p, const struct subject *file)
{
	int err = p->ops->start_exec(p->ops->ctx, file->path);

	switch (err) {
	case 0:
	case -ENOEXEC:
	case -ENOENT:
	case -ELIBBAD:
		return ASKED;
	case -EACCES:
		return refused(p, file, "start", err);
	case -ECHILD: /* killed before its first instruction: too late for an errno */
		say(&file->voice, ": the kernel ends it while it starts: is its interpreter, or the loader of its libraries, "
		    "signed with a key in %s", keyring_name(&p->ring));
		return REFUSED;
	case -EPERM:
		if (file->named)
			say(&file->voice, ": may not start it as a traced process (%s): kernel.yama.ptrace_scope is 3, or a security "
			    "module forbids it", strerror(-err));
		return UNASKED;
	default:
		return unasked(file, "start", err);
	}
}

static enum asked ask_open(const struct prime *p, const struct subject *file, int fd)
{
	int err = p->ops->map_exec(p->ops->ctx, fd);

	if (err == -EACCES)
		return refused(p, file, "map", err);
	if (err) /* EPERM: its file system is mounted noexec; execve would say EACCES for that */
		return unasked(file, "map", err);
	return file->mode & (S_IXUSR | S_IXGRP | S_IXOTH) ? start(p, file) : ASKED;
}

static enum asked ask(const struct prime *p, struct subject *file)
{
	const struct load_ops *ops = p->ops;
	enum asked asked = UNASKED;
	int fd = ops->open(ops->ctx, file->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0), seen;

	if (fd == -EACCES)
		return refused(p, file, "open", fd);
	if (fd < 0)
		return unasked(file, "open", fd);
	seen = look_at(file, fd);
	if (seen > 0)
		asked = ask_open(p, file, fd);
	else if (seen < 0)
		unasked(file, "look at", seen);
	else if (file->named)
		say(&file->voice, ": it has no signature: evmctl ima_sign makes one");
	ops->close(ops->ctx, fd);
	return asked;
}

static enum asked ask_named(const struct prime *p, const char *name, bool named)
{
	struct subject file = { .named = named };
	enum asked asked;

	file.voice = (struct voice){ p->ops, file.path, p->voice.verbose };
	if ((size_t)snprintf(file.path, sizeof(file.path), "%s%s", p->opt->root, name) >= sizeof(file.path))
		return unasked(&file, "open", -ENAMETOOLONG);
	asked = ask(p, &file);
	if (asked == ASKED)
		note(&file.voice, ": the kernel has no objection to it");
	return asked;
}

/* Has the kernel what it will take its keys from? */
static bool has_keyring(const struct prime *p)
{
	return p->ring.trusted || keyring_holders(&p->ring, p->ops) > 1;
}

static bool ask_usual(const struct prime *p)
{
	size_t i;

	for (i = 0; i < sizeof(usual) / sizeof(usual[0]) && !has_keyring(p); i++)
		if (ask_named(p, usual[i], false) == REFUSED)
			return true;
	return false;
}

/* False: something was said of one. */
static bool ask_all(const struct prime *p)
{
	bool good = true;
	size_t i;

	if (!p->opt->count && ask_usual(p))
		return false;
	for (i = 0; i < p->opt->count; i++)
		if (ask_named(p, p->opt->files[i], true) != ASKED)
			good = false;
	return good;
}

static bool prime(struct prime *p)
{
	if (keyring_find(&p->ring, &p->voice, false) != LOAD_APPLIED)
		return false;
	if (!p->ring.serial) {
		say(&p->voice, ": there is no keyring _ima, so every signed file is refused: load certificates with --keys");
		return false;
	}
	if (!ask_all(p))
		return false;
	if (has_keyring(p)) {
		note(&p->voice, ": the kernel has the keyring %s", keyring_name(&p->ring));
		return true;
	}
	if (!keyring_holders(&p->ring, p->ops))
		say(&p->voice, ": it cannot be seen in /proc/keys whether the kernel has looked for its keyring");
	else
		say(&p->voice, ": the kernel has not looked for its keyring yet, and whoever is the first to run a signed file "
		    "decides which one it finds: name with --prime a signed file that a rule appraises");
	return false;
}

enum load_status prime_files(const struct load_ops *ops, const struct prime_options *opt)
{
	struct prime p = { .ops = ops, .opt = opt, .voice = { ops, opt->policy, opt->verbose } };

	if (!opt->count && !wants_keys(&p))
		return LOAD_APPLIED;
	return prime(&p) || !opt->count ? LOAD_APPLIED : LOAD_UNCONFIRMED;
}

enum load_status prime_behind(const struct load_ops *ops, const struct prime_options *opt, enum load_status loaded)
{
	enum load_status status;

	if (loaded != LOAD_APPLIED && loaded != LOAD_UNCONFIRMED)
		return loaded;
	status = prime_files(ops, opt);
	return loaded == LOAD_APPLIED ? status : loaded;
}
