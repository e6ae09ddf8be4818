/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SUBJECT_H
#define IMAPOL_SUBJECT_H

#include <sys/stat.h>

#include "jobs.h"
#include "sealcheck.h"

#define SUBJECT_ATTR "security.ima"
#define SUBJECT_SUFFIX ".sig"	/* of detached signatures */

/* One regular file, open, as sealcheck() looks at it. */
struct subject {
	int fd;
	int dir;		/* that it is in; -1: not asked for */
	const char *name;	/* in dir; the job's */
	struct stat st;		/* when it was opened */
	struct filedigest_source content;
	uint8_t verity[FILEDIGEST_MAX];
	struct sealcheck_file file;	/* all but the signature */
};

/* a security.ima, or what is in FILE.sig */
struct subject_seal {
	uint8_t bytes[IMAXATTR_MAX];
	size_t len;		/* 0: there is none */
};

/*
 * False: *why says why, with the remedy where there is one. with_dir: FILE.sig is
 * going to be asked for, too.
 */
bool subject_open(struct subject *s, struct arena *a, const struct job *job,
		  bool with_dir, const char **why);
void subject_close(struct subject *s);

bool subject_is_sig(const char *path);

/* by its form alone, other programs call theirs so too; *whole: not cut short */
bool subject_seal_is_ours(const struct subject_seal *seal, bool *whole);
/* a content of that size: is it a whole one, and no file to sign? */
bool subject_content_is_seal(const struct filedigest_source *content);

/* false: errno, of which subject_seal_problem() makes words */
bool subject_read_attr(const struct subject *s, struct subject_seal *out);
bool subject_read_sig(const struct subject *s, struct arena *a,
		      struct subject_seal *out);
const char *subject_seal_problem(int error);
/* false: *why; what was there before is as it was */
bool subject_write_attr(const struct subject *s, struct arena *a,
			const struct subject_seal *seal, const char **why);
/* FILE.sig, all or nothing; no link is followed, and no other program's replaced */
bool subject_write_sig(const struct subject *s, struct arena *a,
		       const struct subject_seal *seal, const char **why);

/* has the content been written to, as far as its inode tells? */
bool subject_unchanged(const struct subject *s, bool with_ctime);

/* may somebody else have written what is in it? Its inode says, whoever named it */
bool subject_exposed(const struct subject *s);

/* the file, with that signature, for sealcheck() */
struct sealcheck_file subject_sealed(const struct subject *s,
				     const struct subject_seal *seal);

/* asks for fs-verity: file.verity_len says whether there is any */
void subject_ask_verity(struct subject *s);
/* turns it on, and asks; false: *why */
bool subject_enable_verity(struct subject *s, struct arena *a,
			   const char **why);

#endif
