/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>

#include "bootpath_int.h"
#include "ldcache.h"

/*
 * Where ld.so finds libraries: ld.so(8) of glibc, and that of musl. Libraries
 * for better processors (glibc-hwcaps) are taken where the processor has what
 * they need, which is not known here: they count beside the ordinary one.
 */
#define LIBRARIES_MAX 1000	/* of a program */
#define INCLUDES_MAX 64		/* files of ld.so.conf */

/* a name that was looked for without any path of a program's own */
struct boot_library {
	struct boot_file *file;		/* NULL: nowhere */
	VEC(struct boot_file *) better;	/* for some processors */
};

/* the subdirectories of DIR/glibc-hwcaps */
struct hwcaps {
	const char *const *names;
	size_t n;
};

struct boot_libs {
	bool begun;
	bool have_cache;
	struct ldcache cache;
	unitfile_words conf;		/* directories of ld.so.conf, without a cache */
	struct ptrmap known;		/* "CLASS.MACHINE.NAME" to index */
	VEC(struct boot_library) libraries;
	struct ptrmap hwcaps_of;	/* directories, to index */
	VEC(struct hwcaps) hwcaps;
	VEC(struct boot_file *) preloaded;
};

/* an object of a program, as ld.so has it in memory */
struct object {
	struct boot_file *file;
	const char *name;	/* that it was asked for by */
	const char *path;	/* that it was found at, links and all */
	size_t loader;		/* index of who asked first; its own: nobody */
};

struct program {
	struct boot *b;
	const struct elf_facts *main;
	enum bootpath_weight weight;
	enum boot_fate fate;
	bool musl;
	VEC(struct object) objects;
};

/* ---- settings ---- */

static void read_conf(struct boot *b, const char *path, unsigned int *files);

/* all that a pattern of one directory matches */
static void include_conf(struct boot *b, const char *pattern,
			 unsigned int *files)
{
	const char *slash = strrchr(pattern, '/'), *dir;
	const char *const *names;
	size_t n, i;

	dir = arena_strndup(b->arena, pattern, (size_t)(slash - pattern));
	if (!boot_list(b, dir, &names, &n))
		return;
	for (i = 0; i < n; i++)
		if (!fnmatch(slash + 1, names[i], 0))
			read_conf(b, buf_textf(b->arena, "%s/%s", dir,
					       names[i]), files);
}

static void read_conf(struct boot *b, const char *path, unsigned int *files)
{
	const char *text, *line, *word;

	if (++*files > INCLUDES_MAX)
		return;
	text = boot_text(b, path);
	while (text && (line = boot_line(b, &text))) {
		line = arena_strndup(b->arena, line, strcspn(line, "#"));
		word = boot_word(b, &line);
		if (word && !strcmp(word, "include")) {
			while ((word = boot_word(b, &line)))
				include_conf(b, *word == '/' ? word :
					     buf_textf(b->arena, "/etc/%s",
						       word), files);
		} else if (word && *word == '/') {
			vec_push(b->arena, &b->libs->conf, word);
		}
	}
}

/*
 * What is loaded into every program: one that cannot be is passed over, but for
 * what it needs in turn a program ends.
 */
static void preload_one(struct boot *b, const char *path)
{
	struct boot_file *f;

	boot_load(b, path, BOOTPATH_LOSS, "named in /etc/ld.so.preload");
	f = boot_file(b, path);
	if (f && f->verdict.at[JUDGE_MMAP].answer != JUDGE_REFUSED)
		vec_push(b->arena, &b->libs->preloaded, f);
}

static void preload(struct boot *b)
{
	const char *text = boot_text(b, "/etc/ld.so.preload"), *line;

	if (!text)
		return;
	boot_use(b, "/etc/ld.so.preload", JUDGE_READ, BOOTPATH_LOSS,
		 "read by ld.so");
	while ((line = boot_line(b, &text))) {
		line = arena_strndup(b->arena, line, strcspn(line, "#"));
		while (*(line += strspn(line, " \t:"))) {
			size_t n = strcspn(line, " \t:");
			const char *path = arena_strndup(b->arena, line, n);

			if (*path == '/')
				preload_one(b, path);
			else
				boot_aside(b, "/etc/ld.so.preload: %s has no "
					   "path, and was not followed", path);
			line += n;
		}
	}
}

