/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "bootpath_int.h"

#define BLANKS " \t\r"
#define DEPTH_MAX 16	/* of scripts whose interpreter is a script; the kernel's is 5 */

bool boot_stopped(struct boot *b)
{
	if (b->r->stop && *b->r->stop)
		b->cut = true;
	return b->cut || b->full;
}

enum boot_fate boot_worse(enum boot_fate x, enum boot_fate y)
{
	return x > y ? x : y;
}

static void note(struct boot *b, bootpath_notes *notes, const char *fmt, va_list ap)
{
	const char *text = intern_str(&b->names, buf_vtextf(b->arena, fmt, ap));

	if (notes->n > BOOT_NOTES_MAX || !ptrmap_add(&b->noted, text, 0))
		return;
	if (notes->n == BOOT_NOTES_MAX)
		text = "and more, which is not told";
	vec_push(b->arena, notes, text);
}

void boot_note(struct boot *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note(b, &b->out->notes, fmt, ap);
	va_end(ap);
}

void boot_aside(struct boot *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note(b, &b->asides, fmt, ap);
	va_end(ap);
}

/* ---- texts ---- */

const char *boot_text(struct boot *b, const char *path)
{
	const size_t *at;
	const char *text;
	size_t len;

	path = intern_str(&b->names, path);
	at = ptrmap_find(&b->text_of, path);
	if (at)
		return b->texts.v[*at];
	text = tree_text(b->r->tree, b->arena, path, BOOT_TEXT_MAX, &len);
	ptrmap_add(&b->text_of, path, b->texts.n);
	vec_push(b->arena, &b->texts, text);
	if (!text && errno != ENOENT && errno != ENOTDIR) {
		boot_note(b, "%s could not be read: %s: what it names was not "
			  "followed", path, strerror(errno));
		b->blind = true;
	}
	return text;
}

const char *boot_line(struct boot *b, const char **s)
{
	size_t len = strcspn(*s, "\n");
	const char *line;

	if (!**s)
		return NULL;
	line = arena_strndup(b->arena, *s, len);
	*s += len + ((*s)[len] == '\n');
	return line;
}

const char *boot_word(struct boot *b, const char **s)
{
	size_t len;

	*s += strspn(*s, BLANKS);
	len = strcspn(*s, BLANKS "\n");
	if (!len)
		return NULL;
	*s += len;
	return arena_strndup(b->arena, *s - len, len);
}

/* ---- files ---- */

static struct boot_file *new_file(struct boot *b, const struct rehearsed *re,
				  const struct tree_file *file)
{
	const char *path = intern_str(&b->names, file->path);
	const size_t *at = ptrmap_find(&b->file_of, path);
	struct boot_file *f;

	if (at)
		return b->files.v[*at];
	f = arena_new(b->arena, struct boot_file);
	f->path = path;
	f->file = *file;
	f->verdict = re->verdict;
	ptrmap_add(&b->file_of, path, b->files.n);
	vec_push(b->arena, &b->files, f);
	return f;
}

/* not there is an answer; not to be seen is none */
static void cannot_see(struct boot *b, const char *path, int error)
{
	switch (error) {
	case ENOENT: case ENOTDIR: case EISDIR: case EINVAL: case ELOOP:
	case ENAMETOOLONG:
		return;
	}
	boot_note(b, "%s could not be looked at: %s", path, strerror(error));
	b->blind = true;
}

struct boot_file *boot_file(struct boot *b, const char *path)
{
	struct boot_file *f = NULL;
	struct rehearsed re = { 0 };
	struct tree_file file;
	const size_t *at;

	path = intern_str(&b->names, path);
	at = ptrmap_find(&b->found, path);
	if (at)
		return *at ? b->files.v[*at - 1] : NULL;
	if (rehearse_path(b->r, b->arena, path, &file, &re))
		f = new_file(b, &re, &file);
	else
		cannot_see(b, path, errno);
	ptrmap_add(&b->found, path,
		   f ? *ptrmap_find(&b->file_of, f->path) + 1 : 0);
	return f;
}

bool boot_list(struct boot *b, const char *path, const char *const **names,
	       size_t *n)
{
	if (tree_list(b->r->tree, b->arena, path, names, n))
		return true;
	cannot_see(b, path, errno);
	return false;
}

bool boot_has_program(struct boot *b, const char *path)
{
	struct boot_file *f = boot_file(b, path);

	return f && (f->file.mode & 0111);
}

