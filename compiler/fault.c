/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "fault.h"

/* only in the library that tests are linked to */
int imapol_fault = FAULT_NONE;

const char *fault_name(int fault)
{
	static const char *const texts[] = {
		[FAULT_NONE] = "none",
#define FAULT(id, text) [FAULT_##id] = text,
#include "faults.def"
#undef FAULT
	};

	return fault >= 0 && fault < FAULT_COUNT ? texts[fault] : "none";
}
