/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_RECORD_H
#define LOADER_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "lines.h"
#include "ops.h"
#include "sha256.h"

#define RECORD_DIR "/run/imapol"

enum {
	RECORD_FILE_MAX = 4096,
	RECORD_BY_MAX = 64,
	RECORD_BOOT_MAX = 64,
};

/* What the loader notes for later calls in the same boot, each in a file of RECORD_DIR. */
enum record_kind {
	RECORD_LOADED,	 /* confirmed to be in force */
	RECORD_EXPECTED, /* left to PID 1 */
	RECORD_KINDS,
};

struct record {
	char digest[SHA256_HEX + 1];
	size_t rules;
	char file[RECORD_FILE_MAX]; /* its path where that can be told, else as it was named; made plain */
	char by[RECORD_BY_MAX];	    /* program and version */
};

/* The record of a policy text. The digest is over its rules alone: each without the blanks around it, and a newline. */
void record_of(struct record *rec, struct span text, const char *file);

/* The loader is not who loaded it, but has found it in force. */
void record_only_seen(struct record *rec, const char *who);

/*
 * The record of this boot. False where there is none, or it is of another boot, or it is not to be trusted: it and its
 * directory have to be root's, and nobody else's to write.
 */
bool record_read(const struct load_ops *ops, enum record_kind kind, struct record *rec);

/* Writes it in place of an earlier one, whole or not at all. 0 or a negative errno: -EPERM where the directory is not
 * to be trusted. */
int record_write(const struct load_ops *ops, enum record_kind kind, const struct record *rec);

/* The name of its file. */
const char *record_path(enum record_kind kind);

#endif
