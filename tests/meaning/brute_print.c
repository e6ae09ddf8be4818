/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <inttypes.h>

#include "brute.h"
#include "util.h"

static const char *const class_names[] = {
	[KCLASS_MEASURE] = "measure", [KCLASS_APPRAISE] = "appraise",
	[KCLASS_AUDIT] = "audit", [KCLASS_HASH] = "hash",
};
static_assert(ARRAY_SIZE(class_names) == KCLASS_COUNT, "one name a class");

static const char *const hook_names[] = {
	[KHOOK_NONE] = "(none)", [KHOOK_FILE] = "FILE",
	[KHOOK_MMAP] = "MMAP", [KHOOK_MMAP_REQPROT] = "MMAP_REQPROT",
	[KHOOK_BPRM] = "BPRM", [KHOOK_CREDS] = "CREDS",
	[KHOOK_MODULE] = "MODULE", [KHOOK_FIRMWARE] = "FIRMWARE",
	[KHOOK_KEXEC_KERNEL] = "KEXEC_KERNEL",
	[KHOOK_KEXEC_INITRAMFS] = "KEXEC_INITRAMFS",
	[KHOOK_POLICY] = "POLICY", [KHOOK_KEXEC_CMDLINE] = "KEXEC_CMDLINE",
	[KHOOK_KEY] = "KEY", [KHOOK_DATA] = "DATA",
	[KHOOK_SETXATTR] = "SETXATTR",
};
static_assert(ARRAY_SIZE(hook_names) == KHOOK_COUNT, "one name a hook");

const char *bclass_name(enum kclass c)
{
	return class_names[c];
}

const char *bhook_name(enum khook h)
{
	return hook_names[h];
}

void boutcome_print(struct buf *b, const struct boutcome *o)
{
	if (!o->act) {
		buf_puts(b, "nothing");
		return;
	}
	buf_puts(b, "do");
	if (o->pcr >= 0)
		buf_printf(b, " pcr=%d", o->pcr);
	if (o->template)
		buf_printf(b, " template=%s", o->template);
	if (o->sig)
		buf_printf(b, " sig=%u", o->sig);
	if (o->algos)
		buf_printf(b, " algos=0x%" PRIx32, o->algos);
	buf_puts(b, o->verity ? " verity" : "");
	buf_puts(b, o->directio ? " directio" : "");
}

static void ids_print(struct buf *b, const char *what, const struct kids *k)
{
	buf_printf(b, " %s=%" PRIu32 " e%s={%" PRIu32, what, k->real, what,
		   k->effective);
	if (k->cap)
		buf_printf(b, ",%" PRIu32 ",%" PRIu32, k->saved, k->real);
	buf_putc(b, '}');
}

static void text_print(struct buf *b, const char *what, const char *text)
{
	if (text)
		buf_printf(b, " %s=%s", what, text);
}

void baccess_print(struct buf *b, const struct kaccess *a)
{
	static const char *const lsm[KLSM_FIELDS] = {
		"obj_user", "obj_role", "obj_type",
		"subj_user", "subj_role", "subj_type",
	};

	buf_printf(b, "%s", hook_names[a->hook]);
	if (a->hook == KHOOK_KEY || a->hook == KHOOK_DATA) {
		buf_printf(b, " uid=%" PRIu32, a->uid.real);
		text_print(b, "keyring", a->keyring);
		text_print(b, "label", a->label);
		return;
	}
	buf_printf(b, " mask=%s%s%s%s", a->mask & KMASK_READ ? "r" : "",
		   a->mask & KMASK_WRITE ? "w" : "",
		   a->mask & KMASK_EXEC ? "x" : "",
		   a->mask & KMASK_APPEND ? "a" : "");
	ids_print(b, "uid", &a->uid);
	ids_print(b, "gid", &a->gid);
	buf_printf(b, " owner=%" PRIu32 " group=%" PRIu32 " magic=%" PRIx64,
		   a->fowner, a->fgroup, a->fsmagic);
	text_print(b, "fs", a->fsname);
	text_print(b, "subtype", a->fs_subtype);
	text_print(b, "fsuuid", a->fsuuid);
	for (int i = 0; i < KLSM_FIELDS; i++)
		text_print(b, lsm[i], a->lsm[i]);
}
