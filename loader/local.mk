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
	loader/seal.c loader/seal.h \
	loader/secureboot.c loader/secureboot.h \
	loader/sha256.c loader/sha256.h \
	loader/status.c loader/status.h
loader_rest = loader/main.c loader/ops_linux.c

loader_files = $(addprefix $(top_srcdir)/,$(loader_core) $(loader_rest))

sbin_PROGRAMS += loader/imapol-load
loader_imapol_load_SOURCES =
loader_imapol_load_LINK = $(MUSL_CC) $(LOADER_OPTIMIZE) -I$(top_builddir) $(LOADER_STATIC) -o $@ $(filter %.c,$(loader_files))
loader_imapol_load_DEPENDENCIES = $(loader_files) config.h

EXTRA_DIST += $(loader_core) $(loader_rest)
