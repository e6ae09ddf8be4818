/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdialect.h"

/*
 * agree RELEASE CONFIG selinux|no-lsm ANSWERS: holds the kernel dialect
 * against what oracle.sh wrote of a booted kernel. Prints the lines where they
 * differ and the count; exit status 1 when one differs.
 */

static char *slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	size_t n;

	*len = 0;
	if (!f)
		return NULL;
	do {
		text = realloc(text, *len + 65536);
		if (!text)
			abort();
		n = fread(text + *len, 1, 65536, f);
		*len += n;
	} while (n);
	fclose(f);
	return text;
}

/* verdict, tab, errno, tab, line */
static int differs(const struct ktarget *t, const char *s, size_t len)
{
	const char *tab = memchr(s, '\t', len), *line;
	int want_errno, got_errno;
	enum kd_result r;
	struct arena a;
	struct intern in;
	struct kd_out out;
	int bad;

	if (!tab || !(line = memchr(tab + 1, '\t', len - (tab + 1 - s))))
		return 1;
	line++;
	len -= (size_t)(line - s);
	want_errno = atoi(tab + 1);
	arena_init(&a);
	intern_init(&in, &a);
	r = kdialect_parse(t, &in, line, len, &out);
	/* EINVAL, ERANGE */
	got_errno = r != KD_REFUSED ? 0 : out.err.erange ? 34 : 22;
	bad = got_errno != want_errno;
	if (bad)
		printf("kernel %d, here %d (%s): %.*s\n", want_errno,
		       got_errno, r == KD_REFUSED ? out.err.message :
		       "accepted", (int)len, line);
	arena_free(&a);
	return bad;
}

int main(int argc, char **argv)
{
	size_t len, n = 0, bad = 0, accepted = 0;
	struct krelease rel;
	struct ktarget t;
	char *text, *at, *nl;

	if (argc != 5 || !krelease_parse(argv[1], strlen(argv[1]), &rel)) {
		fprintf(stderr, "usage: agree RELEASE CONFIG selinux|no-lsm "
			"ANSWERS\n");
		return 2;
	}
	ktarget_init(&t, rel);
	text = slurp(argv[2], &len);
	if (!text || !ktarget_read_config(&t, text, len)) {
		fprintf(stderr, "agree: %s is no configuration\n", argv[2]);
		return 2;
	}
	free(text);
	t.lsm = strcmp(argv[3], "selinux") == 0 ? KLSM_SELINUX : KLSM_NONE;
	text = slurp(argv[4], &len);
	if (!text) {
		fprintf(stderr, "agree: cannot read %s\n", argv[4]);
		return 2;
	}
	for (at = text; (nl = memchr(at, '\n', len - (size_t)(at - text)));
	     at = nl + 1) {
		n++;
		accepted += *at == 'a';
		bad += (size_t)differs(&t, at, (size_t)(nl - at));
	}
	printf("%s: %zu lines, %zu accepted, %zu differ\n", argv[1], n,
	       accepted, bad);
	free(text);
	return bad || !n;
}
