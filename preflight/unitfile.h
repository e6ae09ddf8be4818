/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_UNITFILE_H
#define IMAPOL_UNITFILE_H

#include <stdbool.h>

#include "arena.h"
#include "vec.h"

/*
 * What stands in a unit of systemd: systemd.syntax(7), and the command lines and
 * names of systemd.service(5) and systemd.unit(5). Nothing is looked up here.
 */
struct unitfile_line {
	const char *section, *key, *value;	/* "Service", "Type", "simple" */
};

typedef VEC(struct unitfile_line) unitfile_lines;
typedef VEC(const char *) unitfile_words;

/* adds the lines of a file; those that are malformed are passed over, as systemd does */
void unitfile_parse(struct arena *a, const char *text, size_t len,
		    unitfile_lines *out);

/* without those in sections where systemd does not look for them, of a unit "service" */
void unitfile_drop_others(unitfile_lines *lines, const char *type);

/* the last of that key in any section, which is the one that counts; NULL: none */
const char *unitfile_last(const unitfile_lines *lines, const char *key);
/* the values of a key that adds up; an empty one forgets those before it */
void unitfile_values(struct arena *a, const unitfile_lines *lines,
		     const char *key, unitfile_words *out);
/* yes, no, or what it is when it is not said */
bool unitfile_bool(const unitfile_lines *lines, const char *key,
		   bool otherwise);

/*
 * The next word of *s, with its quotes and escapes taken away; NULL: there is
 * none, or a quote is left open, and *s is where it was.
 */
const char *unitfile_word(struct arena *a, const char **s);

/* ---- names ---- */

#define UNITFILE_NAME_MAX 255

/* "getty@tty1.service" */
struct unitfile_name {
	const char *prefix;	/* "getty" */
	const char *instance;	/* "tty1"; "" of a template; NULL: neither */
	const char *type;	/* "service" */
};

/* false: systemd takes no such name */
bool unitfile_name(struct arena *a, const char *s, struct unitfile_name *out);
/* "getty@.service" of an instance; NULL: it is none */
const char *unitfile_template(struct arena *a, const char *name);
/* the same template with that instance */
const char *unitfile_instance(struct arena *a, const char *template,
			      const char *instance);
/*
 * With the specifiers of a unit filled in, as far as they are known of a system
 * that does not run. NULL: one of them is not.
 */
const char *unitfile_expand(struct arena *a, const char *unit, const char *s);

/* ---- commands ---- */

struct unitfile_command {
	const char *path;	/* absolute, or a name to be searched */
	bool may_fail;		/* "-" */
	unitfile_words words;	/* behind it */
};

/* those of one line ("a ; b"); false: what follows cannot be read */
bool unitfile_commands(struct arena *a, const char *line, void *arg,
		       void (*each)(void *arg,
				    const struct unitfile_command *c));

#endif
