/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"

/* of a connection alone, in seconds */
enum { CONNECT_MAX = 15 };

struct http {
	CURL *curl;
	struct curl_slist *headers;
	/* the answer: malloc(), so that nothing ever jumps out of libcurl */
	char *answer;
	size_t len, cap;
	bool full, no_memory;
	char why[160];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool ready;

static void start_libcurl(void)
{
	ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

struct http *http_new(void)
{
	struct http *h;

	pthread_once(&once, start_libcurl);
	h = ready ? calloc(1, sizeof(*h)) : NULL;
	if (!h)
		return NULL;
	h->curl = curl_easy_init();
	if (h->curl)
		return h;
	free(h);
	return NULL;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	curl_easy_cleanup(h->curl);
	curl_slist_free_all(h->headers);
	free(h->answer);
	free(h);
}

/* ---- what libcurl calls ---- */

static bool grow(struct http *h, size_t more)
{
	size_t cap = h->cap ? h->cap : 4096;
	char *answer;

	while (cap - h->len < more)
		cap *= 2;
	if (cap == h->cap)
		return true;
	answer = realloc(h->answer, cap);
	if (!answer)
		return false;
	h->answer = answer;
	h->cap = cap;
	return true;
}

/* anything but n ends it */
static size_t take(char *bytes, size_t one, size_t n, void *arg)
{
	struct http *h = arg;
	size_t len = n;

	h->full = len > HTTP_ANSWER_MAX - h->len;
	if (h->full)
		len = HTTP_ANSWER_MAX - h->len;
	h->no_memory = !grow(h, len);
	if (h->no_memory)
		return 0;
	memcpy(h->answer + h->len, bytes, len);
	h->len += len;
	return len;
}

static int asked_to_stop(void *arg, curl_off_t down_all, curl_off_t down,
			 curl_off_t up_all, curl_off_t up)
{
	const struct http_request *r = arg;

	return r->stop(r->arg);
}

/* ---- a request ---- */

static bool add_header(struct http *h, const char *text)
{
	struct curl_slist *more = curl_slist_append(h->headers, text);

	if (more)
		h->headers = more;
	return more != NULL;
}

/* NULL: all are there */
static const char *set_headers(struct http *h, const struct http_request *r)
{
	size_t i;

	curl_slist_free_all(h->headers);
	h->headers = NULL;
	/* no round trip before the body */
	if (!add_header(h, "Expect:"))
		return "out of memory";
	for (i = 0; i < r->n_headers; i++) {
		if (strpbrk(r->headers[i], "\r\n"))
			return "a header of the request has a line break in it";
		if (!add_header(h, r->headers[i]))
			return "out of memory";
	}
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, h->headers);
	return NULL;
}

static void set_bounds(struct http *h, const struct http_request *r)
{
	long all = r->timeout < 1 ? 1 : r->timeout;

	if (all > HTTP_TIMEOUT_MAX)
		all = HTTP_TIMEOUT_MAX;
	curl_easy_setopt(h->curl, CURLOPT_TIMEOUT, all);
	curl_easy_setopt(h->curl, CURLOPT_CONNECTTIMEOUT,
			 all < CONNECT_MAX ? all : CONNECT_MAX);
	curl_easy_setopt(h->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h->curl, CURLOPT_FOLLOWLOCATION, 0L);
	/* its alarm would be the process's */
	curl_easy_setopt(h->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(h->curl, CURLOPT_WRITEDATA, h);
	/* nor does an end wait for a name that is being resolved */
	curl_easy_setopt(h->curl, CURLOPT_QUICK_EXIT, 1L);
	if (!r->stop)
		return;
	curl_easy_setopt(h->curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(h->curl, CURLOPT_XFERINFOFUNCTION, asked_to_stop);
	curl_easy_setopt(h->curl, CURLOPT_XFERINFODATA, (void *)r);
}

/* NULL: it is ready to go */
static const char *prepare(struct http *h, const struct http_request *r)
{
	const char *why;

	curl_easy_reset(h->curl);
	h->len = 0;
	h->full = h->no_memory = false;
	why = set_headers(h, r);
	if (why)
		return why;
	set_bounds(h, r);
	curl_easy_setopt(h->curl, CURLOPT_USERAGENT, PACKAGE "/" PACKAGE_VERSION);
	if (r->ca)
		curl_easy_setopt(h->curl, CURLOPT_CAINFO, r->ca);
	if (strcmp(r->method, "GET") != 0) {
		curl_easy_setopt(h->curl, CURLOPT_POST, 1L);
		curl_easy_setopt(h->curl, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)r->len);
		curl_easy_setopt(h->curl, CURLOPT_POSTFIELDS,
				 r->body ? r->body : "");
		curl_easy_setopt(h->curl, CURLOPT_CUSTOMREQUEST, r->method);
	}
	return curl_easy_setopt(h->curl, CURLOPT_URL, r->url) == CURLE_OK ?
		NULL : "out of memory";
}

/* ---- what went wrong, in words that tell no address ---- */

static const char *words(struct http *h, const char *fmt, ...) PRINTF_LIKE(2, 3);
static const char *words(struct http *h, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(h->why, sizeof(h->why), fmt, ap);
	va_end(ap);
	return h->why;
}

static const char *of_certificate(struct http *h)
{
	/*
	 * X509_V_ERR_* of OpenSSL's x509_vfy.h, which is what libcurl hands on; it
	 * looks at the name first, and has 1 there until that is good
	 */
	static const struct {
		long code;
		const char *why;
	} v[] = {
		{ 1, "it is for another name" },
		{ 2, "who signed it is not known" },
		{ 9, "it is not valid yet: is the clock right?" },
		{ 10, "it has expired: is the clock right?" },
		{ 18, "it is signed by itself" },
		{ 19, "it is signed by an authority that is not trusted" },
		{ 20, "who signed it is not known" },
		{ 21, "who signed it is not known" },
		{ 23, "it was revoked" },
		{ 62, "it is for another name" },
		{ 64, "it is for another address" },
	};
	long code = 0;
	size_t i;

	curl_easy_getinfo(h->curl, CURLINFO_SSL_VERIFYRESULT, &code);
	for (i = 0; i < ARRAY_SIZE(v); i++)
		if (v[i].code == code)
			return words(h, "its certificate is "
					 "refused: %s", v[i].why);
	return words(h, "its certificate is refused (%ld)", code);
}

static const char *of_connection(struct http *h, const char *what)
{
	long error = 0;

	curl_easy_getinfo(h->curl, CURLINFO_OS_ERRNO, &error);
	if (!error)
		return what;
	return words(h, "%s: %s", what, strerror((int)error));
}

static const char *of_code(struct http *h, const struct http_request *r,
			   CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "the name in the address cannot be resolved";
	case CURLE_COULDNT_RESOLVE_PROXY:
		return "the name of the proxy cannot be resolved";
	case CURLE_COULDNT_CONNECT:
		return of_connection(h, "no connection can be made");
	case CURLE_OPERATION_TIMEDOUT:
		return words(h, "no answer within %ld seconds",
				 r->timeout);
	case CURLE_URL_MALFORMAT:
		return "the address is no URL";
	case CURLE_UNSUPPORTED_PROTOCOL:
		return "the address is neither https nor http";
	case CURLE_GOT_NOTHING:
		return "the connection was closed without an answer";
	case CURLE_PARTIAL_FILE:
		return "the answer ends early";
	case CURLE_RECV_ERROR:
		return of_connection(h, "the connection broke before the answer");
	case CURLE_SEND_ERROR:
		return of_connection(h, "the connection broke before all was sent");
	case CURLE_PEER_FAILED_VERIFICATION:
		return of_certificate(h);
	case CURLE_SSL_CACERT_BADFILE:
		return words(h, "%s: no certificates can be read "
				 "from it", r->ca ? r->ca : "the system's store");
	case CURLE_SSL_CONNECT_ERROR:
		return "no TLS connection can be made: is it https at all?";
	case CURLE_ABORTED_BY_CALLBACK:
		return "it was stopped before the answer came";
	case CURLE_OUT_OF_MEMORY:
		return "out of memory";
	default:
		/* texts of libcurl's own, which know no address */
		return curl_easy_strerror(code);
	}
}

int http_do(struct http *h, const struct http_request *r, struct buf *answer,
	    long *retry_after, const char **why)
{
	curl_off_t wait = 0;
	CURLcode code;
	long status = 0;

	*retry_after = 0;
	*why = prepare(h, r);
	if (*why)
		return 0;
	code = curl_easy_perform(h->curl);
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(h->curl, CURLINFO_RETRY_AFTER, &wait);
	*retry_after = (long)wait;
	if (answer)
		buf_add(answer, h->len ? h->answer : "", h->len);
	if (code == CURLE_WRITE_ERROR && h->full)
		code = CURLE_OK;
	if (h->no_memory)
		code = CURLE_OUT_OF_MEMORY;
	if (code == CURLE_OK && status > 0)
		return (int)status;
	*why = code == CURLE_OK ? "the answer has no status" :
		of_code(h, r, code);
	return 0;
}
