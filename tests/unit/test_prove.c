/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>

#include "fcdb_int.h"
#include "paths_fixture.h"
#include "paths_prove.h"

static struct glob glob_of(const char *text)
{
	struct glob_error err;
	struct glob g;

	ck_assert_msg(glob_parse(&arena, text, strlen(text), &g, &err), "%s: %s",
		      text, err.what);
	return g;
}

static struct fcdb *open_text(const char *entries, enum fc_version v)
{
	struct texts t = { .input = { entries } };

	return db_of(&t, v);
}

/* ---- the matcher ---- */

static void any_glob(struct buf *b)
{
	static const char *const parts[] = {
		"a", "b", "/", "/", "*", "?", "[ab]", "[!a]", "{a,b}", "/**/",
		"{a,b/{a,},}", "**", "\\*", "/*", ".", "a*b", "{**,a}", "/b/",
	};
	unsigned int n = 1 + dice(6);

	buf_putc(b, '/');
	while (n--)
		put_one_of(b, parts, ARRAY_SIZE(parts));
}

static bool random_parsed(struct glob *g)
{
	struct glob_error err;
	struct buf b;

	buf_init(&b, &arena);
	any_glob(&b);
	return glob_parse(&arena, b.s, b.len, g, &err);
}

static const char *path_near(const struct re *re)
{
	unsigned int n = dice(3);
	struct buf b;

	buf_init(&b, &arena);
	buf_puts(&b, "");
	random_match(&b, re);
	while (n--)
		mutate(&b);
	return b.s;
}

/* by the automaton */
static bool nfa_takes(const struct re *re, const char *s)
{
	struct nfa_list now = { 0 };
	bool accepts = false;
	struct nfa n;
	size_t i;

	nfa_init(&n, &arena);
	i = nfa_build(&n, re, nfa_accept(&n, 0), 0);
	nfa_walk(&n);
	nfa_close(&n, (uint32_t)i, &now);
	for (; *s; s++) {
		struct nfa_list next = { 0 };

		nfa_walk(&n);
		for (i = 0; i < now.n; i++) {
			const struct nfa_state *st = &n.v[now.v[i]];

			if (st->kind == NFA_SET &&
			    byteset_has(&n.sets.v[st->set],
					(unsigned char)*s))
				nfa_close(&n, st->a, &next);
		}
		now = next;
	}
	for (i = 0; i < now.n; i++)
		accepts |= n.v[now.v[i]].kind == NFA_ACCEPT;
	return accepts;
}

START_TEST(globs_as_the_automaton)
{
	unsigned int i, k, takes = 0, asked = 0;
	struct matcher m;
	struct glob g;

	dice_state = 5;
	for (i = 0; i < 3000; i++) {
		teardown();
		setup();
		matcher_init(&m, &arena);
		if (!random_parsed(&g))
			continue;
		for (k = 0; k < 8; k++) {
			const char *path = path_near(g.re);
			bool want = nfa_takes(g.re, path);

			ck_assert_msg(matcher_whole(&m, g.re, path) == want,
				      "%s and %s", g.text, path);
			takes += want;
			asked++;
		}
	}
	ck_assert_uint_gt(takes, asked / 4);
	ck_assert_uint_gt(asked - takes, asked / 4);
}
END_TEST

START_TEST(regexes_as_the_automaton)
{
	unsigned int i, k, takes = 0, asked = 0;
	struct matcher m;

	dice_state = 6;
	for (i = 0; i < 2000; i++) {
		struct fc_entry *e;
		struct buf b;

		teardown();
		setup();
		matcher_init(&m, &arena);
		buf_init(&b, &arena);
		random_regex(&b);
		put_one_of(&b, (const char *const[]){ "", "(a{2,4}b?){1,3}",
			   "((a|b)*b){2}", "(a*)*b" }, 4);
		buf_puts(&b, " u:r:t\n");
		e = fcdb_fcontext(open_text(b.s, FC_3_9))->entries.v;
		for (k = 0; k < 8 && e->tail; k++) {
			const char *s = path_near(e->tail);
			bool want = nfa_takes(e->tail, s);

			ck_assert_msg(matcher_whole(&m, e->tail, s) == want,
				      "%s and %s", e->regex, s);
			takes += want;
			asked++;
		}
	}
	ck_assert_uint_gt(takes, asked / 4);
	ck_assert_uint_gt(asked - takes, asked / 10);
}
END_TEST

