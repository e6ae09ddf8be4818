/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hex.h"
#include "json.h"
#include "measure_put.h"
#include "measure_status.h"
#include "utf8.h"

enum { OLD_NAME_MAX = 255 };	/* template "ima": longer paths by their last part */

static const char *const words[] = {
	[MEASURE_LAST] = "last",
	[MEASURE_EARLIER] = "earlier",
	[MEASURE_OTHER] = "other",
	[MEASURE_NEVER] = "never",
	[MEASURE_VIOLATION] = "violation",
	[MEASURE_UNKNOWN] = "unknown",
};

_Static_assert(ARRAY_SIZE(words) == MEASURE_ANSWERS, "a word for each answer");

const char *measure_answer_word(enum measure_answer a)
{
	return words[a];
}

/* ---- the question ---- */

/* as the kernel writes it (ima_write_template_field_data()) */
static const char *as_listed(struct arena *a, const char *path)
{
	char *s = arena_strndup(a, path, strlen(path)), *blank;

	for (blank = s; (blank = strchr(blank, ' ')); )
		*blank = '_';
	return s;
}

static bool take_digits(struct measure_status *s, const char *content)
{
	const char *colon = strrchr(content, ':');
	const char *digits = colon ? colon + 1 : content;
	size_t len = strlen(digits);

	/* md5 to sha512: whatever has fewer digits is a name */
	if (strspn(digits, "0123456789abcdefABCDEF") != len || len < 32)
		return false;
	s->digest_len = hex_read(digits, len, s->digest, sizeof(s->digest));
	if (!s->digest_len)
		return false;
	if (colon)
		s->algo = arena_strndup(s->arena, content,
					(size_t)(colon - content));
	/* "ima:" before it says what all have that do not say "verity:" */
	if (s->algo && !strncmp(s->algo, "ima:", 4))
		s->algo += 4;
	return true;
}

static bool open_content(struct measure_status *s, const char *file,
			 const char **why)
{
	struct stat st;

	s->fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (s->fd < 0) {
		*why = buf_textf(s->arena, "%s: its content cannot be read: %s: "
				 "name a hash or another file", file,
				 strerror(errno));
		return false;
	}
	if (fstat(s->fd, &st) || !S_ISREG(st.st_mode)) {
		*why = buf_textf(s->arena, "%s: no regular file, and no hash in "
				 "hexadecimal digits", file);
		return false;
	}
	s->hasher = filedigest_new();
	if (!s->hasher)
		*why = "out of memory";
	return s->hasher;
}

bool measure_status_init(struct measure_status *s, struct arena *a,
			 const char *path, const char *content,
			 const char **why)
{
	memset(s, 0, sizeof(*s));
	s->arena = a;
	s->fd = -1;
	s->path = as_listed(a, path);
	s->path_len = strlen(path);
	buf_init(&s->last_digest, a);
	return take_digits(s, content) || open_content(s, content, why);
}

void measure_status_free(struct measure_status *s)
{
	filedigest_free(s->hasher);
	if (s->fd >= 0)
		close(s->fd);
}

/* ---- is an entry's content the one? ---- */

enum same { SAME, DIFFERENT, CANNOT_TELL };

static ssize_t read_file(void *arg, void *buf, size_t len, uint64_t off)
{
	const int *fd = arg;

	return pread(*fd, buf, len, (off_t)off);
}

/* the file's digest as that of the entry is made; kept */
static const struct measure_made *make(struct measure_status *s,
				       const struct imalist_digest *d)
{
	struct filedigest_source src = { read_file, &s->fd, 0 };
	struct measure_made *m;
	struct stat st;

	for (m = s->made; m; m = m->next)
		if (m->hash == d->hash && m->verity == d->verity)
			return m;
	m = arena_new(s->arena, struct measure_made);
	m->hash = d->hash;
	m->verity = d->verity;
	m->next = s->made;
	s->made = m;
	if (d->hash < 0)
		return m;
	if (!fstat(s->fd, &st))
		src.size = (uint64_t)st.st_size;
	errno = 0;
	m->len = (d->verity ? filedigest_verity : filedigest_content)(
		s->hasher, d->hash, &src, NULL, m->digest);
	if (!m->len && errno != ENOTSUP)
		s->error = errno;
	return m;
}

static enum same compare_digits(const struct measure_status *s,
				const struct imalist_digest *d)
{
	const char *algo = s->algo;

	if (algo && d->verity != !strncmp(algo, "verity:", 7))
		return CANNOT_TELL;
	if (algo && d->verity)
		algo += 7;
	if (algo && (strlen(algo) != d->algo_len ||
		     memcmp(algo, d->algo, d->algo_len) != 0))
		return CANNOT_TELL;
	if (s->digest_len != d->len)
		return CANNOT_TELL;
	return memcmp(s->digest, d->p, d->len) ? DIFFERENT : SAME;
}