bool boot_no_exec(struct boot *b, const struct boot_file *f)
{
	if (!f->file.fs || !f->file.fs->noexec)
		return false;
	boot_note(b, "%s cannot be run: the file system at %s is mounted noexec",
		  f->path, f->file.fs->mount);
	return true;
}

static ssize_t pread_content(void *arg, void *buf, size_t len, uint64_t off)
{
	return tree_content_pread(arg, buf, len, off);
}

const struct elf_facts *boot_elf(struct boot *b, struct boot_file *f)
{
	struct tree_content *c;

	if (f->elf_known)
		return &f->elf;
	f->elf_known = true;
	c = tree_content(b->r->tree, &f->file);
	if (!c || !elf_read(b->arena, pread_content, c, &f->elf)) {
		boot_note(b, "%s could not be read: %s: what it needs was not "
			  "followed", f->path, strerror(errno));
		b->blind = true;
		memset(&f->elf, 0, sizeof(f->elf));
	}
	if (c)
		tree_content_close(c);
	return &f->elf;
}

/* ---- steps ---- */

void boot_trail_begin(struct boot *b, struct boot_trail *t)
{
	memset(t, 0, sizeof(*t));
	t->up = b->trail;
	b->trail = t;
}

static void touch(struct boot *b, size_t step)
{
	if (b->trail)
		vec_push(b->arena, &b->trail->steps, step);
}

void boot_trail_end(struct boot *b)
{
	struct boot_trail *t = b->trail;
	size_t i;

	b->trail = t->up;
	for (i = 0; i < t->steps.n; i++)
		touch(b, t->steps.v[i]);
}

/* paths of an initramfs look like those of the root */
static const char *with_place(struct boot *b, const char *why)
{
	return b->where ? buf_textf(b->arena, "%s: %s", b->where, why) : why;
}

static void weigh(struct boot *b, size_t step, enum bootpath_weight weight,
		  const char *why)
{
	struct bootpath_step *s = &b->out->steps.v[step];

	if (weight >= s->weight)
		return;
	s->weight = weight;
	s->why = why;
}

void boot_weigh(struct boot *b, const boot_steps *steps,
		enum bootpath_weight weight, const char *why)
{
	size_t i;

	why = with_place(b, why);
	for (i = 0; i < steps->n; i++)
		weigh(b, steps->v[i], weight, why);
}

/* false: no more are taken */
static bool push(struct boot *b, struct bootpath_step s)
{
	if (b->out->steps.n >= BOOT_STEPS_MAX) {
		b->full = true;
		return false;
	}
	touch(b, b->out->steps.n);
	vec_push(b->arena, &b->out->steps, s);
	return true;
}

static enum boot_fate fate_of(enum judge_answer answer)
{
	switch (answer) {
	case JUDGE_REFUSED: return BOOT_REFUSED;
	case JUDGE_UNKNOWN: return BOOT_UNKNOWN;
	case JUDGE_PASS: case JUDGE_NOT_ASKED: break;
	}
	return BOOT_WORKS;
}

/* a step whose finding may be another than that of its operation alone */
static enum boot_fate use_as(struct boot *b, struct boot_file *f,
			     enum judge_op op,
			     const struct judge_finding *finding,
			     enum bootpath_weight weight, const char *why)
{
	struct bootpath_step s = {
		.path = f->path, .op = op, .weight = weight,
		.finding = *finding,
	};
	enum boot_fate fate = fate_of(finding->answer);

	s.why = why = with_place(b, why);
	if (f->step[op]) {
		struct bootpath_step *old = &b->out->steps.v[f->step[op] - 1];

		if (fate > fate_of(old->finding.answer))
			old->finding = *finding;
		weigh(b, f->step[op] - 1, weight, why);
		touch(b, f->step[op] - 1);
	} else if (push(b, s)) {
		f->step[op] = b->out->steps.n;
	}
	return fate;
}

enum boot_fate boot_use_file(struct boot *b, struct boot_file *f,
			     enum judge_op op, enum bootpath_weight weight,
			     const char *why)
{
	return use_as(b, f, op, &f->verdict.at[op], weight, why);
}

enum boot_fate boot_use(struct boot *b, const char *path, enum judge_op op,
			enum bootpath_weight weight, const char *why)
{
	struct boot_file *f = boot_file(b, path);

