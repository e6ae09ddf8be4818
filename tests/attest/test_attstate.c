/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attstate.h"
#include "hex.h"
#include "util.h"

/*
 * Rounds over the list of a booted kernel, 843 entries, by as little of a verifier
 * as there can be; what each round comes to is known from one replay of it all.
 */
enum { WIDTH = 20, MOST = 1024 };

static uint8_t list[256 << 10];
static size_t list_len, entries, at[MOST];	/* where each entry begins */
static uint8_t pcr[MOST][32];			/* sha256, PCR 10, after n of them */
static char dir[] = "/tmp/attstate-XXXXXX";
static char path[64];
static struct arena a;

static void load(void)
{
	char name[4096];
	FILE *f;

	snprintf(name, sizeof(name), "%s/tests/attest/data/race/l45",
		 getenv("srcdir"));
	f = fopen(name, "r");
	ck_assert_ptr_nonnull(f);
	list_len = fread(list, 1, sizeof(list), f);
	fclose(f);
	ck_assert(list_len && list_len < sizeof(list));
}

static int fd_of(const uint8_t *bytes, size_t len)
{
	int fd = memfd_create("list", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* entries from to to - 1 */
static int part(size_t from, size_t to)
{
	return fd_of(list + at[from], at[to] - at[from]);
}

static void replay_it_all(void)
{
	struct imalist_options o = { .width = WIDTH };
	struct replay *r = replay_new(1u << REPLAY_SHA256);
	int fd = fd_of(list, list_len);
	struct imalist *l = imalist_new(&o, &fd, 1);
	struct imaentry e;

	while (imalist_next(l, &e) == IMALIST_ENTRY) {
		at[entries++] = e.offset;
		replay_add(r, &e, WIDTH);
		memcpy(pcr[entries], replay_pcr(r, REPLAY_SHA256, REPLAY_OWN, 10), 32);
	}
	at[entries] = list_len;
	ck_assert_uint_eq(entries, 843);
	imalist_free(l);
	replay_free(r);
	close(fd);
}

static void set_up(void)
{
	arena_init(&a);
	load();
	replay_it_all();
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/state", dir);
}

static void tear_down(void)
{
	unlink(path);
	ck_assert_int_eq(rmdir(dir), 0);
	arena_free(&a);
}

/* ---- one round ---- */

struct round {
	enum attstate_place place;
	uint64_t skip;
	size_t judged;		/* entries that were new, up to the goal */
	bool reached;
};

static bool go(struct attstate *s, struct imalist *l, const struct replay_goal *g,
	       struct round *out)
{
	struct replay *r = replay_new(1u << REPLAY_SHA256);
	struct attstate_mark mark = s->mark;
	enum replay_fill fill[REPLAY_BANKS];
	struct imaentry e;

	if (s->mark.entries)
		ck_assert(replay_resume(r, &s->stand));
	out->reached = replay_reached(r, g, fill);
	while (imalist_next(l, &e) == IMALIST_ENTRY) {
		ck_assert(replay_add(r, &e, WIDTH));
		attstate_mark_add(&mark, &e, WIDTH);
		if (!replay_reached(r, g, fill))
			continue;
		out->reached = true;
		out->judged = mark.entries - s->mark.entries;
		s->mark = mark;
		replay_tell(r, &s->stand);
		memcpy(s->fill, fill, sizeof(fill));
		s->width = imalist_width(l);
		s->order = imalist_order(l);
		break;
	}
	replay_free(r);
	return out->reached;
}

/* to the PCR after n entries, and the state through its file where it comes there */
static struct round round_of(struct attstate *s, const int *fds, size_t n_fds,
			     size_t n)
{
	struct imalist_options o = { s->width, s->order };
	struct replay_goal *g = calloc(1, sizeof(*g));
	struct attstate again;
	struct imalist *l;
	struct round out = { 0 };
	bool there;

	g->known[REPLAY_SHA256] = 1u << 10;
	memcpy(g->value[REPLAY_SHA256][10], pcr[n], 32);
	out.place = attstate_place(s, fds, n_fds, &out.skip);
	if (out.place < ATTSTATE_SHRUNK) {
		ck_assert(attstate_skip(fds, n_fds, out.skip));
		l = imalist_new(&o, fds, n_fds);
		if (go(s, l, g, &out)) {
			ck_assert(attstate_write(&a, path, s));
			ck_assert_ptr_null(attstate_read(&a, path, &again, &there));
			ck_assert(there);
			*s = again;
		}
		imalist_free(l);
	}
	free(g);
	return out;
}

static struct round one_list(struct attstate *s, int fd, size_t n)
{
	struct round out = round_of(s, &fd, 1, n);

	close(fd);
	return out;
}

#define IS(got, where, new) do {					\
	struct round got_ = got;					\
									\
	ck_assert_int_eq(got_.place, where);				\
	ck_assert(got_.reached);					\
	ck_assert_uint_eq(got_.judged, new);				\
} while (0)

START_TEST(growing)
{
	struct attstate *s = calloc(1, sizeof(*s));

	IS(one_list(s, part(0, 310), 300), ATTSTATE_NEW, 300);
	ck_assert_uint_eq(s->mark.bytes, at[300]);
	ck_assert_uint_eq(s->width, WIDTH);
	ck_assert_int_eq(s->order, IMALIST_LITTLE);
	ck_assert_int_eq(s->fill[REPLAY_SHA256], REPLAY_OWN);
	/* whole */
	IS(one_list(s, part(0, 520), 500), ATTSTATE_WHOLE, 200);
	/* nothing new, and the same quote's PCRs */
	IS(one_list(s, part(0, 520), 500), ATTSTATE_WHOLE, 0);
	/* what is new alone */
	IS(one_list(s, part(500, 700), 690), ATTSTATE_NEW, 190);
	/* trimmed, but not as far as it was covered */
	IS(one_list(s, part(650, 800), 790), ATTSTATE_REST, 100);
	IS(one_list(s, part(789, 800), 800), ATTSTATE_REST, 10);
	/* nothing of it is left, and nothing came */
	IS(one_list(s, part(800, 800), 800), ATTSTATE_NEW, 0);
	IS(one_list(s, part(0, 843), 843), ATTSTATE_WHOLE, 43);
	ck_assert_uint_eq(s->mark.bytes, list_len);
	ck_assert_uint_eq(s->stand.entries, 843);
	free(s);
}
END_TEST

/* cut anywhere, in the middle of the entry that is looked for, too */
START_TEST(pieces)
{
	struct attstate *s = calloc(1, sizeof(*s));
	size_t from = at[799], i;
	int fds[3];

	IS(one_list(s, part(0, 810), 800), ATTSTATE_NEW, 800);
	for (i = from - 3; i < at[801]; i += 5) {
		struct attstate before = *s;

		fds[0] = fd_of(list, 1000);
		fds[1] = fd_of(list + 1000, i - 1000);
		fds[2] = fd_of(list + i, list_len - i);
		IS(round_of(s, fds, 3, 843), ATTSTATE_WHOLE, 43);
		close(fds[0]);
		*s = before;
		/* and without the beginning */
		fds[0] = fd_of(list + at[700], at[701] - at[700]);
		close(fds[1]);
		fds[1] = fd_of(list + at[701], i - at[701]);
		ck_assert_int_eq(lseek(fds[2], 0, SEEK_SET), 0);
		IS(round_of(s, fds, 3, 843), ATTSTATE_REST, 43);
		*s = before;
		close(fds[0]);
		close(fds[1]);
		close(fds[2]);
	}
	free(s);
}
END_TEST

/* pieces begin where they stand, as the list behind the quote of a bundle does */
START_TEST(behind_others)
{
	struct attstate *s = calloc(1, sizeof(*s));
	static uint8_t file[sizeof(list)];
	int fd;

	IS(one_list(s, part(0, 310), 300), ATTSTATE_NEW, 300);
	memcpy(file + 77, list, at[400]);
	fd = fd_of(file, at[400] + 77);
	ck_assert_int_eq(lseek(fd, 77, SEEK_SET), 77);
	IS(one_list(s, fd, 390), ATTSTATE_WHOLE, 90);
	memcpy(file + 77, list + at[380], at[500] - at[380]);
	fd = fd_of(file, at[500] - at[380] + 77);
	ck_assert_int_eq(lseek(fd, 77, SEEK_SET), 77);
	IS(one_list(s, fd, 500), ATTSTATE_REST, 110);
	free(s);
}
END_TEST

/* a violation says nothing of where it stands: others are as it is */
START_TEST(violations)
{
	struct attstate_mark m = { 0 };
	uint8_t digest[WIDTH] = { 1 }, zero[WIDTH] = { 0 };
	struct imaentry e = { .pcr = 10, .digest = digest, .size = 100 };
	struct imaentry v = { .pcr = 10, .digest = zero, .violation = true,
			      .size = 60 };

	attstate_mark_add(&m, &v, WIDTH);
	ck_assert_uint_eq(m.last_size, 0);
	attstate_mark_add(&m, &e, WIDTH);
	ck_assert_uint_eq(m.first.digest[0], 1);
	digest[0] = 2;
	e.size = 110;
	attstate_mark_add(&m, &e, WIDTH);
	attstate_mark_add(&m, &v, WIDTH);
	attstate_mark_add(&m, &v, WIDTH);
	ck_assert_uint_eq(m.first.digest[0], 1);
	ck_assert_uint_eq(m.last.digest[0], 2);
	ck_assert_uint_eq(m.last_size, 110);
	ck_assert_uint_eq(m.beyond, 120);
	ck_assert_uint_eq(m.bytes, 60 + 100 + 110 + 120);
	ck_assert_uint_eq(m.entries, 5);
}
END_TEST

START_TEST(no_such_list)
{
	struct attstate *s = calloc(1, sizeof(*s));
	struct attstate_mark mark;
	struct round got;
	int fds[2], fd;
	uint64_t skip;

	IS(one_list(s, part(0, 510), 500), ATTSTATE_NEW, 500);
	mark = s->mark;
	/* from its beginning, and shorter than what was covered; nothing is judged */
	got = one_list(s, part(0, 400), 400);
	ck_assert_int_eq(got.place, ATTSTATE_SHRUNK);
	/* as long, and another at that place */
	list[at[499] + 4] ^= 1;
	got = one_list(s, part(0, 843), 600);
	ck_assert_int_eq(got.place, ATTSTATE_SHRUNK);
	list[at[499] + 4] ^= 1;
	/* some of what is new is not there */
	got = one_list(s, part(501, 700), 600);
	ck_assert_int_eq(got.place, ATTSTATE_NEW);
	ck_assert(!got.reached);
	/* it was covered already, and is no part of what follows */
	got = one_list(s, part(100, 400), 400);
	ck_assert_int_eq(got.place, ATTSTATE_NEW);
	ck_assert(!got.reached);
	/* older PCRs than those that were quoted before */
	got = one_list(s, part(0, 843), 499);
	ck_assert_int_eq(got.place, ATTSTATE_WHOLE);
	ck_assert(!got.reached);
	ck_assert_mem_eq(&s->mark, &mark, sizeof(mark));
	/* what cannot be read twice */
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(attstate_place(s, fds, 1, &skip), ATTSTATE_ERRNO);
	ck_assert_int_eq(errno, ESPIPE);
	fd = part(0, 3);
	ck_assert(!attstate_skip(&fd, 1, at[3] + 1));
	ck_assert_int_eq(errno, 0);
	close(fd);
	free(s);
}
END_TEST

/* files of securityfs do not say how long they are; a pipe does not, either */
START_TEST(of_no_length)
{
	uint8_t byte;
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], list, 3000), 3000);
	close(fds[1]);
	ck_assert(attstate_skip(fds, 1, 2999));
	ck_assert_int_eq(read(fds[0], &byte, 1), 1);
	ck_assert_uint_eq(byte, list[2999]);
	ck_assert(!attstate_skip(fds, 1, 1));
	close(fds[0]);
}
END_TEST

