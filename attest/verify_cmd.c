/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "evround.h"
#include "evverdict.h"
#include "num.h"
#include "oom.h"
#include "optrow.h"
#include "outfile.h"
#include "say.h"

/* ima-evm-verifier, and imapol-attest verify. */

struct options {
	struct arena arena;
	struct evinput_words in;
	struct evround_words round;
	bool json;
};

/* ---- options ---- */

#define TAKE_WORD(name, field) OPTROW_WORD(name, struct options, field)
#define TAKE_FLAG(name, field) OPTROW_FLAG(name, struct options, field)
#define TAKE_LIST(name, field)						\
	static bool take_##name(void *arg, const char *value)		\
	{								\
		struct options *o = arg;				\
									\
		vec_push(&o->arena, &o->field, value);			\
		return true;						\
	}

TAKE_WORD(quote, in.quote)
TAKE_WORD(signature, in.signature)
TAKE_WORD(signature_hash, in.signature_hash)
TAKE_WORD(key, in.key)
TAKE_WORD(nonce, in.nonce)
TAKE_WORD(values, in.values)
TAKE_WORD(event_log, in.event_log)
TAKE_WORD(select, in.select)
TAKE_LIST(pcr, in.pcrs)
TAKE_LIST(log, in.lists)
TAKE_LIST(extended_word, in.extended)
TAKE_FLAG(allow_sha1, in.allow_sha1)
TAKE_LIST(allowed_hash, round.rules.named)
TAKE_LIST(allow, round.rules.allow)
TAKE_FLAG(only_allowed, round.rules.only_allowed)
TAKE_LIST(require, round.rules.require)
TAKE_LIST(deny, round.rules.deny)
TAKE_LIST(exclude, round.rules.exclude)
TAKE_LIST(revoked, round.rules.revoked)
TAKE_LIST(cert, round.rules.certs)
TAKE_FLAG(signed, round.rules.only_signed)
TAKE_WORD(policy, round.rules.policy)
TAKE_FLAG(policy_read, round.rules.policy_read)
TAKE_WORD(kernel, round.rules.kernel)
TAKE_WORD(builtin, round.rules.builtin)
TAKE_WORD(file_contexts, round.rules.contexts)
TAKE_WORD(libselinux, round.rules.libselinux)
TAKE_WORD(state, round.state)

static bool take_ima_pcr(void *arg, const char *value)
{
	struct options *o = arg;
	uint64_t n;

	if (num_parse(value, strlen(value), 10, 15, &n) != NUM_OK) {
		say(NULL, "--ima-pcr %s: a number from 0 to 15: those behind can "
		    "be set back by anybody", value);
		return false;
	}
	o->in.ima_pcr = (unsigned int)n;
	return true;
}

static bool take_violations(void *arg, const char *value)
{
	struct options *o = arg;

	o->round.rules.allow_violations = !strcmp(value, "allow");
	if (o->round.rules.allow_violations || !strcmp(value, "refuse"))
		return true;
	say(NULL, "--violations %s: allow or refuse", value);
	return false;
}

static bool take_log_hash(void *arg, const char *value)
{
	struct options *o = arg;
	enum replay_bank b = replay_bank_of_name(value, strlen(value));

	if (b < REPLAY_BANKS) {
		o->round.list.width = (unsigned int)replay_bank_size(b);
		return true;
	}
	say(NULL, "--log-hash %s: sha1, sha256, sha384 or sha512", value);
	return false;
}

static bool take_order(void *arg, const char *value)
{
	struct options *o = arg;

	o->round.list.order = !strcmp(value, "big") ? IMALIST_BIG :
		IMALIST_LITTLE;
	if (o->round.list.order == IMALIST_BIG || !strcmp(value, "little"))
		return true;
	say(NULL, "--log-order %s: little or big", value);
	return false;
}

static bool take_format(void *arg, const char *value)
{
	struct options *o = arg;

	o->json = !strcmp(value, "json");
	if (o->json || !strcmp(value, "text"))
		return true;
	say(NULL, "--format %s: text or json", value);
	return false;
}