/* more places than one word of them has bits, and no exponential */
START_TEST(long_paths)
{
	struct glob g = glob_of("/**/*a*a*a*a*a*a*a*a*/**/*b*b*b*b*b*/**");
	struct matcher m;
	struct buf b;
	unsigned int i;

	matcher_init(&m, &arena);
	buf_init(&b, &arena);
	for (i = 0; i < 400; i++)
		buf_puts(&b, "/aaaaaaaabbbbbbbb");
	ck_assert(matcher_whole(&m, g.re, b.s));
	for (i = 0; i < b.len; i++)
		if (b.s[i] == 'b')
			b.s[i] = 'a';
	ck_assert(!matcher_whole(&m, g.re, b.s));
}
END_TEST

/* ---- places ---- */

static const struct glob_alias aliases[] = { { "/l", "/a" },
					     { "/a/l", "/b" } };
static const char *const deeper[] = { "/a/b", "/a/a/b" };

START_TEST(places)
{
	static const struct {
		const char *path;
		enum prove_place place, on_mount;
	} cases[] = {
		{ "/a/x", PROVE_INSIDE, PROVE_INSIDE },
		{ "/a/except", PROVE_OUTSIDE, PROVE_OUTSIDE },
		{ "/a", PROVE_OUTSIDE, PROVE_BEYOND },
		{ "/a/x/y", PROVE_OUTSIDE, PROVE_OUTSIDE },
		{ "/a/b/x", PROVE_OUTSIDE, PROVE_BEYOND },
		{ "/a/b", PROVE_INSIDE, PROVE_INSIDE },
		{ "/a/bb/x", PROVE_OUTSIDE, PROVE_OUTSIDE },
		{ "/aa/x", PROVE_OUTSIDE, PROVE_BEYOND },
		{ "/a/x\n", PROVE_INSIDE, PROVE_INSIDE },
		{ "/c\n", PROVE_BEYOND, PROVE_BEYOND },
		{ "/l", PROVE_NOWHERE, PROVE_NOWHERE },
		{ "/l/x", PROVE_NOWHERE, PROVE_NOWHERE },
		{ "/ll/x", PROVE_OUTSIDE, PROVE_BEYOND },
		{ "/a/l", PROVE_NOWHERE, PROVE_NOWHERE },
		{ "/a/l/x", PROVE_NOWHERE, PROVE_NOWHERE },
		{ "", PROVE_NOWHERE, PROVE_NOWHERE },
		{ "/", PROVE_NOWHERE, PROVE_NOWHERE },
		{ "a/x", PROVE_NOWHERE, PROVE_NOWHERE },
		{ "/a/", PROVE_NOWHERE, PROVE_NOWHERE },
		{ "/a//x", PROVE_NOWHERE, PROVE_NOWHERE },
		{ "/a/./x", PROVE_NOWHERE, PROVE_NOWHERE },
		{ "/a/../x", PROVE_NOWHERE, PROVE_NOWHERE },
		{ "/a/..", PROVE_NOWHERE, PROVE_NOWHERE },
		{ "/a/...", PROVE_INSIDE, PROVE_INSIDE },
		{ "/a/.x", PROVE_INSIDE, PROVE_INSIDE },
	};
	struct glob g = glob_of("/a/*"), except = glob_of("/a/except");
	struct fcdb_universe u = { .alias = aliases, .n_alias = 2 };
	struct fcdb_query q = { .glob = &g, .except = &except, .universe = &u };
	struct matcher m;
	size_t i;

	matcher_init(&m, &arena);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		u.mount = NULL;
		ck_assert_msg(prove_place(&m, &q, cases[i].path) ==
			      cases[i].place, "%s", cases[i].path);
		u.mount = "/a";
		u.deeper = deeper;
		u.n_deeper = 2;
		ck_assert_msg(prove_place(&m, &q, cases[i].path) ==
			      cases[i].on_mount, "%s on /a", cases[i].path);
	}
}
END_TEST

