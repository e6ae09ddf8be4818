/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "aim.h"
#include "buf.h"
#include "keys_check.h"
#include "keys_cmd.h"
#include "keys_make.h"
#include "keys_ring.h"
#include "num.h"
#include "optrow.h"
#include "password.h"
#include "say.h"
#include "utf8.h"

enum { DONE, FOUND, USAGE };

enum { DAYS = 5 * 365 };

enum command { NEW = 1, CHECK = 2, BOTH = 3 };

struct words {
	struct arena *arena;
	struct aim_request target;
	const char *kind, *name, *days, *password;
	bool request, authority;
	VEC(const char *) cas;
	char **rest;
	int n_rest;
};

/* says what went wrong; the exit status */
#define told(status, ...) (say(NULL, __VA_ARGS__), (status))

/* what libcrypto has to say of its last failure */
static const char *crypto_why(void)
{
	const char *why = ERR_reason_error_string(ERR_peek_last_error());

	return why ? why : "no reason is given";
}

/* ---- options ---- */

OPTROW_WORD(kind, struct words, kind)
OPTROW_FLAG(request, struct words, request)
OPTROW_FLAG(authority, struct words, authority)
OPTROW_WORD(name, struct words, name)
OPTROW_WORD(days, struct words, days)
OPTROW_WORD(password, struct words, password)
OPTROW_WORD(kernel, struct words, target.kernel)
OPTROW_WORD(config, struct words, target.config)
OPTROW_WORD(profile, struct words, target.profile)

static bool take_ca(void *arg, const char *value)
{
	struct words *w = arg;

	vec_push(w->arena, &w->cas, value);
	return true;
}

static const struct optrow rows[] = {
	{ 0, "kind", "KIND", NEW, take_kind, "rsa-2048, rsa-3072, rsa-4096, p-256 or p-384 (what the kernel verifies)" },
	{ 0, "request", NULL, NEW, take_request, "a request for an authority, NAME.csr, and no certificate" },
	{ 0, "authority", NULL, NEW, take_authority, "a key that signs certificates, and no files" },
	{ 0, "name", "TEXT", NEW, take_name, "the name in the certificate (the last part of NAME)" },
	{ 0, "days", "N", NEW, take_days, "how long it is valid (1825)" },
	{ 0, "password-file", "FILE", NEW, take_password, "its first line is the passphrase of the key (none)" },
	{ 0, "ca", "FILE", CHECK, take_ca, "certificates of those that signed them, PEM or DER" },
	{ 0, "kernel", "RELEASE", BOTH, take_kernel, "that is to verify: as uname -r prints it, or running" },
	{ 0, "kernel-config", "FILE", BOTH, take_config, "its configuration" },
	{ 0, "profile", "NAME", BOTH, take_profile, "a distribution, as imapolc --help lists them" },
};

static bool show_help(unsigned int command);

static const struct optrows options = { "imapol-sign keys", show_help, rows, ARRAY_SIZE(rows), true };

static bool show_help(unsigned int command)
{
	return (!(command & NEW) ||
		say_print("usage: imapol-sign keys new [OPTION]... NAME\n"
			  "Makes a key that kernels verify by, in NAME.pem, and its certificate, in\nNAME.der.\n")) &&
	       (!(command & CHECK) ||
		say_print("usage: imapol-sign keys check [OPTION]... CERTIFICATE...\n"
			  "What would a kernel trip over in certificates?\n")) &&
	       optrow_help(&options, command) &&
	       say_print("\nExit status: 0 done, or good; 1 it is refused, or found wrong; 2 usage, or it\ncannot be told.");
}

/* ---- new ---- */

struct made {
	const struct aim *aim;
	struct keys_subject subject;
	enum keys_kind kind;
	bool named;			/* the kind, by an option */
	const char *password;		/* NULL: the key is as it is */
	char room[PASSWORD_MAX];
	const char *key_file, *file;
	bool request;
};

