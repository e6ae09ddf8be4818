/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

#include "evidence_int.h"

static void name_files(struct evidence *v)
{
	uint32_t id;

	for (id = 1; id <= v->named.n; id++)
		v->named.file[id].name = allowlist_name(v->rules->named, id);
}

struct evidence *evidence_new(struct arena *a, struct evidence_rules *rules)
{
	struct evidence *v = arena_new(a, struct evidence);

	v->arena = a;
	v->rules = rules;
	v->digests = filedigest_new();
	if (!v->digests)
		return NULL;
	arena_init(&v->scratch);
	v->scratch.on_oom = a->on_oom;
	evfind_init(&v->found, a);
	evnamed_init(&v->named, a, rules->named ? allowlist_named(rules->named)
						: 0);
	name_files(v);
	v->wanted = arena_zalloc(a, rules->require->items.n + 1,
				 sizeof(*v->wanted));
	return v;
}

void evidence_free(struct evidence *v)
{
	filedigest_free(v->digests);
	arena_free(&v->scratch);
}

struct evfind *evidence_findings(struct evidence *v)
{
	return &v->found;
}

const struct evidence_counts *evidence_counts(const struct evidence *v)
{
	return &v->kept.counts;
}

const struct evpolicy_at *evidence_policy(const struct evidence *v)
{
	return &v->kept.policy;
}

/* ---- what is found ---- */

static void find(struct evidence *v, enum evfind_kind kind,
		 const struct imaentry *e, const char *remedy, const char *text)
{
	struct buf name;

	if (!evfind_count(&v->found, kind))
		return;
	buf_init(&name, &v->scratch);
	imaentry_put_name(e, &name);
	evfind_add(&v->found, kind, e->number, name.s, remedy, "%s", text);
}

static const char *hash_name(int hash)
{
	const char *name = hash < 0 ? NULL : kmodel_hash_name((unsigned int)hash);

	return name ? name : "an unknown hash";
}

/* ---- one question each ---- */

/*
 * A file has a path, and what the kernel calls its data has no slash first. Behind
 * digest and name it has the data alone: among more fields it may be the values of
 * a file's attributes, which root makes what the file holds.
 */
static bool is_buffer(const struct imaentry *e)
{
	const struct imalist_field *buf = imaentry_field(e, IMAFIELD_BUF);

	return buf && buf->len && e->fields == 3 && e->name[0] != '/';
}

/* what security.ima and security.evm begin with where they are signatures */
static bool is_signature(const struct imalist_field *f)
{
	return f->p[0] == 3 || f->p[0] == 5 || f->p[0] == 6;
}

/*
 * The name of a template is covered by nothing: that it is a buffer has to show. The
 * content of a file may be its own "signature", which no key or state is.
 */
static void check_buffer(struct evidence *v, const struct imaentry *e)
{
	const struct imalist_field *buf = imaentry_field(e, IMAFIELD_BUF);
	const EVP_MD *md = e->file.hash < 0 ? NULL :
		filedigest_md(v->digests, e->file.hash);
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	if (!buf || !buf->len)
		return;
	if (md && EVP_Digest(buf->p, buf->len, digest, &len, md, NULL) &&
	    len == e->file.len && !memcmp(digest, e->file.p, len)) {
		if (is_signature(buf))
			find(v, EVFIND_DIGEST, e, NULL, "its data begins as a "
			     "signature does: it may be a file that is called "
			     "data");
		return;
	}
	find(v, EVFIND_DIGEST, e, NULL, md ?
	     "the digest is not that of the data that was measured" :
	     "the data was measured by a hash that libcrypto lacks");
}

static void check_denied(struct evidence *v, const struct imaentry *e)
{
	struct evidence_rules *r = v->rules;

	if (nameset_find(r->deny, v->name, e->name_len))
		find(v, EVFIND_DENIED, e, NULL, "it was measured, and is denied "
		     "by its name");
	if (hashset_has(r->deny_hash, e->file.p, e->file.len))
		find(v, EVFIND_DENIED, e, NULL, "it was measured, and its "
		     "content is denied");
	if (hashset_has(r->revoked, e->file.p, e->file.len))
		find(v, EVFIND_REVOKED, e, "bring the version that replaced it, "
		     "and boot again", "its content was revoked");
}

