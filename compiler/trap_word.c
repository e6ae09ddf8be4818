/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "allow.h"
#include "trap_int.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool trap_next_word(struct span line, size_t *at, struct span *word)
{
	const char *text = line.src->text;

	while (*at < line.end && is_blank(text[*at]))
		++*at;
	*word = (struct span){ line.src, *at, *at };
	while (*at < line.end && !is_blank(text[*at]))
		++*at;
	word->end = *at;
	return word->end > word->start && text[word->start] != '#';
}

bool trap_find_word(const struct trap_line *line, enum kfeature key,
		    struct trap_word *w)
{
	const char *name = kmodel_word(key), *text = line->span.src->text;
	size_t n = strlen(name), at = line->span.start;

	while (trap_next_word(line->span, &at, &w->all)) {
		if (w->all.end - w->all.start <= n ||
		    memcmp(text + w->all.start, name, n) ||
		    !strchr("=<>", text[w->all.start + n]))
			continue;
		w->value = w->all;
		w->value.start += n + 1;
		return true;
	}
	return false;
}

struct span trap_place(const struct trap_line *line, enum kfeature key)
{
	struct trap_word w;

	return trap_find_word(line, key, &w) ? w.all : line->span;
}

const char *trap_with(struct traps *l, const struct trap_line *line,
		      enum kfeature key, const char *word)
{
	const char *text = line->span.src->text, *between = "";
	struct trap_word w;
	struct span one;
	size_t at = line->span.start;
	bool found = trap_find_word(line, key, &w);
	struct buf b;

	buf_init(&b, l->arena);
	while (trap_next_word(line->span, &at, &one)) {
		if (found && one.start == w.all.start) {
			if (*word)
				buf_printf(&b, "%s%s", between, word);
		} else {
			buf_puts(&b, between);
			buf_add(&b, text + one.start, one.end - one.start);
		}
		between = " ";
	}
	return b.s ? b.s : "";
}

void trap_offer_below(struct traps *l, struct diag *d,
		      const struct trap_line *line, const char *text)
{
	struct span end = { line->span.src, line->span.end, line->span.end };
	struct buf b;

	buf_init(&b, l->arena);
	buf_printf(&b, "\n%s", text);
	diag_edit(l->ds, d, end, b.s, false);
}

static struct span trimmed(struct span s)
{
	while (s.start < s.end && is_blank(s.src->text[s.start]))
		s.start++;
	while (s.end > s.start && (is_blank(s.src->text[s.end - 1]) ||
				   s.src->text[s.end - 1] == '\r'))
		s.end--;
	return s;
}

static struct span line_above(struct span line)
{
	const char *text = line.src->text;
	struct span above = { line.src, line.start, line.start };

	while (above.end && text[above.end - 1] != '\n')
		above.end--;
	if (!above.end)
		return NO_SPAN;
	above.start = --above.end;
	while (above.start && text[above.start - 1] != '\n')
		above.start--;
	return trimmed(above);
}

struct span trap_comment(const struct trap_line *line)
{
	size_t at = line->span.start;
	struct span word, above;

	while (trap_next_word(line->span, &at, &word))
		;
	if (word.end > word.start) {
		word.end = line->span.end;
		return word;
	}
	above = line->span;
	do {
		above = line_above(above);
		if (!above.src || above.start == above.end ||
		    above.src->text[above.start] != '#')
			return NO_SPAN;
	} while (allow_is_one(above));
	return above;
}

/* ---- words of the kernel ---- */

const char *trap_done(enum kclass class)
{
	static const char *const words[] = {
		"measured", "appraised", "audited", "hashed",
	};

	static_assert(ARRAY_SIZE(words) == KCLASS_COUNT, "one for each class");
	return words[class];
}

const char *trap_action(const struct krule *r)
{
	return kmodel_word(kmodel_action(r->class, r->dont));
}

const char *trap_hook(enum khook hook)
{
	return kmodel_word(kmodel_hook(hook));
}

const char *trap_mask(uint8_t mask)
{
	struct krange r = kmodel_range(KKIND_MASK);
	unsigned int f;

	for (f = r.first; f < (unsigned int)r.end; f++)
		if (kmodel_row((enum kfeature)f)->num == mask)
			break;
	assert(f < (unsigned int)r.end);
	return kmodel_word((enum kfeature)f);
}

/* ---- what a rule is about ---- */

enum kfs trap_fs(const struct krule *r)
{
	if (r->has_fsmagic)
		return kmodel_fs_of_magic(r->fsmagic);
	return r->fsname ? kmodel_fs_of_name(r->fsname) : KFS_OTHER;
}

const char *trap_fs_name(const struct krule *r)
{
	const char *name = r->has_fsmagic ? kmodel_fsname(r->fsmagic) :
					    r->fsname;

	return name ? name : "this file system";
}

bool trap_names_fs(const struct krule *r)
{
	return r->has_fsmagic || r->fsname || r->fs_subtype || r->fsuuid;
}

bool trap_is_narrow(const struct krule *r)
{
	int f;

	for (f = 0; f < KLSM_FIELDS; f++)
		if (r->lsm[f])
			return true;
	return r->uid.op != KID_ANY || r->gid.op != KID_ANY ||
	       r->fowner.op != KID_ANY || r->fgroup.op != KID_ANY;
}

bool trap_by_root(const struct krule *r)
{
	return r->uid.op == KID_EQ && r->uid.id == 0;
}