/* the kernels that are named can all verify by it; NO: *why has the reason */
static enum ktri can_all(struct arena *a, const struct aim *aim, EVP_PKEY *key, const char **why)
{
	enum ktri can = KTRI_YES;
	size_t i;

	for (i = 0; i < aim->v.n && can != KTRI_NO; i++) {
		struct kcrypto_answer answer = kcrypto_key(&aim->v.v[i], a, key);

		if (answer.can == KTRI_YES)
			continue;
		can = answer.can;
		*why = answer.why;
	}
	return can;
}

static enum keys_kind default_kind(struct arena *a, const struct aim *aim)
{
	EVP_PKEY *key = aim->v.n ? keys_generate(KEYS_P256) : NULL;
	const char *why;
	bool can = key && can_all(a, aim, key, &why) == KTRI_YES;

	EVP_PKEY_free(key);
	return can ? KEYS_P256 : KEYS_RSA_3072;
}

static int choose_kind(struct arena *a, const struct words *w, struct made *m)
{
	m->kind = w->kind ? keys_kind_by_word(w->kind) : default_kind(a, m->aim);
	if (m->kind != KEYS_KINDS)
		return DONE;
	return told(USAGE, "--kind %s: no such kind: rsa-2048, rsa-3072, rsa-4096, p-256 or p-384", w->kind);
}

static int read_days(const struct words *w, struct made *m)
{
	uint64_t days = DAYS;

	if (w->days && (num_parse(w->days, strlen(w->days), 10, KEYS_DAYS_MAX, &days) || !days))
		return told(USAGE, "--days %s: a number from 1 to %d", w->days, KEYS_DAYS_MAX);
	if (w->days && w->request)
		return told(USAGE, "--days: how long it is valid is the authority's to say, so it has no meaning "
			    "with --request");
	m->subject.days = (unsigned int)days;
	return DONE;
}

static int read_name(const struct words *w, struct made *m)
{
	const char *slash = strrchr(w->rest[0], '/');

	m->subject.name = w->name ? w->name : slash ? slash + 1 : w->rest[0];
	if (!*m->subject.name)
		return told(USAGE, "%s: no name: NAME.pem and NAME.der are written", w->rest[0]);
	if (strlen(m->subject.name) > KEYS_NAME_MAX)
		return told(USAGE, "%s: longer than %d bytes, which the name in a certificate may have: give one by "
			    "--name", m->subject.name, KEYS_NAME_MAX);
	return DONE;
}

static int read_password(struct arena *a, const struct words *w, struct made *m)
{
	const char *why;

	if (!w->password || password_read(a, w->password, m->room, &why)) {
		m->password = w->password ? m->room : NULL;
		return DONE;
	}
	return told(USAGE, "%s", why);
}

static int put(const char *file, mode_t mode, BIO *bytes)
{
	char *p = NULL;
	long len = BIO_get_mem_data(bytes, &p);

	if (keys_put(file, mode, p, (size_t)len))
		return DONE;
	if (errno == EEXIST)
		return told(USAGE, "%s: it is there, and a key is not written over: take another name", file);
	return told(USAGE, "%s: cannot write it: %s", file, strerror(errno));
}

static int put_key(const struct made *m, EVP_PKEY *key)
{
	BIO *out = BIO_new(BIO_s_secmem());
	int status;

	if (out && PEM_write_bio_PKCS8PrivateKey(out, key, m->password ? EVP_aes_256_cbc() : NULL,
			m->password, m->password ? (int)strlen(m->password) : 0, NULL, NULL))
		status = put(m->key_file, 0600, out);
	else
		status = told(USAGE, "%s: cannot write the key: %s", m->key_file, crypto_why());
	BIO_free(out);
	return status;
}

static void put_date(struct buf *b, const ASN1_TIME *t)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(t, &tm))
		buf_printf(b, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static void put_fingerprint(struct buf *b, const X509 *cert)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int i, len;

	if (!X509_digest(cert, EVP_sha256(), digest, &len))
		return;
	for (i = 0; i < len; i++)
		buf_printf(b, "%s%02X", i ? ":" : "", digest[i]);
}

