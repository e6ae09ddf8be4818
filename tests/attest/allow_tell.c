/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allowlist.h"
#include "allowlist_int.h"
#include "hex.h"
#include "kmodel.h"
#include "pyregex.h"

/*
 *	allow_tell [LIST...] [-n NAMED...]	of each "file|data HASH HEX NAME" on
 *						standard input: the answer, the id's
 *						name
 *	allow_tell -r				of each "REGEX NAME": 1, 0, or why it
 *						is refused
 *
 * Names and expressions are in hexadecimal, and "-" where they are empty; so are
 * names and reasons in answers, a "-" before each.
 */
static struct arena arena;

static const char *const answers[] = {
	[ALLOW_GOOD] = "good", [ALLOW_OTHER_NAME] = "other-name",
	[ALLOW_OTHER_CONTENT] = "other-content", [ALLOW_UNKNOWN] = "unknown",
	[ALLOW_EXCLUDED] = "excluded", [ALLOW_OTHER_HASH] = "other-hash",
};

static char *text_of(const char *hex, size_t *len)
{
	char *s = arena_zalloc(&arena, strlen(hex) + 1, 1);
	unsigned int byte;

	for (*len = 0; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		s[(*len)++] = (char)byte;
	return s;
}

static void put_text(const char *s)
{
	printf("-");
	for (; *s; s++)
		printf("%02x", (unsigned char)*s);
	printf("\n");
}

static struct allowlist *load(int argc, char **argv)
{
	struct allowlist *l = allowlist_new(&arena);
	bool named = false;
	const char *why;
	int i;

	for (i = 1; i < argc; i++) {
		int fd;

		if (!strcmp(argv[i], "-n")) {
			named = true;
			continue;
		}
		fd = open(argv[i], O_RDONLY);
		if (!allowlist_load(l, fd, argv[i], named, &why)) {
			printf("%s\n", why);
			exit(1);
		}
		close(fd);
	}
	return l;
}

static void answer(const struct allowlist *l, const char *kind, const char *hash,
		   const char *hex, const char *name)
{
	uint8_t digest[ALLOWLIST_DIGEST_MAX];
	size_t len = hex_read(hex, strlen(hex), digest, sizeof(digest)), name_len;
	const char *s = text_of(name, &name_len);
	int h = kmodel_hash_index(hash);
	uint32_t id = 0;
	enum allow_answer a;

	if (!strcmp(kind, "data"))
		a = allowlist_ask_data(l, s, name_len, h, digest, len, true);
	else
		a = allowlist_ask(l, s, name_len, h, digest, len, &id);
	printf("%s ", answers[a]);
	put_text(id ? allowlist_name(l, id) : "");
}

static void match(const char *regex, const char *name)
{
	size_t regex_len, len;
	const char *r = text_of(regex, &regex_len), *s = text_of(name, &len);
	const char *why;
	struct pyregex p;

	pyregex_init(&p, &arena);
	if (!pyregex_add(&p, r, &why))
		put_text(why);
	else
		printf("%d\n", pyregex_matches(&p, s, len));
}

int main(int argc, char **argv)
{
	static char word[4][20000];
	struct allowlist *l = NULL;

	arena_init(&arena);
	if (argc == 2 && !strcmp(argv[1], "-r")) {
		while (scanf("%19999s %19999s", word[0], word[1]) == 2)
			match(word[0], word[1]);
	} else {
		l = load(argc, argv);
		while (scanf("%19999s %19999s %19999s %19999s", word[0], word[1],
			     word[2], word[3]) == 4)
			answer(l, word[0], word[1], word[2], word[3]);
	}
	allowlist_free(l);
	arena_free(&arena);
	return 0;
}
