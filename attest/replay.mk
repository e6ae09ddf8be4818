# SPDX-License-Identifier: GPL-2.0-only
EV_REPLAY_SOURCES =
