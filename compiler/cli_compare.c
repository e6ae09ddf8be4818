/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "cli_compare.h"
#include "utf8.h"

/* what would have told */
static const char *missing_option(enum assume_key key)
{
	switch (key) {
	case ASSUME_READ_AS:
		return "--libselinux";
	case ASSUME_MOUNTS:
	case ASSUME_MOUNT:
		return "--mounts";
	case ASSUME_SYMLINKS:
	case ASSUME_SYMLINK:
		return "--root or --profile";
	case ASSUME_POLICY:
	case ASSUME_ATTRIBUTE:
		return "--selinux-policy or --root";
	default:
		return "--file-contexts or --root";
	}
}

static void put_finding(const struct assume_finding *f, struct buf *out)
{
	static const char *const words[] = {
		[ASSUME_SAME] = "same", [ASSUME_CHANGED] = "changed",
		[ASSUME_GONE] = "gone", [ASSUME_NEW] = "new",
		[ASSUME_NOT_ASKED] = "not known",
	};
	struct buf item;

	_Static_assert(sizeof(words) / sizeof(words[0]) ==
		       ASSUME_VERDICT_COUNT, "a word for each verdict");
	buf_printf(out, "%s: ", words[f->verdict]);
	/* a file that is none of ours may hold any bytes */
	buf_init(&item, out->arena);
	assume_put(f->verdict == ASSUME_NEW ? f->now : f->then, &item);
	utf8_puts_visible(out, item.s);
	if (f->verdict == ASSUME_CHANGED)
		buf_printf(out, ", now %s %s", f->now->name, f->now->state);
	if (f->verdict == ASSUME_NOT_ASKED)
		buf_printf(out, ": give %s", missing_option(f->then->key));
	buf_putc(out, '\n');
}

bool cli_compare(const struct assume *then, const struct assume *now,
		 struct buf *out)
{
	assume_findings all = { 0 };
	bool same = true;
	size_t i;

	assume_compare(then, now, &all);
	for (i = 0; i < all.n; i++) {
		put_finding(&all.v[i], out);
		same &= all.v[i].verdict == ASSUME_SAME;
	}
	return same;
}
