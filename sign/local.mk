# SPDX-License-Identifier: GPL-2.0-only
#
# The form of security.ima, keys, digests and signatures; no engine of policies,
# and nothing prints.
include $(top_srcdir)/sign/seal.mk
include $(top_srcdir)/sign/keys.mk

noinst_LIBRARIES += sign/libseal.a
sign_libseal_a_SOURCES = $(SEAL_SOURCES) $(KEYS_SOURCES) \
	sign/namelist.c sign/namelist.h \
	sign/password.c sign/password.h sign/workers.c sign/workers.h
sign_libseal_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)

include $(top_srcdir)/sign/sign.mk
