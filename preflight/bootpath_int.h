/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_BOOTPATH_INT_H
#define IMAPOL_BOOTPATH_INT_H

#include "bootpath.h"
#include "buf.h"
#include "elf.h"
#include "intern.h"
#include "ptrmap.h"
#include "units.h"
#include "util.h"

/*
 * What the parts of bootpath.h share. The parts know what runs and why
 * (bootpath_systemd.c, bootpath_udev.c …); here is what becomes of that: a
 * program with its interpreter and libraries, steps, and what they weigh.
 */
#define BOOT_STEPS_MAX 100000	/* more are not followed, and that is said */
#define BOOT_NOTES_MAX 1000	/* of a kind */
#define BOOT_WAYS_MAX 64	/* to log in; more add nothing */
#define BOOT_TEXT_MAX (4u << 20)	/* bytes of a file that is read as text */

/* how a program, a library or a file of settings fares */
enum boot_fate {
	BOOT_WORKS,
	/* it, or what it needs, is not there or cannot be run: also without a policy */
	BOOT_MISSING,
	BOOT_UNKNOWN,	/* whether it would be refused cannot be told */
	BOOT_REFUSED,
};

typedef VEC(size_t) boot_steps;
struct boot_libs;

/* one regular file, and what is known of it */
struct boot_file {
	const char *path;	/* interned, where symlinks led */
	struct tree_file file;
	struct judge_verdict verdict;
	struct elf_facts elf;
	bool elf_known, running;
	bool ran;		/* fate and needs are those of running it */
	enum boot_fate fate;
	boot_steps needs;	/* steps that running it takes */
	size_t step[JUDGE_OPS];	/* 1 + index of the step; 0: none yet */
};

/* a way in: a login that would work, with all that it takes */
struct boot_way {
	const char *name;
	enum boot_fate fate;
	boot_steps steps;
};

/* takes down which steps something needs, until boot_trail_end() */
struct boot_trail {
	struct boot_trail *up;
	boot_steps steps;
};

struct boot {
	struct rehearse *r;
	const struct bootpath_options *options;
	struct bootpath *out;
	struct arena *arena;
	struct intern names;
	struct ptrmap found;	/* a path that was asked for, to 1 + index; 0: none */
	struct ptrmap file_of;	/* where it led, to index */
	VEC(struct boot_file *) files;
	struct ptrmap text_of;	/* a path to the index of its text */
	VEC(const char *) texts;
	struct ptrmap gone;	/* a path that is not there, to its step */
	VEC(struct boot_way) ways;
	struct ptrmap noted;	/* texts of notes */
	bootpath_notes asides;	/* notes that come last */
	const char *where;	/* "in the initramfs"; NULL: on the root */
	struct boot_trail *trail;
	unsigned int depth;	/* of programs that are run for each other */
	struct boot_libs *libs;	/* bootpath_lib.c */
	/* what was found on the way */
	bool init_is_systemd;
	bool after_init;	/* PID 1 loads the policy: it runs before that */
	bool cut;		/* by stop */
	bool full;		/* BOOT_STEPS_MAX */
	bool blind;		/* not all that runs could be followed */
	bootpath_notes devices;	/* that a mount which has to be there waits for */
};

/* nothing was looked at yet; of another tree, its steps stand in the same out */
void boot_new(struct boot *b, struct rehearse *r,
	      const struct bootpath_options *o, struct bootpath *out);

/* ---- bootpath_run.c ---- */

/* NULL: no regular file is there */
struct boot_file *boot_file(struct boot *b, const char *path);
/* as tree_list(); what is there and cannot be read is said, and a boot not known */
bool boot_list(struct boot *b, const char *path, const char *const **names,
	       size_t *n);
/* a regular file is there, by mode one that can be run */
bool boot_has_program(struct boot *b, const char *path);
/* no policy is needed for that to fail, which is said */
bool boot_no_exec(struct boot *b, const struct boot_file *f);
/* what it is; of a file that cannot be read nothing, and that is said */
const struct elf_facts *boot_elf(struct boot *b, struct boot_file *f);
/* one operation on one file */
enum boot_fate boot_use(struct boot *b, const char *path, enum judge_op op,
			enum bootpath_weight weight, const char *why);