START_TEST(turns)
{
	struct attstate before = { .quoted = true, .reset_count = 7,
				   .restart_count = 1, .clock = 1000 };
	struct attstate now = before;

	ck_assert_int_eq(attstate_turn(&before, &now), ATTSTATE_GO_ON);
	now.clock = 1001;
	ck_assert_int_eq(attstate_turn(&before, &now), ATTSTATE_GO_ON);
	now.restart_count = 2;
	ck_assert_int_eq(attstate_turn(&before, &now), ATTSTATE_RESTART);
	now.clock = 999;
	ck_assert_int_eq(attstate_turn(&before, &now), ATTSTATE_REBOOT);
	now.clock = 2000;
	now.reset_count = 8;
	ck_assert_int_eq(attstate_turn(&before, &now), ATTSTATE_REBOOT);
	now.reset_count = 6;
	ck_assert_int_eq(attstate_turn(&before, &now), ATTSTATE_REBOOT);
	now.key[31] = 1;
	ck_assert_int_eq(attstate_turn(&before, &now), ATTSTATE_OTHER_KEY);
	now = before;
	now.quoted = false;
	ck_assert_int_eq(attstate_turn(&before, &now), ATTSTATE_UNQUOTED);
	now.key[0] = 1;
	ck_assert_int_eq(attstate_turn(&before, &now), ATTSTATE_OTHER_KEY);
}
END_TEST

