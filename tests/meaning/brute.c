/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "brute.h"

/* ---- ids ---- */

/* the effective ids of a credential: one, or up to three with the capability */
static size_t effective_ids(const struct kids *k, uint32_t ids[3])
{
	ids[0] = k->effective;
	if (!k->cap)
		return 1;
	ids[1] = k->saved;
	ids[2] = k->real;
	return 3;
}

static bool ast_id_holds(const struct ast_id *id, uint64_t n)
{
	switch (id->op) {
	case AST_ID_EQ:
		return n == id->lo;
	case AST_ID_RANGE:
		return n >= id->lo && n <= id->hi;
	case AST_ID_GT:
		return n > id->lo;
	case AST_ID_LT:
		return n < id->lo;
	}
	return false;
}

static bool ast_id_effective(const struct ast_id *id, const struct kids *k)
{
	uint32_t ids[3];
	size_t n = effective_ids(k, ids);

	for (size_t i = 0; i < n; i++)
		if (ast_id_holds(id, ids[i]))
			return true;
	return false;
}

static bool kid_holds(const struct kid *id, uint32_t n)
{
	switch (id->op) {
	case KID_ANY:
		return true;
	case KID_EQ:
		return n == id->id;
	case KID_GT:
		return n > id->id;
	case KID_LT:
		return n < id->id;
	}
	return false;
}

static bool kid_holds_cred(const struct kid *id, const struct kids *k)
{
	uint32_t ids[3];
	size_t n;

	if (!id->effective)
		return kid_holds(id, k->real);
	n = effective_ids(k, ids);
	for (size_t i = 0; i < n; i++)
		if (kid_holds(id, ids[i]))
			return true;
	return false;
}

/* ---- sets ---- */

static bool text_is(const char *have, const char *want)
{
	return have && want && strcmp(have, want) == 0;
}

static bool label_holds(const struct ast_set *s, const struct kaccess *a)
{
	return (!s->user || text_is(a->lsm[KLSM_OBJ_USER], s->user)) &&
	       (!s->role || text_is(a->lsm[KLSM_OBJ_ROLE], s->role)) &&
	       (!s->type || text_is(a->lsm[KLSM_OBJ_TYPE], s->type));
}

static bool set_holds(const struct ast_set *s, const struct kaccess *a)
{
	switch (s->kind) {
	case AST_SET_AND:
		return set_holds(s->left, a) && set_holds(s->right, a);
	case AST_SET_OR:
		return set_holds(s->left, a) || set_holds(s->right, a);
	case AST_SET_NOT:
		return !set_holds(s->left, a);
	case AST_SET_REF:
		return s->def && s->def->files && set_holds(s->def->files, a);
	case AST_SET_LABEL:
		return label_holds(s, a);
	case AST_SET_OWNER:
		return ast_id_holds(&s->id, a->fowner);
	case AST_SET_GROUP:
		return ast_id_holds(&s->id, a->fgroup);
	case AST_SET_FS:
		return text_is(a->fsname, s->name);
	case AST_SET_FS_SUBTYPE:
		return text_is(a->fs_subtype, s->name);
	case AST_SET_FSMAGIC:
		return a->fsmagic == s->magic;
	case AST_SET_FSUUID:
		return a->fsuuid && strcasecmp(a->fsuuid, s->name) == 0;
	case AST_SET_USER:
		return ast_id_holds(&s->id, a->uid.real) ||
		       ast_id_effective(&s->id, &a->uid);
	case AST_SET_UID:
		return ast_id_holds(&s->id, a->uid.real);
	case AST_SET_EUID:
		return ast_id_effective(&s->id, &a->uid);
	case AST_SET_GID:
		return ast_id_holds(&s->id, a->gid.real);
	case AST_SET_EGID:
		return ast_id_effective(&s->id, &a->gid);
	case AST_SET_DOMAIN:
		return text_is(a->lsm[KLSM_SUBJ_TYPE], s->name);
	case AST_SET_SUBJ_ROLE:
		return text_is(a->lsm[KLSM_SUBJ_ROLE], s->name);
	case AST_SET_SUBJ_USER:
		return text_is(a->lsm[KLSM_SUBJ_USER], s->name);
	case AST_SET_PATH:
	case AST_SET_ATTRIBUTE:
	case AST_SET_KINDS:
		break;
	}
	return false;
}

