/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "nearest.h"
#include "trap_int.h"

/*
 * A magic number and the name that the comment gives it. A comment is believed
 * to name the file system of the line below when it has the macro of one, or
 * one name and hardly a word beside it.
 */
#define MAX_WORDS 3

static bool is_word_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_name(const char *s, size_t len, const char *name)
{
	size_t i;

	if (strlen(name) != len)
		return false;
	for (i = 0; i < len; i++)
		if (lower(s[i]) != lower(name[i]))
			return false;
	return true;
}

/* the file system of a word: its name, "procfs" for proc, or its macro */
static const struct krow *find_fs(const char *s, size_t len, bool *macro)
{
	struct krange r = kmodel_range(KKIND_FS);
	unsigned int f;

	for (f = r.first; f < (unsigned int)r.end; f++) {
		const struct krow *row = kmodel_row((enum kfeature)f);
		size_t n = strlen(row->word);

		*macro = row->text && same_name(s, len, row->text);
		if (*macro || same_name(s, len, row->word) ||
		    (len == n + 2 && same_name(s, n, row->word) &&
		     same_name(s + n, 2, "fs")))
			return row;
	}
	return NULL;
}

struct named {
	const struct krow *fs;	/* the first one */
	struct span word;
	bool macro, several;	/* several: with another number */
	size_t words;
};

static void name_in_comment(struct span comment, struct named *out)
{
	const char *text = comment.src->text;
	size_t at = comment.start;

	memset(out, 0, sizeof(*out));
	while (at < comment.end) {
		const struct krow *fs;
		size_t from;
		bool macro;

		while (at < comment.end && !is_word_char(text[at]))
			at++;
		for (from = at; at < comment.end && is_word_char(text[at]);)
			at++;
		if (from == at)
			break;
		out->words++;
		fs = find_fs(text + from, at - from, &macro);
		if (!fs)
			continue;
		out->several |= out->fs && out->fs->num != fs->num;
		out->macro |= macro;
		if (!out->fs)
			out->word = (struct span){ comment.src, from, at };
		out->fs = fs;
	}
}

static void put_names(struct traps *l, uint64_t magic, struct buf *out)
{
	struct krange r = kmodel_range(KKIND_FS);
	const char *between = "";
	unsigned int f;

	buf_init(out, l->arena);
	for (f = r.first; f < (unsigned int)r.end; f++) {
		const struct krow *row = kmodel_row((enum kfeature)f);

		if (row->num != magic)
			continue;
		buf_printf(out, "%s%s", between, row->word);
		between = ", ";
	}
}

/* of the numbers that are known, the one written nearly like it */
static const char *nearest_magic(struct traps *l, uint64_t magic)
{
	struct krange r = kmodel_range(KKIND_FS);
	char word[24], (*text)[24];
	const char **names;
	unsigned int f;
	size_t n = 0;

	text = arena_zalloc(l->arena, r.end - r.first + 1, sizeof(*text));
	names = arena_zalloc(l->arena, r.end - r.first + 1, sizeof(*names));
	for (f = r.first; f < (unsigned int)r.end; f++) {
		snprintf(text[n], sizeof(text[n]), "0x%" PRIx64,
			 kmodel_row((enum kfeature)f)->num);
		names[n] = text[n];
		n++;
	}
	snprintf(word, sizeof(word), "0x%" PRIx64, magic);
	return nearest_name(word, names, n);
}

static void say_unknown(struct traps *l, const struct trap_line *line,
			const struct named *named)
{
	uint64_t magic = line->k.fsmagic;
	struct diag *d;
	const char *near;

	d = diag_add(l->ds, DIAG_UNKNOWN_MAGIC,
		     trap_place(line, KF_KEY_FSMAGIC), "no file system that is "
		     "known has the magic number 0x%" PRIx64, magic);
	if (named->fs && !named->several) {
		diag_note(l->ds, d, named->word, "that of %s is 0x%" PRIx64,
			  named->fs->word, named->fs->num);
		return;
	}
	near = nearest_magic(l, magic);
	if (near)
		diag_note(l->ds, d, NO_SPAN, "did you mean `fsmagic=%s`?",
			  near);
}

static void say_other(struct traps *l, const struct trap_line *line,
		      const struct named *named)
{
	struct span place = trap_place(line, KF_KEY_FSMAGIC);
	struct buf names, edit;
	struct diag *d;

	put_names(l, line->k.fsmagic, &names);
	d = diag_add(l->ds, DIAG_MAGIC_COMMENT, place, "0x%" PRIx64 " is the "
		     "magic number of %s, and the comment says %s",
		     line->k.fsmagic, names.s, named->fs->word);
	diag_note(l->ds, d, named->word, "that of %s is 0x%" PRIx64,
		  named->fs->word, named->fs->num);
	buf_init(&edit, l->arena);
	buf_printf(&edit, "%s=0x%" PRIx64, kmodel_word(KF_KEY_FSMAGIC),
		   named->fs->num);
	diag_edit(l->ds, d, place, edit.s, false);
}

void trap_magic(struct traps *l, const struct trap_line *line)
{
	struct named named = { 0 };
	struct span comment;

	if (!line->k.has_fsmagic)
		return;
	comment = trap_comment(line);
	if (comment.src)
		name_in_comment(comment, &named);
	if (!named.macro && named.words > MAX_WORDS)
		named.fs = NULL;
	if (kmodel_fs_of_magic(line->k.fsmagic) == KFS_UNKNOWN)
		say_unknown(l, line, &named);
	else if (named.fs && !named.several &&
		 named.fs->num != line->k.fsmagic)
		say_other(l, line, &named);
}
