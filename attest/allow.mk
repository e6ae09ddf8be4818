# SPDX-License-Identifier: GPL-2.0-only
EV_ALLOW_SOURCES = attest/allowlist.c attest/allowlist.h \
	attest/allowlist_int.h attest/allowlist_keylime.c \
	attest/allowlist_lines.c attest/allowlist_read.c attest/allowlist_read.h \
	attest/allowlist_write.c attest/allowlist_write.h \
	attest/pyregex.c attest/pyregex.h attest/siphash.c attest/siphash.h \
	attest/tagtable.c attest/tagtable.h
