/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "cli_question.h"
#include "filefacts.h"
#include "mountinfo.h"
#include "num.h"
#include "question_paths.h"

static bool bad_value(struct cli_unit *u, const char *option,
		      const char *value, const char *why)
{
	struct buf b;

	buf_init(&b, &u->cli->arena);
	buf_printf(&b, "--%s %s", option, value);
	cli_complain(u->cli, b.s, why);
	return false;
}

/* ---- what is done ---- */

struct operation {
	const char *option, *value;
	enum khook hook;
	uint8_t mask;
};

static bool read_modes(struct cli_unit *u, const char *modes, uint8_t *mask)
{
	const char *p = modes;
	uint8_t bit;
	size_t n;

	for (*mask = 0; ; p += n + 1) {
		n = strcspn(p, ",");
		bit = kmask_by_word(p, n);
		if (!bit)
			return bad_value(u, "modes", modes, "they are read, "
					 "write, append and exec, with commas");
		*mask |= bit;
		if (!p[n])
			return true;
	}
}

static bool take_operation(struct cli_unit *u, const struct operation *op,
			   struct question *q)
{
	const struct cli_options *o = &u->cli->o;
	uint8_t mask = op->mask;

	if (o->do_open ? !o->modes : o->modes != NULL) {
		cli_complain(u->cli, "--open and --modes go together", NULL);
		return false;
	}
	if (o->do_open && !read_modes(u, o->modes, &mask))
		return false;
	question_init(q, op->hook, mask);
	if (op->hook == KHOOK_KEY || op->hook == KHOOK_DATA) {
		q->ring = op->value;
		return true;
	}
	q->path = op->value;
	if (q->path[0] == '/')
		return true;
	return bad_value(u, op->option, op->value,
			 "the path does not begin with /");
}

static bool read_operation(struct cli_unit *u, struct question *q)
{
	const struct cli_options *o = &u->cli->o;
	const struct operation ops[] = {
		{ "exec", o->do_exec, KHOOK_BPRM, KMASK_EXEC },
		{ "exec-into", o->do_exec_into, KHOOK_CREDS, KMASK_EXEC },
		{ "mmap", o->do_mmap, KHOOK_MMAP, KMASK_EXEC },
		{ "mmap-requested", o->do_mmap_requested, KHOOK_MMAP_REQPROT,
		  KMASK_EXEC },
		{ "read", o->do_read, KHOOK_FILE, KMASK_READ },
		{ "write", o->do_write, KHOOK_FILE, KMASK_WRITE },
		{ "append", o->do_append, KHOOK_FILE,
		  KMASK_WRITE | KMASK_APPEND },
		{ "open", o->do_open, KHOOK_FILE, 0 },
		{ "module", o->do_module, KHOOK_MODULE, KMASK_READ },
		{ "firmware", o->do_firmware, KHOOK_FIRMWARE, KMASK_READ },
		{ "kexec-kernel", o->do_kexec_kernel, KHOOK_KEXEC_KERNEL,
		  KMASK_READ },
		{ "kexec-initramfs", o->do_kexec_initramfs,
		  KHOOK_KEXEC_INITRAMFS, KMASK_READ },
		{ "kexec-cmdline", o->do_kexec_cmdline, KHOOK_KEXEC_CMDLINE,
		  0 },
		{ "policy-file", o->do_policy, KHOOK_POLICY, KMASK_READ },
		{ "key", o->do_key, KHOOK_KEY, 0 },
		{ "data", o->do_data, KHOOK_DATA, 0 },
	};
	const struct operation *found = NULL;
	size_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		if (!ops[i].value)
			continue;
		found = &ops[i];
		n++;
	}
	if (n == 1)
		return take_operation(u, found, q);
	cli_complain(u->cli, n ? "one operation at a time" :
		     "no operation is given: --exec, --read, --mmap or another",
		     NULL);
	return false;
}

/* ---- numbers and names ---- */

