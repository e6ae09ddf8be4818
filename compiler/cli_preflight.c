/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli_question.h"
#include "cli_run.h"
#include "cli_watch.h"
#include "outfile.h"
#include "rehearsal.h"
#include "tmpdir.h"

/* What a policy would refuse on a root file system that does not run it yet. */

struct preflight {
	struct cli *cli;
	struct cli_unit *u;
	bool opened;			/* else what is wrong was shown */
	const char *root;		/* as it was named */
	struct policy policy;
	struct pubkeys keys;
	struct rehearse r;
	struct rehearsal h;
	VEC(struct tree *) initramfs;
	VEC(struct glob) allow;
	struct cli_progress progress;
};

/* ---- the root, and what boots it ---- */

static struct tree *open_tree(struct preflight *p, const char *path)
{
	const struct cli_options *o = &p->cli->o;
	const char *why = NULL;
	struct tree_options options = { .stop = p->r.stop };
	struct tree *t;

	/* what is mounted here is seen where the root is this machine's */
	if (o->mounts && strcmp(o->mounts, "running") != 0 && path == p->root)
		options.mounts = o->mounts;
	t = tree_open(&p->cli->arena, path, &options, &why);
	if (!t)
		cli_complain(p->cli, path, why);
	return t;
}

/* the compiler reads users and file contexts from a directory */
static bool make_skeleton(struct preflight *p)
{
	struct cli *cli = p->cli;
	const char *why = NULL, *dir;

	if (tree_kind(p->r.tree) == TREE_DIR) {
		p->h.dir = p->root;
		return true;
	}
	cli_watch_hold(true);
	dir = tmpdir_new(&cli->arena);
	if (!dir) {
		cli_complain(cli, "a temporary directory", strerror(errno));
		return false;
	}
	cli->scratch = dir;
	if (!tree_skeleton(p->r.tree, &cli->arena, dir, &why)) {
		cli_complain(cli, p->root, why);
		return false;
	}
	cli->o.root = dir;
	return true;
}

static void remove_skeleton(struct preflight *p)
{
	if (p->cli->scratch)
		tmpdir_remove(p->cli->scratch);
	p->cli->scratch = NULL;
	cli_watch_hold(false);
}

static bool open_initramfs(struct preflight *p)
{
	const struct cli_options *o = &p->cli->o;
	struct tree *t;
	size_t i;

	for (i = 0; i < o->initramfs.n; i++) {
		t = open_tree(p, o->initramfs.v[i]);
		if (!t)
			return false;
		vec_push(&p->cli->arena, &p->initramfs, t);
	}
	return true;
}

/* ---- the policy, and who is asked about ---- */

static bool read_policy(struct preflight *p)
{
	const struct cli_options *o = &p->cli->o;
	const struct ktarget *t;
	size_t at = 0;

	p->u = cli_unit_new(p->cli);
	p->opened = cli_unit_open_one(p->u, o->files.v, o->files.n);
	if (!p->opened)
		return false;
	t = &p->u->targets.v[0];
	if (!cli_unit_policy(p->u, t, &p->policy))
		return false;
	/* the kernel's own stand in front of what is loaded */
	if (o->secure_boot)
		at = cli_unit_insert_own(p->u, t, "arch_efi", 0, &p->policy);
	cli_unit_insert_own(p->u, t, "build_time", at, &p->policy);
	return true;
}

static bool read_subject(struct preflight *p, struct judge_subject *out)
{
	const struct cli_options *o = &p->cli->o;
	const char *part[3];

	memset(out, 0, sizeof(*out));
	if (o->uid) {
		if (!cli_question_id(p->u, "uid", o->uid, false, &out->uid))
			return false;
		out->has_uid = true;
	}
	if (o->domain) {
		if (!cli_question_domain(p->u, part))
			return false;
		out->domain = part[2];
	}
	return true;
}

