/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>

#include "paths_fixture.h"

static struct fcdb *base_db(const char *text)
{
	struct texts t = { .input = { text } };

	return db_of(&t, FC_3_4);
}

static struct glob *glob_of(const char *text)
{
	struct glob *g = arena_new(&arena, struct glob);
	struct glob_error err;

	ck_assert_msg(glob_parse(&arena, text, strlen(text), g, &err),
		      "%s: %s", text, err.what);
	return g;
}

static struct fcdb_result ask(struct fcdb *db, const char *glob,
			      unsigned int kind, bool unpruned)
{
	struct fcdb_query q = { .glob = glob_of(glob), .kind = kind,
				.parts = FCDB_TYPE, .unpruned = unpruned };
	struct fcdb_result r;

	fcdb_query(db, &q, &r);
	return r;
}

/* "a_t,b_t+": + for those that also occur outside */
static const char *labels_text(const struct fcdb_result *r)
{
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	for (i = 0; i < r->n_labels; i++)
		buf_printf(&b, "%s%s%s", i ? "," : "", r->labels[i].type,
			   r->labels[i].outside ? "+" : "");
	return r->n_labels ? b.s : "-";
}

static const char *witness(const struct fcdb_result *r)
{
	switch (r->verdict) {
	case FCDB_WIDER:
		return r->labels[r->shortest].outside;
	case FCDB_UNCOVERED:
		return r->uncovered;
	default:
		return "-";
	}
}

/* every path named is looked up again */
static void recheck(struct fcdb *db, const struct fcdb_result *r,
		    unsigned int kind)
{
	const struct fc_entry *e;
	size_t i;

	for (i = 0; i < r->n_labels; i++) {
		const struct fcdb_label *l = &r->labels[i];

		e = fcdb_lookup(db, l->inside, kind, NULL);
		ck_assert_msg(e && e->type == l->type, "%s", l->inside);
		if (!l->outside)
			continue;
		e = fcdb_lookup(db, l->outside, kind, NULL);
		ck_assert_msg(e && e->type == l->type, "%s", l->outside);
	}
	if (r->uncovered) {
		e = fcdb_lookup(db, r->uncovered, kind, NULL);
		ck_assert_msg(!e || e->none, "%s", r->uncovered);
	}
}

/* ---- the vectors ---- */

#define COLUMNS 6

static const char *shared_dir(void)
{
	const char *dir = getenv("IMAPOL_SHARED");

	return dir && *dir ? dir : NULL;
}

static void vector_row(char **col, const char *at, enum fc_version v)
{
	unsigned int kind = fc_kind_parse(col[2], strlen(col[2]));
	bool unpruned = false;
	char base[4096];
	struct texts t;

	snprintf(base, sizeof(base), "%s/data/fcontexts/%s/file_contexts",
		 shared_dir(), col[0]);
	read_texts(&arena, base, &t);
	do {
		struct fcdb *db = db_of(&t, v);
		struct fcdb_result r = ask(db, col[1], kind, unpruned);

		ck_assert_msg(!strcmp(fcdb_verdict_name(r.verdict), col[3]) &&
			      !strcmp(labels_text(&r), col[4]) &&
			      strlen(witness(&r)) == strlen(col[5]),
			      "%s %s %s %s: %s %s %s", col[0], at, col[1],
			      col[2], fcdb_verdict_name(r.verdict),
			      labels_text(&r), witness(&r));
		recheck(db, &r, kind);
		unpruned = !unpruned;
	} while (unpruned);
}

/* "db@3.4,3.9": only these */
static size_t vector_line(char *line)
{
	static const char *const version[] = { "3.4", "3.8", "3.9" };
	char *col[COLUMNS], *at;
	size_t i;
	int v;

	line[strcspn(line, "\n")] = '\0';
	for (i = 0; i < COLUMNS; i++) {
		col[i] = strsep(&line, "\t");
		ck_assert_ptr_ne(col[i], NULL);
	}
	at = col[0] + strcspn(col[0], "@");
	if (*at)
		*at++ = '\0';
	for (v = 0; v < FC_VERSION_COUNT; v++) {
		if (!*at || strstr(at, version[v]))
			vector_row(col, version[v], (enum fc_version)v);
	}
	return 1;
}

