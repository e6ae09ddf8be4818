/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elf.h"

/*
 * Programs made here by hand, byte by byte, in both classes and byte orders;
 * those of this machine against readelf(1); and each of them cut off, and with
 * each byte changed.
 */
static struct arena arena;

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

struct bytes {
	unsigned char v[4096];
	size_t len;
	bool big, wide;
	unsigned long reads;
};

static ssize_t read_bytes(void *arg, void *buf, size_t len, uint64_t off)
{
	struct bytes *b = arg;

	b->reads++;
	if (off >= b->len)
		return 0;
	/* in pieces, which is allowed */
	len = len < b->len - off ? len : b->len - (size_t)off;
	len = len > 100 ? 100 : len;
	memcpy(buf, b->v + off, len);
	return (ssize_t)len;
}

static void put(struct bytes *b, size_t at, uint64_t v, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		b->v[at + (b->big ? size - 1 - i : i)] =
			(unsigned char)(v >> 8 * i);
	if (b->len < at + size)
		b->len = at + size;
}

static void put_text(struct bytes *b, size_t at, const char *s)
{
	memcpy(b->v + at, s, strlen(s) + 1);
	if (b->len < at + strlen(s) + 1)
		b->len = at + strlen(s) + 1;
}

/* a program header, by the offsets of the ELF specification */
static void put_segment(struct bytes *b, unsigned int i, uint32_t type,
			uint32_t flags, uint64_t offset, uint64_t vaddr,
			uint64_t size)
{
	size_t at = b->wide ? 64 + i * 56 : 52 + i * 32;

	put(b, at, type, 4);
	if (b->wide) {
		put(b, at + 4, flags, 4);
		put(b, at + 8, offset, 8);
		put(b, at + 16, vaddr, 8);
		put(b, at + 32, size, 8);
		put(b, at + 40, size, 8);
		put(b, at + 48, 1, 8);
	} else {
		put(b, at + 4, offset, 4);
		put(b, at + 8, vaddr, 4);
		put(b, at + 16, size, 4);
		put(b, at + 20, size, 4);
		put(b, at + 24, flags, 4);
		put(b, at + 28, 1, 4);
	}
}

static void put_dynamic(struct bytes *b, unsigned int i, uint64_t tag,
			uint64_t value)
{
	size_t word = b->wide ? 8 : 4, at = 1024 + 2 * i * word;

	put(b, at, tag, word);
	put(b, at + word, value, word);
}

static void put_header(struct bytes *b, bool wide, bool big,
		       unsigned int segments)
{
	memset(b, 0, sizeof(*b));
	b->wide = wide;
	b->big = big;
	memcpy(b->v, "\177ELF", 4);
	b->v[4] = wide ? 2 : 1;
	b->v[5] = big ? 2 : 1;
	b->v[6] = 1;
	put(b, 16, 3, 2);
	put(b, 18, big ? 22 : 62, 2);
	put(b, 20, 1, 4);
	put(b, wide ? 32 : 28, wide ? 64 : 52, wide ? 8 : 4);
	put(b, wide ? 52 : 40, wide ? 64 : 52, 2);
	put(b, wide ? 54 : 42, wide ? 56 : 32, 2);
	put(b, wide ? 56 : 44, segments, 2);
	b->len = wide ? 64 : 52;
}

enum { STRINGS = 2048, BASE = 0x10000 };

static void put_program(struct bytes *b, bool wide, bool big)
{
	put_header(b, wide, big, 4);
	put_segment(b, 0, 3, 4, 3000, BASE + 3000, 16);
	put_segment(b, 1, 1, 4, 0, BASE, 1000);
	put_segment(b, 2, 1, 5, 1000, BASE + 1000, 3000);
	put_segment(b, 3, 2, 6, 1024, BASE + 1024, 16 * 16);
	put_dynamic(b, 0, 1, 1);		/* DT_NEEDED */
	put_dynamic(b, 1, 5, BASE + STRINGS);	/* DT_STRTAB */
	put_dynamic(b, 2, 10, 100);		/* DT_STRSZ */
	put_dynamic(b, 3, 29, 20);		/* DT_RUNPATH */
	put_dynamic(b, 4, 14, 30);		/* DT_SONAME */
	put_dynamic(b, 5, 1, 40);
	put_dynamic(b, 6, 15, 50);		/* DT_RPATH */
	put_dynamic(b, 7, 0x6ffffffb, 0x801);	/* DT_FLAGS_1 */
	put_dynamic(b, 8, 0, 0);
	put_dynamic(b, 9, 1, 40);		/* behind the end */
	put_text(b, STRINGS + 1, "libc.so.6");
	put_text(b, STRINGS + 20, "/run");
	put_text(b, STRINGS + 30, "me.so");
	put_text(b, STRINGS + 40, "libm.so");
	put_text(b, STRINGS + 50, "$ORIGIN");
	put_text(b, 3000, "/lib/ld.so");
	b->len = 4000;
}