/* where the search's own automaton of the question says that a path is */
static enum space_flag space_flag_of(const struct space *sp, const char *path)
{
	uint32_t state = 0;

	for (; *path && state != NONE; path++)
		state = sp->next[state * sp->classes.n +
				 sp->classes.of[(unsigned char)*path]];
	return state == NONE ? 0 : sp->flags[state] & (SPACE_IN | SPACE_OUT);
}

START_TEST(places_as_the_search)
{
	unsigned int i, k, seen[PROVE_BEYOND + 1] = { 0 };
	struct fcdb_universe u = { .alias = aliases, .n_alias = 2,
				   .deeper = deeper, .n_deeper = 2 };
	struct glob g, except;
	struct fcdb_query q = { .glob = &g, .universe = &u };

	dice_state = 7;
	for (i = 0; i < 600; i++) {
		struct work work = { .limit = SIZE_MAX };
		struct space sp = { .arena = &arena };
		struct matcher m;
		struct fcdb *db;

		teardown();
		setup();
		matcher_init(&m, &arena);
		u.mount = i % 2 ? "/a" : i % 4 ? "/" : NULL;
		if (!random_parsed(&g) || !random_parsed(&except))
			continue;
		q.except = i % 3 ? &except : NULL;
		db = open_text("/a/.* u:r:t\n", FC_3_9);
		space_build(&sp, fcdb_kind(db, FC_FILE)->m, NULL, &q, &work);
		for (k = 0; k < 10; k++) {
			const char *path = path_near(k % 2 ? g.re : except.re);
			enum prove_place at = prove_place(&m, &q, path);
			enum space_flag flag = space_flag_of(&sp, path);

			if (flag == SPACE_OUT && strchr(path, '\n'))
				flag = 0;
			ck_assert_msg((at == PROVE_INSIDE) ==
				      (flag == SPACE_IN) &&
				      (at == PROVE_OUTSIDE) ==
				      (flag == SPACE_OUT), "%s in %s: %d %d",
				      path, g.text, at, flag);
			seen[at]++;
		}
	}
	for (i = 0; i <= PROVE_BEYOND; i++)
		ck_assert_msg(seen[i] > 100, "place %u: %u", i, seen[i]);
}
END_TEST

/* ---- the walk ---- */

static void query(struct fcdb *db, struct fcdb_query *q, const struct glob *g,
		  struct fcdb_result *r)
{
	*q = (struct fcdb_query){ .glob = g, .kind = FC_FILE,
				  .parts = FCDB_TYPE };
	fcdb_query(db, q, r);
}

static struct fcdb *open_debian_like(void)
{
	struct texts t = { .input = { debian_like },
			   .subs_dist = debian_like_subs };

	return db_of(&t, FC_3_9);
}

/* of n paths: in each place, and with the type; of distinct keys */
struct reached {
	unsigned int place[PROVE_BEYOND + 1], inside_typed, outside_typed;
};

static void count(struct fcdb *db, const char *glob, const char *type,
		  struct reached *out)
{
	struct glob g = glob_of(glob);
	struct fcdb_result r;
	struct fcdb_query q;
	struct matcher m;
	struct walk w;
	unsigned int i;

