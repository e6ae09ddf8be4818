// SPDX-License-Identifier: GPL-2.0-only
/*
 * seals make DIR KEY N: N files of some kilobytes in DIR/0 and so on, each with
 * its signature beside it in FILE.sig, and nothing else.
 * seals check|loop DIR CERT N THREADS: how long it takes to look at all of them,
 * in seconds, then of how much of a processor; by sealcheck, and by as little as
 * EVP needs for the same.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sealcheck.h"

enum { CHUNK = 65536, MOST_THREADS = 16 };

static const char *dir;
static struct pubkeys keys;
static long files, threads;

static void fail(const char *about)
{
	fprintf(stderr, "seals: %s: %s\n", about, strerror(errno));
	exit(1);
}

static long number(const char *s)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (*end || n < 1 || n > 1000000)
		fail(s);
	return n;
}

static const char *name_of(long i, const char *ending, char path[4096])
{
	snprintf(path, 4096, "%s/%ld%s", dir, i, ending);
	return path;
}

static int open_nth(long i, const char *ending)
{
	char path[4096];
	int fd = open(name_of(i, ending, path), O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail(path);
	return fd;
}

/* ---- what is looked at ---- */

/* 17 kB on average, as a system's programs and libraries are not: smaller */
static size_t content_of(long i, uint8_t *out)
{
	size_t len = 1024 + (size_t)i * 7919 % 32768, j;

	for (j = 0; j < len; j++)
		out[j] = (uint8_t)(j * 31 + (size_t)i * 17 + j / 256);
	return len;
}

static void write_nth(long i, const char *ending, const uint8_t *bytes,
		      size_t len)
{
	char path[4096];
	FILE *f = fopen(name_of(i, ending, path), "w");

	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f))
		fail(path);
}

static size_t sign(EVP_PKEY *key, const uint8_t *content, size_t len,
		   uint8_t *out)
{
	struct imaxattr x = { .kind = IMAXATTR_SIGNATURE, .version = 2,
			      .hash = kmodel_hash_index("sha256") };
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t md[EVP_MAX_MD_SIZE], sig[1024];
	unsigned int n;

	x.data = sig;
	x.len = sizeof(sig);
	if (!pubkey_key_id(key, &x.keyid) ||
	    !EVP_Digest(content, len, md, &n, EVP_sha256(), NULL) ||
	    EVP_PKEY_sign_init(ctx) <= 0 ||
	    EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) <= 0 ||
	    EVP_PKEY_sign(ctx, sig, &x.len, md, n) <= 0)
		fail("sign");
	EVP_PKEY_CTX_free(ctx);
	return imaxattr_write(&x, out);
}

static void make(const char *keyfile)
{
	uint8_t content[CHUNK], ima[IMAXATTR_MAX];
	FILE *f = fopen(keyfile, "r");
	EVP_PKEY *key = f ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;
	size_t len;
	long i;

	if (!key)
		fail(keyfile);
	for (i = 0; i < files; i++) {
		len = content_of(i, content);
		write_nth(i, "", content, len);
		len = sign(key, content, len, ima);
		write_nth(i, ".sig", ima, len);
	}
	EVP_PKEY_free(key);
	fclose(f);
}

/* ---- the two ways ---- */

static size_t read_sig(long i, uint8_t *out)
{
	int fd = open_nth(i, ".sig");
	ssize_t n = read(fd, out, IMAXATTR_MAX);

	if (n <= 0)
		fail("signature");
	close(fd);
	return (size_t)n;
}

static ssize_t read_content(void *arg, void *buf, size_t len, uint64_t off)
{
	return pread(*(int *)arg, buf, len, (off_t)off);
}

static bool check_one(struct filedigest *d, long i)
{
	uint8_t ima[IMAXATTR_MAX];
	int fd = open_nth(i, "");
	struct filedigest_source src = { .pread = read_content, .arg = &fd };
	struct sealcheck_file f = { .ima = ima, .ima_len = read_sig(i, ima),
				    .content = &src };
	struct sealcheck s;

	sealcheck(d, &keys, NULL, &f, NULL, &s);
	close(fd);
	return s.result == SEALCHECK_GOOD;
}

/* what a thread of the plain loop keeps */
struct plain {
	EVP_MD *md;
	EVP_MD_CTX *ctx;
	uint8_t *chunk;
};

static void digest_one(struct plain *p, long i, uint8_t *out)
{
	int fd = open_nth(i, "");
	ssize_t n;

	EVP_DigestInit_ex2(p->ctx, p->md, NULL);
	while ((n = read(fd, p->chunk, CHUNK)) > 0)
		EVP_DigestUpdate(p->ctx, p->chunk, (size_t)n);
	EVP_DigestFinal_ex(p->ctx, out, NULL);
	close(fd);
}

static bool loop_one(struct plain *p, long i)
{
	EVP_PKEY *key = keys.v.v[0].key;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t ima[IMAXATTR_MAX], md[EVP_MAX_MD_SIZE];
	size_t len = read_sig(i, ima);
	bool good;

	digest_one(p, i, md);
	EVP_PKEY_verify_init(ctx);
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
		EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING);
	EVP_PKEY_CTX_set_signature_md(ctx, p->md);
	good = EVP_PKEY_verify(ctx, ima + IMAXATTR_HEADER,
			       len - IMAXATTR_HEADER, md, 32) == 1;
	EVP_PKEY_CTX_free(ctx);
	return good;
}

/* each thread has every threads-th file */
static void *check_thread(void *arg)
{
	struct filedigest *d = filedigest_new();
	long i;

	for (i = (long)(intptr_t)arg; i < files; i += threads)
		if (!check_one(d, i))
			fail("not good");
	filedigest_free(d);
	return NULL;
}

static void *loop_thread(void *arg)
{
	struct plain p = { EVP_MD_fetch(NULL, "sha256", NULL),
			   EVP_MD_CTX_new(), malloc(CHUNK) };
	long i;

	for (i = (long)(intptr_t)arg; i < files; i += threads)
		if (!loop_one(&p, i))
			fail("not good");
	EVP_MD_free(p.md);
	EVP_MD_CTX_free(p.ctx);
	free(p.chunk);
	return NULL;
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run(void *(*thread)(void *))
{
	double wall = seconds(CLOCK_MONOTONIC);
	double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	pthread_t id[MOST_THREADS];
	long i;

	for (i = 0; i < threads; i++)
		if (pthread_create(&id[i], NULL, thread, (void *)(intptr_t)i))
			fail("thread");
	for (i = 0; i < threads; i++)
		pthread_join(id[i], NULL);
	printf("%.3f %.3f\n", seconds(CLOCK_MONOTONIC) - wall,
	       seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
}

int main(int argc, char **argv)
{
	struct arena a;
	const char *why;

	if (argc < 5 || (argc != 6) != !strcmp(argv[1], "make")) {
		fputs("usage: seals make DIR KEY N | check|loop DIR CERT N THREADS\n",
		      stderr);
		return 2;
	}
	dir = argv[2];
	files = number(argv[4]);
	if (argc == 5) {
		make(argv[3]);
		return 0;
	}
	threads = number(argv[5]);
	arena_init(&a);
	pubkeys_init(&keys, &a);
	if (threads > MOST_THREADS || !pubkeys_load(&keys, argv[3], &why))
		fail(argv[3]);
	run(!strcmp(argv[1], "check") ? check_thread : loop_thread);
	pubkeys_free(&keys);
	arena_free(&a);
	return 0;
}