static void check_program(struct bytes *b)
{
	struct elf_facts f;

	ck_assert(elf_read(&arena, read_bytes, b, &f));
	ck_assert_int_eq(f.kind, ELF_PROGRAM);
	ck_assert(f.code);
	ck_assert(elf_maps_code(read_bytes, b));
	ck_assert_uint_eq(f.class, b->wide ? 2 : 1);
	ck_assert_uint_eq(f.data, b->big ? 2 : 1);
	ck_assert_uint_eq(f.machine, b->big ? 22 : 62);
	ck_assert_str_eq(f.interpreter, "/lib/ld.so");
	ck_assert_ptr_null(f.argument);
	ck_assert_uint_eq(f.n_needed, 2);
	ck_assert_str_eq(f.needed[0], "libc.so.6");
	ck_assert_str_eq(f.needed[1], "libm.so");
	ck_assert_str_eq(f.soname, "me.so");
	ck_assert_str_eq(f.runpath, "/run");
	ck_assert_str_eq(f.rpath, "$ORIGIN");
	ck_assert(f.no_default_dirs);
}

START_TEST(classes_and_orders)
{
	static struct bytes b;
	int i;

	for (i = 0; i < 4; i++) {
		put_program(&b, i & 1, i & 2);
		check_program(&b);
	}
}
END_TEST

START_TEST(no_code)
{
	static struct bytes b;
	struct elf_facts f;

	put_header(&b, true, false, 2);
	put_segment(&b, 0, 1, 6, 0, 0, 4096);
	put_segment(&b, 1, 4, 5, 0, 0, 10);	/* a note that is executable */
	ck_assert(!elf_maps_code(read_bytes, &b));
	ck_assert(elf_read(&arena, read_bytes, &b, &f));
	ck_assert_int_eq(f.kind, ELF_PROGRAM);
	ck_assert(!f.code);
	ck_assert_ptr_null(f.interpreter);
	put_segment(&b, 1, 1, 1, 0, 0, 10);
	ck_assert(elf_maps_code(read_bytes, &b));
	/* an object file has no segments at all */
	put_header(&b, true, false, 0);
	put(&b, 54, 0, 2);
	ck_assert(!elf_maps_code(read_bytes, &b));
	ck_assert(elf_read(&arena, read_bytes, &b, &f));
	ck_assert_int_eq(f.kind, ELF_PROGRAM);
}
END_TEST

/* where the number of headers is 65535, section 0 has it */
START_TEST(many_headers)
{
	static struct bytes b;
	struct elf_facts f;

	put_header(&b, true, false, 0xffff);
	put_segment(&b, 0, 1, 6, 0, 0, 10);
	put_segment(&b, 1, 1, 5, 0, 0, 10);
	ck_assert(elf_read(&arena, read_bytes, &b, &f));
	ck_assert_int_eq(f.kind, ELF_BROKEN);
	put(&b, 40, 2048, 8);
	put(&b, 2048 + 44, 2, 4);
	b.len = 2048 + 64;
	ck_assert(elf_read(&arena, read_bytes, &b, &f));
	ck_assert_int_eq(f.kind, ELF_PROGRAM);
	ck_assert(f.code);
	/* four thousand millions of them are not there */
	put(&b, 2048 + 44, 0xffffffff, 4);
	b.reads = 0;
	ck_assert(elf_read(&arena, read_bytes, &b, &f));
	ck_assert_int_eq(f.kind, ELF_BROKEN);
	ck_assert_uint_lt(b.reads, 200);
}
END_TEST

