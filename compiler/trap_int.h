/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TRAP_INT_H
#define IMAPOL_TRAP_INT_H

#include "access.h"
#include "kmodel_row.h"
#include "trap.h"
#include "shadow.h"

/* What the files of trap share. */

/* the lines of a policy as diagrams: trap_view.c */
struct traps_view {
	bool usable;		/* false: nothing else is set */
	struct space *sp;
	struct access_outcomes outcomes;
	/*
	 * Of each line: where it matches; its outcomes, as far as no line
	 * above matches; what lines below would decide, PASS where none does;
	 * the same of those only that do decide something.
	 */
	dd_ref *region, *left, *below, *live;
	/* of each class: where a line matches; where one acts */
	dd_ref matched[KCLASS_COUNT], acts[KCLASS_COUNT];
	struct shadows *shadows[KCLASS_COUNT];	/* once asked for */
};

struct traps {
	struct arena *arena;
	const struct traps_input *in;
	const struct ktarget *t;
	struct diags *ds;
	const struct trap_line *v;
	size_t n;
	bool acts[KCLASS_COUNT];	/* some line of the class does */
	bool *said;		/* lines that are told to be for nothing */
	struct traps_view view;
};

bool trap_view_build(struct traps *l);
/*
 * To be asked before a warning that rests on a set being empty: false once the
 * budget is used up, when all come out empty.
 */
bool trap_sure(const struct traps *l);
/* is there an access that the line by itself matches? asked of no allow-list */
bool trap_can_match(const struct traps *l, const struct trap_line *line);
/* where of a set that a line like r would match none of its class does */
dd_ref trap_gap(struct traps *l, const struct krule *r);
/* one access of a set, in words; the set is not empty */
const char *trap_witness(struct traps *l, dd_ref set);
/* the part of a decision (terminals 1 + outcome) that acts, as a set */
dd_ref trap_acting(struct traps *l, dd_ref decided);

/* ---- words of a line: trap_word.c ---- */

struct trap_word {
	struct span all;	/* "mask=MAY_READ" */
	struct span value;
};

/* the word from *at on; false: none is left, or a comment begins */
bool trap_next_word(struct span line, size_t *at, struct span *word);
/* by the row of its keyword; false: the line has it not, as after a path */
bool trap_find_word(const struct trap_line *line, enum kfeature key,
		    struct trap_word *w);
/* the word, or the line where it has none */
struct span trap_place(const struct trap_line *line, enum kfeature key);
/* the line with the word of a key replaced; "" takes it out */
const char *trap_with(struct traps *l, const struct trap_line *line,
		      enum kfeature key, const char *word);
/* offer to put a line below */
void trap_offer_below(struct traps *l, struct diag *d,
		      const struct trap_line *line, const char *text);
/* the comment directly above, or behind the rule; src NULL: there is none */
struct span trap_comment(const struct trap_line *line);

/* "measured", "appraised", … */
const char *trap_done(enum kclass class);
const char *trap_action(const struct krule *r);
/* the kernel's word of a hook and of a mask */
const char *trap_hook(enum khook hook);
const char *trap_mask(uint8_t mask);
/* what is on the file systems that the line is about; KFS_OTHER: it says none */
enum kfs trap_fs(const struct krule *r);
const char *trap_fs_name(const struct krule *r);
/* has it conditions beside hook, mask and file system? */
bool trap_is_narrow(const struct krule *r);
bool trap_names_fs(const struct krule *r);
bool trap_by_root(const struct krule *r);

/* ---- the checks, by file ---- */

typedef void trap_one(struct traps *l, const struct trap_line *line);
typedef void trap_all(struct traps *l);

/* trap_line.c: what a line shows by itself */
trap_one trap_old_name, trap_quoted, trap_ignored, trap_never, trap_pcr,
	 trap_large_id, trap_data_label, trap_open_exec, trap_open_maskless,
	 trap_load_uid, trap_pseudo, trap_hash_only, trap_label_scoped,
	 trap_optional;
/* trap_magic.c */
trap_one trap_magic;
/* trap_cover.c: what the lines leave open or take in */
trap_one trap_exact_mask, trap_uid, trap_every_open, trap_no_mmap,
	 trap_tmpfs, trap_root_fs, trap_no_exclusions;
trap_all trap_unscoped, trap_policy, trap_algorithms;
/* trap_dead.c: lines for nothing */
trap_all trap_repeated, trap_dead, trap_idle, trap_no_effect;

#endif
