/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "fstab.h"
#include "num.h"

#define FIELDS 6

struct field {
	const char *s;
	size_t len;
};

/* octal escapes of fstab and mountinfo: \040 is a blank */
static const char *unescape(struct arena *a, struct field f)
{
	struct buf b;
	size_t i;

	buf_init(&b, a);
	buf_puts(&b, "");
	for (i = 0; i < f.len; i++) {
		int byte = num_octal_escape(f.s + i, f.len - i);

		buf_putc(&b, byte < 0 ? f.s[i] : (char)byte);
		i += byte < 0 ? 0 : 3;
	}
	return b.s;
}

static size_t split(const char *line, size_t len, struct field *f, size_t max)
{
	size_t i = 0, n = 0;

	while (n < max) {
		while (i < len && (line[i] == ' ' || line[i] == '\t'))
			i++;
		if (i == len || line[i] == '#')
			break;
		f[n].s = line + i;
		while (i < len && line[i] != ' ' && line[i] != '\t')
			i++;
		f[n].len = (size_t)(line + i - f[n].s);
		n++;
	}
	return n;
}

size_t fstab_read_line(struct arena *a, const char *line, size_t len,
		       struct fstab_line *out)
{
	struct field f[FIELDS] = { { "", 0 }, { "", 0 }, { "", 0 }, { "", 0 },
				   { "", 0 }, { "", 0 } };
	size_t n = split(line, len, f, FIELDS);

	out->device = unescape(a, f[0]);
	out->dir = unescape(a, f[1]);
	out->type = unescape(a, f[2]);
	out->options = unescape(a, f[3]);
	out->check = n == FIELDS && (f[5].len != 1 || f[5].s[0] != '0');
	return n;
}

bool fstab_has_option(const char *options, const char *name)
{
	size_t n = strlen(name);
	const char *p;

	for (p = options; *p; p += strcspn(p, ",") + (strchr(p, ',') != NULL))
		if (!strncmp(p, name, n) &&
		    (p[n] == '\0' || p[n] == ',' || p[n] == '='))
			return true;
	return false;
}