static void read_cache(struct boot *b)
{
	static const char path[] = "/etc/ld.so.cache";
	unsigned int files = 0;
	const char *text;
	size_t len;

	text = tree_text(b->r->tree, b->arena, path, BOOT_TEXT_MAX, &len);
	if (!text) {
		read_conf(b, "/etc/ld.so.conf", &files);
		return;
	}
	/* refused to ld.so it is as if it were not there */
	if (boot_use(b, path, JUDGE_READ, BOOTPATH_LOSS,
		     "read by ld.so, which goes on without") != BOOT_WORKS)
		return;
	b->libs->have_cache = ldcache_open(&b->libs->cache, text, len);
	if (!b->libs->have_cache)
		boot_aside(b, "%s is not in the form of glibc, and was not "
			   "used", path);
}

static void begin(struct boot *b)
{
	if (!b->libs) {
		b->libs = arena_new(b->arena, struct boot_libs);
		ptrmap_init(&b->libs->known, b->arena);
		ptrmap_init(&b->libs->hwcaps_of, b->arena);
	}
	if (b->libs->begun)
		return;
	b->libs->begun = true;
	read_cache(b);
	preload(b);
}

/* ---- files ---- */

/* a file at path that fits the program; NULL: none */
static struct boot_file *fitting(struct program *p, const char *path)
{
	struct boot_file *f = boot_file(p->b, path);
	const struct elf_facts *elf;

	if (!f)
		return NULL;
	elf = boot_elf(p->b, f);
	return elf->kind == ELF_PROGRAM && elf->class == p->main->class &&
	       elf->data == p->main->data &&
	       elf->machine == p->main->machine ? f : NULL;
}

static const struct hwcaps *hwcaps_in(struct boot *b, const char *dir)
{
	struct boot_libs *l = b->libs;
	struct hwcaps h = { NULL, 0 };
	const size_t *at;

	dir = intern_str(&b->names, buf_textf(b->arena, "%s/glibc-hwcaps",
					      dir));
	at = ptrmap_find(&l->hwcaps_of, dir);
	if (!at) {
		if (!boot_list(b, dir, &h.names, &h.n))
			h.n = 0;
		ptrmap_add(&l->hwcaps_of, dir, l->hwcaps.n);
		vec_push(b->arena, &l->hwcaps, h);
		at = ptrmap_find(&l->hwcaps_of, dir);
	}
	return &l->hwcaps.v[*at];
}

/* in one directory; path is where, also of what serves some processors only */
static bool in_directory(struct program *p, const char *dir, const char *name,
			 struct boot_library *out, const char **path)
{
	struct boot *b = p->b;
	struct hwcaps h = *hwcaps_in(b, dir);
	struct boot_file *f;
	size_t i;

	for (i = 0; i < h.n && !p->musl; i++) {
		f = fitting(p, buf_textf(b->arena, "%s/glibc-hwcaps/%s/%s",
					 dir, h.names[i], name));
		if (f)
			vec_push(b->arena, &out->better, f);
	}
	*path = buf_textf(b->arena, "%s/%s", dir, name);
	out->file = fitting(p, *path);
	return out->file;
}

/* ---- directories ---- */

/* where the distributions put libraries of a machine: Debian, and others */
static const struct {
	uint16_t machine;
	uint8_t class;
	const char *dir;
} places[] = {
	{ 62, 2, "x86_64-linux-gnu" }, { 62, 2, "../lib64" },
	{ 62, 1, "x86_64-linux-gnux32" }, { 62, 1, "../libx32" },
	{ 3, 1, "i386-linux-gnu" }, { 3, 1, "../lib32" },
	{ 183, 2, "aarch64-linux-gnu" }, { 183, 2, "../lib64" },
	{ 40, 1, "arm-linux-gnueabihf" }, { 40, 1, "arm-linux-gnueabi" },
	{ 21, 2, "powerpc64le-linux-gnu" }, { 21, 2, "../lib64" },
	{ 22, 2, "s390x-linux-gnu" }, { 22, 2, "../lib64" },
	{ 243, 2, "riscv64-linux-gnu" }, { 243, 2, "../lib64" },
	{ 243, 2, "../lib64/lp64d" },
	{ 258, 2, "loongarch64-linux-gnu" }, { 258, 2, "../lib64" },
	{ 8, 2, "mips64el-linux-gnuabi64" }, { 8, 2, "../lib64" },
	{ 0, 0, "." },
};

