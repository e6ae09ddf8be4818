# SPDX-License-Identifier: GPL-2.0-only
#
# imapol-load is static and has its own C library where there is one, so it is compiled apart from the rest, in one go.
LOADER_OPTIMIZE = -std=gnu11 -Os -ffunction-sections -fdata-sections -fstack-protector-strong $(WARN_CFLAGS)
LOADER_STATIC = -static -Wl,--gc-sections -Wl,-z,relro,-z,now,-z,noexecstack

# what the tests link, too: everything but the main program and the real system calls
loader_core = \
	loader/active.c loader/active.h \
	loader/assumed.c loader/assumed.h \
	loader/boot.c loader/boot.h \
	loader/builtin.c loader/builtin.h \
	loader/cmdline.c loader/cmdline.h \
	loader/combine.c loader/combine.h \
	loader/conf.c loader/conf.h \
	loader/confirm.c loader/confirm.h \
	loader/copy.c loader/copy.h \
	loader/culprit.c loader/culprit.h \
	loader/dryrun.c loader/dryrun.h \
	loader/give.c loader/give.h \
	loader/handover.c loader/handover.h \
	loader/input.c loader/input.h \
	loader/kconfig.c loader/kconfig.h \
	loader/keyring.c loader/keyring.h \
	loader/keys.c loader/keys.h \
	loader/kmsg.c loader/kmsg.h \
	loader/leave.c loader/leave.h \
	loader/lines.c loader/lines.h \
	loader/load.c loader/load.h \
	loader/onfail.c loader/onfail.h \
	loader/ops.c loader/ops.h \
	loader/policyfile.c loader/policyfile.h \
	loader/prime.c loader/prime.h \
	loader/readback.c loader/readback.h \
	loader/record.c loader/record.h \
	loader/refusal.c loader/refusal.h \
	loader/rescue.c loader/rescue.h \
	loader/run.c loader/run.h \
	loader/say.c loader/say.h \
	loader/secureboot.c loader/secureboot.h \
	loader/sha256.c loader/sha256.h \
	loader/status.c loader/status.h
loader_rest = loader/main.c loader/ops_linux.c

loader_sources = \
	$(top_srcdir)/loader/active.c \
	$(top_srcdir)/loader/assumed.c \
	$(top_srcdir)/loader/boot.c \
	$(top_srcdir)/loader/builtin.c \
	$(top_srcdir)/loader/cmdline.c \
	$(top_srcdir)/loader/combine.c \
	$(top_srcdir)/loader/conf.c \
	$(top_srcdir)/loader/confirm.c \
	$(top_srcdir)/loader/copy.c \
	$(top_srcdir)/loader/culprit.c \
	$(top_srcdir)/loader/dryrun.c \
	$(top_srcdir)/loader/give.c \
	$(top_srcdir)/loader/handover.c \
	$(top_srcdir)/loader/input.c \
	$(top_srcdir)/loader/kconfig.c \
	$(top_srcdir)/loader/keyring.c \
	$(top_srcdir)/loader/keys.c \
	$(top_srcdir)/loader/kmsg.c \
	$(top_srcdir)/loader/leave.c \
	$(top_srcdir)/loader/lines.c \
	$(top_srcdir)/loader/load.c \
	$(top_srcdir)/loader/main.c \
	$(top_srcdir)/loader/onfail.c \
	$(top_srcdir)/loader/ops.c \
	$(top_srcdir)/loader/ops_linux.c \
	$(top_srcdir)/loader/policyfile.c \
	$(top_srcdir)/loader/prime.c \
	$(top_srcdir)/loader/readback.c \
	$(top_srcdir)/loader/record.c \
	$(top_srcdir)/loader/refusal.c \
	$(top_srcdir)/loader/rescue.c \
	$(top_srcdir)/loader/run.c \
	$(top_srcdir)/loader/say.c \
	$(top_srcdir)/loader/secureboot.c \
	$(top_srcdir)/loader/sha256.c \
	$(top_srcdir)/loader/status.c
loader_headers = \
	$(top_srcdir)/loader/active.h \
	$(top_srcdir)/loader/assumed.h \
	$(top_srcdir)/loader/boot.h \
	$(top_srcdir)/loader/builtin.h \
	$(top_srcdir)/loader/cmdline.h \
	$(top_srcdir)/loader/combine.h \
	$(top_srcdir)/loader/conf.h \
	$(top_srcdir)/loader/confirm.h \
	$(top_srcdir)/loader/copy.h \
	$(top_srcdir)/loader/culprit.h \
	$(top_srcdir)/loader/dryrun.h \
	$(top_srcdir)/loader/give.h \
	$(top_srcdir)/loader/handover.h \
	$(top_srcdir)/loader/input.h \
	$(top_srcdir)/loader/kconfig.h \
	$(top_srcdir)/loader/keyring.h \
	$(top_srcdir)/loader/keys.h \
	$(top_srcdir)/loader/kmsg.h \
	$(top_srcdir)/loader/leave.h \
	$(top_srcdir)/loader/lines.h \
	$(top_srcdir)/loader/load.h \
	$(top_srcdir)/loader/onfail.h \
	$(top_srcdir)/loader/ops.h \
	$(top_srcdir)/loader/policyfile.h \
	$(top_srcdir)/loader/prime.h \
	$(top_srcdir)/loader/readback.h \
	$(top_srcdir)/loader/record.h \
	$(top_srcdir)/loader/refusal.h \
	$(top_srcdir)/loader/rescue.h \
	$(top_srcdir)/loader/run.h \
	$(top_srcdir)/loader/say.h \
	$(top_srcdir)/loader/secureboot.h \
	$(top_srcdir)/loader/sha256.h \
	$(top_srcdir)/loader/status.h

sbin_PROGRAMS += loader/imapol-load
loader_imapol_load_SOURCES =
loader_imapol_load_LINK = $(MUSL_CC) $(LOADER_OPTIMIZE) -I$(top_builddir) $(LOADER_STATIC) -o $@ $(loader_sources)
loader_imapol_load_DEPENDENCIES = $(loader_sources) $(loader_headers) config.h

EXTRA_DIST += $(loader_core) $(loader_rest)
