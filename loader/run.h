/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_RUN_H
#define LOADER_RUN_H

#include "active.h"
#include "copy.h"
#include "input.h"
#include "kconfig.h"
#include "kmsg.h"
#include "load.h"
#include "policyfile.h"
#include "record.h"
#include "say.h"

/* What all steps of one call share. */
struct run {
	const struct load_ops *ops;
	const struct load_options *opt;
	struct voice voice;
	struct policyfile target;
	struct kmsg log;
	struct kconfig config;
	struct active active; /* before anything was done */
	struct input src;     /* where a file is named */
	struct record rec;    /* of it */
	struct copy copy;     /* what the kernel gets in its stead */
};

/* Reads the file and finds what is in force. Anything but LOAD_APPLIED has its message out; run_end() is due then, too. */
enum load_status run_start(struct run *run, const struct load_ops *ops, const struct load_options *opt);
void run_end(struct run *run);

/* A policy is in force already, and the kernel takes no other: says which, as far as can be known. LOAD_ALREADY. */
enum load_status run_already(const struct run *run);

/* Notes in /run/imapol that the file is in force. That this cannot be noted is a warning. */
void run_record(const struct run *run);

/* What of the source a rule of the file was made from, where a comment tells. */
void run_say_origin(const struct run *run, struct span rule);

#endif
