# SPDX-License-Identifier: GPL-2.0-only
EV_REPLAY_SOURCES = attest/attstate.c attest/attstate.h attest/attstate_file.c \
	attest/bootagg.c attest/bootagg.h attest/hasher.c attest/hasher.h \
	attest/hex.c attest/hex.h \
	attest/replay.c attest/replay.h attest/replay_int.h attest/replay_goal.c
