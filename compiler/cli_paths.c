/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "applied.h"
#include "cli_paths.h"
#include "cli_selinux.h"
#include "digest.h"
#include "label.h"
#include "mountinfo.h"
#include "profile.h"
#include "target.h"

/* the word for what this machine has */
#define RUNNING "running"

/* sources of these stand behind all others in messages */
enum { ORDER_CONTEXTS = 1 << 28 };

/* where apply.sh of `imapolc labels` keeps what it has put in */
#define APPLIED "/var/lib/imapol/imapol_tags.file_contexts"

struct opening {
	struct paths *p;
	cli_words *inputs;
	const char *problem;	/* the file that is looked at */
	unsigned int order;
};

static const char *join(struct arena *a, const char *x, const char *y)
{
	struct buf b;

	buf_init(&b, a);
	buf_printf(&b, "%s%s", x, y);
	return b.s;
}

/* NULL: errno is set */
static const struct source *make_source(struct opening *o, const char *name,
					const char *text, size_t len)
{
	return source_new(o->p->arena, name, text, len,
			  ORDER_CONTEXTS + o->order++);
}

static const struct source *open_source(struct opening *o, const char *path)
{
	const char *text;
	size_t len;

	o->problem = path;
	switch (source_read(o->p->arena, path, &text, &len)) {
	case SOURCE_OK:
		vec_push(o->p->arena, o->inputs, path);
		return make_source(o, path, text, len);
	case SOURCE_TOO_LARGE:
		errno = EFBIG;
		return NULL;
	default:
		return NULL;
	}
}

/* the answers rest on this text; NULL: on there being none */
static bool assume_source(struct opening *o, enum assume_key key,
			  const char *name, const struct source *src)
{
	char digest[DIGEST_TEXT];

	if (src && !digest_sha256(src->text, src->len, digest)) {
		errno = ENOTSUP;
		return false;
	}
	assume_add(&o->p->assume, key, name, src ?
		   join(o->p->arena, "sha256:", digest) : "absent");
	return true;
}

/* what tags add goes and comes; NULL: there is nothing else */
static const struct source *own_local(struct opening *o,
				      const struct source *local)
{
	struct buf b;

	buf_init(&b, o->p->arena);
	applied_strip(o->p->arena, local, o->p->applied, &b);
	return b.len ? source_new(o->p->arena, "", b.s, b.len, 0) : NULL;
}

/* the files beside the base; the base has to be there, the others may be */
static bool open_files(struct opening *o, const char *base,
		       struct fc_files *files)
{
	const struct {
		const char *suffix;
		enum assume_key key;
		const struct source **to;
	} part[] = {
		{ "", ASSUME_CONTEXTS, &files->input[FC_BASE] },
		{ ".homedirs", ASSUME_HOMEDIRS, &files->input[FC_HOMEDIRS] },
		{ ".local", ASSUME_LOCAL, &files->input[FC_LOCAL] },
		{ ".subs", ASSUME_SUBS, &files->subs },
		{ ".subs_dist", ASSUME_SUBS_DIST, &files->subs_dist },
	};
	size_t i;

	memset(files, 0, sizeof(*files));
	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		const char *name = join(o->p->arena, base, part[i].suffix);

