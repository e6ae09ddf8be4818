/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_MACHINE_INT_H
#define IMAPOL_MACHINE_INT_H

#include "machine.h"

/* what the parts of machine.h share */
void machine_read_keys(struct machine *m, machine_keyctl_read *read_ring);
/* what load.conf says, and whether what it names is there */
void machine_read_conf(struct machine *m, const struct hostfs *fs);
/* who loads a policy at boot, and which policies lie there */
void machine_read_loaders(struct machine *m, const struct hostfs *fs);

/* "DIR/NAME" */
const char *machine_path(struct machine *m, const char *dir, const char *name);
/* one that is there but cannot be read goes to missed */
struct hostfs_file machine_file(struct machine *m, const struct hostfs *fs,
				const char *path);
/* the names in a directory; one that cannot be read goes to missed */
hostfs_names machine_names(struct machine *m, const struct hostfs *fs,
			   const char *dir);

#endif
