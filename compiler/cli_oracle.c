/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "cli_oracle.h"
#include "util.h"

/*
 * Which rules the library follows is found out by what it does: a few lines
 * whose answers differ by them are looked up by it and by the model of each
 * version. A version string would not tell what a distribution has changed.
 */
static const char probe_text[] =
	"/.*\t\tu:r:rest_t\n"
	/* the same literal twice: which line, and does the kind count */
	"/twice/a\t\tu:r:first_t\n"
	"/twice/a\t--\tu:r:second_t\n"
	"/twice/b\t--\tu:r:first_t\n"
	"/twice/b\t--\tu:r:second_t\n"
	/* a counted slash behind the stem */
	"/stem/a/?\t\tu:r:stem_t\n"
	"/st\\-em/a.*\t\tu:r:raw_t\n"
	/* a <<none>> with a deeper stem than the line behind it */
	"/deep/a/b/.*\t\t<<none>>\n"
	"/deep/.*\t\tu:r:deep_t\n"
	/* is a literal matched as a regex, and which are literals */
	"/plain/a\t\tu:r:plain_t\n"
	"/plain/\\x62.*\t\tu:r:after_t\n"
	"/plain/b\\x63\t\tu:r:escape_t\n"
	"/plain/[b]c\t\tu:r:after_t\n";

static const char *const probe_paths[] = {
	"/twice/a", "/twice/b", "/stem/a", "/st-em/a", "/deep/a/b/c", "/deep/a",
	"/plain/a\n", "/plain/bc", "/plain/bcd",
};

static bool same_answer(struct fcdb *db, struct label_contexts *probe,
			struct arena *a, const char *path)
{
	const struct fc_entry *e = fcdb_lookup(db, path, FC_FILE, NULL);
	const char *context;
	struct buf b;

	if (!label_lookup(probe, path, a, &context))
		return false;
	if (!e || e->none)
		return !context;
	buf_init(&b, a);
	buf_printf(&b, "%s:%s:%s", e->user, e->role, e->type);
	return context && !strcmp(b.s, context);
}

static bool reads_like(enum fc_version v, struct label_contexts *probe,
		       struct arena *a)
{
	struct fc_files files = { .subs = NULL };
	struct fcontext fc;
	struct intern strings;
	struct diags ds;
	struct fcdb *db;
	size_t i;

	intern_init(&strings, a);
	diags_init(&ds, a);
	files.input[FC_BASE] = source_new(a, "probe", probe_text,
					  sizeof(probe_text) - 1, 0);
	if (!fcontext_read(&fc, &files, fc_rules(v), a, &strings, &ds))
		return false;
	db = fcdb_new(a, &fc);
	for (i = 0; i < ARRAY_SIZE(probe_paths); i++)
		if (!same_answer(db, probe, a, probe_paths[i]))
			return false;
	return true;
}

static void find_rules(struct cli_oracle *o)
{
	struct label_contexts *probe;
	enum fc_version v;

	o->probed = true;
	probe = label_open_text(probe_text, sizeof(probe_text) - 1);
	for (v = 0; probe && v < FC_VERSION_COUNT; v++)
		o->fits[v] = reads_like(v, probe, o->arena);
	label_close(probe);
}

/* both fit some path, and one of them leads it elsewhere than the other */
static bool disagree(const struct fc_sub *above, const struct fc_sub *below)
{
	size_t len = strlen(above->src), dst = strlen(above->dst);

	if (strncmp(above->src, below->src, len) ||
	    (below->src[len] && below->src[len] != '/'))
		return false;
	return strncmp(above->dst, below->dst, dst) ||
	       strcmp(below->dst + dst, below->src + len);
}

/*
 * The order of substitutions was not probed, for they stand in files of their
 * own.
 */
static bool order_matters(const struct fc_subs *subs)
{
	size_t i, k;

	for (i = 0; i < subs->n; i++)
		for (k = 0; k < subs->n; k++)
			if (i != k && disagree(&subs->v[i], &subs->v[k]))
				return true;
	return false;
}

static bool knows(struct cli_oracle *o, const struct fc_rules *rules)
{
	enum fc_version v;

	if (!o->probed)
		find_rules(o);
	for (v = 0; v < FC_VERSION_COUNT; v++)
		if (fc_rules(v) == rules)
			return o->fits[v];
	return false;
}

static bool opens(void *arg, const struct fcontext *fc)
{
	struct cli_oracle *o = arg;

	if (!knows(o, fc->rules) || order_matters(&fc->subs) ||
	    order_matters(&fc->subs_dist))
		return false;
	if (!o->opened)
		o->contexts = label_open(o->base);
	o->opened = true;
	return o->contexts != NULL;
}

/* libselinux gives the text of the file, and the kernel an alias its type */
static const char *as_kernel(const struct cli_oracle *o, const char *context)
{
	const char *role = context ? strchr(context, ':') : NULL;
	const char *type = role ? strchr(role + 1, ':') : NULL;
	const char *name, *real;
	struct buf b;
	size_t len;

	if (!type)
		return context;
	len = strcspn(++type, ":");
	name = arena_strndup(o->arena, type, len);
	real = senames_real(o->selinux, name);
	if (real == name)
		return context;
	buf_init(&b, o->arena);
	buf_add(&b, context, (size_t)(type - context));
	buf_printf(&b, "%s%s", real, type + len);
	return b.s;
}

static bool lookup(void *arg, const char *path, const char **context)
{
	struct cli_oracle *o = arg;

	if (!label_lookup(o->contexts, path, o->arena, context))
		return false;
	*context = as_kernel(o, *context);
	return true;
}

void cli_oracle_init(struct cli_oracle *o, struct arena *a, const char *base)
{
	memset(o, 0, sizeof(*o));
	o->arena = a;
	o->base = base;
	o->oracle = (struct prove_oracle){ o, opens, lookup };
}

void cli_oracle_close(struct cli_oracle *o)
{
	label_close(o->contexts);
	o->contexts = NULL;
}
