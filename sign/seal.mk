# SPDX-License-Identifier: GPL-2.0-only
SEAL_SOURCES = sign/imaxattr.c sign/imaxattr.h \
	sign/filedigest.c sign/filedigest.h \
	sign/kcrypto.c sign/kcrypto.h \
	sign/modsig.c sign/modsig.h \
	sign/pubkeys.c sign/pubkeys.h \
	sign/sealcheck.c sign/sealcheck.h
