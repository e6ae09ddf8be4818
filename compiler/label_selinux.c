/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <selinux/selinux.h>

#include "label.h"

bool label_selinux_runs(void)
{
	return is_selinux_enabled() == 1;
}

const char *label_file_contexts(void)
{
	return selinux_file_context_path();
}
