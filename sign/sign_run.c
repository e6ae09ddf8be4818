/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "imaxattr.h"
#include "kcrypto.h"
#include "sign_run.h"
#include "say.h"

static bool usage(const char *what, const char *why)
{
	say(what, "%s", why);
	return false;
}

bool sign_run_aim(struct sign_run *r)
{
	const char *why;

	if (aim_read(&r->arena, &r->o.aim, &r->aim, &why))
		return true;
	return usage(NULL, why);
}

bool sign_run_keys(struct sign_run *r)
{
	const char *why;
	size_t i;

	pubkeys_init(&r->keys, &r->arena);
	for (i = 0; i < r->o.keys.n; i++)
		if (!pubkeys_load(&r->keys, r->o.keys.v[i], &why))
			return usage(NULL, why);
	return true;
}

/* ---- what signs ---- */

static bool is_broken(const char *hash)
{
	static const char *const broken[] = { "md4", "md5", "sha1" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(broken); i++)
		if (!strcmp(hash, broken[i]))
			return true;
	return false;
}

static bool set_hash(struct sign_run *r)
{
	const char *name = r->o.hash ? r->o.hash : "sha256";

	r->hash = kmodel_hash_index(name);
	if (r->hash >= 0) {
		if (is_broken(name))
			say(NULL, "warning: -a %s: a signature of one content is "
			    "good for others that are made to have its digest: "
			    "take sha256", name);
		return true;
	}
	say(NULL, "-a %s: the kernel knows no such hash; sha256 is one",
		 name);
	return false;
}

static const char *release(struct sign_run *r, const struct ktarget *t)
{
	char *text = arena_alloc(&r->arena, KRELEASE_TEXT);

	return krelease_text(t->release, text, KRELEASE_TEXT);
}

/* signatures of version 3 came with the rules that ask for them */
static bool judge_verity(struct sign_run *r, const struct ktarget *t)
{
	struct kanswer k = kmodel_has(t, KF_DIGEST_VERITY);
	char since[KRELEASE_TEXT];

	if (k.verdict == KV_ABSENT) {
		say(NULL, "kernel %s verifies no signatures of fs-verity "
			 "digests, which came with %s: leave --verity out",
			 release(r, t), krelease_text(k.since, since,
						      sizeof(since)));
		return false;
	}
	if (t->config[KCONFIG_FS_VERITY] != KTRI_NO)
		return true;
	say(NULL, "kernel %s was built without CONFIG_FS_VERITY: leave "
		 "--verity out", release(r, t));
	return false;
}

/* a kernel that cannot verify what would be made refuses every file of it */
static bool judge_target(struct sign_run *r, const struct ktarget *t)
{
	EVP_PKEY *key = signer_key(r->signer)->key;
	struct kcrypto_answer k = kcrypto_signature(t, &r->arena, key, r->hash);
	const char *name = kcrypto_key_name(&r->arena, key);

	if (k.can == KTRI_NO) {
		say(NULL, "kernel %s could not verify %s signatures over "
			 "%s: %s; nothing was signed: use another key (RSA-2048 "
			 "and larger by every kernel) or another -a, or name the "
			 "kernel's --kernel-config if it is not as assumed",
			 release(r, t), name,
			 kmodel_hash_name((unsigned int)r->hash), k.why);
		return false;
	}
	if (k.can == KTRI_MAYBE)
		say(NULL, "warning: whether kernel %s verifies %s "
			 "signatures over %s is not known: %s; --kernel-config "
			 "or --profile tells", release(r, t), name,
			 kmodel_hash_name((unsigned int)r->hash), k.why);
	return !r->o.verity || judge_verity(r, t);
}

bool sign_run_signer(struct sign_run *r)
{
	const struct signer_request req = { r->o.key, r->o.cert,
					    r->o.password_file };
	const char *why;
	size_t i;

	if (!set_hash(r))
		return false;
	r->signer = signer_open(&r->arena, &req, &why);
	if (!r->signer)
		return usage(NULL, why);
	if (signer_exposed(r->signer))
		say(signer_exposed(r->signer), "warning: others may read "
			 "it, so they can sign as well: chmod 600");
	for (i = 0; i < r->aim.v.n; i++)
		if (!judge_target(r, &r->aim.v.v[i]))
			return false;
	return true;
}

/* ---- what is left as it is ---- */

static bool all_verify(const struct sign_run *r, struct arena *a, int hash)
{
	size_t i;

	for (i = 0; i < r->aim.v.n; i++)
		if (kcrypto_signature(&r->aim.v.v[i], a,
				      signer_key(r->signer)->key,
				      hash).can != KTRI_YES)
			return false;
	return true;
}

bool sign_run_keeps(const struct sign_run *r, struct arena *a,
		    const struct imaxattr *x)
{
	static const char *const as_good[] = { "sha256", "sha384", "sha512" };
	size_t i;

	if (x->keyid != signer_key(r->signer)->keyid)
		return false;
	if (x->hash == r->hash || x->kind == IMAXATTR_VERITY_SIGNATURE)
		return true;
	for (i = 0; !r->o.hash && i < ARRAY_SIZE(as_good); i++)
		if (x->hash == kmodel_hash_index(as_good[i]))
			return all_verify(r, a, x->hash);
	return false;
}
