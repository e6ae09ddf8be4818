/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * seal_tool verify KEYS FILE: does FILE.sig fit FILE? Exit 0: yes; 1: no, and says why; 2: it could not be looked at.
 * seal_tool sign KEY HASH FILE: makes FILE.sig, with the id that a certificate of KEY has by default.
 * For tests that hold the library against other programs.
 */
#include "config.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sealcheck.h"

static struct arena a;

static void fail(const char *about, const char *what)
{
	fprintf(stderr, "seal_tool: %s: %s\n", about, what);
	exit(2);
}

static ssize_t read_file(void *arg, void *buf, size_t len, uint64_t off)
{
	FILE *f = arg;
	size_t n;

	if (fseeko(f, (off_t)off, SEEK_SET))
		return -1;
	n = fread(buf, 1, len, f);
	return ferror(f) ? -1 : (ssize_t)n;
}

static FILE *open_file(const char *path, const char *ending, const char *mode)
{
	char full[4096];
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", path, ending);
	f = fopen(full, mode);
	if (!f)
		fail(full, strerror(errno));
	return f;
}

static int verify(const char *keyfile, const char *path, struct filedigest *d)
{
	FILE *content = open_file(path, "", "r"), *sig = open_file(path, ".sig", "r");
	struct filedigest_source src = { .pread = read_file, .arg = content };
	uint8_t ima[IMAXATTR_MAX];
	struct sealcheck_file f = { .ima = ima, .content = &src };
	struct pubkeys keys;
	struct sealcheck s;
	const char *why;

	pubkeys_init(&keys, &a);
	if (!pubkeys_load(&keys, keyfile, &why))
		fail("keys", why);
	f.ima_len = fread(ima, 1, sizeof(ima), sig);
	sealcheck(d, &keys, NULL, &f, NULL, &s);
	printf("%s: %s\n", path, sealcheck_text(&a, &s));
	pubkeys_free(&keys);
	fclose(content);
	fclose(sig);
	return s.result != SEALCHECK_GOOD;
}

static EVP_PKEY *read_key(const char *path)
{
	FILE *f = open_file(path, "", "r");
	EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, NULL, NULL);

	if (!key)
		fail(path, "no private key");
	fclose(f);
	return key;
}

static int sign(const char *keyfile, const char *hash, const char *path, struct filedigest *d)
{
	FILE *content = open_file(path, "", "r"), *out = open_file(path, ".sig", "w");
	struct filedigest_source src = { .pread = read_file, .arg = content };
	struct imaxattr x = { .kind = IMAXATTR_SIGNATURE, .version = 2 };
	uint8_t digest[FILEDIGEST_MAX], sig[1024], ima[IMAXATTR_MAX];
	EVP_PKEY *key = read_key(keyfile);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	size_t len;

	x.hash = kmodel_hash_index(hash);
	x.data = sig;
	x.len = sizeof(sig);
	len = filedigest_content(d, x.hash, &src, NULL, digest);
	if (!len || !pubkey_key_id(key, &x.keyid))
		fail(path, "no digest, or no id of the key");
	if (EVP_PKEY_sign_init(ctx) <= 0 || EVP_PKEY_CTX_set_signature_md(ctx, filedigest_md(d, x.hash)) <= 0 ||
	    EVP_PKEY_sign(ctx, sig, &x.len, digest, len) <= 0)
		fail(path, "cannot be signed");
	len = imaxattr_write(&x, ima);
	if (fwrite(ima, 1, len, out) != len || fclose(out))
		fail(path, "cannot be written");
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	fclose(content);
	return 0;
}

int main(int argc, char **argv)
{
	struct filedigest *d = filedigest_new();
	int status = 2;

	arena_init(&a);
	if (argc == 4 && !strcmp(argv[1], "verify"))
		status = verify(argv[2], argv[3], d);
	else if (argc == 5 && !strcmp(argv[1], "sign"))
		status = sign(argv[2], argv[3], argv[4], d);
	else
		fputs("usage: seal_tool verify KEYS FILE | sign KEY HASH FILE\n", stderr);
	filedigest_free(d);
	arena_free(&a);
	return status;
}
