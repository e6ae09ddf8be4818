# SPDX-License-Identifier: GPL-2.0-only
EV_LIST_SOURCES = attest/imalist.c attest/imalist.h attest/imalist_entry.c \
	attest/imalist_form.c attest/imalist_int.h
