/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_kernel.h"
#include "cli.h"
#include "cli_compare.h"
#include "cli_judge.h"
#include "cli_options.h"
#include "cli_oracle.h"
#include "cli_paths.h"
#include "cli_report.h"
#include "klines.h"
#include "label.h"
#include "labels.h"
#include "outfile.h"
#include "target.h"
#include "users.h"

struct cli {
	struct arena arena;
	struct compile c;
	struct cli_options o;
	struct users users;
	struct paths paths;
	struct cli_oracle oracle;
	struct root root;
	struct name_lookup lookup;
	struct targets targets;
	bool has_policy;
	VEC(const struct source *) kernel_files;
	cli_words inputs;	/* read beside the sources, for make */
	struct buf notice;	/* what is said behind the messages */
	int status;
};

/* ---- printing: nothing else in the program does ---- */

static void put_stderr(const char *s, size_t len)
{
	/* where this fails there is nowhere left to say so */
	(void)outfile_write_all(STDERR_FILENO, s, len);
}

static void complain(struct cli *cli, const char *what, const char *why)
{
	struct buf b;

	buf_init(&b, &cli->arena);
	buf_printf(&b, "imapolc: %s%s%s\n", what, why ? ": " : "",
		   why ? why : "");
	put_stderr(b.s, b.len);
	cli->status = CLI_USAGE;
}

static bool print(struct cli *cli, const struct buf *b)
{
	if (outfile_write_all(STDOUT_FILENO, b->s, b->len))
		return true;
	complain(cli, "standard output", strerror(errno));
	return false;
}

static bool wants_colour(enum cli_colour when)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when != CLI_COLOUR_AUTO)
		return when == CLI_COLOUR_ALWAYS;
	return !(no && *no) && !(term && !strcmp(term, "dumb")) &&
	       isatty(STDERR_FILENO);
}

static void show_messages(struct cli *cli)
{
	struct diag_style style = {
		.colour = wants_colour(cli->o.colour),
		.max_errors = cli->o.max_errors,
	};
	struct buf b;

	buf_init(&b, &cli->arena);
	diags_render(&cli->c.diags, &style, &b);
	if (cli->notice.len)
		buf_add(&b, cli->notice.s, cli->notice.len);
	put_stderr(b.s, b.len);
}

/* ---- input ---- */

static const char *read_error(enum source_error err)
{
	return err == SOURCE_TOO_LARGE ? "the file is too large" :
		strerror(errno);
}

static bool read_input(struct cli *cli, const char *path, const char **text,
		       size_t *len)
{
	enum source_error err = source_read(&cli->arena, path, text, len);

	if (err == SOURCE_OK)
		return true;
	complain(cli, path, read_error(err));
	return false;
}

static bool is_policy_name(const char *path)
{
	static const char suffix[] = ".imapol";
	size_t len = strlen(path), n = sizeof(suffix) - 1;

	return len > n && !strcmp(path + len - n, suffix);
}

/* given what path globs are lowered with */
static bool knows_paths(const struct cli *cli)
{
	return cli->o.file_contexts || cli->o.root || cli->o.mounts;
}

/* in messages these come after the sources of the policy */
enum { ORDER_KERNEL_FILES = 1 << 29, ORDER_TABLES = 1 << 30 };

static void add_file(struct cli *cli, const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	const char *name = is_stdin ? "<stdin>" : path;
	struct source *src;
	const char *text;
	size_t len;

	if (!read_input(cli, path, &text, &len))
		return;
	src = source_new(&cli->arena, name, text, len,
			 (unsigned int)cli->c.ast.sources.n);
	src->path = is_stdin ? NULL : path;
	if (cli->o.dialect ||
	    (!is_policy_name(path) && check_is_kernel_dialect(src))) {
		if (knows_paths(cli) && klines_have_path(src)) {
			cli->has_policy = true;
			compile_add_kernel_lines(&cli->c, src);
			return;
		}
		src->order = ORDER_KERNEL_FILES +
			     (unsigned int)cli->kernel_files.n;
		vec_push(&cli->arena, &cli->kernel_files, src);
		return;
	}
	cli->has_policy = true;
	compile_add_source(&cli->c, src);
}

typedef void users_add(struct users *u, const struct source *src,
		       struct diags *ds);

