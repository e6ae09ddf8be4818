/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <limits.h>
#include <string.h>
#include <sys/utsname.h>

#include "kernelconfig.h"
#include "nearest.h"
#include "profile.h"
#include "target.h"

/* ---- words ---- */

static const char *const lsm_words[] = {
	[KLSM_UNSET] = NULL, [KLSM_NONE] = "no-lsm",
	[KLSM_SELINUX] = "selinux", [KLSM_APPARMOR] = "apparmor",
	[KLSM_SMACK] = "smack",
};

static_assert(ARRAY_SIZE(lsm_words) == KLSM_SMACK + 1, "a word for each LSM");

const char *target_lsm_word(enum klsm lsm)
{
	return lsm_words[lsm];
}

enum klsm target_lsm_by_word(const char *word, size_t len)
{
	size_t i;

	for (i = 1; i < ARRAY_SIZE(lsm_words); i++)
		if (strlen(lsm_words[i]) == len &&
		    !memcmp(lsm_words[i], word, len))
			return (enum klsm)i;
	return KLSM_UNSET;
}

/* ---- the running kernel ---- */

bool target_host_read(struct arena *a, struct target_host *out)
{
	struct utsname u;
	struct hostfs fs;

	memset(out, 0, sizeof(*out));
	if (uname(&u) || !hostfs_open(&fs, a, "/"))
		return false;
	out->release = arena_strndup(a, u.release, strlen(u.release));
	out->config = kernelconfig_find(&fs, out->release, true).text;
	out->lsms = hostfs_read(&fs, "/sys/kernel/security/lsm").text;
	hostfs_close(&fs);
	return true;
}

enum klsm target_lsm_of_list(const char *list)
{
	enum klsm lsm = KLSM_NONE;
	size_t len;

	if (!list)
		return KLSM_UNSET;
	for (; *list; list += len + (list[len] != '\0')) {
		enum klsm one;

		len = strcspn(list, ",\n");
		one = target_lsm_by_word(list, len);
		if (one != KLSM_UNSET)
			lsm = one;
	}
	return lsm;
}

/* ---- what was said, and where ---- */

struct said {
	const char *text;
	struct span span;
	struct krelease release;
};

typedef VEC(struct said) said_list;

struct resolver {
	struct arena *arena;
	struct diags *ds;
	const struct target_request *req;
	unsigned int n_options;		/* sources made for the command line */
	said_list cli_kernels, kernels, lsms, profiles;
	struct said config;		/* release of --kernel-config */
	bool have_config;
	const struct profile *profile;
	bool profile_config;		/* the configuration is the profile's */
	struct targets *out;
};

/*
 * An option as a text of its own, so that a message can point at it. These
 * texts stand behind all files in the order of messages.
 */
static struct span option_span(struct resolver *r, const char *option,
			       const char *value)
{
	struct source *src;
	struct buf b;

	buf_init(&b, r->arena);
	buf_printf(&b, "%s %s", option, value);
	src = source_new(r->arena, "<command line>", b.s, b.len,
			 UINT_MAX - 16 + r->n_options++);
	return (struct span){ src, strlen(option) + 1, b.len };
}

static bool on_command_line(struct span s)
{
	return s.src && !s.src->path && s.src->order >= UINT_MAX - 16;
}

static struct diag *complain(struct resolver *r, enum diag_code code,
			     struct span span, const char *text)
{
	if (on_command_line(span))
		r->out->usage = true;
	return diag_add(r->ds, code, span, "%s", text);
}

static const char *way_out(const struct said *first, const struct said *other)
{
	bool cli = on_command_line(first->span);

	if (cli != on_command_line(other->span))
		return "leave one of them out: a policy for several targets "
		       "leaves this to the command line";
	return cli ? "give the configuration of that kernel, or leave --kernel "
		     "out" : "keep one of them";
}

/* what stands twice and differs; the later place is at fault */
static void conflict(struct resolver *r, const char *what,
		     const struct said *first, const struct said *other)
{
	bool usage = r->out->usage;
	struct diag *d = complain(r, DIAG_TARGET_CONFLICT, other->span,
		buf_textf(r->arena, "%s %s here, but %s elsewhere", what,
			  other->text, first->text));

	/* a conflict between the policy and an option is not one of usage */
	if (!on_command_line(first->span))
		r->out->usage = usage;
	diag_note(r->ds, d, first->span, "the target is %s %s here", what,
		  first->text);
	diag_note(r->ds, d, NO_SPAN, "%s", way_out(first, other));
	r->out->disputed = true;
}

