/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_UNIT_H
#define IMAPOL_CLI_UNIT_H

#include "cli_options.h"
#include "cli_oracle.h"
#include "paths.h"
#include "policy.h"
#include "root.h"
#include "target.h"
#include "users.h"

/*
 * What the commands share: the run of the program, and a policy that it reads,
 * with its target and with what its paths are lowered with. Here and in the files
 * of the commands is all that opens files and prints.
 *
 * A command:	cli_unit_init(u, cli);
 *		cli_unit_read(u, files, n)		the text, with includes
 *		compile_check(&u->c)			names, values, paths
 *		cli_unit_target(u)			u->targets
 *		cli_unit_policy(u, t, &policy)		its rules, for one target
 *		cli_unit_show(u)			the messages
 */
/* the exit status: all well; the policy is at fault; usage or input and output */
enum { CLI_OK, CLI_POLICY, CLI_USAGE };

struct cli {
	struct arena arena;
	struct cli_options o;
	struct buf notice;	/* what is said behind the messages */
	int status;
	/* a directory that is removed in the end; or NULL */
	const char *scratch;
	/* a command has one policy, or compares two */
	struct cli_unit *units[2];
};

struct cli_unit {
	struct cli *cli;
	struct compile c;
	struct users users;
	struct paths paths;
	struct cli_oracle oracle;
	struct root root;
	struct name_lookup lookup;
	struct targets targets;
	bool has_policy;		/* c holds statements */
	VEC(const struct source *) kernel_files;
	VEC(const struct source *) path_files;	/* the same, as part of c */
	const char *builtin;		/* the name, of "builtin:NAME"; or NULL */
	cli_words inputs;	/* read beside the sources, for make */
};

/* ---- the run ---- */

/* on standard error; the status becomes CLI_USAGE */
void cli_complain(struct cli *cli, const char *what, const char *why);
/* on standard output; false: complained */
bool cli_print(struct cli *cli, const struct buf *b);
/* all or nothing; false: complained */
bool cli_write_file(struct cli *cli, const char *path, const struct buf *b);
/* false: complained */
bool cli_read_file(struct cli *cli, const char *path, const char **text,
		   size_t *len);
void cli_put_stderr(const char *s, size_t len);

/* does it end as the name of a policy in the language? */
bool cli_is_policy_name(const char *path);
/* taken for kernel lines: by its text, where its name does not end in .imapol */
bool cli_is_kernel_lines(const struct cli *cli, const char *path,
			 const struct source *src);

/* ---- a policy ---- */

/* allocated in the arena of cli, which closes it in the end */
struct cli_unit *cli_unit_new(struct cli *cli);
/*
 * The files as one policy, with what is included, and what its paths are lowered
 * with. False: nothing more is to be done, the messages were shown. With
 * builtins "builtin:NAME" is one of the kernel's own.
 */
bool cli_unit_read(struct cli_unit *u, const char *const *files, size_t n,
		   bool builtins);
/* only what paths are lowered with */
bool cli_unit_paths(struct cli_unit *u);
/* u->targets, from the policy and the command line; false: complained */
bool cli_unit_target(struct cli_unit *u);
/* the error that there is none */
void cli_unit_no_target(struct cli_unit *u);
/*
 * All of the above for a command that asks about a policy: read, checked, with a
 * target or several. False: what is wrong was shown.
 */
bool cli_unit_open(struct cli_unit *u, const char *const *files, size_t n);
/* the same with exactly one target */
bool cli_unit_open_one(struct cli_unit *u, const char *const *files, size_t n);
/*
 * The rules for one target, whatever form the policy has. After compile_check();
 * false: there are messages, or cli has complained.
 */
bool cli_unit_policy(struct cli_unit *u, const struct ktarget *t,
		     struct policy *out);
/*
 * Rules of the kernel's own, by the name of policy_builtin(), before rule number
 * at; where they end. None where the target has none.
 */
size_t cli_unit_insert_own(struct cli_unit *u, const struct ktarget *t,
			   const char *name, size_t at, struct policy *p);
/*
 * The messages, and the notice behind them; the status becomes CLI_POLICY where
 * there is an error. Those that a program asked for with --check --format are
 * on standard output.
 */
void cli_unit_show(struct cli_unit *u);
void cli_unit_close(struct cli_unit *u);

/* "6.1", in the arena */
const char *cli_release_text(struct cli *cli, const struct ktarget *t);

#endif
