/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "evpolicy.h"

/* the rules of one kernel, as diagrams */
struct rules {
	struct policy policy;
	struct space *space;
	struct access_outcomes outcomes;
	dd_ref decided, files;
};

enum { BEFORE, BEFORE_ARCH, AFTER, AFTER_ARCH, KERNELS };

/* all that decides whether an entry fits: numbers, few of which there are */
struct key {
	uint32_t kernel, text, cmdline, ring, type, user, role, owner, group;
	uint32_t pcr, template;
};

#define CACHE 1024	/* slots; what was there before gives way */

struct evpolicy {
	struct arena *arena;
	struct intern strings;
	struct compiled compiled;
	struct rules rules[KERNELS];
	struct fcdb *db;	/* NULL: labels are open */
	const char *text;
	size_t len;
	char blank[4096];
	size_t digest_len[64];	/* by hash; 0: not made yet */
	uint8_t digest[64][FILEDIGEST_MAX];
	struct key key[CACHE];
	enum evpolicy_fit fit[CACHE];
	bool cached[CACHE];
};

/* ---- the kernels ---- */

static void make_files(struct rules *r)
{
	enum khook h;

	r->files = DD_PASS;
	for (h = KHOOK_FILE; h < KHOOK_COUNT; h++)
		if (!khook_is_text(h) && h != KHOOK_SETXATTR)
			r->files = dd_or(space_dd(r->space), r->files,
				space_hook(r->space, h, SPACE_MASK_ALL, 0));
}

static void make_rules(struct evpolicy *p, struct rules *r,
		       const struct policy *policy, const struct policy *arch)
{
	r->policy = *policy;
	if (arch)
		policy_insert(&r->policy, 0, arch);
	r->space = space_new(p->arena, &policy->target);
	policy_add(&r->policy, r->space);
	space_finish(r->space);
	access_outcomes_init(&r->outcomes, p->arena);
	r->decided = policy_decide(&r->policy, r->space, &r->outcomes,
				   KCLASS_MEASURE);
	make_files(r);
}

static bool read_builtin(struct evpolicy *p, const char *name,
			 struct policy *out)
{
	const struct ktarget *t = &p->compiled.policy.target;
	const struct source *src = policy_builtin(p->arena, t, name);
	struct span bad;

	return src && policy_read(out, p->arena, &p->strings, t, src, NULL, 0,
				  &bad);
}

const char *evpolicy_new(struct evpolicy **out, struct arena *a,
			 const struct evpolicy_files *f)
{
	struct evpolicy *p = arena_new(a, struct evpolicy);
	struct policy before, arch, *extra = NULL;
	const char *why, *name = f->builtin ? f->builtin : "tcb";

	p->arena = a;
	p->text = f->text;
	p->len = f->len;
	intern_init(&p->strings, a);
	why = compiled_read(&p->compiled, a, &p->strings, f->file, f->text,
			    f->len, f->release);
	if (why)
		return why;
	if (!read_builtin(p, name, &before))
		return buf_textf(a, "its kernel has no built-in policy %s",
				 name);
	if (read_builtin(p, "arch_efi", &arch))
		extra = &arch;
	make_rules(p, &p->rules[BEFORE], &before, NULL);
	make_rules(p, &p->rules[BEFORE_ARCH], &before, extra);
	make_rules(p, &p->rules[AFTER], &p->compiled.policy, NULL);
	make_rules(p, &p->rules[AFTER_ARCH], &p->compiled.policy, extra);
	*out = p;
	return NULL;
}

void evpolicy_contexts(struct evpolicy *p, struct fcdb *db)
{
	p->db = db;
}

uint32_t evpolicy_pcrs(const struct evpolicy *p)
{
	const struct policy *policy = &p->compiled.policy;
	uint32_t pcrs = 0;
	size_t i;

	for (i = 0; i < policy->rules.n; i++) {
		const struct krule *k = &policy->rules.v[i].k;

		if (k->class != KCLASS_MEASURE || k->dont)
			continue;
		pcrs |= k->pcr < 0 || k->pcr > 23 ? EVPOLICY_DEFAULT_PCR :
			1u << k->pcr;
	}
	return pcrs;
}

/* ---- what is known of an access ---- */

/* an entry of a buffer, not of a file */
static bool is_text(const struct imaentry *e, const char *name)
{
	const struct imalist_field *buf = imaentry_field(e, IMAFIELD_BUF);

	return buf ? buf->len != 0 : name[0] != '/';
}

static const struct fc_entry *label_of(struct evpolicy *p, const char *name)
{
	const struct fc_entry *e, *other;
	char *s;
	size_t n = strlen(name);

	if (!p->db || name[0] != '/')
		return NULL;
	e = fcdb_find(p->db, name, FC_FILE);
	if (!strchr(name, '_'))
		return e && !e->none ? e : NULL;
	/* an underscore may be a blank: where that makes a difference it is open */
	if (n >= sizeof(p->blank))
		return NULL;
	memcpy(p->blank, name, n + 1);
	for (s = p->blank; *s; s++)
		if (*s == '_')
			*s = ' ';
	other = fcdb_find(p->db, p->blank, FC_FILE);
	return e && e == other && !e->none ? e : NULL;
}