	memset(out, 0, sizeof(*out));
	query(db, &q, &g, &r);
	matcher_init(&m, &arena);
	walk_init(&w, &arena);
	walk_start(&w, fcdb_fcontext(db), &q, &r);
	for (i = 0; i < PROVE_PATHS; i++) {
		const char *path = walk_next(&w);
		enum prove_place at = prove_place(&m, &q, path);
		const struct fc_entry *e = fcdb_lookup(db, path, FC_FILE, NULL);
		bool typed = e && !e->none && !strcmp(e->type, type);

		out->place[at]++;
		out->inside_typed += typed && at == PROVE_INSIDE;
		out->outside_typed += typed && at == PROVE_OUTSIDE;
	}
}

/* a rare label is reached inside and, by neighbours and twins, outside */
START_TEST(walk_reaches)
{
	static const struct {
		const char *glob, *type;
		unsigned int inside, outside;	/* at least */
	} cases[] = {
		{ "/opt/vendor/bin/*", "java_exec_t", 10, 10 },
		{ "/opt/vendor/**", "java_exec_t", 10, 1 },
		{ "/usr/lib/**", "firmware_t", 5, 1 },
		{ "/usr/local/lib/**", "firmware_t", 1, 5 },
		{ "/usr/bin/*", "python_t", 20, 5 },
		{ "/usr/bin/sshd", "sshd_exec_t", 100, 20 },
		{ "/bin/*", "sshd_exec_t", 5, 5 },
		{ "/usr/**", "java_exec_t", 5, 1 },
		{ "/**", "java_exec_t", 10, 0 },
	};
	struct fcdb *db = open_debian_like();
	struct reached n;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		count(db, cases[i].glob, cases[i].type, &n);
		printf("%-20s %4u inside, %3u outside, %3u no path; "
		       "%s %u inside, %u outside\n", cases[i].glob,
		       n.place[PROVE_INSIDE], n.place[PROVE_OUTSIDE],
		       n.place[PROVE_NOWHERE], cases[i].type, n.inside_typed,
		       n.outside_typed);
		ck_assert_uint_ge(n.inside_typed, cases[i].inside);
		ck_assert_uint_ge(n.outside_typed, cases[i].outside);
		ck_assert_uint_lt(n.place[PROVE_NOWHERE], PROVE_PATHS / 2);
	}
}
END_TEST

/* the paths of the entries in turn, one a line */
static const char *entry_paths(struct fcdb *db, const char *glob)
{
	struct glob g = glob_of(glob);
	struct fcdb_result r;
	struct fcdb_query q;
	const char *path;
	struct walk w;
	struct buf b;

	query(db, &q, &g, &r);
	walk_init(&w, &arena);
	walk_start(&w, fcdb_fcontext(db), &q, &r);
	buf_init(&b, &arena);
	buf_putc(&b, '\n');
	while ((path = walk_entry(&w)))
		buf_printf(&b, "%s\n", path);
	ck_assert_ptr_eq(walk_entry(&w), NULL);
	return b.s;
}

/* none is left out: near the glob, led there, or with a label of its own */
START_TEST(walk_takes_each_entry)
{
	static const struct {
		const char *glob, *path;
		bool there;
	} cases[] = {
		{ "/usr/bin/*", "\n/usr/bin/sshd\n", true },
		{ "/bin/*", "\n/bin/sshd\n", true },
		{ "/**", "\n/usr/bin/sshd\n", true },
		{ "/usr/local/lib/**", "\n/usr/local/lib/jvm/", true },
		{ "/usr/local/lib/**", "\n/usr/lib/jvm/", false },
		{ "/opt/**", "\n/opt/", true },
		{ "/opt/**", "\n/usr/bin/sshd\n", false },
	};
	struct fcdb *db = open_debian_like();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(!strstr(entry_paths(db, cases[i].glob),
				      cases[i].path) == !cases[i].there,
			      "%s: %s", cases[i].glob, cases[i].path);
	/* b_t has a path outside, so there is nothing to look for */
	db = open_text("/a/.* u:r:a_t\n/a/b.* u:r:b_t\n/z/a -d u:r:a_t\n"
		       "/z/q. u:r:x_t\n/z/b u:r:b_t\n/b u:r:b_t\n", FC_3_9);
	ck_assert_ptr_eq(strstr(entry_paths(db, "/a/*"), "\n/z/"), NULL);
	db = open_text("/a/.* u:r:a_t\n/z/.* u:r:a_t\n/z/.* u:r:b_t\n",
		       FC_3_9);
	ck_assert_ptr_ne(strstr(entry_paths(db, "/a/**"), "\n/z/"), NULL);
}
END_TEST

