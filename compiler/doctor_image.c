/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "doctor_int.h"

/* What /etc/imapol/load.conf says, and what makes images do it. */

bool doctor_load_is(const struct doctor *d, const char *word)
{
	return !strcmp(d->m->conf.load, word);
}

bool doctor_image(const struct doctor *d)
{
	return d->m->conf.file.there && d->m->hooks.n;
}

/* ---- the file, and what it names ---- */

static void miss(struct doctor *d, const struct machine_named *n)
{
	doctor_say(d, DOCTOR_FAULT, d->m->conf.file.path,
		   buf_textf(d->arena, "put it there, or set `%s` to where it "
			     "is", n->key),
		   "%s, its `%s`, is not there: no image can be made",
		   n->file.path, n->key);
}

static void judge_named(struct doctor *d, const struct machine_named *n)
{
	const struct hostfs_file *f = &n->file;
	bool is_folder = !strcmp(n->key, "keys");

	if (f->there && (f->text || f->error == EISDIR)) {
		if ((f->error == EISDIR) != is_folder)
			doctor_say(d, DOCTOR_FAULT, d->m->conf.file.path,
				   buf_textf(d->arena, "set `%s` to a %s",
					     n->key, is_folder ? "folder" :
					     "file"),
				   "%s, its `%s`, is a %s", f->path, n->key,
				   is_folder ? "file" : "folder");
		doctor_mode(d, f);
	} else if (f->there || (f->error != ENOENT && f->error != ENOTDIR)) {
		doctor_unread(d, f);
	} else {
		miss(d, n);
	}
}

static void check_conf(struct doctor *d)
{
	const struct machine_conf *c = &d->m->conf;
	size_t i, before = d->report->lines.n;

	if (!c->file.there)
		return;
	if (!c->file.text) {
		doctor_unread(d, &c->file);
		return;
	}
	doctor_mode(d, &c->file);
	for (i = 0; i < c->named.n; i++)
		judge_named(d, &c->named.v[i]);
	if (!doctor_load_is(d, "auto") && !doctor_load_is(d, "initramfs") &&
	    !doctor_load_is(d, "init"))
		doctor_say(d, DOCTOR_FAULT, c->file.path,
			   "auto, initramfs or init", "`load = %s` is none of "
			   "those who can load", c->load);
	if (d->report->lines.n == before)
		doctor_say(d, DOCTOR_OK, c->file.path, NULL,
			   "all that it names is there");
}

/* ---- the images ---- */

static void judge_init(struct doctor *d)
{
	const struct hostfs_file *own = &d->m->item[MACHINE_POLICY_SYSTEMD];

	if (!d->m->systemd && !d->m->loaders.n)
		doctor_say(d, DOCTOR_FAULT, d->m->conf.file.path,
			   "set `load` to initramfs, and make the image anew",
			   "`load = init` leaves it to PID 1, which is no "
			   "systemd here and loads nothing");
	else if (!own->there)
		doctor_say(d, DOCTOR_WARNING, own->path, "make the image anew, "
			   "which writes it", "is what PID 1 loads, and is not "
			   "there");
}

static void judge_confirm(struct doctor *d)
{
	if (d->m->systemd && !d->m->confirms)
		doctor_say(d, DOCTOR_WARNING, NULL,
			   "systemctl unmask imapol-confirm.service, or "
			   "install imapol again",
			   "imapol-confirm.service is not started: a boot "
			   "without the policy goes on, and nothing is said");
}

static void check_images(struct doctor *d)
{
	size_t i, before = d->report->lines.n;

	if (!d->m->conf.file.text)
		return;
	if (!d->m->hooks.n) {
		doctor_say(d, DOCTOR_WARNING, d->m->conf.file.path,
			   "install imapol where initramfs-tools or dracut "
			   "find its hook; mkinitcpio wants `imapol` among its "
			   "HOOKS", "nothing that makes an initramfs here "
			   "takes note of it");
		return;
	}
	if (doctor_load_is(d, "init"))
		judge_init(d);
	judge_confirm(d);
	for (i = 0; i < d->m->hooks.n && d->report->lines.n == before; i++)
		doctor_say(d, DOCTOR_OK, d->m->hooks.v[i].path, NULL,
			   "does in the initramfs what %s says",
			   d->m->conf.file.path);
}

/* ---- imapol= of the command line ---- */

/* what it makes of a boot, for words that make it weaker */
static const char *weaker(const char *word)
{
	if (!strcmp(word, "off"))
		return "no policy is loaded";
	if (!strcmp(word, "continue"))
		return "a boot without the policy goes on";
	if (!strcmp(word, "shell"))
		return "a boot without the policy ends in a shell of root";
	return NULL;
}

static void check_word(struct doctor *d)
{
	const struct bootline_param *p = bootline_last(&d->boot->params,
						       "imapol");
	const char *at = d->boot->line->path, *does;

	if (!p || !doctor_image(d))
		return;
	does = weaker(p->value);
	if (!strcmp(p->value, "halt"))
		doctor_say(d, DOCTOR_OK, at, NULL, "imapol=halt: a boot "
			   "without the policy halts");
	else if (!does)
		doctor_say(d, DOCTOR_WARNING, at, "off, continue, shell or "
			   "halt", "imapol=%s is ignored", p->value);
	else if (d->secure == SECURE_ON || d->secure == SECURE_SHIM)
		doctor_say(d, DOCTOR_WARNING, at, "take it away",
			   "imapol=%s is ignored under Secure Boot", p->value);
	else
		doctor_say(d, strcmp(p->value, "off") ? DOCTOR_WARNING :
			   DOCTOR_FAULT, at, "take it away",
			   "imapol=%s: %s%s", p->value, does,
			   d->secure == SECURE_UNKNOWN ?
			   ", unless Secure Boot is on" : "");
}

const struct doctor_check doctor_image_checks[] = {
	{ "boot-imapol", SCOPE_BOOT, check_word },
	{ "load-conf", SCOPE_MACHINE, check_conf },
	{ "load-image", SCOPE_MACHINE, check_images },
	{ NULL, 0, NULL },
};