	if (!f)
		return BOOT_MISSING;
	return boot_use_file(b, f, op, weight, why);
}

void boot_gone(struct boot *b, const char *path, enum judge_op op,
	       enum bootpath_weight weight, const char *why)
{
	const char *name = intern_str(&b->names, path);
	const size_t *at = ptrmap_find(&b->gone, name);
	struct bootpath_step s = {
		.path = name, .op = op, .weight = weight, .missing = true,
		.finding = { JUDGE_NOT_ASKED, .rule = -1, .leaked = -1 },
	};

	s.why = why = with_place(b, why);
	if (at) {
		weigh(b, *at, weight, why);
		touch(b, *at);
	} else if (push(b, s)) {
		ptrmap_add(&b->gone, name, b->out->steps.n - 1);
	}
}

/* ---- running ---- */

/*
 * The loader that a program names is opened to be executed and mapped, which is
 * no exec of it: rules of BPRM_CHECK and CREDS_CHECK do not see it (facts 4.3).
 * Where they refuse first, what mmap says is told with an open for reading
 * before it, which is more than there is.
 */
static const struct judge_finding *as_loader(const struct boot_file *f)
{
	const struct judge_finding *start = &f->verdict.start;
	bool bad = start->answer == JUDGE_REFUSED ||
		   start->answer == JUDGE_UNKNOWN;

	if (start->answer == JUDGE_NOT_ASKED ||
	    (bad && (start->hook == KHOOK_BPRM || start->hook == KHOOK_CREDS)))
		return &f->verdict.at[JUDGE_MMAP];
	return start;
}

static enum boot_fate run_loader(struct boot *b, const struct boot_file *of,
				 enum bootpath_weight weight)
{
	const char *path = of->elf.interpreter;
	const char *why = buf_textf(b->arena, "the loader of %s", of->path);
	struct boot_file *f = boot_file(b, path);

	if (!f) {
		boot_gone(b, path, JUDGE_MMAP, weight, why);
		return BOOT_MISSING;
	}
	return use_as(b, f, JUDGE_MMAP, as_loader(f), weight, why);
}

/* exec of a program goes on to map its segments, and there it can also end */
static enum boot_fate run_elf(struct boot *b, struct boot_file *f,
			      enum bootpath_weight weight, const char *why)
{
	const struct judge_finding *start = &f->verdict.start;
	enum boot_fate fate;

	fate = use_as(b, f, JUDGE_EXEC, start->answer == JUDGE_NOT_ASKED ?
		      &f->verdict.at[JUDGE_EXEC] : start, weight, why);
	if (!f->elf.interpreter)
		return fate;
	fate = boot_worse(fate, run_loader(b, f, weight));
	return boot_worse(fate, boot_libraries(b, f, weight));
}

/* the program that env(1) is given: options and settings stand before it */
static const char *behind_env(struct boot *b, const char *argument)
{
	const char *word;

	while ((word = boot_word(b, &argument)))
		if (*word != '-' && !strchr(word, '='))
			return boot_search(b, word);
	return NULL;
}

static enum boot_fate run_script(struct boot *b, struct boot_file *f,
				 enum bootpath_weight weight)
{
	const char *interpreter = f->elf.interpreter, *program;
	const char *why = buf_textf(b->arena, "the interpreter of %s", f->path);
	enum boot_fate fate;

	fate = boot_use_file(b, f, JUDGE_READ, weight,
			     buf_textf(b->arena, "read by its interpreter %s",
				       interpreter));
	fate = boot_worse(fate, boot_run(b, interpreter, weight, why));
	if (f->elf.argument && !strcmp(boot_name(interpreter), "env")) {
		program = behind_env(b, f->elf.argument);
		if (program)
			fate = boot_worse(fate, boot_run(b, program, weight,
							 why));
	}
	return fate;
}

static enum boot_fate run_new(struct boot *b, struct boot_file *f,
			      enum bootpath_weight weight, const char *why)
{
	const struct elf_facts *elf = boot_elf(b, f);
	enum boot_fate fate;