static bool in_defaults(struct program *p, const char *name,
			struct boot_library *out, const char **path)
{
	static const char *const tops[] = { "/lib", "/usr/lib" };
	static const char *const musl[] = { "/lib", "/usr/local/lib", "/usr/lib" };
	size_t i, j;

	if (p->musl) {
		for (i = 0; i < ARRAY_SIZE(musl); i++)
			if (in_directory(p, musl[i], name, out, path))
				return true;
		return false;
	}
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		if (places[i].machine && (places[i].machine != p->main->machine ||
					  places[i].class != p->main->class))
			continue;
		for (j = 0; j < ARRAY_SIZE(tops); j++)
			if (in_directory(p, buf_textf(p->b->arena, "%s/%s",
					 tops[j], places[i].dir), name, out,
					 path))
				return true;
	}
	return false;
}

static bool in_cache(struct program *p, const char *name,
		     struct boot_library *out, const char **path)
{
	struct boot_libs *l = p->b->libs;
	const char *value;
	size_t at = 0, i;

	while (l->have_cache && !out->file &&
	       (value = ldcache_next(&l->cache, name, &at))) {
		struct boot_file *f = fitting(p, value);

		if (f && strstr(value, "/glibc-hwcaps/")) {
			vec_push(p->b->arena, &out->better, f);
		} else if (f) {
			out->file = f;
			*path = value;
		}
	}
	for (i = 0; i < l->conf.n && !out->file; i++)
		in_directory(p, l->conf.v[i], name, out, path);
	return out->file;
}

/* what all programs of a kind find alike */
static bool in_system(struct program *p, const char *name,
		      struct boot_library *out, const char **path)
{
	struct boot *b = p->b;
	struct boot_libs *l = b->libs;
	const char *key = intern_str(&b->names, buf_textf(b->arena,
				     "%d.%d.%d.%s", p->musl, p->main->class,
				     p->main->machine, name));
	const size_t *at = ptrmap_find(&l->known, key);
	struct boot_library found = { 0 };

	if (!at) {
		if ((p->musl || !in_cache(p, name, &found, path)) &&
		    !p->main->no_default_dirs)
			in_defaults(p, name, &found, path);
		ptrmap_add(&l->known, key, l->libraries.n);
		vec_push(b->arena, &l->libraries, found);
		at = ptrmap_find(&l->known, key);
	}
	*out = l->libraries.v[*at];
	if (out->file)
		*path = out->file->path;
	return out->file;
}

/* $ORIGIN is where the object lies; NULL: another word that is not known here */
static const char *run_path(struct program *p, const struct object *o,
			    const char *dir)
{
	const char *slash = strrchr(o->path, '/'), *s = dir;
	struct buf b;

	buf_init(&b, p->b->arena);
	buf_puts(&b, "");
	while (*s) {
		size_t n = !strncmp(s, "$ORIGIN", 7) ? 7 :
			   !strncmp(s, "${ORIGIN}", 9) ? 9 : 0;

		if (n)
			buf_add(&b, o->path, (size_t)(slash - o->path));
		else if (*s == '$')
			return NULL;
		else
			buf_putc(&b, *s);
		s += n ? n : 1;
	}
	return b.s;
}

static bool in_run_path(struct program *p, const struct object *o,
			const char *dirs, const char *name,
			struct boot_library *out, const char **path)
{
	while (dirs && *dirs && !out->file) {
		size_t n = strcspn(dirs, ":");
		const char *dir = arena_strndup(p->b->arena, dirs, n);
		const char *real = run_path(p, o, dir);

		if (!real)
			boot_aside(p->b, "%s: %s in its path of libraries "
				   "was not followed", o->path, dir);
		else if (*real == '/')
			in_directory(p, real, name, out, path);
		dirs += n + (dirs[n] == ':');
	}
	return out->file;
}

/* ---- a program ---- */

static bool find_library(struct program *p, size_t who, const char *name,
			 struct boot_library *out, const char **path)
{
	const struct object *o = &p->objects.v[who];
	size_t i = who;