/* a file's own security.ima chooses the hash that it is measured by */
static void check_other_hash(struct evidence *v, const struct imaentry *e)
{
	static const char add[] = "add its digests by this hash";
	struct evidence_rules *r = v->rules;

	if (!hashset_tells(r->deny_hash, e->file.hash))
		find(v, EVFIND_DENIED, e, add, buf_textf(&v->scratch,
			"it was measured by %s, and not all contents that are "
			"denied are so by that hash: whether it is one cannot "
			"be told",
			hash_name(e->file.hash)));
	if (!hashset_tells(r->revoked, e->file.hash))
		find(v, EVFIND_REVOKED, e, add, buf_textf(&v->scratch,
			"it was measured by %s, and not all contents that were "
			"revoked are so by that hash: whether it is one cannot "
			"be told",
			hash_name(e->file.hash)));
}

static void check_required(struct evidence *v, const struct imaentry *e)
{
	const struct nameset *s = v->rules->require;
	size_t i;

	for (i = 0; i < s->items.n; i++) {
		if (v->wanted[i].now ||
		    !nameset_item_is(&s->items.v[i], v->name, e->name_len))
			continue;
		v->wanted[i].now = e->number;
		v->wanted_changed = true;
	}
}

static enum evnamed_state named_state(enum allow_answer answer)
{
	return answer == ALLOW_GOOD ? EVNAMED_GOOD :
	       answer == ALLOW_OTHER_HASH ? EVNAMED_OTHER_HASH : EVNAMED_OTHER;
}

static void say_other_hash(struct evidence *v, const struct imaentry *e)
{
	find(v, EVFIND_CONTENT, e, "make the list by the hash of the device "
	     "(ima_hash=)", buf_textf(&v->scratch, "it was measured by %s, and "
				      "is allowed by other hashes only",
				      hash_name(e->file.hash)));
}

static void take_answer(struct evidence *v, const struct imaentry *e,
			enum allow_answer answer)
{
	static const char allow[] = "allow it, or take it off the device and "
		"boot again";
	bool only = v->rules->only_allowed;

	switch (answer) {
	case ALLOW_GOOD:
		return;
	case ALLOW_EXCLUDED:
		v->now.counts.excluded++;
		return;
	case ALLOW_OTHER_CONTENT:
		find(v, EVFIND_CONTENT, e, allow, "its content is none of those "
		     "that are allowed for it");
		return;
	case ALLOW_OTHER_HASH:
		say_other_hash(v, e);
		return;
	case ALLOW_OTHER_NAME:
		if (only)
			find(v, EVFIND_UNKNOWN, e, allow, "its content is "
			     "allowed under other names only");
		return;
	case ALLOW_UNKNOWN:
		if (only)
			find(v, EVFIND_UNKNOWN, e, allow, "it is in no "
			     "allow-list");
		return;
	}
}

static bool is_settled(const struct evidence *v, enum allow_answer answer)
{
	return answer == ALLOW_GOOD || answer == ALLOW_EXCLUDED ||
	       !v->rules->allow;
}

/* *id: of the named file; then it is the answer about that */
static enum allow_answer ask_file(const struct evidence *v,
				  const struct imaentry *e, uint32_t *id)
{
	const struct evidence_rules *r = v->rules;
	const struct imalist_digest *f = &e->file;
	enum allow_answer answer = ALLOW_UNKNOWN;
	uint32_t none;

	*id = 0;
	if (r->named)
		answer = allowlist_ask(r->named, e->name, e->name_len, f->hash,
				       f->p, f->len, id);
	if (*id || is_settled(v, answer))
		return answer;
	return allowlist_ask_expected(r->allow, v->expected, e->name, e->name_len,
				      f->hash, f->p, f->len, &none);
}

/* what the kernel measures of a key is its certificate */
static bool is_key(const struct imaentry *e)
{
	const struct imalist_field *buf = imaentry_field(e, IMAFIELD_BUF);
	const unsigned char *p = buf->p;
	X509 *cert;
	bool whole;

	ERR_set_mark();
	cert = d2i_X509(NULL, &p, (long)buf->len);
	ERR_pop_to_mark();
	whole = cert && p == buf->p + buf->len;
	X509_free(cert);
	return whole;
}

static enum allow_answer ask_data(const struct evidence *v,
				  const struct imaentry *e)
{
	const struct evidence_rules *r = v->rules;
	const struct imalist_digest *f = &e->file;
	enum allow_answer answer = ALLOW_UNKNOWN;
	bool key = is_key(e);

	if (r->named)
		answer = allowlist_ask_data(r->named, e->name, e->name_len,
					    f->hash, f->p, f->len, key);
	return is_settled(v, answer) ? answer :
		allowlist_ask_data(r->allow, e->name, e->name_len, f->hash,
				   f->p, f->len, key);
}

