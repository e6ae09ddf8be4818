# SPDX-License-Identifier: GPL-2.0-only
EV_QUOTE_SOURCES = attest/tpmbytes.c attest/tpmbytes.h attest/tpmkey.c \
	attest/tpmkey.h attest/quote.c attest/quote.h attest/pcrfile.c \
	attest/pcrfile.h attest/bundle.c attest/bundle.h
