/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "machine_int.h"

/*
 * /etc/imapol/load.conf, in which an administrator says what is loaded at boot.
 * imapol-load --check-conf judges how it is written; here is read what it says.
 */

#define BLANKS " \t\r"

/* the text from s to end, without blanks around it */
static const char *trimmed(struct machine *m, const char *s, const char *end)
{
	s += strspn(s, BLANKS);
	while (end > s && strchr(BLANKS, end[-1]))
		end--;
	return end > s ? arena_strndup(m->arena, s, (size_t)(end - s)) : "";
}

/* a # starts a comment at the beginning, or behind a blank */
static const char *before_comment(const char *line, const char *end)
{
	const char *s;

	for (s = line; s < end; s++)
		if (*s == '#' && (s == line || strchr(BLANKS, s[-1])))
			return s;
	return end;
}

static void add_named(struct machine *m, const char *key, const char *path)
{
	struct machine_named n = { .key = key, .file.path = path };

	vec_push(m->arena, &m->conf.named, n);
}

static void set(struct machine *m, const char *key, const char *value)
{
	if (!strcmp(key, "load"))
		m->conf.load = value;
	else if (!strcmp(key, "source"))
		m->conf.named.v[0].file.path = value;
	else if (!strcmp(key, "policy"))
		m->conf.policy.path = value;
	else if (!strcmp(key, "keys") || !strcmp(key, "prime"))
		add_named(m, key, value);
}

static void read_line(struct machine *m, const char *line, const char *end)
{
	const char *equals;

	end = before_comment(line, end);
	equals = memchr(line, '=', (size_t)(end - line));
	if (equals)
		set(m, trimmed(m, line, equals), trimmed(m, equals + 1, end));
}

void machine_read_conf(struct machine *m, const struct hostfs *fs)
{
	struct machine_conf *c = &m->conf;
	const char *s, *end;
	size_t i;

	c->load = "auto";
	c->policy.path = "/etc/imapol/policy";
	c->file = hostfs_read(fs, "/etc/imapol/load.conf");
	if (!c->file.there)
		return;
	add_named(m, "source", "/etc/imapol/policy.imapol");
	for (s = c->file.text; s && *s; s = end + (*end != '\0')) {
		end = s + strcspn(s, "\n");
		read_line(m, s, end);
	}
	for (i = 0; i < c->named.n; i++)
		c->named.v[i].file = hostfs_read(fs, c->named.v[i].file.path);
	c->policy = machine_file(m, fs, c->policy.path);
}
