/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>

#include "seal.h"

/* its first byte */
enum { SIGNATURE = 3, VERITY_SIGNATURE = 6 };

int seal_read(struct seal *seal, const struct load_ops *ops, int fd)
{
	ssize_t n = ops->fgetxattr(ops->ctx, fd, "security.ima", seal->bytes, sizeof(seal->bytes));

	seal->len = 0;
	if (n < 0)
		return n == -ENODATA || n == -EOPNOTSUPP ? 0 : (int)n;
	if (!n || (*seal->bytes != SIGNATURE && *seal->bytes != VERITY_SIGNATURE))
		return 0;
	seal->len = (size_t)n;
	return 1;
}
