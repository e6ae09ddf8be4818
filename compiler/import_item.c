/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "ast_dump.h"
#include "emit.h"
#include "import_int.h"
#include "kmodel_row.h"
#include "util.h"

#define OP(kind) (UINT32_C(1) << AST_OP_##kind)
#define LOAD_OPS (OP(MODULE) | OP(FIRMWARE) | OP(KEXEC_KERNEL) | \
		  OP(KEXEC_INITRAMFS) | OP(POLICY))

/* ---- words ---- */

static const char *const keywords[] = {
#define KEYWORD(token, word, group, value) word,
#include "keywords.def"
#undef KEYWORD
};

static bool is_plain(const char *word)
{
	size_t i;

	if (!isalpha((unsigned char)word[0]) && word[0] != '_')
		return false;
	for (i = 1; word[i]; i++)
		if (!isalnum((unsigned char)word[i]) &&
		    !strchr("_-", word[i]))
			return false;
	for (i = 0; i < ARRAY_SIZE(keywords); i++)
		if (!strcmp(word, keywords[i]))
			return false;
	return true;
}

void import_put_word(struct buf *b, const char *word)
{
	if (is_plain(word))
		buf_puts(b, word);
	else
		ast_put_quoted(b, word);
}

/* as values_check_text() wants it */
static bool is_sayable(const char *word)
{
	const char *c;

	for (c = word; *c > ' ' && *c <= '~'; c++)
		;
	return !*c && c != word;
}

/* ---- conditions ---- */

struct making {
	const struct import *im;
	struct import_item *it;
	bool bad;
};

static void add_term(struct making *m, enum import_dim dim, struct buf *text,
		     struct import_term t)
{
	t.text = intern_str(m->im->in, text->s);
	vec_push(m->im->arena, &m->it->dim[dim], t);
}

static void add_named(struct making *m, enum import_dim dim,
		      enum ast_set_kind kind, const char *name)
{
	struct buf b;

	if (!name)
		return;
	m->bad |= !is_sayable(name);
	buf_init(&b, m->im->arena);
	buf_printf(&b, "%s ", ast_set_word(kind));
	/* a UUID may look like a name, and is none */
	if (kind == AST_SET_FSUUID)
		ast_put_quoted(&b, name);
	else
		import_put_word(&b, name);
	add_term(m, dim, &b, (struct import_term){ 0 });
}

static void add_magic(struct making *m, uint64_t magic)
{
	const char *name = kmodel_magic_word(magic);
	struct buf b;

	buf_init(&b, m->im->arena);
	buf_printf(&b, "%s ", ast_set_word(AST_SET_FSMAGIC));
	if (name)
		import_put_word(&b, name);
	else
		buf_printf(&b, "0x%llx", (unsigned long long)magic);
	add_term(m, IMPORT_FSMAGIC, &b, (struct import_term){ 0 });
}

void import_put_ids(struct buf *b, uint32_t lo, uint32_t hi)
{
	unsigned long from = lo, to = hi;

	if (lo == hi && !lo)
		buf_puts(b, "root");
	else if (lo == hi)
		buf_printf(b, "%lu", from);
	else if (!lo)
		buf_printf(b, "<%lu", to + 1);
	else if (hi == KID_MAX)
		buf_printf(b, ">%lu", from - 1);
	else
		buf_printf(b, "%lu..%lu", from, to);
}

static enum ast_set_kind id_kind(enum import_dim dim, bool effective)
{
	switch (dim) {
	case IMPORT_OWNER:
		return AST_SET_OWNER;
	case IMPORT_GROUP:
		return AST_SET_GROUP;
	case IMPORT_UID:
		return effective ? AST_SET_EUID : AST_SET_UID;
	default:
		return effective ? AST_SET_EGID : AST_SET_GID;
	}
}

struct import_term import_ids(const struct import *im, enum import_dim dim,
			      bool effective, uint32_t lo, uint32_t hi)
{
	struct import_term t = { .ids = true, .effective = effective,
				 .lo = lo, .hi = hi };
	struct buf b;

	buf_init(&b, im->arena);
	buf_printf(&b, "%s ", ast_set_word(id_kind(dim, effective)));
	import_put_ids(&b, lo, hi);
	t.text = intern_str(im->in, b.s);
	return t;
}

static void add_id(struct making *m, enum import_dim dim, const struct kid *id)
{
	uint32_t lo = id->op == KID_LT ? 0 : id->id;
	uint32_t hi = id->op == KID_GT ? KID_MAX : id->id;

	if (id->op == KID_ANY)
		return;
	/* of an empty range, which is never met, anything can be said */
	lo += id->op == KID_GT && id->id < KID_MAX;
	hi -= id->op == KID_LT && id->id;
	vec_push(m->im->arena, &m->it->dim[dim],
		 import_ids(m->im, dim, id->effective, lo, hi));
}

