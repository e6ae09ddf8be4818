/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "profile.h"
#include "util.h"

#include "profile_table.h"

static_assert(KCONFIG_COUNT <= 64, "a configuration fits a word of bits");

const struct profile *profile_at(size_t i)
{
	return i < ARRAY_SIZE(profiles) ? &profiles[i] : NULL;
}

const struct profile *profile_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(profiles); i++)
		if (!strcmp(profiles[i].name, name))
			return &profiles[i];
	return NULL;
}

bool profile_covers(const struct profile *p, struct krelease release)
{
	return krelease_cmp(p->first, release) <= 0 &&
	       krelease_cmp(release, p->last) <= 0;
}

void profile_options(const struct profile *p, enum ktri *config,
		     uint64_t *modules)
{
	unsigned int i;

	*modules = p->modules;
	for (i = 0; i < KCONFIG_COUNT; i++) {
		config[i] = KTRI_MAYBE;
		if (p->on >> i & 1)
			config[i] = KTRI_YES;
		else if (p->off >> i & 1)
			config[i] = KTRI_NO;
	}
}
