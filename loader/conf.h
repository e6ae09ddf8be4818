/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_CONF_H
#define LOADER_CONF_H

#include "onfail.h"

#define CONF_FILE "/etc/imapol/load.conf"

enum {
	CONF_MAX = 64 * 1024, /* bytes of the file */
	CONF_PRIMES = 32,
};

enum conf_load {
	CONF_LOAD_AUTO, /* whoever builds an image decides, and writes one of the others into it */
	CONF_LOAD_INITRAMFS,
	CONF_LOAD_INIT,
	CONF_LOADS,
};

/* load.conf(5), with the defaults where it says nothing. */
struct conf {
	const char *source, *options; /* for image building */
	const char *policy;
	const char *keys;
	const char *prime[CONF_PRIMES]; /* below the root of the system */
	size_t primes;
	bool keys_named; /* keys is no default */
	enum conf_load load;
	enum onfail on_failure; /* ONFAIL_UNSAID: the default, by the policy */
	char *text;		/* what the strings point into */
};

/*
 * Reads name, or CONF_FILE, which may be missing, when it is NULL; a file that others than root may write to is a
 * mistake where trust is asked for, else a warning. False: it is wrong; each mistake is said, with its place, and
 * conf has the defaults.
 */
bool conf_read(struct conf *conf, const struct load_ops *ops, const char *name, bool trust);
/* The same of a text of len bytes and a NUL, malloced; it is conf's from now on. name is for messages. */
bool conf_parse(struct conf *conf, const struct load_ops *ops, const char *name, char *text, size_t len);
void conf_free(struct conf *conf);

#endif