START_TEST(vectors)
{
	char path[4096], line[4096];
	size_t n = 0;
	FILE *f = NULL;

	snprintf(path, sizeof(path), "%s/data/path-vectors.tsv",
		 shared_dir() ? shared_dir() : "");
	if (shared_dir())
		f = fopen(path, "r");
	if (!f) {
		printf("skipped: IMAPOL_SHARED has no data/path-vectors.tsv\n");
		return;
	}
	ck_assert_ptr_ne(fgets(line, sizeof(line), f), NULL);
	while (fgets(line, sizeof(line), f))
		n += vector_line(line);
	fclose(f);
	ck_assert_uint_ge(n, 93);
}
END_TEST

/* ---- pruned, unpruned, and each path by itself ---- */

static void same_result(const struct fcdb_result *a,
			const struct fcdb_result *b, const char *what)
{
	ck_assert_msg(a->verdict == b->verdict &&
		      !strcmp(labels_text(a), labels_text(b)) &&
		      !strcmp(witness(a), witness(b)),
		      "%s: %s %s %s, unpruned %s %s %s", what,
		      fcdb_verdict_name(a->verdict), labels_text(a), witness(a),
		      fcdb_verdict_name(b->verdict), labels_text(b),
		      witness(b));
}

static const char *texts_dump(const struct texts *t)
{
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	for (i = 0; i < 5; i++) {
		if (texts_get(t, i))
			buf_printf(&b, "== %s\n%s", text_suffix[i],
				   texts_get(t, i));
	}
	return b.s;
}

START_TEST(random_databases)
{
	unsigned int i;

	dice_state = 7 + (uint64_t)_i;
	for (i = 0; i < 150; i++) {
		unsigned int kind = dice(4) ? FC_FILE : FC_DIR;
		struct fcdb_result a, b;
		struct fcdb *db;
		struct texts t;
		struct buf glob;

		teardown();
		setup();
		random_texts(&arena, &t);
		db = db_of(&t, (enum fc_version)_i);
		buf_init(&glob, &arena);
		random_glob(&glob);
		a = ask(db, glob.s, kind, false);
		b = ask(db, glob.s, kind, true);
		buf_puts(&glob, "\n");
		buf_puts(&glob, texts_dump(&t));
		same_result(&a, &b, glob.s);
		recheck(db, &a, kind);
	}
}
END_TEST

/* all canonical paths of up to 7 bytes over "/ab.": the verdict by counting */
struct count {
	struct fcdb *db;
	struct nfa nfa;
	uint32_t start;
	bool uncovered;
	const char *in[64], *out[64];	/* types seen */
	size_t n_in, n_out;
};

static bool nfa_matches(struct nfa *n, uint32_t start, const char *s)
{
	struct nfa_list now = { 0 }, next = { 0 };
	size_t i;

	nfa_walk(n);
	nfa_close(n, start, &now);
	for (; *s; s++) {
		next = (struct nfa_list){ 0 };
		nfa_walk(n);
		for (i = 0; i < now.n; i++) {
			const struct nfa_state *st = &n->v[now.v[i]];

			if (st->kind == NFA_SET &&
			    byteset_has(&n->sets.v[st->set],
					(unsigned char)*s))
				nfa_close(n, st->a, &next);
		}
		now = next;
	}
	for (i = 0; i < now.n; i++) {
		if (n->v[now.v[i]].kind == NFA_ACCEPT)
			return true;
	}
	return false;
}

static bool canonical(const char *s)
{
	const char *end;

	for (; *s; s = end) {
		s++;
		end = s + strcspn(s, "/");
		if (end == s || (end == s + 1 && *s == '.') ||
		    (end == s + 2 && s[0] == '.' && s[1] == '.'))
			return false;
	}
	return true;
}

static void note_type(const char **v, size_t *n, const char *type)
{
	size_t i;

	for (i = 0; i < *n; i++) {
		if (v[i] == type)
			return;
	}
	v[(*n)++] = type;
}

