/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_AUDITHEAD_H
#define IMAPOL_AUDITHEAD_H

#include "auditrec.h"

/*
 * Where in a line a record begins, of which type it is, and when it was. Its
 * fields are auditrec.c's.
 */
struct audithead {
	enum auditrec_from from;
	unsigned int type;	/* 0: "ima: …" of the kernel log, which body starts behind */
	bool has_id;
	uint64_t seconds, serial;
	unsigned int millis;
	bool interpreted;	/* ausearch -i: no value is quoted or in hexadecimal */
	const char *body;	/* the fields; in the line, or in the arena */
	size_t len;
};

/* false: there is none about IMA */
bool audithead_find(struct arena *a, const char *line, size_t len,
		    struct audithead *out);

#endif
