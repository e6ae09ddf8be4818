/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_BOOTPATH_H
#define IMAPOL_BOOTPATH_H

#include "rehearse.h"
#include "vec.h"

/*
 * What a machine runs until it is up, and whether it would come up: init and
 * what it links to, the loader, shells, the units of the default target and
 * what they start, generators, udev's programs, modules that are loaded by
 * name, the initramfs after the policy is loaded, the policy and its keys.
 */
enum bootpath_weight {
	BOOTPATH_FATAL,		/* without it the machine does not come up */
	BOOTPATH_LOSS,		/* something is missing afterwards */
};

/*
 * What is fatal, and why. A library, loader or interpreter weighs what its user
 * does: refused to it, the user ends before it has begun.
 *
 *	init				the kernel panics; where PID 1 itself loads the
 *					policy it has long begun, so that it is a loss
 *	what the initramfs runs behind	it never gets to init
 *	its load of the policy
 *	systemd-executor		systemd starts every program by it (255 on)
 *	unit files that the target	"Failed to load …", and the rescue or emergency
 *	Requires=			shell is what is started instead
 *	programs of units whose failure	local-fs.target and its like do so; FailureAction=
 *	has OnFailure=emergency.target	may also reboot
 *	or another way down
 *	… of units that these, or	they fail with "dependency", and with sysinit.target
 *	sysinit.target and basic.target	every service does; not where a failure is ignored
 *	Require= and come After=	("-"), nor of Type=simple, which has started by then
 *	mount, fsck's front end and the	local-fs.target requires mounts of /etc/fstab that
 *	module of a mount that must be	have neither nofail nor noauto, and fails for
 *	there; udevd where it waits for	one; a device is waited for, and udevd names it
 *	a device
 *	imapol-confirm, where PID 1	it halts a machine whose policy nobody confirms
 *	loads; files to prime with
 *	every way in			getty, login, PAM and a shell; sshd, PAM and a
 *					shell; a display manager. One that works is
 *					enough. A system that has none is judged without
 *
 * Where something that is fatal is missing or damaged, cannot be run, or is a script
 * or a line for a shell, not all that a boot takes is known, and it is never "boots".
 * So it is where a program is refused that may make a device which a mount waits for
 * (/etc/crypttab, LVM and the like behind udev's rules).
 *
 * All else is a loss: without journald, logind, generators, udevd and the others
 * systemd goes on, degraded, and there is a login.
 */

struct bootpath_step {
	const char *path;	/* where symlinks led */
	enum judge_op op;
	enum bootpath_weight weight;
	/* why it is on the boot path: "ExecStart= of ssh.service",
	   "linked by /usr/lib/systemd/systemd" */
	const char *why;
	bool missing;		/* it is not there at all: no verdict */
	struct judge_finding finding;
};

enum bootpath_verdict {
	BOOTPATH_BOOTS, BOOTPATH_LOSSES,
	/* nothing that is fatal is refused, but not all could be followed or told */
	BOOTPATH_NOT_KNOWN,
	BOOTPATH_DOES_NOT
};
/* "boots", "boots with losses", "not known", "does not boot" */
const char *bootpath_verdict_word(enum bootpath_verdict v);

struct bootpath_options {
	const char *init;	/* NULL: /sbin/init and what the kernel tries then */
	const char *target;	/* unit; NULL: default.target */
	/* initramfs images as trees; what runs in them behind the load counts */
	struct tree *const *initramfs;
	size_t n_initramfs;
	/* the policy's own file on the machine, and certificates; NULL: those of
	   /etc/imapol/load.conf */
	const char *policy;
};

typedef VEC(const char *) bootpath_notes;

struct bootpath {
	enum bootpath_verdict verdict;
	/* all that was looked at, in the order in which it runs */
	VEC(struct bootpath_step) steps;
	/* in words: what a verdict rests on, then what could not be followed */
	bootpath_notes notes;
};

/* kept in the arena of r; never "boots" where the walk was cut short by stop */
void bootpath_walk(struct rehearse *r, const struct bootpath_options *o,
		   struct bootpath *out);

#endif
