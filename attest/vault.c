/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http.h"
#include "json.h"
#include "secret.h"
#include "util.h"
#include "vault.h"

enum {
	TRIES = 3,
	TIMEOUT = 60,		/* seconds, as vault(1) has it */
	WAIT_MAX = 30,		/* seconds between tries */
	ERROR_MAX = 300,	/* bytes of an answer's own words */
};

struct vault {
	struct arena *arena;
	struct http *http;
	const char *address, *ca;
	const char *header[4];
	size_t headers;
};

/* ---- who and where ---- */

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* NULL: *why */
static const char *find_token(struct arena *a, const char *file,
			      const char **why)
{
	const char *home = variable("HOME"), *given = variable("VAULT_TOKEN");
	char token[PASSWORD_MAX];

	if (!file && given)
		return given;
	if (!file && !home) {
		*why = "no token: set VAULT_TOKEN, or name --token-file";
		return NULL;
	}
	if (!file) {
		file = buf_textf(a, "%s/.vault-token", home);
		if (access(file, F_OK)) {
			*why = buf_textf(a, "no token: neither VAULT_TOKEN nor "
					 "%s is there: vault login makes one",
					 file);
			return NULL;
		}
	}
	if (!secret_read(a, file, token, why))
		return NULL;
	given = arena_strndup(a, token, strlen(token));
	explicit_bzero(token, sizeof(token));
	return given;
}

static bool set_address(struct vault *v, const char **why)
{
	const char *address = variable("VAULT_ADDR");
	size_t len;

	if (!address)
		address = "https://127.0.0.1:8200";
	if ((strncmp(address, "https://", 8) && strncmp(address, "http://", 7)) ||
	    strpbrk(address, " \t\r\n?#")) {
		*why = "VAULT_ADDR is no address that starts with https:// or "
			"http://";
		return false;
	}
	len = strlen(address);
	while (address[len - 1] == '/')
		len--;
	v->address = arena_strndup(v->arena, address, len);
	return true;
}

static void add_header(struct vault *v, const char *name, const char *value)
{
	v->header[v->headers++] = buf_textf(v->arena, "%s: %s", name, value);
}

struct vault *vault_open(struct arena *a, const char *token_file,
			 const char **why)
{
	struct vault *v = arena_new(a, struct vault);
	const char *token = find_token(a, token_file, why);

	v->arena = a;
	if (!token || !set_address(v, why))
		return NULL;
	if (variable("VAULT_SKIP_VERIFY")) {
		*why = "VAULT_SKIP_VERIFY is set: certificates are always "
			"checked here: name the authority in VAULT_CACERT";
		return NULL;
	}
	v->ca = variable("VAULT_CACERT");
	add_header(v, "X-Vault-Token", token);
	add_header(v, "X-Vault-Request", "true");
	add_header(v, "Content-Type", "application/json");
	if (variable("VAULT_NAMESPACE"))
		add_header(v, "X-Vault-Namespace", variable("VAULT_NAMESPACE"));
	v->http = http_new();
	if (v->http)
		return v;
	*why = "out of memory";
	return NULL;
}

void vault_close(struct vault *v)
{
	if (v)
		http_free(v->http);
}

bool vault_in_the_clear(const struct vault *v)
{
	static const char *const here[] = {
		"http://127.", "http://localhost:", "http://localhost/",
		"http://[::1]",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(here); i++)
		if (!strncmp(v->address, here[i], strlen(here[i])))
			return false;
	return !strncmp(v->address, "http://", 7);
}

/* ---- paths ---- */

const char *vault_path_problem(const char *path)
{
	const char *p, *slash;

	for (p = path; ; p = slash + 1) {
		size_t len = strcspn(p, "/");

		if (!len)
			return "an empty part in a path: a/b, and no slash at "
				"either end";
		if (!strncmp(p, "..", len))
			return "a part of a path that is . or ..";
		slash = p + len;
		if (!*slash)
			return NULL;
	}
}

/* what may not stand in an address as it is (RFC 3986) */
static void put_path(struct buf *b, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";

	for (; *path; path++)
		if (strchr(plain, *path))
			buf_putc(b, *path);
		else
			buf_printf(b, "%%%02X", (unsigned char)*path);
}

