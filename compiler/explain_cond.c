/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>

#include "explain.h"
#include "util.h"

/* ---- one condition as a rule of its own ---- */

static uint32_t bit(bool has, unsigned int c)
{
	return has ? UINT32_C(1) << c : 0;
}

uint32_t explain_conds(const struct krule *r)
{
	uint32_t bits;
	unsigned int f;

	bits = bit(r->func != KHOOK_NONE, COND_FUNC) |
	       bit(r->has_mask, COND_MASK) |
	       bit(r->has_fsmagic, COND_FSMAGIC) |
	       bit(r->fsname, COND_FSNAME) |
	       bit(r->fs_subtype, COND_FS_SUBTYPE) |
	       bit(r->fsuuid, COND_FSUUID) |
	       bit(r->uid.op != KID_ANY, COND_UID) |
	       bit(r->gid.op != KID_ANY, COND_GID) |
	       bit(r->fowner.op != KID_ANY, COND_OWNER) |
	       bit(r->fgroup.op != KID_ANY, COND_GROUP) |
	       bit(r->keyrings.n, COND_RING) | bit(r->labels.n, COND_DATA);
	for (f = 0; f < KLSM_FIELDS; f++)
		bits |= bit(r->lsm[f], COND_LSM + f);
	return bits;
}

static void copy_fs(struct krule *one, const struct krule *r,
		    enum explain_cond c)
{
	switch (c) {
	case COND_FSMAGIC:
		one->has_fsmagic = true;
		one->fsmagic = r->fsmagic;
		break;
	case COND_FSNAME:
		one->fsname = r->fsname;
		break;
	case COND_FS_SUBTYPE:
		one->fs_subtype = r->fs_subtype;
		break;
	default:
		one->fsuuid = r->fsuuid;
		break;
	}
}

static void copy_cond(struct krule *one, const struct krule *r,
		      enum explain_cond c)
{
	switch (c) {
	case COND_FUNC:
		one->func = r->func;
		break;
	case COND_MASK:
		one->has_mask = true;
		one->mask_in = r->mask_in;
		one->mask = r->mask;
		break;
	case COND_UID:
		one->uid = r->uid;
		break;
	case COND_GID:
		one->gid = r->gid;
		break;
	case COND_OWNER:
		one->fowner = r->fowner;
		break;
	case COND_GROUP:
		one->fgroup = r->fgroup;
		break;
	case COND_RING:
		one->keyrings = r->keyrings;
		break;
	case COND_DATA:
		one->labels = r->labels;
		break;
	default:
		if (c >= COND_LSM)
			one->lsm[c - COND_LSM] = r->lsm[c - COND_LSM];
		else
			copy_fs(one, r, c);
		break;
	}
}

dd_ref explain_cond_region(struct explain *x, const struct krule *r,
			   enum explain_cond c, const struct question *q)
{
	struct krule one;

	krule_init(&one, r->class, r->dont);
	/* what a hook looks at depends on the hook */
	one.func = q->hook;
	copy_cond(&one, r, c);
	return access_rule_region(x->space, &one);
}

static dd_ref event_of(struct explain *x, const struct question *q)
{
	struct question event;

	question_init(&event, q->hook, q->mask);
	event.ring = q->ring;
	return question_set(&event, x->space);
}

/* nothing but what the condition looks at */
static dd_ref small_set(struct explain *x, const struct krule *r,
			const struct question *q, enum explain_cond c)
{
	struct question all = *q, open = *q;
	unsigned int dim;

	explain_cond_free(&open, r, c);
	for (dim = 0; dim < SPACE_DIMS; dim++)
		all.known[dim] = q->known[dim] && !open.known[dim];
	return question_set(&all, x->space);
}

void explain_cond_split(struct explain *x, const struct krule *r,
			const struct question *q, uint32_t *fails,
			uint32_t *open)
{
	uint32_t has = explain_conds(r) | bit(true, COND_FUNC);
	dd_ref here = event_of(x, q);
	unsigned int c;

	*fails = *open = 0;
	for (c = 0; c < CONDS; c++) {
		dd_ref set, region;

		if (!(has >> c & 1))
			continue;
		set = dd_and(x->m, small_set(x, r, q, c), here);
		region = explain_cond_region(x, r, c, q);
		if (dd_and(x->m, set, region) == DD_PASS)
			*fails |= bit(true, c);
		else if (dd_diff(x->m, set, region) != DD_PASS)
			*open |= bit(true, c);
	}
}

/* ---- in words ---- */