	if (strchr(name, '/')) {
		*path = name;
		out->file = fitting(p, name);
		return out->file;
	}
	/* RPATH is handed down, but not to, nor by, those with a RUNPATH */
	while (!p->musl && !o->file->elf.runpath) {
		const struct object *up = &p->objects.v[i];

		if (!up->file->elf.runpath &&
		    in_run_path(p, up, up->file->elf.rpath, name, out, path))
			return true;
		if (up->loader == i)
			break;
		i = up->loader;
	}
	if (in_run_path(p, o, o->file->elf.runpath ? o->file->elf.runpath :
			p->musl ? o->file->elf.rpath : NULL, name, out, path))
		return true;
	return in_system(p, name, out, path);
}

static bool loaded(const struct program *p, const char *name,
		   const struct boot_file *f)
{
	size_t i;

	for (i = 0; i < p->objects.n; i++) {
		const struct object *o = &p->objects.v[i];

		if (f ? o->file == f : (o->name && !strcmp(o->name, name)) ||
		    (o->file->elf.soname && !strcmp(o->file->elf.soname, name)))
			return true;
	}
	return false;
}

static void map(struct program *p, struct boot_file *f, const char *why)
{
	p->fate = boot_worse(p->fate, boot_use_file(p->b, f, JUDGE_MMAP,
						    p->weight, why));
	if (boot_no_exec(p->b, f))
		p->fate = boot_worse(p->fate, BOOT_MISSING);
}

static void need(struct program *p, size_t who, const char *name)
{
	struct boot_library found = { 0 };
	const struct boot_file *user = p->objects.v[who].file;
	const char *path = NULL, *why;
	struct object o = { .name = name, .loader = who };
	size_t i;

	/* musl's loader is libc, libm and all the others */
	if (loaded(p, name, NULL) || (p->musl && !strncmp(name, "libc.", 5)))
		return;
	why = buf_textf(p->b->arena, "linked by %s", user->path);
	if (!find_library(p, who, name, &found, &path)) {
		boot_gone(p->b, name, JUDGE_MMAP, p->weight, why);
		p->fate = boot_worse(p->fate, BOOT_MISSING);
		return;
	}
	for (i = 0; i < found.better.n; i++)
		map(p, found.better.v[i], buf_textf(p->b->arena,
		    "linked by %s, for some processors", user->path));
	if (loaded(p, NULL, found.file))
		return;
	map(p, found.file, why);
	o.file = found.file;
	o.path = path;
	vec_push(p->b->arena, &p->objects, o);
}

static bool is_musl(const struct boot_file *f)
{
	const char *name = f->elf.interpreter ?
			   strrchr(f->elf.interpreter, '/') : NULL;

	return name && !strncmp(name, "/ld-musl-", 9);
}

/* it is there from the beginning, whoever names it as a library */
static void add_loader(struct program *p, const struct boot_file *f)
{
	struct object o = { .loader = 0 };

	o.file = f->elf.interpreter ? boot_file(p->b, f->elf.interpreter) :
				      NULL;
	if (!o.file || boot_elf(p->b, o.file)->kind != ELF_PROGRAM)
		return;
	o.path = o.file->path;
	vec_push(p->b->arena, &p->objects, o);
}

static void add_preloaded(struct program *p)
{
	const struct boot_libs *l = p->b->libs;
	size_t i;

	for (i = 0; i < l->preloaded.n && !p->musl; i++) {
		struct object o = { .path = l->preloaded.v[i]->path };

		o.file = fitting(p, o.path);
		if (o.file)
			vec_push(p->b->arena, &p->objects, o);
	}
}

enum boot_fate boot_libraries(struct boot *b, struct boot_file *f,
			      enum bootpath_weight weight)
{
	struct program p = { .b = b, .main = &f->elf, .weight = weight };
	struct object first = { .file = f, .path = f->path };
	size_t i, j;

	if (f->elf.kind != ELF_PROGRAM)
		return BOOT_WORKS;
	begin(b);
	p.musl = is_musl(f);
	vec_push(b->arena, &p.objects, first);
	add_loader(&p, f);
	add_preloaded(&p);
	for (i = 0; i < p.objects.n && i < LIBRARIES_MAX &&
		    !boot_stopped(b); i++) {
		const struct elf_facts *elf = &p.objects.v[i].file->elf;

		for (j = 0; j < elf->n_needed; j++)
			need(&p, i, elf->needed[j]);
	}
	if (i < p.objects.n) {
		boot_note(b, "%s: more libraries than are followed", f->path);
		b->blind = true;
	}
	return p.fate;
}