static bool has_lists(const struct evidence *v)
{
	return v->rules->named || v->rules->allow;
}

static void check_allowed(struct evidence *v, const struct imaentry *e,
			  bool excluded)
{
	enum allow_answer answer;
	uint32_t id;

	if (!has_lists(v))
		return;
	if (is_buffer(e)) {
		if (!excluded)
			take_answer(v, e, ask_data(v, e));
		return;
	}
	answer = ask_file(v, e, &id);
	if (id)
		evnamed_entry(&v->named, id, v->name, named_state(answer), e);
	else if (!excluded)
		take_answer(v, e, answer);
}

static void check_signature(struct evidence *v, const struct imaentry *e)
{
	const char *why;

	if (!v->rules->certs && !v->rules->only_signed)
		return;
	switch (entrysig_check(&v->scratch, v->digests, v->rules->certs, e,
			       &why)) {
	case ENTRYSIG_GOOD:
		v->now.counts.signed_good++;
		return;
	case ENTRYSIG_NONE:
		v->now.counts.unsigned_++;
		if (v->rules->only_signed)
			find(v, EVFIND_UNSIGNED, e, "sign it, or exclude it; "
			     "templates without the field sig show no "
			     "signature", "it has no signature");
		return;
	case ENTRYSIG_NO_KEY:
		find(v, EVFIND_SIGNATURE, e, "name the certificate by --cert",
		     why);
		return;
	case ENTRYSIG_BAD:
	case ENTRYSIG_OTHER:
		find(v, EVFIND_SIGNATURE, e, NULL, why);
		return;
	}
}

static void check_policy(struct evidence *v, const struct imaentry *e)
{
	const struct evpolicy_at *at = &v->now.policy;
	const char *rules = at->loaded ? "the policy" :
		"the policy that was in force before";

	if (!v->rules->policy)
		return;
	switch (evpolicy_entry(v->rules->policy, &v->now.policy, v->digests, e,
			       v->name, v->rules->big)) {
	case EVPOLICY_FITS:
	case EVPOLICY_LOAD:
		return;
	case EVPOLICY_NOT_MEASURED:
		find(v, EVFIND_POLICY, e, NULL, buf_textf(&v->scratch,
			"%s measures no access to it: another one is in force",
			rules));
		return;
	case EVPOLICY_OTHERWISE:
		find(v, EVFIND_POLICY, e, NULL, buf_textf(&v->scratch,
			"%s measures it, but not into PCR %u by this template: "
			"another one is in force", rules, e->pcr));
		return;
	case EVPOLICY_TOO_HARD:
		find(v, EVFIND_POLICY, e, NULL, "whether the policy measures it "
		     "is too hard to tell");
		return;
	}
}

/* ---- kinds of entries ---- */

static void take_violation(struct evidence *v, const struct imaentry *e)
{
	static const uint8_t none[IMALIST_WIDTH_MAX];
	uint32_t id = 0;

	v->now.counts.violations++;
	if (memcmp(e->file.p ? e->file.p : none, none, e->file.len) != 0)
		find(v, EVFIND_DIGEST, e, NULL, "a violation, and a digest of a "
		     "content: no kernel writes both");
	if (!v->rules->allow_violations)
		find(v, EVFIND_VIOLATION, e, "let files be written to a new name "
		     "and renamed, then boot again; or --violations allow",
		     "it was written to while it was measured, so what ran is "
		     "not known");
	if (!v->rules->named)
		return;
	allowlist_ask(v->rules->named, e->name, e->name_len, e->file.hash, none,
		      e->file.len, &id);
	if (id)
		evnamed_entry(&v->named, id, v->name, EVNAMED_VIOLATED, e);
}

/* where the entries of another PCR stand before or behind it nothing covers */
static bool is_first(const struct evidence *v, const struct imaentry *e)
{
	return v->now.counts.pcr[e->pcr] == 1;
}

static bool is_wrong(enum bootagg b)
{
	return b != BOOTAGG_FITS && b != BOOTAGG_FITS_SHORT &&
	       b != BOOTAGG_UNKNOWN;
}

/* one that fits may be a file with what the PCRs hold: it makes no other one fit */
static enum bootagg say_boot(struct evidence *v, const struct imaentry *e)
{
	enum bootagg boot = bootagg_check(v->rules->goal, e);
	struct evidence_counts *c = &v->now.counts;

	if (is_first(v, e))
		c->begins = true;
	if (c->boot && is_wrong(c->bootagg))
		return boot;
	c->boot = e->number;
	c->bootagg = boot;
	return boot;
}

