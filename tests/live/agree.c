/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agree.h"
#include "util.h"

/*
 * agree [-s] NAME RELEASE BOOT...: holds the kernel dialect against the
 * answers of a booted kernel of RELEASE, which NAME stands for in what is
 * printed. A BOOT is six words:
 *	LSM CONFIG PASS QUESTIONS NAMES LOG
 * LSM is selinux, apparmor or no-lsm; CONFIG the kernel's configuration, or -
 * where it is not known, and learnt from the answers; PASS the word that the
 * guest's lines of LOG start with; QUESTIONS the file that it was asked;
 * NAMES what the loaded policy declares, or -. Prints where they differ, what
 * each row of kmodel.csv was hit by, and a last line with the counts. Exit
 * status 1 when a line differs, a row was never hit, or too little of the
 * first pass was taken. A release that the model does not know is held against
 * the newest one that it knows, to see what is new: the exit status is then 0.
 * With -s nothing but lines that may show a difference in fewer bytes.
 */

#define SHOWN 20
#define LEAST_TAKEN 30	/* per cent */

/* ---- reading ---- */

static char *slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	size_t n;

	*len = 0;
	if (!f) {
		fprintf(stderr, "agree: cannot read %s\n", path);
		exit(2);
	}
	do {
		text = realloc(text, *len + 65536);
		if (!text)
			abort();
		n = fread(text + *len, 1, 65535, f);
		*len += n;
	} while (n);
	text[*len] = '\0';
	fclose(f);
	return text;
}

static void read_questions(struct boot *b, const char *path)
{
	size_t len, room = 0;
	char *at = slurp(path, &len), *end = at + len, *nl;

	for (; (nl = memchr(at, '\n', (size_t)(end - at))); at = nl + 1) {
		const char *k = *at == '\n' ? NULL :
				strchr(QUESTION_LETTERS, tolower(*at));

		if (!k || !*k) {
			fprintf(stderr, "agree: %s: no question\n", path);
			exit(2);
		}
		if (b->n == room) {
			room = room ? room * 2 : 4096;
			b->q = realloc(b->q, room * sizeof(*b->q));
			if (!b->q)
				abort();
		}
		b->q[b->n++] = (struct question){
			.s = at + 1, .len = (size_t)(nl - at) - 1,
			.kind = (enum question_kind)(k - QUESTION_LETTERS),
			.both = isupper((unsigned char)*at) != 0,
		};
	}
}

/* a line of the log that starts with the word of the pass */
static bool read_answer(struct boot *b, const char *s)
{
	size_t number;
	int by_write, by_path = 0, n;

	n = sscanf(s, "%zu %d %d", &number, &by_write, &by_path);
	if (n < 2 || !number || number > b->n ||
	    (n == 3) != b->q[number - 1].both)
		return false;
	b->q[number - 1].by_write = by_write;
	b->q[number - 1].by_path = by_path;
	b->q[number - 1].answered = true;
	return true;
}

static void read_log(struct boot *b, const char *path)
{
	size_t len, word = strlen(b->pass), i;
	char *at = slurp(path, &len), *end = at + len, *nl;

	b->log = at;
	b->log_len = len;
	for (; (nl = memchr(at, '\n', (size_t)(end - at))); at = nl + 1)
		if (!strncmp(at, b->pass, word) && at[word] == ' ' &&
		    !read_answer(b, at + word + 1)) {
			fprintf(stderr, "agree: %s: no answer: %.*s\n", path,
				(int)(nl - at), at);
			exit(2);
		}
	for (i = 0; i < b->n; i++)
		if (!b->q[i].answered) {
			fprintf(stderr, "agree: %s: no answer to question "
				"%zu of pass %s\n", path, i + 1, b->pass);
			exit(2);
		}
}

static enum klsm lsm_of(const char *word)
{
	return strcmp(word, "selinux") == 0 ? KLSM_SELINUX :
	       strcmp(word, "apparmor") == 0 ? KLSM_APPARMOR : KLSM_NONE;
}