static void add_label(struct making *m, const char *const *lsm)
{
	const char *user = lsm[KLSM_OBJ_USER], *role = lsm[KLSM_OBJ_ROLE];
	const char *type = lsm[KLSM_OBJ_TYPE];
	struct buf b, whole;

	if (!user && !role && !type)
		return;
	buf_init(&b, m->im->arena);
	buf_init(&whole, m->im->arena);
	buf_printf(&b, "%s ", ast_set_word(AST_SET_LABEL));
	if (user || role)
		buf_printf(&whole, "%s:%s:%s", user ? user : "*",
			   role ? role : "*", type ? type : "*");
	else
		buf_puts(&whole, type);
	m->bad |= !is_sayable(whole.s);
	import_put_word(&b, whole.s);
	add_term(m, IMPORT_LABEL, &b,
		 (struct import_term){ .part = { user, role, type } });
}

static void add_names(struct making *m, const struct kstrings *names)
{
	size_t i;

	for (i = 0; i < names->n; i++) {
		struct buf b;

		m->bad |= !is_sayable(names->v[i]);
		buf_init(&b, m->im->arena);
		ast_put_quoted(&b, names->v[i]);
		if (!import_has_term(&m->it->dim[IMPORT_NAMES],
				     intern_str(m->im->in, b.s)))
			add_term(m, IMPORT_NAMES, &b,
				 (struct import_term){ 0 });
	}
}

static void add_conditions(struct making *m, const struct krule *k)
{
	add_named(m, IMPORT_FSUUID, AST_SET_FSUUID, k->fsuuid);
	add_named(m, IMPORT_FS, AST_SET_FS, k->fsname);
	add_named(m, IMPORT_FS_SUBTYPE, AST_SET_FS_SUBTYPE, k->fs_subtype);
	if (k->has_fsmagic)
		add_magic(m, k->fsmagic);
	add_id(m, IMPORT_OWNER, &k->fowner);
	add_id(m, IMPORT_GROUP, &k->fgroup);
	add_label(m, k->lsm);
	add_id(m, IMPORT_UID, &k->uid);
	add_id(m, IMPORT_GID, &k->gid);
	add_named(m, IMPORT_DOMAIN, AST_SET_DOMAIN, k->lsm[KLSM_SUBJ_TYPE]);
	add_named(m, IMPORT_SUBJ_ROLE, AST_SET_SUBJ_ROLE,
		  k->lsm[KLSM_SUBJ_ROLE]);
	add_named(m, IMPORT_SUBJ_USER, AST_SET_SUBJ_USER,
		  k->lsm[KLSM_SUBJ_USER]);
}

/* ---- operations ---- */

static const enum ast_op_kind hook_ops[KHOOK_COUNT] = {
	[KHOOK_NONE] = AST_OP_ANY, [KHOOK_FILE] = AST_OP_OPEN,
	[KHOOK_MMAP] = AST_OP_MMAP,
	[KHOOK_MMAP_REQPROT] = AST_OP_MMAP_REQUESTED,
	[KHOOK_BPRM] = AST_OP_EXEC, [KHOOK_CREDS] = AST_OP_EXEC_INTO,
	[KHOOK_MODULE] = AST_OP_MODULE, [KHOOK_FIRMWARE] = AST_OP_FIRMWARE,
	[KHOOK_KEXEC_KERNEL] = AST_OP_KEXEC_KERNEL,
	[KHOOK_KEXEC_INITRAMFS] = AST_OP_KEXEC_INITRAMFS,
	[KHOOK_POLICY] = AST_OP_POLICY,
	[KHOOK_KEXEC_CMDLINE] = AST_OP_KEXEC_CMDLINE,
	[KHOOK_KEY] = AST_OP_KEY, [KHOOK_DATA] = AST_OP_DATA,
	[KHOOK_SETXATTR] = AST_OP_XATTR,
};

/* an open with a mask; contained_exec() of import_raw.c has no operation */
static uint32_t open_op(const struct krule *k)
{
	switch (k->mask) {
	case KMASK_READ:
		return k->mask_in ? OP(READ) : OP(READ_ONLY);
	case KMASK_WRITE:
		return k->mask_in ? OP(WRITE) : OP(WRITE_ONLY);
	case KMASK_APPEND:
		return k->mask_in ? OP(APPEND) : OP(APPEND_ONLY);
	default:
		return OP(EXEC_OPEN);
	}
}