static void collect_item(struct resolver *r, const struct ast_target_item *it)
{
	struct said s = { .text = it->text, .span = it->span };

	switch (it->kind) {
	case AST_TARGET_KERNEL:
		vec_push(r->arena, &r->kernels, s);
		break;
	case AST_TARGET_LSM:
		vec_push(r->arena, &r->lsms, s);
		break;
	case AST_TARGET_PROFILE:
		vec_push(r->arena, &r->profiles, s);
		break;
	case AST_TARGET_LIBSELINUX:
		r->out->libselinux = it->text;
		break;
	}
}

static void collect(struct resolver *r, const ast_stmts *stmts)
{
	size_t i, j;

	for (i = 0; i < stmts->n; i++) {
		const struct ast_stmt *s = stmts->v[i];

		if (s->kind == AST_INCLUDE)
			collect(r, &s->body);
		if (s->kind != AST_TARGET)
			continue;
		for (j = 0; j < s->target.n; j++)
			collect_item(r, &s->target.v[j]);
	}
}

/* ---- releases ---- */

/* set s->release from s->text, or complain */
static bool read_release(struct resolver *r, struct said *s)
{
	size_t n;
	const struct krelease *all = kmodel_releases(&n);
	char first[KRELEASE_TEXT], last[KRELEASE_TEXT];
	struct diag *d;

	if (!krelease_parse(s->text, strlen(s->text), &s->release)) {
		d = complain(r, DIAG_UNKNOWN_RELEASE, s->span,
			     buf_textf(r->arena, "`%s` is no kernel release",
				       s->text));
		diag_note(r->ds, d, NO_SPAN,
			  "a release is written as `6.1` or `6.1.192`");
		return false;
	}
	if (kmodel_knows(s->release))
		return true;
	d = complain(r, DIAG_UNKNOWN_RELEASE, s->span,
		     buf_textf(r->arena, "kernel %s is not known", s->text));
	diag_note(r->ds, d, NO_SPAN, "known are %s to %s",
		  krelease_text(all[0], first, sizeof(first)),
		  krelease_text(all[n - 1], last, sizeof(last)));
	return false;
}

static void add_cli_kernel(struct resolver *r, struct said s)
{
	size_t i;

	if (!strcmp(s.text, "running") && r->req->host)
		s.text = r->req->host->release;
	if (!read_release(r, &s))
		return;
	for (i = 0; i < r->cli_kernels.n; i++) {
		struct krelease have = r->cli_kernels.v[i].release;

		if (krelease_cmp(have, s.release) == 0 &&
		    have.patch == s.release.patch)
			return;
	}
	vec_push(r->arena, &r->cli_kernels, s);
}

static void read_cli_kernels(struct resolver *r)
{
	const char *list = r->req->kernel;
	struct span all;
	size_t at = 0, len;

	if (!list)
		return;
	all = option_span(r, "--kernel", list);
	do {
		struct said s = { .span = all };

		len = strcspn(list + at, ",");
		s.text = arena_strndup(r->arena, list + at, len);
		s.span.start += at;
		s.span.end = s.span.start + len;
		add_cli_kernel(r, s);
		at += len;
	} while (list[at++]);
}

static void read_policy_kernels(struct resolver *r)
{
	said_list good = { 0 };
	size_t i;

	for (i = 0; i < r->kernels.n; i++)
		if (read_release(r, &r->kernels.v[i]))
			vec_push(r->arena, &good, r->kernels.v[i]);
	r->kernels = good;
}

static void read_config_release(struct resolver *r)
{
	const struct target_request *req = r->req;
	const char *start;
	size_t n;

	if (!req->config)
		return;
	r->config.span = option_span(r, "--kernel-config", req->config_name);
	if (!ktarget_config_release(req->config, req->config_len, &start, &n))
		return;
	r->config.text = arena_strndup(r->arena, start, n);
	r->have_config = read_release(r, &r->config);
}

/* base with what other adds to it; complains where they differ */
static void refine(struct resolver *r, struct said *base,
		   const struct said *other)
{
	if (krelease_cmp(base->release, other->release) != 0)
		conflict(r, "kernel", base, other);
	else if (base->release.patch < 0)
		base->release.patch = other->release.patch;
}

