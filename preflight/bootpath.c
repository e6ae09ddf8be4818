/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "bootpath_int.h"

const char *bootpath_verdict_word(enum bootpath_verdict v)
{
	static const char *const word[] = {
		[BOOTPATH_BOOTS] = "boots",
		[BOOTPATH_LOSSES] = "boots with losses",
		[BOOTPATH_NOT_KNOWN] = "not known",
		[BOOTPATH_DOES_NOT] = "does not boot",
	};

	return word[v];
}

/* ---- ways in ---- */

/* with none that works, what they lack is what locks everybody out */
static void judge_ways(struct boot *b)
{
	size_t n[BOOT_REFUSED + 1] = { 0 }, i;

	for (i = 0; i < b->ways.n; i++)
		n[b->ways.v[i].fate]++;
	if (!b->ways.n)
		boot_note(b, "no getty, sshd or display manager was found: "
			  "it is not asked whether anybody can log in");
	if (n[BOOT_WORKS] || !b->ways.n)
		return;
	for (i = 0; i < b->ways.n; i++)
		boot_weigh(b, &b->ways.v[i].steps, BOOTPATH_FATAL,
			   buf_textf(b->arena, "needed to log in by %s",
				     b->ways.v[i].name));
	if (n[BOOT_UNKNOWN] || n[BOOT_MISSING])
		boot_note(b, "whether anybody could log in cannot be told");
	else
		boot_note(b, "nobody could log in: every way in is refused");
	/* without a policy it would not work either, as far as can be seen */
	for (i = 0; i < b->ways.n; i++)
		if (b->ways.v[i].fate == BOOT_MISSING)
			boot_note(b, "%s: something that it needs is missing",
				  b->ways.v[i].name);
	b->blind |= n[BOOT_MISSING] > 0;
}

/* ---- verdict ---- */

static enum bootpath_verdict of_step(const struct bootpath_step *s)
{
	bool fatal = s->weight == BOOTPATH_FATAL;

	if (s->missing)
		return BOOTPATH_BOOTS;
	switch (s->finding.answer) {
	case JUDGE_REFUSED:
		return fatal ? BOOTPATH_DOES_NOT : BOOTPATH_LOSSES;
	case JUDGE_UNKNOWN:
		return fatal ? BOOTPATH_NOT_KNOWN : BOOTPATH_LOSSES;
	case JUDGE_PASS: case JUDGE_NOT_ASKED:
		break;
	}
	return BOOTPATH_BOOTS;
}

static enum bootpath_verdict verdict(const struct boot *b)
{
	enum bootpath_verdict v = BOOTPATH_BOOTS, of;
	size_t i;

	if (b->cut || b->full || b->blind)
		v = BOOTPATH_NOT_KNOWN;
	for (i = 0; i < b->out->steps.n; i++) {
		of = of_step(&b->out->steps.v[i]);
		v = of > v ? of : v;
	}
	return v;
}

static bool wants_signature(const struct bootpath_step *s)
{
	return s->finding.cause &&
	       (strstr(s->finding.cause, "signature") ||
		strstr(s->finding.cause, "sigv3"));
}

static void closing_notes(struct boot *b)
{
	const struct pubkeys *keys = b->r->keys;
	size_t i;

	if (b->full)
		boot_note(b, "more than %d steps: what follows was not looked "
			  "at", BOOT_STEPS_MAX);
	if (b->cut)
		boot_note(b, "ended before all was looked at");
	for (i = 0; i < b->out->steps.n && (!keys || !keys->v.n); i++)
		if (wants_signature(&b->out->steps.v[i])) {
			boot_note(b, "the boot path needs signatures, and no "
				  "key was given to check them with");
			break;
		}
}

void boot_new(struct boot *b, struct rehearse *r,
	      const struct bootpath_options *o, struct bootpath *out)
{
	memset(b, 0, sizeof(*b));
	b->r = r;
	b->options = o;
	b->out = out;
	b->arena = r->arena;
	intern_init(&b->names, b->arena);
	ptrmap_init(&b->found, b->arena);
	ptrmap_init(&b->file_of, b->arena);
	ptrmap_init(&b->text_of, b->arena);
	ptrmap_init(&b->gone, b->arena);
	ptrmap_init(&b->noted, b->arena);
}

void bootpath_walk(struct rehearse *r, const struct bootpath_options *o,
		   struct bootpath *out)
{
	struct boot b;
	size_t i;

	memset(out, 0, sizeof(*out));
	boot_new(&b, r, o, out);
	boot_image(&b);
	boot_init(&b);
	judge_ways(&b);
	closing_notes(&b);
	for (i = 0; i < b.asides.n; i++)
		vec_push(b.arena, &out->notes, b.asides.v[i]);
	out->verdict = verdict(&b);
}
