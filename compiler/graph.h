/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_GRAPH_H
#define IMAPOL_GRAPH_H

#include "cases.h"

/*
 * The decision of a policy as a picture. Both are whole documents in UTF-8 and
 * need nothing beside them; bytes of the policy are text in them, whatever they
 * are.
 */

/* for Graphviz: operation, files, subjects, outcome from left to right */
void graph_dot(const struct policy *p, const struct cases *c, const char *title,
	       struct buf *out);
/* a page with a table; each outcome is a link to its statement, shown below */
void graph_html(const struct policy *p, const struct cases *c,
		const char *title, struct buf *out);

#endif
