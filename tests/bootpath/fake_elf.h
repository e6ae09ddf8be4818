/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TEST_FAKE_ELF_H
#define TEST_FAKE_ELF_H

#include <linux/elf.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "fake_root.h"

#ifndef DT_RUNPATH
#define DT_RUNPATH 29
#endif

/*
 * Small ELF files: headers, one segment of code, the names that ld.so looks at.
 * They could not run.
 */
struct fake_elf {
	const char *interpreter, *soname, *rpath, *runpath;
	const char *needed[8];
	uint16_t machine;	/* 0: x86-64 */
};

struct fake_image {
	Elf64_Ehdr header;
	Elf64_Phdr segments[3];
	Elf64_Dyn dynamic[16];
	char strings[1024];
};

static inline uint64_t fake_elf_string(struct fake_image *m, size_t *used, const char *s)
{
	size_t at = *used;

	ck_assert_uint_lt(at + strlen(s) + 1, sizeof(m->strings));
	strcpy(m->strings + at, s);
	*used += strlen(s) + 1;
	return at;
}

static inline void fake_elf_dynamic(struct fake_image *m, const struct fake_elf *e, size_t *used)
{
	Elf64_Dyn *d = m->dynamic;
	size_t i;

	for (i = 0; e->needed[i]; i++, d++) {
		d->d_tag = DT_NEEDED;
		d->d_un.d_val = fake_elf_string(m, used, e->needed[i]);
	}
	if (e->soname)
		*d++ = (Elf64_Dyn){ DT_SONAME, { fake_elf_string(m, used, e->soname) } };
	if (e->rpath)
		*d++ = (Elf64_Dyn){ DT_RPATH, { fake_elf_string(m, used, e->rpath) } };
	if (e->runpath)
		*d++ = (Elf64_Dyn){ DT_RUNPATH, { fake_elf_string(m, used, e->runpath) } };
	*d++ = (Elf64_Dyn){ DT_STRTAB, { offsetof(struct fake_image, strings) } };
	*d++ = (Elf64_Dyn){ DT_STRSZ, { sizeof(m->strings) } };
	d->d_tag = DT_NULL;
}

static inline Elf64_Phdr fake_elf_segment(uint32_t type, uint32_t flags, uint64_t at, uint64_t size)
{
	return (Elf64_Phdr){ .p_type = type, .p_flags = flags, .p_offset = at, .p_vaddr = at,
			     .p_filesz = size, .p_memsz = size };
}

static inline void fake_elf_put(const char *path, const struct fake_elf *e)
{
	struct fake_image m;
	size_t used = 1, n = 0;
	uint64_t at;

	memset(&m, 0, sizeof(m));
	memcpy(m.header.e_ident, ELFMAG, SELFMAG);
	m.header.e_ident[EI_CLASS] = ELFCLASS64;
	m.header.e_ident[EI_DATA] = ELFDATA2LSB;
	m.header.e_ident[EI_VERSION] = EV_CURRENT;
	m.header.e_type = ET_DYN;
	m.header.e_machine = e->machine ? e->machine : EM_X86_64;
	m.header.e_version = EV_CURRENT;
	m.header.e_ehsize = sizeof(m.header);
	m.header.e_phoff = offsetof(struct fake_image, segments);
	m.header.e_phentsize = sizeof(m.segments[0]);
	m.segments[n++] = fake_elf_segment(PT_LOAD, PF_R | PF_X, 0, sizeof(m));
	if (e->interpreter) {
		at = offsetof(struct fake_image, strings) +
		     fake_elf_string(&m, &used, e->interpreter);
		m.segments[n++] = fake_elf_segment(PT_INTERP, PF_R, at,
						   strlen(e->interpreter) + 1);
	}
	fake_elf_dynamic(&m, e, &used);
	m.segments[n++] = fake_elf_segment(PT_DYNAMIC, PF_R,
					   offsetof(struct fake_image, dynamic),
					   sizeof(m.dynamic));
	m.header.e_phnum = (uint16_t)n;
	fake_root_put_bytes(path, (const char *)&m, sizeof(m));
	ck_assert_int_eq(chmod(fake_root_path(path), 0755), 0);
}

#endif