static void add_table(struct cli *cli, const char *path, unsigned int order,
		      users_add *add)
{
	const char *text;
	size_t len;

	if (!read_input(cli, path, &text, &len))
		return;
	vec_push(&cli->arena, &cli->inputs, path);
	add(&cli->users, source_new(&cli->arena, path, text, len, order),
	    &cli->c.diags);
	cli->c.lookup = &cli->lookup;
}

static const char *below_root(struct cli *cli, const char *file)
{
	struct buf b;

	if (!cli->o.root)
		return NULL;
	buf_init(&b, &cli->arena);
	buf_printf(&b, "%s/etc/%s", cli->o.root, file);
	return b.s;
}

static void add_tables(struct cli *cli)
{
	const char *passwd = cli->o.users ? cli->o.users :
					    below_root(cli, "passwd");
	const char *group = cli->o.groups ? cli->o.groups :
					    below_root(cli, "group");

	users_init(&cli->users, &cli->arena);
	cli->lookup = (struct name_lookup){
		users_find_user, users_find_group,
		users_near_user, users_near_group, &cli->users,
	};
	if (passwd)
		add_table(cli, passwd, ORDER_TABLES, users_add_passwd);
	if (group)
		add_table(cli, group, ORDER_TABLES + 1, users_add_group);
}

static void add_include_dirs(struct cli *cli)
{
	vec_push(&cli->arena, &cli->o.include_dirs, IMAPOL_LIBDIR);
	cli->c.include_dirs = cli->o.include_dirs.v;
	cli->c.n_include_dirs = cli->o.include_dirs.n;
}

/* ---- the target ---- */

static bool resolve_target(struct cli *cli)
{
	struct target_request req = {
		.kernel = cli->o.kernel, .lsm = cli->o.lsm,
		.profile = cli->o.profile,
		.config_name = cli->o.kernel_config,
	};
	struct target_host host;

	if (cli->o.kernel_config) {
		if (!read_input(cli, cli->o.kernel_config, &req.config,
				&req.config_len))
			return false;
		vec_push(&cli->arena, &cli->inputs, cli->o.kernel_config);
	}
	if (cli->o.kernel && !strcmp(cli->o.kernel, "running")) {
		if (!target_host_read(&cli->arena, &host)) {
			complain(cli, "the running kernel", strerror(errno));
			return false;
		}
		/* securityfs may not be mounted */
		if (!host.lsms && label_selinux_runs())
			host.lsms = "selinux";
		req.host = &host;
	}
	target_resolve(&cli->arena, &req, &cli->c.ast, &cli->c.diags,
		       &cli->targets);
	if (cli->targets.usage)
		cli->status = CLI_USAGE;
	return true;
}

static void say_no_target(struct cli *cli)
{
	struct diag *d = diag_add(&cli->c.diags, DIAG_NO_TARGET, NO_SPAN,
				  "no kernel is named to compile for");

	diag_note(&cli->c.diags, d, NO_SPAN, "add --kernel 6.1 (or another "
		  "release, or `running`), or write it into the policy: "
		  "`target kernel 6.1;`");
	diag_note(&cli->c.diags, d, NO_SPAN, "--check without a target says "
		  "which releases accept the policy");
}

/* ---- output ---- */

static const char *release_text(struct cli *cli, const struct ktarget *t)
{
	char *text = arena_alloc(&cli->arena, KRELEASE_TEXT);

	return krelease_text(t->release, text, KRELEASE_TEXT);
}

/* -o FILE with the release for each %k in it */
static const char *output_name(struct cli *cli, const struct ktarget *t)
{
	const char *s = cli->o.output, *k;
	struct buf b;

	buf_init(&b, &cli->arena);
	while ((k = strstr(s, "%k"))) {
		buf_add(&b, s, (size_t)(k - s));
		buf_puts(&b, release_text(cli, t));
		s = k + 2;
	}
	buf_puts(&b, s);
	return b.s;
}

static bool write_file(struct cli *cli, const char *path, const struct buf *b)
{
	if (outfile_replace(&cli->arena, path, b->s ? b->s : "", b->len))
		return true;
	complain(cli, path, strerror(errno));
	return false;
}

/* a name as make reads it */
static void put_make_name(struct buf *b, const char *name)
{
	for (; *name; name++) {
		if (*name == '$')
			buf_putc(b, '$');
		else if (strchr(" #\\", *name))
			buf_putc(b, '\\');
		buf_putc(b, *name);
	}
}