/* ---- the file ---- */

/* all that there is in one, each of it another */
static struct attstate *full(void)
{
	struct attstate *s = arena_new(&a, struct attstate);
	unsigned int b, f, p, i;

	for (i = 0; i < sizeof(s->key); i++)
		s->key[i] = (uint8_t)(i * 7);
	s->quoted = true;
	s->clock = UINT64_MAX;
	s->reset_count = UINT32_MAX;
	s->restart_count = 3;
	s->width = 48;
	s->order = IMALIST_BIG;
	s->mark = (struct attstate_mark){ .entries = 5000000000u, .bytes = 1u << 31,
		.first = { 10, { 1 } }, .last = { 23, { 2 } }, .last_size = 140,
		.beyond = 60 };
	s->stand.entries = s->mark.entries;
	s->stand.banks = REPLAY_ALL_BANKS & ~(1u << REPLAY_SHA384);
	s->stand.touched = 1u << 10 | 1u << 23;
	s->stand.violated = 1u << 10;
	for (b = 0; b < REPLAY_BANKS; b++)
		for (f = 0; f < REPLAY_FILLS; f++)
			for (p = 10; p < 24; p += 13)
				if (b != REPLAY_SHA384)
					memset(s->stand.pcr[b][b ? f : 0][p],
					       (int)(b * 64 + f * 8 + p), replay_bank_size(b));
	for (f = 1; f < REPLAY_FILLS; f++)
		for (p = 10; p < 24; p += 13)
			memcpy(s->stand.pcr[0][f][p], s->stand.pcr[0][0][p], REPLAY_MAX);
	for (b = 1; b < REPLAY_BANKS; b++)
		memcpy(s->stand.pcr[b][REPLAY_SHORT][23],
		       s->stand.pcr[b][REPLAY_PADDED][23], REPLAY_MAX);
	s->fill[REPLAY_SHA512] = REPLAY_SHORT;
	s->fill[REPLAY_SHA256] = REPLAY_PADDED;
	s->evidence = "{\"a\":\"\xff\\\"\"}";
	return s;
}

