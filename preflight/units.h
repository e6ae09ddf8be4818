/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_UNITS_H
#define IMAPOL_UNITS_H

#include "tree.h"
#include "unitfile.h"

/*
 * The units of a root file system as systemd's system manager would load them:
 * search path, aliases, masks, instances of templates, drop-ins, and what a
 * start pulls in. What generators make at boot is not there.
 * Everything lives in the arena given to units_new().
 */
#define UNITS_MAX 100000	/* a start that pulls in more is cut, and says so;
				   the same of one that takes much reading */

enum unit_state {
	UNIT_LOADED,
	UNIT_MASKED,
	UNIT_MISSING,	/* no file: systemd may know it all the same (devices) */
	UNIT_UNREAD,	/* there is one, but it could not be read */
};

enum unit_tie {
	UNIT_WANTS,	/* also Upholds= */
	UNIT_REQUIRES,	/* also Requisite=, BindsTo= */
	UNIT_TRIGGERS,	/* a socket, timer or path starts it later */
	UNIT_TIES
};

struct unit;

struct unit_dep {
	struct unit *unit;
	enum unit_tie tie;
};

struct unit {
	const char *name;	/* that of its file, instance filled in */
	struct unitfile_name parts;
	enum unit_state state;
	/* what PID 1 reads: the unit's own file, then drop-ins in their order */
	unitfile_words files;
	unitfile_lines lines;
	const char *unread;	/* a drop-in that could not be read; NULL: none */
	VEC(struct unit_dep) deps;
	VEC(struct unit *) after;	/* those of the same start */
	/* in a start: */
	bool pulled;		/* part of it, or triggered by a part */
	bool required;		/* by the target, over Requires= alone */
	bool tied, ordered;
};

struct units;

struct units *units_new(struct arena *a, struct tree *t);
/* name may be an alias; NULL: no name of a unit */
struct unit *units_get(struct units *us, const char *name);
bool unit_is(const struct unit *u, const char *type);
/* as a generator would have it: u wants name, if there is such a unit */
void units_want(struct units *us, struct unit *u, const char *name);

/* a directory, or what is in it, that could not be looked at; NULL: there is none */
const char *units_unseen(const struct units *us);

struct units_start {
	VEC(struct unit *) order;	/* as they start, targets behind what they want */
	bool cut;			/* not all of it: too much, or stop */
};

/* a target and all that it pulls in; once for each us */
void units_start(struct units *us, struct unit *target,
		 const volatile bool *stop, struct units_start *out);

/* the directories that units are searched in, the first first, real ones once */
const unitfile_words *units_path(const struct units *us);

#endif
