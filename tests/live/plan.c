/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "num.h"
#include "plan.h"
#include "util.h"

#define TMPFS_MAGIC 0x1021994
#define EXT4_MAGIC 0xef53

/* accesses.sh gives the disks these UUIDs; a tmpfs draws one at random */
const struct plan_place plan_places[PLAN_DIRS] = {
	[PLAN_ROOTFS] = { "/f/r", "rootfs", "random", TMPFS_MAGIC },
	[PLAN_TMPFS] = { "/f/t", "tmpfs", "random", TMPFS_MAGIC },
	[PLAN_EXT4] = { "/f/a", "ext4", PLAN_UUID, EXT4_MAGIC },
	[PLAN_EXT4_B] = { "/f/b", "ext4", PLAN_UUID_B, EXT4_MAGIC },
	[PLAN_MAPPED] = { "/f/i", "ext4", PLAN_UUID_B, EXT4_MAGIC },
};

const struct plan_seal plan_seals[PLAN_SEALS] = {
	{ "-", KSEAL_NONE, "sha256" },
	{ "hash", KSEAL_HASH, "sha256" },
	{ "sha1", KSEAL_HASH, "sha1" },
	{ "badhash", KSEAL_BAD_HASH, "sha256" },
	{ "signed", KSEAL_SIGNATURE, "sha256" },
	{ "stranger", KSEAL_BAD_SIGNATURE, "sha256" },
	{ "tampered", KSEAL_BAD_SIGNATURE, "sha256" },
};

const unsigned int plan_copies[PLAN_COPIES] = {
	PLAN_SEAL_NONE, PLAN_SEAL_HASH, PLAN_SEAL_SIGNED,
};

static const char *const verbs[PLAN_VERBS] = {
	[PLAN_OPEN] = "open", [PLAN_MMAP] = "mmap", [PLAN_EXEC] = "exec",
	[PLAN_MODULE] = "module", [PLAN_KEXEC] = "kexec",
	[PLAN_SEAL] = "seal", [PLAN_CHMOD] = "chmod", [PLAN_KEY] = "key",
	[PLAN_DATA] = "data", [PLAN_INIT_MODULE] = "init-module",
	[PLAN_KEXEC_LOAD] = "kexec-load",
};

static const char *const contents[PLAN_CONTENTS] = {
	[PLAN_NOTHING] = "-", [PLAN_TEXT] = "text", [PLAN_SCRIPT] = "script",
	[PLAN_PROGRAM] = "program", [PLAN_KERNEL] = "kernel",
};

const char *plan_content_word(enum plan_content c)
{
	return contents[c];
}

bool plan_is_warm(const struct plan_file *f)
{
	return strstr(f->name, ".warm") != NULL;
}

void plan_init(struct plan *p, struct arena *a)
{
	memset(p, 0, sizeof(*p));
	p->arena = a;
}

size_t plan_add_file(struct plan *p, const struct plan_file *f)
{
	vec_push(p->arena, &p->files, *f);
	return p->files.n - 1;
}

void plan_add_access(struct plan *p, struct plan_access *x)
{
	x->seq = (unsigned int)p->accesses.n;
	vec_push(p->arena, &p->accesses, *x);
}

bool plan_is_of_file(enum plan_verb v)
{
	return v <= PLAN_CHMOD;
}

const char *plan_path(struct arena *a, const struct plan_file *f)
{
	struct buf b;

	buf_init(&b, a);
	buf_printf(&b, "%s/%s", plan_places[f->dir].dir, f->name);
	return b.s;
}

uint8_t plan_open_mask(const char *arg)
{
	uint8_t mask = strchr(arg, 'b') ? KMASK_READ | KMASK_WRITE :
		       strchr(arg, 'w') ? KMASK_WRITE : KMASK_READ;

	if (strchr(arg, 't'))
		mask |= KMASK_WRITE;
	if (strchr(arg, 'a'))
		mask |= KMASK_APPEND;
	return mask;
}