static void count_path(struct count *c, const char *path)
{
	const struct fc_entry *e = fcdb_lookup(c->db, path, FC_FILE, NULL);
	bool inside = nfa_matches(&c->nfa, c->start, path);

	ck_assert_msg(e == fcdb_find(c->db, path, FC_FILE), "%s", path);
	if (!e || e->none)
		c->uncovered |= inside;
	else if (inside)
		note_type(c->in, &c->n_in, e->type);
	else
		note_type(c->out, &c->n_out, e->type);
}

static void count_paths(struct count *c, char *path, size_t len, size_t max)
{
	const char *byte;

	path[len] = '\0';
	if (len && canonical(path))
		count_path(c, path);
	if (len == max)
		return;
	for (byte = len ? "/ab." : "/"; *byte; byte++) {
		path[len] = *byte;
		count_paths(c, path, len + 1, max);
	}
	path[len] = '\0';
}

static bool type_in(const char *const *v, size_t n, const char *type)
{
	while (n--) {
		if (v[n] == type)
			return true;
	}
	return false;
}

/* what counting finds the verdict must know; and each witness it names exists */
static void check_count(const struct count *c, const struct fcdb_result *r,
			const char *what)
{
	size_t i, j;

	ck_assert_msg(!c->uncovered || r->verdict == FCDB_UNCOVERED, "%s",
		      what);
	for (i = 0; i < c->n_in; i++) {
		for (j = 0; j < r->n_labels; j++) {
			if (r->labels[j].type == c->in[i])
				break;
		}
		ck_assert_msg(j < r->n_labels, "%s: %s", what, c->in[i]);
		if (type_in(c->out, c->n_out, c->in[i]))
			ck_assert_msg(r->labels[j].outside, "%s: %s", what,
				      c->in[i]);
	}
}

START_TEST(by_counting)
{
	unsigned int i;

	dice_state = 70 + (uint64_t)_i;
	for (i = 0; i < 12; i++) {
		struct fcdb_result r;
		struct count c;
		struct texts t;
		struct buf glob;
		char path[16];

		teardown();
		setup();
		memset(&c, 0, sizeof(c));
		random_texts(&arena, &t);
		c.db = db_of(&t, (enum fc_version)_i);
		buf_init(&glob, &arena);
		random_glob(&glob);
		r = ask(c.db, glob.s, FC_FILE, false);
		nfa_init(&c.nfa, &arena);
		c.start = nfa_build(&c.nfa, glob_of(glob.s)->re,
				    nfa_accept(&c.nfa, 0), 0);
		count_paths(&c, path, 0, 7);
		buf_puts(&glob, texts_dump(&t));
		check_count(&c, &r, glob.s);
	}
}
END_TEST

/* ---- globs ---- */

static const struct {
	const char *glob, *yes, *no;
} globs[] = {
	{ "/a/*", "/a/.b", "/a/b/c" }, { "/a/*b", "/a/b", "/a/c/b" },
	{ "/a?c", "/a.c", "/a/c" }, { "/[a-c]x", "/bx", "/dx" },
	{ "/[!a-c]x", "/dx", "/ax" }, { "/[^a]x", "/bx", "/ax" },
	{ "/[]a]x", "/]x", "/bx" }, { "/[a-]x", "/-x", "/bx" },
	{ "/[!a]x", "/bx", "//x" }, { "/[\\]]x", "/]x", "/\\x" },
	{ "/{a,b}x", "/bx", "/cx" }, { "/{a,{b,c}d}x", "/cdx", "/cx" },
	{ "/a{,b}c", "/ac", "/abbc" }, { "/a/**", "/a/b/c", "/a" },
	{ "/a/**/b", "/a/b", "/a/bb" }, { "/a/**/b", "/a/x/y/b", "/ab" },
	{ "/a/**b", "/a/x/yb", "/a/bx" }, { "/a**", "/a/b", "/b" },
	{ "/\\*", "/*", "/a" }, { "/\\{a,b\\}", "/{a,b}", "/a" },
	{ "/a,b", "/a,b", "/a" }, { "/a b", "/a b", "/a" },
	{ "/\xc3\xa9?", "/\xc3\xa9\xff", "/\xc3" },
};

