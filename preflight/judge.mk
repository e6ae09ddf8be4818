# SPDX-License-Identifier: GPL-2.0-only
JUDGE_SOURCES = preflight/judge.c preflight/judge.h preflight/judge_int.h \
	preflight/judge_calls.c preflight/judge_class.c preflight/judge_packed.c \
	preflight/judge_seal.c preflight/judge_settle.c
