/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <openssl/provider.h>
#include <string.h>

#include "hasher.h"

static void take_functions(struct hasher *h, const OSSL_DISPATCH *d,
			   OSSL_FUNC_digest_newctx_fn **begin)
{
	for (; d->function_id; d++) {
		switch (d->function_id) {
		case OSSL_FUNC_DIGEST_NEWCTX:
			*begin = OSSL_FUNC_digest_newctx(d);
			break;
		case OSSL_FUNC_DIGEST_FREECTX:
			h->free = OSSL_FUNC_digest_freectx(d);
			break;
		case OSSL_FUNC_DIGEST_INIT:
			h->init = OSSL_FUNC_digest_init(d);
			break;
		case OSSL_FUNC_DIGEST_UPDATE:
			h->update = OSSL_FUNC_digest_update(d);
			break;
		case OSSL_FUNC_DIGEST_FINAL:
			h->final = OSSL_FUNC_digest_final(d);
			break;
		default:
			break;
		}
	}
}

/* is name one of "SHA2-256:SHA-256:SHA256:…"? */
static bool is_among(const char *names, const char *name)
{
	size_t len = strlen(name), n;

	for (; *names; names += n + (names[n] == ':')) {
		n = strcspn(names, ":");
		if (n == len && !memcmp(names, name, n))
			return true;
	}
	return false;
}

static void keep(struct hasher *h)
{
	/* asking changes nothing of it */
	OSSL_PROVIDER *p = (OSSL_PROVIDER *)(uintptr_t)EVP_MD_get0_provider(h->md);
	OSSL_FUNC_digest_newctx_fn *begin = NULL;
	const OSSL_ALGORITHM *all, *a;
	int no_store = 0;

	if (!p)
		return;
	all = OSSL_PROVIDER_query_operation(p, OSSL_OP_DIGEST, &no_store);
	for (a = all; a && a->algorithm_names; a++) {
		if (!is_among(a->algorithm_names, EVP_MD_get0_name(h->md)))
			continue;
		take_functions(h, a->implementation, &begin);
		break;
	}
	if (begin && h->free && h->init && h->update && h->final)
		h->kept = begin(OSSL_PROVIDER_get0_provider_ctx(p));
	if (all)
		OSSL_PROVIDER_unquery_operation(p, OSSL_OP_DIGEST, all);
}

static bool by_kept(struct hasher *h, const void *bytes, size_t len, uint8_t *out)
{
	size_t n = 0;

	return h->init(h->kept, NULL) && h->update(h->kept, bytes, len) &&
	       h->final(h->kept, out, &n, h->size) && n == h->size;
}

static bool by_copy(struct hasher *h, const void *bytes, size_t len, uint8_t *out)
{
	return EVP_MD_CTX_copy_ex(h->ctx, h->begun) &&
	       EVP_DigestUpdate(h->ctx, bytes, len) &&
	       EVP_DigestFinal_ex(h->ctx, out, NULL);
}

/* of two messages, one behind the other: what is kept has to begin anew */
static bool agree(struct hasher *h)
{
	static const char text[200] = "more than a block";
	uint8_t a[EVP_MAX_MD_SIZE], b[EVP_MAX_MD_SIZE];
	size_t len;

	for (len = 20; len <= sizeof(text); len += 180)
		if (!by_kept(h, text, len, a) || !by_copy(h, text, len, b) ||
		    memcmp(a, b, h->size) != 0)
			return false;
	return true;
}

bool hasher_init(struct hasher *h, const char *name)
{
	memset(h, 0, sizeof(*h));
	h->md = EVP_MD_fetch(NULL, name, NULL);
	h->begun = EVP_MD_CTX_new();
	h->ctx = EVP_MD_CTX_new();
	if (!h->md || !h->begun || !h->ctx ||
	    !EVP_DigestInit_ex2(h->begun, h->md, NULL))
		return false;
	h->size = (size_t)EVP_MD_get_size(h->md);
	keep(h);
	if (h->kept && !agree(h)) {
		h->free(h->kept);
		h->kept = NULL;
	}
	return true;
}

void hasher_free(struct hasher *h)
{
	if (h->kept)
		h->free(h->kept);
	EVP_MD_CTX_free(h->begun);
	EVP_MD_CTX_free(h->ctx);
	EVP_MD_free(h->md);
	memset(h, 0, sizeof(*h));
}

bool hasher_digest(struct hasher *h, const void *bytes, size_t len, uint8_t *out)
{
	return h->kept ? by_kept(h, bytes, len, out) : by_copy(h, bytes, len, out);
}
