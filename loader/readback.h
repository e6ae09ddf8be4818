/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_READBACK_H
#define LOADER_READBACK_H

#include "lines.h"

enum readback_answer {
	READBACK_SAME,
	READBACK_DIFFERS,
	READBACK_NO_MEMORY,
};

/*
 * Compares the rules of a policy with what the kernel prints as its rules. The kernel appends a load to what it has, so
 * the policy's rules must be the last of the kernel's, in order. Rules are compared by meaning: the kernel prints fields
 * in an order and a spelling of its own. On READBACK_DIFFERS *missing and *line name the first rule that is not there.
 */
enum readback_answer readback_compare(struct span policy, struct span kernel, struct span *missing, size_t *line);

/* The same where other rules may stand behind the policy's, too. */
enum readback_answer readback_has(struct span policy, struct span kernel);

/* Writes rule the way two spellings of one rule come out alike. The text needs at most READBACK_ROOM(rule.len) bytes;
 * answers its length. */
size_t readback_canonical(struct span rule, char *out);

/* A template's format grows into its name or stays; ids mod 2^32 need at most 10 digits: twice the length is ample. */
#define READBACK_ROOM(len) (2 * (len) + 64)

#endif
