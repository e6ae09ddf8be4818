# SPDX-License-Identifier: GPL-2.0-only
#
# imapol-sign: it holds the key, and has no engine of policies.
SIGN_SOURCES = sign/aim.c sign/aim.h sign/crew.c sign/crew.h \
	sign/jobs.c sign/jobs.h \
	sign/reach.c sign/reach.h sign/seals.c \
	sign/sign.c sign/sign.h sign/sign_run.c sign/sign_run.h \
	sign/signer.c sign/signer.h sign/signer_int.h sign/signer_pkcs11.c \
	sign/subject.c sign/subject.h \
	sign/tar.c sign/tar.h sign/tarhead.c sign/tarhead.h sign/tarstream.c

bin_PROGRAMS += sign/imapol-sign
sign_imapol_sign_SOURCES = sign/main.c $(SIGN_SOURCES) $(KEYS_PROGRAM_SOURCES) \
	$(SAY_SOURCES) $(OPTROW_SOURCES)
sign_imapol_sign_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) $(ARCHIVE_CFLAGS)
sign_imapol_sign_LDADD = sign/libseal.a compiler/libimapol.a \
	$(CRYPTO_LIBS) $(ARCHIVE_LIBS) -lpthread