START_TEST(glob_language)
{
	struct glob *g = glob_of(globs[_i].glob);
	struct fcdb *db;
	struct glob_matcher m;
	struct nfa n;
	uint32_t start;
	char line[300];

	glob_matcher_init(&m, &arena, g);
	ck_assert(glob_matches(&m, globs[_i].yes));
	ck_assert(!glob_matches(&m, globs[_i].no));
	ck_assert(glob_matches(&m, globs[_i].yes));
	nfa_init(&n, &arena);
	start = nfa_build(&n, g->re, nfa_accept(&n, 0), 0);
	ck_assert_msg(nfa_matches(&n, start, globs[_i].yes), "%s", g->text);
	ck_assert_msg(!nfa_matches(&n, start, globs[_i].no), "%s", g->text);
	/* and the same as a regex of file contexts */
	snprintf(line, sizeof(line), "%s\tu:r:t", glob_regex(&arena, g));
	db = base_db(line);
	ck_assert_msg(fcdb_lookup(db, globs[_i].yes, FC_FILE, NULL), "%s: %s",
		      line, globs[_i].yes);
	ck_assert_msg(globs[_i].no[1] == '/' ||
		      !fcdb_lookup(db, globs[_i].no, FC_FILE, NULL), "%s: %s",
		      line, globs[_i].no);
}
END_TEST

START_TEST(below_directories)
{
	static const struct {
		const char *glob, *dir;
		enum glob_below want;
	} v[] = {
		{ "/a/b/*", "/", GLOB_DEEPER }, { "/a/b/*", "/a", GLOB_DEEPER },
		{ "/a/b/*", "/a/b", GLOB_HERE },
		{ "/a/b/*", "/a/b/c", GLOB_NOTHING },
		{ "/a/b/*", "/ab", GLOB_NOTHING },
		{ "/a/b/x?", "/a/b", GLOB_HERE }, { "/a", "/", GLOB_HERE },
		{ "/a", "/a", GLOB_NOTHING }, { "/a/**", "/a", GLOB_HERE },
		{ "/a/**", "/a/b/c", GLOB_HERE },
		{ "/a/**/b/c", "/a/x", GLOB_DEEPER },
		{ "/a/**/b/c", "/a/x/b", GLOB_HERE },
		{ "/*/{a,b/c}", "/x", GLOB_HERE },
		{ "/*/{a,b/c}", "/x/b", GLOB_HERE },
		{ "/*/{a,b/c}", "/x/a", GLOB_NOTHING },
		{ "/**", "/", GLOB_HERE },
	};
	struct glob_matcher m;

	glob_matcher_init(&m, &arena, glob_of(v[_i].glob));
	ck_assert_int_eq(glob_below(&m, v[_i].dir), v[_i].want);
	/* and once more, by the same matcher */
	ck_assert_int_eq(glob_below(&m, v[_i].dir), v[_i].want);
}
END_TEST

static const struct {
	const char *glob;
	size_t start, end;
} bad_globs[] = {
	{ "", 0, 0 }, { "a/b", 0, 1 }, { "/a//b", 2, 4 }, { "/a/", 2, 3 },
	{ "/", 0, 1 }, { "/[ab", 1, 4 }, { "/[a/b]", 3, 4 },
	{ "/[c-a]", 2, 5 }, { "/{a,b", 1, 5 }, { "/a}", 2, 3 },
	{ "/a\\", 2, 3 }, { "/[\xc3\xa9]", 2, 3 }, { "/[]", 1, 3 },
};

START_TEST(glob_nul)
{
	static const char text[] = "/a[\0]";
	struct glob_error err;
	struct glob g;

	ck_assert(!glob_parse(&arena, text, sizeof(text) - 1, &g, &err));
	ck_assert_uint_eq(err.start, 3);
	ck_assert_uint_eq(err.end, 4);
}
END_TEST

