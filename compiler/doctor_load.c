/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "doctor_int.h"
#include "kdialect.h"

/* Policies on disk, and what gives them to the kernel at boot. */

/* ---- one policy ---- */

struct refusal {
	size_t n, line;		/* how many; of the first, its line */
	struct kd_error err;
};

static unsigned int uses_of(const struct krule *r)
{
	unsigned int uses = 0, i;

	for (i = 0; i < KLSM_FIELDS; i++)
		if (r->lsm[i])
			uses |= USES_LABELS;
	if (r->class == KCLASS_APPRAISE && !r->dont)
		uses |= USES_APPRAISE | (r->sig ? USES_SIGNATURE : USES_HASH);
	return uses;
}

/* all lines against one kernel; what it refuses, and what they ask for */
static unsigned int read_rules(struct doctor *d, const struct hostfs_file *f,
			       const struct ktarget *t, struct refusal *bad)
{
	const char *s = f->text, *end = s + f->len;
	unsigned int uses = 0;
	size_t line = 1;

	memset(bad, 0, sizeof(*bad));
	for (; s < end; line++) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		size_t len = (size_t)((nl ? nl : end) - s);
		struct kd_out out;

		switch (kdialect_parse(t, &d->strings, s, len, &out)) {
		case KD_RULE:
			uses |= uses_of(&out.rule);
			break;
		case KD_REFUSED:
			if (!bad->n++) {
				bad->line = line;
				bad->err = out.err;
			}
			break;
		case KD_EMPTY:
			break;
		}
		s += len + 1;
	}
	return uses;
}

/*
 * What rules ask for does not depend on who takes them: of a newest kernel that
 * has labels all is understood.
 */
void doctor_read_policies(struct doctor *d)
{
	size_t n, i;
	const struct krelease *all = kmodel_releases(&n);
	struct ktarget any;
	struct refusal bad;

	ktarget_init(&any, all[n - 1]);
	any.lsm = KLSM_SELINUX;
	for (i = 0; i < d->m->policies.n; i++)
		if (d->m->policies.v[i].text)
			d->uses |= read_rules(d, &d->m->policies.v[i], &any,
					      &bad);
	if (d->m->item[MACHINE_POLICY].text)
		d->uses |= read_rules(d, &d->m->item[MACHINE_POLICY], &any,
				      &bad);
	if (d->m->conf.policy.text)
		d->uses |= read_rules(d, &d->m->conf.policy, &any, &bad);
}

/* ---- policy files ---- */

static void judge_policy(struct doctor *d, const struct hostfs_file *f,
			 const struct doctor_kernel *k)
{
	const char *name = k->k->release;
	struct refusal bad;

	read_rules(d, f, &k->target, &bad);
	if (!bad.n) {
		doctor_say(d, DOCTOR_OK, f->path, NULL,
			   "kernel %s takes all of it", name);
		return;
	}
	doctor_say(d, DOCTOR_FAULT, f->path,
		   buf_textf(d->arena, "%s; imapolc --check --kernel %u.%u %s "
			     "shows all", bad.err.remedy ? bad.err.remedy :
			     "a policy is taken as a whole or not at all",
			     k->target.release.major, k->target.release.minor,
			     doctor_path(d, f->path)),
		   "kernel %s refuses %zu of its lines, line %zu first: %s",
		   name, bad.n, bad.line, bad.err.message);
}

static void judge_end(struct doctor *d, const struct hostfs_file *f)
{
	if (!f->len || f->text[f->len - 1] == '\n')
		return;
	doctor_say(d, DOCTOR_WARNING, f->path, "end the last line, and sign "
		   "the file again", "has no newline at its end: a kernel that "
		   "is given its path refuses all of it");
}

/* each image brings its own, and this one is for a kernel that is not known */
static bool is_of_image(const struct doctor *d, const struct hostfs_file *f)
{
	return doctor_image(d) &&
	       !strcmp(f->path, d->m->item[MACHINE_POLICY_SYSTEMD].path);
}

static void check_policies(struct doctor *d)
{
	size_t i, j;

	for (i = 0; i < d->m->policies.n; i++) {
		const struct hostfs_file *f = &d->m->policies.v[i];

		if (!f->text) {
			doctor_unread(d, f);
			continue;
		}
		for (j = 0; j < d->kernels.n && !is_of_image(d, f); j++)
			if (d->kernels.v[j].known)
				judge_policy(d, f, &d->kernels.v[j]);
		judge_end(d, f);
		doctor_mode(d, f);
	}
}

/* ---- who loads ---- */

typedef VEC(const char *) ways;

static bool in_initramfs(const struct machine_loader *l)
{
	return l->kind != MACHINE_UNIT;
}

static void find_scripts(struct doctor *d, bool initramfs, ways *out)
{
	size_t i;

	for (i = 0; i < d->m->loaders.n; i++) {
		const struct machine_loader *l = &d->m->loaders.v[i];

		if (in_initramfs(l) == initramfs)
			vec_push(d->arena, out, l->path);
	}
}

static bool dracut_loads(const struct doctor *d)
{
	return d->m->dracut_integrity &&
	       d->m->item[MACHINE_DRACUT_INTEGRITY].there &&
	       d->m->item[MACHINE_POLICY_DRACUT].there;
}

/* an image that loads hides the file from PID 1 */
static bool image_loads(const struct doctor *d)
{
	return doctor_image(d) && !doctor_load_is(d, "init");
}

static bool systemd_loads(const struct doctor *d)
{
	return d->m->systemd && d->m->item[MACHINE_POLICY_SYSTEMD].there &&
	       !image_loads(d);
}

