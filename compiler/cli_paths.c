/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli_paths.h"

/* sources of these stand behind all others in messages */
enum { ORDER_CONTEXTS = 1 << 28 };

struct opening {
	struct paths *p;
	cli_words *inputs;
	unsigned int order;
};

static const char *join(struct arena *a, const char *x, const char *y)
{
	struct buf b;

	buf_init(&b, a);
	buf_printf(&b, "%s%s", x, y);
	return b.s;
}

/* NULL: it cannot be read, errno is set */
static const struct source *open_source(struct opening *o, const char *path)
{
	const char *text;
	size_t len;

	if (source_read(o->p->arena, path, &text, &len) != SOURCE_OK)
		return NULL;
	vec_push(o->p->arena, o->inputs, path);
	return source_new(o->p->arena, path, text, len,
			  ORDER_CONTEXTS + o->order++);
}

/* the files beside the base; the base has to be there, the others may be */
static bool open_files(struct opening *o, const char *base,
		       struct fc_files *files, const char **problem)
{
	struct arena *a = o->p->arena;
	const struct {
		const char *suffix;
		const struct source **to;
	} part[] = {
		{ "", &files->input[FC_BASE] },
		{ ".homedirs", &files->input[FC_HOMEDIRS] },
		{ ".local", &files->input[FC_LOCAL] },
		{ ".subs", &files->subs }, { ".subs_dist", &files->subs_dist },
	};
	size_t i;

	memset(files, 0, sizeof(*files));
	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		*problem = join(a, base, part[i].suffix);
		*part[i].to = open_source(o, *problem);
		if (!*part[i].to && (!i || errno != ENOENT))
			return false;
	}
	return true;
}

