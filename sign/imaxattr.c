/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "imaxattr.h"
#include "kmodel.h"

/* enum evm_ima_xattr_type; 02 and 05 are of security.evm */
enum { TYPE_DIGEST = 1, TYPE_SIGNATURE = 3, TYPE_DIGEST_NG = 4,
       TYPE_VERITY = 6 };

enum { MD5_LEN = 16, SHA1_LEN = 20 };

static int known_hash(uint8_t n)
{
	return kmodel_hash_name(n) ? n : -1;
}

/*
 * Of 20 bytes too, where the last four are zero: so IMA wrote them once
 * (ima_get_hash_algo()).
 */
static bool is_md5(const struct imaxattr *x)
{
	static const uint8_t zero[SHA1_LEN - MD5_LEN];

	return x->len == MD5_LEN ||
	       (x->len == SHA1_LEN &&
		!memcmp(x->data + MD5_LEN, zero, sizeof(zero)));
}

static bool read_digest(const uint8_t *p, size_t len, struct imaxattr *x)
{
	x->kind = IMAXATTR_DIGEST;
	x->data = p + 1;
	x->len = len - 1;
	if (is_md5(x))
		x->hash = kmodel_hash_index("md5");
	else if (x->len == SHA1_LEN)
		x->hash = kmodel_hash_index("sha1");
	return x->hash >= 0;
}

static bool read_digest_ng(const uint8_t *p, size_t len, struct imaxattr *x)
{
	x->kind = IMAXATTR_DIGEST_NG;
	if (len < 2)
		return false;
	x->hash = known_hash(p[1]);
	x->data = p + 2;
	x->len = len - 2;
	return x->len > 0;
}

static bool read_signature(const uint8_t *p, size_t len, struct imaxattr *x)
{
	size_t size;

	x->kind = p[0] == TYPE_SIGNATURE ? IMAXATTR_SIGNATURE :
		IMAXATTR_VERITY_SIGNATURE;
	if (len > 1)
		x->version = p[1];
	if (len < IMAXATTR_HEADER)
		return false;
	x->hash = known_hash(p[2]);
	x->keyid = (uint32_t)p[3] << 24 | (uint32_t)p[4] << 16 |
		(uint32_t)p[5] << 8 | p[6];
	size = (size_t)p[7] << 8 | p[8];
	x->data = p + IMAXATTR_HEADER;
	x->len = len - IMAXATTR_HEADER;
	return size > 0 && size == x->len;
}

bool imaxattr_read(const void *bytes, size_t len, struct imaxattr *out)
{
	const uint8_t *p = bytes;

	memset(out, 0, sizeof(*out));
	out->hash = -1;
	if (!len)
		return true;
	out->type = p[0];
	switch (p[0]) {
	case TYPE_DIGEST:
		return read_digest(p, len, out);
	case TYPE_DIGEST_NG:
		return read_digest_ng(p, len, out);
	case TYPE_SIGNATURE:
	case TYPE_VERITY:
		return read_signature(p, len, out);
	default:
		out->kind = IMAXATTR_OTHER;
		return true;
	}
}

static size_t write_signature(const struct imaxattr *x, uint8_t *out)
{
	if (x->hash < 0 || !x->len || x->len > IMAXATTR_MAX - IMAXATTR_HEADER)
		return 0;
	out[0] = x->kind == IMAXATTR_SIGNATURE ? TYPE_SIGNATURE : TYPE_VERITY;
	out[1] = x->version;
	out[2] = (uint8_t)x->hash;
	out[3] = (uint8_t)(x->keyid >> 24);
	out[4] = (uint8_t)(x->keyid >> 16);
	out[5] = (uint8_t)(x->keyid >> 8);
	out[6] = (uint8_t)x->keyid;
	out[7] = (uint8_t)(x->len >> 8);
	out[8] = (uint8_t)x->len;
	memcpy(out + IMAXATTR_HEADER, x->data, x->len);
	return IMAXATTR_HEADER + x->len;
}

size_t imaxattr_write(const struct imaxattr *x, uint8_t *out)
{
	size_t head = x->kind == IMAXATTR_DIGEST ? 1 : 2;

	switch (x->kind) {
	case IMAXATTR_DIGEST:
	case IMAXATTR_DIGEST_NG:
		if (x->hash < 0 || !x->len || x->len > IMAXATTR_MAX - head)
			return 0;
		out[0] = head == 1 ? TYPE_DIGEST : TYPE_DIGEST_NG;
		out[head - 1] = head == 1 ? TYPE_DIGEST : (uint8_t)x->hash;
		memcpy(out + head, x->data, x->len);
		return head + x->len;
	case IMAXATTR_SIGNATURE:
	case IMAXATTR_VERITY_SIGNATURE:
		return write_signature(x, out);
	default:
		return 0;
	}
}