	if (boot_no_exec(b, f))
		return boot_worse(boot_use_file(b, f, JUDGE_EXEC, weight, why),
				  BOOT_MISSING);
	if (elf->kind == ELF_PROGRAM && (f->file.mode & 0111))
		return run_elf(b, f, weight, why);
	fate = boot_use_file(b, f, JUDGE_EXEC, weight, why);
	if (!(f->file.mode & 0111))
		return boot_worse(fate, BOOT_MISSING);
	if (elf->kind == ELF_SCRIPT && elf->interpreter)
		return boot_worse(fate, run_script(b, f, weight));
	if (elf->kind != ELF_BROKEN)
		return fate;
	boot_note(b, "%s is damaged, or has more than is read: what it needs was "
		  "not followed", f->path);
	return boot_worse(fate, BOOT_MISSING);
}

/* a boot hangs on it, and not all that it takes is known */
static void doubt(struct boot *b, const char *path, const struct boot_file *f,
		  enum boot_fate fate)
{
	if (fate == BOOT_MISSING) {
		boot_note(b, "%s has to work for a boot, and it, or what it "
			  "needs, was not found or cannot be run", path);
		b->blind = true;
	}
	if (f && f->elf.kind == ELF_SCRIPT) {
		boot_note(b, "%s is a script that has to work for a boot: what "
			  "it runs was not followed", f->path);
		b->blind = true;
	}
}

static enum boot_fate run_file(struct boot *b, struct boot_file *f,
			       enum bootpath_weight weight, const char *why)
{
	struct boot_trail t;
	size_t i;

	if (f->ran) {
		boot_weigh(b, &f->needs, weight, why);
		for (i = 0; i < f->needs.n; i++)
			touch(b, f->needs.v[i]);
		return f->fate;
	}
	if (f->running || b->depth >= DEPTH_MAX || boot_stopped(b))
		return BOOT_MISSING;
	f->running = true;
	b->depth++;
	boot_trail_begin(b, &t);
	f->fate = run_new(b, f, weight, why);
	boot_trail_end(b);
	f->needs = t.steps;
	b->depth--;
	f->running = false;
	f->ran = true;
	return f->fate;
}

enum boot_fate boot_run(struct boot *b, const char *path,
			enum bootpath_weight weight, const char *why)
{
	struct boot_file *f = boot_file(b, path);
	enum boot_fate fate = BOOT_MISSING;

	if (f)
		fate = run_file(b, f, weight, why);
	else
		boot_gone(b, path, JUDGE_EXEC, weight, why);
	if (weight == BOOTPATH_FATAL)
		doubt(b, path, f, fate);
	return fate;
}

enum boot_fate boot_load(struct boot *b, const char *path,
			 enum bootpath_weight weight, const char *why)
{
	struct boot_file *f = boot_file(b, path);
	enum boot_fate fate;

	if (!f) {
		boot_gone(b, path, JUDGE_MMAP, weight, why);
		return BOOT_MISSING;
	}
	if (boot_stopped(b))
		return BOOT_MISSING;
	fate = boot_use_file(b, f, JUDGE_MMAP, weight, why);
	boot_elf(b, f);
	return boot_worse(fate, boot_libraries(b, f, weight));
}

/* ---- names of programs ---- */

const char *boot_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *boot_search(struct boot *b, const char *name)
{
	static const char *const dirs[] = {
		"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin",
		"/sbin", "/bin",
	};
	size_t i;

	if (strchr(name, '/'))
		return name;
	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		const char *path = buf_textf(b->arena, "%s/%s", dirs[i], name);

		if (boot_has_program(b, path))
			return path;
	}
	return name;
}

/* words of a shell behind which a command still has to come */
static bool is_before_command(const char *word)
{
	static const char *const words[] = {
		"if", "then", "else", "while", "until", "do", "!", "{", "(",
		"exec", "command", "time", "set", "test", "[", "cd", "umask",
		"export", "trap", ":", "true", "false", "echo", "case", "for",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

/* NAME=VALUE */
static bool is_setting(const char *word)
{
	size_t n = strcspn(word, "=");

	return word[n] == '=' && n &&
	       n == strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			   "abcdefghijklmnopqrstuvwxyz0123456789_");
}

const char *boot_shell_word(struct boot *b, const char *script)
{
	const char *word;

	while ((word = unitfile_word(b->arena, &script))) {
		if (is_setting(word))
			continue;
		word = arena_strndup(b->arena, word, strcspn(word, ";&|()<>"));
		if (!*word || is_before_command(word))
			continue;
		if (strpbrk(word, "$`*?"))
			return NULL;
		word = boot_search(b, word);
		return boot_has_program(b, word) ? word : NULL;
	}
	return NULL;
}