/* SELINUXTYPE of DIR/etc/selinux/config; NULL: there is none */
static const char *policy_type(struct opening *o, const char *dir)
{
	static const char key[] = "SELINUXTYPE=";
	const struct source *src;
	const char *p, *type = NULL;

	src = open_source(o, join(o->p->arena, dir, "/etc/selinux/config"));
	for (p = src ? src->text : ""; *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (!strncmp(p, key, sizeof(key) - 1))
			type = arena_strndup(o->p->arena, p + sizeof(key) - 1,
					     strcspn(p + sizeof(key) - 1,
						     " \t\r\n"));
	return type;
}

static const char *contexts_below(struct opening *o, const char *dir)
{
	const char *type = policy_type(o, dir);
	struct buf b;

	if (!type)
		return NULL;
	buf_init(&b, o->p->arena);
	buf_printf(&b, "%s/etc/selinux/%s/contexts/files/file_contexts", dir,
		   type);
	return b.s;
}

static bool open_root(struct opening *o, struct root *root,
		      const struct cli_options *opt, const char **problem)
{
	const struct source *src;

	*problem = opt->root;
	if (opt->root && !root_read_aliases(root, opt->root))
		return false;
	if (opt->mounts) {
		*problem = opt->mounts;
		src = open_source(o, opt->mounts);
		if (!src)
			return false;
		root_read_mounts(root, src, o->p->diags);
		o->p->mounts_name = opt->mounts;
	}
	paths_set_root(o->p, root);
	return true;
}

enum cli_paths_open cli_paths_open(struct paths *p, struct root *root,
				   const struct cli_options *opt,
				   const char *libselinux, cli_words *inputs,
				   const char **problem)
{
	struct opening o = { .p = p, .inputs = inputs };
	const char *base = opt->file_contexts;
	size_t errors = p->diags->n_errors;
	struct fc_files files;

	if (!base && opt->root)
		base = contexts_below(&o, opt->root);
	/* a policy that is named and not installed has no labels */
	if (base && base != opt->file_contexts && access(base, F_OK))
		base = NULL;
	if (!base && !opt->mounts)
		return CLI_PATHS_NONE;
	if (!open_root(&o, root, opt, problem))
		return CLI_PATHS_IO;
	if (base) {
		if (!open_files(&o, base, &files, problem))
			return CLI_PATHS_IO;
		p->contexts_name = base;
		paths_open(p, &files, libselinux);
	}
	return p->diags->n_errors > errors ? CLI_PATHS_BAD : CLI_PATHS_OPEN;
}

/* ---- imapolc paths ---- */

static void put_labels(const struct fcdb_result *r, struct buf *out)
{
	size_t i;

	for (i = 0; i < r->n_labels; i++) {
		const struct fcdb_label *l = &r->labels[i];

		buf_printf(out, "  %s\tinside %s\t", l->type, l->inside);
		if (l->outside)
			buf_printf(out, "outside %s\n", l->outside);
		else
			buf_puts(out, "nowhere else\n");
	}
	if (r->uncovered)
		buf_printf(out, "  no label\tinside %s\n", r->uncovered);
}

static void put_term(const struct paths_term *t, struct buf *out)
{
	const char *const part[][2] = {
		{ "fsuuid", t->fsuuid }, { "user", t->user },
		{ "role", t->role }, { "type", t->type },
	};
	size_t i, n = 0;

	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		if (part[i][1])
			buf_printf(out, "%s%s %s", n++ ? " & " : "",
				   part[i][0], part[i][1]);
}

#define MAX_TERMS 8

static void put_terms(const paths_terms *terms, struct buf *out)
{
	size_t i;

	for (i = 0; i < terms->n && i < MAX_TERMS; i++) {
		buf_puts(out, i ? " | " : "");
		put_term(&terms->v[i], out);
	}
	if (terms->n > MAX_TERMS)
		buf_puts(out, " | …");
}

static void put_how(const struct paths_answer *a, struct buf *out)
{
	size_t n = a->terms.n + a->but.n;

	if (a->how == PATHS_NOTHING)
		return;
	buf_printf(out, "  exact, %zu kernel line%s an operation: ", n,
		   n == 1 ? "" : "s");
	put_terms(&a->terms, out);
	if (a->but.n) {
		buf_puts(out, " & !(");
		put_terms(&a->but, out);
		buf_puts(out, ")");
	}
	buf_puts(out, "\n");
}

bool cli_paths_report(struct paths *p, const char *glob, struct buf *out)
{
	static const struct paths_wish exact;
	size_t errors = p->diags->n_errors;
	struct paths_answer a;

	if (glob[0] != '/') {
		diag_add(p->diags, DIAG_BAD_PATH, NO_SPAN,
			 "the glob `%s` does not begin with /", glob);
		return false;
	}
	if (!paths_ask(p, glob, NO_SPAN, &exact, &a))
		return false;
	buf_printf(out, "%s", glob);
	if (a.rewritten)
		buf_printf(out, " (%s)", a.text);
	if (a.how == PATHS_FSUUID)
		buf_puts(out, ": a whole file system\n");
	else if (!p->n_db)
		buf_puts(out, ": not a whole file system\n");
	else if (a.no_labels)
		buf_printf(out, ": some files on %s, which keeps no labels\n",
			   a.no_labels->dir);
	else if (a.versions_differ)
		buf_puts(out, ": depends on the version of libselinux\n");
	else
		buf_printf(out, ": %s, %zu label%s, %zu of them nowhere else\n",
			   fcdb_verdict_name(a.types.verdict),
			   a.types.n_labels, a.types.n_labels == 1 ? "" : "s",
			   a.types.n_tight);
	put_how(&a, out);
	if (p->n_db && a.how != PATHS_FSUUID && !a.no_labels)
		put_labels(&a.types, out);
	return p->diags->n_errors == errors;
}

static void put_entry(struct paths *p, const struct fc_entry *e,
		      struct buf *out)
{
	struct position at = source_position(p->arena, e->span.src,
					     e->span.start);

	buf_printf(out, "%s:%zu: %.*s\n", e->span.src->name, at.line,
		   (int)(e->span.end - e->span.start),
		   e->span.src->text + e->span.start);
}

void cli_paths_lookup(struct paths *p, const char *path, struct buf *out)
{
	size_t i, k;

	for (i = 0; i < p->n_db; i++) {
		const struct fc_rules *rules = fcdb_fcontext(p->db[i])->rules;
		struct fcdb_why why;
		const struct fc_entry *e;

		e = fcdb_lookup(p->db[i], path, FC_FILE, &why);
		buf_printf(out, "%s, as libselinux %s reads it:\n", path,
			   rules->name);
		if (strcmp(why.key, path))
			buf_printf(out, "  looked up as %s\n", why.key);
		if (!e)
			buf_puts(out, "  no line matches\n");
		for (k = 0; k < why.n_match; k++) {
			buf_puts(out, k ? "  after it " : "  decides  ");
			put_entry(p, why.match[k], out);
		}
	}
}
