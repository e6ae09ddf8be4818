/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "bootagg.h"

enum { PCRS_OF_SHA1 = 8, PCRS = 10 };

bool bootagg_is(const struct imaentry *e)
{
	static const char name[] = "boot_aggregate";

	return e->name_len == strlen(name) && !memcmp(e->name, name, e->name_len);
}

static bool is_zero(const struct imalist_digest *d)
{
	size_t i;

	for (i = 0; i < d->len; i++)
		if (d->p[i])
			return false;
	return true;
}

/* is it the hash over PCRs 0 to n - 1? */
static bool is_over(const struct replay_goal *g, enum replay_bank b,
		    unsigned int n, const uint8_t *digest)
{
	uint8_t pcrs[PCRS * REPLAY_MAX], out[REPLAY_MAX];
	size_t size = replay_bank_size(b);
	unsigned int p;

	for (p = 0; p < n; p++)
		memcpy(pcrs + p * size, g->value[b][p], size);
	return replay_hash(b, pcrs, n * size, out) && !memcmp(out, digest, size);
}

enum bootagg bootagg_check(const struct replay_goal *g,
			   const struct imaentry *e)
{
	const struct imalist_digest *d = &e->file;
	enum replay_bank b = replay_bank_of_name(d->algo, d->len ? d->algo_len : 0);
	uint32_t all = (1u << PCRS) - 1, few = (1u << PCRS_OF_SHA1) - 1;

	if (d->len && is_zero(d))
		return BOOTAGG_NO_TPM;
	if (b == REPLAY_BANKS || d->len != replay_bank_size(b))
		return BOOTAGG_OTHER_HASH;
	if ((g->known[b] & few) != few)
		return BOOTAGG_UNKNOWN;
	if (is_over(g, b, PCRS_OF_SHA1, d->p))
		return b == REPLAY_SHA1 ? BOOTAGG_FITS : BOOTAGG_FITS_SHORT;
	if (b == REPLAY_SHA1)
		return BOOTAGG_DIFFERS;
	if ((g->known[b] & all) != all)
		return BOOTAGG_UNKNOWN;
	return is_over(g, b, PCRS, d->p) ? BOOTAGG_FITS : BOOTAGG_DIFFERS;
}
