/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "judge_int.h"

/* of IMA, where security.ima names no other: CONFIG_IMA_DEFAULT_HASH */
#define DEFAULT_ALGO "sha256"

static const char unread[] = "the content could not be read";
static const char unread_seal[] = "security.ima could not be read";
static const char by_option[] =
	"an option of the kernel decides that is not known";

struct seals {
	struct judge_seal *v;
	size_t n;
	unsigned int algo;
};

static void add(struct seals *s, enum kseal seal, bool no_algo)
{
	s->v[s->n++] = (struct judge_seal){ seal, s->algo, no_algo };
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
	bool named = x->hash >= 0;

	if (x->kind == IMAXATTR_SIGNATURE)
		named = named && x->len &&
			(x->version == 2 || (x->version == 3 &&
			 kmodel_may(t, KF_COMBO_FILE_SIGV3)));
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
static void add_any(struct seals *s)
{
	static const enum kseal any[JUDGE_SEALS] = {
		KSEAL_NONE, KSEAL_HASH, KSEAL_BAD_HASH, KSEAL_SIGNATURE,
		KSEAL_BAD_SIGNATURE,
	};
	size_t i;

	for (i = 0; i < JUDGE_SEALS; i++)
		add(s, any[i], false);
}

static void add_checked(struct seals *s, const struct sealcheck *c,
			const enum kseal kind[2], const char **why)
{
	switch (c->result) {
	case SEALCHECK_GOOD:
		add(s, kind[0], false);
		break;
	case SEALCHECK_UNREAD:
		add(s, kind[0], false);
		add(s, kind[1], false);
		*why = unread;
		break;
	case SEALCHECK_HASH:
		/* a number that stands for no hash is none that could be lacking */
		add(s, c->x.hash < 0 ? kind[1] : kind[0], c->x.hash >= 0);
		break;
	case SEALCHECK_MAYBE:
		add(s, kind[0], false);
		add(s, kind[1], false);
		add(s, kind[0], true);
		*why = by_option;
		break;
	default:
		add(s, kind[1], false);
		break;
	}
}

size_t judge_seals(const struct judge_state *s, const struct ktarget *t,
		   struct judge_seal out[JUDGE_SEALS], const char **why)
{
	const struct sealcheck *c = s->seal;
	struct seals to = { .v = out, .algo = algo_of(&c->x, t) };
	enum kseal kind[2], seal;

	*why = NULL;
	if (c->x.kind == IMAXATTR_NONE && c->result == SEALCHECK_UNREAD) {
		add_any(&to);
		*why = unread_seal;
		return to.n;
	}
	if (c->x.kind == IMAXATTR_NONE || by_version(&c->x, &seal)) {
		add(&to, c->x.kind == IMAXATTR_NONE ? KSEAL_NONE : seal, false);
		return to.n;
	}
	kind[0] = pair[c->x.kind][0];
	kind[1] = pair[c->x.kind][1];
	if (c->x.kind == IMAXATTR_SIGNATURE && c->x.version == 3) {
		kind[0] = KSEAL_SIGNATURE_V3;
		kind[1] = KSEAL_BAD_SIGNATURE_V3;
	}
	/* no kernel has keys for version 1, nor has a tool made it for long */
	if (c->x.kind == IMAXATTR_SIGNATURE && c->x.version == 1)
		kind[0] = kind[1];
	add_checked(&to, c, kind, why);
	return to.n;
}
