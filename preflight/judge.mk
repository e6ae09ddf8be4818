# SPDX-License-Identifier: GPL-2.0-only
JUDGE_SOURCES = preflight/judge.c preflight/judge.h