static bool read_keys(struct preflight *p)
{
	const struct cli_options *o = &p->cli->o;
	const char *why;
	size_t i;

	pubkeys_init(&p->keys, &p->cli->arena);
	for (i = 0; i < o->keys.n; i++)
		if (!pubkeys_load(&p->keys, o->keys.v[i], &why)) {
			cli_complain(p->cli, why, NULL);
			return false;
		}
	return true;
}

/* ---- labels ---- */

/* beside contexts/files/file_contexts; there may be none */
static void read_customizable(struct preflight *p, const char *contexts)
{
	static const char end[] = "/files/file_contexts";
	size_t len = strlen(contexts), n = sizeof(end) - 1;
	struct arena *a = &p->cli->arena;
	const char *text;

	if (len < n || strcmp(contexts + len - n, end) != 0)
		return;
	if (source_read(a, buf_textf(a, "%.*s/customizable_types",
				     (int)(len - n), contexts), &text,
			&len) == SOURCE_OK)
		filelabels_customizable(&p->r.labels, a,
					arena_strndup(a, text, len));
}

static void note(struct preflight *p, const char *text)
{
	vec_push(&p->cli->arena, &p->h.notes, text);
}

static void take_labels(struct preflight *p)
{
	const struct paths *paths = &p->u->paths;
	const char *name = paths->contexts_name;

	p->r.labels.names = paths->selinux;
	if (!rehearse_by_label(p->r.judge))
		return;
	if (!p->u->c.paths || !paths->n_db) {
		note(p, "there are no file contexts: labels are those on disk");
		return;
	}
	p->r.labels.contexts = paths->db[0];
	read_customizable(p, name);
	/* those of a copy are gone when it is told */
	if (p->h.dir || p->cli->o.file_contexts)
		p->h.contexts = name;
	if (paths->n_db > 1)
		note(p, buf_textf(&p->cli->arena, "labels by file contexts are "
				  "as libselinux %s reads them; --libselinux "
				  "names another version",
				  fcdb_fcontext(paths->db[0])->rules->name));
}

/* ---- what may be refused ---- */

static bool read_allowed(struct preflight *p)
{
	const struct cli_options *o = &p->cli->o;
	struct arena *a = &p->cli->arena;
	struct glob_error err;
	struct glob g;
	size_t i;

	for (i = 0; i < o->allow.n; i++) {
		if (!glob_parse(a, o->allow.v[i], strlen(o->allow.v[i]), &g,
				&err)) {
			cli_complain(p->cli, buf_textf(a, "--allow %s",
						       o->allow.v[i]),
				     err.what);
			return false;
		}
		vec_push(a, &p->allow, g);
	}
	p->h.allow = p->allow.v;
	p->h.n_allow = p->allow.n;
	return true;
}

static bool read_baseline(struct preflight *p)
{
	const struct cli_options *o = &p->cli->o;
	const char *why = NULL;
	int fd;

	if (!o->baseline)
		return true;
	fd = open(o->baseline, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		why = strerror(errno);
	} else {
		p->h.baseline = baseline_read(&p->cli->arena, fd, o->null,
					      &why);
		close(fd);
	}
	if (why)
		cli_complain(p->cli, o->baseline, why);
	return !why;
}

/* ---- the run ---- */

static bool prepare(struct preflight *p)
{
	struct arena *a = &p->cli->arena;
	struct judge_subject who;

	p->root = p->cli->o.root;
	p->r.arena = a;
	p->r.stop = cli_watch_signals();
	p->r.tree = open_tree(p, p->root);
	if (!p->r.tree || !make_skeleton(p) || !read_policy(p) ||
	    !read_subject(p, &who))
		return false;
	p->r.judge = judge_new(a, &p->policy, &who, &p->u->c.diags);
	if (!p->r.judge)
		return false;
	take_labels(p);
	remove_skeleton(p);
	p->r.keys = &p->keys;
	p->r.target = &p->policy.target;
	p->r.relabelled = p->cli->o.relabelled;
	p->r.jobs = (unsigned int)p->cli->o.jobs;
	return read_keys(p) && read_allowed(p) && read_baseline(p) &&
	       open_initramfs(p);
}