bool cli_question_id(struct cli_unit *u, const char *option, const char *text,
		     bool group, uint32_t *out)
{
	uint64_t id;

	if (isdigit((unsigned char)text[0])) {
		if (num_parse(text, strlen(text), 10, KID_MAX, &id) != NUM_OK)
			return bad_value(u, option, text, "no such number");
		*out = (uint32_t)id;
		return true;
	}
	*out = 0;
	if (!strcmp(text, "root") ||
	    (u->c.lookup && (group ? users_find_group(&u->users, text, out) :
				     users_find_user(&u->users, text, out))))
		return true;
	return bad_value(u, option, text, "the name is not known: give its "
			 "number, or --root or a table of names");
}

static bool read_ids(struct cli_unit *u, struct question *q)
{
	const struct cli_options *o = &u->cli->o;
	const struct {
		const char *option, *text;
		enum space_dim dim;
		bool group;
	} ids[] = {
		{ "uid", o->uid, SPACE_UID, false },
		{ "euid", o->euid, SPACE_EUID, false },
		{ "suid", o->suid, SPACE_SUID, false },
		{ "gid", o->gid, SPACE_GID, true },
		{ "egid", o->egid, SPACE_EGID, true },
		{ "sgid", o->sgid, SPACE_SGID, true },
		{ "owner", o->owner, SPACE_OWNER, false },
		{ "group", o->group, SPACE_GROUP, true },
	};
	uint32_t id;
	size_t i;

	if (o->user) {
		if (!cli_question_id(u, "user", o->user, false, &id))
			return false;
		question_user(q, id);
	}
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		if (!ids[i].text)
			continue;
		if (!cli_question_id(u, ids[i].option, ids[i].text,
				     ids[i].group, &id))
			return false;
		question_id(q, ids[i].dim, id);
	}
	return true;
}

static bool read_cap(struct cli_unit *u, struct question *q,
		     const char *option, const char *text, enum space_dim dim)
{
	if (!text)
		return true;
	if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
		return bad_value(u, option, text, "it is yes or no");
	question_id(q, dim, text[0] == 'y');
	return true;
}

/* ---- labels and file systems ---- */

/* a range behind the type says nothing here */
static bool context_parts(struct cli_unit *u, const char *text,
			  const char *part[3])
{
	const char *p = text;
	unsigned int colons = 0;

	for (; *p && (*p != ':' || ++colons < 3); p++)
		;
	return ast_label_parts(&u->c.strings,
			       arena_strndup(&u->cli->arena, text,
					     (size_t)(p - text)),
			       &part[0], &part[1], &part[2]);
}

bool cli_question_domain(struct cli_unit *u, const char *part[3])
{
	const char *domain = u->cli->o.domain;

	return context_parts(u, domain, part) ||
	       bad_value(u, "domain", domain,
			 "neither a type nor USER:ROLE:TYPE");
}

static bool read_labels(struct cli_unit *u, struct question *q)
{
	const struct cli_options *o = &u->cli->o;
	const char *part[3];

	if (o->label) {
		if (!context_parts(u, o->label, part))
			return bad_value(u, "label", o->label,
					 "neither a type nor USER:ROLE:TYPE");
		question_label(q, part[0], part[1], part[2]);
	}
	if (!o->domain)
		return true;
	if (!cli_question_domain(u, part))
		return false;
	question_subject(q, part[0], part[1], part[2]);
	return true;
}

static bool read_magic(struct cli_unit *u, const char *text,
		       struct question *q)
{
	uint64_t magic;

	if (!strncmp(text, "0x", 2) ?
	    num_parse(text + 2, strlen(text + 2), 16, UINT64_MAX, &magic) !=
	    NUM_OK : !kmodel_fsmagic(text, &magic))
		return bad_value(u, "fsmagic", text, "neither a number with "
				 "0x nor the name of a file system");
	question_magic(q, magic);
	return true;
}