static bool write_depend(struct cli *cli, const char *target)
{
	const char *path = cli->o.depend_file;
	struct buf b, name;
	size_t i;

	buf_init(&b, &cli->arena);
	put_make_name(&b, target);
	buf_putc(&b, ':');
	for (i = 0; i < cli->c.ast.sources.n; i++) {
		if (!cli->c.ast.sources.v[i]->path)
			continue;
		buf_puts(&b, " \\\n ");
		put_make_name(&b, cli->c.ast.sources.v[i]->path);
	}
	for (i = 0; i < cli->inputs.n; i++) {
		buf_puts(&b, " \\\n ");
		put_make_name(&b, cli->inputs.v[i]);
	}
	buf_putc(&b, '\n');
	if (!path) {
		buf_init(&name, &cli->arena);
		buf_printf(&name, "%s.d", target);
		path = name.s;
	}
	return write_file(cli, path, &b);
}

struct output {
	const char *path;	/* NULL: standard output */
	struct buf text;
};

static bool write_outputs(struct cli *cli, const struct output *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].path ? !write_file(cli, v[i].path, &v[i].text) :
				!print(cli, &v[i].text))
			return false;
	return !cli->o.depend || write_depend(cli, v[0].path);
}

/*
 * Several policies on one stream: a heading that no kernel takes keeps them
 * from being loaded as one.
 */
static void put_heading(struct cli *cli, struct buf *b,
			const struct ktarget *t)
{
	if (cli->targets.n > 1 && !cli->o.output)
		buf_printf(b, "==== kernel %s ====\n", release_text(cli, t));
}

static void emit_all(struct cli *cli)
{
	size_t i, n = cli->targets.n;
	struct output *v = arena_zalloc(&cli->arena, n, sizeof(*v));
	bool ok = true;

	for (i = 0; i < n; i++) {
		const struct ktarget *t = &cli->targets.v[i];

		buf_init(&v[i].text, &cli->arena);
		put_heading(cli, &v[i].text, t);
		if (cli->o.output)
			v[i].path = output_name(cli, t);
		ok &= compile_emit(&cli->c, t, &v[i].text);
	}
	if (cli->c.diags.n_errors || !ok || cli->status)
		return;
	if (cli->o.dump == PASS_COUNT)
		write_outputs(cli, v, n);
}

/* ---- the modes ---- */

static bool several_into_one(const struct cli *cli)
{
	return cli->targets.n > 1 && cli->o.output &&
	       !strstr(cli->o.output, "%k");
}

static void judge(struct cli *cli)
{
	struct judge_input in = {
		.c = &cli->c, .has_policy = cli->has_policy,
		.kernel_files = cli->kernel_files.v,
		.n_kernel_files = cli->kernel_files.n,
	};
	size_t i;

	for (i = 0; i < cli->targets.n; i++)
		judge_target(&in, &cli->targets.v[i]);
	if (!cli->targets.n && !cli->c.diags.n_errors)
		judge_all(&in, &cli->targets, &cli->notice);
}

/* the passes before any target is looked at */
static bool needs_target(const struct cli *cli)
{
	return cli->o.dump != PASS_TOKENS && cli->o.dump != PASS_AST;
}

static void compile_all(struct cli *cli)
{
	bool only_check = cli->o.check || !cli->has_policy;

	compile_check(&cli->c);
	if (!resolve_target(cli))
		return;
	if (several_into_one(cli)) {
		complain(cli, "several targets need %k in the name after -o",
			 NULL);
		return;
	}
	if (!cli->targets.n && !only_check && needs_target(cli) &&
	    !cli->c.diags.n_errors)
		say_no_target(cli);
	/* all mistakes in one run: those of names, then those of a target */
	if (only_check || cli->c.diags.n_errors)
		judge(cli);
	else if (needs_target(cli))
		emit_all(cli);
}

/* libselinux reads files, not what came through a pipe */
static void open_oracle(struct cli *cli)
{
	const char *base = cli->paths.contexts_name;

	if (!base || !strcmp(base, "-"))
		return;
	cli_oracle_init(&cli->oracle, &cli->arena, base);
	cli->paths.prove.oracle = &cli->oracle.oracle;
}

static const char *profile_of(const struct cli *cli)
{
	return cli->o.profile ? cli->o.profile : compile_profile(&cli->c);
}