enum boot_fate boot_use_file(struct boot *b, struct boot_file *f,
			     enum judge_op op, enum bootpath_weight weight,
			     const char *why);
/* a program: its interpreters, its loader, its libraries */
enum boot_fate boot_run(struct boot *b, const char *path,
			enum bootpath_weight weight, const char *why);
/* a library that is opened by its path, with those that it needs */
enum boot_fate boot_load(struct boot *b, const char *path,
			 enum bootpath_weight weight, const char *why);
/* the part of a path behind the last slash */
const char *boot_name(const char *path);
/* a program by its name, as execvp() and systemd search it; else as given */
const char *boot_search(struct boot *b, const char *name);
/* the first word of what a shell is given with -c; NULL: none can be told */
const char *boot_shell_word(struct boot *b, const char *script);
/* what is not there, and matters */
void boot_gone(struct boot *b, const char *path, enum judge_op op,
	       enum bootpath_weight weight, const char *why);
enum boot_fate boot_worse(enum boot_fate x, enum boot_fate y);
bool boot_stopped(struct boot *b);
/* once for each text: what a verdict rests on */
void boot_note(struct boot *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* the same, behind all of those: what was not followed, and is a loss at most */
void boot_aside(struct boot *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* the text of a file, read once; NULL: it is not there, or not readable */
const char *boot_text(struct boot *b, const char *path);
/* the next line of *s, without its end; NULL: no more */
const char *boot_line(struct boot *b, const char **s);
/* the next word of *s, blanks between; NULL: no more */
const char *boot_word(struct boot *b, const char **s);

/*
 * Steps from here on belong to t, and to whatever is being taken down around it
 * when it ends.
 */
void boot_trail_begin(struct boot *b, struct boot_trail *t);
void boot_trail_end(struct boot *b);
/* what is needed is needed for more */
void boot_weigh(struct boot *b, const boot_steps *steps,
		enum bootpath_weight weight, const char *why);

/* ---- bootpath_lib.c ---- */

/* the libraries of f, a program or a library: each is opened and mapped */
enum boot_fate boot_libraries(struct boot *b, struct boot_file *f,
			      enum bootpath_weight weight);

/* ---- the parts, in the order in which they run ---- */

/* bootpath_image.c: the initramfs behind the load, the policy, its keys */
void boot_image(struct boot *b);
/* bootpath_init.c: PID 1, and by what it is what it starts */
void boot_init(struct boot *b);
/* bootpath_systemd.c */
void boot_systemd(struct boot *b, const char *init);
/* bootpath_selinux.c: the policy of SELinux, which PID 1 loads */
void boot_selinux(struct boot *b);
/* bootpath_settings.c: files that are read by what a boot starts */
void boot_settings(struct boot *b);
/* those of NAME.d in /etc, /run, /usr/local/lib, /usr/lib, that end so */
void boot_read_settings(struct boot *b, const char *dir, const char *end,
			const char *why, void *arg,
			void (*each)(struct boot *b, void *arg,
				     const char *path));
/* bootpath_mount.c: /etc/fstab, and what systemd makes of it in us */
void boot_mounts(struct boot *b, struct units *us);
void boot_mount_type(struct boot *b, const char *type,
		     enum bootpath_weight weight, const char *why);
/* bootpath_device.c: devices that are made; a mount that has to be there waits for it */
void boot_wait_for(struct boot *b, const char *device);
void boot_crypttab(struct boot *b);
/* program, run by a rule of udev, fared so */
void boot_maker(struct boot *b, const char *program, enum boot_fate fate);
/* bootpath_udev.c: udevd's rules, and what they run */
void boot_udev(struct boot *b);
/* bootpath_module.c: modules that are loaded by their names */
void boot_modules(struct boot *b);
void boot_module(struct boot *b, const char *name,
		 enum bootpath_weight weight, const char *why);
/* bootpath_sysv.c */
void boot_inittab(struct boot *b);
void boot_rc_scripts(struct boot *b, struct units *us);
/*
 * bootpath_login.c: what lets somebody in behind program (a getty, sshd, a
 * display manager), whose command line is line
 */
enum boot_fate boot_login(struct boot *b, const char *program,
			  const char *line);

#endif
