/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assume.h"
#include "bootline.h"
#include "fuzz.h"
#include "gunzip.h"
#include "mountinfo.h"
#include "root.h"

/*
 * Any bytes as a table of mounts, as a mountinfo, as a command line, as what
 * gzip made and as the comments of a compiled file. Beside not crashing: a
 * refusal has a place inside its text,
 * each mountinfo that is taken gives a table that is taken with as many mounts,
 * and assumptions that are read are written as they were.
 */
static struct arena arena;

static void fail(const char *what, const char *text)
{
	fprintf(stderr, "%s: %s\n", what, text ? text : "");
	abort();
}

static void read_mounts(struct root *r, struct diags *ds, const char *text,
			size_t len)
{
	size_t i;

	diags_init(ds, &arena);
	root_init(r, &arena);
	root_add_alias(r, "/b", "/usr/b");
	root_read_mounts(r, source_new(&arena, "table", text, len, 0), ds);
	for (i = 0; i < ds->n; i++) {
		const struct span *s = &ds->v[i]->span;

		if (!s->src || s->start > s->end || s->end > len)
			fail("a message without a place", ds->v[i]->text);
	}
}

static void check_mounts(const char *text, size_t len)
{
	struct diags ds;
	struct root r;
	size_t i;

	read_mounts(&r, &ds, text, len);
	for (i = 0; i < r.mounts.n && i < 50; i++) {
		const struct root_mount *m = &r.mounts.v[i];
		struct root_mounts on = { 0 };
		struct root_answer a;
		struct buf glob;

		buf_init(&glob, &arena);
		buf_printf(&glob, "%s/**", m->dir[1] ? m->dir : "");
		a = root_whole(&r, glob.s);
		if (a.how == ROOT_WHOLE && (!a.fsuuids.n || a.mount->part ||
					    a.mount->unknown))
			fail("a whole file system that is none", glob.s);
		root_holders(&r, glob.s, &on);
		root_deeper(&r, m);
		root_own(&r, m);
		root_crossed(&r, glob.s);
	}
}

static bool device(const char *path, unsigned int *major, unsigned int *minor)
{
	*major = 8;
	*minor = (unsigned char)path[0];
	return path[0] == '/';
}

static void check_mountinfo(const char *text)
{
	static struct mountinfo_disk disk[] = {
		{ 8, 1, "11111111-2222-3333-4444-555555555551" },
		{ 8, '/', "\"\\" },
	};
	static const mountinfo_disks disks = { disk, 2, 2 };
	struct diags ds;
	struct root r;
	struct buf b;
	size_t lines;

	buf_init(&b, &arena);
	buf_puts(&b, "");
	if (!mountinfo_table(text, &disks, device, &b, &lines) || lines == 1)
		return;
	read_mounts(&r, &ds, b.s, b.len);
	if (ds.n || r.mounts.n != lines - 1)
		fail("a table that is none", b.s);
}

static void check_assume(const char *text, size_t len)
{
	struct assume first, second;
	assume_findings found = { 0 };
	struct buf b;
	size_t i;

	assume_init(&first, &arena);
	assume_init(&second, &arena);
	assume_read(&first, text, len);
	buf_init(&b, &arena);
	buf_puts(&b, "");
	for (i = 0; i < first.items.n; i++) {
		buf_puts(&b, "# assumes ");
		assume_put(&first.items.v[i], &b);
		buf_putc(&b, '\n');
	}
	assume_read(&second, b.s, b.len);
	if (second.items.n != first.items.n)
		fail("assumptions are lost", b.s);
	for (i = 0; i < first.items.n; i++)
		if (first.items.v[i].key != second.items.v[i].key ||
		    strcmp(first.items.v[i].name, second.items.v[i].name) ||
		    strcmp(first.items.v[i].state, second.items.v[i].state))
			fail("an assumption has changed", b.s);
	assume_compare(&first, &second, &found);
	if (found.n && found.v[0].verdict != ASSUME_SAME)
		fail("the same is not the same", b.s);
}

/* a command line that is written again in its plain form is the same */
static void check_bootline(const char *text, size_t len)
{
	bootline_params first = { 0 }, second = { 0 };
	struct bootline_grub g;
	struct buf b;
	size_t i;

	bootline_parse(&arena, text, len, &first);
	buf_init(&b, &arena);
	buf_puts(&b, "");
	for (i = 0; i < first.n; i++) {
		if (!first.v[i].value || strchr(first.v[i].name, '"') ||
		    strchr(first.v[i].value, '"') ||
		    strpbrk(first.v[i].name, " \t\n\v\f\r"))
			continue;
		buf_printf(&b, "%s=\"%s\" ", first.v[i].name,
			   first.v[i].value);
		bootline_parse(&arena, b.s, b.len, &second);
		if (second.n != 1 ||
		    strcmp(second.v[0].name, first.v[i].name) ||
		    strcmp(second.v[0].value, first.v[i].value))
			fail("a parameter has changed", b.s);
		b.len = 0;
		second.n = 0;
	}
	bootline_grub_init(&g, &arena);
	bootline_grub_add(&g, text, len);
	bootline_grub_text(&g);
}

static void check_gunzip(const char *text, size_t len)
{
	struct buf b;

	buf_init(&b, &arena);
	if (gunzip(text, len, &b) && b.len > GUNZIP_MAX)
		fail("too much came out", text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	arena_init(&arena);
	text = arena_strndup(&arena, (const char *)data, size);
	check_mounts(text, size);
	check_mountinfo(text);
	check_assume(text, size);
	check_bootline(text, size);
	check_gunzip(text, size);
	arena_free(&arena);
	return 0;
}
