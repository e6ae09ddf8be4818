/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "allowlist.h"
#include "allowlist_write.h"
#include "fuzz.h"
#include "fuzz_file.h"

/*
 * 'r': an expression, a zero byte, a name. Any other first byte: that of a list of
 * good contents. One that is taken is written in our own form and read again, as the
 * same, and all that is in it is good.
 */
static void check_regex(struct arena *a, const uint8_t *data, size_t size)
{
	const char *text = arena_strndup(a, (const char *)data, size), *why = NULL;
	size_t len = strlen(text);
	const char *name = text + len + (len < size);
	struct pyregex p;

	pyregex_init(&p, a);
	if (!pyregex_add(&p, text, &why)) {
		if (!why)
			fail("refused without a reason");
		return;
	}
	len = size - (size_t)(name - text);
	/* what begins with a match of an expression without an end does, too */
	if (pyregex_matches(&p, name, len) && !strpbrk(text, "$Z") &&
	    !memchr(name, 0, len)) {
		char *longer = arena_grow(a, name, len, len + 1);

		longer[len] = 'x';
		if (!pyregex_matches(&p, longer, len + 1))
			fail("a longer name is not matched");
	}
}

static bool load(struct allowlist *l, const void *data, size_t size)
{
	int fd = file_of(data, size);
	const char *why = NULL;
	bool ok = allowlist_load(l, fd, "input", true, &why);

	close(fd);
	if (!ok && !why)
		fail("refused without a reason");
	return ok;
}

static void collect(struct allowset *s, const void *data, size_t size)
{
	int fd = file_of(data, size);
	const char *why;

	allowset_init(s, s->arena);
	if (!allowset_read(s, fd, &why))
		fail("taken once, and not again");
	close(fd);
}

static void ask_all(const struct allowlist *l, const struct allowset *s)
{
	size_t i, k;

	for (i = 0; i < s->items.n; i++) {
		const struct allowset_item *x = &s->items.v[i];
		char *name = arena_strndup(s->arena, x->name, strlen(x->name));
		enum allow_answer answer;
		uint32_t id = 1;

		for (k = 0; name[k]; k++)
			if (name[k] == ' ')
				name[k] = '_';
		if (x->kind >= ALLOW_KEYRING)
			answer = allowlist_ask_data(l, name, k, x->hash,
						    x->digest, x->len, false);
		else
			answer = allowlist_ask(l, name, k, x->hash, x->digest,
					       x->len, &id);
		if (answer != ALLOW_GOOD || !id || id > allowlist_named(l) + 1)
			fail("what is in a list is not good");
	}
}

static void write_again(struct allowset *s, const struct allowlist *before)
{
	struct allowset again = { .arena = s->arena };
	struct allowlist *l = allowlist_new(s->arena);
	struct buf first, second;
	const char *why;

	buf_init(&first, s->arena);
	buf_init(&second, s->arena);
	if (!allowlist_write(s, ALLOWLIST_OWN, &first, &why))
		fail("our own form has no place for it");
	collect(&again, first.s, first.len);
	if (!allowlist_write(&again, ALLOWLIST_OWN, &second, &why) ||
	    first.len != second.len || memcmp(first.s, second.s, first.len))
		fail("another list is read than was written");
	if (!load(l, first.s, first.len) ||
	    allowlist_count(l) != allowlist_count(before))
		fail("another number of contents");
	allowlist_free(l);
}

static void check_list(struct arena *a, const uint8_t *data, size_t size)
{
	struct allowlist *l = allowlist_new(a);
	struct allowset s = { .arena = a };

	if (load(l, data, size)) {
		collect(&s, data, size);
		ask_all(l, &s);
		write_again(&s, l);
	}
	allowlist_free(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;

	arena_init(&a);
	if (size && data[0] == 'r')
		check_regex(&a, data + 1, size - 1);
	else
		check_list(&a, data, size);
	arena_free(&a);
	return 0;
}