static const struct optrow rows[] = {
	{ 0, "quote", "FILE", 1, take_quote, "what the TPM signed" },
	{ 0, "signature", "FILE", 1, take_signature, "the signature of it" },
	{ 0, "signature-hash", "HASH", 1, take_signature_hash,
	  "the signature is bare (tpm2_quote -f plain), over HASH" },
	{ 0, "key", "FILE", 1, take_key,
	  "the attestation key that was pinned: PEM, DER or TPM2B_PUBLIC" },
	{ 0, "nonce", "HEX", 1, take_nonce, "that the quote was asked for with" },
	{ 0, "select", "SELECTION", 1, take_select,
	  "that was asked for, sha256:10: the quote has to have it" },
	{ 0, "ima-pcr", "N", 1, take_ima_pcr,
	  "where IMA measures to, which has to be covered (10)" },
	{ 0, "allow-sha1", NULL, 1, take_allow_sha1,
	  "let PCRs of the bank sha1 prove something alone" },
	{ 0, "pcr", "FILE", 1, take_pcr,
	  "values of PCRs: serialized, marshaled, values, text; repeatable" },
	{ 0, "pcr-values", "SELECTION", 1, take_values,
	  "which PCRs bare values are of (those of the quote)" },
	{ 0, "eventlog", "FILE", 1, take_event_log,
	  "the firmware's, for the values of PCRs 0 to 9" },
	{ 0, "extended", "PCR=HASH|FILE", 1, take_extended_word,
	  "what a PCR was extended with, in order; repeatable" },
	{ 0, "log", "FILE", 1, take_log,
	  "binary measurement list; pieces in their order" },
	{ 0, "log-hash", "HASH", 1, take_log_hash,
	  "of the digests in the list (found by looking)" },
	{ 0, "log-order", "little|big", 1, take_order,
	  "of the numbers in the list (found by looking)" },
	{ 0, "allowed-hash", "FILE", 1, take_allowed_hash,
	  "files that have to be measured, last with a content in FILE" },
	{ 0, "allow", "FILE", 1, take_allow,
	  "contents that are good: sha256sum, Keylime or our own form" },
	{ 0, "only-allowed", NULL, 1, take_only_allowed,
	  "and what is in no such list is not" },
	{ 0, "require", "PATH|GLOB", 1, take_require,
	  "has to have been measured" },
	{ 0, "deny", "HASH|GLOB|FILE", 1, take_deny,
	  "must not have been measured" },
	{ 0, "exclude", "GLOB", 1, take_exclude,
	  "files that allow-lists and signatures say nothing of" },
	{ 0, "revoked", "FILE", 1, take_revoked,
	  "digests of contents that were withdrawn" },
	{ 0, "violations", "allow|refuse", 1, take_violations,
	  "files that were written to while measured (refuse)" },
	{ 0, "cert", "FILE|DIR", 1, take_cert,
	  "keys that signatures in entries are held against" },
	{ 0, "signed", NULL, 1, take_signed,
	  "every entry of a file has to be signed" },
	{ 0, "policy", "FILE", 1, take_policy,
	  "the compiled policy that has to be in force" },
	{ 0, "policy-read", NULL, 1, take_policy_read,
	  "it is enough that it was read, as where it measures less" },
	{ 0, "kernel", "RELEASE", 1, take_kernel,
	  "that it runs on (as the policy says)" },
	{ 0, "builtin", "NAME", 1, take_builtin,
	  "the kernel's own policy before (tcb)" },
	{ 0, "file-contexts", "FILE", 1, take_file_contexts,
	  "the labels of paths, for --policy" },
	{ 0, "libselinux", "VERSION", 1, take_libselinux,
	  "that reads them (3.4)" },
	{ 0, "state", "FILE", 1, take_state,
	  "kept from round to round: only what is new is judged" },
	{ 0, "format", "text|json", 1, take_format, "of the verdict" },
};

static bool show_help(unsigned int command);

static const struct optrows options = { "ima-evm-verifier", show_help, rows,
					ARRAY_SIZE(rows), false };

enum { TRUSTED, NOT_TRUSTED, CANNOT };