/* as the policy or the command line has it; false: they contradict */
static bool choose_libselinux(struct cli *cli)
{
	const char *said = compile_libselinux(&cli->c);

	cli->c.libselinux = said ? said : cli->o.libselinux;
	if (!cli->c.libselinux && profile_of(cli))
		cli->c.libselinux = target_profile_libselinux(profile_of(cli));
	if (!said || !cli->o.libselinux || !strcmp(said, cli->o.libselinux))
		return true;
	complain(cli, "the policy says another version than --libselinux",
		 said);
	return false;
}

/* what path globs are lowered with; false: nothing more is to be done */
static bool open_paths(struct cli *cli)
{
	struct cli_paths_request req = { .options = &cli->o };
	const char *problem = NULL;

	if (!choose_libselinux(cli))
		return false;
	req.libselinux = cli->c.libselinux;
	req.profile = profile_of(cli);
	root_init(&cli->root, &cli->arena);
	paths_init(&cli->paths, &cli->arena, &cli->c.strings, &cli->c.diags);
	switch (cli_paths_open(&cli->paths, &cli->root, &req, &cli->inputs,
			       &problem)) {
	case CLI_PATHS_NONE:
		break;
	case CLI_PATHS_OPEN:
		cli->c.paths = &cli->paths;
		open_oracle(cli);
		break;
	case CLI_PATHS_BAD:
		if (cli->o.compare)	/* it tells what changed all the same */
			return true;
		show_messages(cli);
		cli->status = CLI_POLICY;
		return false;
	case CLI_PATHS_IO:
		complain(cli, problem, strerror(errno));
		return false;
	}
	return true;
}

/* assumptions of a compiled file against what is so now */
static void compare(struct cli *cli, struct buf *out)
{
	struct assume then;
	const char *text;
	size_t len;

	if (!read_input(cli, cli->o.compare, &text, &len))
		return;
	assume_init(&then, &cli->arena);
	assume_read(&then, text, len);
	if (cli->o.root)
		cli_paths_missing_links(&cli->paths, cli->o.root, &then);
	if (!then.items.n)
		complain(cli, cli->o.compare, "no assumption about paths is in "
			 "it: it has none, or was compiled with --no-comments");
	else if (!cli_compare(&then, &cli->paths.assume, out))
		cli->status = CLI_POLICY;
}

/* globs and paths; the files below a root are counted for globs only */
static void report(struct cli *cli, struct buf *out)
{
	struct report r;
	size_t i;

	report_init(&r, &cli->paths);
	r.all = cli->o.all;
	for (i = 0; i < cli->o.lookups.n; i++)
		report_add_path(&r, cli->o.lookups.v[i]);
	for (i = 0; i < cli->o.files.n; i++)
		report_add_glob(&r, cli->o.files.v[i]);
	if (r.globs.n && cli->o.root) {
		r.root = cli->o.root;
		if (!report_count(&r)) {
			complain(cli, r.root, strerror(errno));
			return;
		}
		report_missed(&r, &cli->notice);
	}
	if (cli->o.json)
		report_json(&r, out);
	else
		report_text(&r, out);
}

static void run_paths(struct cli *cli)
{
	struct buf out;
	size_t n;

	if (cli->o.profile && !target_profile_links(cli->o.profile, &n)) {
		complain(cli, cli->o.profile, "no profile has this name; "
			 "imapolc --help lists them");
		return;
	}
	if (!open_paths(cli))
		return;
	if (!cli->paths.assume.items.n) {
		complain(cli, "paths needs --file-contexts, --mounts, or the "
			 "--root of a system with an SELinux policy", NULL);
		return;
	}
	buf_init(&out, &cli->arena);
	if (cli->o.compare)
		compare(cli, &out);
	else
		report(cli, &out);
	show_messages(cli);
	if (out.len && !print(cli, &out))
		return;
	if (cli->c.diags.n_errors && !cli->status)
		cli->status = CLI_POLICY;
}

/* ---- labels of tags ---- */

static bool make_directory(struct cli *cli, const char *path)
{
	if (!mkdir(path, 0777) || errno == EEXIST)
		return true;
	complain(cli, path, strerror(errno));
	return false;
}

static void write_labels(struct cli *cli)
{
	struct label_file files[LABEL_FILES];
	struct buf path;
	size_t i;

	if (!labels_make(cli->c.tags, cli->o.files.v[0], files) ||
	    !make_directory(cli, cli->o.output))
		return;
	for (i = 0; i < LABEL_FILES; i++) {
		buf_init(&path, &cli->arena);
		buf_printf(&path, "%s/%s", cli->o.output, files[i].name);
		if (!write_file(cli, path.s, &files[i].text))
			return;
	}
}