static bool read_fs(struct cli_unit *u, struct question *q)
{
	const struct cli_options *o = &u->cli->o;

	if (o->fs)
		question_name(q, SPACE_FSNAME, o->fs);
	if (o->fs_subtype)
		question_name(q, SPACE_FS_SUBTYPE, o->fs_subtype);
	if (o->fsuuid)
		question_fsuuid(q, &u->cli->arena, o->fsuuid);
	return !o->fsmagic || read_magic(u, o->fsmagic, q);
}

/* ---- from the file ---- */

static void take_id(struct question *q, enum space_dim dim, uint32_t id)
{
	if (q->known[dim])
		return;
	question_id(q, dim, id);
	q->from[dim] = "the file";
}

static void take_label(struct cli_unit *u, struct question *q,
		       const char *label)
{
	static const enum space_dim dims[] = { SPACE_OBJ_USER, SPACE_OBJ_ROLE,
					       SPACE_OBJ_TYPE };
	const char *part[3];
	size_t i;

	if (!label || !context_parts(u, label, part))
		return;
	for (i = 0; i < ARRAY_SIZE(dims); i++) {
		if (q->known[dims[i]] || !part[i])
			continue;
		question_name(q, dims[i], part[i]);
		q->from[dims[i]] = "the file";
	}
}

/* where a file is on this machine, its file system is what is mounted here */
static void take_running_fs(struct cli_unit *u, const struct filefacts *f,
			    struct question *q)
{
	struct source *src;
	struct root here;
	struct diags ds;
	struct buf b;

	if (!q->known[SPACE_FSMAGIC]) {
		question_magic(q, f->magic);
		q->from[SPACE_FSMAGIC] = "the file";
	}
	buf_init(&b, &u->cli->arena);
	if (!mountinfo_running(&b))
		return;
	src = source_new(&u->cli->arena, "<running mounts>", b.s, b.len, 0);
	diags_init(&ds, &u->cli->arena);
	root_init(&here, &u->cli->arena);
	root_read_mounts(&here, src, &ds);
	if (!ds.n_errors)
		question_from_mounts(q, &here, f->path, "what is mounted");
}

static bool says_fs(const struct question *q)
{
	return q->known[SPACE_FSNAME] || q->known[SPACE_FSMAGIC] ||
	       q->known[SPACE_FSUUID];
}

/* false: it is not there, or cannot be looked at */
static bool take_file(struct cli_unit *u, struct cli_question *out,
		      struct filefacts *f)
{
	const struct cli_options *o = &u->cli->o;
	struct question *q = &out->q;
	bool fs_given = says_fs(q);

	if (o->no_file)
		return false;
	if (!filefacts_read(&u->cli->arena, o->root, q->path, f)) {
		out->unread = strerror(errno);
		return false;
	}
	out->not_regular = !f->regular;
	take_id(q, SPACE_OWNER, f->owner);
	take_id(q, SPACE_GROUP, f->group);
	take_label(u, q, f->label);
	/* below a root nothing is mounted as it will be */
	if (!o->root && !o->mounts && !fs_given)
		take_running_fs(u, f, q);
	return true;
}

bool cli_question_read(struct cli_unit *u, struct cli_question *out)
{
	const struct cli_options *o = &u->cli->o;
	struct question *q = &out->q;
	struct filefacts f;
	const char *path;

	memset(out, 0, sizeof(*out));
	if (!read_operation(u, q) || !read_ids(u, q) || !read_labels(u, q) ||
	    !read_fs(u, q) ||
	    !read_cap(u, q, "cap-setuid", o->cap_setuid, SPACE_CAP_SETUID) ||
	    !read_cap(u, q, "cap-setgid", o->cap_setgid, SPACE_CAP_SETGID))
		return false;
	if (q->path) {
		path = take_file(u, out, &f) ? f.path : q->path;
		if (u->c.paths && !out->not_regular)
			question_from_contexts(q, u->c.paths, path);
		if (u->c.paths && u->root.have_mounts && !says_fs(q))
			question_from_mounts(q, &u->root,
					     question_follow(u->c.paths, path),
					     "the mounts");
	}
	question_complete(q);
	return true;
}
