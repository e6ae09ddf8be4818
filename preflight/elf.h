/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ELF_H
#define IMAPOL_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "arena.h"

/*
 * What a program is, by its first bytes: an ELF file, of any class and byte
 * order, or a script. Lengths are checked against what is there; nothing in a
 * file decides how much is allocated beyond ELF_STRINGS.
 */
#define ELF_STRINGS 65536	/* bytes of names that are kept */
#define ELF_NEEDED 512		/* libraries */

typedef ssize_t elf_pread(void *arg, void *buf, size_t len, uint64_t off);

/* has segments that are mapped executable: all that mmap of it has to know */
bool elf_maps_code(elf_pread *pread, void *arg);

enum elf_kind { ELF_OTHER, ELF_PROGRAM, ELF_SCRIPT, ELF_BROKEN };

struct elf_facts {
	enum elf_kind kind;
	bool code;		/* an executable segment */
	uint8_t class, data;	/* EI_CLASS, EI_DATA */
	uint16_t machine;
	/* of a script: behind #!; of a program: PT_INTERP; NULL: none */
	const char *interpreter;
	const char *argument;	/* of a script; NULL: none */
	const char *soname, *rpath, *runpath;
	const char *const *needed;
	size_t n_needed;
	bool no_default_dirs;	/* DF_1_NODEFLIB */
};

/* false: could not be read, errno; what is malformed is ELF_BROKEN */
bool elf_read(struct arena *a, elf_pread *pread, void *arg,
	      struct elf_facts *out);

#endif
