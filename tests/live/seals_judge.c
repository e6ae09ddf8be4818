/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * seals_judge RELEASE CONFIG OPTIONS DIR: what sealcheck says of the values that seals.sh has made in DIR, for a kernel of
 * that release with that configuration, to which OPTIONS are added (joined by commas, or -): those of modules that it has
 * loaded. For each line of DIR/list, the number of the value, its kind and the answer, with tabs between them; then, for
 * each key of DIR/keys/list, "key", its name and whether that kernel takes it.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "sealcheck.h"

static struct arena a;
static struct ktarget target;
static struct pubkeys keys;
static struct filedigest *digests;
static const char *dir;

static void fail(const char *about)
{
	fprintf(stderr, "seals_judge: %s: %s\n", about, strerror(errno));
	exit(2);
}

struct bytes {
	char *s;
	size_t len;
};

/* a file of DIR; none is no bytes where it need not be there */
static struct bytes slurp(const char *path, bool wanted)
{
	struct bytes b = { .s = arena_alloc(&a, 1 << 20) };
	FILE *f = fopen(path, "r");

	if (!f && wanted)
		fail(path);
	if (!f)
		return b;
	b.len = fread(b.s, 1, (1 << 20) - 1, f);
	b.s[b.len] = '\0';
	fclose(f);
	return b;
}

static ssize_t read_bytes(void *arg, void *buf, size_t len, uint64_t off)
{
	const struct bytes *b = arg;

	if (off >= b->len)
		return 0;
	if (len > b->len - off)
		len = b->len - (size_t)off;
	memcpy(buf, b->s + off, len);
	return (ssize_t)len;
}

static const char *kind_word(const struct imaxattr *x)
{
	static const char *const words[] = {
		[IMAXATTR_NONE] = "none",
		[IMAXATTR_DIGEST] = "digest",
		[IMAXATTR_DIGEST_NG] = "digest-ng",
		[IMAXATTR_SIGNATURE] = "signature",
		[IMAXATTR_VERITY_SIGNATURE] = "verity-signature",
		[IMAXATTR_OTHER] = "other",
	};

	if (x->kind != IMAXATTR_SIGNATURE && x->kind != IMAXATTR_VERITY_SIGNATURE)
		return words[x->kind];
	return buf_textf(&a, "%s %u", words[x->kind], x->version);
}

static const char *result_word(enum sealcheck_result r)
{
	static const char *const words[] = {
		[SEALCHECK_GOOD] = "good",
		[SEALCHECK_NONE] = "none",
		[SEALCHECK_CONTENT] = "content",
		[SEALCHECK_FORGED] = "forged",
		[SEALCHECK_NO_KEY] = "no-key",
		[SEALCHECK_KEY_KIND] = "key-kind",
		[SEALCHECK_HASH] = "hash",
		[SEALCHECK_VERSION] = "version",
		[SEALCHECK_MALFORMED] = "malformed",
		[SEALCHECK_VERITY] = "verity",
		[SEALCHECK_UNREAD] = "unread",
		[SEALCHECK_MAYBE] = "maybe",
	};

	return words[r];
}

/* N FILE REQUIREMENTS TEXT */
static void judge_value(const char *number, const char *file)
{
	struct bytes value = slurp(buf_textf(&a, "%s/values/%s", dir, number), false);
	struct bytes content = slurp(buf_textf(&a, "%s/contents/%s", dir, file), true);
	struct filedigest_source src = { read_bytes, &content, content.len };
	struct sealcheck_file f = { .ima = (const uint8_t *)value.s, .ima_len = value.len, .content = &src };
	uint8_t verity[FILEDIGEST_MAX];
	struct sealcheck s;

	if (!strncmp(file, "verity-", 7)) {
		f.verity = verity;
		f.verity_hash = kmodel_hash_index(file + 7);
		f.verity_len = filedigest_verity(digests, f.verity_hash, &src, NULL, verity);
	}
	sealcheck(digests, &keys, &target, &f, NULL, &s);
	printf("%s\t%s\t%s\n", number, kind_word(&s.x), result_word(s.result));
}

static void judge_key(const char *name)
{
	static const char *const can[] = { [KTRI_NO] = "no", [KTRI_YES] = "yes", [KTRI_MAYBE] = "maybe" };
	const char *why;

	if (!pubkeys_load(&keys, buf_textf(&a, "%s/keys/%s.der", dir, name), &why)) {
		fprintf(stderr, "seals_judge: %s\n", why);
		exit(2);
	}
	printf("key\t%s\t%s\n", name, can[kcrypto_key(&target, NULL, keys.v.v[keys.v.n - 1].key).can]);
}

static void read_target(const char *release, const char *config, char *options)
{
	struct bytes text = slurp(config, true);
	struct krelease r;
	unsigned int c;
	char *save, *word;

	if (!krelease_parse(release, strlen(release), &r))
		fail(release);
	ktarget_init(&target, r);
	if (!ktarget_read_config(&target, text.s, text.len))
		fail(config);
	for (word = strtok_r(options, ",", &save); word; word = strtok_r(NULL, ",", &save))
		for (c = 0; c < KCONFIG_COUNT; c++)
			if (!strcmp(kconfig_name(c), word))
				target.config[c] = KTRI_YES;
}

/* for each line of a file of DIR, cut at tabs */
static void each_line(const char *name, void (*take)(char **w))
{
	char *text = slurp(buf_textf(&a, "%s/%s", dir, name), true).s, *line, *save, *w[4] = { NULL };
	size_t n;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		for (n = 0; n < 4; n++)
			w[n] = strsep(&line, "\t");
		take(w);
	}
}

static void take_key(char **w)
{
	judge_key(w[0]);
}

static void take_value(char **w)
{
	judge_value(w[0], w[1]);
}

int main(int argc, char **argv)
{
	if (argc != 5) {
		fputs("usage: seals_judge RELEASE CONFIG OPTIONS DIR\n", stderr);
		return 2;
	}
	arena_init(&a);
	pubkeys_init(&keys, &a);
	digests = filedigest_new();
	if (!digests)
		fail("libcrypto");
	read_target(argv[1], argv[2], argv[3]);
	dir = argv[4];
	each_line("keys/list", take_key);
	each_line("list", take_value);
	filedigest_free(digests);
	pubkeys_free(&keys);
	arena_free(&a);
	return 0;
}