/*
 * The first entry of all that IMA's PCR has; a later one of that name, or one of
 * another PCR, may be any file's.
 */
static bool take_boot(struct evidence *v, const struct imaentry *e)
{
	enum allow_answer answer;
	enum bootagg boot;
	uint32_t id;

	if (!bootagg_is(e) || e->pcr != v->rules->ima_pcr)
		return false;
	boot = say_boot(v, e);
	if (!is_first(v, e) && boot != BOOTAGG_FITS &&
	    boot != BOOTAGG_FITS_SHORT) {
		check_other_hash(v, e);
		check_signature(v, e);
	}
	if (v->rules->policy)
		check_policy(v, e);
	if (!has_lists(v))
		return true;
	answer = ask_file(v, e, &id);
	if (!is_first(v, e) || answer == ALLOW_OTHER_CONTENT)
		take_answer(v, e, answer);
	return true;
}

/* anybody may set these back, and extend them with what he likes */
#define RESETTABLE 16

/* false: nothing proves that there was such an entry */
static bool is_proven(struct evidence *v, const struct imaentry *e)
{
	const struct evidence_rules *r = v->rules;

	if (e->pcr >= RESETTABLE) {
		find(v, EVFIND_COVER, e, NULL, buf_textf(&v->scratch,
			"PCR %u can be set back while the machine runs: an "
			"entry of it proves nothing", e->pcr));
		return false;
	}
	if (replay_covers(r->goal, e->pcr))
		return true;
	if (r->only_allowed || r->only_signed || r->policy)
		find(v, EVFIND_COVER, e, "have this PCR quoted, too",
		     buf_textf(&v->scratch, "it is of PCR %u, which the quote "
			       "does not cover: all of it may be made up",
			       e->pcr));
	return false;
}

static void judge(struct evidence *v, const struct imaentry *e)
{
	bool excluded;

	check_denied(v, e);
	if (!is_proven(v, e))
		return;
	if (e->violation) {
		take_violation(v, e);
		return;
	}
	if (!imaentry_is_certain(e)) {
		find(v, EVFIND_LIST, e, NULL, "by its template, whose name no "
		     "PCR covers, it does not say which file or content it is "
		     "of: another template may have been there");
		return;
	}
	if (take_boot(v, e))
		return;
	check_other_hash(v, e);
	check_required(v, e);
	excluded = nameset_find(v->rules->exclude, v->name, e->name_len);
	v->now.counts.excluded += excluded;
	check_allowed(v, e, excluded);
	check_policy(v, e);
	check_buffer(v, e);
	if (is_buffer(e)) {
		v->now.counts.buffers++;
		return;
	}
	v->now.counts.files++;
	if (!excluded)
		check_signature(v, e);
}

void evidence_expect(struct evidence *v, const struct imaentry *e)
{
	const struct imalist_digest *f = &e->file;

	if (v->rules->allow)
		v->expected = allowlist_expect(v->rules->allow, e->name,
					       e->name_len, f->hash, f->p, f->len);
}

void evidence_entry(struct evidence *v, const struct imaentry *e, bool fits)
{
	v->now.counts.entries++;
	if (e->pcr < REPLAY_PCRS)
		v->now.counts.pcr[e->pcr]++;
	if (!fits)
		find(v, EVFIND_DIGEST, e, NULL, "its digest is not that of its "
		     "data");
	if (e->name_len > EVIDENCE_NAME_MAX) {
		find(v, EVFIND_LIST, e, NULL, "its name is longer than any path");
	} else {
		memcpy(v->name, e->name_len ? e->name : "", e->name_len);
		v->name[e->name_len] = '\0';
		judge(v, e);
	}
	v->expected = 0;
	if (!v->scratch.bytes)
		return;
	arena_free(&v->scratch);
	arena_init(&v->scratch);
	v->scratch.on_oom = v->arena->on_oom;
}

void evidence_covered(struct evidence *v)
{
	size_t i;

	v->kept = v->now;
	evfind_keep(&v->found);
	evnamed_keep(&v->named);
	for (i = 0; v->wanted_changed && i < v->rules->require->items.n; i++)
		v->wanted[i].kept = v->wanted[i].now;
	v->wanted_changed = false;
}

/* ---- the end ---- */

static void end_required(struct evidence *v)
{
	const struct nameset *s = v->rules->require;
	size_t i;

	for (i = 0; i < s->items.n; i++)
		if (!v->wanted[i].kept && evfind_count(&v->found, EVFIND_REQUIRED))
			evfind_add(&v->found, EVFIND_REQUIRED, 0,
				   s->items.v[i].text, NULL,
				   "it had to be measured, and was not");
}

