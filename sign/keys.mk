# SPDX-License-Identifier: GPL-2.0-only
# Keys: making and checking them. What prints is the program's.
KEYS_SOURCES = sign/keys_check.c sign/keys_check.h sign/keys_make.c sign/keys_make.h \
	sign/keys_ring.c sign/keys_ring.h
KEYS_PROGRAM_SOURCES = sign/keys_cmd.c sign/keys_cmd.h
