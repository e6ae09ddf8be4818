/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "doctor_int.h"
#include "target.h"

/* ---- what checks say ---- */

static const char *const words[] = {
	[DOCTOR_OK] = "ok", [DOCTOR_WARNING] = "warning",
	[DOCTOR_FAULT] = "fault", [DOCTOR_UNKNOWN] = "unknown",
};

static_assert(ARRAY_SIZE(words) == DOCTOR_VERDICTS, "a word for each verdict");

const char *doctor_verdict_word(enum doctor_verdict v)
{
	return words[v];
}

void doctor_say(struct doctor *d, enum doctor_verdict v, const char *at,
		const char *remedy, const char *fmt, ...)
{
	struct doctor_line l = { v, d->check, at, NULL, remedy };
	va_list ap;

	assert(remedy || v == DOCTOR_OK);
	va_start(ap, fmt);
	l.found = buf_vtextf(d->arena, fmt, ap);
	va_end(ap);
	vec_push(d->arena, &d->report->lines, l);
	d->report->n[v]++;
}

const char *doctor_path(struct doctor *d, const char *path)
{
	const char *root = d->m->root;
	size_t n = strlen(root);

	if (d->m->running)
		return path;
	while (n && root[n - 1] == '/')
		n--;
	return buf_textf(d->arena, "%.*s%s", (int)n, root, path);
}

void doctor_unread(struct doctor *d, const struct hostfs_file *f)
{
	bool denied = f->error == EACCES || f->error == EPERM;

	doctor_say(d, DOCTOR_UNKNOWN, f->path,
		   denied ? "run as root" : "see why it cannot be read",
		   "cannot be read: %s", strerror(f->error));
}

void doctor_mode(struct doctor *d, const struct hostfs_file *f)
{
	if (f->mode & (S_IWGRP | S_IWOTH))
		doctor_say(d, DOCTOR_FAULT, f->path,
			   buf_textf(d->arena, "chmod go-w %s",
				     doctor_path(d, f->path)),
			   "others than its owner can write it");
}

/* ---- what the checks go by ---- */

enum ktri doctor_option(const struct doctor *d, enum kconfig c)
{
	return d->kernel ? d->kernel->target.config[c] : KTRI_MAYBE;
}

const char *doctor_setting(struct doctor *d, const struct hostfs_file *f,
			   const char *name)
{
	const char *line = f->text, *value = NULL;
	size_t n = strlen(name);

	for (; line && *line; line += strcspn(line, "\n")) {
		line += strspn(line, "\n");
		if (!strncmp(line, name, n) && line[n] == '=')
			value = arena_strndup(d->arena, line + n + 1,
				strcspn(line + n + 1, " \t\r\n#"));
	}
	return value;
}

static int by_release(const void *a, const void *b)
{
	const struct doctor_kernel *x = a, *y = b;
	int c = krelease_cmp(x->target.release, y->target.release);

	return c ? c : strcmp(x->k->release, y->k->release);
}

static void read_kernels(struct doctor *d)
{
	size_t i;

	for (i = 0; i < d->m->kernels.n; i++) {
		const struct machine_kernel *k = &d->m->kernels.v[i];
		struct krelease r = { 0, 0, -1 };
		struct doctor_kernel one = { .k = k };

		one.is_release = krelease_parse(k->release,
						strlen(k->release), &r);
		one.known = one.is_release && kmodel_knows(r);
		ktarget_init(&one.target, r);
		one.target.lsm = d->lsm;
		one.configured = k->config.text &&
			ktarget_read_config(&one.target, k->config.text,
					    k->config.len);
		vec_push(d->arena, &d->kernels, one);
	}
	if (d->kernels.n)
		qsort(d->kernels.v, d->kernels.n, sizeof(*d->kernels.v),
		      by_release);
}

static void read_boots(struct doctor *d)
{
	size_t i;

	for (i = 0; i < d->m->cmdlines.n; i++) {
		struct doctor_boot b = { .line = &d->m->cmdlines.v[i] };

		bootline_parse(d->arena, b.line->text, strlen(b.line->text),
			       &b.params);
		vec_push(d->arena, &d->boots, b);
	}
}

