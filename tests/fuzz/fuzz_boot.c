/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "loader/cmdline.h"
#include "loader/conf.h"

/*
 * What a boot is told, as a kernel command line and as a load.conf. Words lie within their text and in order. What is
 * wrong is said and what is right is not; a load.conf that is right says the same when it is written out and read again.
 */
static size_t said;

static void count_line(void *ctx, const char *line)
{
	said++;
	if (strchr(line, '\n'))
		abort();
}

static const struct load_ops ops = { .say = count_line };

static void fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

static const char *inside(struct span s, const char *at, const char *end)
{
	if (s.text < at || s.text > end || s.len > (size_t)(end - s.text))
		fail("a word that is not of its text");
	return s.text + s.len;
}

static void check_cmdline(const char *text, size_t len)
{
	const char *at = text, *end = text + len;
	struct cmdline_word word;
	struct cmdline it;

	cmdline_start(&it, text, len);
	while (cmdline_next(&it, &word)) {
		at = inside(word.name, at, end);
		at = inside(word.value, at, end);
		if (word.has_value && (!word.name.len || memchr(word.name.text + 1, '=', word.name.len - 1)))
			fail("a name with an equals sign in it");
	}
	if (it.at != end)
		fail("not all of the command line");
}

static bool parse(struct conf *conf, const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	if (!copy)
		abort();
	memcpy(copy, text, len);
	copy[len] = '\0';
	said = 0;
	return conf_parse(conf, &ops, "load.conf", copy, len);
}

static size_t write_out(const struct conf *conf, char *text, size_t room)
{
	static const char *const loads[] = { "auto", "initramfs", "init" };
	size_t n, i;

	n = (size_t)snprintf(text, room, "source=%s\noptions=%s\npolicy=%s\nload=%s\n", conf->source, conf->options,
			     conf->policy, loads[conf->load]);
	if (conf->keys_named)
		n += (size_t)snprintf(text + n, room - n, "keys=%s\n", conf->keys);
	if (conf->on_failure != ONFAIL_UNSAID)
		n += (size_t)snprintf(text + n, room - n, "on-failure=%s\n", onfail_name(conf->on_failure));
	for (i = 0; i < conf->primes; i++)
		n += (size_t)snprintf(text + n, room - n, "prime=%s\n", conf->prime[i]);
	return n;
}

static bool same(const struct conf *a, const struct conf *b)
{
	size_t i;

	for (i = 0; i < a->primes && i < b->primes; i++)
		if (strcmp(a->prime[i], b->prime[i]))
			return false;
	return !strcmp(a->source, b->source) && !strcmp(a->options, b->options) && !strcmp(a->policy, b->policy) &&
	       !strcmp(a->keys, b->keys) && a->keys_named == b->keys_named && a->load == b->load &&
	       a->on_failure == b->on_failure && a->primes == b->primes;
}

static void check_conf(const char *text, size_t len)
{
	size_t room = len + 1024;
	char *again = malloc(room);
	struct conf conf, copy;
	bool right = parse(&conf, text, len);

	if (right == (said > 0))
		fail("said and wrong do not agree");
	if (right && again) {
		if (!parse(&copy, again, write_out(&conf, again, room)) || !same(&conf, &copy))
			fail(again);
		conf_free(&copy);
	}
	free(again);
	conf_free(&conf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_cmdline((const char *)data, size);
	check_conf((const char *)data, size);
	return 0;
}
