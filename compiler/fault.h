/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FAULT_H
#define IMAPOL_FAULT_H

/*
 * Faults that a test plants in lower, order and emit to see verify say no.
 * Only a library built with IMAPOL_FAULTS has them; elsewhere fault_on() is a
 * constant and the code behind it is gone.
 */
enum imapol_fault {
	FAULT_NONE,
#define FAULT(id, text) FAULT_##id,
#include "faults.def"
#undef FAULT
	FAULT_COUNT
};

#ifdef IMAPOL_FAULTS
extern int imapol_fault;
const char *fault_name(int fault);
#define fault_on(id) (imapol_fault == FAULT_##id)
#else
#define fault_on(id) 0
#endif

#endif