static void end_boot(struct evidence *v)
{
	const struct evidence_counts *c = &v->kept.counts;
	static const char *const wrong[] = {
		[BOOTAGG_DIFFERS] = "it is not that of the PCRs that were quoted",
		[BOOTAGG_NO_TPM] = "it is zero: the kernel had no TPM at boot",
		[BOOTAGG_OTHER_HASH] = "it is by no bank of the TPM",
	};

	if (!c->boot)
		evfind_note(&v->found, "the list has no boot_aggregate");
	else if (c->bootagg == BOOTAGG_UNKNOWN)
		evfind_note(&v->found, "boot_aggregate was held against nothing: "
			    "PCRs 0 to 9 were not quoted, or their values not "
			    "given");
	else if (is_wrong(c->bootagg) && evfind_count(&v->found, EVFIND_BOOT))
		evfind_add(&v->found, EVFIND_BOOT, c->boot, "boot_aggregate",
			   NULL, "%s", wrong[c->bootagg]);
}

/* something was measured into it, as far as that is known from outside */
static bool is_extended(const struct replay_goal *g, unsigned int pcr)
{
	static const uint8_t zero[REPLAY_MAX];
	enum replay_bank b;

	for (b = 0; b < REPLAY_BANKS; b++)
		if (g->known[b] & 1u << pcr &&
		    memcmp(g->value[b][pcr], zero, replay_bank_size(b)) != 0)
			return true;
	return false;
}

static void end_cover(struct evidence *v)
{
	const struct evidence_counts *c = &v->kept.counts;
	unsigned int p;

	for (p = 0; p < RESETTABLE; p++)
		if (c->pcr[p] && !replay_covers(v->rules->goal, p))
			evfind_note(&v->found, "%" PRIu64 " entries are of PCR "
				    "%u, which is not covered: they count for "
				    "nothing", c->pcr[p], p);
	/* those of firmware and loaders have no entries */
	for (p = REPLAY_FIRMWARE; p < RESETTABLE; p++)
		if (!c->pcr[p] && !(v->rules->goal->told & 1u << p) &&
		    replay_covers(v->rules->goal, p) &&
		    is_extended(v->rules->goal, p))
			evfind_note(&v->found, "PCR %u was extended, and the "
				    "list has no entry of it: had it any, they "
				    "were left out; --policy tells where it has "
				    "to have some", p);
	if (c->violations && v->rules->allow_violations)
		evfind_note(&v->found, "%" PRIu64 " violations were allowed; of "
			    "which files, no PCR covers", c->violations);
}

/* PCRs that its rules fill: all that is in them has to be in the list */
static void end_policy_pcrs(struct evidence *v)
{
	uint32_t pcrs = evpolicy_pcrs(v->rules->policy);
	unsigned int p;

	for (p = 0; p < REPLAY_PCRS; p++) {
		if (!(pcrs & 1u << p))
			continue;
		if (!replay_covers(v->rules->goal, p))
			evfind_say(&v->found, EVFIND_COVER, "have it quoted, too",
				   "the policy measures into PCR %u, which the "
				   "quote does not cover", p);
		else if (!v->kept.counts.pcr[p] &&
			 is_extended(v->rules->goal, p))
			evfind_say(&v->found, EVFIND_COVER, NULL, "PCR %u was "
				   "extended, and the list has no entry of it: "
				   "they were left out", p);
	}
}

static void end_policy(struct evidence *v)
{
	const struct evpolicy_at *at = &v->kept.policy;

	if (!v->rules->policy)
		return;
	end_policy_pcrs(v);
	if (!at->loaded)
		evfind_say(&v->found, EVFIND_POLICY, "boot with ima_policy=tcb, "
			   "and load it by its path from a file system that is "
			   "no tmpfs", "no entry says that it was loaded");
	else if (!at->shown && !v->rules->policy_read)
		evfind_say(&v->found, EVFIND_POLICY, "let something happen that "
			   "no other policy measures so: a rule with a PCR of its "
			   "own shows it; or --policy-read", "that it was read is "
			   "in the list, and nothing behind it that shows that "
			   "it is in force");
	if (at->loaded && at->meanwhile)
		evfind_note(&v->found, "%" PRIu64 " entries right behind the load "
			    "of the policy are by the rules before",
			    at->meanwhile);
}

void evidence_end(struct evidence *v)
{
	evfind_drop(&v->found);
	evnamed_judge(&v->named, &v->found);
	end_required(v);
	end_policy(v);
	end_boot(v);
	end_cover(v);
}