START_TEST(glob_errors)
{
	const char *text = bad_globs[_i].glob;
	struct glob_error err;
	struct glob g;

	ck_assert_msg(!glob_parse(&arena, text, strlen(text), &g, &err), "%s",
		      text);
	ck_assert_msg(err.start == bad_globs[_i].start &&
		      err.end == bad_globs[_i].end, "%s: %zu to %zu, %s", text,
		      err.start, err.end, err.what);
}
END_TEST

START_TEST(glob_depth)
{
	struct glob_error err;
	struct glob g;
	size_t n;

	for (n = GLOB_DEPTH_MAX; n <= GLOB_DEPTH_MAX + 1; n++) {
		struct buf b;
		size_t i;

		buf_init(&b, &arena);
		buf_putc(&b, '/');
		for (i = 0; i < n; i++)
			buf_puts(&b, "{a");
		for (i = 0; i < n; i++)
			buf_puts(&b, "}");
		ck_assert_int_eq(glob_parse(&arena, b.s, b.len, &g, &err),
				 n == GLOB_DEPTH_MAX);
	}
}
END_TEST

static const struct glob_alias merged[] = {
	{ "/bin", "/usr/bin" }, { "/sbin", "/usr/sbin" }, { "/lib", "/usr/lib" },
	{ "/var/run", "/run" }, { "/top", "/" },
};

static const struct {
	const char *glob, *want;	/* NULL: as it is */
} rewrites[] = {
	{ "/lib/firmware/**", "/usr/lib/firmware/**" }, { "/bin", "/usr/bin" },
	{ "/{bin,sbin}/x*", "{/usr/bin/x*,/usr/sbin/x*}" },
	{ "/{bin,opt}/x", "{/usr/bin/x,/opt/x}" },
	{ "/var/{run,log}/*", "{/run/*,/var/log/*}" },
	{ "/top/bin/a", "/usr/bin/a" }, { "/library/*", NULL },
	{ "/usr/bin/*", NULL }, { "/opt/{a,b}/*", NULL }, { "/*/a", NULL },
	{ "/{usr,opt}/bin/*", NULL },
};

START_TEST(glob_rewriting)
{
	struct glob *g = glob_of(rewrites[_i].glob), out;
	struct glob_error err;

	ck_assert_msg(glob_canonical(&arena, g, merged, ARRAY_SIZE(merged),
				     &out, &err), "%s: %s", g->text, err.what);
	ck_assert_str_eq(out.text, rewrites[_i].want ? rewrites[_i].want
						     : rewrites[_i].glob);
	ck_assert_int_eq(out.rewritten, rewrites[_i].want != NULL);
}
END_TEST

START_TEST(glob_circles)
{
	static const struct glob_alias circle[] = { { "/a", "/b" },
						    { "/b", "/a" } };
	struct glob_error err;
	struct glob out;

	ck_assert(!glob_canonical(&arena, glob_of("/a/*"), circle, 2, &out,
				  &err));
	ck_assert(!glob_canonical(&arena, glob_of("/{**,bin}/*"), merged, 2,
				  &out, &err));
}
END_TEST

/* ---- the universe ---- */

START_TEST(aliases_and_mounts)
{
	static const char *const deeper[] = { "/usr/local" };
	struct fcdb_universe u = { .alias = merged,
				   .n_alias = ARRAY_SIZE(merged) };
	struct texts t = { .input = { "/.* u:r:d\n/usr/bin/[^/]* u:r:b\n"
				      "/usr/local/b/.* u:r:b" },
			   .subs_dist = "/bin /usr/bin" };
	struct fcdb_query q = { .glob = glob_of("/usr/bin/*"), .kind = FC_FILE,
				.parts = FCDB_TYPE };
	struct fcdb *db = db_of(&t, FC_3_4);
	struct fcdb_result r;

	fcdb_query(db, &q, &r);
	ck_assert_str_eq(witness(&r), "/bin/a");
	q.universe = &u;
	fcdb_query(db, &q, &r);
	ck_assert_str_eq(witness(&r), "/usr/local/b/a");
	u.mount = "/usr";
	fcdb_query(db, &q, &r);
	ck_assert_str_eq(witness(&r), "/usr/local/b/a");
	u.deeper = deeper;
	u.n_deeper = 1;
	fcdb_query(db, &q, &r);
	ck_assert_int_eq(r.verdict, FCDB_EXACT);
	q.glob = glob_of("/bin/*");
	fcdb_query(db, &q, &r);
	ck_assert_int_eq(r.verdict, FCDB_EMPTY);
	/* the inside, too, is limited when that is asked for */
	q.glob = glob_of("/{etc,usr/a,usr/local}/b/*");
	fcdb_query(db, &q, &r);
	ck_assert_str_eq(labels_text(&r), "d+,b+");
	u.on_mount = true;
	fcdb_query(db, &q, &r);
	ck_assert_str_eq(labels_text(&r), "d+");
	q.glob = glob_of("/usr/local/**");
	fcdb_query(db, &q, &r);
	ck_assert_int_eq(r.verdict, FCDB_EMPTY);
	/* the mount point of another is no file of this one */
	q.glob = glob_of("/usr/local");
	fcdb_query(db, &q, &r);
	ck_assert_int_eq(r.verdict, FCDB_EMPTY);
}
END_TEST

