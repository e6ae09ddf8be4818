/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "judge_int.h"

/* of IMA, where security.ima names no other: CONFIG_IMA_DEFAULT_HASH */
#define DEFAULT_ALGO "sha256"

const char *judge_why_text(enum judge_why why)
{
	static const char *const words[JUDGE_WHYS] = {
		[JUDGE_WHY_CONTENT] = "the content could not be read",
		[JUDGE_WHY_SEAL] = "security.ima could not be read",
		[JUDGE_WHY_OPTION] =
			"an option of the kernel decides that is not known",
		[JUDGE_WHY_RELEASE] =
			"what its kernel verifies is not known of that release",
		[JUDGE_WHY_KEYS] = "several keys have the id of its key",
		[JUDGE_WHY_HASH] = "its hash cannot be made here",
	};

	return words[why];
}

struct finder {
	struct judge_seals *to;
	unsigned int algo;
	enum ktri can;		/* its kernel makes digests by algo */
};

static void put(struct finder *s, enum kseal seal, bool no_algo)
{
	s->to->v[s->to->n++] = (struct judge_seal){ seal, s->algo, no_algo };
}

static void add(struct finder *s, enum kseal seal)
{
	if (s->can != KTRI_NO)
		put(s, seal, false);
	if (s->can == KTRI_YES)
		return;
	put(s, seal, true);
	if (s->can == KTRI_MAYBE)
		s->to->why = JUDGE_WHY_OPTION;
}

/* the two that a kind of security.ima can be: fitting, and not */
static const enum kseal pair[][2] = {
	[IMAXATTR_DIGEST] = { KSEAL_HASH, KSEAL_BAD_HASH },
	[IMAXATTR_DIGEST_NG] = { KSEAL_HASH, KSEAL_BAD_HASH },
	[IMAXATTR_SIGNATURE] = { KSEAL_SIGNATURE, KSEAL_BAD_SIGNATURE },
	[IMAXATTR_VERITY_SIGNATURE] = { KSEAL_VERITY, KSEAL_BAD_VERITY },
};

/* a header without a signature behind it names no hash (ima_get_hash_algo()) */
static unsigned int algo_of(const struct imaxattr *x, const struct ktarget *t)
{
	bool named = kcrypto_knows_hash(t, x->hash);

	if (x->kind == IMAXATTR_SIGNATURE)
		named = named && x->len &&
			(x->version == 2 || (x->version == 3 &&
			 kmodel_may(t, KF_MEAN_SIGV3_CONTENT)));
	else if (x->kind == IMAXATTR_VERITY_SIGNATURE)
		named = named && x->len && x->version == 3;
	return (unsigned int)(named ? x->hash :
				      kmodel_hash_index(DEFAULT_ALGO));
}

/* versions of which nothing but the number is looked at; false: it is another */
static bool by_version(const struct imaxattr *x, enum kseal *seal)
{
	if (x->kind == IMAXATTR_OTHER)
		*seal = KSEAL_OTHER;
	else if (x->kind == IMAXATTR_VERITY_SIGNATURE && x->version != 3)
		*seal = KSEAL_VERITY_VERSION;
	else if (x->kind == IMAXATTR_SIGNATURE && x->version == 0)
		*seal = KSEAL_SIGNATURE_V0;
	else if (x->kind == IMAXATTR_SIGNATURE && x->version > 3)
		*seal = KSEAL_SIGNATURE_LATER;
	else
		return false;
	return true;
}

/* whatever can be there */
static void add_any(struct finder *s)
{
	static const enum kseal any[JUDGE_SEALS] = {
		KSEAL_NONE, KSEAL_HASH, KSEAL_BAD_HASH, KSEAL_SIGNATURE,
		KSEAL_BAD_SIGNATURE,
	};
	size_t i;

	for (i = 0; i < JUDGE_SEALS; i++)
		put(s, any[i], false);
	s->to->why = JUDGE_WHY_SEAL;
}

