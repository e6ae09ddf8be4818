# SPDX-License-Identifier: GPL-2.0-only
EV_REPLAY_SOURCES = attest/replay.h attest/replay_int.h attest/replay.c attest/replay_goal.c