START_TEST(parts_and_except)
{
	struct fcdb *db = base_db("/a/.* u:r:x\n/b/.* v:r:x\n/b/c/.* v:q:y");
	struct fcdb_query q = { .glob = glob_of("/b/**"), .kind = FC_FILE,
				.parts = FCDB_TYPE };
	struct fcdb_result r;

	fcdb_query(db, &q, &r);
	ck_assert_int_eq(r.verdict, FCDB_WIDER);
	ck_assert_str_eq(labels_text(&r), "x+,y");
	q.parts = FCDB_USER;
	fcdb_query(db, &q, &r);
	ck_assert_int_eq(r.verdict, FCDB_EXACT);
	ck_assert_uint_eq(r.n_labels, 1);
	ck_assert_str_eq(r.labels[0].user, "v");
	q.parts = FCDB_USER | FCDB_ROLE;
	q.except = glob_of("/b/c/d");
	fcdb_query(db, &q, &r);
	ck_assert_int_eq(r.verdict, FCDB_WIDER);
	ck_assert_uint_eq(r.n_tight, 1);
	ck_assert_str_eq(r.labels[1].outside, "/b/c/d");
	q.except = glob_of("/b/**");
	fcdb_query(db, &q, &r);
	ck_assert_int_eq(r.verdict, FCDB_EMPTY);
}
END_TEST

START_TEST(budget)
{
	struct fcdb *db = base_db("/.* u:r:x\n/(.*/)?a(/.*)? u:r:y");
	struct fcdb_query q = { .glob = glob_of("/a/**"), .kind = FC_FILE,
				.parts = FCDB_TYPE, .work = 10 };
	struct fcdb_result r;

	fcdb_query(db, &q, &r);
	ck_assert_int_eq(r.verdict, FCDB_TOO_HARD);
	q.work = 0;
	fcdb_query(db, &q, &r);
	ck_assert_int_eq(r.verdict, FCDB_WIDER);
}
END_TEST

/* an answer or none, within the budget and bounded memory */
static enum fcdb_verdict hard(const char *entries, const char *glob)
{
	struct fcdb_query q = { .glob = glob_of(glob), .kind = FC_FILE,
				.parts = FCDB_TYPE, .work = (size_t)1 << 25 };
	size_t before = arena.bytes;
	struct fcdb_result r;

	fcdb_query(base_db(entries), &q, &r);
	ck_assert_uint_le(arena.bytes - before, (size_t)400 << 20);
	ck_assert_uint_le(r.work, q.work + (q.work >> 2));
	return r.verdict;
}