static bool opt_set_holds(const struct ast_set *s, const struct kaccess *a)
{
	return !s || set_holds(s, a);
}

/* ---- operations ---- */

static bool cmdline_is_any(const struct ktarget *t)
{
	return t->release.major > 5 ||
	       (t->release.major == 5 && t->release.minor > 4);
}

static bool names_hold(const ast_words *names, const char *have)
{
	for (size_t i = 0; i < names->n; i++)
		if (text_is(have, names->v[i].text))
			return true;
	return names->n == 0;
}

/* an open whose mask contains, or equals, one bit */
static bool open_with(const struct kaccess *a, uint8_t bit, bool exact)
{
	return a->hook == KHOOK_FILE &&
	       (exact ? a->mask == bit : (a->mask & bit) != 0);
}

static bool op_holds(const struct ktarget *t, const struct ast_op *op,
		     const struct kaccess *a)
{
	switch (op->kind) {
	case AST_OP_EXEC:
		return a->hook == KHOOK_BPRM;
	case AST_OP_EXEC_INTO:
		return a->hook == KHOOK_CREDS;
	case AST_OP_MMAP:
		return a->hook == KHOOK_MMAP;
	case AST_OP_MMAP_REQUESTED:
		return a->hook == KHOOK_MMAP_REQPROT;
	case AST_OP_CODE:
		return a->hook == KHOOK_BPRM || a->hook == KHOOK_MMAP;
	case AST_OP_OPEN:
		return a->hook == KHOOK_FILE;
	case AST_OP_READ:
		return open_with(a, KMASK_READ, false);
	case AST_OP_WRITE:
		return open_with(a, KMASK_WRITE, false);
	case AST_OP_APPEND:
		return open_with(a, KMASK_APPEND, false);
	case AST_OP_READ_ONLY:
		return open_with(a, KMASK_READ, true);
	case AST_OP_WRITE_ONLY:
		return open_with(a, KMASK_WRITE, true);
	case AST_OP_APPEND_ONLY:
		return open_with(a, KMASK_APPEND, true);
	case AST_OP_EXEC_OPEN:
		return open_with(a, KMASK_EXEC, true);
	case AST_OP_MODULE:
		return a->hook == KHOOK_MODULE;
	case AST_OP_FIRMWARE:
		return a->hook == KHOOK_FIRMWARE;
	case AST_OP_KEXEC_KERNEL:
		return a->hook == KHOOK_KEXEC_KERNEL;
	case AST_OP_KEXEC_INITRAMFS:
		return a->hook == KHOOK_KEXEC_INITRAMFS;
	case AST_OP_KEXEC_CMDLINE:
		return a->hook == KHOOK_KEXEC_CMDLINE;
	case AST_OP_POLICY:
		return a->hook == KHOOK_POLICY;
	case AST_OP_KEY:
		return a->hook == KHOOK_KEY && names_hold(&op->names,
							  a->keyring);
	case AST_OP_DATA:
		return a->hook == KHOOK_DATA && names_hold(&op->names,
							   a->label);
	case AST_OP_ANY:
		return a->hook != KHOOK_KEY && a->hook != KHOOK_DATA &&
		       (a->hook != KHOOK_KEXEC_CMDLINE || cmdline_is_any(t));
	case AST_OP_XATTR:
	case AST_OP_KINDS:
		break;
	}
	return false;
}

static bool ops_hold(const struct ktarget *t, const ast_ops *ops,
		     const struct kaccess *a)
{
	for (size_t i = 0; i < ops->n; i++)
		if (op_holds(t, &ops->v[i], a))
			return true;
	return false;
}

/* ---- statements ---- */

