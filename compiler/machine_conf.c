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
static const char *trimmed(struct arena *a, const char *s, const char *end)
{
	s += strspn(s, BLANKS);
	while (end > s && strchr(BLANKS, end[-1]))
		end--;
	return end > s ? arena_strndup(a, s, (size_t)(end - s)) : "";
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

static void add_named(struct arena *a, struct machine_conf *c, const char *key,
		      const char *path)
{
	struct machine_named n = { .key = key, .file.path = path };

	vec_push(a, &c->named, n);
}

static void set(struct arena *a, struct machine_conf *c, const char *key,
		const char *value)
{
	if (!strcmp(key, "load"))
		c->load = value;
	else if (!strcmp(key, "source"))
		c->named.v[0].file.path = value;
	else if (!strcmp(key, "policy"))
		c->policy.path = value;
	else if (!strcmp(key, "keys") || !strcmp(key, "prime"))
		add_named(a, c, key, value);
}

static void read_line(struct arena *a, struct machine_conf *c,
		      const char *line, const char *end)
{
	const char *equals;

	end = before_comment(line, end);
	equals = memchr(line, '=', (size_t)(end - line));
	if (equals)
		set(a, c, trimmed(a, line, equals),
		    trimmed(a, equals + 1, end));
}

void machine_conf_parse(struct machine_conf *c, struct arena *a,
			const char *text)
{
	const char *s, *end;

	c->load = "auto";
	c->policy.path = "/etc/imapol/policy";
	if (!text)
		return;
	add_named(a, c, "source", "/etc/imapol/policy.imapol");
	for (s = text; *s; s = end + (*end != '\0')) {
		end = s + strcspn(s, "\n");
		read_line(a, c, s, end);
	}
}

void machine_read_conf(struct machine *m, const struct hostfs *fs)
{
	struct machine_conf *c = &m->conf;
	size_t i;

	c->file = hostfs_read(fs, "/etc/imapol/load.conf");
	machine_conf_parse(c, m->arena, !c->file.there ? NULL :
			   c->file.text ? c->file.text : "");
	if (!c->file.there)
		return;
	for (i = 0; i < c->named.n; i++)
		c->named.v[i].file = hostfs_read(fs, c->named.v[i].file.path);
	c->policy = machine_file(m, fs, c->policy.path);
}