static void read_boot(struct boot *b, struct krelease rel, char **argv)
{
	size_t len;
	char *text;

	memset(b, 0, sizeof(*b));
	ktarget_init(&b->t, rel);
	b->lsm = argv[0];
	b->t.lsm = lsm_of(argv[0]);
	if (strcmp(argv[1], "-") != 0) {
		text = slurp(argv[1], &len);
		b->booted_config = ktarget_read_config(&b->t, text, len);
		free(text);
		if (!b->booted_config) {
			fprintf(stderr, "agree: %s is no configuration\n",
				argv[1]);
			exit(2);
		}
	}
	b->pass = argv[2];
	read_questions(b, argv[3]);
	if (strcmp(argv[4], "-") != 0)
		b->names = slurp(argv[4], &b->names_len);
	read_log(b, argv[5]);
}

/* ---- verdicts ---- */

int kernel_says(const struct question *q)
{
	/* the write named a file, and says nothing about the line */
	if (q->len && q->s[0] == '/')
		return q->by_path;
	if (q->by_write > 0 || !q->both)
		return q->by_write;
	return q->by_path > 0 ? q->by_path : q->by_write;
}

static bool declared(const struct boot *b, const char *kind, const char *name)
{
	size_t kind_len = strlen(kind), len = strlen(name);
	const char *at = b->names, *end = at + b->names_len, *nl;

	for (; (nl = memchr(at, '\n', (size_t)(end - at))); at = nl + 1)
		if ((size_t)(nl - at) == kind_len + 1 + len &&
		    !memcmp(at, kind, kind_len) && at[kind_len] == ' ' &&
		    !memcmp(at + kind_len + 1, name, len))
			return true;
	return false;
}

bool names_declared(const struct boot *b, const struct krule *r)
{
	static const char *const kind[] = { "user", "role", "type",
					    "user", "role", "type" };
	size_t i;

	for (i = 0; b->names && i < KLSM_FIELDS; i++)
		if (r->lsm[i] && !declared(b, kind[i], r->lsm[i]))
			return false;
	return true;
}

int model_says(const struct boot *b, const struct question *q,
	       struct arena *a, struct kd_out *out)
{
	enum kd_result r;
	struct intern in;

	intern_init(&in, a);
	r = kdialect_parse(&b->t, &in, q->s, q->len, out);
	if (r == KD_REFUSED)
		return out->err.erange ? GOT_ERANGE : GOT_EINVAL;
	/* the model takes labels to exist; here the policy says which do */
	return names_declared(b, &out->rule) ? 0 : GOT_EINVAL;
}

bool they_agree(int kernel, int model, const struct kd_out *out)
{
	/*
	 * What no way in can carry: a write is cut without a word, the file is
	 * refused or, when long, taken. The errno is then that of one way.
	 */
	if (model && (out->err.reason == KD_NUL ||
		      out->err.reason == KD_TOO_LONG))
		return kernel != 0;
	return kernel == model;
}

/* ---- a configuration that is not known ---- */

/* the single option that an accepted line assumes; KCONFIG_COUNT: another */
static enum kconfig assumed(uint64_t bits)
{
	unsigned int c;

	for (c = 0; c < KCONFIG_COUNT; c++)
		if (bits == (uint64_t)1 << c)
			return (enum kconfig)c;
	return KCONFIG_COUNT;
}

/* that the kernel takes the line is proof; that it does not, a sign */
static bool learn_from(struct ktarget *t, const struct boot *b,
		       const struct question *q)
{
	enum kconfig c = KCONFIG_COUNT;
	struct kd_out out;
	struct arena a;

	arena_init(&a);
	if (!model_says(b, q, &a, &out))
		c = assumed(out.assumes);
	arena_free(&a);
	if (c == KCONFIG_COUNT || t->config[c] == KTRI_YES)
		return false;
	t->config[c] = kernel_says(q) ? KTRI_NO : KTRI_YES;
	return true;
}