/* ---- out ---- */

static void print_label(FILE *f, const struct plan_label *l)
{
	if (l->role)
		fprintf(f, " %s:%s:%s:s0", l->user, l->role, l->type);
	else
		fputs(" -", f);
}

static void print_seal(FILE *f, const struct plan_file *file)
{
	if (file->seal)
		fprintf(f, " %s.%s", contents[file->content],
			plan_seals[file->seal].name);
	else
		fputs(" -", f);
}

static void print_file(FILE *f, struct arena *a, const struct plan_file *file)
{
	fprintf(f, "%s %u %u %o", plan_path(a, file), file->owner, file->group,
		file->mode);
	print_label(f, &file->label);
	fprintf(f, " %s", contents[file->content]);
	print_seal(f, file);
	fputs(file->verity ? " v\n" : " -\n", f);
}

static void print_access(FILE *f, struct arena *a, const struct plan_file *file,
			 const struct plan_access *x)
{
	static const struct plan_label none;

	fprintf(f, "%u %s %s %s", x->seq,
		file ? plan_path(a, file) : x->object, verbs[x->verb],
		x->arg);
	print_label(f, x->verb == PLAN_OPEN && strchr(x->arg, 'c') ?
		       &file->label : &none);
	fprintf(f, " %u %u %u %u %u %u %s%s%s", x->uid[0], x->uid[1],
		x->uid[2], x->gid[0], x->gid[1], x->gid[2],
		x->cap_uid ? "u" : "", x->cap_gid ? "g" : "",
		x->cap_uid || x->cap_gid ? "" : "-");
	print_label(f, &x->subject);
	print_label(f, &x->next);
	fputc('\n', f);
}

static const struct plan_file *file_of(const struct plan *p,
				       const struct plan_access *x)
{
	return plan_is_of_file(x->verb) ? &p->files.v[x->file] : NULL;
}

void plan_print(const struct plan *p, const struct plan_access *x, size_t n,
		FILE *f)
{
	size_t i;

	if (n && file_of(p, x))
		print_file(f, p->arena, file_of(p, x));
	for (i = 0; i < n; i++)
		print_access(f, p->arena, file_of(p, &x[i]), &x[i]);
}

FILE *plan_create(const struct plan *p, const char *dir, const char *name)
{
	struct buf b;
	FILE *f;

	buf_init(&b, p->arena);
	buf_printf(&b, "%s/%s", dir, name);
	f = fopen(b.s, "w");
	if (!f)
		fprintf(stderr, "%s: %s\n", b.s, strerror(errno));
	return f;
}

bool plan_write(const struct plan *p, const char *dir)
{
	FILE *files = plan_create(p, dir, "files");
	FILE *accesses = plan_create(p, dir, "accesses");
	size_t i;

	if (!files || !accesses)
		return false;
	for (i = 0; i < p->files.n; i++)
		print_file(files, p->arena, &p->files.v[i]);
	for (i = 0; i < p->accesses.n; i++)
		print_access(accesses, p->arena, file_of(p, &p->accesses.v[i]),
			     &p->accesses.v[i]);
	return fclose(files) == 0 && fclose(accesses) == 0;
}

/* ---- in ---- */

char *plan_slurp(struct arena *a, const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	struct buf b;
	char piece[4096];
	size_t n;

	if (!f) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return NULL;
	}
	buf_init(&b, a);
	buf_puts(&b, "");
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(&b, piece, n);
	fclose(f);
	*len = b.len;
	return b.s;
}

bool plan_number(const char *s, uint64_t *n)
{
	return num_parse(s, strlen(s), 10, UINT64_MAX, n) == NUM_OK;
}

bool plan_target(struct arena *a, const char *release, const char *config,
		 struct ktarget *t)
{
	struct krelease rel;
	size_t len;
	char *text = plan_slurp(a, config, &len);