static bool excepted(const struct ktarget *t, const struct ast_stmt *s,
		     const struct kaccess *a)
{
	for (size_t i = 0; i < s->excepts.n; i++) {
		const struct ast_except *e = &s->excepts.v[i];

		if ((e->ops.n == 0 || ops_hold(t, &e->ops, a)) &&
		    opt_set_holds(e->files, a) &&
		    opt_set_holds(e->subjects, a))
			return true;
	}
	return false;
}

static bool item_holds(const struct ktarget *t, const struct bitem *it,
		       const struct kaccess *a)
{
	const struct ast_stmt *s = it->stmt;

	if (s->kind == AST_RAW)
		return s->raw && brute_rule_matches(t, s->raw, a);
	if (!ops_hold(t, &s->ops, a))
		return false;
	for (size_t i = 0; i < it->n_within; i++)
		if (!opt_set_holds(it->within[i], a))
			return false;
	return opt_set_holds(s->files, a) && opt_set_holds(s->subjects, a) &&
	       !excepted(t, s, a);
}

static void flags_join(struct bflags *to, const struct bflags *from)
{
	to->directio |= from->directio;
	to->verity |= from->verity;
	to->sig |= from->sig;
}

static void verdict_clear(struct bverdict *v)
{
	memset(v, 0, sizeof(*v));
	for (int c = 0; c < KCLASS_COUNT; c++) {
		v->by[c] = -1;
		v->out[c].pcr = -1;
	}
}

static void outcome_clear(struct boutcome *o)
{
	memset(o, 0, sizeof(*o));
	o->pcr = -1;
}

/*
 * Where no file is read but a text is measured, what is asked of a digest says
 * nothing, PCR 0 is "not given", and the template "ima" lists nothing.
 */
static void without_file(const struct kaccess *a, struct bverdict *v)
{
	if (a->hook != KHOOK_KEY && a->hook != KHOOK_DATA &&
	    a->hook != KHOOK_KEXEC_CMDLINE)
		return;
	for (int c = 0; c < KCLASS_COUNT; c++) {
		struct boutcome *o = &v->out[c];

		o->verity = o->directio = false;
		if (o->pcr == 0)
			o->pcr = -1;
		if (o->template && strcmp(o->template, "ima") == 0)
			outcome_clear(o);
	}
	v->flags = (struct bflags){ false, false, 0 };
}

/* an appraise match after a hash match takes the hash away */
static void hash_yields(const struct bprog *p, struct bverdict *v)
{
	int h = v->by[KCLASS_HASH], a = v->by[KCLASS_APPRAISE];
	const struct bitem *it;

	if (!v->out[KCLASS_HASH].act || !v->out[KCLASS_APPRAISE].act)
		return;
	it = &p->v[h];
	if (h < a || (h == a &&
		      it->rank[KCLASS_HASH] < it->rank[KCLASS_APPRAISE]))
		outcome_clear(&v->out[KCLASS_HASH]);
}

void brute_ast(const struct bprog *p, const struct kaccess *a,
	       struct bverdict *v)
{
	verdict_clear(v);
	for (size_t i = 0; i < p->n; i++) {
		const struct bitem *it = &p->v[i];
		bool wanted = false;

		for (int c = 0; c < KCLASS_COUNT; c++)
			wanted |= it->has[c] && v->by[c] < 0;
		if (!wanted || !item_holds(p->target, it, a))
			continue;
		for (int c = 0; c < KCLASS_COUNT; c++) {
			if (!it->has[c] || v->by[c] >= 0)
				continue;
			v->by[c] = (int)i;
			v->out[c] = it->out[c];
			flags_join(&v->flags, &it->flags[c]);
		}
	}
	hash_yields(p, v);
	without_file(a, v);
}

/* ---- options ---- */

static const struct ast_opt *opt_in(const ast_opts *opts,
				    enum ast_opt_kind from,
				    enum ast_opt_kind to)
{
	for (size_t i = 0; i < opts->n; i++)
		if (opts->v[i].kind >= from && opts->v[i].kind <= to)
			return &opts->v[i];
	return NULL;
}

struct chain {
	const struct ast_stmt *within;
	const struct chain *outer;
};

