/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_HTTP_H
#define IMAPOL_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/*
 * One request at a time by libcurl: https and http alone, no redirects, bounded
 * answers and times, certificates checked. Addresses and headers may be secrets:
 * they stand in no message. A proxy is that of the environment (curl(1)).
 * Each thread has its own.
 */
#define HTTP_ANSWER_MAX (1u << 20)	/* bytes of an answer */
#define HTTP_TIMEOUT_MAX 3600		/* seconds */

struct http;

struct http *http_new(void);	/* NULL: libcurl has no more */
void http_free(struct http *h);

struct http_request {
	const char *method;	/* "GET", "POST", "PUT" */
	const char *url;
	const char *const *headers;	/* "Content-Type: application/json"; NULL: none */
	size_t n_headers;
	const void *body;
	size_t len;
	const char *ca;		/* file of certificates; NULL: the system's */
	long timeout;		/* seconds for all of it, HTTP_TIMEOUT_MAX at most */
	/* asked once a second: true ends it; NULL: never */
	bool (*stop)(void *arg);
	void *arg;
};

/*
 * The status (200), or 0: nothing came, or not all of it, and *why says in words
 * what is wrong, without the address; it is good until the next call. answer may be
 * NULL; it is cut off at its bound. *retry_after: seconds that the answer asks to
 * wait; 0: it does not.
 */
int http_do(struct http *h, const struct http_request *r, struct buf *answer,
	    long *retry_after, const char **why);

#endif
