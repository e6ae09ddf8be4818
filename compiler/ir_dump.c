/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "emit.h"

void ir_dump(const struct ir *ir, struct buf *out)
{
	size_t i;

	for (i = 0; i < ir->rules.n; i++) {
		const struct ir_rule *r = &ir->rules.v[i];
		struct position p = { 0 };

		if (r->origin.src)
			p = source_position(ir->arena, r->origin.src,
					    r->origin.start);
		buf_printf(out, "%zu\t%zu:%zu\t", r->stmt, p.line, p.column);
		emit_rule(&r->k, out);
		buf_putc(out, '\n');
	}
}
