/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "elf.h"
#include "rehearse.h"

/*
 * The pipeline over a tree, a judge and seals that are made up here: the order
 * of the answers, what is read and how often, and how it ends. File number i has
 * the content "i", and takes the longer the smaller i is modulo 7.
 */
enum { FILES = 600 };

struct tree { int unused; };
struct judge { int unused; };
struct judge_class { int unused; };
struct tree_content { size_t i; };

static struct arena arena;
static struct rehearse r;
static struct tree tree;
static struct judge judge;
static struct judge_class class;
static struct policy policy;
static struct tree_file file[FILES];
static const struct tree_fs fs = { .name = "ext4", .mount = "/" };
static atomic_int opened, closed, sealed;
static volatile bool stop;
static unsigned int asks;
static size_t unopened;		/* the file that cannot be opened */
static struct arena *starved;	/* whose memory ends while it is walked */

/* ---- what the pipeline calls ---- */

bool tree_walk(struct tree *t, const struct tree_walk *w)
{
	size_t i;

	for (i = 0; i < FILES; i++) {
		if (starved && i == FILES / 2)
			longjmp(*starved->on_oom, 1);
		if (!w->visit(w->arg, &file[i]))
			return false;
	}
	w->missed(w->arg, "/gone", TREE_VANISHED, 0, NULL);
	return true;
}

bool tree_find(struct tree *t, struct arena *a, const char *path,
	       struct tree_file *out)
{
	size_t i;

	for (i = 0; i < FILES; i++)
		if (!strcmp(file[i].path, path)) {
			*out = file[i];
			return true;
		}
	errno = ENOENT;
	return false;
}

enum tree_kind tree_kind(const struct tree *t)
{
	return TREE_DIR;
}

struct tree_content *tree_content(struct tree *t, const struct tree_file *f)
{
	struct tree_content *c;

	if (f->where == unopened) {
		errno = EMFILE;
		return NULL;
	}
	c = malloc(sizeof(*c));
	c->i = (size_t)f->where;
	atomic_fetch_add(&opened, 1);
	return c;
}

ssize_t tree_content_pread(struct tree_content *c, void *buf, size_t len,
			   uint64_t off)
{
	const struct timespec some = { 0, (long)(7 - c->i % 7) * 20000 };

	nanosleep(&some, NULL);
	memset(buf, 0, len);
	return off ? 0 : 1;
}

size_t tree_content_verity(struct tree_content *c, int *hash, uint8_t out[64])
{
	return 0;
}

void tree_content_close(struct tree_content *c)
{
	atomic_fetch_add(&closed, 1);
	free(c);
}

const struct policy *judge_policy(const struct judge *j)
{
	return &policy;
}

const struct judge_class *judge_class(struct judge *j,
				      const struct judge_who *who)
{
	return &class;
}

unsigned int judge_asks(const struct judge_class *c)
{
	return asks;
}

unsigned int judge_takes_appended(const struct judge_class *c)
{
	return 0;
}

unsigned int judge_needs_seal(const struct judge_class *c)
{
	return asks;
}

bool judge_differs(const struct judge_class *x, const struct judge_class *y,
		   unsigned int ops)
{
	return x != y;
}

unsigned int judge_reach(const struct tree_file *f, bool code)
{
	return JUDGE_BIT(JUDGE_READ) | (code ? JUDGE_BIT(JUDGE_MMAP) : 0);
}

void judge_settle(const struct judge_class *c, const struct judge_state *s,
		  struct judge_verdict *out)
{
	memset(out, 0, sizeof(*out));
	if (s->seal->result == SEALCHECK_UNREAD)
		out->unknown = s->reach & asks;
	else if (s->seal->result != SEALCHECK_GOOD)
		out->refused = s->reach & asks;
}

void sealcheck(struct filedigest *d, const struct pubkeys *keys,
	       const struct ktarget *t, const struct sealcheck_file *f,
	       const volatile bool *until, struct sealcheck *out)
{
	char byte;

	memset(out, 0, sizeof(*out));
	f->content->pread(f->content->arg, &byte, 1, 0);
	out->result = *until ? SEALCHECK_UNREAD : SEALCHECK_GOOD;
	atomic_fetch_add(&sealed, 1);
}

/* nothing takes one: see judge_takes_appended() */
void modsig_check(struct filedigest *d, const struct pubkeys *keys,
		  const struct ktarget *t,
		  const struct filedigest_source *content,
		  const volatile bool *until, struct modsig *out)
{
	ck_abort();
}

bool elf_maps_code(elf_pread *pread, void *arg)
{
	char byte;

	return pread(arg, &byte, 1, 0) < 0;
}

/* ---- */

static void setup(void)
{
	size_t i;

	arena_init(&arena);
	memset(&r, 0, sizeof(r));
	r.arena = &arena;
	r.tree = &tree;
	r.judge = &judge;
	r.stop = &stop;
	asks = JUDGE_BIT(JUDGE_READ);
	unopened = FILES;
	stop = false;
	starved = NULL;
	opened = closed = sealed = 0;
	for (i = 0; i < FILES; i++)
		file[i] = (struct tree_file){
			.path = buf_textf(&arena, "/%04zu", i),
			.mode = S_IFREG | 0644, .size = 1, .ino = i + 1,
			.links = 1, .fs = &fs, .where = i,
			/* every third has no seal, and needs no content */
			.ima = { (const uint8_t *)"\4\4x", i % 3 ? 3 : 0,
				 i % 3 ? 0 : ENODATA },
			.selinux = { .error = ENODATA },
		};
}