static void put_certificate(struct buf *b, const struct made *m, X509 *cert)
{
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(cert);
	struct keys_cert k = { .file = m->file };

	k.id = ASN1_STRING_get0_data(id);
	k.id_len = (size_t)ASN1_STRING_length(id);
	buf_puts(b, "certificate: ");
	utf8_puts_visible(b, m->file);
	buf_puts(b, ", until ");
	put_date(b, X509_get0_notAfter(cert));
	buf_printf(b, "\nkey id: %08x\nfingerprint (SHA-256): ", keys_cert_keyid(&k));
	put_fingerprint(b, cert);
	buf_putc(b, '\n');
}

static bool print_made(struct arena *a, const struct made *m, EVP_PKEY *key, X509 *cert)
{
	struct buf b;

	buf_init(&b, a);
	buf_puts(&b, "key: ");
	utf8_puts_visible(&b, m->key_file);
	buf_printf(&b, ", %s%s\n", kcrypto_key_name(a, key), m->password ? ", with a passphrase" : "");
	if (cert) {
		put_certificate(&b, m, cert);
		buf_puts(&b, keys_ring_way(a, m->aim->v.v, m->aim->v.n, m->subject.authority));
	} else {
		buf_puts(&b, "request: ");
		utf8_puts_visible(&b, m->file);
		buf_printf(&b, "\nhave it signed with what it asks for: openssl x509 -req -in REQUEST -CA CA.der "
			   "-CAkey CA.pem -copy_extensions copyall -days %d -outform DER -out CERTIFICATE\n", DAYS);
	}
	return say_print("%.*s", (int)b.len - 1, b.s);
}

static int put_made(struct arena *a, const struct made *m, EVP_PKEY *key)
{
	X509 *cert = m->request ? NULL : keys_certificate(key, &m->subject);
	X509_REQ *req = m->request ? keys_request(key, &m->subject) : NULL;
	BIO *out = BIO_new(BIO_s_mem());
	int status;

	if (!out || (cert ? !i2d_X509_bio(out, cert) : !req || !PEM_write_bio_X509_REQ(out, req)))
		status = told(USAGE, "%s: cannot be made: %s", m->file, crypto_why());
	else
		status = put_key(m, key);
	if (status == DONE && put(m->file, 0644, out) != DONE) {
		/* the key alone is of no use to anybody */
		unlink(m->key_file);
		status = USAGE;
	}
	if (status == DONE && !print_made(a, m, key, cert))
		status = told(USAGE, "standard output: %s", strerror(errno));
	BIO_free(out);
	X509_free(cert);
	X509_REQ_free(req);
	return status;
}

/* it is refused here, where something can be done about it yet */
static int check_kind(struct arena *a, const struct made *m, EVP_PKEY *key)
{
	const char *why = "";

	if (m->subject.authority)
		return DONE;
	switch (can_all(a, m->aim, key, &why)) {
	case KTRI_NO:
		return told(FOUND, "--kind %s: the kernel cannot verify by %s: %s: %s", keys_kind_word(m->kind),
			    kcrypto_key_name(a, key), why, m->named ? "leave the option out" :
			    "boot a kernel that verifies signatures");
	case KTRI_MAYBE:
		return told(DONE, "--kind %s: whether the kernel can verify by %s is not known: %s",
			    keys_kind_word(m->kind), kcrypto_key_name(a, key), why);
	default:
		return DONE;
	}
}

static int make(struct arena *a, const struct made *m)
{
	EVP_PKEY *key = keys_generate(m->kind);
	int status;

	if (!key)
		return told(USAGE, "no key could be made: %s", crypto_why());
	status = check_kind(a, m, key);
	if (status == DONE)
		status = put_made(a, m, key);
	EVP_PKEY_free(key);
	return status;
}

