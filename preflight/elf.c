/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <linux/elf.h>
#include <stddef.h>
#include <string.h>

#include "buf.h"
#include "elf.h"
#include "vec.h"

/* what only the loader of programs knows, and linux/elf.h does not */
enum { RUNPATH = 29, FLAGS_1 = 0x6ffffffb, NODEFLIB = 0x800 };

#define HEADERS 64		/* program headers that are read at a time */
#define LOADS 256		/* loadable segments that addresses are looked up in */
#define DYNAMIC_MAX 65536	/* entries of a dynamic section that are read */
#define SCRIPT_MAX 256		/* BINPRM_BUF_SIZE: what the kernel looks at */

struct file {
	elf_pread *pread;
	void *arg;
	bool wide, swap;	/* ELFCLASS64; not the byte order of this machine */
	int error;		/* of pread */
	uint64_t phoff;
	unsigned int phnum, phentsize;
};

struct segment {
	uint32_t type, flags;
	uint64_t offset, vaddr, filesz, memsz;
};

/* ---- bytes ---- */

/* as much as there is up to len; false: less than that, or an error */
static bool get(struct file *f, void *buf, size_t len, uint64_t off)
{
	unsigned char *p = buf;

	if (off > UINT64_MAX - len)
		return false;
	while (len) {
		ssize_t n = f->pread(f->arg, p, len, off);

		if (n < 0)
			f->error = errno;
		if (n <= 0)
			return false;
		p += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
	return true;
}

/* a number of 1 to 8 bytes at p, in the file's order */
static uint64_t number(const struct file *f, const void *p, size_t size)
{
	const unsigned char *b = p;
	bool big = (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) != f->swap;
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < size; i++)
		v = v << 8 | b[big ? i : size - 1 - i];
	return v;
}