static const struct {
	const char *word;
	enum space_dim dim;
} cond_words[CONDS] = {
	[COND_FUNC] = { "operation", SPACE_EVENT },
	[COND_MASK] = { "mask", SPACE_EVENT },
	[COND_FSMAGIC] = { "fsmagic", SPACE_FSMAGIC },
	[COND_FSNAME] = { "fs", SPACE_FSNAME },
	[COND_FS_SUBTYPE] = { "fs-subtype", SPACE_FS_SUBTYPE },
	[COND_FSUUID] = { "fsuuid", SPACE_FSUUID },
	[COND_UID] = { "uid", SPACE_UID }, [COND_GID] = { "gid", SPACE_GID },
	[COND_OWNER] = { "owner", SPACE_OWNER },
	[COND_GROUP] = { "group", SPACE_GROUP },
	[COND_LSM + KLSM_OBJ_USER] = { "label user", SPACE_OBJ_USER },
	[COND_LSM + KLSM_OBJ_ROLE] = { "label role", SPACE_OBJ_ROLE },
	[COND_LSM + KLSM_OBJ_TYPE] = { "label type", SPACE_OBJ_TYPE },
	[COND_LSM + KLSM_SUBJ_USER] = { "subj-user", SPACE_SUBJ_USER },
	[COND_LSM + KLSM_SUBJ_ROLE] = { "subj-role", SPACE_SUBJ_ROLE },
	[COND_LSM + KLSM_SUBJ_TYPE] = { "domain", SPACE_SUBJ_TYPE },
	[COND_RING] = { "ring", SPACE_EVENT },
	[COND_DATA] = { "label", SPACE_EVENT },
};

static void put_kid(const struct kid *k, const char *word, struct buf *out)
{
	buf_printf(out, "%s%s %s%" PRIu32, k->effective ? "e" : "", word,
		   k->op == KID_GT ? "> " : k->op == KID_LT ? "< " : "",
		   k->id);
}

static void put_list(const struct kstrings *list, const char *word,
		     struct buf *out)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		buf_printf(out, "%s \"%s\"", i ? " or" : word, list->v[i]);
}

static void put_mask(const struct krule *r, struct buf *out)
{
	buf_printf(out, r->mask_in ? "a mask with %s" : "the mask %s alone",
		   kmask_word(r->mask));
}

static void put_magic(uint64_t magic, const char *word, struct buf *out)
{
	buf_printf(out, "%s ", word);
	witness_put_magic(magic, out);
}

static const char *name_of(const struct krule *r, enum explain_cond c)
{
	switch (c) {
	case COND_FSNAME: return r->fsname;
	case COND_FS_SUBTYPE: return r->fs_subtype;
	case COND_FSUUID: return r->fsuuid;
	default: return r->lsm[c - COND_LSM];
	}
}

void explain_cond_text(const struct krule *r, enum explain_cond c,
		       struct buf *out)
{
	const char *word = cond_words[c].word;

	switch (c) {
	case COND_FUNC:
		/* of a rule without func= those that measure texts are none */
		if (r->func == KHOOK_NONE)
			buf_puts(out, "an operation on a file");
		else
			witness_describe_hook(r->func, out);
		break;
	case COND_MASK:
		put_mask(r, out);
		break;
	case COND_FSMAGIC:
		put_magic(r->fsmagic, word, out);
		break;
	case COND_UID:
		put_kid(&r->uid, word, out);
		break;
	case COND_GID:
		put_kid(&r->gid, word, out);
		break;
	case COND_OWNER:
		put_kid(&r->fowner, word, out);
		break;
	case COND_GROUP:
		put_kid(&r->fgroup, word, out);
		break;
	case COND_RING:
		put_list(&r->keyrings, word, out);
		break;
	case COND_DATA:
		put_list(&r->labels, word, out);
		break;
	default:
		buf_printf(out, "%s %s", word, name_of(r, c));
		break;
	}
}

/* all that decides a test of effective ids, and the real id by itself */
static void put_ids(const struct question *q, enum space_dim real,
		    bool effective, struct buf *out)
{
	enum space_dim cap = real + 1, eff = real + 2, saved = real + 3;

	if (!effective) {
		buf_printf(out, "%s ", witness_dim_word(real));
		question_value(q, real, out);
		return;
	}
	buf_printf(out, "%s ", witness_dim_word(eff));
	question_value(q, eff, out);
	if (q->known[cap] && !q->id[cap])
		return;
	buf_printf(out, ", %s ", witness_dim_word(saved));
	question_value(q, saved, out);
	buf_printf(out, ", %s ", witness_dim_word(real));
	question_value(q, real, out);
	buf_printf(out, ", %s ", witness_dim_word(cap));
	question_value(q, cap, out);
}

void explain_cond_have(const struct question *q, const struct krule *r,
		       enum explain_cond c, struct buf *out)
{
	enum space_dim dim = cond_words[c].dim;

	if (dim == SPACE_EVENT) {
		question_event(q, out);
	} else if (c == COND_UID) {
		put_ids(q, SPACE_UID, r->uid.effective, out);
	} else if (c == COND_GID) {
		put_ids(q, SPACE_GID, r->gid.effective, out);
	} else {
		buf_printf(out, "%s ", cond_words[c].word);
		question_value(q, dim, out);
	}
}

void explain_cond_free(struct question *q, const struct krule *r,
		       enum explain_cond c)
{
	enum space_dim dim = cond_words[c].dim;
	bool effective = (c == COND_UID && r->uid.effective) ||
			 (c == COND_GID && r->gid.effective);
	unsigned int i;

	q->known[dim] = false;
	for (i = 1; effective && i < 4; i++)
		q->known[dim + i] = false;
}