const char *doctor_boot_policy(const struct doctor *d)
{
	const struct bootline_param *p = d->boots.n ?
		bootline_last(&d->boots.v[0].params, "ima_policy") : NULL;

	return p ? p->value : NULL;
}

/* the one that has labels: it runs, or the settings on disk ask for it */
static enum klsm find_lsm(struct doctor *d)
{
	const struct machine *m = d->m;
	const char *mode = doctor_setting(d, &m->item[MACHINE_SELINUX_CONFIG],
					  "SELINUX");

	if (m->item[MACHINE_LSM].text)
		return target_lsm_of_list(m->item[MACHINE_LSM].text);
	if (m->item[MACHINE_ENFORCE].there)
		return KLSM_SELINUX;
	if (m->running)
		return KLSM_UNSET;
	if (mode && strcmp(mode, "disabled") != 0)
		return KLSM_SELINUX;
	return m->item[MACHINE_APPARMOR_DIR].there ? KLSM_APPARMOR :
						     KLSM_UNSET;
}

/* a variable is four bytes of attributes and its value; -1: not known */
static int efi_value(const struct hostfs_file *f)
{
	return f->text && f->len == 5 ? f->text[4] : -1;
}

static enum doctor_secure find_secure(const struct machine *m)
{
	const struct hostfs_file *f = &m->item[MACHINE_SECURE_BOOT];

	if (!m->running)
		return SECURE_UNKNOWN;
	if (!m->item[MACHINE_EFI].there)
		return SECURE_NO_EFI;
	if (efi_value(f) < 0)
		return SECURE_UNKNOWN;
	if (efi_value(f) != 1 ||
	    efi_value(&m->item[MACHINE_SETUP_MODE]) == 1)
		return SECURE_OFF;
	if (efi_value(&m->item[MACHINE_SHIM_INSECURE]) == 1)
		return SECURE_SHIM;
	return SECURE_ON;
}

/* ---- the table ---- */

static const struct doctor_check *const tables[] = {
	doctor_kernel_checks, doctor_boot_checks, doctor_state_checks,
	doctor_image_checks, doctor_load_checks,
};

static bool concerns(const struct doctor *d, enum doctor_scope scope)
{
	switch (scope) {
	case SCOPE_CONFIGURED:
		return d->kernel->configured;
	case SCOPE_IMA:
		return doctor_option(d, KCONFIG_IMA) == KTRI_YES;
	default:
		return true;
	}
}

static void run_kernels(struct doctor *d, const struct doctor_check *c)
{
	size_t i;

	for (i = 0; i < d->kernels.n; i++) {
		d->kernel = &d->kernels.v[i];
		if (concerns(d, c->scope))
			c->run(d);
	}
}

static void run_check(struct doctor *d, const struct doctor_check *c)
{
	const struct doctor_kernel *newest = d->kernels.n ?
		&d->kernels.v[d->kernels.n - 1] : NULL;
	size_t i;

	d->check = c->name;
	d->boot = NULL;
	d->kernel = newest;
	switch (c->scope) {
	case SCOPE_RUNNING:
		if (!d->m->running)
			break;
		/* fall through */
	case SCOPE_MACHINE:
		c->run(d);
		break;
	case SCOPE_KERNEL:
	case SCOPE_CONFIGURED:
	case SCOPE_IMA:
		run_kernels(d, c);
		break;
	case SCOPE_BOOT:
		for (i = 0; i < d->boots.n; i++) {
			d->boot = &d->boots.v[i];
			c->run(d);
		}
		break;
	}
}

void doctor_run(const struct machine *m, struct doctor_report *out)
{
	struct doctor d = { .arena = m->arena, .m = m, .report = out };
	const struct doctor_check *c;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->machine = m;
	intern_init(&d.strings, m->arena);
	d.lsm = find_lsm(&d);
	d.secure = find_secure(m);
	read_kernels(&d);
	read_boots(&d);
	doctor_read_policies(&d);
	for (i = 0; i < ARRAY_SIZE(tables); i++)
		for (c = tables[i]; c->name; c++)
			run_check(&d, c);
}

const char *doctor_check_name(size_t i)
{
	const struct doctor_check *c;
	size_t t;

	for (t = 0; t < ARRAY_SIZE(tables); t++)
		for (c = tables[t]; c->name; c++)
			if (!i--)
				return c->name;
	return NULL;
}
