/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "evround.h"
#include "evverdict.h"
#include "fuzz.h"
#include "hex.h"
#include "jsonread.h"

/*
 * The first byte says what the others are: e: the event log of a firmware; h: a file
 * of digests; s: what a judge keeps between rounds; any other: a measurement list. A
 * list is judged with all that can be asked of it, by values of PCRs that it comes
 * to, so that it is covered. Whatever it is, the verdict is text that acts on no
 * terminal, and JSON; and the same list gets the same twice.
 */
static const char policy[] = "measure func=BPRM_CHECK\n"
	"measure func=FILE_CHECK mask=^MAY_READ euid=0 pcr=11\n"
	"measure func=KEY_CHECK keyrings=.ima\n";
static const char sums[] =
	"9cf18335a0a4bdd6c386da447ac1df8b257365e0a0104eb2a0bf5de5b867726b  x\n"
	"3d9f2889d6782537624a4e1a10e68a2ddd53e0ee8bac02676f27308f42ec6bf6"
	"  /bin/busybox\n";

static void fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

struct file {
	int fd;
	char name[40];
};

static struct file file_of(const void *data, size_t size)
{
	struct file f = { .fd = memfd_create("input", MFD_CLOEXEC) };

	if (f.fd < 0 || write(f.fd, data, size) != (ssize_t)size ||
	    lseek(f.fd, 0, SEEK_SET))
		fail("no file in memory");
	snprintf(f.name, sizeof(f.name), "/proc/self/fd/%d", f.fd);
	return f;
}

/* ---- a list ---- */

static void put_pcr(const struct replay *r, unsigned int p, struct buf *out)
{
	struct buf hex;

	buf_init(&hex, out->arena);
	hex_put(&hex, replay_pcr(r, REPLAY_SHA256, REPLAY_OWN, p), 32);
	buf_printf(out, "PCR-%02u: %s\n", p, hex.s);
}

/* what the list comes to, as text; NULL: it is none */
static const char *values_of(struct arena *a, int fd)
{
	struct replay *r = replay_new(1u << REPLAY_SHA256);
	struct imalist *l = imalist_new(&(struct imalist_options){ 0 }, &fd, 1);
	struct imaentry e;
	struct buf b;

	if (!r || !l)
		fail("out of memory");
	buf_init(&b, a);
	while (imalist_next(l, &e) == IMALIST_ENTRY)
		replay_add(r, &e, imalist_width(l));
	if (replay_entries(r)) {
		put_pcr(r, 10, &b);
		put_pcr(r, 11, &b);
	}
	imalist_free(l);
	replay_free(r);
	lseek(fd, 0, SEEK_SET);
	return b.s;
}

static void check_words(const struct buf *b)
{
	size_t i;

	for (i = 0; i < b->len; i++)
		if ((unsigned char)b->s[i] == 0x7f ||
		    ((unsigned char)b->s[i] < ' ' && b->s[i] != '\n'))
			fail("a byte that acts on a terminal");
}

static void check_json(struct arena *a, const struct buf *b)
{
	struct jsonread r;

	jsonread_init(&r, a, b->s, b->len);
	jsonread_skip(&r);
	if (!jsonread_end(&r))
		fail(r.why);
}

static void ask_all(struct arena *a, struct evround_words *w,
		    const struct file *text, const struct file *allow)
{
	w->rules.policy = text->name;
	w->rules.kernel = "6.12";
	vec_push(a, &w->rules.allow, allow->name);
	vec_push(a, &w->rules.named, allow->name);
	vec_push(a, &w->rules.require, "/bin/busybox");
	vec_push(a, &w->rules.require, "/etc/*");
	vec_push(a, &w->rules.deny, "/**/x?");
	vec_push(a, &w->rules.revoked, allow->name);
	w->rules.only_allowed = true;
}

/* the verdict, with everything asked or with nothing; NULL: none */
static const char *verdict(struct arena *a, struct file *list,
			   const struct file *values, bool all)
{
	struct file text = file_of(policy, sizeof(policy) - 1);
	struct file allow = file_of(sums, sizeof(sums) - 1);
	struct evinput_words in = { .ima_pcr = 10 };
	struct evround_words w = { .state = NULL };
	struct evround r;
	const char *file;
	struct buf words, json;

	vec_push(a, &in.lists, list->name);
	vec_push(a, &in.pcrs, values->name);
	w.rules.allow_violations = true;
	if (all)
		ask_all(a, &w, &text, &allow);
	buf_init(&words, a);
	buf_init(&json, a);
	if (evround_run(&r, a, &in, &w, &file))
		fail("it could not be told");
	evverdict_put_text(&r, &words);
	evverdict_put_json(&r, NULL, NULL, &json);
	check_words(&words);
	check_words(&json);
	check_json(a, &json);
	evround_free(&r);
	close(text.fd);
	close(allow.fd);
	return words.s;
}

static void check_list(struct arena *a, const uint8_t *data, size_t size)
{
	struct file list = file_of(data, size), values;
	const char *pcrs = values_of(a, list.fd), *first;

	if (pcrs) {
		values = file_of(pcrs, strlen(pcrs));
		verdict(a, &list, &values, false);
		first = verdict(a, &list, &values, true);
		if (strcmp(first, verdict(a, &list, &values, true)) != 0)
			fail("another verdict the second time");
		close(values.fd);
	}
	close(list.fd);
}

/* ---- the others ---- */

static void check_events(const uint8_t *data, size_t size)
{
	static struct eventlog log;
	const char *why = eventlog_read(data, size, &log);
	enum replay_bank b;

	if (!why && !log.events)
		fail("no event and no reason");
	for (b = 0; b < REPLAY_BANKS; b++)
		if (log.known[b] & ~0xffffu)
			fail("a PCR that firmware does not fill");
}

static void check_hashes(struct arena *a, const uint8_t *data, size_t size)
{
	struct hashset s;
	size_t i;

	hashset_init(&s, a);
	hashset_is((const char *)data, size);
	if (!hashset_read(&s, (const char *)data, size) && !s.items.n)
		fail("no digest and no reason");
	for (i = 0; i < s.items.n; i++)
		if (!hashset_has(&s, s.items.v[i].p, s.items.v[i].len))
			fail("a digest that is not there");
}

/* what is taken is what is written again */
static void check_state(struct arena *a, const uint8_t *data, size_t size)
{
	const char *text = arena_strndup(a, (const char *)data, size), *once;
	struct evrules_words w = { .only_allowed = false };
	struct replay_goal goal = { .n_order = 0 };
	struct evidence *v;
	struct evrules r;
	const char *file;

	vec_push(a, &w.require, "/bin/x");
	if (evrules_load(&r, a, &w, false, &file))
		fail("rules that cannot be read");
	r.rules.goal = &goal;
	v = evidence_new(a, &r.rules);
	if (!evidence_load(v, "r", text)) {
		once = evidence_save(v, "r");
		evidence_free(v);
		v = evidence_new(a, &r.rules);
		if (evidence_load(v, "r", once) ||
		    strcmp(once, evidence_save(v, "r")) != 0)
			fail("another state is read than was written");
	}
	evidence_free(v);
	evrules_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;

	if (!size)
		return 0;
	arena_init(&a);
	if (data[0] == 'e')
		check_events(data + 1, size - 1);
	else if (data[0] == 'h')
		check_hashes(&a, data + 1, size - 1);
	else if (data[0] == 's')
		check_state(&a, data + 1, size - 1);
	else
		check_list(&a, data + 1, size - 1);
	arena_free(&a);
	return 0;
}
