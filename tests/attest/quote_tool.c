/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"
#include "pcrfile.h"
#include "tpmkey.h"

/*
 * What check-quote.sh holds against tpm2-tools:
 *
 *	quote_tool KEY QUOTE SIG HASH NONCE [PCRS [SELECTION]]
 *
 * KEY signed QUOTE, whose nonce is NONCE in hex, and PCRS has the values that were
 * quoted: status 0. HASH is that of a bare signature, 0 where it is none.
 */
struct file {
	uint8_t bytes[PCRFILE_MAX + 1];
	size_t len;
};

static int wrong(const char *file, const char *why)
{
	fprintf(stderr, "quote_tool: %s: %s\n", file, why);
	return 1;
}

static void slurp(const char *path, struct file *f)
{
	FILE *in = fopen(path, "rb");

	if (!in) {
		perror(path);
		exit(2);
	}
	f->len = fread(f->bytes, 1, sizeof(f->bytes), in);
	fclose(in);
}

static bool has_nonce(const struct quote *q, const char *hex)
{
	uint64_t byte;
	size_t i;

	if (strlen(hex) != 2 * q->nonce_len)
		return false;
	for (i = 0; i < q->nonce_len; i++)
		if (num_parse(hex + 2 * i, 2, 16, 255, &byte) != NUM_OK ||
		    byte != q->nonce[i])
			return false;
	return true;
}

static int check_pcrs(const char *path, const char *selection, uint16_t hash,
		      const struct quote *q)
{
	struct quote_selection select[QUOTE_SELECTIONS_MAX];
	static struct file f;
	struct pcrfile pcrs;
	uint8_t digest[64];
	const char *why = NULL;
	size_t n = 0, len;

	slurp(path, &f);
	if (selection)
		why = pcrfile_selection(selection, select, &n);
	if (!why)
		why = pcrfile_read(f.bytes, f.len, selection ? select : NULL, n,
				   &pcrs);
	if (!why)
		why = pcrfile_digest(&pcrs, hash, q, digest, &len);
	if (!why && (len != q->digest_len || memcmp(digest, q->digest, len)))
		why = "these are not the values that were quoted";
	return why ? wrong(path, why) : 0;
}

static int check(char **v, int n, const struct tpmkey *key)
{
	static struct file quote, sig;
	struct quote_signature s;
	struct quote q;
	const char *why;

	slurp(v[2], &quote);
	slurp(v[3], &sig);
	why = quote_read(quote.bytes, quote.len, &q);
	if (why)
		return wrong(v[2], why);
	why = quote_signature_read(sig.bytes, sig.len,
				   (uint16_t)strtoul(v[4], NULL, 16), &s);
	if (!why)
		why = quote_verify(quote.bytes, quote.len, &s, key);
	if (why)
		return wrong(v[3], why);
	if (!has_nonce(&q, v[5]))
		return wrong(v[2], "this is not the nonce");
	return n > 6 ? check_pcrs(v[6], n > 7 ? v[7] : NULL, s.hash, &q) : 0;
}

int main(int argc, char **argv)
{
	static struct file f;
	struct tpmkey key;
	const char *why;
	int status;

	if (argc < 6)
		return 2;
	slurp(argv[1], &f);
	why = tpmkey_read(f.bytes, f.len, &key);
	if (why)
		return wrong(argv[1], why);
	status = check(argv, argc, &key);
	tpmkey_free(&key);
	return status;
}
