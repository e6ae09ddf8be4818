/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <openssl/pem.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "fuzz.h"
#include "fuzz_file.h"
#include "modsig.h"
#include "namelist.h"
#include "sealcheck.h"

/*
 * The first byte says what the others are: c: a file of certificates; n, z: a list
 * of names, each on a line or before a NUL; m: a file to which a signature may be
 * appended; w: the security.ima of a file that has
 * fs-verity; any other: that of one without. Of a whole one the same bytes can be written again. Nobody has
 * the key that is asked, so no signature is good; a digest is, or is not, whatever
 * kernel it is for, once it has the hash. A file gives keys, each of which is
 * found and has a name, or a reason. The names of a list are read again once they
 * are written, in both forms.
 */
static const char key_text[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1dpZIHxEc3Xm+ICX9lB2d4FFRQKS\n"
	"dA93bKWEnbPIrQ2kY0m7VfzUhvCgUyuk+8sZlroOW/Cik+LwgAieObDEKw==\n"
	"-----END PUBLIC KEY-----\n";

/* of which the key is gone: it signed "a content" once, as seeds have it */
static const char signer_text[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBYjCCAQigAwIBAgIBATAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARmdXp6MCAX\n"
	"DTI2MTEyNjA3MTMyOFoYDzIxMjYxMTAyMDcxMzI4WjAPMQ0wCwYDVQQDDARmdXp6\n"
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExAeNUy58GPlw+INqCVH1DQ1UQNr3\n"
	"lO1HhYIaXlOEmA7VjI+vVJniPEZ/YNpjBt67VRl0+gSZyoasF2mrbQw/OaNTMFEw\n"
	"HQYDVR0OBBYEFK4o2NfdjJBH2aNn6QU7fkgEI00+MB8GA1UdIwQYMBaAFK4o2Nfd\n"
	"jJBH2aNn6QU7fkgEI00+MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAw\n"
	"RQIgWnSponKY1uke20XO9FMbTaqdOHc+xDFwycA0+/CWUIgCIQDcVdnFNS6nF00N\n"
	"vWgDDcp2MyCbtFMzvX6fsmpWlTYqPQ==\n"
	"-----END CERTIFICATE-----\n";

static const uint8_t content[] = "a content";
static const uint8_t verity[32] = { 1, 2, 3 };
static size_t verity_len;

static ssize_t read_content(void *arg, void *buf, size_t len, uint64_t off)
{
	size_t left = off < sizeof(content) ? sizeof(content) - (size_t)off : 0;

	if (len > left)
		len = left;
	memcpy(buf, content + sizeof(content) - left, len);
	return (ssize_t)len;
}

/* ---- values ---- */

static void check_form(const uint8_t *data, size_t size)
{
	uint8_t out[IMAXATTR_MAX];
	struct imaxattr x;
	bool whole = imaxattr_read(data, size, &x);

	if (x.data && (x.data < data || x.len > size - (size_t)(x.data - data)))
		fail("bytes that are not of the value");
	if (x.hash >= 0 && !kmodel_hash_name((unsigned int)x.hash))
		fail("a hash without a name");
	if (!whole || x.hash < 0 || x.kind == IMAXATTR_OTHER ||
	    x.kind == IMAXATTR_NONE || size > IMAXATTR_MAX)
		return;
	if (imaxattr_write(&x, out) != size || memcmp(out, data, size))
		fail("another value is written than was read");
}

static void add_key(struct pubkeys *keys)
{
	BIO *bio = BIO_new_mem_buf(key_text, -1);
	struct pubkey k = { .file = "key", .has_keyid = true, .keyid = 1 };

	k.key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	if (!k.key)
		fail("the key is none");
	vec_push(keys->arena, &keys->v, k);
	BIO_free(bio);
}

static struct sealcheck ask(struct filedigest *d, const struct pubkeys *keys,
			    const char *release, const uint8_t *data,
			    size_t size)
{
	struct filedigest_source src = { .pread = read_content };
	struct sealcheck_file f = { .ima = data, .ima_len = size,
				    .content = &src, .verity = verity,
				    .verity_len = verity_len, .verity_hash = 4 };
	struct krelease r;
	struct ktarget t;
	struct sealcheck s;

	if (!release) {
		sealcheck(d, keys, NULL, &f, NULL, &s);
	} else {
		if (!krelease_parse(release, strlen(release), &r))
			fail("no release");
		ktarget_init(&t, r);
		sealcheck(d, keys, &t, &f, NULL, &s);
	}
	if (!*sealcheck_text(keys->arena, &s))
		fail("nothing is said");
	if ((s.x.kind == IMAXATTR_SIGNATURE ||
	     s.x.kind == IMAXATTR_VERITY_SIGNATURE) &&
	    (s.result == SEALCHECK_GOOD || s.result == SEALCHECK_MAYBE))
		fail("a signature that nobody made");
	return s;
}

static void check_value(struct arena *a, const uint8_t *data, size_t size)
{
	static const char *const releases[] = { "5.4", "6.1", "6.12", "7.1" };
	struct filedigest *d = filedigest_new();
	struct pubkeys keys;
	struct sealcheck s;
	size_t i;

	check_form(data, size);
	pubkeys_init(&keys, a);
	add_key(&keys);
	s = ask(d, &keys, NULL, data, size);
	for (i = 0; i < sizeof(releases) / sizeof(releases[0]); i++) {
		struct sealcheck k = ask(d, &keys, releases[i], data, size);

		if (k.result == SEALCHECK_GOOD && s.result != k.result &&
		    kmodel_hash_index("sha3-256") > s.x.hash)
			fail("good to a kernel, and not to libcrypto");
	}
	pubkeys_free(&keys);
	filedigest_free(d);
}

/* ---- files with a signature appended ---- */

struct bytes {
	const uint8_t *at;
	size_t len;
};

static ssize_t read_bytes(void *arg, void *buf, size_t len, uint64_t off)
{
	const struct bytes *b = arg;
	size_t left = off < b->len ? b->len - (size_t)off : 0;

	if (len > left)
		len = left;
	memcpy(buf, b->at + b->len - left, len);
	return (ssize_t)len;
}

static void add_signer(struct pubkeys *keys)
{
	BIO *bio = BIO_new_mem_buf(signer_text, -1);
	struct pubkey k = { .file = "signer" };

	k.cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	k.key = k.cert ? X509_get_pubkey(k.cert) : NULL;
	if (!k.key)
		fail("the certificate is none");
	vec_push(keys->arena, &keys->v, k);
	BIO_free(bio);
}

/* all that was ever signed is that content, with the rest behind it */
static void check_appended(struct arena *a, const uint8_t *data, size_t size)
{
	struct bytes b = { data, size };
	const struct filedigest_source src = { .pread = read_bytes, .arg = &b,
					       .size = size };
	const size_t signed_len = sizeof(content) - 1;
	struct filedigest *d = filedigest_new();
	struct pubkeys keys;
	struct modsig m;

	pubkeys_init(&keys, a);
	add_signer(&keys);
	modsig_check(d, &keys, NULL, &src, NULL, &m);
	if (m.result == MODSIG_GOOD &&
	    (size < signed_len || memcmp(data, content, signed_len)))
		fail("a signature of another content");
	if (m.result == MODSIG_UNREAD)
		fail("memory that cannot be read");
	pubkeys_free(&keys);
	filedigest_free(d);
}

/* ---- files of keys ---- */

static size_t load(struct arena *a, const char *path)
{
	const char *why = NULL;
	struct pubkeys keys;
	size_t i, n;

	pubkeys_init(&keys, a);
	if (!pubkeys_load(&keys, path, &why) && !why)
		fail("refused without a reason");
	for (i = 0; i < keys.v.n; i++) {
		const struct pubkey *k = &keys.v.v[i];

		if (!k->key || !*kcrypto_key_name(a, k->key))
			fail("a key without a name");
		if (k->has_keyid && !pubkeys_find(&keys, k->keyid, NULL))
			fail("a key that is not found");
	}
	n = keys.v.n;
	pubkeys_free(&keys);
	return n;
}

static void check_keys(struct arena *a, const uint8_t *data, size_t size)
{
	int fd = file_of(data, size);
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (load(a, path) != load(a, path))
		fail("other keys the second time");
	close(fd);
}

/* ---- lists of names ---- */

typedef VEC(const char *) names;

/* true: nothing was wrong with any of them */
static bool read_names(struct arena *a, const void *data, size_t size, bool nul,
		       names *out)
{
	static struct namelist l;
	int fd = file_of(data, size);
	enum namelist_next next;
	const char *name;
	bool good = true;

	namelist_open(&l, fd, nul);
	while ((next = namelist_next(&l, &name)) != NAMELIST_END) {
		if (next == NAMELIST_ERRNO || (next == NAMELIST_BAD && !l.why))
			fail("a list that cannot be read");
		good &= next == NAMELIST_NAME;
		if (next != NAMELIST_NAME)
			continue;
		if (!*name || strlen(name) >= PATH_MAX)
			fail("a name that no file has");
		vec_push(a, out, arena_strndup(a, name, strlen(name)));
	}
	close(fd);
	return good;
}

static void write_and_read(struct arena *a, const names *all, bool nul)
{
	names again = { 0 };
	struct buf text;
	size_t i;

	buf_init(&text, a);
	for (i = 0; i < all->n; i++)
		namelist_put(&text, all->v[i], nul);
	if (!read_names(a, text.s, text.len, nul, &again) || again.n != all->n)
		fail("another list is read than was written");
	for (i = 0; i < all->n; i++)
		if (strcmp(all->v[i], again.v[i]))
			fail("another name is read than was written");
}

static void check_names(struct arena *a, const uint8_t *data, size_t size,
			bool nul)
{
	names all = { 0 };

	read_names(a, data, size, nul, &all);
	write_and_read(a, &all, false);
	write_and_read(a, &all, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;

	if (!size)
		return 0;
	arena_init(&a);
	verity_len = data[0] == 'w' ? sizeof(verity) : 0;
	if (data[0] == 'c')
		check_keys(&a, data + 1, size - 1);
	else if (data[0] == 'm')
		check_appended(&a, data + 1, size - 1);
	else if (data[0] == 'n' || data[0] == 'z')
		check_names(&a, data + 1, size - 1, data[0] == 'z');
	else
		check_value(&a, data + 1, size - 1);
	arena_free(&a);
	return 0;
}
