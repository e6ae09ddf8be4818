/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_kernel.h"
#include "check_labels.h"
#include "cli_paths.h"
#include "cli_unit.h"
#include "diag_print.h"
#include "klines.h"
#include "kmodel_row.h"
#include "label.h"
#include "outfile.h"
#include "profile.h"
#include "utf8.h"

/* ---- printing: nothing else in the program does ---- */

void cli_put_stderr(const char *s, size_t len)
{
	/* where this fails there is nowhere left to say so */
	(void)outfile_write_all(STDERR_FILENO, s, len);
}

void cli_complain(struct cli *cli, const char *what, const char *why)
{
	struct buf b;

	buf_init(&b, &cli->arena);
	buf_puts(&b, "imapolc: ");
	utf8_puts_visible(&b, what);
	if (why) {
		buf_puts(&b, ": ");
		utf8_puts_visible(&b, why);
	}
	buf_putc(&b, '\n');
	cli_put_stderr(b.s, b.len);
	cli->status = CLI_USAGE;
}

bool cli_print(struct cli *cli, const struct buf *b)
{
	if (outfile_write_all(STDOUT_FILENO, b->s, b->len))
		return true;
	cli_complain(cli, "standard output", strerror(errno));
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

static_assert((int)CLI_FORMAT_JSON == (int)DIAG_FORMAT_JSON &&
	      (int)CLI_FORMAT_SARIF == (int)DIAG_FORMAT_SARIF &&
	      (int)CLI_FORMAT_GITHUB == (int)DIAG_FORMAT_GITHUB &&
	      (int)CLI_FORMAT_GITLAB == (int)DIAG_FORMAT_GITLAB,
	      "formats of messages have one number");

/* other commands write their answers in it */
static enum diag_format message_format(const struct cli *cli)
{
	return cli->o.command == CLI_COMPILE ? (enum diag_format)cli->o.format
					     : DIAG_FORMAT_TEXT;
}

static void put_notice(struct cli *cli)
{
	if (cli->notice.len)
		cli_put_stderr(cli->notice.s, cli->notice.len);
	buf_init(&cli->notice, &cli->arena);
}

static void show_messages(struct cli_unit *u)
{
	struct cli *cli = u->cli;
	enum diag_format format = message_format(cli);
	struct diag_style style = {
		.colour = wants_colour(cli->o.colour),
		.max_errors = cli->o.max_errors,
	};
	struct buf b;

	buf_init(&b, &cli->arena);
	diags_print(&u->c.diags, format, &style, &b);
	if (format != DIAG_FORMAT_TEXT && cli->o.check)
		cli_print(cli, &b);
	else
		cli_put_stderr(b.s, b.len);
	put_notice(cli);
}

void cli_unit_show(struct cli_unit *u)
{
	show_messages(u);
	if (u->c.diags.n_errors && !u->cli->status)
		u->cli->status = CLI_POLICY;
}

/* ---- input ---- */

static const char *read_error(enum source_error err)
{
	return err == SOURCE_TOO_LARGE ? "the file is too large" :
		strerror(errno);
}

bool cli_read_file(struct cli *cli, const char *path, const char **text,
		       size_t *len)
{
	enum source_error err = source_read(&cli->arena, path, text, len);

	if (err == SOURCE_OK)
		return true;
	cli_complain(cli, path, read_error(err));
	return false;
}

bool cli_write_file(struct cli *cli, const char *path, const struct buf *b)
{
	if (outfile_replace(&cli->arena, path, b->s ? b->s : "", b->len))
		return true;
	cli_complain(cli, path, strerror(errno));
	return false;
}

const char *cli_release_text(struct cli *cli, const struct ktarget *t)
{
	char *text = arena_alloc(&cli->arena, KRELEASE_TEXT);

	return krelease_text(t->release, text, KRELEASE_TEXT);
}

bool cli_is_policy_name(const char *path)
{
	static const char suffix[] = ".imapol";
	size_t len = strlen(path), n = sizeof(suffix) - 1;

	return len > n && !strcmp(path + len - n, suffix);
}

/* given what path globs are lowered with */
static bool knows_paths(const struct cli_unit *u)
{
	return u->cli->o.file_contexts || u->cli->o.root || u->cli->o.mounts;
}

/* in messages these come after the sources of the policy */
enum { ORDER_KERNEL_FILES = 1 << 29, ORDER_TABLES = 1 << 30 };

/* the kernel's own: the lines are known once the target is */
static bool take_builtin(struct cli_unit *u, const char *path)
{
	static const char prefix[] = "builtin:";

	if (strncmp(path, prefix, sizeof(prefix) - 1) != 0)
		return false;
	u->builtin = path + sizeof(prefix) - 1;
	return true;
}

bool cli_is_kernel_lines(const struct cli *cli, const char *path,
			 const struct source *src)
{
	return cli->o.dialect ||
	       (!cli_is_policy_name(path) && check_is_kernel_dialect(src));
}

static void add_file(struct cli_unit *u, const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	const char *name = is_stdin ? "<stdin>" : path;
	struct source *src;
	const char *text;
	size_t len;

	if (!cli_read_file(u->cli, path, &text, &len))
		return;
	src = source_new(&u->cli->arena, name, text, len,
			 (unsigned int)u->c.ast.sources.n);
	src->path = is_stdin ? NULL : path;
	if (cli_is_kernel_lines(u->cli, path, src)) {
		if (knows_paths(u) && klines_have_path(src)) {
			u->has_policy = true;
			vec_push(&u->cli->arena, &u->path_files, src);
			compile_add_kernel_lines(&u->c, src);
			return;
		}
		src->order = ORDER_KERNEL_FILES +
			     (unsigned int)u->kernel_files.n;
		vec_push(&u->cli->arena, &u->kernel_files, src);
		return;
	}
	u->has_policy = true;
	compile_add_source(&u->c, src);
}

typedef void users_add(struct users *u, const struct source *src,
		       struct diags *ds);

static void add_table(struct cli_unit *u, const char *path, unsigned int order,
		      users_add *add)
{
	const char *text;
	size_t len;

	if (!cli_read_file(u->cli, path, &text, &len))
		return;
	vec_push(&u->cli->arena, &u->inputs, path);
	add(&u->users, source_new(&u->cli->arena, path, text, len, order),
	    &u->c.diags);
	u->c.lookup = &u->lookup;
}

/* NULL: there is none, as in the root of a container without users */
static const char *below_root(struct cli_unit *u, const char *file)
{
	struct buf b;

	if (!u->cli->o.root)
		return NULL;
	buf_init(&b, &u->cli->arena);
	buf_printf(&b, "%s/etc/%s", u->cli->o.root, file);
	if (access(u->cli->o.root, F_OK) == 0 && access(b.s, F_OK) &&
	    errno == ENOENT)
		return NULL;
	return b.s;
}

static void add_tables(struct cli_unit *u)
{
	const char *passwd = u->cli->o.users ? u->cli->o.users :
					    below_root(u, "passwd");
	const char *group = u->cli->o.groups ? u->cli->o.groups :
					    below_root(u, "group");

	users_init(&u->users, &u->cli->arena);
	u->lookup = (struct name_lookup){
		users_find_user, users_find_group,
		users_near_user, users_near_group, &u->users,
	};
	if (passwd)
		add_table(u, passwd, ORDER_TABLES, users_add_passwd);
	if (group)
		add_table(u, group, ORDER_TABLES + 1, users_add_group);
}

static void add_include_dirs(struct cli_unit *u)
{
	vec_push(&u->cli->arena, &u->cli->o.include_dirs, IMAPOL_LIBDIR);
	u->c.include_dirs = u->cli->o.include_dirs.v;
	u->c.n_include_dirs = u->cli->o.include_dirs.n;
}

/* ---- the target ---- */

static struct target_request request(const struct cli *cli)
{
	return (struct target_request){
		.kernel = cli->o.kernel, .lsm = cli->o.lsm,
		.profile = cli->o.profile,
		.config_name = cli->o.kernel_config,
	};
}

/* where the running kernel is the target; false: it does not tell */
static bool ask_host(struct cli *cli, struct target_request *req,
		     struct target_host *host)
{
	if (!cli->o.kernel || strcmp(cli->o.kernel, "running") != 0)
		return true;
	if (!target_host_read(&cli->arena, host))
		return false;
	/* securityfs may not be mounted */
	if (!host->lsms && label_selinux_runs())
		host->lsms = "selinux";
	req->host = host;
	return true;
}

bool cli_unit_target(struct cli_unit *u)
{
	struct target_request req = request(u->cli);
	struct target_host host;

	if (u->cli->o.kernel_config) {
		if (!cli_read_file(u->cli, u->cli->o.kernel_config, &req.config,
				&req.config_len))
			return false;
		vec_push(&u->cli->arena, &u->inputs, u->cli->o.kernel_config);
	}
	if (!ask_host(u->cli, &req, &host)) {
		cli_complain(u->cli, "the running kernel", strerror(errno));
		return false;
	}
	target_resolve(&u->cli->arena, &req, &u->c.ast, &u->c.diags,
		       &u->targets);
	if (u->targets.usage)
		u->cli->status = CLI_USAGE;
	return true;
}

static const char *profile_name(const struct cli_unit *u)
{
	return u->cli->o.profile ? u->cli->o.profile : compile_profile(&u->c);
}

static const struct profile *profile_of(const struct cli_unit *u)
{
	const char *name = profile_name(u);

	return name ? profile_find(name) : NULL;
}

void cli_unit_no_target(struct cli_unit *u)
{
	const struct profile *p = profile_of(u);
	struct diag *d = diag_add(&u->c.diags, DIAG_NO_TARGET, NO_SPAN,
				  "no kernel is named to compile for");

	diag_note(&u->c.diags, d, NO_SPAN, "add --kernel 6.1 (or another "
		  "release, or `running`), or write it into the policy: "
		  "`target kernel 6.1;`");
	if (p && p->rolling)
		diag_note(&u->c.diags, d, NO_SPAN, "the kernel of `%s` follows "
			  "the mainline, so its release has to be named",
			  p->name);
	diag_note(&u->c.diags, d, NO_SPAN, "--check without a target says "
		  "which releases accept the policy");
}

/* libselinux reads files, not what came through a pipe */
static void open_oracle(struct cli_unit *u)
{
	const char *base = u->paths.contexts_name;

	if (!base || !strcmp(base, "-"))
		return;
	cli_oracle_init(&u->oracle, &u->cli->arena, base);
	u->oracle.selinux = u->paths.selinux;
	u->paths.prove.oracle = &u->oracle.oracle;
}

/* as the policy or the command line has it; false: they contradict */
static bool choose_libselinux(struct cli_unit *u)
{
	const char *said = compile_libselinux(&u->c);
	const struct profile *p = profile_of(u);

	u->c.libselinux = said ? said : u->cli->o.libselinux;
	if (!u->c.libselinux && p)
		u->c.libselinux = p->libselinux;
	if (!said || !u->cli->o.libselinux || !strcmp(said, u->cli->o.libselinux))
		return true;
	cli_complain(u->cli, "the policy says another version than --libselinux",
		 said);
	return false;
}

/* labels are those of a SELinux policy, or of nothing that is known */
static bool may_have_selinux(const struct cli_unit *u)
{
	struct target_request req = request(u->cli);
	struct target_host host;
	enum klsm lsm;

	if (!ask_host(u->cli, &req, &host))
		return true;
	lsm = target_lsm(&u->cli->arena, &req, &u->c.ast);
	return lsm == KLSM_UNSET || lsm == KLSM_SELINUX;
}

/* what path globs are lowered with; false: nothing more is to be done */
bool cli_unit_paths(struct cli_unit *u)
{
	struct cli_paths_request req = { .options = &u->cli->o };
	enum cli_paths_open opened;
	const char *problem = NULL;

	if (!choose_libselinux(u))
		return false;
	req.libselinux = u->c.libselinux;
	req.profile = profile_of(u);
	req.selinux = may_have_selinux(u);
	root_init(&u->root, &u->cli->arena);
	paths_init(&u->paths, &u->cli->arena, &u->c.strings, &u->c.diags);
	opened = cli_paths_open(&u->paths, &u->root, &req, &u->inputs,
				&problem);
	u->c.ast.selinux = u->paths.selinux;
	switch (opened) {
	case CLI_PATHS_NONE:
		break;
	case CLI_PATHS_OPEN:
		u->c.paths = &u->paths;
		open_oracle(u);
		break;
	case CLI_PATHS_BAD:
		if (u->cli->o.compare)	/* it tells what changed all the same */
			return true;
		show_messages(u);
		u->cli->status = CLI_POLICY;
		return false;
	case CLI_PATHS_IO:
		cli_complain(u->cli, problem, strerror(errno));
		return false;
	}
	return true;
}

/* ---- a policy ---- */

struct cli_unit *cli_unit_new(struct cli *cli)
{
	struct cli_unit *u = arena_new(&cli->arena, struct cli_unit);
	size_t i;

	u->cli = cli;
	compile_init(&u->c, &cli->arena);
	u->c.comments = !cli->o.no_comments;
	u->c.dump = cli->o.dump;
	u->c.tag_paths = cli->o.tag_paths;
	/* all of them were tried when the command line was read */
	for (i = 0; i < cli->o.warnings.n; i++)
		diags_option(&u->c.diags, cli->o.warnings.v[i]);
	for (i = 0; i < ARRAY_SIZE(cli->units) && cli->units[i]; i++)
		;
	cli->units[i] = u;
	return u;
}

void cli_unit_close(struct cli_unit *u)
{
	size_t i;

	cli_oracle_close(&u->oracle);
	for (i = 0; i < ARRAY_SIZE(u->cli->units); i++)
		if (u->cli->units[i] == u)
			u->cli->units[i] = NULL;
}

bool cli_unit_read(struct cli_unit *u, const char *const *files, size_t n,
		   bool builtins)
{
	size_t i;

	add_include_dirs(u);
	add_tables(u);
	for (i = 0; i < n; i++)
		if (!builtins || !take_builtin(u, files[i]))
			add_file(u, files[i]);
	if (u->cli->status)
		return false;
	if (u->has_policy + (u->builtin != NULL) + (u->kernel_files.n > 0) > 1 &&
	    builtins) {
		cli_complain(u->cli, "a policy, kernel lines and a built-in policy "
			     "do not make one together", NULL);
		return false;
	}
	compile_load(&u->c);
	if (!cli_unit_paths(u))
		return false;
	for (i = 0; u->c.ast.selinux && i < u->kernel_files.n; i++)
		check_label_lines(u->c.ast.selinux, u->kernel_files.v[i],
				  &u->c.diags);
	return true;
}

bool cli_unit_open(struct cli_unit *u, const char *const *files, size_t n)
{
	if (!cli_unit_read(u, files, n, true))
		return false;
	compile_check(&u->c);
	if (!cli_unit_target(u))
		return false;
	if (!u->targets.n && !u->c.diags.n_errors)
		cli_unit_no_target(u);
	if (!u->c.diags.n_errors)
		return true;
	cli_unit_show(u);
	return false;
}

bool cli_unit_open_one(struct cli_unit *u, const char *const *files, size_t n)
{
	if (!cli_unit_open(u, files, n))
		return false;
	if (u->targets.n == 1)
		return true;
	cli_complain(u->cli, "this is about one kernel at a time; several are "
		     "named", NULL);
	return false;
}

static bool read_builtin(struct cli_unit *u, const struct ktarget *t,
			 struct policy *out)
{
	const struct source *src = policy_builtin(&u->cli->arena, t,
						  u->builtin);
	const struct krange all = kmodel_range(KKIND_BUILTIN);
	enum kfeature f;
	struct span bad;
	struct buf b;

	if (src && policy_read(out, &u->cli->arena, &u->c.strings, t, src,
			       NULL, 0, &bad))
		return true;
	buf_init(&b, &u->cli->arena);
	buf_printf(&b, "kernel %s has no built-in policy of this name, or it is "
		   "empty: there are", cli_release_text(u->cli, t));
	for (f = all.first; f < all.end; f++)
		buf_printf(&b, " %s", kmodel_word(f));
	cli_complain(u->cli, u->builtin, b.s);
	return false;
}

size_t cli_unit_insert_own(struct cli_unit *u, const struct ktarget *t,
			   const char *name, size_t at, struct policy *p)
{
	const struct source *src = policy_builtin(&u->cli->arena, t, name);
	struct policy own;
	struct span bad;

	if (!src || !policy_read(&own, &u->cli->arena, &u->c.strings, t, src,
				 NULL, 0, &bad))
		return at;
	policy_insert(p, at, &own);
	return at + own.rules.n;
}

static bool read_kernel_lines(struct cli_unit *u, const struct ktarget *t,
			      struct policy *out)
{
	struct span bad;
	size_t i;

	if (u->kernel_files.n > 1) {
		cli_complain(u->cli, "several files of kernel lines are no one "
			     "policy", NULL);
		return false;
	}
	compile_check_kernel_lines(&u->c, u->kernel_files.v[0], t);
	if (u->c.diags.n_errors ||
	    !policy_read(out, &u->cli->arena, &u->c.strings, t,
			 u->kernel_files.v[0], NULL, 0, &bad))
		return false;
	for (i = 0; i < out->rules.n; i++)
		senames_settle(u->c.ast.selinux, &out->rules.v[i].k);
	return true;
}

bool cli_unit_policy(struct cli_unit *u, const struct ktarget *t,
		     struct policy *out)
{
	if (u->builtin)
		return read_builtin(u, t, out);
	if (u->kernel_files.n)
		return read_kernel_lines(u, t, out);
	return compile_policy(&u->c, t, out);
}