static enum same compare(struct measure_status *s,
			 const struct imalist_digest *d)
{
	const struct measure_made *m;

	if (!d->len)
		return CANNOT_TELL;
	if (s->digest_len)
		return compare_digits(s, d);
	m = make(s, d);
	if (!m->len || m->len != d->len)
		return CANNOT_TELL;
	return memcmp(m->digest, d->p, d->len) ? DIFFERENT : SAME;
}

/* ---- the list ---- */

static bool is_of_path(const struct measure_status *s, const struct imaentry *e)
{
	const char *slash = strrchr(s->path, '/');
	const char *path = s->path;
	size_t len = s->path_len;

	if (e->old && len > OLD_NAME_MAX && slash) {
		len -= (size_t)(slash + 1 - path);
		path = slash + 1;
	}
	return e->name_len == len && !memcmp(e->name, path, len);
}

bool measure_status_add(struct measure_status *s, const struct imaentry *e)
{
	s->entries = e->number;
	if (!is_of_path(s, e))
		return true;
	if (e->violation) {
		s->violation = e->number;
		return true;
	}
	s->measured++;
	s->last = e->number;
	s->violation = 0;
	s->last_digest.len = 0;
	if (e->file.len)
		measure_put_digest(&s->last_digest, &e->file);
	else
		buf_puts(&s->last_digest, "no digest");
	switch (compare(s, &e->file)) {
	case SAME:
		s->same = e->number;
		break;
	case CANNOT_TELL:
		s->unknown = e->number;
		break;
	case DIFFERENT:
		break;
	}
	return !s->error;
}

enum measure_answer measure_status_answer(const struct measure_status *s)
{
	if (!s->last)
		return s->violation ? MEASURE_VIOLATION : MEASURE_NEVER;
	if (s->unknown == s->last)
		return MEASURE_UNKNOWN;
	if (s->same == s->last)
		return s->violation ? MEASURE_VIOLATION : MEASURE_LAST;
	return s->same ? MEASURE_EARLIER : MEASURE_OTHER;
}

/* ---- the answer in words ---- */

#define N(number) ((unsigned long long)(number))

static void put_violation(const struct measure_status *s, struct buf *out)
{
	if (s->last)
		buf_printf(out, "entry %llu, its last, has this content, but "
			   "entry %llu behind it is a violation: it was open for "
			   "writing while it was read, so what was read is not "
			   "known", N(s->last), N(s->violation));
	else
		buf_printf(out, "entry %llu is a violation, and no content of it "
			   "was ever measured", N(s->violation));
}

void measure_status_put(const struct measure_status *s, struct buf *out)
{
	enum measure_answer a = measure_status_answer(s);

	utf8_puts_visible(out, s->path);
	buf_printf(out, ": %s: ", words[a]);
	switch (a) {
	case MEASURE_LAST:
		buf_printf(out, "entry %llu, its last, has this content, %s",
			   N(s->last), s->last_digest.s);
		break;
	case MEASURE_EARLIER:
		buf_printf(out, "entry %llu has this content, and entry %llu, its "
			   "last, another one, %s; one that comes back makes no "
			   "new entry", N(s->same), N(s->last),
			   s->last_digest.s);
		break;
	case MEASURE_OTHER:
		buf_printf(out, "%llu %s, none with this content; the last, %llu, "
			   "has %s", N(s->measured), s->measured == 1 ? "entry" :
			   "entries", N(s->last), s->last_digest.s);
		break;
	case MEASURE_VIOLATION:
		put_violation(s, out);
		break;
	case MEASURE_UNKNOWN:
		buf_printf(out, "entry %llu, its last, has %s, which cannot be "
			   "held against this: name the file, or its digest by "
			   "that hash", N(s->last), s->last_digest.s);
		break;
	default:
		buf_printf(out, "none of %llu entries is of it", N(s->entries));
	}
	if (s->unknown && s->unknown != s->last)
		buf_printf(out, "; entry %llu is by a hash that cannot be "
			   "compared", N(s->unknown));
}

static void put_number(struct json *j, const char *key, uint64_t n)
{
	if (n)
		json_number(j, key, n);
	else
		json_null(j, key);
}

void measure_status_put_json(const struct measure_status *s, struct buf *out)
{
	struct json j;

	json_init(&j, out);
	json_open(&j, NULL, '{');
	json_bytes(&j, "path", s->path, s->path_len);
	json_text(&j, "status", words[measure_status_answer(s)]);
	json_number(&j, "entries", s->entries);
	json_number(&j, "measured", s->measured);
	put_number(&j, "last", s->last);
	json_text(&j, "last_digest", s->last ? s->last_digest.s : NULL);
	put_number(&j, "same", s->same);
	put_number(&j, "violation", s->violation);
	put_number(&j, "not_compared", s->unknown);
	json_close(&j, '}');
	json_end(&j);
}
