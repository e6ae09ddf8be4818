/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>

#include "compile.h"
#include "paths_ref.h"
#include "tags_int.h"
#include "target.h"

/*
 * Random tags over random databases. What the lines do is judged path by path,
 * by the installed libselinux on the files before and after where it has the
 * rules in question, else by looking at all entries; which files are in a tag
 * by a matcher of globs that is written for this test.
 */

static struct arena arena;
static struct compile c;
static struct paths paths;
static struct root root;

static void setup(void)
{
	arena_init(&arena);
	compile_init(&c, &arena);
	root_init(&root, &arena);
	paths_init(&paths, &arena, &c.strings, &c.diags);
}

static void teardown(void)
{
	arena_free(&arena);
}

/* ---- globs by hand ---- */

static bool glob_match(const char *g, const char *s);

/* {a,b} nests */
static bool match_braces(const char *g, const char *s)
{
	const char *end = g + 1, *part = g + 1;
	int depth = 0;

	while (*end && (depth || *end != '}')) {
		depth += (*end == '{') - (*end == '}');
		end++;
	}
	for (; part <= end; part++) {
		const char *stop = part;
		char text[256];

		while (stop < end && (depth || *stop != ',')) {
			depth += (*stop == '{') - (*stop == '}');
			stop++;
		}
		snprintf(text, sizeof(text), "%.*s%s", (int)(stop - part), part,
			 end + 1);
		if (glob_match(text, s))
			return true;
		part = stop;
	}
	return false;
}

static bool match_class(const char *g, char byte)
{
	bool invert = g[1] == '!', found = false;

	for (g += 1 + invert; *g != ']'; g++)
		found |= *g == byte;
	return byte && byte != '/' && found != invert;
}

static bool glob_match(const char *g, const char *s)
{
	if (!*g)
		return !*s;
	if (!strcmp(g, "/**"))
		return *s == '/' && s[1];
	if (!strncmp(g, "/**/", 4)) {
		for (; *s == '/'; s += 1 + strcspn(s + 1, "/"))
			if (glob_match(g + 3, s))
				return true;
		return false;
	}
	if (*g == '*') {
		for (;; s++) {
			if (glob_match(g + 1, s))
				return true;
			if (!*s || *s == '/')
				return false;
		}
	}
	if (*g == '{')
		return match_braces(g, s);
	if (*g == '[')
		return match_class(g, *s) && glob_match(strchr(g, ']') + 1,
							s + 1);
	if (*g == '?')
		return *s && *s != '/' && glob_match(g + 1, s + 1);
	return *g == *s && glob_match(g + 1, s + 1);
}

/* a '*' alone is at least a byte: a path has no empty component */
static bool is_path(const char *s)
{
	size_t i;

	if (*s != '/' || !s[1])
		return false;
	for (i = 0; s[i]; i++) {
		size_t n = strcspn(s + i + 1, "/");

		if (s[i] == '/' && (!n || (n == 1 && s[i + 1] == '.') ||
				    (n == 2 && !strncmp(s + i + 1, "..", 2))))
			return false;
	}
	return true;
}

static bool set_match(const struct ast_set *s, const char *path)
{
	switch (s->kind) {
	case AST_SET_PATH:
		return glob_match(s->name, path);
	case AST_SET_NOT:
		return !set_match(s->left, path);
	case AST_SET_AND:
		return set_match(s->left, path) && set_match(s->right, path);
	default:
		return set_match(s->left, path) || set_match(s->right, path);
	}
}

/* ---- random policies ---- */

static void put_path(struct buf *b)
{
	buf_puts(b, "path \"");
	random_glob(b);
	buf_putc(b, '"');
}

static const char *random_policy(void)
{
	unsigned int n = 1 + dice(3), i, more;
	struct buf b;

	buf_init(&b, &arena);
	for (i = 0; i < n; i++) {
		buf_printf(&b, "tag t%u = ", i);
		put_path(&b);
		for (more = dice(3); more; more--) {
			static const char *const ops[] = { " | ", " | ", " & ",
							   " & !" };

			buf_puts(&b, ops[dice(ARRAY_SIZE(ops))]);
			put_path(&b);
		}
		buf_puts(&b, ";\n");
	}
	return b.s;
}

/* ---- one case ---- */

struct labelled {
	struct texts t;
	enum fc_version version;
	const char *policy;
};

static struct fc_files case_files;

static void open_case(const struct labelled *l)
{
	struct fc_files files = { .subs = NULL };
	size_t i;

	teardown();
	setup();
	for (i = 0; i < FC_INPUT_COUNT; i++)
		files.input[i] = text_source(&arena, l->t.input[i], i);
	files.subs = text_source(&arena, l->t.subs, 3);
	files.subs_dist = text_source(&arena, l->t.subs_dist, 4);
	case_files = files;
	ck_assert(paths_open(&paths, &files, fc_rules(l->version)->name));
	c.paths = &paths;
	compile_add_source(&c, source_new(&arena, "t.imapol", l->policy,
					  strlen(l->policy), 0));
}