static void take_id(struct question *q, enum space_dim dim,
		    const struct imaentry *e, enum imafield kind, bool big)
{
	const struct imalist_field *f = imaentry_field(e, kind);

	if (f && f->len == sizeof(uint32_t))
		question_id(q, dim, imalist_u32(f->p, big));
}

static void know(struct evpolicy *p, struct question *q,
		 const struct imaentry *e, const char *name, bool big)
{
	const struct fc_entry *label = label_of(p, name);

	question_init(q, KHOOK_FILE, KMASK_READ);
	take_id(q, SPACE_OWNER, e, IMAFIELD_IUID, big);
	take_id(q, SPACE_GROUP, e, IMAFIELD_IGID, big);
	if (label)
		question_label(q, label->user, label->role, label->type);
}

/* ---- does it fit? ---- */

static uint32_t atom_of(const struct question *q, const struct space *sp,
			enum space_dim dim)
{
	if (!q->known[dim])
		return UINT32_MAX;
	if (dim == SPACE_OWNER || dim == SPACE_GROUP)
		return space_find_id(sp, dim, q->id[dim]);
	return space_find_name(sp, dim, q->text[dim]);
}

/* all accesses that may have made a buffer's entry of that name */
static dd_ref text_set(struct space *sp, const char *name, bool cmdline)
{
	struct dd *m = space_dd(sp);
	const struct dd_range key = {
		space_find_event(sp, KHOOK_KEY, 0, name),
		space_find_event(sp, KHOOK_KEY, 0, name) };
	dd_ref set = dd_or(m, dd_ranges(m, SPACE_EVENT, &key, 1),
			   space_hook(sp, KHOOK_DATA, SPACE_MASK_ALL, 0));

	if (!cmdline)
		return set;
	return dd_or(m, set, space_hook(sp, KHOOK_KEXEC_CMDLINE,
					SPACE_MASK_ALL, 0));
}

static dd_ref file_set(struct rules *r, const struct key *k)
{
	const struct { enum space_dim dim; uint32_t atom; } known[] = {
		{ SPACE_OBJ_TYPE, k->type }, { SPACE_OBJ_USER, k->user },
		{ SPACE_OBJ_ROLE, k->role }, { SPACE_OWNER, k->owner },
		{ SPACE_GROUP, k->group },
	};
	struct dd *m = space_dd(r->space);
	dd_ref set = r->files;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		const struct dd_range one = { known[i].atom, known[i].atom };

		if (one.lo != UINT32_MAX)
			set = dd_and(m, set, dd_ranges(m, known[i].dim, &one, 1));
	}
	return set;
}

static const char *canonical(const char *template)
{
	const char *name = kmodel_template(template);

	return name ? name : template;
}

/* would this make such an entry? */
static bool makes(const struct access_outcome *x, const struct evpolicy_at *at,
		  const struct key *k, const char *template)
{
	int pcr = at->begun ? (int)at->pcr : -1;
	const char *want = x->template;

	if (x->pcr >= 0)
		pcr = x->pcr;
	if (pcr >= 0 && (uint32_t)pcr != k->pcr)
		return false;
	if (!want && k->text)
		want = kmodel_word(KF_TMPL_IMA_BUF);
	else if (!want && at->begun)
		want = canonical(at->template);
	return !want || !strcmp(want, template);
}

static enum evpolicy_fit ask(struct rules *r, const struct evpolicy_at *at,
			     const struct key *k, const char *name,
			     const char *template)
{
	enum evpolicy_fit fit = EVPOLICY_NOT_MEASURED;
	struct dd *m = space_dd(r->space);
	const struct dd_part *part;
	size_t i, n;
	dd_ref set;

	set = k->text ? text_set(r->space, name, k->cmdline) : file_set(r, k);
	/* a file's path may be one that the kernel could not make whole */
	if (k->text == 2)
		set = dd_or(m, set, file_set(r, k));
	part = dd_split(m, dd_and(m, set, r->decided), &n);
	for (i = 0; i < n && fit != EVPOLICY_FITS; i++) {
		const struct access_outcome *x =
			&r->outcomes.v[part[i].t - 1];

		if (x->acts)
			fit = makes(x, at, k, template) ? EVPOLICY_FITS :
				EVPOLICY_OTHERWISE;
	}
	return dd_full(m) ? EVPOLICY_TOO_HARD : fit;
}

