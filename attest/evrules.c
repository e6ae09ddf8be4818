/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "evrules.h"
#include "hex.h"

#define SMALL (64u << 20)	/* bytes of a list of digests, or of a policy */

/* ---- lists ---- */

static const char *load_list(struct allowlist *to, struct arena *a,
			     const char *file, bool named)
{
	const char *why = NULL;
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return buf_textf(a, "cannot be read: %s", strerror(errno));
	if (!fstat(fd, &st) && S_ISDIR(st.st_mode))
		why = "it is a directory, and no list";
	else if (!allowlist_load(to, fd, file, named, &why) && !why)
		why = "it cannot be read";
	close(fd);
	return why;
}

/* *to stays NULL where there are none */
static const char *load_lists(struct allowlist **to, struct arena *a,
			      const evinput_names *names, bool named,
			      const char **file)
{
	const char *why;
	size_t i;

	if (!names->n)
		return NULL;
	*to = allowlist_new(a);
	if (!*to)
		return "out of memory";
	for (i = 0; i < names->n; i++) {
		*file = names->v[i];
		why = load_list(*to, a, *file, named);
		if (why)
			return why;
	}
	return NULL;
}

static const char *load_allowed(struct evrules *r, struct arena *a,
				const struct evrules_words *w,
				const char **file)
{
	const char *why = load_lists(&r->rules.named, a, &w->named, true, file);

	return why ? why : load_lists(&r->rules.allow, a, &w->allow, false,
				      file);
}

static const char *load_names(struct nameset *s, const evinput_names *names,
			      const char **file)
{
	const char *why;
	size_t i;

	for (i = 0; i < names->n; i++) {
		*file = names->v[i];
		why = nameset_add(s, *file);
		if (why)
			return why;
	}
	return NULL;
}

static const char *load_hashes(struct arena *a, struct hashset *s,
			       const char *file)
{
	const char *text, *why;
	size_t len;

	why = evinput_read(a, file, SMALL, &text, &len);
	return why ? why : hashset_read(s, text, len);
}

/* a path of the device; or here a file with digests, which no program is */
static bool is_hash_file(struct arena *a, const char *word)
{
	const char *text;
	struct stat st;
	size_t len;

	return !strpbrk(word, "*?[{\\") && !stat(word, &st) &&
	       S_ISREG(st.st_mode) && st.st_size <= (off_t)SMALL &&
	       !evinput_read(a, word, SMALL, &text, &len) &&
	       hashset_is(text, len);
}

static const char *load_denied(struct evrules *r, struct arena *a,
			       const evinput_names *words, const char **file)
{
	const char *why = NULL;
	size_t i;

	for (i = 0; !why && i < words->n; i++) {
		const char *word = words->v[i];
		bool path = word[0] == '/' || !strncmp(word, "**", 2);

		*file = word;
		if (hashset_add(&r->deny_hash, word, strlen(word)))
			continue;
		if (path && !is_hash_file(a, word))
			why = nameset_add(&r->deny, word);
		else
			why = load_hashes(a, &r->deny_hash, word);
	}
	return why;
}

static const char *load_revoked(struct evrules *r, struct arena *a,
				const evinput_names *names, const char **file)
{
	const char *why = NULL;
	size_t i;

	for (i = 0; !why && i < names->n; i++) {
		*file = names->v[i];
		why = load_hashes(a, &r->revoked, *file);
	}
	return why;
}

static const char *load_certs(struct evrules *r, const evinput_names *names,
			      const char **file)
{
	const struct pubkeys *more;
	const char *why;
	size_t i;

	for (i = 0; i < names->n; i++) {
		*file = NULL;
		if (!pubkeys_load(&r->certs, names->v[i], &why))
			return why;
	}
	if (names->n) {
		r->rules.certs = &r->certs;
		return NULL;
	}
	more = r->rules.allow ? allowlist_keys(r->rules.allow) : NULL;
	if ((!more || !more->v.n) && r->rules.named)
		more = allowlist_keys(r->rules.named);
	if (more && more->v.n)
		r->rules.certs = more;
	return NULL;
}

/* ---- the policy ---- */

/* file contexts and what lies beside them, as libselinux reads them */
static const struct source *contexts_file(struct arena *a, const char *base,
					  const char *tail)
{
	const char *name = buf_textf(a, "%s%s", base, tail), *text;
	size_t len;

	if (source_read(a, name, &text, &len) != SOURCE_OK)
		return NULL;
	return source_new(a, name, text, len, 0);
}

static const char *load_contexts(struct evrules *r, struct arena *a,
				 const struct evrules_words *w,
				 const char **file)
{
	const char *base = w->contexts;
	struct fc_files files = {
		.input[FC_BASE] = contexts_file(a, base, ""),
		.input[FC_HOMEDIRS] = contexts_file(a, base, ".homedirs"),
		.input[FC_LOCAL] = contexts_file(a, base, ".local"),
		.subs = contexts_file(a, base, ".subs"),
		.subs_dist = contexts_file(a, base, ".subs_dist"),
	};
	struct fcontext *fc = arena_new(a, struct fcontext);
	struct intern *in = arena_new(a, struct intern);
	enum fc_version version = FC_3_4;
	struct diags ds;

	*file = base;
	if (!files.input[FC_BASE])
		return buf_textf(a, "cannot be read: %s", strerror(errno));
	if (w->libselinux && !fc_rules_find(w->libselinux, &version))
		return buf_textf(a, "libselinux %s: no version that is known",
				 w->libselinux);
	intern_init(in, a);
	diags_init(&ds, a);
	if (!fcontext_read(fc, &files, fc_rules(version), a, in, &ds))
		return "a line of it cannot be read: imapolc paths says which";
	evpolicy_contexts(r->rules.policy, fcdb_new(a, fc));
	return NULL;
}