static void learn(struct boot *boots, size_t n)
{
	struct ktarget t = boots[0].t;
	bool more = true;
	size_t i, k;

	while (more) {
		more = false;
		for (i = 0; i < n; i++)
			for (k = 0; k < boots[i].n; k++)
				more |= learn_from(&t, &boots[i],
						   &boots[i].q[k]);
		for (i = 0; i < n; i++)
			memcpy(boots[i].t.config, t.config, sizeof(t.config));
	}
	printf("  the configuration is not known; learnt:");
	for (i = 0; i < KCONFIG_COUNT; i++)
		if (t.config[i] != KTRI_MAYBE)
			printf(" %s%s", t.config[i] == KTRI_YES ? "" : "!",
			       kconfig_name((enum kconfig)i));
	putchar('\n');
}

/* ---- judging ---- */

struct tally {
	size_t lines, taken, both, differ;
	size_t kind[Q_KINDS], kind_taken[Q_KINDS];
	const struct question *bad[SHOWN];	/* the shortest */
	size_t bads;
};

static const char *errno_text(int e)
{
	static char buf[32];

	if (e == 0)
		return "takes it";
	if (e < 0)
		return "takes a piece of it";
	snprintf(buf, sizeof(buf), "%s", e == GOT_EINVAL ? "EINVAL" :
		 e == GOT_ERANGE ? "ERANGE" : "");
	if (!*buf)
		snprintf(buf, sizeof(buf), "errno %d", e);
	return buf;
}

static void keep_shortest(struct tally *t, const struct question *q)
{
	size_t at = t->bads;

	if (at == SHOWN && t->bad[at - 1]->len <= q->len)
		return;
	if (at < SHOWN)
		t->bads++;
	else
		at--;
	for (; at && t->bad[at - 1]->len > q->len; at--)
		t->bad[at] = t->bad[at - 1];
	t->bad[at] = q;
}

static void judge(struct boot *b, const struct question *q, struct hits *h,
		  struct tally *t)
{
	int kernel = kernel_says(q), model;
	struct kd_out out;
	struct arena a;

	arena_init(&a);
	model = model_says(b, q, &a, &out);
	t->lines++;
	t->both += q->both;
	t->taken += kernel == 0;
	t->kind[q->kind]++;
	t->kind_taken[q->kind] += kernel == 0;
	if (they_agree(kernel, model, &out)) {
		if (h)
			count_rows(h, b, q, model, &out);
	} else {
		t->differ++;
		keep_shortest(t, q);
	}
	arena_free(&a);
}

/* any byte, so that it can be read, and many of one as a count */
static void print_line(const struct question *q)
{
	size_t i, n;

	for (i = 0; i < q->len; i += n) {
		unsigned char c = (unsigned char)q->s[i];

		for (n = 1; i + n < q->len && q->s[i + n] == q->s[i]; n++)
			;
		if (n < 20)
			n = 1;
		if (c < ' ' || c > '~' || c == '\\')
			printf("\\x%02x", c);
		else
			putchar(c);
		if (n > 1)
			printf("{%zu times}", n);
	}
	putchar('\n');
}

static void print_bad(const struct boot *b, const struct question *q)
{
	struct kd_out out;
	struct arena a;
	int model;

	arena_init(&a);
	model = model_says(b, q, &a, &out);
	printf("DIFFERS %s: kernel %s; ", b->lsm, errno_text(kernel_says(q)));
	printf("model %s", errno_text(model));
	if (model)
		printf(" (%s: %s)", out.err.message ?
		       kd_reason_name(out.err.reason) : "label",
		       out.err.message ? out.err.message : "not declared");
	printf(": ");
	print_line(q);
	arena_free(&a);
}