static void teardown(void)
{
	rehearse_close(&r);
	arena_free(&arena);
}

struct seen_files {
	size_t n, good, refused, unknown, missed;
	size_t end;	/* after so many every() says no */
	size_t stop;	/* or a signal comes */
};

static bool every(void *arg, const struct rehearsed *f)
{
	struct seen_files *s = arg;

	/* in the order of the walk, whoever was first */
	ck_assert_str_eq(f->file->path, buf_textf(&arena, "/%04zu", s->n));
	s->n++;
	s->refused += f->verdict.refused != 0;
	s->unknown += f->verdict.unknown != 0;
	s->good += f->seal && f->seal->result == SEALCHECK_GOOD;
	if (s->n == s->stop)
		stop = true;
	return s->n != s->end;
}

static void missed(void *arg, const char *path, enum tree_miss why, int error,
		   const char *text)
{
	struct seen_files *s = arg;

	ck_assert_str_eq(path, "/gone");
	s->missed++;
}

static void none_is_open(void)
{
	ck_assert_int_eq(opened, closed);
}

START_TEST(in_order)
{
	static const unsigned int jobs[] = { 1, 2, 8 };
	struct seen_files s = { 0 };

	r.jobs = jobs[_i];
	ck_assert(rehearse_all(&r, &s, every, missed));
	ck_assert_uint_eq(s.n, FILES);
	ck_assert_uint_eq(s.good, FILES - FILES / 3);
	ck_assert_uint_eq(s.refused, FILES / 3);
	ck_assert_uint_eq(s.missed, 1);
	/* what has no seal is not opened */
	ck_assert_int_eq(opened, FILES - FILES / 3);
	none_is_open();
}
END_TEST

START_TEST(what_nobody_asks_about_is_not_opened)
{
	struct seen_files s = { 0 };

	asks = 0;
	ck_assert(rehearse_all(&r, &s, every, missed));
	ck_assert_uint_eq(s.n, FILES);
	ck_assert_int_eq(opened, 0);
}
END_TEST

START_TEST(names_of_one_file)
{
	struct seen_files s = { 0 };
	size_t i;

	/* ten names that follow each other, of a file each */
	for (i = 0; i < FILES; i++) {
		file[i].ino = 1 + i / 10;
		file[i].links = 10;
		file[i].ima = (struct tree_attr){ (const uint8_t *)"\4\4x", 3, 0 };
	}
	r.jobs = 8;
	ck_assert(rehearse_all(&r, &s, every, missed));
	ck_assert_uint_eq(s.n, FILES);
	ck_assert_uint_eq(s.good, FILES);
	/* once where the first is not answered when the next comes */
	ck_assert_int_lt(opened, FILES);
	none_is_open();
}
END_TEST

START_TEST(cannot_be_opened)
{
	struct seen_files s = { 0 };

	unopened = 7;
	r.jobs = 4;
	ck_assert(rehearse_all(&r, &s, every, missed));
	ck_assert_uint_eq(s.n, FILES);
	ck_assert_uint_eq(s.unknown, 1);
	none_is_open();
}
END_TEST

START_TEST(ended)
{
	struct seen_files s = { .end = 100 };

	r.jobs = 4;
	ck_assert(!rehearse_all(&r, &s, every, missed));
	ck_assert_uint_eq(s.n, 100);
	none_is_open();
}
END_TEST

/* what is read at that time is not told as something that could not be */
START_TEST(stopped)
{
	struct seen_files s = { .stop = 50 };

	r.jobs = 4;
	ck_assert(!rehearse_all(&r, &s, every, missed));
	ck_assert_uint_eq(s.n, 50);
	ck_assert_uint_eq(s.unknown, 0);
	none_is_open();
}
END_TEST

START_TEST(out_of_memory)
{
	struct seen_files s = { 0 };
	jmp_buf on_oom;
	volatile bool came_back = false;

	r.jobs = 4;
	starved = &arena;
	arena.on_oom = &on_oom;
	if (!setjmp(on_oom))
		rehearse_all(&r, &s, every, missed);
	else
		came_back = true;
	ck_assert(came_back);
	ck_assert_ptr_eq(arena.on_oom, &on_oom);
	none_is_open();
}
END_TEST

START_TEST(one_path)
{
	struct rehearsed out;
	struct tree_file f;
	size_t i;

	for (i = 0; i < 3; i++) {
		ck_assert(rehearse_path(&r, &arena, "/0001", &f, &out));
		ck_assert_uint_eq(out.verdict.refused, 0);
		ck_assert_int_eq(out.seal->result, SEALCHECK_GOOD);
	}
	ck_assert_int_eq(opened, 1);
	ck_assert(rehearse_path(&r, &arena, "/0000", &f, &out));
	ck_assert_uint_ne(out.verdict.refused, 0);
	ck_assert(!rehearse_path(&r, &arena, "/nonesuch", &f, &out));
	ck_assert_int_eq(errno, ENOENT);
	file[5].mode = S_IFDIR | 0755;
	ck_assert(!rehearse_path(&r, &arena, "/0005", &f, &out));
	ck_assert_int_eq(errno, EISDIR);
	none_is_open();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("rehearse");
	TCase *t = tcase_create("rehearse");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, in_order, 0, 3);
	tcase_add_test(t, what_nobody_asks_about_is_not_opened);
	tcase_add_test(t, names_of_one_file);
	tcase_add_test(t, cannot_be_opened);
	tcase_add_test(t, ended);
	tcase_add_test(t, stopped);
	tcase_add_test(t, out_of_memory);
	tcase_add_test(t, one_path);
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