/* in the order in which they come at boot */
static void find_ways(struct doctor *d, ways *out)
{
	find_scripts(d, true, out);
	if (dracut_loads(d))
		vec_push(d->arena, out, "dracut's integrity module, with "
			 "/etc/sysconfig/ima-policy");
	if (image_loads(d))
		vec_push(d->arena, out, doctor_load_is(d, "initramfs") ?
			 "the initramfs, as /etc/imapol/load.conf says" :
			 "the initramfs or PID 1, as was decided when the "
			 "image was made");
	if (systemd_loads(d))
		vec_push(d->arena, out, "systemd, with /etc/ima/ima-policy");
	find_scripts(d, false, out);
}

static void say_twice(struct doctor *d, const ways *w)
{
	bool again = doctor_option(d, KCONFIG_IMA_WRITE_POLICY) == KTRI_YES;
	struct buf list;
	size_t i;

	buf_init(&list, d->arena);
	for (i = 0; i < w->n; i++)
		buf_printf(&list, "%s%s", i ? ", then " : "", w->v[i]);
	doctor_say(d, DOCTOR_WARNING, NULL, "keep one of them",
		   "%zu would load a policy at boot: %s; %s", w->n, list.s,
		   again ? "what comes later stands behind, and cannot "
		   "overrule what came first" :
		   "the kernel takes the first one, and no other");
}

static void check_loaders(struct doctor *d)
{
	ways w = { 0 };

	find_ways(d, &w);
	if (w.n == 1)
		doctor_say(d, DOCTOR_OK, NULL, NULL, "a policy is loaded at "
			   "boot by %s", w.v[0]);
	else if (w.n)
		say_twice(d, &w);
	else
		doctor_say(d, DOCTOR_WARNING, NULL, "say in "
			   "/etc/imapol/load.conf what is to be loaded, and "
			   "make the initramfs anew; or put it at "
			   "/etc/ima/ima-policy, where systemd starts the "
			   "machine",
			   "nothing that was found loads a policy at boot");
}

/* a policy that lies where its loader does not come by */
static void check_unread(struct doctor *d)
{
	const struct hostfs_file *own = &d->m->item[MACHINE_POLICY_SYSTEMD];
	const struct hostfs_file *dracut = &d->m->item[MACHINE_POLICY_DRACUT];
	bool scripts = d->m->loaders.n || doctor_image(d);
	size_t i;

	if (own->there && !d->m->systemd && !scripts)
		doctor_say(d, DOCTOR_WARNING, own->path, "let a boot script "
			   "call imapol-load", "is read by systemd, which %s",
			   d->m->running ? "does not start this machine" :
			   "is not installed");
	if (dracut->there && !dracut_loads(d) && !scripts)
		doctor_say(d, DOCTOR_WARNING, dracut->path,
			   "add_dracutmodules+=\" integrity \" in a file of "
			   "/etc/dracut.conf.d, or move it to "
			   "/etc/ima/ima-policy", "is read by dracut's "
			   "integrity module, which is not part of the "
			   "initramfs");
	for (i = 0; i < d->m->policies.n && !scripts; i++) {
		const char *path = d->m->policies.v[i].path;

		if (strcmp(path, own->path) != 0 &&
		    strcmp(path, dracut->path) != 0)
			doctor_say(d, DOCTOR_WARNING, path,
				   buf_textf(d->arena, "systemd reads %s",
					     own->path),
				   "is a name that nothing here reads at boot");
	}
}

/* labels are known once SELinux has its policy, behind the initramfs */
static void check_early(struct doctor *d)
{
	size_t i;

	if (!(d->uses & USES_LABELS))
		return;
	if (dracut_loads(d) && !d->m->item[MACHINE_DRACUT_SELINUX].there)
		doctor_say(d, DOCTOR_FAULT,
			   d->m->item[MACHINE_DRACUT_INTEGRITY].path,
			   "add dracut's selinux module, or leave it to "
			   "systemd", "loads the policy before that of "
			   "SELinux, and the policy names labels");
	for (i = 0; i < d->m->loaders.n; i++)
		if (in_initramfs(&d->m->loaders.v[i]))
			doctor_say(d, DOCTOR_WARNING, d->m->loaders.v[i].path,
				   "let it load SELinux's policy first, or "
				   "leave it to systemd", "loads the policy in "
				   "the initramfs, and the policy names "
				   "labels, which are refused before SELinux "
				   "has its own");
}

static void check_program(struct doctor *d)
{
	size_t i;

	if (d->m->imapol_load)
		doctor_say(d, DOCTOR_OK, d->m->imapol_load, NULL,
			   "the loader is installed");
	else
		doctor_say(d, DOCTOR_WARNING, NULL, "install it",
			   "imapol-load is not installed: other loaders load "
			   "half a policy when they are killed, and say nothing "
			   "of what was refused");
	for (i = 0; i < d->m->loaders.n; i++)
		if (!d->m->loaders.v[i].by_imapol_load)
			doctor_say(d, DOCTOR_WARNING, d->m->loaders.v[i].path,
				   "call imapol-load there", "writes rules to "
				   "the kernel itself: killed half way, it "
				   "leaves half of them in force");
}

/* what could have told of a loader */
static void check_missed(struct doctor *d)
{
	size_t i;

	for (i = 0; i < d->m->missed.n; i++)
		doctor_unread(d, &d->m->missed.v[i]);
}

const struct doctor_check doctor_load_checks[] = {
	{ "policy-file", SCOPE_MACHINE, check_policies },
	{ "loaders", SCOPE_MACHINE, check_loaders },
	{ "loaders-unread", SCOPE_MACHINE, check_unread },
	{ "loaders-early", SCOPE_MACHINE, check_early },
	{ "imapol-load", SCOPE_MACHINE, check_program },
	{ "unread", SCOPE_MACHINE, check_missed },
	{ NULL, 0, NULL },
};
