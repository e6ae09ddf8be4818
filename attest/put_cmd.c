/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"
#include "put_cmd.h"
#include "say.h"
#include "source.h"
#include "stored.h"

/* bytes of evidence in one secret: as base64 they fit into the limit */
static size_t room(const struct put_run *r, size_t taken)
{
	size_t left = (size_t)r->limit - VAULT_AROUND;

	return taken < left ? (left - taken) / 4 * 3 : 0;
}

/* ---- files ---- */

static bool read_file(struct put_run *r, const char *file, size_t max,
		      const char **text, size_t *len)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), error;
	enum source_error got = SOURCE_ERRNO;

	if (fd >= 0)
		got = source_read_most(&r->arena, fd, max, text, len);
	error = errno;
	if (fd >= 0)
		close(fd);
	if (got == SOURCE_OK && *len)
		return true;
	if (got == SOURCE_OK)
		say(file, "it is empty");
	else if (got == SOURCE_TOO_LARGE)
		say(file, "it has more than the %zu bytes that are stored of "
		    "such a file: %s", max, max > STORED_VERDICT_MAX ?
		    "keep it elsewhere, and store --digest-only" :
		    "is it the verdict?");
	else
		say(file, "%s", strerror(error));
	return false;
}

/* ---- the secret ---- */

static bool read_verdict(struct put_run *r, struct stored *s)
{
	const char *text, *why;
	size_t len;

	if (!read_file(r, r->verdict, STORED_VERDICT_MAX, &text, &len))
		return false;
	s->verdict = text;
	s->result = stored_result(&r->arena, text, len, &why);
	if (!s->result || strlen(text) != len) {
		say(r->verdict, "%s", s->result ? "it has zero bytes" : why);
		return false;
	}
	return true;
}

static const char *digest_of(struct put_run *r, const char *bytes, size_t len)
{
	char *text = arena_alloc(&r->arena, DIGEST_TEXT);

	return digest_sha256(bytes, len, text) ? text : NULL;
}

static bool put_part(struct put_run *r, struct stored *s, const char *bytes,
		     size_t len)
{
	const char *path = stored_part_path(&r->arena, r->path, s->parts.n + 1);
	struct stored_part part = { .sha256 = digest_of(r, bytes, len) };
	const char *why;
	struct buf b;

	buf_init(&b, &r->arena);
	stored_put_part(stored_base64(&r->arena, bytes, len), &b);
	if (vault_write(r->vault, r->mount, path, &b, VAULT_NO_CAS,
			&part.version, &why) != VAULT_DONE) {
		say(path, "%s", why);
		return false;
	}
	vec_push(&r->arena, &s->parts, part);
	return true;
}

static bool put_parts(struct put_run *r, struct stored *s, const char *bytes,
		      size_t len)
{
	size_t at, n, each = room(r, 0);

	for (at = 0; at < len; at += n) {
		n = len - at < each ? len - at : each;
		if (!put_part(r, s, bytes + at, n))
			return false;
	}
	return true;
}

/* in s, or in parts that are written now */
static bool put_bundle(struct put_run *r, struct stored *s)
{
	size_t most = STORED_PARTS * room(r, 0), taken, len;
	const char *bytes;
	struct buf alone;

	/* of evidence that is not stored, any length */
	if (!read_file(r, r->bundle, r->digest_only ? SIZE_MAX / 8 : most,
		       &bytes, &len))
		return false;
	s->bytes = len;
	s->sha256 = digest_of(r, bytes, len);
	if (!s->sha256) {
		say(NULL, "libcrypto makes no SHA-256");
		return false;
	}
	if (r->digest_only)
		return true;
	buf_init(&alone, &r->arena);
	stored_put(s, &alone);
	taken = alone.len;
	if (len <= room(r, taken))
		s->bundle = stored_base64(&r->arena, bytes, len);
	return s->bundle || put_parts(r, s, bytes, len);
}

static int put_all(struct put_run *r, struct stored *s)
{
	uint64_t version;
	const char *why;
	struct buf b;

	if (!read_verdict(r, s) || !put_bundle(r, s))
		return PUT_CANNOT;
	buf_init(&b, &r->arena);
	stored_put(s, &b);
	if (b.len > r->limit) {
		say(r->verdict, "with the names of its parts it is more than "
		    "the %" PRIu64 " bytes of --limit", r->limit);
		return PUT_CANNOT;
	}
	if (vault_write(r->vault, r->mount, r->path, &b, r->cas, &version,
			&why) != VAULT_DONE) {
		say(r->path, "%s", why);
		return PUT_CANNOT;
	}
	return say_print("%s/%s version %" PRIu64 ": %s, %" PRIu64 " bytes of "
			 "evidence in %zu parts", r->mount, r->path, version,
			 s->result, s->bytes,
			 s->parts.n ? s->parts.n : (size_t)!!s->bundle) ?
		PUT_GOOD : PUT_CANNOT;
}

int put_main(struct put_run *r)
{
	struct stored s = { 0 };

	if (r->n_files != 1) {
		say(NULL, "one BUNDLE is to be named: what imapol-attest collect "
		    "made");
		return PUT_CANNOT;
	}
	if (!r->verdict) {
		say(NULL, "--verdict FILE is missing: what imapol-attest verify "
		    "--format json said");
		return PUT_CANNOT;
	}
	r->bundle = r->files[0];
	return put_all(r, &s);
}
