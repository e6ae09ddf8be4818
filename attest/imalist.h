/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_IMALIST_H
#define IMAPOL_IMALIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/*
 * The binary measurement list of IMA (security/integrity/ima/ima_fs.c,
 * ima_measurements_show(); Documentation/security/IMA-templates.rst), entry by
 * entry. The ASCII list is never read: a name may hold a newline, and then its
 * lines say what nobody measured.
 *
 *	u32 pcr | u8 digest[width] | u32 len, name | u32 len, data
 *
 * and with the template "ima" no second length: the data is d, u32 len, name. d has
 * 20 bytes, or 16 under ima_hash=md5, where that of a violation still has 20 (seen on
 * booted 6.1 and 6.12; what is hashed is then those 16 and the name in 256).
 * Numbers are little-endian, or of the machine's order without
 * ima_canonical_fmt. Neither the width nor the order is told by the list.
 */
#define IMALIST_NAME_MAX 256		/* bytes of a template's name or format */
#define IMALIST_DATA_MAX (16u << 20)	/* bytes of data; longer ones nothing makes */
#define IMALIST_FIELDS_MAX 16
#define IMALIST_PCRS 24
#define IMALIST_WIDTH_MAX 64

/* fields of templates, by their kernel identifiers (ima_template.c) */
enum imafield {
	IMAFIELD_D, IMAFIELD_N, IMAFIELD_D_NG, IMAFIELD_D_NGV2, IMAFIELD_N_NG,
	IMAFIELD_SIG, IMAFIELD_BUF, IMAFIELD_D_MODSIG, IMAFIELD_MODSIG,
	IMAFIELD_EVMSIG, IMAFIELD_XATTRNAMES, IMAFIELD_XATTRLENGTHS,
	IMAFIELD_XATTRVALUES, IMAFIELD_IUID, IMAFIELD_IGID, IMAFIELD_IMODE,
	IMAFIELD_COUNT
};

/* "d-ng" and so on */
const char *imafield_name(enum imafield f);

struct imalist_field {
	enum imafield kind;
	const uint8_t *p;	/* without its length */
	uint32_t len;
};

/* what a digest field says: "sha256:" or "ima:sha256:" before the bytes */
struct imalist_digest {
	const char *algo;	/* "sha256"; not ended by a NUL */
	size_t algo_len;
	int hash;		/* as kmodel_hash_name() counts; -1: no such name */
	bool verity;		/* of the fs-verity digest, d-ngv2 only */
	const uint8_t *p;
	size_t len;
};

/* Pointers are good until the next imalist_next(). */
struct imaentry {
	uint64_t number;	/* from 1, over all pieces */
	uint64_t offset, size;	/* bytes, over all pieces */
	uint32_t pcr;
	const uint8_t *digest;	/* imalist_width() bytes */
	bool violation;		/* digest is all zero */
	const char *template;	/* "ima-ng", or a format; no NUL behind it */
	size_t template_len;
	bool old;		/* template "ima" */
	/*
	 * the bytes that are hashed; of the template "ima" it is file.p, and name
	 * with zeros up to 256 bytes
	 */
	const uint8_t *data;
	uint32_t data_len;
	struct imalist_field field[IMALIST_FIELDS_MAX];
	size_t fields;
	/* of the fields, those that everybody asks for; len 0: there is none */
	struct imalist_digest file;	/* d, d-ng or d-ngv2 */
	const char *name;		/* n or n-ng, without its NUL, any bytes */
	size_t name_len;
	const uint8_t *sig;		/* security.ima, or a portable security.evm */
	size_t sig_len;
};

/* the field of that kind; NULL: its template has none */
const struct imalist_field *imaentry_field(const struct imaentry *e,
					   enum imafield kind);

/*
 * The name of a template is hashed by nothing, so that one may be given for another
 * which takes its digest or its name from other fields, or from none. True: each is
 * there, and no field before reads as one.
 */
bool imaentry_is_certain(const struct imaentry *e);

enum imalist_next {
	IMALIST_ENTRY,
	IMALIST_END,
	IMALIST_PARTIAL,	/* the last entry is cut short; no more comes */
	IMALIST_BAD,		/* no list: why, and where it is; no more comes */
	IMALIST_ERRNO,		/* reading failed: errno; no more comes */
};

enum imalist_order { IMALIST_ANY_ORDER, IMALIST_LITTLE, IMALIST_BIG };

struct imalist_options {
	/* bytes of a digest: 20, 32, 48, 64; 0: found by looking at the first entries */
	unsigned int width;
	enum imalist_order order;
};

struct imalist;

/*
 * Pieces are read in their order as one list, with read(2) alone; an entry may
 * begin in one and end in the next. Memory is that of the largest entry, whatever
 * an entry says of its length. fds are the caller's. NULL: out of memory.
 */
struct imalist *imalist_new(const struct imalist_options *o, const int *fds,
			    size_t n);
void imalist_free(struct imalist *l);
enum imalist_next imalist_next(struct imalist *l, struct imaentry *e);
/*
 * After IMALIST_END and IMALIST_PARTIAL: has more come since, where the last piece
 * is a file of securityfs or one that grows? The next imalist_next() tells.
 */
void imalist_again(struct imalist *l);

/* the four bytes of a number in a list, as those of the field iuid */
uint32_t imalist_u32(const uint8_t *s, bool big);
/* known once an entry was given */
unsigned int imalist_width(const struct imalist *l);
enum imalist_order imalist_order(const struct imalist *l);
/* of IMALIST_BAD and IMALIST_PARTIAL: what is wrong, and the byte where it is */
const char *imalist_why(const struct imalist *l, uint64_t *offset);

/*
 * A name as it may be shown: no byte of it moves anything on a terminal or looks
 * like two names (utf8_puts_visible()).
 */
void imaentry_put_name(const struct imaentry *e, struct buf *out);

#endif
