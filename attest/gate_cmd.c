/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "digest.h"
#include "outfile.h"
#include "put_cmd.h"
#include "say.h"
#include "stored.h"

/* seconds that clocks may be apart */
enum { CLOCKS = 300 };

/* ---- the evidence ---- */

static bool is_digest(const char *bytes, size_t len, const char *sha256)
{
	char text[DIGEST_TEXT];

	return digest_sha256(bytes, len, text) && !strcmp(text, sha256);
}

/* NULL: it was said */
static const char *get_part(struct put_run *r, const struct stored *s, size_t i,
			    size_t *len)
{
	const struct stored_part *part = &s->parts.v[i];
	const char *path = stored_part_path(&r->arena, r->path, i + 1);
	const char *base64, *bytes, *why;
	struct vault_secret secret;

	if (vault_read(r->vault, r->mount, path, part->version, &secret,
		       &why) != VAULT_DONE) {
		say(path, "%s", why);
		return NULL;
	}
	base64 = stored_read_part(&secret.data);
	bytes = base64 ? stored_bytes(&r->arena, base64, len) : NULL;
	if (bytes && is_digest(bytes, *len, part->sha256))
		return bytes;
	say(path, "version %" PRIu64 " is not the part that was stored",
	    part->version);
	return NULL;
}

static bool get_bundle(struct put_run *r, const struct stored *s,
		       struct buf *out)
{
	const char *bytes;
	size_t i, len;

	buf_init(out, &r->arena);
	buf_puts(out, "");
	if (s->bundle) {
		bytes = stored_bytes(&r->arena, s->bundle, &len);
		buf_add(out, bytes ? bytes : "", bytes ? len : 0);
	}
	for (i = 0; i < s->parts.n; i++) {
		bytes = get_part(r, s, i, &len);
		if (!bytes)
			return false;
		buf_add(out, bytes, len);
	}
	if (!s->bundle && !s->parts.n)
		say(r->path, "the evidence is not there: it was put with "
		    "--digest-only; its sha256 is %s", s->sha256);
	else if (out->len == s->bytes && is_digest(out->s, out->len, s->sha256))
		return true;
	else
		say(r->path, "the evidence is not what was stored: its digest "
		    "differs");
	return false;
}

static bool write_bundle(struct put_run *r, const struct stored *s)
{
	struct buf b;

	if (!get_bundle(r, s, &b))
		return false;
	if (outfile_replace(&r->arena, r->bundle, b.s, b.len))
		return true;
	say(r->bundle, "%s", strerror(errno));
	return false;
}

/* ---- how old ---- */

/* "2026-11-26T10:00:00.123456789Z", as Vault writes its clock; -1: it is none */
static long long seconds_of(const char *text)
{
	struct tm tm = { 0 };
	const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;

	if (!rest)
		return -1;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	return strcmp(rest, "Z") ? -1 : (long long)timegm(&tm);
}

static int judge_age(struct put_run *r, const struct vault_secret *secret)
{
	long long then = seconds_of(secret->created), now = time(NULL);

	if (!r->max_age)
		return PUT_GOOD;
	if (then < 0 || then > now + CLOCKS) {
		say(r->path, "when it was stored cannot be told (%s): do the "
		    "clocks agree?", secret->created ? secret->created :
		    "Vault does not say");
		return PUT_CANNOT;
	}
	if (now - then <= (long long)r->max_age)
		return PUT_GOOD;
	say(r->path, "the verdict is %lld seconds old, more than --max-age %"
	    PRIu64 ": verify the machine again", now - then, r->max_age);
	return PUT_BAD;
}

/* ---- the gate ---- */

/* words of the verifier that it does not say are no answer either */
static int judge_result(const char *result)
{
	if (!strcmp(result, "trusted"))
		return PUT_GOOD;
	return strcmp(result, "not trusted") ? PUT_CANNOT : PUT_BAD;
}

static int judge(struct put_run *r, const struct vault_secret *secret,
		 const struct stored *s)
{
	int result = judge_result(s->result), age = judge_age(r, secret);

	if (r->bundle && !write_bundle(r, s))
		return PUT_CANNOT;
	if (!say_print("%s/%s version %" PRIu64 ": %s", r->mount, r->path,
		       secret->version, s->result))
		return PUT_CANNOT;
	return age == PUT_GOOD ? result : age;
}

int gate_main(struct put_run *r)
{
	struct vault_secret secret;
	struct stored s;
	const char *why;

	if (r->n_files) {
		say(r->files[0], "a gate takes no file: --path names the host's");
		return PUT_CANNOT;
	}
	if (vault_read(r->vault, r->mount, r->path, 0, &secret, &why) !=
	    VAULT_DONE) {
		say(r->path, "%s", why);
		return PUT_CANNOT;
	}
	why = stored_read(&r->arena, &secret.data, &s);
	if (why) {
		say(r->path, "what is stored there cannot be told: %s", why);
		return PUT_CANNOT;
	}
	return judge(r, &secret, &s);
}
