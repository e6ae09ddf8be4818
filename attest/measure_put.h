/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_MEASURE_PUT_H
#define IMAPOL_MEASURE_PUT_H

#include "imalist.h"

/*
 * Entries of a measurement list for people and programs. Names are shown so that
 * none looks like more than a name, or like another one: what ends lines, moves a
 * cursor or stands for blanks is <0a> or <U+2028> in the table and in CSV, and
 * there "<" is <3c>, as no name may look like that by itself. JSON has its own
 * escapes.
 */
enum measure_format { MEASURE_TABLE, MEASURE_CSV, MEASURE_JSON };

struct measure_writer {
	enum measure_format format;
	struct buf out;		/* the caller's to write, and to set len to 0 */
	struct buf scratch;
};

void measure_writer_init(struct measure_writer *w, struct arena *a,
			 enum measure_format format);
/* the line above the first entry */
void measure_put_head(struct measure_writer *w);
/* l: that the entry is of; its width and order are known then */
void measure_put(struct measure_writer *w, const struct imalist *l,
		 const struct imaentry *e);

/* "sha256:" and hexadecimal digits, of fs-verity with "verity:" before it */
void measure_put_digest(struct buf *out, const struct imalist_digest *d);

#endif