/* the statement's own, else that of the innermost block that has one */
static const struct ast_opt *opt_range(const struct ast_stmt *s,
				       const struct chain *in,
				       enum ast_opt_kind from,
				       enum ast_opt_kind to)
{
	const struct ast_opt *o = opt_in(&s->opts, from, to);

	for (; !o && in; in = in->outer)
		o = opt_in(&in->within->opts, from, to);
	return o;
}

static const struct ast_opt *opt_one(const struct ast_stmt *s,
				     const struct chain *in,
				     enum ast_opt_kind kind)
{
	return opt_range(s, in, kind, kind);
}

static uint32_t algos_of(const struct ast_opt *o)
{
	uint32_t bits = 0;

	for (size_t i = 0; o && i < o->words.n; i++) {
		int n = kmodel_hash_index(o->words.v[i].text);

		if (n >= 0)
			bits |= (uint32_t)1 << n;
	}
	return bits;
}

static void appraise_options(struct boutcome *o, const struct ast_stmt *s,
			     const struct chain *in)
{
	const struct ast_opt *r = opt_range(s, in, AST_OPT_REQUIRING_DIGEST,
					    AST_OPT_REQUIRING_VERITY_SIGNATURE);

	o->algos = algos_of(opt_one(s, in, AST_OPT_ALGORITHMS));
	if (!r)
		return;
	if (r->kind == AST_OPT_REQUIRING_SIGNATURE)
		o->sig = KSIG_IMASIG;
	if (r->kind == AST_OPT_REQUIRING_MODSIG)
		o->sig = KSIG_IMASIG | KSIG_MODSIG;
	if (r->kind == AST_OPT_REQUIRING_VERITY_SIGNATURE) {
		o->sig = KSIG_SIGV3;
		o->verity = true;
	}
}

static void measure_options(struct boutcome *o, const struct ast_stmt *s,
			    const struct chain *in)
{
	const struct ast_opt *pcr = opt_one(s, in, AST_OPT_PCR);
	const struct ast_opt *tpl = opt_one(s, in, AST_OPT_TEMPLATE);

	if (pcr)
		o->pcr = (int)pcr->number;
	if (tpl)
		o->template = kmodel_template(tpl->words.v[0].text);
}

static void item_action(struct bitem *it, const struct chain *in,
			enum kclass c, size_t rank)
{
	const struct ast_stmt *s = it->stmt;
	struct boutcome o;

	outcome_clear(&o);
	it->has[c] = true;
	it->rank[c] = rank;
	o.act = true;
	/* what an exempt statement inherits it cannot carry */
	if (s->exempt)
		in = NULL;
	if (c == KCLASS_MEASURE)
		measure_options(&o, s, in);
	if (c == KCLASS_APPRAISE)
		appraise_options(&o, s, in);
	o.verity |= opt_one(s, in, AST_OPT_DIGEST_VERITY) != NULL;
	o.directio = opt_one(s, in, AST_OPT_ALLOW_DIRECT_IO) != NULL;
	it->flags[c] = (struct bflags){ o.directio, o.verity, o.sig };
	if (s->exempt)
		outcome_clear(&o);
	it->out[c] = o;
}

static void rule_outcome(const struct krule *r, struct boutcome *o)
{
	outcome_clear(o);
	if (r->dont)
		return;
	o->act = true;
	o->pcr = r->pcr;
	o->template = r->template;
	o->verity = r->verity;
	o->directio = r->directio;
	o->sig = r->sig;
	o->algos = r->algos;
}

static struct bflags rule_flags(const struct krule *r)
{
	return (struct bflags){ r->directio, r->verity, r->sig };
}

/* ---- flattening ---- */

