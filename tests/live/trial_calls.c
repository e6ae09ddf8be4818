/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "trial.h"

/* Which hooks the kernel calls for an access, in its order, and with what. */

struct caller {
	struct kids uid, gid;
	struct plan_label label;
};

struct maker {
	const struct ktarget *target;
	const struct plan_file *file;
	const struct plan_access *x;
	struct trial_call *out;
	size_t n;
};

static struct trial_call *add(struct maker *m, enum khook hook, uint8_t mask,
			      const struct caller *by)
{
	struct trial_call *c = &m->out[m->n++];
	const struct plan_file *f = m->file;
	const struct plan_place *place = &plan_places[f->dir];

	memset(c, 0, sizeof(*c));
	c->call.hook = c->access.hook = hook;
	c->call.mask = c->access.mask = mask;
	c->access.uid = by->uid;
	c->access.gid = by->gid;
	c->access.fowner = f->owner;
	c->access.fgroup = f->group;
	c->access.fsmagic = place->fsmagic;
	c->access.fsname = place->fsname;
	c->access.fsuuid = place->fsuuid;
	c->access.lsm[KLSM_OBJ_USER] = f->label.user;
	c->access.lsm[KLSM_OBJ_ROLE] = f->label.role;
	c->access.lsm[KLSM_OBJ_TYPE] = f->label.type;
	c->access.lsm[KLSM_SUBJ_USER] = by->label.user;
	c->access.lsm[KLSM_SUBJ_ROLE] = by->label.role;
	c->access.lsm[KLSM_SUBJ_TYPE] = by->label.type;
	return c;
}

static struct caller caller_of(const struct plan_access *x)
{
	return (struct caller){
		.uid = { x->uid[0], x->uid[1], x->uid[2], x->cap_uid },
		.gid = { x->gid[0], x->gid[1], x->gid[2], x->cap_gid },
		.label = x->subject,
	};
}

static bool has(const struct maker *m, enum kfeature f)
{
	return kmodel_has(m->target, f).verdict == KV_PRESENT;
}

static void mappings(struct maker *m, const struct caller *by, bool requested,
		     bool in_program)
{
	size_t first = m->n;

	if (requested && has(m, KF_HOOK_MMAP_REQPROT))
		add(m, KHOOK_MMAP_REQPROT, KMASK_EXEC, by);
	if (requested || !has(m, KF_MEAN_MMAP_REQUESTED))
		add(m, KHOOK_MMAP, KMASK_EXEC, by);
	for (; first < m->n; first++)
		m->out[first].in_program = in_program;
}

static struct plan_label label_after(const struct plan_access *x)
{
	return x->next.role ? x->next : x->subject;
}

/* the new program: set-uid and set-gid are in force, capabilities are anew */
static struct caller caller_after(const struct plan_file *f,
				  const struct plan_access *x)
{
	struct caller after = caller_of(x);

	if (f->mode & 04000)
		after.uid.effective = f->owner;
	/* without the execute bit of the group it would mean something else */
	if ((f->mode & 02010) == 02010)
		after.gid.effective = f->group;
	after.uid.saved = after.uid.effective;
	after.gid.saved = after.gid.effective;
	after.uid.cap = after.gid.cap = after.uid.effective == 0;
	after.label = label_after(x);
	return after;
}

/*
 * Beside each BPRM_CHECK: the label that the new program gets, and ids before
 * set-uid. Once, for what turns out to be the program: the caller's label, and
 * ids with set-uid. The capabilities are the caller's in both.
 */
static void creds_call(struct maker *m, struct caller creds, bool each)
{
	struct caller after = caller_after(m->file, m->x);

	if (each) {
		creds.label = after.label;
	} else {
		creds.uid.effective = after.uid.effective;
		creds.gid.effective = after.gid.effective;
	}
	creds.uid.saved = creds.uid.effective;
	creds.gid.saved = creds.gid.effective;
	add(m, KHOOK_CREDS, KMASK_EXEC, &creds);
}

static void exec_calls(struct maker *m)
{
	bool each = kmodel_creds_subject(m->target) == KMEAN_CREDS_SUBJ_NEW;
	bool program = m->file->content == PLAN_PROGRAM;
	struct caller by = caller_of(m->x);

	add(m, KHOOK_FILE, KMASK_EXEC, &by);
	add(m, KHOOK_BPRM, KMASK_EXEC, &by);
	if (each || program)
		creds_call(m, by, each);
	if (!program)
		return;
	by = caller_after(m->file, m->x);
	mappings(m, &by, true, true);
}

static void kexec_calls(struct maker *m, const struct caller *by)
{
	add(m, KHOOK_KEXEC_KERNEL, KMASK_READ, by);
	/* the rest is only looked at behind a kernel */
	if (m->file->content != PLAN_KERNEL)
		return;
	add(m, KHOOK_KEXEC_INITRAMFS, KMASK_READ, by);
	add(m, KHOOK_KEXEC_CMDLINE, 0, by)->buffer = true;
}

static void open_calls(struct maker *m, const struct caller *by)
{
	const char *arg = m->x->arg;
	struct trial_call *c = add(m, KHOOK_FILE, plan_open_mask(arg), by);

	c->call.direct = strchr(arg, 'd') != NULL;
	c->call.writable = strpbrk(arg, "wb") != NULL;
	c->call.created = strchr(arg, 'c') != NULL;
	if (!c->call.created)
		return;
	c->access.fowner = m->x->uid[1];
	c->access.fgroup = m->x->gid[1];
}

size_t trial_calls(const struct ktarget *t, const struct plan *p,
		   const struct plan_access *x,
		   struct trial_call out[TRIAL_CALLS])
{
	struct maker m = { t, &p->files.v[x->file], x, out, 0 };
	struct caller by = caller_of(x);

	switch (x->verb) {
	case PLAN_OPEN:
		open_calls(&m, &by);
		break;
	case PLAN_MMAP:
		add(&m, KHOOK_FILE, KMASK_READ, &by);
		mappings(&m, &by, *x->arg == 'x', false);
		break;
	case PLAN_EXEC:
		exec_calls(&m);
		break;
	case PLAN_MODULE:
		add(&m, KHOOK_FILE, KMASK_READ, &by);
		add(&m, KHOOK_MODULE, KMASK_READ, &by);
		break;
	case PLAN_KEXEC:
		add(&m, KHOOK_FILE, KMASK_READ, &by);
		kexec_calls(&m, &by);
		break;
	default:
		/* no hook of the rules, but who asks may be of interest */
		add(&m, KHOOK_NONE, 0, &by);
		return 0;
	}
	return m.n;
}