	if (!krelease_parse(release, strlen(release), &rel)) {
		fprintf(stderr, "%s is no release\n", release);
		return false;
	}
	ktarget_init(t, rel);
	t->lsm = KLSM_SELINUX;
	return text && ktarget_read_config(t, text, len);
}

static int find_word(const char *const *words, int n, const char *word)
{
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

/* user:role:type:s0, or "-" */
static bool read_label(char *text, struct plan_label *l)
{
	char *save;

	memset(l, 0, sizeof(*l));
	if (strcmp(text, "-") == 0)
		return true;
	l->user = strtok_r(text, ":", &save);
	l->role = strtok_r(NULL, ":", &save);
	l->type = strtok_r(NULL, ":", &save);
	return l->type != NULL;
}

static bool read_place(char *path, struct plan_file *f)
{
	char *slash = strrchr(path, '/');
	int i;

	if (!slash)
		return false;
	*slash = '\0';
	f->name = slash + 1;
	for (i = 0; i < PLAN_DIRS; i++)
		if (strcmp(plan_places[i].dir, path) == 0)
			break;
	f->dir = (enum plan_dir)i;
	return i < PLAN_DIRS;
}

unsigned int plan_find_seal(const char *text)
{
	const char *point = strchr(text, '.');
	unsigned int i;

	for (i = 0; i < PLAN_SEALS; i++)
		if (strcmp(plan_seals[i].name, point ? point + 1 : text) == 0)
			break;
	return i;
}

static bool take_file(struct plan *p, char **w)
{
	struct plan_file f = { .verity = *w[7] == 'v' };
	int content = find_word(contents, PLAN_CONTENTS, w[5]);

	f.seal = plan_find_seal(w[6]);
	if (content < 0 || !read_place(w[0], &f) || !read_label(w[4], &f.label) ||
	    f.seal == PLAN_SEALS)
		return false;
	f.content = (enum plan_content)content;
	f.owner = (uint32_t)strtoul(w[1], NULL, 10);
	f.group = (uint32_t)strtoul(w[2], NULL, 10);
	f.mode = (unsigned int)strtoul(w[3], NULL, 8);
	plan_add_file(p, &f);
	return true;
}

/* files and accesses come in the same order: look from the last one on */
static bool find_file(const struct plan *p, const char *path, size_t *file)
{
	size_t n = p->accesses.n, at, i;

	at = n && plan_is_of_file(p->accesses.v[n - 1].verb) ?
	     p->accesses.v[n - 1].file : 0;
	for (i = 0; i < p->files.n; i++) {
		size_t j = (at + i) % p->files.n;

		if (strcmp(plan_path(p->arena, &p->files.v[j]), path))
			continue;
		*file = j;
		return true;
	}
	return false;
}

static bool take_access(struct plan *p, char **w)
{
	struct plan_access x = { .object = w[1], .arg = w[3] };
	int verb = find_word(verbs, PLAN_VERBS, w[2]), i;

	if (verb < 0 || !read_label(w[12], &x.subject) ||
	    !read_label(w[13], &x.next))
		return false;
	x.verb = (enum plan_verb)verb;
	if (x.verb == PLAN_SEAL && plan_find_seal(x.arg) == PLAN_SEALS)
		return false;
	if (plan_is_of_file(x.verb) && !find_file(p, w[1], &x.file))
		return false;
	for (i = 0; i < 3; i++) {
		x.uid[i] = (uint32_t)strtoul(w[5 + i], NULL, 10);
		x.gid[i] = (uint32_t)strtoul(w[8 + i], NULL, 10);
	}
	x.cap_uid = strchr(w[11], 'u') != NULL;
	x.cap_gid = strchr(w[11], 'g') != NULL;
	plan_add_access(p, &x);
	return true;
}

#define WORDS 16

/* each line of text, split at its spaces; NULL where there are no more words */
static bool each_line(char *text, bool (*take)(void *arg, char **w, int n),
		      void *arg)
{
	char *line, *save, *word, *save_word, *w[WORDS];
	int n;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		memset(w, 0, sizeof(w));
		n = 0;
		for (word = strtok_r(line, " ", &save_word); word && n < WORDS;
		     word = strtok_r(NULL, " ", &save_word))
			w[n++] = word;
		if (n && !take(arg, w, n)) {
			fprintf(stderr, "not understood: %s ...\n", w[0]);
			return false;
		}
	}
	return true;
}