static void resolve_releases(struct resolver *r, said_list *out)
{
	const said_list *from = r->cli_kernels.n ? &r->cli_kernels :
				&r->kernels;
	struct said s;
	size_t i, j;

	for (i = 0; i < from->n; i++) {
		s = from->v[i];
		for (j = 0; j < r->kernels.n; j++)
			refine(r, &s, &r->kernels.v[j]);
		if (r->have_config)
			refine(r, &s, &r->config);
		vec_push(r->arena, out, s);
		if (from == &r->kernels)
			break;
	}
	if (out->n || r->req->kernel || r->kernels.n)
		return;
	if (r->have_config) {
		vec_push(r->arena, out, r->config);
	} else if (r->profile && !r->profile->rolling) {
		s.release = r->profile->first;
		vec_push(r->arena, out, s);
	}
}

/* ---- profile, LSM, configuration ---- */

static void no_such_profile(struct resolver *r, const struct said *s)
{
	VEC(const char *) names = { 0 };
	const struct profile *p;
	const char *near;
	struct diag *d;
	size_t i;

	for (i = 0; (p = profile_at(i)); i++)
		vec_push(r->arena, &names, p->name);
	d = complain(r, DIAG_UNKNOWN_PROFILE, s->span,
		     buf_textf(r->arena, "no profile is called `%s`", s->text));
	near = nearest_name(s->text, names.v, names.n);
	if (near)
		diag_note(r->ds, d, NO_SPAN, "did you mean `%s`?", near);
	else
		diag_note(r->ds, d, NO_SPAN, "the first of them is `%s`; "
			  "imapolc --help lists all", names.v[0]);
}

static void resolve_profile(struct resolver *r)
{
	const struct said *first;
	said_list all = { 0 };
	size_t i;

	if (r->req->profile) {
		struct said s = { .text = r->req->profile };

		s.span = option_span(r, "--profile", s.text);
		vec_push(r->arena, &all, s);
	}
	for (i = 0; i < r->profiles.n; i++)
		vec_push(r->arena, &all, r->profiles.v[i]);
	if (!all.n)
		return;
	first = &all.v[0];
	r->profile = profile_find(first->text);
	if (!r->profile)
		no_such_profile(r, first);
	for (i = 1; i < all.n; i++)
		if (strcmp(first->text, all.v[i].text) != 0)
			conflict(r, "profile", first, &all.v[i]);
}

static enum klsm read_lsm(struct resolver *r, const struct said *s)
{
	static const char *const *words = lsm_words + 1;
	enum klsm lsm = target_lsm_by_word(s->text, strlen(s->text));
	struct diag *d;
	const char *near;

	if (lsm != KLSM_UNSET)
		return lsm;
	d = complain(r, DIAG_UNKNOWN_LSM, s->span,
		     buf_textf(r->arena, "`%s` is no security module that IMA "
			       "can ask", s->text));
	near = nearest_name(s->text, words, ARRAY_SIZE(lsm_words) - 1);
	if (near)
		diag_note(r->ds, d, NO_SPAN, "did you mean `%s`?", near);
	else
		diag_note(r->ds, d, NO_SPAN, "it is one of `selinux`, "
			  "`apparmor`, `smack`, `no-lsm`");
	return KLSM_UNSET;
}

static void resolve_lsm(struct resolver *r)
{
	said_list all = { 0 };
	size_t i;

	if (r->req->lsm) {
		struct said s = { .text = r->req->lsm };

		s.span = option_span(r, "--lsm", s.text);
		vec_push(r->arena, &all, s);
	}
	for (i = 0; i < r->lsms.n; i++)
		vec_push(r->arena, &all, r->lsms.v[i]);
	for (i = 0; i < all.n; i++) {
		enum klsm lsm = read_lsm(r, &all.v[i]);

		if (i == 0)
			r->out->lsm = lsm;
		else if (lsm != KLSM_UNSET && r->out->lsm != KLSM_UNSET &&
			 lsm != r->out->lsm)
			conflict(r, "LSM", &all.v[0], &all.v[i]);
	}
	if (!all.n && r->req->host)
		r->out->lsm = target_lsm_of_list(r->req->host->lsms);
	if (!all.n && r->out->lsm == KLSM_UNSET && r->profile)
		r->out->lsm = r->profile->lsm;
}