static void add_either(struct finder *s, const enum kseal kind[2],
		       enum judge_why why)
{
	add(s, kind[0]);
	add(s, kind[1]);
	s->to->why = why;
}

static enum judge_why why_maybe(const struct sealcheck *c)
{
	if (c->option != KCONFIG_COUNT)
		return JUDGE_WHY_OPTION;
	return c->shared ? JUDGE_WHY_KEYS : JUDGE_WHY_RELEASE;
}

static void add_checked(struct finder *s, const struct sealcheck *c,
			const enum kseal kind[2], const struct ktarget *t)
{
	switch (c->result) {
	case SEALCHECK_GOOD:
		add(s, kind[0]);
		break;
	case SEALCHECK_UNREAD:
		add_either(s, kind, JUDGE_WHY_CONTENT);
		break;
	case SEALCHECK_MAYBE:
		/* where its hash decides it is in there already */
		if (s->can == KTRI_MAYBE)
			add(s, kind[0]);
		else
			add_either(s, kind, why_maybe(c));
		break;
	case SEALCHECK_HASH:
		if (kcrypto_knows_hash(t, c->x.hash) && s->can != KTRI_NO)
			add_either(s, kind, JUDGE_WHY_HASH);
		else
			add(s, kind[1]);
		break;
	default:
		add(s, kind[1]);
		break;
	}
}

static void add_by_kind(struct finder *s, const struct sealcheck *c,
			const struct ktarget *t)
{
	const struct imaxattr *x = &c->x;
	enum kseal kind[2] = { pair[x->kind][0], pair[x->kind][1] };

	if (x->kind == IMAXATTR_SIGNATURE && x->version == 3) {
		kind[0] = KSEAL_SIGNATURE_V3;
		kind[1] = KSEAL_BAD_SIGNATURE_V3;
	}
	/* no kernel has keys for version 1, nor has a tool made it for long */
	if (x->kind == IMAXATTR_SIGNATURE && x->version == 1)
		kind[0] = kind[1];
	add_checked(s, c, kind, t);
}

/* is it one beside which IMA looks at what is appended? struct kfile says which */
static bool stands_aside(const struct sealcheck *c)
{
	switch (c->x.kind) {
	case IMAXATTR_NONE:
	case IMAXATTR_DIGEST_NG:
		return true;
	case IMAXATTR_SIGNATURE:
		return c->result == SEALCHECK_NO_KEY;
	default:
		return false;
	}
}

static void find_appended(const struct judge_state *s, struct judge_seals *out)
{
	enum modsig_result r = s->appended ? s->appended->result :
					     MODSIG_UNREAD;

	out->appended = KAPPENDED_NONE;
	out->appended_unknown = false;
	if (!stands_aside(s->seal))
		return;
	out->appended_unknown = r == MODSIG_UNREAD || r == MODSIG_MAYBE;
	if (r == MODSIG_GOOD)
		out->appended = KAPPENDED_GOOD;
	else if (r == MODSIG_BAD)
		out->appended = KAPPENDED_BAD;
}

void judge_find_seals(const struct judge_state *s, const struct ktarget *t,
		      struct judge_seals *out)
{
	const struct sealcheck *c = s->seal;
	struct finder to = { .to = out, .algo = algo_of(&c->x, t) };
	enum kseal seal;

	out->n = 0;
	out->why = JUDGE_WHY_NONE;
	find_appended(s, out);
	to.can = kcrypto_hash(t, NULL, (int)to.algo).can;
	if (c->x.kind == IMAXATTR_NONE && c->result == SEALCHECK_UNREAD) {
		add_any(&to);
	} else if (c->x.kind == IMAXATTR_NONE) {
		add(&to, KSEAL_NONE);
	} else if (by_version(&c->x, &seal)) {
		add(&to, seal);
		/* of one byte it is no version that is wrong: too short */
		if (seal == KSEAL_SIGNATURE_V0 && !c->x.len)
			add(&to, KSEAL_BAD_SIGNATURE);
	} else {
		add_by_kind(&to, c, t);
	}
}