/* those of the hooks that pass it */
static uint32_t mask_ops(const struct import *im, const struct krule *k)
{
	uint32_t ops = open_op(k);

	if (k->mask == KMASK_READ)
		ops |= LOAD_OPS;
	if (k->mask == KMASK_EXEC)
		ops |= OP(EXEC) | OP(MMAP) | OP(EXEC_INTO) |
		       (kmodel_may(im->target, KF_HOOK_MMAP_REQPROT) ?
			OP(MMAP_REQUESTED) : 0);
	return ops;
}

/* 0: no access has such a mask */
static uint32_t rule_ops(const struct import *im, const struct krule *k)
{
	if (!k->has_mask || khook_is_text(k->func))
		return UINT32_C(1) << hook_ops[k->func];
	if (k->func == KHOOK_FILE)
		return open_op(k);
	if (k->func == KHOOK_NONE)
		return mask_ops(im, k);
	return kmodel_hook_mask(k->func) & k->mask ?
	       UINT32_C(1) << hook_ops[k->func] : 0;
}

/* events as bits: the 15 masks of an open, then one for each other hook */
static uint32_t events_of(uint32_t ops)
{
	static const enum khook others[] = {
		KHOOK_MMAP, KHOOK_MMAP_REQPROT, KHOOK_BPRM, KHOOK_CREDS,
		KHOOK_MODULE, KHOOK_FIRMWARE, KHOOK_KEXEC_KERNEL,
		KHOOK_KEXEC_INITRAMFS, KHOOK_POLICY, KHOOK_KEXEC_CMDLINE,
		KHOOK_KEY, KHOOK_DATA,
	};
	static const uint8_t bits[] = { KMASK_READ, KMASK_WRITE, KMASK_APPEND };
	static const enum ast_op_kind has[] = { AST_OP_READ, AST_OP_WRITE,
						AST_OP_APPEND };
	static const enum ast_op_kind is[] = {
		AST_OP_READ_ONLY, AST_OP_WRITE_ONLY, AST_OP_APPEND_ONLY };
	uint32_t events = 0;
	unsigned int mask;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (ops >> hook_ops[others[i]] & 1 ||
		    (ops & OP(ANY) && others[i] != KHOOK_KEY &&
		     others[i] != KHOOK_DATA))
			events |= UINT32_C(1) << (16 + i);
	for (mask = 1; mask < 16; mask++) {
		bool on = (ops & (OP(OPEN) | OP(ANY))) ||
			  (mask == KMASK_EXEC && ops & OP(EXEC_OPEN));

		for (i = 0; i < ARRAY_SIZE(bits); i++)
			on |= (mask & bits[i] && ops >> has[i] & 1) ||
			      (mask == bits[i] && ops >> is[i] & 1);
		events |= (uint32_t)on << mask;
	}
	return events;
}

/* ---- rules ---- */

static bool id_is_empty(const struct kid *id)
{
	return (id->op == KID_LT && !id->id) ||
	       (id->op == KID_GT && id->id >= KID_MAX);
}

static bool has_empty_id(const struct krule *k)
{
	return id_is_empty(&k->uid) || id_is_empty(&k->gid) ||
	       id_is_empty(&k->fowner) || id_is_empty(&k->fgroup);
}

/* conditions that are there and never looked at are as good as not there */
static struct krule without_ignored(const struct import *im,
				    const struct krule *k)
{
	struct krule bare, r = *k;

	krule_init(&bare, k->class, k->dont);
	bare.func = k->func;
	bare.pcr = k->pcr;
	bare.template = k->template;
	bare.algos = k->algos;
	if (k->func == KHOOK_KEY || k->func == KHOOK_DATA) {
		if (!k->uid.effective)
			bare.uid = k->uid;
		if (k->func == KHOOK_KEY)
			bare.keyrings = k->keyrings;
		else
			bare.labels = k->labels;
		r = bare;
	} else if (k->func == KHOOK_SETXATTR ||
		   (k->func == KHOOK_KEXEC_CMDLINE &&
		    kmodel_cmdline_ordinary(im->target) != KTRI_YES)) {
		r = bare;
	}
	if (khook_is_text(k->func)) {
		r.verity = r.directio = false;
		if (r.pcr == 0)
			r.pcr = -1;
		/* measured nowhere */
		if (!kmodel_lists_text(r.template))
			r.dont = true;
	}
	return r;
}

static struct import_does rule_does(const struct krule *k)
{
	struct import_does d = { .pcr = -1 };