/* what is in file_contexts.local afterwards */
static const char *local_after(const struct tags *t, const struct labelled *l)
{
	struct buf b;

	buf_init(&b, &arena);
	buf_puts(&b, l->t.input[FC_LOCAL] ? l->t.input[FC_LOCAL] : "");
	tags_put_contexts(t, &b);
	return b.s;
}

struct judge {
	const struct tags *t;
	struct selabel_handle *before_h, *after_h;	/* or NULL */
	struct fcdb *before, *after;
	struct buf wrong;
	size_t n;
};

struct context {
	bool none;
	char user[64], rest[128];
};

static void split_context(struct context *x, const char *s)
{
	const char *colon = strchr(s, ':');

	snprintf(x->user, sizeof(x->user), "%.*s", (int)(colon - s), s);
	snprintf(x->rest, sizeof(x->rest), "%s", colon + 1);
}

static struct context look(struct selabel_handle *h, struct fcdb *db,
			   const char *path)
{
	const struct fc_entry *e;
	struct context x = { .none = true };
	char *text = NULL;
	char buf[256];

	if (h && !selabel_lookup_raw(h, &text, path, S_IFREG)) {
		x.none = false;
		split_context(&x, text);
	}
	freecon(text);
	if (h)
		return x;
	e = fcdb_lookup(db, path, FC_FILE, NULL);
	if (!e || e->none)
		return x;
	x.none = false;
	snprintf(buf, sizeof(buf), "%s:%s:%s%s%s", e->user, e->role, e->type,
		 e->range ? ":" : "", e->range ? e->range : "");
	split_context(&x, buf);
	return x;
}

/* the name that the page of the language gives to the files of these tags */
static bool expected_user(const struct tags *t, const char *path, char *user,
			  size_t room)
{
	const char *between = "";
	size_t i, n;

	n = (size_t)snprintf(user, room, "ima_");
	for (i = 0; i < t->tag.n; i++) {
		if (!set_match(t->tag.v[i].stmt->files, path))
			continue;
		n += (size_t)snprintf(user + n, room - n, "%s%s", between,
				      t->tag.v[i].stmt->name);
		between = "__";
	}
	snprintf(user + n, room - n, "_u");
	return *between;
}

static void judge_path(struct judge *j, const char *path)
{
	struct context was, is;
	char want[128];
	bool in_tag;

	if (!is_path(path) || strchr(path, '\n'))
		return;
	was = look(j->before_h, j->before, path);
	is = look(j->after_h, j->after, path);
	in_tag = expected_user(j->t, path, want, sizeof(want));
	j->n++;
	if (was.none == is.none &&
	    (was.none || (!strcmp(was.rest, is.rest) &&
			  !strcmp(is.user, in_tag ? want : was.user))))
		return;
	if (j->wrong.len < 400)
		buf_printf(&j->wrong, "%s: %s:%s, now %s:%s\n", path,
			   was.none ? "none" : was.user, was.rest,
			   is.none ? "none" : is.user, is.rest);
}

static void all_paths(struct judge *j, char *path, size_t len, size_t max)
{
	static const char bytes[] = "/ab.";
	size_t i;

	for (i = 0; len < max && bytes[i]; i++) {
		path[len] = bytes[i];
		path[len + 1] = '\0';
		judge_path(j, path);
		all_paths(j, path, len + 1, max);
	}
}

static void many_paths(struct judge *j)
{
	char path[16] = "/";
	unsigned int n;

	all_paths(j, path, 1, 5);
	for (n = 0; n < 200; n++)
		judge_path(j, random_path(&arena, fcdb_fcontext(j->after),
					  FC_FILE));
}

static char base_before[64], base_after[64];

/* *wrong: "" when all is as it should be */
static const char *judge_lines(const struct tags *t, const struct labelled *l)
{
	struct judge j = { .t = t };
	struct texts after = l->t;
	enum fc_version installed;

	after.input[FC_LOCAL] = local_after(t, l);
	buf_init(&j.wrong, &arena);
	buf_puts(&j.wrong, "");
	j.before = open_texts(&arena, &c.strings, &c.diags, &l->t, l->version);
	j.after = open_texts(&arena, &c.strings, &c.diags, &after, l->version);
	ck_assert_ptr_ne(j.after, NULL);
	if (fc_rules_find(LIBSELINUX_VERSION, &installed) &&
	    installed == l->version) {
		write_texts(base_before, &l->t);
		write_texts(base_after, &after);
		j.before_h = ref_open(base_before);
		j.after_h = ref_open(base_after);
		ck_assert(j.before_h && j.after_h);
	}
	many_paths(&j);
	ck_assert_uint_gt(j.n, 100);
	if (j.before_h) {
		selabel_close(j.before_h);
		selabel_close(j.after_h);
	}
	return j.wrong.s;
}

