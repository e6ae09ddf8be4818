/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/x509.h>
#include <string.h>
#include <unistd.h>

#include "imalist.h"
#include "make_allowlist.h"
#include "say.h"

/* ima-buf: keys of keyrings, and other data; NULL: the content of a file */
static enum allow_kind kind_of(const struct imaentry *e)
{
	const struct imalist_field *buf = imaentry_field(e, IMAFIELD_BUF);
	const unsigned char *p = buf ? buf->p : NULL;
	X509 *cert;

	if (!buf)
		return ALLOW_FILE;
	cert = d2i_X509(NULL, &p, (long)buf->len);
	X509_free(cert);
	return cert ? ALLOW_KEYRING : ALLOW_BUFFER;
}

/* why an entry cannot be listed; NULL: it can */
static const char *not_listed(const struct imaentry *e)
{
	if (e->violation)
		return "a violation, whose content nobody knows";
	if (!e->name_len || memchr(e->name, '\0', e->name_len))
		return "an entry without a name";
	if (!e->file.len || e->file.hash < 0 ||
	    allowlist_hash_length(e->file.hash) != e->file.len)
		return "a digest by a hash that is not known here";
	return NULL;
}

static void take_entry(struct make *m, const char *file,
		       const struct imaentry *e)
{
	const char *why = not_listed(e);
	struct allowlist_item i = {
		.kind = kind_of(e), .hash = e->file.hash,
		.digest = e->file.p, .len = e->file.len,
	};
	struct arena a;
	struct buf name;

	arena_init(&a);
	buf_init(&name, &a);
	buf_add(&name, e->name, e->name_len);
	i.name = name.s;
	if (!why)
		allowset_add(&m->set, &i);
	else
		say(file, "entry %llu, %s: %s: it is left out",
		    (unsigned long long)e->number, name.s, why);
	m->files += !why;
	m->bad += why != NULL;
	arena_free(&a);
}

static bool read_entries(struct make *m, const char *file, struct imalist *l)
{
	enum imalist_next next;
	struct imaentry e;
	uint64_t at;
	const char *why;

	while ((next = imalist_next(l, &e)) == IMALIST_ENTRY && !m->stop)
		take_entry(m, file, &e);
	switch (next) {
	case IMALIST_ENTRY:
	case IMALIST_END:
		return true;
	case IMALIST_ERRNO:
		say(file, "%s", strerror(errno));
		return false;
	default:
		why = imalist_why(l, &at);
		say(file, "%s, at byte %llu", why, (unsigned long long)at);
		return false;
	}
}

bool make_list(struct make *m, const char *file)
{
	const struct imalist_options o = { 0 };
	bool given = !strcmp(file, "-"), ok;
	int fd = given ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	struct imalist *l;

	if (fd < 0) {
		say(file, "%s", strerror(errno));
		return false;
	}
	l = imalist_new(&o, &fd, 1);
	ok = l && read_entries(m, file, l);
	if (!l)
		say(file, "out of memory");
	imalist_free(l);
	if (!given)
		close(fd);
	return ok;
}