START_TEST(hard_questions)
{
	struct buf b;
	unsigned int i;

	/* subsets of what was seen so far, for a label that never decides */
	buf_init(&b, &arena);
	buf_puts(&b, "/.* u:r:d\n");
	for (i = 0; i < 60; i++)
		buf_printf(&b, "/(.*/)?%c%c/.+\\.x%u u:r:t%u\n", 'a' + i % 20,
			   'a' + i / 20, i, i);
	ck_assert_int_eq(hard(b.s, "/**"), FCDB_EXACT);
	buf_puts(&b, "/(.*/)?aa/.+\\.x0 u:r:s\n");
	ck_assert_int_eq(hard(b.s, "/**"), FCDB_TOO_HARD);
	/* a byte far from the end */
	hard("/.*a.{300} u:r:t\n/.*b.{300} u:r:s\n", "/a/**");
	buf_init(&b, &arena);
	buf_puts(&b, "/*a");
	for (i = 0; i < 40; i++)
		buf_putc(&b, '?');
	ck_assert_int_eq(hard("/.* u:r:t", b.s), FCDB_TOO_HARD);
	/* as many entries as a large policy has, none literal */
	buf_init(&b, &arena);
	for (i = 0; i < 10000; i++)
		buf_printf(&b, "/d%u/[^/]*(/.*)?x u:r:t%u\n", i, i % 3000);
	ck_assert_int_eq(hard(b.s, "/**"), FCDB_UNCOVERED);
}
END_TEST

START_TEST(holes)
{
	struct fcdb *db = base_db("/a/[^/]* u:r:x\n/a/n <<none>>\n"
				  "/a/long <<none>>");
	struct fcdb_query q = { .glob = glob_of("/a/**"), .kind = FC_FILE,
				.parts = FCDB_TYPE };
	struct fcdb_hole h[5];

	ck_assert_uint_eq(fcdb_holes(db, &q, h, 5), 3);
	ck_assert_str_eq(h[0].path, "/a/n");
	ck_assert_ptr_ne(h[0].entry, NULL);
	ck_assert_str_eq(h[1].path, "/a/a/a");
	ck_assert_ptr_eq(h[1].entry, NULL);
	ck_assert_str_eq(h[2].path, "/a/long");
	ck_assert_uint_eq(fcdb_holes(db, &q, h, 1), 1);
	ck_assert_str_eq(h[0].path, "/a/n");
}
END_TEST

/* ---- labelling ---- */

/* base, and the lines that give the glob a user of its own, as .local */
static struct fcdb *tagged(const char *base, const struct fcdb_cells *c,
			   const char *local)
{
	struct texts t = { .input = { base } };
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	buf_puts(&b, local);
	for (i = 0; i < c->n; i++) {
		const struct fc_entry *e = c->cells[i].entry;

		ck_assert_ptr_ne(c->cells[i].regex, NULL);
		buf_printf(&b, "%s\t--\t", c->cells[i].regex);
		if (e->none)
			buf_puts(&b, "<<none>>\n");
		else
			buf_printf(&b, "tag_u:%s:%s\n", e->role, e->type);
	}
	t.input[FC_LOCAL] = b.s;
	return db_of(&t, FC_3_4);
}

static const char tag_base[] =
	"/.* u:r:d\n/opt(/.*)? u:r:o\n/opt/(.*/)?bin(/.*)? u:r:b\n"
	"/opt/v/bin/x\\.sh -- u:r:x\n/opt/v/bin/p.* u:r:p\n"
	"/opt/v/bin/n[0-9] <<none>>\n";

START_TEST(cells)
{
	static const struct {
		const char *type, *regex;
		enum fcdb_relation relation;
	} want[] = {
		{ "b", "/opt/v/bin/[^/]+", FCDB_AROUND },
		{ "p", "/opt/v/bin/(?=[^/]+\\z)p.*", FCDB_PARTIAL },
		{ NULL, "/opt/v/bin/n[0-9]", FCDB_WITHIN },
		{ "x", "/opt/v/bin/x\\.sh", FCDB_LITERAL },
	};
	struct fcdb_query q = { .glob = glob_of("/opt/v/bin/*"),
				.kind = FC_FILE, .parts = FCDB_USER };
	struct fcdb *before = base_db(tag_base), *after;
	struct fcdb_result r;
	struct fcdb_cells c;
	const char *path;
	size_t i;

	fcdb_cells(before, &q, &c);
	ck_assert_int_eq(c.verdict, FCDB_EXACT);
	ck_assert_uint_eq(c.n, ARRAY_SIZE(want));
	for (i = 0; i < c.n; i++) {
		ck_assert_str_eq(c.cells[i].regex, want[i].regex);
		ck_assert_int_eq(c.cells[i].relation, want[i].relation);
		ck_assert(!want[i].type ||
			  !strcmp(c.cells[i].entry->type, want[i].type));
	}
	after = tagged(tag_base, &c, "");
	fcdb_query(after, &q, &r);
	ck_assert_int_eq(r.verdict, FCDB_UNCOVERED);
	ck_assert_uint_eq(r.n_labels, 1);
	ck_assert_str_eq(r.labels[0].user, "tag_u");
	ck_assert_ptr_eq(r.labels[0].outside, NULL);
	ck_assert_int_eq(fcdb_same(before, after, &q, &path), FCDB_SAME);
}
END_TEST