static const char *first_message(void)
{
	size_t i;

	for (i = 0; i < c.diags.n; i++)
		if (c.diags.v[i]->severity == DIAG_ERROR)
			return c.diags.v[i]->text;
	return "";
}

static enum diag_code first_code(void)
{
	size_t i;

	for (i = 0; i < c.diags.n; i++)
		if (c.diags.v[i]->severity == DIAG_ERROR)
			return c.diags.v[i]->code;
	return DIAG_CODE_COUNT;
}

struct tally {
	unsigned int proven, empty, twin, literal, hard, not_proven;
	unsigned int planted, harmless, caught;
};

static void count_refusal(struct tally *n, const char *policy)
{
	switch (first_code()) {
	case DIAG_PATH_EMPTY:
	case DIAG_BAD_TAG:
		n->empty++;
		break;
	case DIAG_TAG_TWIN:
		n->twin++;
		break;
	case DIAG_TAG_LITERAL:
		n->literal++;
		break;
	case DIAG_TAG_TOO_HARD:
		n->hard++;
		break;
	case DIAG_TAG_NOT_PROVEN:
		n->not_proven++;
		break;
	default:
		ck_abort_msg("%s%s", policy, first_message());
	}
}

/* false: refused */
static bool build(const struct labelled *l, struct tally *n)
{
	open_case(l);
	compile_check(&c);
	if (c.diags.n_errors) {
		count_refusal(n, l->policy);
		return false;
	}
	n->proven++;
	return true;
}

/* ---- lines with one mistake ---- */

static bool spoil(struct tags *t)
{
	size_t n = t->line.n, at = dice((unsigned int)n);
	struct tag_line *line = &t->line.v[at], swap;

	switch (dice(4)) {
	case 0:
		memmove(line, line + 1, (n - at - 1) * sizeof(*line));
		t->line.n--;
		return true;
	case 1:
		if (at + 1 == n)
			return false;
		swap = line[0];
		line[0] = line[1];
		line[1] = swap;
		return true;
	case 2:
		line->user = line->user ? NULL : t->user.v[0].name;
		return true;
	default:
		line->entry = t->line.v[dice((unsigned int)n)].entry;
		return true;
	}
}

/* the proof finds the mistake, or no path shows one */
static void plant(const struct labelled *l, struct tally *n)
{
	struct tags t = *c.tags;
	const char *wrong;
	bool ok;

	if (!t.line.n)
		return;
	t.line.v = arena_zalloc(&arena, t.line.n, sizeof(*t.line.v));
	memcpy(t.line.v, c.tags->line.v, t.line.n * sizeof(*t.line.v));
	t.line.cap = t.line.n;
	if (!spoil(&t))
		return;
	ck_assert(paths_reopen(&paths, &case_files));
	diags_init(&c.diags, &arena);
	ok = tag_prove(&t);
	wrong = judge_lines(&t, l);
	ck_assert_msg(!ok || !*wrong, "not noticed:\n%s%s", l->policy, wrong);
	n->planted++;
	n->caught += !ok;
	n->harmless += ok;
}

/* ---- many cases ---- */

static void random_case(struct labelled *l, uint64_t seed)
{
	teardown();
	setup();
	dice_state = seed * 2654435761u + 1;
	random_texts(&arena, &l->t);
	l->policy = random_policy();
}

static void copy_case(struct labelled *l, struct arena *to)
{
	const char **text[] = { &l->t.input[0], &l->t.input[1],
				&l->t.input[2], &l->t.subs, &l->t.subs_dist,
				&l->policy };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(text); i++)
		if (*text[i])
			*text[i] = arena_strndup(to, *text[i],
						 strlen(*text[i]));
}

START_TEST(random_tags)
{
	struct labelled l = { .version = (enum fc_version)_i };
	struct tally n = { 0 };
	struct arena keep;
	const char *wrong;
	uint64_t seed;

	for (seed = 1; seed <= 300; seed++) {
		arena_init(&keep);
		random_case(&l, seed);
		copy_case(&l, &keep);
		if (build(&l, &n)) {
			wrong = judge_lines(c.tags, &l);
			ck_assert_msg(!*wrong, "seed %u\n%s%s%s", (unsigned)seed,
				      l.policy, l.t.input[0], wrong);
			plant(&l, &n);
		}
		arena_free(&keep);
	}
	printf("%s: %u proven; refused: %u empty, %u twins, %u literals, "
	       "%u too hard, %u not proven; %u faults planted, %u caught, "
	       "%u harmless\n", fc_rules(l.version)->name, n.proven, n.empty,
	       n.twin, n.literal, n.hard, n.not_proven, n.planted, n.caught,
	       n.harmless);
	ck_assert_uint_gt(n.proven, 60);
	ck_assert_uint_gt(n.caught, 20);
}
END_TEST

