/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allowlist_int.h"
#include "buf.h"
#include "kmodel.h"

enum {
	ROOM = 64 * 1024,		/* bytes at first */
	LIST_MAX = 1024 * 1024 * 1024,	/* some ten million files */
};

bool allowlist_wrong(struct allowlist_reading *r, const char *why, ...)
{
	va_list ap;

	va_start(ap, why);
	r->why = buf_vtextf(r->arena, why, ap);
	va_end(ap);
	return false;
}

/* ---- digests ---- */

/* what the kernel's name says: the bits, where it says them */
size_t allowlist_hash_length(int hash)
{
	const char *name = hash < 0 ? NULL : kmodel_hash_name((unsigned int)hash);
	size_t bits = 0, at;

	if (!name)
		return 0;
	for (at = strlen(name); at && name[at - 1] >= '0' && name[at - 1] <= '9'; )
		at--;
	bits = strtoul(name + at, NULL, 10);
	if (bits >= 128)
		return bits / 8;
	if (!strcmp(name, "sha1"))
		return 20;
	return !strcmp(name, "sm3") ? 32 : 16;	/* md4, md5 */
}

int allowlist_hash_of(struct allowlist_reading *r, size_t len)
{
	static const char *const names[] = {
		"sha1", "sha224", "sha256", "sha384", "sha512",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		int hash = kmodel_hash_index(names[i]);

		if (allowlist_hash_length(hash) == len)
			return hash;
	}
	allowlist_wrong(r, len == 16 ? "a digest by md5, which proves nothing: "
			"make the list with sha256sum" :
			"a digest of %zu digits, which is none of sha1 (40), "
			"sha224 (56), sha256 (64), sha384 (96) or sha512 (128)",
			2 * len);
	return -1;
}

/* ---- what is given on ---- */

bool allowlist_give(struct allowlist_reading *r, const struct allowlist_item *i)
{
	if (!*i->name)
		return allowlist_wrong(r, "an empty name");
	if (strlen(i->name) > ALLOWLIST_NAME_MAX)
		return allowlist_wrong(r, "a name longer than any file's");
	return r->to->item(r->to->arg, i, &r->why);
}

/* the bytes of base64, padded; 0: it is none */
static size_t decode(const char *text, uint8_t *out)
{
	size_t len = strlen(text), pad = 0;
	int n;

	while (pad < 2 && pad < len && text[len - 1 - pad] == '=')
		pad++;
	if (!len || len % 4 || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			"abcdefghijklmnopqrstuvwxyz0123456789+/") != len - pad)
		return 0;
	n = EVP_DecodeBlock(out, (const unsigned char *)text, (int)len);
	return n > (int)pad ? (size_t)n - pad : 0;
}

bool allowlist_give_key(struct allowlist_reading *r, uint64_t keyid,
			const char *base64)
{
	size_t len = strlen(base64);
	uint8_t *der = arena_alloc(r->arena, len + 1);

	len = len <= LIST_MAX ? decode(base64, der) : 0;
	if (!len)
		return allowlist_wrong(r, "a key that is no base64");
	return r->to->key(r->to->arg, (uint32_t)keyid, der, len, &r->why);
}

/* ---- the whole ---- */

/* a NUL behind it; NULL: errno */
static char *read_all(int fd, size_t *len)
{
	size_t cap = ROOM;
	char *text = NULL, *more;
	ssize_t n = 1;

	*len = 0;
	while (n && (more = realloc(text, cap + 1))) {
		text = more;
		do
			n = read(fd, text + *len, cap - *len);
		while (n < 0 && errno == EINTR);
		if (n < 0 || *len > LIST_MAX) {
			if (n >= 0)
				errno = EFBIG;
			break;
		}
		*len += (size_t)n;
		if (*len == cap)
			cap *= 2;
	}
	if (text && !n) {
		text[*len] = '\0';
		return text;
	}
	free(text);
	return NULL;
}

static bool read_form(struct allowlist_reading *r, char *text, size_t len)
{
	size_t blanks = strspn(text, " \t\r\n");

	if (!len)
		return allowlist_wrong(r, "it is empty");
	if (strlen(text) != len)
		return allowlist_wrong(r, "a zero byte: it is no list of digests");
	if (text[blanks] == '{')
		return allowlist_read_keylime(r, text, len);
	if (!strncmp(text, "# imapolc allow-list ", 21))
		return allowlist_read_own(r, text);
	return allowlist_read_sums(r, text);
}

bool allowlist_read(struct arena *a, int fd, const struct allowlist_sink *to,
		    const char **why)
{
	struct allowlist_reading r = { .to = to };
	struct arena own;
	size_t len;
	char *text = read_all(fd, &len);
	bool ok;

	if (!text) {
		*why = errno == EFBIG ? "it is larger than a gibibyte" :
			strerror(errno);
		return false;
	}
	arena_init(&own);
	own.on_oom = a->on_oom;
	r.arena = &own;
	ok = read_form(&r, text, len);
	if (!ok)
		*why = buf_textf(a, "%s", r.why);
	arena_free(&own);
	free(text);
	return ok;
}