static const char *url_of(struct vault *v, const char *mount, const char *path,
			  uint64_t version)
{
	struct buf b;

	buf_init(&b, v->arena);
	buf_printf(&b, "%s/v1/", v->address);
	put_path(&b, mount);
	buf_puts(&b, "/data/");
	put_path(&b, path);
	if (version)
		buf_printf(&b, "?version=%" PRIu64, version);
	return b.s;
}

/* ---- a request ---- */

static const char *meaning(int status)
{
	switch (status) {
	case 400:
		return "the request was refused";
	case 403:
		return "the token may not do that, is not valid here, or has "
			"expired";
	case 404:
		return "nothing is there: is --mount a key-value engine, "
			"version 2?";
	case 405:
		return "no key-value engine, version 2, is at --mount";
	case 413:
		return "too much for this server: a smaller --limit";
	case 429:
		return "too many requests";
	case 503:
		return "Vault is sealed, or down for maintenance";
	}
	if (status >= 300 && status < 400)
		return "it sends elsewhere, which is not followed: set "
			"VAULT_ADDR to the node that is active";
	return status >= 500 ? "it has trouble of its own" :
		"an answer that is not documented";
}

/* {"errors":["…"]}: the first; "": it says nothing */
static const char *own_words(struct vault *v, const struct buf *answer)
{
	const char *key, *text = NULL, *one;
	struct jsonread r;

	jsonread_init(&r, v->arena, answer->s ? answer->s : "", answer->len);
	if (!jsonread_enter(&r, '{'))
		return "";
	while (jsonread_member(&r, &key)) {
		if (strcmp(key, "errors") || !jsonread_enter(&r, '[')) {
			jsonread_skip(&r);
			continue;
		}
		while (jsonread_element(&r)) {
			one = jsonread_text(&r);
			text = text ? text : one;
		}
	}
	if (r.why || !text || !*text)
		return "";
	return buf_textf(v->arena, ": %.*s", ERROR_MAX, text);
}

static bool may_pass(int status)
{
	return !status || status == 412 || status == 429 ||
	       (status >= 500 && status != 501);
}

/* the status; 0: *why */
static int ask(struct vault *v, const char *method, const char *url,
	       const struct buf *body, struct buf *answer, const char **why)
{
	struct http_request r = {
		.method = method, .url = url, .headers = v->header,
		.n_headers = v->headers, .body = body ? body->s : NULL,
		.len = body ? body->len : 0, .ca = v->ca, .timeout = TIMEOUT,
	};
	int status = 0, try;
	long after;

	for (try = 1; try <= TRIES; try++) {
		buf_init(answer, v->arena);
		status = http_do(v->http, &r, answer, &after, why);
		if (!may_pass(status) || try == TRIES)
			break;
		if (after < 1)
			after = 1;
		sleep((unsigned int)(after < WAIT_MAX ? after : WAIT_MAX));
	}
	return status;
}

static enum vault_end fail(struct vault *v, int status,
			   const struct buf *answer, const char **why)
{
	if (status)
		*why = buf_textf(v->arena, "Vault: status %d: %s%s", status,
				 meaning(status), own_words(v, answer));
	else
		*why = buf_textf(v->arena, "Vault: %s", *why);
	return VAULT_FAILED;
}

/* ---- what Vault says of a version ---- */

struct metadata {
	const char *created, *deleted;
	uint64_t version;
	bool destroyed;
};

static void read_metadata(struct jsonread *r, struct metadata *m)
{
	const char *key;

	if (!jsonread_enter(r, '{'))
		return;
	while (jsonread_member(r, &key)) {
		if (!strcmp(key, "created_time")) {
			m->created = jsonread_text(r);
		} else if (!strcmp(key, "deletion_time")) {
			m->deleted = jsonread_text(r);
		} else if (!strcmp(key, "version")) {
			(void)jsonread_number(r, UINT64_MAX - 1, &m->version);
		} else if (!strcmp(key, "destroyed")) {
			m->destroyed = jsonread_peek(r) != 'f';
			jsonread_skip(r);
		} else {
			jsonread_skip(r);
		}
	}
}

/* ---- writing ---- */