		*part[i].to = open_source(o, name);
		if (!*part[i].to && (!i || errno != ENOENT))
			return false;
		if (!assume_source(o, part[i].key, name,
				   i == FC_LOCAL ? own_local(o, *part[i].to)
						 : *part[i].to))
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

/* NULL: the root has no policy */
static const char *contexts_below(struct opening *o, const char *dir)
{
	const char *type;
	struct buf b;

	if (!strcmp(dir, "/"))
		dir = "";
	type = policy_type(o, dir);
	if (!type)
		return NULL;
	buf_init(&b, o->p->arena);
	buf_printf(&b, "%s/etc/selinux/%s/contexts/files/file_contexts", dir,
		   type);
	/* a type may be named and its policy not be installed */
	return access(b.s, F_OK) && errno == ENOENT ? NULL : b.s;
}

/* NULL: nothing names file contexts */
static const char *find_contexts(struct opening *o,
				 const struct cli_options *opt)
{
	const char *base = opt->file_contexts;

	if (base && !strcmp(base, RUNNING))
		base = label_file_contexts();
	else if (!base && opt->root)
		base = contexts_below(o, opt->root);
	return base;
}

/* ---- the root ---- */

static bool open_links(struct opening *o, struct root *root,
		       const struct cli_paths_request *req)
{
	struct assume *as = &o->p->assume;
	const struct profile *links = NULL;
	size_t i;

	o->problem = req->options->root;
	if (req->options->root) {
		if (!root_read_aliases(root, req->options->root))
			return false;
	} else if (req->profile && req->profile->links) {
		links = req->profile;
	}
	for (i = 0; links && i < links->n_links; i++)
		root_add_alias(root, links->links[i].from,
			       links->links[i].to);
	as->have_symlinks = req->options->root || links;
	if (links)
		assume_add(as, ASSUME_SYMLINKS, "profile", links->name);
	for (i = 0; i < root->aliases.n; i++)
		assume_add(as, ASSUME_SYMLINK, root->aliases.v[i].from,
			   root->aliases.v[i].to);
	return true;
}

static const struct source *mount_table(struct opening *o, const char *name)
{
	struct buf b;

	if (strcmp(name, RUNNING) != 0)
		return open_source(o, name);
	o->problem = "/proc/self/mountinfo";
	buf_init(&b, o->p->arena);
	if (!mountinfo_running(&b))
		return NULL;
	return make_source(o, "<running mounts>", b.s, b.len);
}

static bool open_mounts(struct opening *o, struct root *root,
			const char *name)
{
	const struct source *src = mount_table(o, name);
	size_t i;

	if (!src || !assume_source(o, ASSUME_MOUNTS, name, src))
		return false;
	root_read_mounts(root, src, o->p->diags);
	for (i = 0; i < root->mounts.n; i++)
		if (root->mounts.v[i].fsuuid)
			assume_add(&o->p->assume, ASSUME_MOUNT,
				   root->mounts.v[i].dir,
				   root->mounts.v[i].fsuuid);
	return true;
}

void cli_paths_missing_links(struct paths *p, const char *dir,
			     const struct assume *then)
{
	size_t i;

	for (i = 0; i < then->items.n; i++) {
		const struct assume_item *it = &then->items.v[i];
		struct stat st;

		if (it->key == ASSUME_SYMLINK && !strchr(it->name, '\\') &&
		    lstat(join(p->arena, dir, it->name), &st) &&
		    errno == ENOENT)
			assume_add(&p->assume, it->key, it->name, it->state);
	}
}

/* ---- all of it ---- */

/* false: there is one, and it cannot be read */
static bool open_policy(struct opening *o, const struct cli_options *opt,
			const char *base)
{
	const char *path = opt->selinux_policy;

	o->problem = "the SELinux policy of this machine (--selinux-policy FILE "
		     "names another)";
	if (path && !strcmp(path, RUNNING)) {
		path = cli_selinux_running(o->p->arena);
		errno = ENOENT;
		if (!path)
			return false;
	}
	if (!path && base && (opt->root || (opt->file_contexts &&
					    !strcmp(opt->file_contexts,
						    RUNNING))))
		path = cli_selinux_beside(o->p->arena, base);
	if (!path)
		return true;
	o->p->selinux = cli_selinux_open(o->p->arena, o->p->strings, path,
					 &o->problem);
	if (o->p->selinux)
		vec_push(o->p->arena, o->inputs, path);
	return o->p->selinux != NULL;
}

static bool open_contexts(struct opening *o, const struct cli_options *opt,
			  const char *base, const char *libselinux)
{
	struct fc_files files;
	struct buf b;
	size_t i;

	if (opt->root)
		o->p->applied = open_source(o, join(o->p->arena, opt->root,
						    APPLIED));
	if (!open_files(o, base, &files))
		return false;
	o->p->contexts_name = base;
	paths_open(o->p, &files, libselinux);
	buf_init(&b, o->p->arena);
	for (i = 0; i < o->p->n_db; i++)
		buf_printf(&b, "%s%s", i ? "," : "",
			   fcdb_fcontext(o->p->db[i])->rules->name);
	if (b.len)
		assume_add(&o->p->assume, ASSUME_READ_AS, "libselinux", b.s);
	o->p->assume.have_version = libselinux;
	return true;
}

enum cli_paths_open cli_paths_open(struct paths *p, struct root *root,
				   const struct cli_paths_request *req,
				   cli_words *inputs, const char **problem)
{
	struct opening o = { .p = p, .inputs = inputs };
	const struct cli_options *opt = req->options;
	const char *base = find_contexts(&o, opt);
	size_t errors = p->diags->n_errors;
	bool ok;

	assume_init(&p->assume, p->arena);
	p->root_dir = opt->root;
	if (!base && opt->file_contexts) {
		*problem = "the file contexts of this machine";
		errno = ENOENT;
		return CLI_PATHS_IO;
	}
	if (req->selinux && !open_policy(&o, opt, base)) {
		*problem = o.problem;
		return CLI_PATHS_IO;
	}
	if (!base && !opt->mounts)
		return CLI_PATHS_NONE;
	ok = open_links(&o, root, req) &&
	     (!opt->mounts || open_mounts(&o, root, opt->mounts));
	paths_set_root(p, root);
	ok = ok && (!base || open_contexts(&o, opt, base,
					      req->libselinux));
	*problem = o.problem;
	if (!ok)
		return CLI_PATHS_IO;
	return p->diags->n_errors > errors ? CLI_PATHS_BAD : CLI_PATHS_OPEN;
}
