# SPDX-License-Identifier: GPL-2.0-only
include $(top_srcdir)/tests/boot/local.mk
include $(top_srcdir)/tests/loader/local.mk
include $(top_srcdir)/tests/live/local.mk
include $(top_srcdir)/tests/unit/local.mk
include $(top_srcdir)/tests/meaning/local.mk
include $(top_srcdir)/tests/fuzz/local.mk
include $(top_srcdir)/tests/paths/local.mk
include $(top_srcdir)/tests/tree/local.mk
include $(top_srcdir)/tests/bootpath/local.mk
include $(top_srcdir)/tests/attest/local.mk
include $(top_srcdir)/tests/watch/local.mk

AM_TESTS_ENVIRONMENT = \
	IMAPOLC='$(abs_top_builddir)/compiler/imapolc$(EXEEXT)'; \
	IMAPOL_LOAD='$(abs_top_builddir)/loader/imapol-load$(EXEEXT)'; \
	IMAPOL_SIGN='$(abs_top_builddir)/sign/imapol-sign$(EXEEXT)'; \
	IMAPOL_SHARED="$${IMAPOL_SHARED:-$(abs_top_srcdir)/../shared}"; \
	srcdir='$(abs_top_srcdir)'; top_builddir='$(abs_top_builddir)'; \
	NM='$(NM)'; AWK='$(AWK)'; LC_ALL=C; CK_DEFAULT_TIMEOUT=60; \
	export CK_DEFAULT_TIMEOUT; \
	export IMAPOLC IMAPOL_LOAD IMAPOL_SIGN IMAPOL_SHARED srcdir top_builddir NM AWK LC_ALL;

SCRIPT_TESTS = tests/run-golden.sh tests/check-golden.sh tests/check-policies.sh \
	tests/check-layers.sh tests/check-symbols.sh tests/check-targets.sh \
	tests/check-diag-doc.sh tests/check-cli.sh tests/check-ways.sh \
	tests/check-cli-paths.sh tests/check-cli-labels.sh \
	tests/check-cli-diff.sh tests/check-cli-doctor.sh tests/check-cli-selinux.sh tests/check-cli-preflight.sh \
	tests/check-cli-image.sh \
	tests/check-formats.sh tests/check-fmt.sh tests/check-exit.sh \
	tests/check-cli-explain.sh tests/check-cli-test.sh \
	tests/check-cli-graph.sh tests/check-cli-import.sh \
	tests/check-seal-evmctl.sh \
	tests/check-sign.sh tests/check-cli-keys.sh \
	doc/check-examples.sh
TESTS += $(SCRIPT_TESTS)
EXTRA_DIST += $(SCRIPT_TESTS) tests/bless.sh tests/layers.txt tests/golden-case.sh \
	tests/check-sign-attr.sh tests/check-sign-tar.sh \
	tests/cli-lib.sh tests/selinux-policy.sh tests/formats tests/golden tests/errors \
	tests/bogons tests/data tests/ways