/* forward and backward, through either file */
START_TEST(walk_reaches_twins)
{
	struct texts t = { .input = { "/.* u:r:t\n" }, .subs = "/s /k\n",
			   .subs_dist = "/d /k\n" };
	struct fcdb *db = open_texts(&arena, &in, &ds, &t, FC_3_9);
	struct glob g = glob_of("/k/*");
	unsigned int i, s = 0, d = 0;
	struct fcdb_result r;
	struct fcdb_query q;
	struct walk w;

	query(db, &q, &g, &r);
	walk_init(&w, &arena);
	walk_start(&w, fcdb_fcontext(db), &q, &r);
	for (i = 0; i < PROVE_PATHS; i++) {
		const char *path = walk_next(&w);

		s += !strncmp(path, "/s/", 3);
		d += !strncmp(path, "/d/", 3);
	}
	ck_assert_uint_gt(s, 5);
	ck_assert_uint_gt(d, 5);
}
END_TEST

static const char *some_paths(struct walk *w, struct fcdb *db,
			      const char *glob)
{
	struct glob g = glob_of(glob);
	struct fcdb_result r;
	struct fcdb_query q;
	struct buf b;
	int i;

	buf_init(&b, &arena);
	query(db, &q, &g, &r);
	walk_start(w, fcdb_fcontext(db), &q, &r);
	for (i = 0; i < 100; i++)
		buf_printf(&b, "%s\n", walk_next(w));
	return b.s;
}

START_TEST(walk_is_the_same_again)
{
	struct fcdb *db = open_debian_like();
	const char *first, *other;
	struct walk w;

	walk_init(&w, &arena);
	first = some_paths(&w, db, "/usr/lib/**");
	other = some_paths(&w, db, "/opt/*");
	ck_assert_str_ne(first, other);
	ck_assert_str_eq(first, some_paths(&w, db, "/usr/lib/**"));
}
END_TEST

/* repeats in repeats and counts: neither endless nor without bounds */
START_TEST(walk_ends)
{
	struct glob g = glob_of("/a*{b,c}?/**/a/**");
	struct fcdb_result none = { .verdict = FCDB_EMPTY };
	struct fcdb_query q = { .glob = &g, .kind = FC_FILE };
	struct fcdb *db;
	struct buf regex;
	struct walk w;
	size_t before;
	int i;

	buf_init(&regex, &arena);
	buf_putc(&regex, '/');
	for (i = 0; i < 150; i++)
		buf_putc(&regex, '(');
	buf_puts(&regex, "a.*");
	for (i = 0; i < 150; i++)
		buf_puts(&regex, ")*");
	buf_puts(&regex, "(b{90}){90}[^/]{4000,} u:r:t\n");
	walk_init(&w, &arena);
	db = open_text(regex.s, FC_3_9);
	before = arena.bytes;
	walk_start(&w, fcdb_fcontext(db), &q, &none);
	for (i = 0; i < 2000; i++)
		ck_assert_uint_lt(strlen(walk_next(&w)), 1 << 16);
	ck_assert_uint_lt(arena.bytes - before, 1 << 20);
}
END_TEST

/* ---- claims ---- */

static bool claim_holds(struct fcdb *db, const struct fcdb_query *q,
			const struct fcdb_result *r, struct prove_failure *f)
{
	struct prove_claim c = { db, q, r };
	struct prove p;

	prove_init(&p, &arena);
	return prove_by(&p, PROVE_NAMED, &c, f) &&
	       prove_by(&p, PROVE_RANDOM, &c, f);
}

