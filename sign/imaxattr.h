/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_IMAXATTR_H
#define IMAPOL_IMAXATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The value of security.ima, as the kernel reads it (enum evm_ima_xattr_type and
 * struct signature_v2_hdr of its integrity.h). A detached signature, FILE.sig,
 * is the same bytes in a file.
 *
 *	01			a digest by md5 or sha1
 *	04 hash			a digest by the hash with that number
 *	03 02 hash keyid size	a signature of the content
 *	06 03 hash keyid size	a signature of the fs-verity digest
 *
 * keyid and size are big-endian. Some bytes that the kernel takes are no more
 * than that: which of them a policy is content with is not said here.
 *
 * What IMA does with odd ones, as seen on booted kernels (tests/live/seals.tsv
 * has all of it, with the causes):
 *	- no bytes are no attribute;
 *	- what stands behind a digest is not looked at; one that is too short fits
 *	  nothing;
 *	- a digest with the number of no hash, or with 01 and another length than
 *	  those two, is one by the configured hash;
 *	- 01 with 20 bytes of which the last four are zero is md5;
 *	- where the kernel cannot make the hash, the content cannot be collected,
 *	  whatever the value says;
 *	- the size of a signature has to be that of what follows. Versions above 2
 *	  are refused by their number, up to 7.0; 7.1 takes 3 of contents, too;
 *	- setxattr() refuses no bytes and types from 07 on (EINVAL), and hashes that
 *	  the kernel cannot make (EACCES). It takes all the others.
 */
#define IMAXATTR_MAX 4096	/* longer ones nothing makes */
#define IMAXATTR_HEADER 9	/* of a signature */

enum imaxattr_kind {
	IMAXATTR_NONE,		/* there are no bytes */
	IMAXATTR_DIGEST,
	IMAXATTR_DIGEST_NG,
	IMAXATTR_SIGNATURE,
	IMAXATTR_VERITY_SIGNATURE,
	IMAXATTR_OTHER,		/* what IMA calls unknown-ima-data */
};

struct imaxattr {
	enum imaxattr_kind kind;
	uint8_t type, version;	/* the first byte; of signatures, the second */
	int hash;		/* as kmodel_hash_name() counts; -1: no such number */
	uint32_t keyid;
	const uint8_t *data;	/* the digest, or the signature behind its header */
	size_t len;
};

/*
 * data points into bytes. False: cut short, or the size in it is another than
 * that of what follows; kind and what could be read are set all the same.
 */
bool imaxattr_read(const void *bytes, size_t len, struct imaxattr *out);

/*
 * The other way round, into out of IMAXATTR_MAX bytes: its length, 0 where x
 * cannot be written (too long, or no kind of signature or digest).
 */
size_t imaxattr_write(const struct imaxattr *x, uint8_t *out);

#endif
