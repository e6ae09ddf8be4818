/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PUT_CMD_H
#define IMAPOL_PUT_CMD_H

#include <stdbool.h>

#include "vault.h"

/*
 * The commands of imapol-attest-put. Exit status: put 0 stored, 2 not; gate 0
 * trusted, 1 not, 2 could not tell.
 */
enum { PUT_GOOD, PUT_BAD, PUT_CANNOT };

struct put_run {
	struct arena arena;
	struct vault *vault;
	/* options; NULL and VAULT_NO_CAS: not given */
	const char *mount, *path, *token_file, *verdict, *bundle;
	uint64_t cas, limit;
	uint64_t max_age;	/* seconds; 0: any */
	bool digest_only;
	char **files;
	int n_files;
};

int put_main(struct put_run *r);
int gate_main(struct put_run *r);

#endif
