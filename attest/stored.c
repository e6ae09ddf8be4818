/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <openssl/evp.h>
#include <string.h>

#include "json.h"
#include "stored.h"

static const char format[] = "imapolc evidence 1";

const char *stored_result(struct arena *a, const char *verdict, size_t len,
			  const char **why)
{
	const char *key, *result = NULL;
	struct jsonread r;

	jsonread_init(&r, a, verdict, len);
	if (jsonread_peek(&r) != '{') {
		*why = "it is no JSON object";
		return NULL;
	}
	if (jsonread_enter(&r, '{'))
		while (jsonread_member(&r, &key)) {
			/* which of two would count? */
			if (!strcmp(key, "verdict") && result) {
				*why = "it has two verdicts";
				return NULL;
			}
			if (!strcmp(key, "verdict"))
				result = jsonread_text(&r);
			else
				jsonread_skip(&r);
		}
	if (!jsonread_end(&r)) {
		*why = buf_textf(a, "it is no JSON: %s", r.why);
		return NULL;
	}
	*why = "it has no \"verdict\": imapol-attest verify --format json "
		"makes one";
	return result;
}

/* ---- written ---- */

void stored_put(const struct stored *s, struct buf *out)
{
	struct json j;
	size_t i;

	json_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "format", format);
	json_text(&j, "result", s->result);
	json_text(&j, "verdict", s->verdict);
	json_number(&j, "bundle_bytes", s->bytes);
	json_text(&j, "bundle_sha256", s->sha256);
	if (s->bundle)
		json_text(&j, "bundle", s->bundle);
	if (s->parts.n) {
		json_open(&j, "parts", '[');
		for (i = 0; i < s->parts.n; i++) {
			json_open(&j, NULL, '{');
			json_number(&j, "version", s->parts.v[i].version);
			json_text(&j, "sha256", s->parts.v[i].sha256);
			json_close(&j, '}');
		}
		json_close(&j, ']');
	}
	json_close(&j, '}');
}

void stored_put_part(const char *base64, struct buf *out)
{
	struct json j;

	json_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "part", base64);
	json_close(&j, '}');
}

/* ---- read ---- */

static void read_part(struct jsonread *r, struct stored_part *part)
{
	const char *key;

	if (!jsonread_enter(r, '{'))
		return;
	while (jsonread_member(r, &key))
		if (!strcmp(key, "version"))
			(void)jsonread_number(r, UINT64_MAX - 1, &part->version);
		else if (!strcmp(key, "sha256"))
			part->sha256 = jsonread_text(r);
		else
			jsonread_skip(r);
}

static const char *read_parts(struct arena *a, struct jsonread *r,
			      struct stored *out)
{
	if (!jsonread_enter(r, '['))
		return "its parts are no list";
	while (jsonread_element(r)) {
		struct stored_part part = { 0 };

		read_part(r, &part);
		if (!part.version || !part.sha256)
			return "a part of it has no version or no digest";
		if (out->parts.n == STORED_PARTS)
			return "it has too many parts";
		vec_push(a, &out->parts, part);
	}
	return NULL;
}

static const char *read_members(struct arena *a, struct jsonread *r,
				struct stored *out, const char **of)
{
	const struct { const char *key; const char **to; } texts[] = {
		{ "format", of }, { "result", &out->result },
		{ "verdict", &out->verdict }, { "bundle_sha256", &out->sha256 },
		{ "bundle", &out->bundle },
	};
	const char *key, *why;
	size_t i;

	while (jsonread_member(r, &key)) {
		for (i = 0; i < ARRAY_SIZE(texts); i++)
			if (!strcmp(key, texts[i].key))
				break;
		if (i < ARRAY_SIZE(texts)) {
			*texts[i].to = jsonread_text(r);
		} else if (!strcmp(key, "bundle_bytes")) {
			(void)jsonread_number(r, SIZE_MAX, &out->bytes);
		} else if (!strcmp(key, "parts")) {
			why = read_parts(a, r, out);
			if (why)
				return why;
		} else {
			jsonread_skip(r);
		}
	}
	return NULL;
}

const char *stored_read(struct arena *a, struct jsonread *r, struct stored *out)
{
	const char *of = NULL, *result, *why;

	memset(out, 0, sizeof(*out));
	if (!jsonread_enter(r, '{'))
		return "it is no object";
	why = read_members(a, r, out, &of);
	if (why)
		return why;
	if (r->why)
		return r->why;
	if (!of || strcmp(of, format))
		return "it is not what imapol-attest put stores";
	if (!out->verdict || !out->result || !out->sha256)
		return "its verdict or its digest is missing";
	result = stored_result(a, out->verdict, strlen(out->verdict), &why);
	if (!result)
		return why;
	/* the verifier's own words count, and nobody shows others */
	return strcmp(result, out->result) ?
		"its result is not what its verdict says" : NULL;
}

const char *stored_read_part(struct jsonread *r)
{
	const char *key, *part = NULL;

	if (!jsonread_enter(r, '{'))
		return NULL;
	while (jsonread_member(r, &key))
		if (!strcmp(key, "part"))
			part = jsonread_text(r);
		else
			jsonread_skip(r);
	return r->why ? NULL : part;
}

/* ---- base64 ---- */

const char *stored_base64(struct arena *a, const void *bytes, size_t len)
{
	char *out = arena_alloc(a, (len + 2) / 3 * 4 + 1);

	EVP_EncodeBlock((unsigned char *)out, bytes, (int)len);
	return out;
}

const char *stored_bytes(struct arena *a, const char *base64, size_t *len)
{
	size_t n = strlen(base64), pad = 0;
	unsigned char *out = arena_alloc(a, n / 4 * 3 + 1);

	/* blanks around it are not ours */
	if (n % 4 || n > VAULT_LIMIT * 2 || strpbrk(base64, " \t\r\n") ||
	    (n && EVP_DecodeBlock(out, (const unsigned char *)base64,
				  (int)n) < 0))
		return NULL;
	while (pad < n && pad < 2 && base64[n - 1 - pad] == '=')
		pad++;
	*len = n / 4 * 3 - pad;
	return (char *)out;
}

const char *stored_part_path(struct arena *a, const char *path, size_t n)
{
	return buf_textf(a, "%s/part/%zu", path, n);
}