static void add_item(struct bprog *p, struct arena *a,
		     const struct ast_stmt *s, const struct chain *in)
{
	struct bitem it = { .stmt = s };
	const struct chain *c;
	size_t i = 0;

	for (c = in; c; c = c->outer)
		it.n_within++;
	it.within = arena_zalloc(a, it.n_within, sizeof(*it.within));
	for (c = in; c; c = c->outer)
		it.within[i++] = c->within->files;
	it.stricter = opt_one(s, in, AST_OPT_ALLOW_STRICTER) != NULL;
	for (i = 0; i < s->actions.n; i++)
		item_action(&it, in, s->actions.v[i].class, i);
	if (s->kind == AST_RAW && s->raw) {
		it.has[s->raw->class] = true;
		rule_outcome(s->raw, &it.out[s->raw->class]);
		it.flags[s->raw->class] = rule_flags(s->raw);
	}
	vec_push(a, p, it);
}

static void flatten(struct bprog *p, struct arena *a, const ast_stmts *stmts,
		    const struct chain *in)
{
	for (size_t i = 0; i < stmts->n; i++) {
		const struct ast_stmt *s = stmts->v[i];
		struct chain here = { s, in };

		if (s->kind == AST_RULE || s->kind == AST_RAW)
			add_item(p, a, s, in);
		else if (s->kind == AST_WITHIN)
			flatten(p, a, &s->body, &here);
		else if (s->kind == AST_INCLUDE)
			flatten(p, a, &s->body, in);
	}
}

void bprog_init(struct bprog *p, struct arena *a, const struct ktarget *t,
		const struct ast *ast)
{
	memset(p, 0, sizeof(*p));
	p->target = t;
	flatten(p, a, &ast->stmts, NULL);
}

/* ---- what loading switches on ---- */

static unsigned int effect_of(const struct krule *r)
{
	if (r->class != KCLASS_APPRAISE || r->dont)
		return 0;
	switch (r->func) {
	case KHOOK_MODULE:
		return KEFFECT_MODULE;
	case KHOOK_FIRMWARE:
		return KEFFECT_FIRMWARE;
	case KHOOK_POLICY:
		return KEFFECT_POLICY;
	case KHOOK_KEXEC_KERNEL:
		return KEFFECT_KEXEC;
	default:
		return 0;
	}
}

static void effects_rule(struct beffects *e, const struct krule *r)
{
	e->set |= effect_of(r);
	if (r->func == KHOOK_SETXATTR && !e->has_xattr) {
		e->has_xattr = true;
		e->xattr_algos = r->algos;
	}
}

static void effects_item(struct beffects *e, const struct bitem *it)
{
	const struct ast_stmt *s = it->stmt;

	for (size_t i = 0; i < s->ops.n; i++) {
		switch (s->ops.v[i].kind) {
		case AST_OP_MODULE:
			e->set |= KEFFECT_MODULE;
			break;
		case AST_OP_FIRMWARE:
			e->set |= KEFFECT_FIRMWARE;
			break;
		case AST_OP_POLICY:
			e->set |= KEFFECT_POLICY;
			break;
		case AST_OP_KEXEC_KERNEL:
			e->set |= KEFFECT_KEXEC;
			break;
		case AST_OP_XATTR:
			if (!e->has_xattr) {
				e->has_xattr = true;
				e->xattr_algos =
					it->out[KCLASS_APPRAISE].algos;
			}
			break;
		default:
			break;
		}
	}
}

struct beffects brute_ast_effects(const struct bprog *p)
{
	struct beffects e = { 0 };

	for (size_t i = 0; i < p->n; i++) {
		const struct bitem *it = &p->v[i];

		if (it->stmt->raw)
			effects_rule(&e, it->stmt->raw);
		else if (it->has[KCLASS_APPRAISE] && !it->stmt->exempt)
			effects_item(&e, it);
	}
	return e;
}

struct beffects brute_rules_effects(const struct krule *rules, size_t n)
{
	struct beffects e = { 0 };

	for (size_t i = 0; i < n; i++)
		effects_rule(&e, &rules[i]);
	return e;
}

bool beffects_equal(struct beffects a, struct beffects b)
{
	return a.set == b.set && a.has_xattr == b.has_xattr &&
	       a.xattr_algos == b.xattr_algos;
}

/* ---- kernel rules ---- */

static bool list_has(const struct kstrings *list, const char *have)
{
	for (size_t i = 0; i < list->n; i++)
		if (text_is(have, list->v[i]))
			return true;
	return list->n == 0;
}

