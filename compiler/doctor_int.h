/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DOCTOR_INT_H
#define IMAPOL_DOCTOR_INT_H

#include "bootline.h"
#include "doctor.h"
#include "intern.h"
#include "kmodel.h"

/* what the checks share; each file of them adds its own to the table */

/* what the rules of all policies that were found ask for */
enum {
	USES_APPRAISE = 1,
	USES_HASH = 2,		/* appraises and is content with a hash */
	USES_SIGNATURE = 4,
	USES_LABELS = 8,
};

struct doctor_kernel {
	const struct machine_kernel *k;
	struct ktarget target;
	bool is_release;	/* its name starts like one */
	bool known;		/* the model has that release */
	bool configured;	/* its configuration was read */
};

struct doctor_boot {
	const struct machine_cmdline *line;
	bootline_params params;
};

/* EFI Secure Boot, as the kernel takes it */
enum doctor_secure {
	SECURE_NO_EFI, SECURE_OFF, SECURE_ON,
	SECURE_SHIM,		/* on, but shim was told to verify nothing */
	SECURE_UNKNOWN,
};

struct doctor {
	struct arena *arena;
	const struct machine *m;
	struct doctor_report *report;
	struct intern strings;
	VEC(struct doctor_kernel) kernels;	/* oldest first */
	VEC(struct doctor_boot) boots;
	enum klsm lsm;
	enum doctor_secure secure;
	unsigned int uses;
	/* what the check at hand is about */
	const char *check;
	const struct doctor_kernel *kernel;	/* NULL: none is known */
	const struct doctor_boot *boot;
};

/* how often a check runs */
enum doctor_scope {
	SCOPE_MACHINE,		/* once; kernel is the newest */
	SCOPE_RUNNING,		/* the same, of a machine that runs */
	SCOPE_KERNEL,		/* for each kernel */
	SCOPE_CONFIGURED,	/* for each whose configuration was read */
	SCOPE_IMA,		/* for each of those that have IMA */
	SCOPE_BOOT,		/* for each command line; the same */
};

struct doctor_check {
	const char *name;
	enum doctor_scope scope;
	void (*run)(struct doctor *d);
};

/* each ends with one without a name */
extern const struct doctor_check doctor_kernel_checks[], doctor_boot_checks[],
	doctor_state_checks[], doctor_image_checks[], doctor_load_checks[];

void doctor_say(struct doctor *d, enum doctor_verdict v, const char *at,
		const char *remedy, const char *fmt, ...) PRINTF_LIKE(5, 6);
/* a path of the machine as a command here has to have it */
const char *doctor_path(struct doctor *d, const char *path);
/* says that a file is there and cannot be read */
void doctor_unread(struct doctor *d, const struct hostfs_file *f);
/* says so where others than its owner can write it */
void doctor_mode(struct doctor *d, const struct hostfs_file *f);

/* the option of the kernel at hand; without one KTRI_MAYBE */
enum ktri doctor_option(const struct doctor *d, enum kconfig c);

/* reads the rules of all policies: what they ask for */
void doctor_read_policies(struct doctor *d);
/* the value of "NAME=value" in a file of settings, or NULL */
const char *doctor_setting(struct doctor *d, const struct hostfs_file *f,
			   const char *name);
/* images that are made here do what load.conf says */
bool doctor_image(const struct doctor *d);
/* who loads by it */
bool doctor_load_is(const struct doctor *d, const char *word);
/* ima_policy= of the command line, as it is written; or NULL */
const char *doctor_boot_policy(const struct doctor *d);

#endif
