/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "bootpath_int.h"
#include "machine.h"

/*
 * Before init: who loads the policy (doc/boot.md), what an initramfs still runs
 * behind that, and the files that a load takes.
 */
enum loader { LOADER_NOT_SAID, LOADER_INITRAMFS, LOADER_INIT };

static const char ima_policy[] = "/etc/ima/ima-policy";

/* ---- who loads ---- */

static bool is_there(struct tree *t, struct arena *a, const char *path)
{
	struct tree_file f;

	return tree_find(t, a, path, &f);
}

/* as the image was made; imapol-image writes that */
static enum loader of_image(struct boot *b, struct tree *t)
{
	size_t len;
	const char *text = tree_text(t, b->arena, "/etc/imapol/image.env",
				     BOOT_TEXT_MAX, &len);

	if (!text)
		return LOADER_NOT_SAID;
	return strstr(text, "IMAPOL_LOAD=init\n") ||
	       strstr(text, "IMAPOL_LOAD='init'\n") ? LOADER_INIT :
						     LOADER_INITRAMFS;
}

/*
 * load = auto leaves it to PID 1 where the policy has to wait for labels; the
 * image then also writes the policy that PID 1 loads.
 */
static enum loader of_root(struct boot *b, const struct machine_conf *c,
			   bool has_conf)
{
	bool for_init = is_there(b->r->tree, b->arena, ima_policy);

	if (has_conf && !strcmp(c->load, "initramfs"))
		return LOADER_INITRAMFS;
	if (has_conf && !strcmp(c->load, "init"))
		return LOADER_INIT;
	if (for_init)
		return LOADER_INIT;
	/* dracut's module integrity */
	has_conf |= is_there(b->r->tree, b->arena, "/etc/sysconfig/ima-policy");
	return has_conf ? LOADER_INITRAMFS : LOADER_NOT_SAID;
}

static enum loader who_loads(struct boot *b, const struct machine_conf *c,
			     bool has_conf)
{
	enum loader who = LOADER_NOT_SAID;
	size_t i;

	for (i = 0; i < b->options->n_initramfs && !who; i++)
		who = of_image(b, b->options->initramfs[i]);
	if (!who)
		who = of_root(b, c, has_conf);
	if (!who)
		boot_note(b, "nothing on the root says who loads the policy: "
			  "it is taken to be in force before init runs");
	return who;
}

/* ---- file systems that are made at boot ---- */

/* what root owns there has no hash and no signature, whatever its content */
static struct judge_finding unsealed(struct boot *b, const struct tree_fs *fs,
				     const char *type, enum judge_op op)
{
	struct judge_who who = {
		.fs = fs, .user = "system_u", .role = "object_r", .type = type,
	};
	struct sealcheck none = { .result = SEALCHECK_NONE };
	struct judge_state state = {
		.seal = &none, .no_xattrs = fs->no_xattrs,
		.reach = JUDGE_BIT(op),
	};
	struct judge_verdict v;

	judge_settle(judge_class(b->r->judge, &who), &state, &v);
	return v.at[op];
}

static void made_up(struct boot *b, const struct tree_fs *fs, const char *type,
		    enum judge_op op, enum bootpath_weight weight,
		    const char *why)
{
	struct bootpath_step s = {
		.path = fs->mount, .op = op, .weight = weight, .why = why,
	};

	if (!b->r->judge)
		return;
	s.finding = unsealed(b, fs, type, op);
	vec_push(b->arena, &b->out->steps, s);
}

/* whether files that are made at boot get a hash is a matter of who makes them */
static void note_run(struct boot *b)
{
	static const struct tree_fs run = {
		.name = "tmpfs", .magic = 0x1021994, .has_magic = true,
		.mount = "/run",
	};
	enum judge_answer answer;

	if (!b->r->judge)
		return;
	answer = unsealed(b, &run, "var_run_t", JUDGE_READ).answer;
	if (answer == JUDGE_REFUSED || answer == JUDGE_UNKNOWN)
		boot_note(b, "the policy appraises what is read in /run, and "
			  "files that are made there at boot were not judged");
}

/* what PID 1 cannot do without, and the kernel makes up */
static void pseudo_file_systems(struct boot *b)
{
	static const struct tree_fs proc = {
		.name = "proc", .magic = 0x9fa0, .has_magic = true,
		.no_xattrs = true, .mount = "/proc",
	};
	static const struct tree_fs sysfs = {
		.name = "sysfs", .magic = 0x62656572, .has_magic = true,
		.mount = "/sys",
	};

	made_up(b, &proc, "proc_t", JUDGE_READ, BOOTPATH_FATAL,
		"read by PID 1, and made up by the kernel");
	made_up(b, &sysfs, "sysfs_t", JUDGE_READ, BOOTPATH_LOSS,
		"read by udevd, and made up by the kernel");
}

/* ---- the initramfs ---- */

