/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <inttypes.h>

#include "util.h"
#include "witness.h"

static const char *const hook_words[] = {
	[KHOOK_NONE] = "any", [KHOOK_FILE] = "open", [KHOOK_MMAP] = "mmap",
	[KHOOK_MMAP_REQPROT] = "mmap-requested", [KHOOK_BPRM] = "exec",
	[KHOOK_CREDS] = "exec-into", [KHOOK_MODULE] = "module",
	[KHOOK_FIRMWARE] = "firmware", [KHOOK_KEXEC_KERNEL] = "kexec-kernel",
	[KHOOK_KEXEC_INITRAMFS] = "kexec-initramfs", [KHOOK_POLICY] = "policy",
	[KHOOK_KEXEC_CMDLINE] = "kexec-cmdline", [KHOOK_KEY] = "key",
	[KHOOK_DATA] = "data", [KHOOK_SETXATTR] = "xattr",
};
static_assert(ARRAY_SIZE(hook_words) == KHOOK_COUNT, "one word for each hook");

static const char *const dim_words[] = {
	[SPACE_OBJ_TYPE] = "label type", [SPACE_OBJ_USER] = "label user",
	[SPACE_OBJ_ROLE] = "label role", [SPACE_FSNAME] = "fs",
	[SPACE_FS_SUBTYPE] = "fs-subtype", [SPACE_FSMAGIC] = "fsmagic",
	[SPACE_FSUUID] = "fsuuid", [SPACE_OWNER] = "owner",
	[SPACE_GROUP] = "group", [SPACE_EVENT] = "operation",
	[SPACE_UID] = "uid", [SPACE_CAP_SETUID] = "CAP_SETUID",
	[SPACE_EUID] = "euid", [SPACE_SUID] = "saved uid",
	[SPACE_GID] = "gid", [SPACE_CAP_SETGID] = "CAP_SETGID",
	[SPACE_EGID] = "egid", [SPACE_SGID] = "saved gid",
	[SPACE_SUBJ_TYPE] = "domain", [SPACE_SUBJ_USER] = "subj-user",
	[SPACE_SUBJ_ROLE] = "subj-role",
};
static_assert(ARRAY_SIZE(dim_words) == SPACE_DIMS, "one word for each");

const char *witness_dim_word(enum space_dim dim)
{
	return dim_words[dim];
}

bool witness_dim_is_name(enum space_dim dim)
{
	switch (dim) {
	case SPACE_OBJ_TYPE: case SPACE_OBJ_USER: case SPACE_OBJ_ROLE:
	case SPACE_FSNAME: case SPACE_FS_SUBTYPE: case SPACE_FSUUID:
	case SPACE_SUBJ_TYPE: case SPACE_SUBJ_USER: case SPACE_SUBJ_ROLE:
		return true;
	default:
		return false;
	}
}

/* all points that agree with the fixed atoms, except for one dimension */
static dd_ref around(struct dd *m, const struct witness *w, unsigned int except)
{
	dd_ref r = DD_TRUE;
	unsigned int dim;

	for (dim = SPACE_DIMS; dim-- > 0;) {
		struct dd_range one = { w->atom[dim], w->atom[dim] };

		if (w->fixed[dim] && dim != except)
			r = dd_and(m, dd_ranges(m, dim, &one, 1), r);
	}
	return r;
}

/*
 * The path that was found names what was tested on the way; only what matters
 * is kept.
 */
bool witness_find(const struct space *sp, dd_ref set, struct witness *w)
{
	struct dd *m = space_dd(sp);
	unsigned int dim;

	if (!dd_witness(m, set, w->atom, w->fixed))
		return false;
	for (dim = 0; dim < SPACE_DIMS; dim++)
		if (w->fixed[dim] &&
		    dd_diff(m, around(m, w, dim), set) == DD_PASS &&
		    !dd_full(m)) {
			w->fixed[dim] = false;
			w->atom[dim] = dd_width(m, dim) - 1;
		}
	return true;
}

bool witness_smallest(const struct space *sp, dd_ref set, struct witness *w)
{
	return dd_smallest(space_dd(sp), set, w->atom, w->fixed);
}

static void describe_mask(uint8_t mask, struct buf *out)
{
	static const uint8_t bits[] = { KMASK_READ, KMASK_WRITE, KMASK_EXEC,
					KMASK_APPEND };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bits); i++)
		if (mask & bits[i])
			buf_printf(out, " %s", kmask_word(bits[i]));
}

void witness_describe_hook(enum khook hook, struct buf *out)
{
	buf_puts(out, hook_words[hook]);
}