/* every verdict of the search, for all parts of labels and rules */
START_TEST(true_claims_hold)
{
	static const unsigned int parts[] = {
		FCDB_TYPE, FCDB_USER, FCDB_ROLE, FCDB_USER | FCDB_TYPE,
	};
	unsigned int i, seen[FCDB_VERDICT_COUNT] = { 0 };

	dice_state = 20 + (uint64_t)_i;
	for (i = 0; i < 500; i++) {
		struct fcdb_universe u = { .alias = aliases, .n_alias = i % 3 };
		struct fcdb_query q = { .kind = FC_FILE, .universe = &u,
					.parts = parts[i % 4] };
		struct glob g, except;
		struct prove_failure f;
		struct fcdb_result r;
		struct texts t;
		struct fcdb *db;

		teardown();
		setup();
		random_texts(&arena, &t);
		db = open_texts(&arena, &in, &ds, &t,
				(enum fc_version)(i % FC_VERSION_COUNT));
		if (!random_parsed(&g) || !random_parsed(&except))
			continue;
		q.glob = &g;
		q.except = i % 5 ? NULL : &except;
		u.mount = i % 7 ? NULL : "/a";
		fcdb_query(db, &q, &r);
		seen[r.verdict]++;
		ck_assert_msg(r.verdict == FCDB_TOO_HARD ||
			      claim_holds(db, &q, &r, &f),
			      "%s %s: %s, said %s, found %s\n%s", g.text,
			      fcdb_verdict_name(r.verdict), f.path, f.said,
			      f.found, t.input[0]);
	}
	for (i = FCDB_EXACT; i <= FCDB_EMPTY; i++)
		ck_assert_msg(seen[i], "%s: %u",
			      fcdb_verdict_name((enum fcdb_verdict)i), seen[i]);
}
END_TEST

static const char two_types[] =
	"/a/.*\t\tu:r:a_t\n"
	"/a/b/.*\t\tu:r:b_t\n"
	"/a/b/c\t\tu:r:c_t\n"
	"/a/none\t\t<<none>>\n";

enum lie {
	NO_LIE, LABEL_LEFT_OUT, LEAK_LEFT_OUT, HOLE_LEFT_OUT, WRONG_LABEL,
	INSIDE_OUTSIDE, OUTSIDE_INSIDE, INSIDE_NO_PATH, HOLE_WITH_LABEL,
	LEAK_OF_ANOTHER, MISCOUNTED, WRONG_WORD, LIES
};

static void tell(struct fcdb_result *r, struct fcdb_label *v, enum lie lie)
{
	switch (lie) {
	case LABEL_LEFT_OUT:
		r->n_labels--;
		r->n_tight--;	/* c_t, which has no path outside */
		break;
	case LEAK_LEFT_OUT:
		v[0].outside = NULL;
		r->n_tight++;
		break;
	case HOLE_LEFT_OUT:
		r->uncovered = NULL;
		r->verdict = FCDB_WIDER;
		break;
	case WRONG_LABEL:
		v[1].type = v[0].type;
		break;
	case INSIDE_OUTSIDE:
		v[0].inside = "/a/x/y";
		break;
	case OUTSIDE_INSIDE:
		v[0].outside = "/a/x";
		break;
	case INSIDE_NO_PATH:
		v[0].inside = "/a/./x";
		break;
	case HOLE_WITH_LABEL:
		r->uncovered = "/a/x";
		break;
	case LEAK_OF_ANOTHER:
		v[0].outside = "/a/b/x";
		break;
	case MISCOUNTED:
		r->n_tight++;
		break;
	case WRONG_WORD:
		r->verdict = FCDB_WIDER;
		break;
	default:
		break;
	}
}