static uint32_t hash_key(const struct key *k)
{
	const uint32_t *w = (const uint32_t *)k;
	uint64_t h = 0x9e3779b97f4a7c15u;
	size_t i;

	for (i = 0; i < sizeof(*k) / sizeof(*w); i++)
		h = (h ^ w[i]) * 0xbf58476d1ce4e5b9u;
	return (uint32_t)(h >> 40) % CACHE;
}

static enum evpolicy_fit fits(struct evpolicy *p, uint32_t kernel,
			      const struct evpolicy_at *at,
			      const struct question *q,
			      const struct imaentry *e, const char *name)
{
	struct rules *r = &p->rules[kernel];
	char room[IMALIST_NAME_MAX + 1];
	const char *template;
	struct key k = { .kernel = 2 * kernel + at->begun, .pcr = e->pcr };
	uint32_t slot;

	memcpy(room, e->template, e->template_len);
	room[e->template_len] = '\0';
	template = canonical(room);
	if (is_text(e, name))
		k.text = imaentry_field(e, IMAFIELD_BUF) ? 1 : 2;
	k.cmdline = !strcmp(name, "kexec-cmdline");
	k.ring = k.text ? space_find_event(r->space, KHOOK_KEY, 0, name) : 0;
	k.type = atom_of(q, r->space, SPACE_OBJ_TYPE);
	k.user = atom_of(q, r->space, SPACE_OBJ_USER);
	k.role = atom_of(q, r->space, SPACE_OBJ_ROLE);
	k.owner = atom_of(q, r->space, SPACE_OWNER);
	k.group = atom_of(q, r->space, SPACE_GROUP);
	k.template = 2 * (uint32_t)kmodel_template_row(template) +
		!strcmp(template, canonical(at->template));
	slot = hash_key(&k);
	if (p->cached[slot] && !memcmp(&p->key[slot], &k, sizeof(k)))
		return p->fit[slot];
	p->fit[slot] = ask(r, at, &k, name, template);
	p->key[slot] = k;
	p->cached[slot] = true;
	return p->fit[slot];
}

/* whether the rules of architecture and build are there is not known */
static enum evpolicy_fit either(struct evpolicy *p, uint32_t kernel,
				const struct evpolicy_at *at,
				const struct question *q,
				const struct imaentry *e, const char *name)
{
	enum evpolicy_fit fit = fits(p, kernel, at, q, e, name);

	if (fit == EVPOLICY_FITS ||
	    fits(p, kernel + 1, at, q, e, name) != EVPOLICY_FITS)
		return fit;
	return EVPOLICY_FITS;
}

/* ---- the load ---- */

static bool is_policy(struct evpolicy *p, struct filedigest *d,
		      const struct imaentry *e)
{
	const struct imalist_digest *f = &e->file;
	const EVP_MD *md;
	unsigned int len;

	if (f->hash < 0 || f->hash >= (int)ARRAY_SIZE(p->digest) || f->verity ||
	    imaentry_field(e, IMAFIELD_BUF))
		return false;
	if (!p->digest_len[f->hash]) {
		md = filedigest_md(d, f->hash);
		if (!md || !EVP_Digest(p->text, p->len, p->digest[f->hash],
				       &len, md, NULL))
			return false;
		p->digest_len[f->hash] = len;
	}
	return f->len == p->digest_len[f->hash] &&
	       !memcmp(f->p, p->digest[f->hash], f->len);
}

/* boot_aggregate is as the configuration has it, whatever the rules are */
static bool begin(struct evpolicy_at *at, const struct imaentry *e,
		  const char *name)
{
	if (strcmp(name, "boot_aggregate") != 0)
		return false;
	if (!at->begun) {
		at->begun = true;
		at->pcr = e->pcr;
		memcpy(at->template, e->template, e->template_len);
		at->template[e->template_len] = '\0';
	}
	return true;
}

enum evpolicy_fit evpolicy_entry(struct evpolicy *p, struct evpolicy_at *at,
				 struct filedigest *d, const struct imaentry *e,
				 const char *name, bool big)
{
	enum evpolicy_fit fit;
	struct question q;

	if (begin(at, e, name))
		return EVPOLICY_FITS;
	know(p, &q, e, name, big);
	if (!at->loaded) {
		fit = either(p, BEFORE, at, &q, e, name);
		if (!is_policy(p, d, e))
			return fit;
		at->loaded = e->number;
		return fit == EVPOLICY_FITS ? EVPOLICY_LOAD : fit;
	}
	fit = either(p, AFTER, at, &q, e, name);
	if (fit == EVPOLICY_FITS) {
		if (!at->shown &&
		    either(p, BEFORE, at, &q, e, name) != EVPOLICY_FITS)
			at->shown = e->number;
		return fit;
	}
	if (e->number - at->loaded > EVPOLICY_MEANWHILE ||
	    either(p, BEFORE, at, &q, e, name) != EVPOLICY_FITS)
		return fit;
	at->meanwhile++;
	return EVPOLICY_FITS;
}