/* hooks without an inode: hook, real uid and list, nothing else is looked at */
static bool buffer_rule_matches(const struct krule *r, const struct kaccess *a)
{
	struct kid uid = r->uid;

	if (r->func != a->hook)
		return false;
	uid.effective = false;
	if (!kid_holds(&uid, a->uid.real))
		return false;
	return a->hook == KHOOK_KEY ? list_has(&r->keyrings, a->keyring) :
				      list_has(&r->labels, a->label);
}

static bool file_system_matches(const struct krule *r, const struct kaccess *a)
{
	return (!r->has_fsmagic || r->fsmagic == a->fsmagic) &&
	       (!r->fsname || text_is(a->fsname, r->fsname)) &&
	       (!r->fs_subtype || text_is(a->fs_subtype, r->fs_subtype)) &&
	       (!r->fsuuid || (a->fsuuid &&
			       strcasecmp(a->fsuuid, r->fsuuid) == 0));
}

static bool mask_matches(const struct krule *r, const struct kaccess *a)
{
	if (!r->has_mask)
		return true;
	return r->mask_in ? (a->mask & r->mask) != 0 : a->mask == r->mask;
}

bool brute_rule_matches(const struct ktarget *t, const struct krule *r,
			const struct kaccess *a)
{
	if (a->hook == KHOOK_KEY || a->hook == KHOOK_DATA)
		return buffer_rule_matches(r, a);
	if (a->hook == KHOOK_KEXEC_CMDLINE && !cmdline_is_any(t))
		return r->func == KHOOK_KEXEC_CMDLINE;
	if (r->func != KHOOK_NONE && r->func != a->hook)
		return false;
	if (!mask_matches(r, a) || !file_system_matches(r, a))
		return false;
	if (!kid_holds_cred(&r->uid, &a->uid) ||
	    !kid_holds_cred(&r->gid, &a->gid) ||
	    !kid_holds(&r->fowner, a->fowner) ||
	    !kid_holds(&r->fgroup, a->fgroup))
		return false;
	for (int i = 0; i < KLSM_FIELDS; i++)
		if (r->lsm[i] && !text_is(a->lsm[i], r->lsm[i]))
			return false;
	return true;
}

void brute_rules(const struct ktarget *t, const struct krule *rules, size_t n,
		 const struct kaccess *a, struct bverdict *v)
{
	bool live[KCLASS_COUNT] = { false };

	/* a class that no rule does is not looked for at all */
	for (size_t i = 0; i < n; i++)
		live[rules[i].class] |= !rules[i].dont &&
					rules[i].func != KHOOK_SETXATTR;
	verdict_clear(v);
	for (size_t i = 0; i < n; i++) {
		const struct krule *r = &rules[i];
		struct bflags f = rule_flags(r);

		if (!live[r->class] || v->by[r->class] >= 0 ||
		    !brute_rule_matches(t, r, a))
			continue;
		v->by[r->class] = (int)i;
		rule_outcome(r, &v->out[r->class]);
		flags_join(&v->flags, &f);
		if (r->class == KCLASS_APPRAISE && !r->dont)
			outcome_clear(&v->out[KCLASS_HASH]);
	}
	without_file(a, v);
}

/* ---- comparing ---- */

bool boutcome_equal(const struct boutcome *a, const struct boutcome *b)
{
	if (a->act != b->act)
		return false;
	if (!a->act)
		return true;
	if ((a->template == NULL) != (b->template == NULL) ||
	    (a->template && strcmp(a->template, b->template) != 0))
		return false;
	return a->pcr == b->pcr && a->verity == b->verity &&
	       a->directio == b->directio && a->sig == b->sig &&
	       a->algos == b->algos;
}

enum kclass bverdict_differ(const struct bverdict *a, const struct bverdict *b)
{
	for (int c = 0; c < KCLASS_COUNT; c++)
		if (!boutcome_equal(&a->out[c], &b->out[c]))
			return (enum kclass)c;
	return KCLASS_COUNT;
}