START_TEST(false_claims_do_not)
{
	static const int caught_by[LIES] = {
		[LABEL_LEFT_OUT] = PROVE_RANDOM, [LEAK_LEFT_OUT] = PROVE_RANDOM,
		[HOLE_LEFT_OUT] = PROVE_RANDOM,
	};
	struct fcdb *db = open_text(two_types, FC_3_9);
	struct glob g = glob_of("/a/{*,b/c}");
	struct fcdb_label *v;
	struct prove_failure f;
	struct fcdb_result r;
	struct fcdb_query q;

	query(db, &q, &g, &r);
	ck_assert_int_eq(r.verdict, FCDB_UNCOVERED);
	ck_assert_uint_eq(r.n_labels, 2);
	v = arena_zalloc(&arena, r.n_labels, sizeof(*v));
	memcpy(v, r.labels, r.n_labels * sizeof(*v));
	ck_assert_str_eq(v[0].type, "a_t");
	ck_assert_str_eq(v[1].type, "c_t");
	ck_assert(v[0].outside && !v[1].outside);
	r.labels = v;
	tell(&r, v, (enum lie)_i);
	ck_assert_int_eq(claim_holds(db, &q, &r, &f), _i == NO_LIE);
	if (_i != NO_LIE)
		ck_assert_msg((int)f.way == caught_by[_i], "%s: %s, %s", f.path,
			      f.said, f.found);
}
END_TEST

START_TEST(an_empty_glob_is_a_claim)
{
	struct fcdb *db = open_text(two_types, FC_3_9);
	struct glob g = glob_of("/a/[b]");
	struct fcdb_result r = { .verdict = FCDB_EMPTY };
	struct fcdb_query q = { .glob = &g, .kind = FC_FILE,
				.parts = FCDB_TYPE };
	struct prove_failure f;

	ck_assert(!claim_holds(db, &q, &r, &f));
	ck_assert_str_eq(f.path, "/a/b");
	ck_assert_str_eq(f.said, "type a_t, nowhere inside");
	ck_assert_str_eq(f.found, "type a_t, inside");
}
END_TEST

/* lookups that take long: the proof comes to an end all the same */
START_TEST(costly_lookups)
{
	struct fcdb_result r;
	struct fcdb_query q;
	struct prove_failure f;
	struct fcdb *db;
	struct buf b;
	struct glob g;
	int i;

	buf_init(&b, &arena);
	for (i = 0; i < 6000; i++)
		buf_printf(&b, "/.*(a|b)?.*x%d u:r:t\n", i);
	buf_puts(&b, "/.* u:r:all_t\n");
	db = open_text(b.s, FC_3_9);
	g = glob_of("/a/**");
	query(db, &q, &g, &r);
	ck_assert(claim_holds(db, &q, &r, &f));
	ck_assert_uint_lt(fcdb_lookup_steps(db, FC_FILE), 2 * PROVE_STEPS);
	ck_assert_uint_gt(fcdb_lookup_steps(db, FC_FILE), PROVE_STEPS / 2);
}
END_TEST

/* ---- libselinux, here made up ---- */

struct made_up {
	const char *context;
	bool there, answers;
	unsigned int asked, opened;
};

static bool made_up_opens(void *arg, const struct fcontext *fc)
{
	struct made_up *m = arg;

	m->opened++;
	return m->there && fc->rules == fc_rules(FC_3_9);
}

static bool made_up_lookup(void *arg, const char *path, const char **context)
{
	struct made_up *m = arg;

	ck_assert_int_eq(path[0], '/');
	m->asked++;
	*context = m->context;
	return m->answers;
}

