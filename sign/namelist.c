/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "namelist.h"

bool namelist_must_escape(const char *text)
{
	return strpbrk(text, "\n\r\\");
}

void namelist_put_escaped(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			buf_puts(out, "\\n");
		else if (*text == '\r')
			buf_puts(out, "\\r");
		else if (*text == '\\')
			buf_puts(out, "\\\\");
		else
			buf_putc(out, *text);
	}
}

void namelist_put(struct buf *out, const char *name, bool nul)
{
	if (nul) {
		buf_add(out, name, strlen(name) + 1);
		return;
	}
	if (namelist_must_escape(name))
		buf_putc(out, '\\');
	namelist_put_escaped(out, name);
	buf_putc(out, '\n');
}

void namelist_open(struct namelist *l, int fd, bool nul)
{
	l->fd = fd;
	l->nul = nul;
	l->line = l->at = l->end = 0;
	l->last = l->skip = false;
	l->why = NULL;
}

/* behind what is there; false: errno tells */
static bool read_more(struct namelist *l)
{
	ssize_t n;

	memmove(l->text, l->text + l->at, l->end - l->at);
	l->end -= l->at;
	l->at = 0;
	do
		n = read(l->fd, l->text + l->end, sizeof(l->text) - 1 - l->end);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return false;
	l->last = n == 0;
	l->end += (size_t)n;
	return true;
}

static enum namelist_next bad(struct namelist *l, const char *why)
{
	l->why = why;
	return NAMELIST_BAD;
}

bool namelist_unescape(char *text)
{
	const char *from;
	char *to = text;

	for (from = text; *from; from++) {
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		switch (*++from) {
		case 'n':
			*to++ = '\n';
			break;
		case 'r':
			*to++ = '\r';
			break;
		case '\\':
			*to++ = '\\';
			break;
		default:
			return false;
		}
	}
	*to = '\0';
	return true;
}

/* s has a NUL behind its len bytes */
static enum namelist_next judge(struct namelist *l, char *s, size_t len,
				const char **name)
{
	if (len > NAMELIST_LONGEST)
		return bad(l, "a name longer than any file's");
	if (strlen(s) != len)
		return bad(l, "a zero byte: a list of names that end with one "
			   "is read with -0");
	if (!l->nul && *s == '\\' && !namelist_unescape(++s))
		return bad(l, "a backslash first, and one that is not \\n, \\r or \\\\");
	if (!*s)
		return bad(l, "an empty name");
	if (strlen(s) >= PATH_MAX)
		return bad(l, "a name longer than any file's");
	*name = s;
	return NAMELIST_NAME;
}

enum namelist_next namelist_next(struct namelist *l, const char **name)
{
	char *s, *end;
	size_t len;

	for (;;) {
		s = l->text + l->at;
		len = l->end - l->at;
		end = memchr(s, l->nul ? '\0' : '\n', len);
		if (end || (l->last && (len || l->skip)))
			break;
		if (l->last)
			return NAMELIST_END;
		if (len > NAMELIST_LONGEST) {
			/* the rest of it is passed over, to its end */
			l->skip = true;
			l->at = l->end;
		}
		if (!read_more(l))
			return NAMELIST_ERRNO;
	}
	len = end ? (size_t)(end - s) : len;
	s[len] = '\0';
	l->at += len + (end != NULL);
	l->line++;
	if (l->skip) {
		l->skip = false;
		return bad(l, "a name longer than any file's");
	}
	return judge(l, s, len, name);
}