/* ---- versions ---- */

/* a file has no label by the second version only */
START_TEST(holes_of_any_version)
{
	struct fc_files files = { .input = { NULL } };
	const char *base = "/.* u:r:d\n/opt/a/.* -- <<none>>\n"
			   "/opt/.* -- u:r:o\n";
	const char *policy = "tag t = path \"/opt/*/f\";\n"
			     "measure exec of t;\n";

	files.input[FC_BASE] = text_source(&arena, base, 0);
	ck_assert(paths_open(&paths, &files, NULL));
	c.paths = &paths;
	compile_add_source(&c, source_new(&arena, "t.imapol", policy,
					  strlen(policy), 0));
	compile_check(&c);
	ck_assert_int_eq(first_code(), DIAG_PATH_UNCOVERED);
}
END_TEST

/* ---- what the proof takes on trust: nothing ---- */

/* what is true with the lines is claimed of the database without them */
START_TEST(false_claims)
{
	struct labelled l = {
		.t = { .input = { "/.* u:r:d\n/a/n[0-9] u:r:n\n" } },
		.version = FC_3_9,
		.policy = "tag t = path \"/a/*\" & !path \"/a/b*\";\n",
	};
	struct tally n = { 0 };
	struct tag_question q;
	struct fcdb_result r;
	struct prove_claim claim = { .q = &q.query, .r = &r };

	ck_assert(build(&l, &n));
	tag_ask_tag(&q, c.tags, &c.tags->tag.v[0]);
	fcdb_query(paths.db[0], &q.query, &r);
	ck_assert_int_eq(r.verdict, FCDB_EXACT);
	claim.db = paths.db[0];
	ck_assert(paths_prove(&paths.prove, &claim, &c.diags));
	ck_assert(paths_reopen(&paths, &case_files));
	claim.db = paths.db[0];
	prove_init(&paths.prove, &arena);
	ck_assert(!paths_prove(&paths.prove, &claim, &c.diags));
	ck_assert_int_eq(first_code(), DIAG_PATH_PROOF_FAILED);
}
END_TEST

/* ---- a run before this one ---- */

/* what an earlier run has put in is no line of the administrator's */
START_TEST(applied)
{
	struct labelled l = {
		.t = { .input = { "/.* u:r:d\n/a/n[0-9] <<none>>\n" } },
		.version = FC_3_9,
		.policy = "tag t = path \"/a/*\" & !path \"/a/b*\";\n",
	};
	static const char before[] = "/opt/own u:r:o\n";
	struct tally n = { 0 };
	char text[4096];
	struct buf local;

	l.t.input[FC_LOCAL] = before;
	ck_assert(build(&l, &n));
	snprintf(text, sizeof(text), "%s", local_after(c.tags, &l));
	ck_assert_str_eq(text + sizeof(before) - 1,
			 "/a/[^/]+\t--\tima_t_u:r:d\n"
			 "/a/n[0-9]\t--\t<<none>>\n"
			 "/a/b[^/]*\t--\tu:r:d\n");
	l.t.input[FC_LOCAL] = text;
	open_case(&l);
	paths.applied = text_source(&arena, text + sizeof(before) - 1, 0);
	compile_check(&c);
	ck_assert_uint_eq(c.diags.n_errors, 0);
	buf_init(&local, &arena);
	tags_put_contexts(c.tags, &local);
	ck_assert_str_eq(local.s, text + sizeof(before) - 1);
}
END_TEST

int main(void)
{
	char dir[] = "/tmp/imapol-tags.XXXXXX";
	struct texts none = { .input = { NULL } };
	Suite *s = suite_create("tags");
	TCase *tc = tcase_create("tags");
	SRunner *sr = srunner_create(s);
	int failed;

	if (!mkdtemp(dir))
		return 1;
	snprintf(base_before, sizeof(base_before), "%s/before", dir);
	snprintf(base_after, sizeof(base_after), "%s/after", dir);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, random_tags, 0, FC_VERSION_COUNT);
	tcase_add_test(tc, holes_of_any_version);
	tcase_add_test(tc, false_claims);
	tcase_add_test(tc, applied);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	write_texts(base_before, &none);
	write_texts(base_after, &none);
	rmdir(dir);
	return failed != 0;
}