START_TEST(malformed)
{
	static struct bytes b;
	struct elf_facts f;
	int i;

	static const struct { unsigned int i; uint64_t tag, value; } bad[] = {
		{ 0, 1, 99 },			/* ends behind the table */
		{ 0, 1, 101 },
		{ 0, 1, UINT64_MAX },
		{ 1, 5, 0 },			/* in no segment */
		{ 1, 5, UINT64_MAX - 1 },
		{ 2, 10, 10 },			/* a table that is too short */
		{ 3, 29, UINT64_MAX },
	};

	for (i = 0; i < (int)(sizeof(bad) / sizeof(bad[0])); i++) {
		put_program(&b, true, false);
		put_text(&b, STRINGS + 99, "xx");
		put_dynamic(&b, bad[i].i, bad[i].tag, bad[i].value);
		ck_assert(elf_read(&arena, read_bytes, &b, &f));
		ck_assert_msg(f.kind == ELF_BROKEN, "%d", i);
		ck_assert_uint_eq(f.n_needed, 0);
		ck_assert(f.code);
	}
	/* an interpreter that does not end, or is not there */
	put_program(&b, true, false);
	put_segment(&b, 0, 3, 4, 3000, 0, 5);
	ck_assert(elf_read(&arena, read_bytes, &b, &f));
	ck_assert_int_eq(f.kind, ELF_BROKEN);
	put_segment(&b, 0, 3, 4, UINT64_MAX - 2, 0, 5);
	ck_assert(elf_read(&arena, read_bytes, &b, &f));
	ck_assert_int_eq(f.kind, ELF_BROKEN);
	/* headers of another size, class or order */
	put_program(&b, true, false);
	put(&b, 54, 32, 2);
	ck_assert(elf_read(&arena, read_bytes, &b, &f));
	ck_assert_int_eq(f.kind, ELF_BROKEN);
	put_program(&b, true, false);
	b.v[4] = 3;
	ck_assert(elf_read(&arena, read_bytes, &b, &f));
	ck_assert_int_eq(f.kind, ELF_BROKEN);
	put_program(&b, true, false);
	b.v[5] = 0;
	ck_assert(elf_read(&arena, read_bytes, &b, &f));
	ck_assert_int_eq(f.kind, ELF_BROKEN);
}
END_TEST

/* a bomb of names is not kept */
START_TEST(too_many)
{
	static struct bytes b;
	struct elf_facts f;
	unsigned int i;

	put_program(&b, false, false);
	put_segment(&b, 3, 2, 6, 1024, BASE + 1024, 8 * 1000000);
	ck_assert(elf_read(&arena, read_bytes, &b, &f));
	ck_assert_int_eq(f.kind, ELF_BROKEN);
	put_header(&b, false, false, 2);
	put_segment(&b, 0, 1, 5, 0, 0, 4096);
	put_segment(&b, 1, 2, 5, 1024, 1024, 8 * 256);
	put_dynamic(&b, 0, 5, 200);
	put_dynamic(&b, 1, 10, 800);
	memset(b.v + 200, 'x', 700);
	for (i = 2; i < 130; i++)
		put_dynamic(&b, i, 1, 0);
	b.len = 4096;
	ck_assert(elf_read(&arena, read_bytes, &b, &f));
	ck_assert_int_eq(f.kind, ELF_BROKEN);
	ck_assert_uint_lt(arena.bytes, 1 << 20);
}
END_TEST

static struct elf_facts script(const char *text, size_t len)
{
	static struct bytes b;
	struct elf_facts f;

	memset(&b, 0, sizeof(b));
	memcpy(b.v, text, len);
	b.len = len;
	ck_assert(elf_read(&arena, read_bytes, &b, &f));
	ck_assert(!elf_maps_code(read_bytes, &b));
	return f;
}

#define SCRIPT(text) script(text, sizeof(text) - 1)

START_TEST(scripts)
{
	struct elf_facts f = SCRIPT("#!/bin/sh\necho\n");
	char line[400];

	ck_assert_int_eq(f.kind, ELF_SCRIPT);
	ck_assert_str_eq(f.interpreter, "/bin/sh");
	ck_assert_ptr_null(f.argument);
	f = SCRIPT("#! \t/usr/bin/env  python3 -u \t\n");
	ck_assert_str_eq(f.interpreter, "/usr/bin/env");
	ck_assert_str_eq(f.argument, "python3 -u");
	f = SCRIPT("#!/bin/sh");
	ck_assert_str_eq(f.interpreter, "/bin/sh");
	f = SCRIPT("#!/bin/sh\r\n");
	ck_assert_str_eq(f.interpreter, "/bin/sh\r");
	ck_assert_int_eq(SCRIPT("#!").kind, ELF_BROKEN);
	ck_assert_int_eq(SCRIPT("#! \n/bin/sh").kind, ELF_BROKEN);
	ck_assert_int_eq(SCRIPT("#").kind, ELF_OTHER);
	ck_assert_int_eq(SCRIPT("").kind, ELF_OTHER);
	ck_assert_int_eq(SCRIPT("MZ").kind, ELF_OTHER);
	ck_assert_int_eq(SCRIPT("\177ELF").kind, ELF_BROKEN);
	/* longer than the kernel looks: the argument is cut, a name refused */
	memset(line, 'a', sizeof(line));
	memcpy(line, "#!/bin/sh ", 10);
	f = script(line, sizeof(line));
	ck_assert_int_eq(f.kind, ELF_SCRIPT);
	ck_assert_uint_eq(strlen(f.argument), 246);
	line[9] = 'a';
	ck_assert_int_eq(script(line, sizeof(line)).kind, ELF_BROKEN);
}
END_TEST