static void show_progress(void *arg, size_t files)
{
	struct preflight *p = arg;

	cli_progress_show(&p->progress, files);
}

static bool rehearse(struct preflight *p)
{
	const struct cli_options *o = &p->cli->o;
	const struct bootpath_options boot = {
		.init = o->init, .target = o->unit,
		.initramfs = p->initramfs.v, .n_initramfs = p->initramfs.n,
	};
	bool ok;

	p->h.arena = &p->cli->arena;
	p->h.r = &p->r;
	p->h.root = p->root;
	p->h.target = cli_release_text(p->cli, p->r.target);
	p->h.all = o->all;
	p->h.progress = show_progress;
	p->h.progress_arg = p;
	if (judge_idle(p->r.judge))
		note(p, "the policy refuses no file: nothing in it appraises "
		     "any");
	cli_progress_begin(&p->progress, tree_count(p->r.tree));
	ok = rehearsal_init(&p->h);
	if (ok) {
		rehearsal_boot(&p->h, &boot);
		ok = rehearsal_run(&p->h);
	}
	/* a database of packages is copied for rpm(8) */
	cli_watch_hold(true);
	ok = ok && rehearsal_finish(&p->h, !o->list);
	cli_watch_hold(false);
	cli_progress_end(&p->progress);
	if (!ok)
		cli_complain(p->cli, "what was found cannot be kept",
			     strerror(errno));
	return ok;
}

/* ---- the answer ---- */

static bool put(void *arg, const char *s, size_t len)
{
	struct cli *cli = arg;

	if (outfile_write_all(STDOUT_FILENO, s, len))
		return true;
	cli_complain(cli, "standard output", strerror(errno));
	return false;
}

/* a list has no room for what else there is to say */
static void say_verdict(struct preflight *p)
{
	const struct rehearsal *h = &p->h;
	enum bootpath_verdict v = rehearsal_verdict(h);
	struct buf b;

	buf_init(&b, &p->cli->arena);
	buf_printf(&b, "imapolc: kernel %s: %s%s", h->target,
		   bootpath_verdict_word(v),
		   v == BOOTPATH_BOOTS ? "" : " (without --list it is told why)");
	if (!h->whole)
		buf_puts(&b, ", not all files were seen");
	else if (h->missed)
		buf_printf(&b, ", %zu director%s could not be seen", h->missed,
			   h->missed == 1 ? "y or file" : "ies or files");
	buf_putc(&b, '\n');
	cli_put_stderr(b.s, b.len);
}

static void answer(struct preflight *p)
{
	const struct cli_options *o = &p->cli->o;
	struct rehearsal_out out = { .arg = p->cli, .put = put };
	bool fails = rehearsal_fails(&p->h);

	if (o->list) {
		rehearsal_list(&p->h, &out, o->null);
		if (fails)
			say_verdict(p);
	} else if (o->format == CLI_FORMAT_JSON) {
		rehearsal_json(&p->h, &out);
	} else if (o->format == CLI_FORMAT_SARIF) {
		rehearsal_sarif(&p->h, &out);
	} else {
		rehearsal_text(&p->h, &out);
	}
	if (p->h.error)
		cli_complain(p->cli, "what was found cannot be read again",
			     strerror(p->h.error));
	if (!p->cli->status && fails)
		p->cli->status = CLI_POLICY;
}

void cli_run_preflight(struct cli *cli)
{
	struct preflight p = { .cli = cli };
	size_t i;

	if (prepare(&p)) {
		if (rehearse(&p))
			answer(&p);
		rehearsal_close(&p.h);
		rehearse_close(&p.r);
	}
	/* warnings are for those who compile it */
	if (p.opened && p.u->c.diags.n_errors)
		cli_unit_show(p.u);
	remove_skeleton(&p);
	for (i = 0; i < p.initramfs.n; i++)
		tree_close(p.initramfs.v[i]);
	if (p.r.tree)
		tree_close(p.r.tree);
	if (p.r.judge)
		judge_free(p.r.judge);
	pubkeys_free(&p.keys);
}