/* {"data":{"version":N,…}} */
static bool read_version(struct vault *v, const struct buf *answer,
			 uint64_t *version)
{
	struct metadata m = { 0 };
	struct jsonread r;
	const char *key;

	jsonread_init(&r, v->arena, answer->s ? answer->s : "", answer->len);
	if (!jsonread_enter(&r, '{'))
		return false;
	while (jsonread_member(&r, &key))
		if (!strcmp(key, "data"))
			read_metadata(&r, &m);
		else
			jsonread_skip(&r);
	*version = m.version;
	return jsonread_end(&r) && m.version;
}

static bool is_cas_error(const char *words)
{
	return strstr(words, "check-and-set") != NULL;
}

enum vault_end vault_write(struct vault *v, const char *mount, const char *path,
			   const struct buf *data, uint64_t cas,
			   uint64_t *version, const char **why)
{
	struct buf body, answer;
	int status;

	buf_init(&body, v->arena);
	if (cas != VAULT_NO_CAS)
		buf_printf(&body, "{\"options\":{\"cas\":%" PRIu64 "},", cas);
	else
		buf_putc(&body, '{');
	buf_puts(&body, "\"data\":");
	buf_add(&body, data->s, data->len);
	buf_putc(&body, '}');
	status = ask(v, "POST", url_of(v, mount, path, 0), &body, &answer, why);
	if (status == 400 && is_cas_error(own_words(v, &answer))) {
		*why = cas == VAULT_NO_CAS ?
			"Vault: this engine wants --cas: the version that is "
			"there now, or 0 where there is none" :
			"Vault: another version is there than --cas says: "
			"somebody else has written in between, or this did "
			"and the answer was lost";
		return VAULT_FAILED;
	}
	if (status != 200)
		return fail(v, status, &answer, why);
	if (read_version(v, &answer, version))
		return VAULT_DONE;
	*why = "Vault: the answer has no version in it: is --mount a key-value "
		"engine, version 2?";
	return VAULT_FAILED;
}

/* ---- reading ---- */

/* {"data":{"data":{…},"metadata":{…}}}; false: it has no such form */
static bool read_answer(struct vault *v, const struct buf *answer,
			struct metadata *m, struct jsonread *data)
{
	struct jsonread r;
	const char *key;
	bool got = false;

	jsonread_init(&r, v->arena, answer->s ? answer->s : "", answer->len);
	if (!jsonread_enter(&r, '{'))
		return false;
	while (jsonread_member(&r, &key)) {
		if (strcmp(key, "data") || !jsonread_enter(&r, '{')) {
			jsonread_skip(&r);
			continue;
		}
		while (jsonread_member(&r, &key)) {
			if (!strcmp(key, "metadata")) {
				read_metadata(&r, m);
				continue;
			}
			if (!strcmp(key, "data") && jsonread_peek(&r) == '{') {
				got = true;
				*data = r;
			}
			jsonread_skip(&r);
		}
	}
	return jsonread_end(&r) && (got || m->version);
}

static enum vault_end absent(struct vault *v, const struct metadata *m,
			     const char **why)
{
	if (m->destroyed || (m->deleted && *m->deleted))
		*why = buf_textf(v->arena, "Vault: version %" PRIu64 " was "
				 "deleted", m->version);
	else
		*why = "Vault: nothing is stored there: is --path right, and "
			"does the token see it?";
	return VAULT_ABSENT;
}

enum vault_end vault_read(struct vault *v, const char *mount, const char *path,
			  uint64_t version, struct vault_secret *out,
			  const char **why)
{
	struct metadata m = { 0 };
	struct buf answer;
	bool whole;
	int status;

	memset(out, 0, sizeof(*out));
	status = ask(v, "GET", url_of(v, mount, path, version), NULL, &answer,
		     why);
	if (status != 200 && status != 404)
		return fail(v, status, &answer, why);
	whole = read_answer(v, &answer, &m, &out->data);
	/* a mount that is not there says so; a secret that is not, nothing */
	if (status == 404 && *own_words(v, &answer))
		return fail(v, status, &answer, why);
	if (status == 404)
		return absent(v, &m, why);
	if (!whole || !out->data.text) {
		*why = "Vault: the answer is not that of a key-value engine, "
			"version 2: is --mount right?";
		return VAULT_FAILED;
	}
	if (m.destroyed)
		return absent(v, &m, why);
	/* a deletion_time beside data is still to come (delete_version_after) */
	out->version = m.version;
	out->created = m.created;
	return VAULT_DONE;
}