static bool same(const struct attstate *x, const struct attstate *y)
{
	return !memcmp(x->key, y->key, sizeof(x->key)) && x->quoted == y->quoted &&
	       x->clock == y->clock && x->reset_count == y->reset_count &&
	       x->restart_count == y->restart_count && x->width == y->width &&
	       x->order == y->order && x->mark.entries == y->mark.entries &&
	       x->mark.bytes == y->mark.bytes &&
	       !memcmp(&x->mark.first, &y->mark.first, sizeof(x->mark.first)) &&
	       !memcmp(&x->mark.last, &y->mark.last, sizeof(x->mark.last)) &&
	       x->mark.last_size == y->mark.last_size &&
	       x->mark.beyond == y->mark.beyond &&
	       x->stand.entries == y->stand.entries &&
	       x->stand.banks == y->stand.banks &&
	       x->stand.touched == y->stand.touched &&
	       x->stand.violated == y->stand.violated &&
	       !memcmp(x->stand.pcr, y->stand.pcr, sizeof(x->stand.pcr)) &&
	       !memcmp(x->fill, y->fill, sizeof(x->fill)) &&
	       !x->evidence == !y->evidence &&
	       (!x->evidence || !strcmp(x->evidence, y->evidence));
}

START_TEST(round_trip)
{
	struct attstate *s = full(), *got = arena_new(&a, struct attstate);
	bool there = true;

	ck_assert_ptr_null(attstate_read(&a, path, got, &there));
	ck_assert(!there);
	ck_assert(attstate_write(&a, path, s));
	ck_assert_ptr_null(attstate_read(&a, path, got, &there));
	ck_assert(there);
	ck_assert(same(s, got));
	s->evidence = NULL;
	s->quoted = false;
	ck_assert(attstate_write(&a, path, s));
	ck_assert_ptr_null(attstate_read(&a, path, got, &there));
	ck_assert(same(s, got));
	memset(s, 0, sizeof(*s));
	ck_assert(attstate_write(&a, path, s));
	ck_assert_ptr_null(attstate_read(&a, path, got, &there));
	ck_assert(same(s, got));
	/* what is there and cannot be read is no first round */
	ck_assert_str_eq(attstate_read(&a, dir, got, &there), strerror(EISDIR));
	ck_assert(there);
	ck_assert(!attstate_write(&a, "/nowhere/state", s));
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

/* cut after any byte, and with any bit turned: said, or the same */
START_TEST(damaged)
{
	struct attstate *s = full(), *got = arena_new(&a, struct attstate);
	const char *text;
	size_t len, i, seen = 0;
	struct arena once;
	struct buf b;
	char *copy;

	buf_init(&b, &a);
	ck_assert(attstate_put(&b, s));
	text = b.s;
	len = b.len;
	for (i = 0; i + 1 < len; i++) {
		arena_init(&once);
		ck_assert_msg(attstate_parse(&once, text, i, got) != NULL,
			      "cut after %zu", i);
		arena_free(&once);
	}
	copy = malloc(len);
	for (i = 0; i < 8 * len; i++) {
		memcpy(copy, text, len);
		copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
		arena_init(&once);
		if (attstate_parse(&once, copy, len, got))
			seen++;
		else
			ck_assert_msg(same(s, got), "byte %zu bit %zu", i / 8, i % 8);
		arena_free(&once);
	}
	ck_assert_uint_gt(seen, 7 * len);
	free(copy);
}
END_TEST

/* text as the state, its digest right: what somebody wrote who means harm */
static const char *read_as(const char *text)
{
	struct attstate *got = arena_new(&a, struct attstate);
	uint8_t sum[REPLAY_MAX];
	struct buf b;

	replay_hash(REPLAY_SHA256, text, strlen(text), sum);
	buf_init(&b, &a);
	buf_puts(&b, "{\"form\":\"imapolc attestation state 1\",\"sha256\":\"");
	hex_put(&b, sum, 32);
	buf_printf(&b, "\",\"state\":%s}\n", text);
	return attstate_parse(&a, b.s, b.len, got);
}

START_TEST(hostile)
{
	static const struct {
		const char *was, *is, *about;
	} row[] = {
		{ "\"width\":48", "\"width\":65", "width" },
		{ "\"width\":48", "\"width\":-1", "width" },
		{ "\"width\":48", "\"width\":20", "first" },
		{ "\"width\":48", "\"widht\":48", "width" },
		{ "\"width\":48,", "", "width" },
		{ "\"order\":\"big\"", "\"order\":\"huge\"", "order" },
		{ "\"order\":\"big\"", "\"order\":1", "order" },
		{ "\"quoted\":true", "\"quoted\":7", "quoted" },
		{ "\"clock\":1", "\"clock\":91", "clock" },
		{ "\"entries\":5000000000", "\"entries\":9223372036854775808", "entries" },
		{ "\"bytes\":2", "\"bytes\":2.5", "bytes" },
		{ "\"pcr\":23", "\"pcr\":24", "last" },
		{ "\"sha512\":\"short\"", "\"sha512\":\"long\"", "filled" },
		{ "\"sha512\":\"short\"", "\"sm3\":\"short\"", "filled" },
		{ "\"touched\":", "\"touched\":9", "touched" },
		{ "\"sha256 own 10\"", "\"sha256 own 11\"", "pcrs" },
		{ "\"sha256 own 10\"", "\"sha256 own 10\":\"\",\"\"", "pcrs" },
		{ "\"evidence\":", "\"evidence\":{},\"e\":", "evidence" },
		{ "\"evidence\":", "\"evidence\":null,\"evidence\":", "state" },
		{ "\"key\":\"00", "\"key\":\"zz", "key" },
		{ "\"key\":\"00", "\"key\":\"", "key" },
	};
	const char *text, *from, *why;
	struct buf b;
	size_t i;

	buf_init(&b, &a);
	ck_assert(attstate_put(&b, full()));
	from = strstr(b.s, "\"state\":") + 8;
	text = arena_strndup(&a, from, (size_t)(b.s + b.len - from) - 2);
	ck_assert_ptr_null(read_as(text));
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		from = strstr(text, row[i].was);
		ck_assert_msg(from != NULL, "row %zu", i);
		buf_init(&b, &a);
		buf_add(&b, text, (size_t)(from - text));
		buf_printf(&b, "%s%s", row[i].is, from + strlen(row[i].was));
		why = read_as(b.s);
		ck_assert_msg(why && strstr(why, row[i].about), "row %zu: %s", i,
			      why ? why : "taken");
	}
	ck_assert_ptr_nonnull(read_as("{}"));
	ck_assert_ptr_nonnull(read_as("[]"));
	ck_assert_ptr_nonnull(read_as("7"));
	ck_assert_ptr_nonnull(read_as(""));
}
END_TEST

START_TEST(large)
{
	struct attstate *got = arena_new(&a, struct attstate);
	const char *why;
	bool there;
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	ck_assert_int_eq(ftruncate(fd, ATTSTATE_FILE_MAX + 1), 0);
	close(fd);
	why = attstate_read(&a, path, got, &there);
	ck_assert_str_eq(why, "it has more than 64 MiB");
	ck_assert(there);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("attstate");
	TCase *tc = tcase_create("attstate");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, growing);
	tcase_add_test(tc, pieces);
	tcase_add_test(tc, behind_others);
	tcase_add_test(tc, violations);
	tcase_add_test(tc, no_such_list);
	tcase_add_test(tc, of_no_length);
	tcase_add_test(tc, turns);
	tcase_add_test(tc, round_trip);
	tcase_add_test(tc, damaged);
	tcase_add_test(tc, hostile);
	tcase_add_test(tc, large);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