static void print_tally(const struct boot *b, const struct tally *t)
{
	static const char *const names[] = QUESTION_NAMES;
	size_t i;

	printf("  %s %s: %zu lines, %zu taken (%zu.%zu %%), %zu asked both ways",
	       b->lsm, b->pass, t->lines, t->taken,
	       t->lines ? t->taken * 100 / t->lines : 0,
	       t->lines ? t->taken * 1000 / t->lines % 10 : 0, t->both);
	for (i = 0; i < Q_KINDS; i++)
		if (t->kind[i])
			printf("%s %s %zu/%zu", i ? "," : ":", names[i],
			       t->kind_taken[i], t->kind[i]);
	printf("; %zu differ\n", t->differ);
	for (i = 0; i < t->bads; i++)
		print_bad(b, t->bad[i]);
}

static void judge_all(struct boot *b, struct hits *h, struct tally *t)
{
	size_t i;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < b->n; i++)
		judge(b, &b->q[i], h, t);
}

static int print_smaller(struct boot *boots, size_t n)
{
	struct tally t;
	size_t i, k;

	for (i = 0; i < n; i++) {
		judge_all(&boots[i], NULL, &t);
		for (k = 0; k < t.bads && k < 4; k++)
			shrink(t.bad[k]);
	}
	return 0;
}

static const char *under(enum klsm lsm)
{
	return lsm == KLSM_SELINUX ? "with SELinux" :
	       lsm == KLSM_APPARMOR ? "with AppArmor" :
				      "without a security module";
}

static int report(const char *name, struct boot *boots, size_t n)
{
	static struct hits h;
	size_t i, lines = 0, differ = 0, hit, asked, permille = 0;
	bool good;

	for (i = 0; i < n; i++) {
		struct tally t;

		judge_all(&boots[i], &h, &t);
		print_tally(&boots[i], &t);
		count_fs(&h, &boots[i]);
		lines += t.lines;
		differ += t.differ;
		if (i == 0 && t.lines)
			permille = t.taken * 1000 / t.lines;
	}
	differ += h.fs_wrong;
	good = print_rows(&h, boots, n, &hit, &asked);
	if (permille < LEAST_TAKEN * 10)
		printf("too little taken: %d %% at least\n", LEAST_TAKEN);
	printf("%s: lines %zu, accepted %zu.%zu %% of %zu %s, rows hit %zu of "
	       "%zu, disagreements %zu\n", name, lines, permille / 10,
	       permille % 10, boots[0].n, under(boots[0].t.lsm), hit, asked,
	       differ);
	return differ || !good || permille < LEAST_TAKEN * 10;
}

/* the newest one, with all its point releases */
static struct krelease newest_known(void)
{
	size_t n;
	struct krelease r = kmodel_releases(&n)[n - 1];

	r.patch = 99999;
	return r;
}

int main(int argc, char **argv)
{
	bool smaller = argc > 1 && strcmp(argv[1], "-s") == 0;
	char **args = argv + 1 + smaller;
	int words = argc - 1 - smaller, status;
	char text[KRELEASE_TEXT];
	struct krelease rel;
	struct boot *boots;
	size_t n, i;
	bool known;

	if (words < 8 || (words - 2) % 6 ||
	    !krelease_parse(args[1], strlen(args[1]), &rel)) {
		fprintf(stderr, "usage: agree [-s] NAME RELEASE (LSM CONFIG "
			"PASS QUESTIONS NAMES LOG)...\n");
		return 2;
	}
	known = kmodel_knows(rel);
	if (!known)
		rel = newest_known();
	n = (size_t)(words - 2) / 6;
	boots = calloc(n, sizeof(*boots));
	if (!boots)
		abort();
	for (i = 0; i < n; i++)
		read_boot(&boots[i], rel, args + 2 + 6 * i);
	if (!boots[0].booted_config)
		learn(boots, n);
	if (!known && !smaller) {
		rel.patch = -1;
		printf("  %s is not in the model, and held against %s\n", args[0],
		       krelease_text(rel, text, sizeof(text)));
	}
	status = smaller ? print_smaller(boots, n) : report(args[0], boots, n);
	if (!known)
		status = 0;
	return ferror(stdout) || fflush(stdout) ? 2 : status;
}