/* a suffix also matches before a newline, which no tag can help */
START_TEST(newline_twin)
{
	struct fcdb_query q = { .glob = glob_of("/opt/*.sh"), .kind = FC_FILE,
				.parts = FCDB_USER };
	struct fcdb *before = base_db("/.* u:r:d\n");
	struct fcdb_result r;
	struct fcdb_cells c;
	const char *path;
	struct fcdb *after;

	fcdb_cells(before, &q, &c);
	ck_assert_uint_eq(c.n, 1);
	ck_assert_str_eq(c.cells[0].regex, "/opt/[^/]*\\.sh");
	after = tagged("/.* u:r:d\n", &c, "");
	fcdb_query(after, &q, &r);
	ck_assert_int_eq(r.verdict, FCDB_EXACT);
	ck_assert_int_eq(fcdb_same(before, after, &q, &path), FCDB_SAME);
}
END_TEST

START_TEST(not_the_same)
{
	static const struct {
		const char *local, *path;
	} v[] = {
		{ "/opt/v/.* -- tag_u:r:o\n", "/opt/v/a" },
		{ "/opt/v/bin/n.* -- u:r:b\n", "/opt/v/bin/n0" },
		{ "/opt/w -- v:r:o\n", "/opt/w" },
		{ "/opt/w -- u:q:o\n", "/opt/w" },
		{ "/opt/w -- u:r:o:s0\n", "/opt/w" },
		{ "/x -- <<none>>\n", "/x" },
		{ "/opt/w -- u:r:o\n", NULL },
	};
	struct fcdb_query q = { .glob = glob_of("/opt/v/bin/*"),
				.kind = FC_FILE, .parts = FCDB_USER };
	struct fcdb *before = base_db(tag_base);
	struct fcdb_cells c = { .n = 0 };
	const char *path;
	enum fcdb_same same = fcdb_same(before,
					tagged(tag_base, &c, v[_i].local), &q,
					&path);

	ck_assert_int_eq(same, v[_i].path ? FCDB_DIFFERS : FCDB_SAME);
	if (v[_i].path)
		ck_assert_str_eq(path, v[_i].path);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("paths");
	TCase *tc = tcase_create("paths");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, vectors);
	tcase_add_loop_test(tc, random_databases, 0, FC_VERSION_COUNT);
	tcase_add_loop_test(tc, by_counting, 0, FC_VERSION_COUNT);
	tcase_add_loop_test(tc, glob_language, 0, ARRAY_SIZE(globs));
	tcase_add_loop_test(tc, below_directories, 0, 16);
	tcase_add_loop_test(tc, glob_errors, 0, ARRAY_SIZE(bad_globs));
	tcase_add_test(tc, glob_nul);
	tcase_add_test(tc, glob_depth);
	tcase_add_loop_test(tc, glob_rewriting, 0, ARRAY_SIZE(rewrites));
	tcase_add_test(tc, glob_circles);
	tcase_add_test(tc, aliases_and_mounts);
	tcase_add_test(tc, parts_and_except);
	tcase_add_test(tc, budget);
	tcase_add_test(tc, hard_questions);
	tcase_add_test(tc, holes);
	tcase_add_test(tc, cells);
	tcase_add_test(tc, newline_twin);
	tcase_add_loop_test(tc, not_the_same, 0, 7);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
