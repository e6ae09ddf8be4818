/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_COMPARE_H
#define IMAPOL_CLI_COMPARE_H

#include "assume.h"

/* Assumptions of a compiled file against what is so now, as text. */

/* a line for each; false: not all of them hold, or one cannot be told */
bool cli_compare(const struct assume *then, const struct assume *now,
		 struct buf *out);

#endif
