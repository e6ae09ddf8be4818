/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_COMBINE_H
#define LOADER_COMBINE_H

#include "run.h"

/* After the first load: says which of the boot's rules it has replaced. */
void combine_say_replaced(const struct run *run);

/*
 * A later one: the kernel would append the file's rules to those in force, and the first rule that matches decides. Says
 * what would become of them, as far as what is in force can be read.
 */
void combine_say_append(const struct run *run);

/*
 * Does front, when it stands before rule, keep it from ever acting? It does when both are of one kind of action and every
 * condition of front is one of rule's: then front matches whatever rule matches. Both as readback_canonical() writes them.
 */
bool combine_shadows(struct span front, struct span rule);

#endif
