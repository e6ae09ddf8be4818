# SPDX-License-Identifier: GPL-2.0-only
EV_VERIFY_SOURCES = attest/eventlog.c attest/eventlog.h \
	attest/hashset.c attest/hashset.h \
	attest/nameset.c attest/nameset.h \
	attest/entrysig.c attest/entrysig.h attest/evfind.c attest/evfind.h \
	attest/evnamed.c attest/evnamed.h attest/evpolicy.c attest/evpolicy.h \
	attest/evidence.c attest/evidence.h attest/evidence_int.h \
	attest/evidence_round.c attest/evinput.c attest/evinput.h attest/evinput_int.h \
	attest/evinput_values.c \
	attest/evrules.c attest/evrules.h attest/evround.c attest/evround.h \
	attest/evverdict.c attest/evverdict.h
ATTEST_COMMAND_SOURCES += attest/verify_cmd.c
