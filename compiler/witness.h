/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_WITNESS_H
#define IMAPOL_WITNESS_H

#include "space.h"

/* One access, for messages: a point of a space, and its words. */
struct witness {
	uint32_t atom[SPACE_DIMS];
	bool fixed[SPACE_DIMS];	/* false: it does not matter */
};

/* a point of the set, the same one each time; false: the set is empty */
bool witness_find(const struct space *sp, dd_ref set, struct witness *w);

/* one with as few atoms fixed as can be; all accesses that have them are in it */
bool witness_smallest(const struct space *sp, dd_ref set, struct witness *w);

/* "exec of a file with label type bin_t, owner 0, by real uid 1000 …" */
void witness_describe(const struct space *sp, const struct witness *w,
		      struct buf *out);
/* "exec by real uid 1000" */
void witness_describe_access(const struct space *sp, const struct witness *w,
			     struct buf *out);
/* " by real uid 1000"; nothing where it can be anybody */
void witness_describe_subject(const struct space *sp, const struct witness *w,
			      struct buf *out);
/* "a file with label type bin_t, owner 0"; "any file" */
void witness_describe_file(const struct space *sp, const struct witness *w,
			   struct buf *out);

/* the pieces: "open read write"; "label type", "saved uid" */
void witness_describe_event(const struct space *sp, uint32_t atom,
			    struct buf *out);
const char *witness_dim_word(enum space_dim dim);
/* the same of no space: "open", and "open read write" */
void witness_describe_hook(enum khook hook, struct buf *out);
void witness_describe_operation(enum khook hook, uint8_t mask, struct buf *out);
/* "0x9fa0 (proc)" */
void witness_put_magic(uint64_t magic, struct buf *out);
/* its values are names, or none */
bool witness_dim_is_name(enum space_dim dim);
/* "owner 0", "a label type that nothing names", "without CAP_SETUID" */
void witness_describe_dim(const struct space *sp, enum space_dim dim,
			  uint32_t atom, struct buf *out);

#endif
