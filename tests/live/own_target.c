/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "own_target.h"
#include "source.h"
#include "vec.h"

struct text own_read(struct arena *a, const char *path)
{
	struct text t;

	if (source_read(a, path, &t.s, &t.len) == SOURCE_OK)
		return t;
	perror(path);
	exit(2);
}

bool own_line(struct text *rest, struct text *line)
{
	const char *nl;

	if (!rest->len)
		return false;
	nl = memchr(rest->s, '\n', rest->len);
	line->s = rest->s;
	line->len = nl ? (size_t)(nl - rest->s) : rest->len;
	rest->len -= line->len + (nl != NULL);
	rest->s += line->len + (nl != NULL);
	return true;
}

struct ktarget own_target(struct arena *a, char **words)
{
	struct krelease release;
	struct text config = own_read(a, words[1]);
	struct ktarget t;

	if (!krelease_parse(words[0], strlen(words[0]), &release)) {
		fprintf(stderr, "%s is no release\n", words[0]);
		exit(2);
	}
	ktarget_init(&t, release);
	if (!ktarget_read_config(&t, config.s, config.len)) {
		fprintf(stderr, "%s is no configuration\n", words[1]);
		exit(2);
	}
	t.lsm = strcmp(words[2], "selinux") == 0 ? KLSM_SELINUX :
		strcmp(words[2], "smack") == 0 ? KLSM_SMACK : KLSM_NONE;
	return t;
}

struct krules own_rules(struct intern *in, const struct ktarget *t, const char *path)
{
	struct text rest = own_read(in->arena, path), line;
	struct krules rules = { NULL, 0, 0 };
	struct kd_out out;

	while (own_line(&rest, &line)) {
		switch (kdialect_parse(t, in, line.s, line.len, &out)) {
		case KD_RULE:
			vec_push(in->arena, &rules, out.rule);
			break;
		case KD_EMPTY:
			break;
		case KD_REFUSED:
			fprintf(stderr, "# the model refuses %.*s: %s\n", (int)line.len, line.s, out.err.message);
			break;
		}
	}
	return rules;
}