	d.verity = k->verity;
	d.directio = k->directio;
	if (k->dont)
		return d;
	d.sig = k->sig;
	if (k->class == KCLASS_MEASURE) {
		d.pcr = k->pcr;
		d.template = k->template;
	}
	if (k->class == KCLASS_APPRAISE)
		d.algos = k->algos;
	return d;
}

static void take_raw(const struct import *im, const struct krule *k,
		     struct import_item *out)
{
	struct buf b;

	buf_init(&b, im->arena);
	emit_rule(k, &b);
	out->raw = intern_str(im->in, b.s);
}

enum import_kind import_item(const struct import *im, const struct krule *k,
			     bool raw, struct import_item *out)
{
	struct making m = { .im = im, .it = out };
	struct krule r = without_ignored(im, k);

	memset(out, 0, sizeof(*out));
	out->classes = 1u << r.class;
	out->exempt = r.dont;
	out->does[r.class] = rule_does(&r);
	out->ops = rule_ops(im, &r);
	if (r.func == KHOOK_KEY)
		add_names(&m, &r.keyrings);
	if (r.func == KHOOK_DATA)
		add_names(&m, &r.labels);
	add_conditions(&m, &r);
	if (raw || import_is_raw(im, k))
		take_raw(im, k, out);
	if (m.bad)
		return IMPORT_BAD_TEXT;
	return !out->ops || has_empty_id(&r) ? IMPORT_NEVER : IMPORT_ITEM;
}

/* ---- pairs ---- */

bool import_has_term(const import_terms *t, const char *text)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->v[i].text == text)
			return true;
	return false;
}

bool import_same_terms(const import_terms *a, const import_terms *b)
{
	size_t i;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		if (!import_has_term(b, a->v[i].text))
			return false;
	return true;
}

bool import_same_box(const struct import_item *a, const struct import_item *b,
		     int but)
{
	int d;

	if (a->ops != b->ops || a->raw || b->raw || a->library || b->library)
		return false;
	for (d = 0; d < IMPORT_DIMS; d++)
		if (d != but && !import_same_terms(&a->dim[d], &b->dim[d]))
			return false;
	return true;
}

bool import_same_does(const struct import_item *a, const struct import_item *b,
		      enum kclass class)
{
	const struct import_does *x = &a->does[class], *y = &b->does[class];

	return a->exempt == b->exempt && x->pcr == y->pcr &&
	       x->template == y->template && x->verity == y->verity &&
	       x->directio == y->directio && x->sig == y->sig &&
	       x->algos == y->algos;
}

enum kclass import_class(const struct import_item *it)
{
	int c = 0;

	while (!(it->classes >> c & 1))
		c++;
	return (enum kclass)c;
}

/* both cannot hold at once */
static bool terms_apart(const struct import_term *a,
			const struct import_term *b, enum import_dim dim)
{
	size_t i;

	/* of several effective ids each may meet one */
	if (a->ids)
		return !a->effective && !b->effective &&
		       (a->hi < b->lo || b->hi < a->lo);
	if (dim != IMPORT_LABEL)
		return a->text != b->text;
	for (i = 0; i < ARRAY_SIZE(a->part); i++)
		if (a->part[i] && b->part[i] && a->part[i] != b->part[i])
			return true;
	return false;
}

static bool dims_apart(const import_terms *a, const import_terms *b,
		       enum import_dim dim)
{
	size_t i, j;

	if (!a->n || !b->n)
		return false;
	for (i = 0; i < a->n; i++)
		for (j = 0; j < b->n; j++)
			if (!terms_apart(&a->v[i], &b->v[j], dim))
				return false;
	return true;
}

bool import_apart(const struct import_item *a, const struct import_item *b)
{
	int d;

	if (!(events_of(a->ops) & events_of(b->ops)))
		return true;
	for (d = 0; d < IMPORT_DIMS; d++)
		if (dims_apart(&a->dim[d], &b->dim[d], (enum import_dim)d))
			return true;
	return false;
}

#ifdef IMAPOL_FAULTS
bool import_blind;
#endif

bool import_commute(const struct import_item *a, const struct import_item *b)
{
	size_t i;

	if (import_blind)
		return true;
	if (b->library)
		return import_commute(b, a);
	for (i = 0; i < a->members.n; i++)
		if (!import_commute(a->members.v[i], b))
			return false;
	if (a->library)
		return true;
	if (a->raw || b->raw)
		return false;
	return (a->classes == b->classes &&
		import_same_does(a, b, import_class(a))) || import_apart(a, b);
}
