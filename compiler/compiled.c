/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "compiled.h"
#include "target.h"

/* ---- what the comments say ---- */

/* text behind "# ", and behind a word of it */
static const char *behind(struct arena *a, struct span line, const char *word)
{
	size_t n = strlen(word), len = line.end - line.start;
	const char *s = line.src->text + line.start;

	if (len <= n || memcmp(s, word, n) != 0)
		return NULL;
	return arena_strndup(a, s + n, len - n);
}

static bool take_release(struct ktarget *t, const char *text)
{
	return krelease_parse(text, strlen(text), &t->release) &&
	       kmodel_knows(t->release);
}

static void take_config(struct ktarget *t, const char *name)
{
	int i;

	for (i = 0; i < KCONFIG_COUNT; i++)
		if (!strcmp(name, kconfig_name(i)))
			t->config[i] = KTRI_YES;
}

struct reading {
	struct arena *a;
	const struct source *src;
	bool compiled;
	const char *release;	/* NULL: not said so far */
	struct ktarget target;
};

static void read_assumed(struct reading *r)
{
	struct span line;
	const char *word;
	size_t at = 0;

	while (source_next_line(r->src, &at, &line)) {
		word = behind(r->a, line, "# assumes kernel ");
		if (word && !r->release)
			r->release = word;
		word = behind(r->a, line, "# assumes lsm ");
		if (word)
			r->target.lsm = target_lsm_by_word(word, strlen(word));
		word = behind(r->a, line, "# assumes config ");
		if (word)
			take_config(&r->target, word);
	}
}

/* ---- statements ---- */

/* digits up to *end, from the back; what stands before them, or NULL */
static const char *number_back(const char *start, const char *end)
{
	const char *p = end;

	while (p > start && p[-1] >= '0' && p[-1] <= '9')
		p--;
	return p < end && p > start && p[-1] == ':' ? p - 1 : NULL;
}

/* "NAME:LINE:COLUMN", which is all of a comment; NULL: it is another one */
static const char *place_of(struct arena *a, struct span line)
{
	const char *s = behind(a, line, "# "), *p;

	if (!s || strchr(s, ' '))
		return NULL;
	p = number_back(s, s + strlen(s));
	p = p ? number_back(s, p) : NULL;
	return p && p > s ? s : NULL;
}

static void name_statements(struct compiled *c, const struct reading *r)
{
	const char **names = arena_zalloc(r->a, c->policy.rules.n + 1,
					  sizeof(*names));
	const char *now = NULL, *place;
	size_t at = 0, i = 0, number = 0;
	struct span line;

	while (source_next_line(r->src, &at, &line)) {
		number++;
		place = r->compiled ? place_of(r->a, line) : NULL;
		if (place)
			now = place;
		if (i == c->policy.rules.n ||
		    c->policy.rules.v[i].line.start != line.start)
			continue;
		names[i++] = now ? now : buf_textf(r->a, "%s:%zu",
						   r->src->name, number);
	}
	c->statement = names;
}

/* ---- lines ---- */

static const char *say_refused(const struct reading *r, struct intern *in,
			       struct span bad)
{
	struct position p = source_position(r->a, r->src, bad.start);
	struct kd_out out;
	char rel[KRELEASE_TEXT];

	kdialect_parse(&r->target, in, r->src->text + bad.start,
		       bad.end - bad.start, &out);
	return buf_textf(r->a, "line %zu is none that kernel %s takes: %s",
			 p.line, krelease_text(r->target.release, rel,
					       sizeof(rel)), out.err.message);
}

/* by the first module that has all the labels; what is wrong by the first of them */
static const char *read_lines(struct compiled *c, struct reading *r,
			      struct intern *in)
{
	static const enum klsm guesses[] = { KLSM_SELINUX, KLSM_APPARMOR,
					     KLSM_SMACK };
	const char *why = NULL;
	struct span bad;
	size_t i, n = ARRAY_SIZE(guesses);