/* whoever names the security module says that the kernel has it */
static void implied_by_lsm(struct ktarget *t, enum klsm lsm)
{
	static const enum kconfig options[] = {
		[KLSM_UNSET] = KCONFIG_COUNT, [KLSM_NONE] = KCONFIG_COUNT,
		[KLSM_SELINUX] = KCONFIG_SECURITY_SELINUX,
		[KLSM_APPARMOR] = KCONFIG_SECURITY_APPARMOR,
		[KLSM_SMACK] = KCONFIG_SECURITY_SMACK,
	};
	enum kconfig c = options[lsm];

	if (c != KCONFIG_COUNT && t->config[c] == KTRI_MAYBE)
		t->config[c] = KTRI_YES;
}

/* a part of a configuration may name what depends on CONFIG_IMA alone */
static bool has_ima(const struct ktarget *t)
{
	size_t i;

	for (i = 0; i < KCONFIG_COUNT; i++)
		if (!strncmp(kconfig_name((enum kconfig)i), "IMA", 3) &&
		    t->config[i] != KTRI_NO)
			return true;
	return false;
}

static void need_ima(struct resolver *r, const struct ktarget *t,
		     struct span span)
{
	struct diag *d;

	if (has_ima(t))
		return;
	d = complain(r, DIAG_NOT_IN_CONFIG, span, "this kernel is built without "
		     "CONFIG_IMA: it takes no policy");
	diag_note(r->ds, d, NO_SPAN, "build it with the option, or use another");
}

static void resolve_config(struct resolver *r)
{
	const struct target_request *req = r->req;
	struct ktarget t;
	size_t n;

	/* only the configuration of this one is used */
	ktarget_init(&t, kmodel_releases(&n)[0]);
	if (req->config) {
		if (!ktarget_read_config(&t, req->config, req->config_len))
			complain(r, DIAG_KERNEL_CONFIG, r->config.span,
				 buf_textf(r->arena,
					   "%s is no kernel configuration",
					   req->config_name));
		else
			need_ima(r, &t, r->config.span);
	} else if (req->host && req->host->config) {
		ktarget_read_config(&t, req->host->config,
				    strlen(req->host->config));
		need_ima(r, &t, option_span(r, "--kernel", req->kernel));
	} else {
		r->profile_config = r->profile != NULL;
	}
	memcpy(r->out->config, t.config, sizeof(t.config));
	r->out->modules = t.modules;
}

/* ---- putting it together ---- */

static struct ktarget make_target(const struct targets *known,
				  struct krelease rel)
{
	struct ktarget t;

	ktarget_init(&t, rel);
	t.lsm = known->lsm;
	memcpy(t.config, known->config, sizeof(t.config));
	t.modules = known->modules;
	implied_by_lsm(&t, t.lsm);
	return t;
}

/* how a profile's kernel is configured tells nothing of another release */
static struct ktarget resolved(const struct resolver *r, struct krelease rel)
{
	struct targets known = *r->out;

	if (r->profile_config && profile_covers(r->profile, rel))
		profile_options(r->profile, known.config, &known.modules);
	return make_target(&known, rel);
}

bool target_resolve(struct arena *a, const struct target_request *req,
		    const struct ast *ast, struct diags *ds,
		    struct targets *out)
{
	struct resolver r = { .arena = a, .ds = ds, .req = req, .out = out };
	size_t i, errors = ds->n_errors;
	said_list releases = { 0 };

	memset(out, 0, sizeof(*out));
	if (ast)
		collect(&r, &ast->stmts);
	read_cli_kernels(&r);
	read_policy_kernels(&r);
	read_config_release(&r);
	resolve_profile(&r);
	resolve_lsm(&r);
	resolve_config(&r);
	resolve_releases(&r, &releases);
	out->v = arena_zalloc(a, releases.n ? releases.n : 1, sizeof(*out->v));
	for (i = 0; i < releases.n; i++)
		out->v[out->n++] = resolved(&r, releases.v[i].release);
	return ds->n_errors == errors;
}

enum klsm target_lsm(struct arena *a, const struct target_request *req,
		     const struct ast *ast)
{
	struct targets out = { .lsm = KLSM_UNSET };
	struct diags ds;
	struct resolver r = { .arena = a, .ds = &ds, .req = req, .out = &out };

	diags_init(&ds, a);
	collect(&r, &ast->stmts);
	resolve_profile(&r);
	resolve_lsm(&r);
	return out.lsm;
}

void target_all_releases(struct arena *a, const struct targets *known,
			 struct targets *out)
{
	size_t i, n;
	const struct krelease *all = kmodel_releases(&n);

	*out = *known;
	out->v = arena_zalloc(a, n, sizeof(*out->v));
	out->n = n;
	for (i = 0; i < n; i++)
		out->v[i] = make_target(known, all[i]);
}
