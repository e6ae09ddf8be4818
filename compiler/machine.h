/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_MACHINE_H
#define IMAPOL_MACHINE_H

#include "hostfs.h"

/*
 * What a machine's files tell of its integrity set-up, gathered at once and
 * judged elsewhere (doctor.h). Of a root file system that does not run only
 * what its files can tell; of the machine that runs also what its kernel says
 * in /proc and /sys. Nothing is written. A file that is not there and one that
 * cannot be read are two things: struct hostfs_file keeps them apart.
 */
enum machine_item {
	/* of any root file system */
	MACHINE_GRUB,		/* all of GRUB's settings are in cmdlines */
	MACHINE_SELINUX_CONFIG,
	MACHINE_APPARMOR_DIR,	/* a directory: only whether it is there */
	MACHINE_POLICY_SYSTEMD, MACHINE_POLICY_DRACUT,
	MACHINE_DRACUT_INTEGRITY, MACHINE_DRACUT_SELINUX,
	/* of the running kernel */
	MACHINE_RELEASE, MACHINE_CMDLINE, MACHINE_MOUNTS, MACHINE_KEYS,
	MACHINE_INIT, MACHINE_CONTEXT, MACHINE_AUDITD,
	MACHINE_LSM, MACHINE_LOCKDOWN, MACHINE_IMA_DIR, MACHINE_POLICY,
	MACHINE_MEASURED, MACHINE_VIOLATIONS, MACHINE_EVM,
	MACHINE_ENFORCE, MACHINE_EFI, MACHINE_SECURE_BOOT, MACHINE_SETUP_MODE,
	MACHINE_SHIM_INSECURE,
	MACHINE_ITEM_COUNT
};

struct machine_kernel {
	const char *release;	/* "6.1.0-56-amd64" */
	struct hostfs_file config;	/* text NULL: none was found */
};

/* a kernel command line, and where it is from */
struct machine_cmdline {
	const char *path, *text;
	bool unsure;		/* a shell would have to be asked */
};

/* a bank of a TPM, and the PCR that IMA extends in it */
struct machine_bank {
	const char *name;	/* "sha256" */
	const char *pcr;	/* hexadecimal; NULL: cannot be read */
};

struct machine_key {
	const char *type, *description;
};

/* a keyring of the kernel's; is there where its serial number is known */
struct machine_ring {
	const char *name;	/* ".ima" */
	bool there;
	bool listed;		/* its keys could be asked for: */
	size_t n_keys;
	VEC(struct machine_key) keys;	/* of them, those that can be viewed */
};

/* a program or a setting that can load a policy at boot */
enum machine_loader_kind {
	MACHINE_INITRAMFS_TOOLS, MACHINE_MKINITCPIO, MACHINE_DRACUT,
	MACHINE_UNIT,
	MACHINE_LOADER_KINDS
};

struct machine_loader {
	enum machine_loader_kind kind;
	const char *path;
	bool by_imapol_load;	/* else it writes to the policy file itself */
};

/* what a setting names; its text only where it is a file */
struct machine_named {
	const char *key;	/* "source" */
	struct hostfs_file file;
};

/* /etc/imapol/load.conf: what images are made of; empty where it is not there */
struct machine_conf {
	struct hostfs_file file;
	const char *load;	/* who loads: "auto", "initramfs", "init" */
	struct hostfs_file policy;	/* that of the last image */
	/* the source, whether it is written there or not, then keys and primes */
	VEC(struct machine_named) named;
};

struct machine {
	struct arena *arena;
	const char *root;	/* as messages show it */
	bool running;
	struct hostfs_file item[MACHINE_ITEM_COUNT];
	VEC(struct machine_kernel) kernels;
	VEC(struct machine_cmdline) cmdlines;
	VEC(struct machine_bank) banks;
	bool tpm;
	int tpm_pcr;		/* the one in the banks */
	VEC(struct machine_ring) rings;
	/* all that lies in /etc/ima, and policies of other known names */
	VEC(struct hostfs_file) policies;
	VEC(struct machine_loader) loaders;
	struct machine_conf conf;
	/* our own, in images of the kinds that are made here; none of loaders */
	VEC(struct machine_loader) hooks;
	bool confirms;		/* imapol-confirm.service is started */
	bool systemd;		/* it is installed, or runs as PID 1 */
	bool dracut_integrity;	/* its configuration asks for the module */
	const char *imapol_load;	/* where the loader is; NULL: nowhere */
	VEC(struct hostfs_file) missed;	/* could not be read and may matter */
};

/*
 * The serial numbers of the keys in a keyring, at most max of them; how many
 * there are, or -1. That of this machine asks the kernel.
 */
typedef long machine_keyctl_read(unsigned int ring, unsigned int *serials,
				 size_t max);
machine_keyctl_read machine_read_ring;

/* a root file system at root; false: it cannot be opened, errno is set */
bool machine_read_root(struct machine *m, struct arena *a, const char *root);
/* the running machine, whose / is at root ("/", but for tests) */
bool machine_read_running(struct machine *m, struct arena *a, const char *root,
			  machine_keyctl_read *read_ring);

/*
 * What a load.conf says, defaults where it is silent; of the files that it names
 * the paths alone. NULL: there is none.
 */
void machine_conf_parse(struct machine_conf *c, struct arena *a,
			const char *text);

/* the ring of that name; never NULL for those in machine_ring_names */
const struct machine_ring *machine_ring(const struct machine *m,
					const char *name);

#endif