/* a member of a struct that has the same name in both classes */
#define FIELD(f, p, type, member) ((f)->wide ?				\
	number(f, (const char *)(p) + offsetof(Elf64_##type, member),	\
	       sizeof(((Elf64_##type *)0)->member)) :			\
	number(f, (const char *)(p) + offsetof(Elf32_##type, member),	\
	       sizeof(((Elf32_##type *)0)->member)))
#define SIZE(f, type) ((f)->wide ? sizeof(Elf64_##type) : sizeof(Elf32_##type))

/* ---- headers ---- */

static bool take_ident(struct file *f, const unsigned char *head)
{
	f->wide = head[EI_CLASS] == ELFCLASS64;
	f->swap = (head[EI_DATA] == ELFDATA2MSB) !=
		  (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	return (f->wide || head[EI_CLASS] == ELFCLASS32) &&
	       (head[EI_DATA] == ELFDATA2MSB || head[EI_DATA] == ELFDATA2LSB);
}

/* false: malformed. Where there are 65535 or more, the number is in a section */
static bool take_header(struct file *f, const unsigned char *head,
			struct elf_facts *out)
{
	unsigned char section[sizeof(Elf64_Shdr)];

	out->class = head[EI_CLASS];
	out->data = head[EI_DATA];
	if (!take_ident(f, head))
		return false;
	out->machine = (uint16_t)FIELD(f, head, Ehdr, e_machine);
	f->phoff = FIELD(f, head, Ehdr, e_phoff);
	f->phnum = (unsigned int)FIELD(f, head, Ehdr, e_phnum);
	f->phentsize = (unsigned int)FIELD(f, head, Ehdr, e_phentsize);
	if (f->phnum == PN_XNUM) {
		uint64_t at = FIELD(f, head, Ehdr, e_shoff);

		if (!at || !get(f, section, SIZE(f, Shdr), at))
			return false;
		f->phnum = (unsigned int)FIELD(f, section, Shdr, sh_info);
	}
	return !f->phnum || f->phentsize == SIZE(f, Phdr);
}

static struct segment segment_of(const struct file *f, const void *p)
{
	return (struct segment){
		.type = (uint32_t)FIELD(f, p, Phdr, p_type),
		.flags = (uint32_t)FIELD(f, p, Phdr, p_flags),
		.offset = FIELD(f, p, Phdr, p_offset),
		.vaddr = FIELD(f, p, Phdr, p_vaddr),
		.filesz = FIELD(f, p, Phdr, p_filesz),
		.memsz = FIELD(f, p, Phdr, p_memsz),
	};
}

/* each segment until visit says no; false: a header is not there */
static bool each_segment(struct file *f, void *arg,
			 bool (*visit)(struct file *f, void *arg,
				       const struct segment *s))
{
	unsigned char room[HEADERS * sizeof(Elf64_Phdr)];
	size_t size = SIZE(f, Phdr);
	unsigned int i, k, n;

	for (i = 0; i < f->phnum; i += n) {
		n = f->phnum - i < HEADERS ? f->phnum - i : HEADERS;
		if (f->phoff > UINT64_MAX - i * size ||
		    !get(f, room, n * size, f->phoff + i * size))
			return false;
		for (k = 0; k < n; k++) {
			struct segment s = segment_of(f, room + k * size);

			if (!visit(f, arg, &s))
				return true;
		}
	}
	return true;
}

/* ---- whether it maps code ---- */

static bool is_code(struct file *f, void *arg, const struct segment *s)
{
	bool *code = arg;

	*code |= s->type == PT_LOAD && s->flags & PF_X;
	return !*code;
}

/* the first bytes, zeros where it is shorter; their number, -1: errno */
static ssize_t first_bytes(struct file *f, unsigned char *head, size_t size)
{
	size_t n = 0;

	memset(head, 0, size);
	while (n < size) {
		ssize_t got = f->pread(f->arg, head + n, size - n, n);

		if (got < 0)
			return -1;
		if (!got)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

static bool is_elf(const unsigned char *head, size_t n)
{
	return n >= sizeof(Elf32_Ehdr) && !memcmp(head, ELFMAG, SELFMAG) &&
	       (head[EI_CLASS] != ELFCLASS64 || n >= sizeof(Elf64_Ehdr));
}

bool elf_maps_code(elf_pread *pread, void *arg)
{
	struct file f = { .pread = pread, .arg = arg };
	unsigned char head[sizeof(Elf64_Ehdr)];
	ssize_t n = first_bytes(&f, head, sizeof(head));
	struct elf_facts none = { 0 };
	bool code = false;

	/* what cannot be read may be anything */
	if (n < 0)
		return true;
	if (!is_elf(head, (size_t)n) || !take_header(&f, head, &none))
		return f.error != 0;
	each_segment(&f, &code, is_code);
	return code || f.error;
}

/* ---- what it asks for ---- */

struct reading {
	struct arena *arena;
	struct elf_facts *out;
	size_t kept;		/* bytes of names */
	bool broken;
	struct segment dynamic;	/* PT_NULL: none */
	VEC(struct segment) loads;
	uint64_t strtab, strsz;
	VEC(uint64_t) needed;	/* offsets of names */
	uint64_t soname, rpath, runpath;	/* their offsets */
	bool has_soname, has_rpath, has_runpath;
	VEC(const char *) names;
};

/* the name at off, which ends before limit; NULL: there is none, or too much */
static const char *get_name(struct file *f, struct reading *r, uint64_t off,
			    uint64_t limit)
{
	uint64_t max = ELF_STRINGS - r->kept;
	struct buf b;
	char part[128];

	if (off >= limit)
		return NULL;
	max = limit - off < max ? limit - off : max;
	buf_init(&b, r->arena);
	buf_puts(&b, "");
	while (b.len < max) {
		size_t want = max - b.len < sizeof(part) ?
			(size_t)(max - b.len) : sizeof(part);
		ssize_t n = f->pread(f->arg, part, want, off + b.len);
		const char *end;

		if (n < 0)
			f->error = errno;
		if (n <= 0)
			return NULL;
		end = memchr(part, 0, (size_t)n);
		buf_add(&b, part, end ? (size_t)(end - part) : (size_t)n);
		if (!end)
			continue;
		r->kept += b.len + 1;
		return b.s;
	}
	return NULL;
}

static bool note_segment(struct file *f, void *arg, const struct segment *s)
{
	struct reading *r = arg;
	uint64_t end = s->offset + s->filesz;

	r->out->code |= s->type == PT_LOAD && s->flags & PF_X;
	/* the loader has room for few; what has more is a bomb */
	if (s->type == PT_LOAD && r->loads.n < LOADS)
		vec_push(r->arena, &r->loads, *s);
	else if (s->type == PT_DYNAMIC)
		r->dynamic = *s;
	else if (s->type == PT_INTERP && !r->out->interpreter) {
		r->out->interpreter = end < s->offset ? NULL :
			get_name(f, r, s->offset, end);
		r->broken |= !r->out->interpreter;
	}
	return true;
}

/* where an address of the program lies in the file; false: nowhere */
static bool to_offset(const struct reading *r, uint64_t address,
		      uint64_t *offset)
{
	size_t i;

	for (i = 0; i < r->loads.n; i++) {
		const struct segment *s = &r->loads.v[i];

		if (address < s->vaddr || address - s->vaddr >= s->filesz ||
		    s->offset > UINT64_MAX - (address - s->vaddr))
			continue;
		*offset = s->offset + (address - s->vaddr);
		return true;
	}
	return false;
}

static void note_dynamic(struct reading *r, uint64_t tag, uint64_t value)
{
	switch (tag) {
	case DT_NEEDED:
		if (r->needed.n < ELF_NEEDED)
			vec_push(r->arena, &r->needed, value);
		else
			r->broken = true;
		break;
	case DT_SONAME:
		r->soname = value;
		r->has_soname = true;
		break;
	case DT_RPATH:
		r->rpath = value;
		r->has_rpath = true;
		break;
	case RUNPATH:
		r->runpath = value;
		r->has_runpath = true;
		break;
	case DT_STRTAB:
		r->strtab = value;
		break;
	case DT_STRSZ:
		r->strsz = value;
		break;
	case FLAGS_1:
		r->out->no_default_dirs |= !!(value & NODEFLIB);
		break;
	default:
		break;
	}
}

static void read_dynamic(struct file *f, struct reading *r)
{
	unsigned char p[sizeof(Elf64_Dyn)];
	uint64_t n = r->dynamic.filesz / SIZE(f, Dyn), i, tag;

	if (n > DYNAMIC_MAX)
		r->broken = true;
	for (i = 0; i < n && !r->broken; i++) {
		uint64_t at = r->dynamic.offset + i * SIZE(f, Dyn);

		if (at < r->dynamic.offset || !get(f, p, SIZE(f, Dyn), at)) {
			r->broken = true;
			return;
		}
		tag = FIELD(f, p, Dyn, d_tag);
		if (tag == DT_NULL)
			return;
		note_dynamic(r, tag, FIELD(f, p, Dyn, d_un.d_val));
	}
}

static const char *dynamic_name(struct file *f, struct reading *r,
				uint64_t strings, uint64_t at)
{
	const char *s = at > r->strsz || strings > UINT64_MAX - r->strsz ?
		NULL : get_name(f, r, strings + at, strings + r->strsz);

	r->broken |= !s;
	return s;
}

static void read_names(struct file *f, struct reading *r)
{
	uint64_t strings = 0;
	struct elf_facts *out = r->out;
	size_t i;

	if (!r->needed.n && !r->has_soname && !r->has_rpath && !r->has_runpath)
		return;
	r->broken |= !to_offset(r, r->strtab, &strings);
	for (i = 0; i < r->needed.n && !r->broken; i++)
		vec_push(r->arena, &r->names,
			 dynamic_name(f, r, strings, r->needed.v[i]));
	if (r->has_soname && !r->broken)
		out->soname = dynamic_name(f, r, strings, r->soname);
	if (r->has_rpath && !r->broken)
		out->rpath = dynamic_name(f, r, strings, r->rpath);
	if (r->has_runpath && !r->broken)
		out->runpath = dynamic_name(f, r, strings, r->runpath);
	out->needed = r->names.v;
	out->n_needed = r->broken ? 0 : r->names.n;
}

static void read_program(struct file *f, struct arena *a,
			 const unsigned char *head, struct elf_facts *out)
{
	struct reading r = { .arena = a, .out = out };

	out->kind = ELF_PROGRAM;
	if (!take_header(f, head, out) || !each_segment(f, &r, note_segment))
		r.broken = true;
	if (!r.broken && r.dynamic.type == PT_DYNAMIC)
		read_dynamic(f, &r);
	if (!r.broken)
		read_names(f, &r);
	if (r.broken)
		out->kind = ELF_BROKEN;
}

/* ---- scripts ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * As load_script() of binfmt_script.c: the line is cut behind SCRIPT_MAX bytes,
 * which is refused where that cuts the interpreter's name.
 */
static void read_script(struct arena *a, const char *line, size_t n,
			struct elf_facts *out)
{
	size_t end = strcspn(line, "\n"), from = 2, to;

	out->kind = ELF_BROKEN;
	end = end < n ? end : n;
	while (from < end && is_blank(line[from]))
		from++;
	for (to = from; to < end && !is_blank(line[to]) && line[to]; to++)
		;
	if (to == from || (to == n && n == SCRIPT_MAX))
		return;
	out->kind = ELF_SCRIPT;
	out->interpreter = arena_strndup(a, line + from, to - from);
	while (to < end && is_blank(line[to]))
		to++;
	while (end > to && is_blank(line[end - 1]))
		end--;
	if (end > to && line[to])
		out->argument = arena_strndup(a, line + to, end - to);
}

bool elf_read(struct arena *a, elf_pread *pread, void *arg,
	      struct elf_facts *out)
{
	struct file f = { .pread = pread, .arg = arg };
	unsigned char head[SCRIPT_MAX + 1];
	ssize_t n = first_bytes(&f, head, SCRIPT_MAX);

	memset(out, 0, sizeof(*out));
	if (n < 0)
		return false;
	head[SCRIPT_MAX] = '\0';
	if (is_elf(head, (size_t)n))
		read_program(&f, a, head, out);
	else if (n >= SELFMAG && !memcmp(head, ELFMAG, SELFMAG))
		out->kind = ELF_BROKEN;
	else if (n >= 2 && head[0] == '#' && head[1] == '!')
		read_script(a, (const char *)head, (size_t)n, out);
	errno = f.error;
	return !f.error;
}
