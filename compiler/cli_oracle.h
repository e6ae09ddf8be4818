/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_ORACLE_H
#define IMAPOL_CLI_ORACLE_H

#include "label.h"
#include "paths_prove.h"
#include "senames.h"

/*
 * The installed libselinux as a second opinion for proofs about paths, where it
 * reads file contexts by the rules of the target's. Nothing is said and nothing
 * changes where it cannot serve.
 */
struct cli_oracle {
	struct prove_oracle oracle;
	struct arena *arena;
	const char *base;		/* the file contexts */
	/* whose aliases may stand in them; NULL, as from init: not known */
	const struct senames *selinux;
	bool probed, opened;
	bool fits[FC_VERSION_COUNT];	/* it reads like this version */
	struct label_contexts *contexts; /* NULL: not opened, or refused */
};

/* nothing is opened before the first question */
void cli_oracle_init(struct cli_oracle *o, struct arena *a, const char *base);
void cli_oracle_close(struct cli_oracle *o);

#endif
