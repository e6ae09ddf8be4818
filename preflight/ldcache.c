/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "ldcache.h"

/* sysdeps/generic/dl-cache.h of glibc */
#define NEW_MAGIC "glibc-ld.so.cache1.1"
#define NEW_HEADER 48	/* magic, counts, flags, extension, unused words */
#define NEW_ENTRY 24	/* flags, key, value, osversion, hwcap */
#define OLD_MAGIC "ld.so-1.7.0"
#define OLD_HEADER 16
#define OLD_ENTRY 12
#define AT_COUNT 20

static uint32_t u32(const struct ldcache *c, size_t at)
{
	uint32_t v;

	memcpy(&v, c->bytes + at, sizeof(v));
	return c->swapped ? __builtin_bswap32(v) : v;
}

/* where the new part begins; len: nowhere */
static size_t behind_old(const unsigned char *bytes, size_t len)
{
	uint32_t n;
	size_t at;

	if (len < OLD_HEADER || memcmp(bytes, OLD_MAGIC, strlen(OLD_MAGIC)))
		return 0;
	memcpy(&n, bytes + 12, sizeof(n));
	if (n > (len - OLD_HEADER) / OLD_ENTRY)
		return len;
	at = (OLD_HEADER + (size_t)n * OLD_ENTRY + 7) & ~(size_t)7;
	return at < len ? at : len;
}

bool ldcache_open(struct ldcache *c, const void *bytes, size_t len)
{
	size_t skip = behind_old(bytes, len), most;

	memset(c, 0, sizeof(*c));
	c->bytes = (const unsigned char *)bytes + skip;
	c->len = len - skip;
	if (c->len < NEW_HEADER || memcmp(c->bytes, NEW_MAGIC, AT_COUNT))
		return false;
	most = (c->len - NEW_HEADER) / NEW_ENTRY;
	c->n = u32(c, AT_COUNT);
	/* a count that does not fit is one of the other byte order */
	if (c->n > most) {
		c->swapped = true;
		c->n = u32(c, AT_COUNT);
	}
	return c->n <= most;
}

/* a string of the table; NULL: it does not end within the file */
static const char *string_at(const struct ldcache *c, size_t at)
{
	if (at >= c->len || !memchr(c->bytes + at, '\0', c->len - at))
		return NULL;
	return (const char *)c->bytes + at;
}

const char *ldcache_next(const struct ldcache *c, const char *soname,
			 size_t *at)
{
	while (*at < c->n) {
		size_t entry = NEW_HEADER + (*at)++ * NEW_ENTRY;
		const char *key = string_at(c, u32(c, entry + 4));
		const char *value = string_at(c, u32(c, entry + 8));

		if (key && value && !strcmp(key, soname))
			return value;
	}
	return NULL;
}