/* the policy with what it includes, and what its paths are lowered with */
static bool read_policy(struct cli *cli)
{
	size_t i;

	cli->c.tag_paths = cli->o.tag_paths;
	add_include_dirs(cli);
	add_tables(cli);
	for (i = 0; i < cli->o.files.n; i++)
		add_file(cli, cli->o.files.v[i]);
	if (cli->status)
		return false;
	compile_load(&cli->c);
	return open_paths(cli);
}

static void run_labels(struct cli *cli)
{
	if (!read_policy(cli))
		return;
	if (!cli->c.paths || !cli->c.paths->n_db) {
		complain(cli, "labels needs --file-contexts or --root", NULL);
		return;
	}
	compile_check(&cli->c);
	if (!cli->c.diags.n_errors && !cli->c.tags->tag.n)
		complain(cli, "the policy declares no tag", NULL);
	else if (!cli->c.diags.n_errors)
		write_labels(cli);
	show_messages(cli);
	if (cli->c.diags.n_errors && !cli->status)
		cli->status = CLI_POLICY;
}

static void run(struct cli *cli)
{
	if (cli->o.output && cli->o.dialect) {
		complain(cli, "kernel lines are checked, not compiled: -o has "
			 "no meaning with them", NULL);
		return;
	}
	cli->c.comments = cli->o.comments;
	cli->c.dump = cli->o.dump;
	if (!read_policy(cli))
		return;
	if (cli->has_policy && cli->kernel_files.n && !cli->o.check) {
		complain(cli, "a policy and kernel lines together can only "
			 "be checked: say --check", NULL);
		return;
	}
	if (cli->o.output && !cli->has_policy) {
		complain(cli, "kernel lines are checked, not compiled: -o has "
			 "no meaning with them", NULL);
		return;
	}
	compile_all(cli);
	show_messages(cli);
	if (cli->c.dumped.len && !print(cli, &cli->c.dumped))
		return;
	if (cli->c.diags.n_errors && !cli->status)
		cli->status = CLI_POLICY;
}

static void show_version(struct cli *cli)
{
	struct buf b;

	buf_init(&b, &cli->arena);
	buf_puts(&b, "imapolc " PACKAGE_VERSION "\n");
	print(cli, &b);
}

static void show_help(struct cli *cli)
{
	struct buf b;

	buf_init(&b, &cli->arena);
	cli_options_help(&b);
	print(cli, &b);
}

static void start(struct cli *cli, int argc, char **argv)
{
	struct buf problem;

	compile_init(&cli->c, &cli->arena);
	buf_init(&problem, &cli->arena);
	buf_init(&cli->notice, &cli->arena);
	if (!cli_options_parse(&cli->arena, argc, argv, &cli->c.diags,
			       &cli->o, &problem)) {
		complain(cli, problem.s, NULL);
		complain(cli, "imapolc --help lists the options", NULL);
		return;
	}
	switch (cli->o.mode) {
	case CLI_HELP:
		show_help(cli);
		break;
	case CLI_VERSION:
		show_version(cli);
		break;
	case CLI_PATHS:
		run_paths(cli);
		break;
	case CLI_LABELS:
		run_labels(cli);
		break;
	case CLI_COMPILE:
		run(cli);
		break;
	}
}

/* a file opened later must not become standard output by accident */
static void hold_standard_streams(void)
{
	int fd;

	for (fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", fd ? O_RDONLY : O_WRONLY);
}

int cli_main(int argc, char **argv)
{
	static struct cli cli;	/* kept over the jump */
	static const char oom[] = "imapolc: out of memory\n";
	jmp_buf on_oom;

	memset(&cli, 0, sizeof(cli));
	hold_standard_streams();
	/* a closed pipe and ulimit -f are errors to report, like a full disk */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	arena_init(&cli.arena);
	if (setjmp(on_oom)) {
		put_stderr(oom, sizeof(oom) - 1);
		cli.status = CLI_USAGE;
	} else {
		cli.arena.on_oom = &on_oom;
		start(&cli, argc, argv);
	}
	cli_oracle_close(&cli.oracle);
	arena_free(&cli.arena);
	return cli.status;
}