	if (r->target.lsm != KLSM_UNSET)
		n = 1;
	for (i = 0; i < n; i++) {
		if (n > 1)
			r->target.lsm = guesses[i];
		if (policy_read(&c->policy, r->a, in, &r->target, r->src, NULL,
				0, &bad))
			return c->policy.rules.n ? NULL :
				"there is no rule in it: no kernel loads it";
		if (!why)
			why = say_refused(r, in, bad);
	}
	return why;
}

const char *compiled_read(struct compiled *c, struct arena *a, struct intern *in,
			  const char *file, const char *text, size_t len,
			  const char *release)
{
	struct reading r = { .a = a, .release = release };
	const char *why;

	memset(c, 0, sizeof(*c));
	ktarget_init(&r.target, (struct krelease){ 0 });
	r.src = source_new(a, file, text, len, 0);
	r.compiled = kdialect_is_compiled(r.src);
	if (r.compiled)
		read_assumed(&r);
	if (!r.release)
		return "it does not say for which kernel it is: name the "
		       "release with --kernel";
	if (!take_release(&r.target, r.release))
		return buf_textf(a, "kernel %s is not known", r.release);
	why = read_lines(c, &r, in);
	if (!why)
		name_statements(c, &r);
	return why;
}

/* ---- who decides ---- */

static bool is_open(const struct policy *p, enum kclass class)
{
	size_t i;

	for (i = 0; i < p->rules.n; i++)
		if (p->rules.v[i].k.class == class &&
		    krule_opens_class(&p->rules.v[i].k))
			return true;
	return false;
}

static void take_parts(struct compiled_rules *out, struct dd *m, dd_ref f)
{
	const struct dd_part *part;
	size_t i, n;

	part = dd_split(m, f, &n);
	for (i = 0; i < n; i++)
		out->rule[out->n++] = part[i].t - 1;
}

static void take_all(struct compiled_rules *out, const struct policy *p,
		     enum kclass class)
{
	uint32_t i;

	out->none = true;
	for (i = 0, out->n = 0; i < p->rules.n; i++)
		if (p->rules.v[i].k.class == class)
			out->rule[out->n++] = i;
}

/* of the rules of a statement the first is enough */
static void one_a_statement(struct compiled_rules *out,
			    const struct compiled *c)
{
	size_t i, j, n = 0;

	for (i = 0; i < out->n; i++) {
		const char *name = c->statement[out->rule[i]];

		for (j = 0; j < n; j++)
			if (!strcmp(c->statement[out->rule[j]], name))
				break;
		if (j == n)
			out->rule[n++] = out->rule[i];
	}
	out->n = n;
}

struct compiled_rules compiled_deciders_any(const struct compiled *c,
					    struct arena *a,
					    const struct question *q, size_t n,
					    enum kclass class)
{
	const struct policy *p = &c->policy;
	struct compiled_rules out = { .none = true };
	dd_ref set = DD_PASS, f;
	struct space *sp;
	size_t i;

	if (!is_open(p, class))
		return out;
	out.rule = arena_zalloc(a, p->rules.n + 1, sizeof(*out.rule));
	sp = space_new(a, &p->target);
	policy_add(p, sp);
	space_finish(sp);
	for (i = 0; i < n; i++)
		set = dd_or(space_dd(sp), set, question_set(&q[i], sp));
	f = dd_and(space_dd(sp), set, policy_decider(p, sp, class));
	out.none = dd_diff(space_dd(sp), set, f) != DD_PASS;
	take_parts(&out, space_dd(sp), f);
	if (dd_full(space_dd(sp)))
		take_all(&out, p, class);
	one_a_statement(&out, c);
	return out;
}

struct compiled_rules compiled_deciders(const struct compiled *c,
					struct arena *a,
					const struct question *q,
					enum kclass class)
{
	return compiled_deciders_any(c, a, q, 1, class);
}
