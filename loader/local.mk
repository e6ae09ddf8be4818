# SPDX-License-Identifier: GPL-2.0-only
#
# imapol-load is static and has its own C library where there is one, so it is compiled apart from the rest, in one go.
LOADER_OPTIMIZE = -std=gnu11 -Os -ffunction-sections -fdata-sections -fstack-protector-strong $(WARN_CFLAGS)
LOADER_STATIC = -static -Wl,--gc-sections -Wl,-z,relro,-z,now,-z,noexecstack

# what the tests link, too: everything but the main program and the real system calls
loader_core = \
	loader/copy.c loader/copy.h \
	loader/input.c loader/input.h \
	loader/kmsg.c loader/kmsg.h \
	loader/lines.c loader/lines.h \
	loader/load.c loader/load.h \
	loader/ops.c loader/ops.h \
	loader/readback.c loader/readback.h \
	loader/record.c loader/record.h \
	loader/say.c loader/say.h \
	loader/sha256.c loader/sha256.h
loader_rest = loader/main.c loader/ops_linux.c

loader_sources = \
	$(top_srcdir)/loader/copy.c \
	$(top_srcdir)/loader/input.c \
	$(top_srcdir)/loader/kmsg.c \
	$(top_srcdir)/loader/lines.c \
	$(top_srcdir)/loader/load.c \
	$(top_srcdir)/loader/main.c \
	$(top_srcdir)/loader/ops.c \
	$(top_srcdir)/loader/ops_linux.c \
	$(top_srcdir)/loader/readback.c \
	$(top_srcdir)/loader/record.c \
	$(top_srcdir)/loader/say.c \
	$(top_srcdir)/loader/sha256.c
loader_headers = \
	$(top_srcdir)/loader/copy.h \
	$(top_srcdir)/loader/input.h \
	$(top_srcdir)/loader/kmsg.h \
	$(top_srcdir)/loader/lines.h \
	$(top_srcdir)/loader/load.h \
	$(top_srcdir)/loader/ops.h \
	$(top_srcdir)/loader/readback.h \
	$(top_srcdir)/loader/record.h \
	$(top_srcdir)/loader/say.h \
	$(top_srcdir)/loader/sha256.h

sbin_PROGRAMS += loader/imapol-load
loader_imapol_load_SOURCES =
loader_imapol_load_LINK = $(MUSL_CC) $(LOADER_OPTIMIZE) -I$(top_builddir) $(LOADER_STATIC) -o $@ $(loader_sources)
loader_imapol_load_DEPENDENCIES = $(loader_sources) $(loader_headers) config.h

EXTRA_DIST += $(loader_core) $(loader_rest)