static bool file_line(void *arg, char **w, int n)
{
	return n == 8 && take_file(arg, w);
}

static bool access_line(void *arg, char **w, int n)
{
	return n == 14 && take_access(arg, w);
}

static char *slurp_in(struct arena *a, const char *dir, const char *name)
{
	struct buf b;
	size_t len;

	buf_init(&b, a);
	buf_printf(&b, "%s/%s", dir, name);
	return plan_slurp(a, b.s, &len);
}

bool plan_read(struct plan *p, const char *dir)
{
	char *files = slurp_in(p->arena, dir, "files");
	char *accesses = slurp_in(p->arena, dir, "accesses");

	return files && accesses && each_line(files, file_line, p) &&
	       each_line(accesses, access_line, p);
}

/* ---- what the guest said ---- */

struct log_reader {
	struct plan_log *log;
	const struct plan *plan;
};

static bool take_answer(struct log_reader *r, char **w)
{
	size_t seq = strtoul(w[1], NULL, 10);
	struct plan_answer *a;
	int i;

	if (seq >= r->log->answers.n)
		return false;
	a = &r->log->answers.v[seq];
	a->seen = true;
	a->error = atoi(w[2]);
	a->signal = atoi(w[3]);
	for (i = 0; i < 3; i++) {
		a->uid[i] = (uint32_t)strtoul(w[4 + i], NULL, 10);
		a->gid[i] = (uint32_t)strtoul(w[7 + i], NULL, 10);
	}
	a->caps = (uint32_t)strtoul(w[10], NULL, 16);
	snprintf(a->seal, sizeof(a->seal), "%s", w[11]);
	return true;
}

static void take_entry(struct log_reader *r, char **w)
{
	struct plan_entry e = { atoi(w[1]), w[2], "", w[3], w[4], false };
	char *colon = strrchr(w[3], ':');

	if (colon) {
		*colon = '\0';
		e.algo = w[3];
		e.digest = colon + 1;
	}
	vec_push(r->plan->arena, &r->log->entries, e);
}

static bool log_line(void *arg, char **w, int n)
{
	struct log_reader *r = arg;

	if (strcmp(w[0], "x") == 0 && n == 12)
		return take_answer(r, w);
	if (strcmp(w[0], "m") == 0 && n == 5) {
		take_entry(r, w);
	} else if (strcmp(w[0], "a") == 0 && n == 4) {
		struct plan_record rec = { atoi(w[1]), w[2], w[3], false };

		vec_push(r->plan->arena, &r->log->records, rec);
	} else if (strcmp(w[0], "load") == 0 && n == 2) {
		r->log->load = atoi(w[1]);
	} else if (strcmp(w[0], "finished") == 0) {
		r->log->complete = true;
	} else if (strcmp(w[0], "broken") == 0) {
		return false;
	}
	return true;
}

bool plan_read_log(struct plan_log *log, const struct plan *p, const char *file)
{
	struct log_reader r = { log, p };
	size_t len, i;
	char *text = plan_slurp(p->arena, file, &len);

	memset(log, 0, sizeof(*log));
	log->load = -1;
	for (i = 0; i < p->accesses.n; i++) {
		struct plan_answer none = { .seen = false };

		vec_push(p->arena, &log->answers, none);
	}
	return text && each_line(text, log_line, &r);
}