/* "/b" has u:r:b_t:s0; the verdict is EXACT */
static bool ask_with(struct made_up *m, enum fc_version v, unsigned int part)
{
	struct prove_oracle oracle = { m, made_up_opens, made_up_lookup };
	struct fcdb *db = open_text("/b u:r:b_t:s0\n/c v:q:c_t:s0\n", v);
	struct glob g = glob_of("/b");
	struct fcdb_query q = { .glob = &g, .kind = FC_FILE, .parts = part };
	struct fcdb_result r;
	struct prove_claim c = { db, &q, &r };
	struct prove p;

	fcdb_query(db, &q, &r);
	prove_init(&p, &arena);
	p.oracle = &oracle;
	return paths_prove(&p, &c, &ds) && paths_prove(&p, &c, &ds);
}

START_TEST(oracle)
{
	static const struct {
		const char *context;
		unsigned int part;
		bool holds;
	} cases[] = {
		{ "u:r:b_t:s0", FCDB_TYPE, true },
		{ "u:r:b_t", FCDB_TYPE, true },
		{ "x:y:b_t:s0", FCDB_TYPE, true },
		{ "u:r:b_tt:s0", FCDB_TYPE, false },
		{ "u:r:b_:s0", FCDB_TYPE, false },
		{ "b_t:r:u:s0", FCDB_TYPE, false },
		{ "u:r", FCDB_TYPE, false },
		{ NULL, FCDB_TYPE, false },
		{ "u:y:z:s0", FCDB_USER, true },
		{ "uu:r:b_t:s0", FCDB_USER, false },
		{ "x:r:z:s0", FCDB_ROLE, true },
		{ "u:b_t:r:s0", FCDB_ROLE, false },
		{ "u:x:b_t:s0", FCDB_USER | FCDB_TYPE, true },
		{ "x:r:b_t:s0", FCDB_USER | FCDB_TYPE, false },
	};
	struct made_up m = { cases[_i].context, true, true, 0, 0 };

	ck_assert_int_eq(ask_with(&m, FC_3_9, cases[_i].part),
			 cases[_i].holds);
	/* a result that holds is not proven twice */
	ck_assert_uint_eq(m.asked, 1);
	ck_assert_uint_eq(ds.n, !cases[_i].holds);
	if (cases[_i].holds)
		return;
	ck_assert_int_eq(ds.v[0]->code, DIAG_PATH_PROOF_FAILED);
	ck_assert_ptr_ne(strstr(ds.v[0]->text, "/b"), NULL);
}
END_TEST

START_TEST(oracle_that_cannot_serve)
{
	struct made_up away = { "u:r:x_t", false, true, 0, 0 };
	struct made_up silent = { "u:r:x_t", true, false, 0, 0 };
	struct made_up older = { "u:r:x_t", true, true, 0, 0 };

	ck_assert(ask_with(&away, FC_3_9, FCDB_TYPE));
	ck_assert(ask_with(&silent, FC_3_9, FCDB_TYPE));
	ck_assert(ask_with(&older, FC_3_4, FCDB_TYPE));
	ck_assert_uint_eq(away.asked, 0);
	ck_assert_uint_eq(silent.asked, 1);
	ck_assert_uint_eq(older.asked, 0);
	ck_assert_uint_eq(older.opened, 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("proofs about paths");
	TCase *tc = tcase_create("prove");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, globs_as_the_automaton);
	tcase_add_test(tc, regexes_as_the_automaton);
	tcase_add_test(tc, long_paths);
	tcase_add_test(tc, places);
	tcase_add_test(tc, places_as_the_search);
	tcase_add_test(tc, walk_reaches);
	tcase_add_test(tc, walk_reaches_twins);
	tcase_add_test(tc, walk_takes_each_entry);
	tcase_add_test(tc, walk_is_the_same_again);
	tcase_add_test(tc, walk_ends);
	tcase_add_loop_test(tc, true_claims_hold, 0, 4);
	tcase_add_loop_test(tc, false_claims_do_not, 0, LIES);
	tcase_add_test(tc, an_empty_glob_is_a_claim);
	tcase_add_test(tc, costly_lookups);
	tcase_add_loop_test(tc, oracle, 0, 14);
	tcase_add_test(tc, oracle_that_cannot_serve);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