/* what changes to the real root, by what the image was made with */
static const char *last_program(struct boot *b)
{
	static const char *const names[] = { "run-init", "switch_root" };
	size_t i;

	if (boot_has_program(b, "/usr/lib/systemd/systemd") ||
	    boot_has_program(b, "/lib/systemd/systemd")) {
		const char *path = boot_search(b, "systemctl");

		if (boot_has_program(b, path))
			return path;
	}
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const char *path = boot_search(b, names[i]);

		if (boot_has_program(b, path))
			return path;
	}
	return NULL;
}

/* the same of the tree of an image, whose steps stand among the others */
static void run_image(struct boot *b, struct tree *t)
{
	struct rehearse r = *b->r;
	struct boot image;
	const char *program, *mount;

	r.tree = t;
	r.own = NULL;
	boot_new(&image, &r, b->options, b->out);
	image.where = "in the initramfs";
	program = last_program(&image);
	if (program) {
		boot_run(&image, program, BOOTPATH_FATAL,
			 "it changes to the root");
		mount = boot_search(&image, "mount");
		if (boot_has_program(&image, mount))
			boot_run(&image, mount, BOOTPATH_LOSS,
				 "it moves /run to the root");
	} else {
		boot_note(b, "an initramfs has no program that is known to "
			  "change to the root: it was not followed");
		image.blind = true;
	}
	rehearse_close(&r);
	b->blind |= image.blind;
	b->full |= image.full;
	b->cut |= image.cut;
}

static void run_images(struct boot *b)
{
	static const struct tree_fs rootfs = {
		.name = "rootfs", .magic = 0x858458f6, .has_magic = true,
		.no_xattrs = true, .mount = "/",
	};
	size_t i;

	for (i = 0; i < b->options->n_initramfs; i++)
		run_image(b, b->options->initramfs[i]);
	if (i)
		return;
	boot_note(b, "no initramfs was given: of what runs there behind the "
		  "load only the change to the root was judged");
	made_up(b, &rootfs, "root_t", JUDGE_EXEC, BOOTPATH_FATAL,
		"what changes from the initramfs to the root, on rootfs");
}

/* ---- files of a load ---- */

/* where the first load is the last, nobody reads these again */
static bool loads_again(struct boot *b)
{
	return !b->r->target ||
	       b->r->target->config[KCONFIG_IMA_WRITE_POLICY] != KTRI_NO;
}

static void read_keys(struct boot *b, const char *dir)
{
	const char *const *names;
	size_t n, i;

	if (!boot_list(b, dir, &names, &n)) {
		boot_use(b, dir, JUDGE_READ, BOOTPATH_LOSS,
			 "a certificate, when keys are loaded again");
		return;
	}
	for (i = 0; i < n && !boot_stopped(b); i++)
		boot_use(b, buf_textf(b->arena, "%s/%s", dir, names[i]),
			 JUDGE_READ, BOOTPATH_LOSS,
			 "a certificate, when keys are loaded again");
}

static void read_named(struct boot *b, const struct machine_conf *c,
		       enum loader who)
{
	bool keys = false;
	size_t i;

	for (i = 1; i < c->named.n; i++) {
		const struct machine_named *n = &c->named.v[i];

		if (!strcmp(n->key, "keys")) {
			if (loads_again(b))
				read_keys(b, n->file.path);
			keys = true;
		} else {
			boot_use(b, n->file.path, JUDGE_READ,
				 who == LOADER_INITRAMFS ? BOOTPATH_FATAL :
							   BOOTPATH_LOSS,
				 "primed behind the load (prime = in "
				 "/etc/imapol/load.conf)");
		}
	}
	if (!keys && loads_again(b))
		read_keys(b, "/etc/keys/ima");
}

/* the first load finds no policy in force; a later one this one */
static void read_policy(struct boot *b, const struct machine_conf *c,
			enum loader who)
{
	const char *path = b->options->policy ? b->options->policy :
			   who == LOADER_INIT ? ima_policy : c->policy.path;

	if (!loads_again(b))
		return;
	boot_use(b, path, JUDGE_POLICY, BOOTPATH_LOSS,
		 "the policy, when it is loaded again");
	boot_use(b, path, JUDGE_READ, BOOTPATH_LOSS,
		 "the policy, when it is loaded again");
}

void boot_image(struct boot *b)
{
	const char *text = boot_text(b, "/etc/imapol/load.conf");
	struct machine_conf c = { 0 };
	enum loader who;

	machine_conf_parse(&c, b->arena, text);
	who = who_loads(b, &c, text != NULL);
	b->after_init = who == LOADER_INIT;
	/* an image that was given and says nothing may be what loads */
	if (who == LOADER_INITRAMFS || (!who && b->options->n_initramfs))
		run_images(b);
	read_policy(b, &c, who);
	read_named(b, &c, who);
	pseudo_file_systems(b);
	note_run(b);
}