static bool show_help(unsigned int command)
{
	bool ok = say_print("usage: ima-evm-verifier --quote FILE --signature FILE "
		"--key FILE --nonce HEX --log FILE... [OPTION]...\n"
		"       ima-evm-verifier --pcr FILE --log FILE... [OPTION]...\n"
		"       imapol-attest verify --key FILE --nonce HEX [OPTION]... "
		"BUNDLE\n"
		"Judges what a machine measured.\n") &&
		optrow_help(&options, 1);

	return ok && say_print("\nExit status: 0 trusted; 1 not; 2 it could not be "
			       "told: usage, or files that\ncannot be read.");
}

static int wrong(const char *what, const char *why)
{
	say(what, "%s: try ima-evm-verifier --help", why);
	return CANNOT;
}

/* -1: go on */
static int check_quote_words(const struct evinput_words *in)
{
	if (in->bundle && (in->quote || in->signature || in->lists.n))
		return wrong(in->bundle, "a bundle has quote, signature and list "
			     "in it: name no others");
	if (!in->bundle && !in->quote) {
		if (in->signature || in->key || in->nonce)
			return wrong("--quote", "no quote is named");
		if (in->event_log)
			return wrong("--eventlog", "without a quote it proves "
				     "nothing");
		if (!in->pcrs.n)
			return wrong(NULL, "neither a quote nor values of PCRs "
				     "are named: nothing proves a list");
		return -1;
	}
	if (in->quote && !in->signature)
		return wrong("--signature", "no signature is named");
	if (!in->key)
		return wrong("--key", "no key is named: one that comes with the "
			     "quote proves nothing");
	if (!in->nonce)
		return wrong("--nonce", "none is named: an old quote would be as "
			     "good");
	return -1;
}

/* -1: go on */
static int check_words(const struct options *o)
{
	int status = check_quote_words(&o->in);

	if (status >= 0)
		return status;
	if (!o->in.bundle && !o->in.lists.n)
		return wrong("--log", "no measurement list is named");
	if (o->round.rules.only_allowed && !o->round.rules.allow.n && !o->round.rules.named.n)
		return wrong("--only-allowed", "no allow-list is named");
	if (o->round.rules.only_signed && !o->round.rules.certs.n)
		return wrong("--signed", "no keys are named, by --cert");
	if (!o->round.rules.policy &&
	    (o->round.rules.contexts || o->round.rules.kernel ||
	     o->round.rules.builtin || o->round.rules.policy_read))
		return wrong("--policy", "no policy is named");
	if (o->round.rules.libselinux && !o->round.rules.contexts)
		return wrong("--file-contexts", "none are named");
	return -1;
}

static int take_words(struct options *o, int argc, char **argv)
{
	int status = optrow_read(&options, 1, argv[0], o, argc, argv);

	if (status != OPTROW_GO_ON)
		return status;
	if (argc - optind > 1)
		return wrong(argv[optind + 1], "one bundle at a time");
	if (argc > optind)
		o->in.bundle = argv[optind];
	return check_words(o);
}

/* ---- the verdict ---- */

static int print_verdict(struct options *o, const struct evround *r,
			 const char *why, const char *file)
{
	struct buf b;
	int status = why ? CANNOT : evround_trusted(r) ? TRUSTED : NOT_TRUSTED;

	buf_init(&b, &o->arena);
	if (o->json)
		evverdict_put_json(r, why, file, &b);
	else if (!why)
		evverdict_put_text(r, &b);
	if (why)
		say(file, "%s", why);
	if (b.len && !outfile_write_all(STDOUT_FILENO, b.s, b.len)) {
		say_unprinted();
		return CANNOT;
	}
	return status;
}

static int verify(struct options *o)
{
	const char *why, *file = NULL;
	struct evround r;
	int status;

	why = evround_run(&r, &o->arena, &o->in, &o->round, &file);
	status = print_verdict(o, &r, why, file);
	evround_free(&r);
	return status;
}

static int start(void *arg, int argc, char **argv)
{
	int status = take_words(arg, argc, argv);

	return status < 0 ? verify(arg) : status;
}

int verify_main(int argc, char **argv)
{
	static struct options o = { .in.ima_pcr = 10 };

	return oom_guard(&o.arena, start, &o, argc, argv);
}