void witness_describe_operation(enum khook hook, uint8_t mask, struct buf *out)
{
	buf_puts(out, hook_words[hook]);
	if (hook == KHOOK_FILE)
		describe_mask(mask, out);
}

void witness_describe_event(const struct space *sp, uint32_t atom,
			    struct buf *out)
{
	struct space_event e = space_event(sp, atom);

	witness_describe_operation(e.hook, e.mask, out);
	if (e.name)
		buf_printf(out, " \"%s\"", e.name);
	else if (e.hook == KHOOK_KEY)
		buf_puts(out, " in a ring that nothing names");
	else if (e.hook == KHOOK_DATA)
		buf_puts(out, " with a label that nothing names");
}

static void describe_event(const struct space *sp, const struct witness *w,
			   struct buf *out)
{
	if (w->fixed[SPACE_EVENT])
		witness_describe_event(sp, w->atom[SPACE_EVENT], out);
	else
		buf_puts(out, "any operation");
}

/* joins the parts of a description with the word that introduces the first */
struct joiner {
	struct buf *out;
	const char *first;
	bool any;
};

static void join(struct joiner *j)
{
	buf_puts(j->out, j->any ? ", " : j->first);
	j->any = true;
}

static void describe_name(const struct space *sp, enum space_dim dim,
			  uint32_t atom, struct buf *out)
{
	const char *name = space_atom_name(sp, dim, atom);

	if (name)
		buf_printf(out, "%s %s", dim_words[dim], name);
	else
		buf_printf(out, "a %s that nothing names", dim_words[dim]);
}

void witness_put_magic(uint64_t magic, struct buf *out)
{
	const char *name = kmodel_magic_word(magic);

	buf_printf(out, "0x%" PRIx64, magic);
	if (name)
		buf_printf(out, " (%s)", name);
}

static void describe_fsmagic(const struct space *sp, uint32_t atom,
			     struct buf *out)
{
	uint64_t magic;

	if (!space_atom_fsmagic(sp, atom, &magic)) {
		buf_puts(out, "a fsmagic that nothing names");
		return;
	}
	buf_puts(out, "fsmagic ");
	witness_put_magic(magic, out);
}

void witness_describe_dim(const struct space *sp, enum space_dim dim,
			  uint32_t atom, struct buf *out)
{
	if (dim == SPACE_FSMAGIC)
		describe_fsmagic(sp, atom, out);
	else if (dim == SPACE_CAP_SETUID || dim == SPACE_CAP_SETGID)
		buf_printf(out, "%s %s", atom ? "with" : "without",
			   dim_words[dim]);
	else if (witness_dim_is_name(dim))
		describe_name(sp, dim, atom, out);
	else
		buf_printf(out, "%s %" PRIu32, dim_words[dim],
			   space_atom_id(sp, dim, atom));
}

static void describe_dim(const struct space *sp, const struct witness *w,
			 enum space_dim dim, struct joiner *j)
{
	if (!w->fixed[dim])
		return;
	join(j);
	witness_describe_dim(sp, dim, w->atom[dim], j->out);
}

void witness_describe_file(const struct space *sp, const struct witness *w,
			   struct buf *out)
{
	struct joiner j = { out, "a file with ", false };
	unsigned int dim;

	for (dim = 0; dim < SPACE_EVENT; dim++)
		describe_dim(sp, w, dim, &j);
	if (!j.any)
		buf_puts(out, "any file");
}

void witness_describe_subject(const struct space *sp, const struct witness *w,
			      struct buf *out)
{
	static const enum space_dim order[] = {
		SPACE_UID, SPACE_EUID, SPACE_SUID, SPACE_CAP_SETUID,
		SPACE_GID, SPACE_EGID, SPACE_SGID, SPACE_CAP_SETGID,
		SPACE_SUBJ_TYPE, SPACE_SUBJ_USER, SPACE_SUBJ_ROLE,
	};
	struct joiner j = { out, " by ", false };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(order); i++)
		describe_dim(sp, w, order[i], &j);
}

void witness_describe_access(const struct space *sp, const struct witness *w,
			     struct buf *out)
{
	describe_event(sp, w, out);
	witness_describe_subject(sp, w, out);
}

static bool has_file(const struct space *sp, const struct witness *w)
{
	struct space_event e = space_event(sp, w->atom[SPACE_EVENT]);

	return !w->fixed[SPACE_EVENT] ||
	       (e.hook != KHOOK_KEY && e.hook != KHOOK_DATA);
}

void witness_describe(const struct space *sp, const struct witness *w,
		      struct buf *out)
{
	describe_event(sp, w, out);
	if (has_file(sp, w)) {
		buf_puts(out, " of ");
		witness_describe_file(sp, w, out);
	}
	witness_describe_subject(sp, w, out);
}
