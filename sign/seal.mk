# SPDX-License-Identifier: GPL-2.0-only
SEAL_SOURCES = sign/imaxattr.c sign/imaxattr.h \
	sign/filedigest.h sign/kcrypto.h sign/pubkeys.h sign/sealcheck.h