static int run_new(struct arena *a, const struct words *w, const struct aim *aim)
{
	struct made m = { .aim = aim, .request = w->request, .named = w->kind };
	int status = DONE;

	if (w->n_rest != 1)
		return told(USAGE, "keys new: one NAME: NAME.pem and NAME.der are written");
	m.subject.authority = w->authority;
	m.subject.now = time(NULL);
	m.key_file = buf_textf(a, "%s.pem", w->rest[0]);
	m.file = buf_textf(a, "%s.%s", w->rest[0], w->request ? "csr" : "der");
	if (!access(m.file, F_OK))
		return told(USAGE, "%s: it is there, and is not written over: take another name", m.file);
	status = choose_kind(a, w, &m);
	if (status == DONE)
		status = read_days(w, &m);
	if (status == DONE)
		status = read_name(w, &m);
	if (status == DONE)
		status = read_password(a, w, &m);
	if (status == DONE)
		status = make(a, &m);
	OPENSSL_cleanse(m.room, sizeof(m.room));
	return status;
}

/* ---- check ---- */

static bool print_findings(const struct keys_check *c)
{
	bool bad = false;
	size_t i;

	for (i = 0; i < c->findings.n; i++) {
		const struct keys_finding *f = &c->findings.v[i];

		say(f->file, "%s%s", f->weight == KEYS_ERROR ? "" : "warning: ", f->text);
		bad = bad || f->weight == KEYS_ERROR;
	}
	return bad;
}

static bool has_error(const struct keys_check *c, const char *file)
{
	size_t i;

	for (i = 0; i < c->findings.n; i++)
		if (c->findings.v[i].file == file && c->findings.v[i].weight == KEYS_ERROR)
			return true;
	return false;
}

static bool print_good(struct arena *a, const struct keys_check *c)
{
	const char *ring = keys_ring_name(keys_ring_of_all(c->targets, c->n_targets));
	struct buf b;
	size_t i;

	for (i = 0; i < c->certs.n; i++) {
		const struct keys_cert *k = &c->certs.v[i];

		if (!k->cert || has_error(c, k->file))
			continue;
		buf_init(&b, a);
		utf8_puts_visible(&b, k->file);
		buf_printf(&b, ": %s, key id %08x, until ", kcrypto_key_name(a, X509_get0_pubkey(k->cert)),
			   keys_cert_keyid(k));
		put_date(&b, X509_get0_notAfter(k->cert));
		if (!say_print("%s: good for %s", b.s, ring))
			return false;
	}
	return true;
}

static int run_check(struct arena *a, const struct words *w, const struct aim *aim)
{
	struct keys_check c;
	int i, status;

	if (!w->n_rest)
		return told(USAGE, "keys check: no certificate is named");
	keys_check_init(&c, a, aim->v.v, aim->v.n, time(NULL));
	for (i = 0; i < (int)w->cas.n; i++)
		keys_check_authority(&c, w->cas.v[i]);
	for (i = 0; i < w->n_rest; i++)
		keys_check_file(&c, w->rest[i]);
	keys_check_end(&c);
	status = print_findings(&c) ? FOUND : DONE;
	if (!print_good(a, &c))
		status = told(USAGE, "standard output: %s", strerror(errno));
	keys_check_free(&c);
	return status;
}

static int with_aim(struct arena *a, int argc, char **argv, enum command command,
		    int (*run)(struct arena *, const struct words *, const struct aim *))
{
	struct words w = { .arena = a };
	struct aim aim = { 0 };
	const char *why;
	int status = optrow_read(&options, command, argv[0], &w, argc, argv);

	if (status != OPTROW_GO_ON)
		return status;
	w.rest = argv + optind;
	w.n_rest = argc - optind;
	if (!aim_read(a, &w.target, &aim, &why))
		return told(USAGE, "%s", why);
	return run(a, &w, &aim);
}

int keys_main(struct arena *a, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "nothing";

	if (!strcmp(word, "new"))
		return with_aim(a, argc - 1, argv + 1, NEW, run_new);
	if (!strcmp(word, "check"))
		return with_aim(a, argc - 1, argv + 1, CHECK, run_check);
	if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		return optrow_read(&options, BOTH, word, NULL, 2, argv);
	return told(USAGE, "keys: new or check, not %s: imapol-sign keys --help has more", word);
}