static const char *load_policy(struct evrules *r, struct arena *a,
			       const struct evrules_words *w,
			       const char **file)
{
	struct evpolicy_files f = {
		.file = w->policy, .release = w->kernel, .builtin = w->builtin,
	};
	const char *why;

	if (!w->policy)
		return NULL;
	*file = w->policy;
	why = evinput_read(a, w->policy, SMALL, &f.text, &f.len);
	if (!why)
		why = evpolicy_new(&r->rules.policy, a, &f);
	if (why || !w->contexts)
		return why;
	return load_contexts(r, a, w, file);
}

/* ---- the fingerprint ---- */

static void add_text(EVP_MD_CTX *c, const char *text)
{
	EVP_DigestUpdate(c, text ? text : "-", (text ? strlen(text) : 0) + 1);
}

/* false: it is none that can be read twice */
static bool add_file(EVP_MD_CTX *c, const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	char room[65536];
	struct stat st;
	ssize_t n = -1;

	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode))
		while ((n = read(fd, room, sizeof(room))) > 0)
			EVP_DigestUpdate(c, room, (size_t)n);
	if (fd >= 0)
		close(fd);
	return n == 0;
}

static bool add_names(EVP_MD_CTX *c, const char *what,
		      const evinput_names *names, bool files)
{
	bool ok = true;
	struct stat st;
	size_t i;

	add_text(c, what);
	for (i = 0; i < names->n; i++) {
		add_text(c, names->v[i]);
		/* a digest or a glob is no file, and says it all */
		if (files || (!stat(names->v[i], &st) && S_ISREG(st.st_mode)))
			ok = add_file(c, names->v[i]) && ok;
	}
	return ok;
}

static void add_keys(EVP_MD_CTX *c, const struct pubkeys *keys)
{
	unsigned char *der;
	size_t i;
	int len;

	for (i = 0; keys && i < keys->v.n; i++) {
		der = NULL;
		len = i2d_PUBKEY(keys->v.v[i].key, &der);
		if (len > 0)
			EVP_DigestUpdate(c, der, (size_t)len);
		OPENSSL_free(der);
	}
}

static bool add_words(EVP_MD_CTX *c, const struct evrules *r,
		      const struct evrules_words *w)
{
	const evinput_names policy = { .v = (const char *[]){ w->policy },
				       .n = w->policy != NULL };
	const evinput_names contexts = { .v = (const char *[]){ w->contexts },
					 .n = w->contexts != NULL };
	bool ok = add_names(c, "allowed-hash", &w->named, true);

	ok = add_names(c, "allow", &w->allow, true) && ok;
	ok = add_names(c, "require", &w->require, false) && ok;
	ok = add_names(c, "deny", &w->deny, false) && ok;
	ok = add_names(c, "exclude", &w->exclude, false) && ok;
	ok = add_names(c, "revoked", &w->revoked, true) && ok;
	ok = add_names(c, "policy", &policy, true) && ok;
	ok = add_names(c, "contexts", &contexts, true) && ok;
	add_text(c, w->kernel);
	add_text(c, w->builtin);
	add_text(c, w->libselinux);
	add_text(c, w->only_allowed ? "only-allowed" : NULL);
	add_text(c, w->only_signed ? "signed" : NULL);
	add_text(c, w->allow_violations ? "violations" : NULL);
	add_text(c, w->policy_read ? "policy-read" : NULL);
	add_keys(c, r->rules.certs);
	return ok;
}

static const char *make_fingerprint(struct evrules *r, struct arena *a,
				    const struct evrules_words *w)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	if (!c || !EVP_DigestInit_ex(c, EVP_sha256(), NULL) ||
	    !add_words(c, r, w) || !EVP_DigestFinal_ex(c, digest, &len))
		len = 0;
	EVP_MD_CTX_free(c);
	return hex_text(a, digest, len);
}

/* ---- all of it ---- */

const char *evrules_load(struct evrules *r, struct arena *a,
			 const struct evrules_words *w, bool fingerprint,
			 const char **file)
{
	const char *why;

	memset(r, 0, sizeof(*r));
	nameset_init(&r->require, a);
	nameset_init(&r->deny, a);
	nameset_init(&r->exclude, a);
	hashset_init(&r->deny_hash, a);
	hashset_init(&r->revoked, a);
	pubkeys_init(&r->certs, a);
	r->rules = (struct evidence_rules){
		.only_allowed = w->only_allowed, .require = &r->require,
		.deny = &r->deny, .exclude = &r->exclude,
		.deny_hash = &r->deny_hash, .revoked = &r->revoked,
		.allow_violations = w->allow_violations,
		.only_signed = w->only_signed, .policy_read = w->policy_read,
	};
	*file = NULL;
	r->fingerprint = "";
	why = load_allowed(r, a, w, file);
	if (!why)
		why = load_names(&r->require, &w->require, file);
	if (!why)
		why = load_names(&r->exclude, &w->exclude, file);
	if (!why)
		why = load_denied(r, a, &w->deny, file);
	if (!why)
		why = load_revoked(r, a, &w->revoked, file);
	if (!why)
		why = load_certs(r, &w->certs, file);
	if (!why)
		why = load_policy(r, a, w, file);
	if (!why && fingerprint)
		r->fingerprint = make_fingerprint(r, a, w);
	return why;
}

void evrules_free(struct evrules *r)
{
	allowlist_free(r->rules.named);
	allowlist_free(r->rules.allow);
	pubkeys_free(&r->certs);
}