static ssize_t broken_disk(void *arg, void *buf, size_t len, uint64_t off)
{
	if (off >= *(uint64_t *)arg) {
		errno = EIO;
		return -1;
	}
	memset(buf, 0, len);
	memcpy(buf, "\177ELF\2\1", 6);
	((char *)buf)[32] = 64;
	((char *)buf)[54] = 56;
	((char *)buf)[56] = 1;
	return len < 64 ? (ssize_t)len : 64;
}

/* what cannot be read may be anything */
START_TEST(unreadable)
{
	uint64_t from = 0;
	struct elf_facts f;

	ck_assert(!elf_read(&arena, broken_disk, &from, &f));
	ck_assert_int_eq(errno, EIO);
	ck_assert(elf_maps_code(broken_disk, &from));
	from = 64;
	ck_assert(elf_maps_code(broken_disk, &from));
	ck_assert(!elf_read(&arena, broken_disk, &from, &f));
	ck_assert_int_eq(errno, EIO);
}
END_TEST

/* cut off at each length, and each byte changed in some ways */
START_TEST(mutations)
{
	static struct bytes good, b;
	static const unsigned char with[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct elf_facts f;
	size_t i, k;

	put_program(&good, true, false);
	for (i = 0; i < good.len; i++) {
		b = good;
		b.len = i;
		elf_read(&arena, read_bytes, &b, &f);
		elf_maps_code(read_bytes, &b);
		for (k = 0; k < sizeof(with); k++) {
			b = good;
			b.v[i] = with[k];
			b.reads = 0;
			ck_assert(elf_read(&arena, read_bytes, &b, &f));
			elf_maps_code(read_bytes, &b);
			ck_assert_uint_lt(b.reads, 5000);
		}
		if (arena.bytes > 1 << 24) {
			arena_free(&arena);
			arena_init(&arena);
		}
	}
}
END_TEST

static ssize_t read_fd(void *arg, void *buf, size_t len, uint64_t off)
{
	return pread(*(int *)arg, buf, len, (off_t)off);
}

/* what readelf(1) says of a program of this machine; false: there is no readelf */
static bool second_mind(const char *path, const char *script_text, char *out,
			size_t size)
{
	char command[512];
	size_t n;
	FILE *p;

	snprintf(command, sizeof(command), script_text, path);
	p = popen(command, "r");
	n = p ? fread(out, 1, size - 1, p) : 0;
	out[n] = '\0';
	return p && !pclose(p);
}

START_TEST(of_this_machine)
{
	static const char *const paths[] = {
		"/bin/sh", "/bin/bash", "/usr/bin/readelf", "/lib64/ld-linux-x86-64.so.2",
		"/usr/lib/x86_64-linux-gnu/libc.so.6",
		"/usr/lib/x86_64-linux-gnu/libcrypto.so.3",
	};
	char want[4096], got[4096];
	struct elf_facts f;
	size_t i, k, n;
	int fd;

	if (system("readelf --version >/dev/null 2>&1"))
		return;
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		fd = open(paths[i], O_RDONLY);
		if (fd < 0)
			continue;
		ck_assert(elf_read(&arena, read_fd, &fd, &f));
		ck_assert_int_eq(f.kind, ELF_PROGRAM);
		ck_assert(f.code);
		n = (size_t)snprintf(got, sizeof(got), "%s\n", f.soname ?
				     f.soname : "");
		for (k = 0; k < f.n_needed; k++)
			n += (size_t)snprintf(got + n, sizeof(got) - n, "%s\n",
					      f.needed[k]);
		snprintf(got + n, sizeof(got) - n, "%s\n", f.interpreter ?
			 f.interpreter : "");
		close(fd);
		ck_assert(second_mind(paths[i], "exec 2>/dev/null; f=%s; "
			"s=$(readelf -Wd $f | sed -n 's/.*(SONAME).*\\[\\(.*\\)\\]/\\1/p');"
			"echo \"$s\"; readelf -Wd $f | "
			"sed -n 's/.*(NEEDED).*\\[\\(.*\\)\\]/\\1/p';"
			"i=$(readelf -Wl $f | sed -n 's/.*interpreter: \\(.*\\)\\]/\\1/p');"
			"echo \"$i\"", want, sizeof(want)));
		ck_assert_str_eq(got, want);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("elf");
	TCase *tc = tcase_create("elf");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, classes_and_orders);
	tcase_add_test(tc, no_code);
	tcase_add_test(tc, many_headers);
	tcase_add_test(tc, malformed);
	tcase_add_test(tc, too_many);
	tcase_add_test(tc, scripts);
	tcase_add_test(tc, unreadable);
	tcase_add_test(tc, mutations);
	tcase_add_test(tc, of_this_machine);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
