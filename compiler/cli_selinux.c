/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "cli_selinux.h"
#include "digest.h"
#include "label.h"
#include "sepolicy.h"
#include "source.h"

/* what the kernel has loaded, written out by it */
#define IN_FORCE "/sys/fs/selinux/policy"

/* versions of the binary format; what is older has no kernel here */
enum { POLICY_OLDEST = 29, POLICY_NEWEST = 40 };

/* ---- where ---- */

/* the newest file of len bytes of prefix, and ".N"; NULL: there is none */
static const char *newest(struct arena *a, const char *prefix, size_t len)
{
	unsigned int version;

	for (version = POLICY_NEWEST; version >= POLICY_OLDEST; version--) {
		struct buf b;

		buf_init(&b, a);
		buf_add(&b, prefix, len);
		buf_printf(&b, ".%u", version);
		if (!access(b.s, R_OK))
			return b.s;
	}
	return NULL;
}

const char *cli_selinux_running(struct arena *a)
{
	const char *installed = label_policy();

	if (!access(IN_FORCE, R_OK))
		return IN_FORCE;
	return installed ? newest(a, installed, strlen(installed)) : NULL;
}

const char *cli_selinux_beside(struct arena *a, const char *base)
{
	static const char contexts[] = "/contexts/files/file_contexts";
	size_t len = strlen(base), n = sizeof(contexts) - 1;
	struct buf b;

	if (len <= n || strcmp(base + len - n, contexts))
		return NULL;
	buf_init(&b, a);
	buf_add(&b, base, len - n);
	buf_puts(&b, "/policy/policy");
	return newest(a, b.s, b.len);
}

/* ---- what ---- */

/* NULL: the library makes none */
static const char *digest_of(struct arena *a, const char *text, size_t len)
{
	char digest[DIGEST_TEXT];

	return digest_sha256(text, len, digest) ?
		arena_strndup(a, digest, DIGEST_TEXT - 1) : NULL;
}

/* of its types, each with a newline behind it */
static bool make_digest(struct arena *a, struct sename *s)
{
	struct buf b;
	size_t i;

	buf_init(&b, a);
	buf_puts(&b, "");
	for (i = 0; i < s->types.n; i++)
		buf_printf(&b, "%s\n", s->types.v[i]);
	s->digest = digest_of(a, b.s, b.len);
	return s->digest != NULL;
}

static bool make_digests(struct senames *n, const char *text, size_t len)
{
	size_t i;

	n->digest = digest_of(n->arena, text, len);
	for (i = 0; n->digest && i < n->table[SENAMES_TYPES].n; i++) {
		struct sename *s = &n->table[SENAMES_TYPES].v[i];

		if (s->kind == SENAME_ATTRIBUTE && !make_digest(n->arena, s))
			return false;
	}
	return n->digest != NULL;
}

struct senames *cli_selinux_open(struct arena *a, struct intern *strings,
				 const char *path, const char **problem)
{
	struct senames *n = arena_new(a, struct senames);
	const char *text, *why;
	struct buf b;
	size_t len;

	*problem = path;
	switch (source_read(a, path, &text, &len)) {
	case SOURCE_OK:
		break;
	case SOURCE_TOO_LARGE:
		errno = EFBIG;
		return NULL;
	default:
		return NULL;
	}
	senames_init(n, a, strings, path);
	why = sepolicy_read(text, len, n);
	if (why) {
		buf_init(&b, a);
		buf_printf(&b, "%s: %s", path, why);
		*problem = b.s;
		errno = EINVAL;
		return NULL;
	}
	if (make_digests(n, text, len))
		return n;
	errno = ENOTSUP;
	return NULL;
}
