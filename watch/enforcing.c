/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "bootline.h"
#include "enforcing.h"
#include "hostfs.h"
#include "util.h"

#define EFI_GUID "8be4df61-93ca-11d2-aa0d-00e098032b8c"

static const char *const words[] = {
	[ENFORCING_UNKNOWN] = "unknown",
	[ENFORCING_YES] = "enforce",
	[ENFORCING_LOG] = "log",
	[ENFORCING_FIX] = "fix",
	[ENFORCING_OFF] = "off",
};

_Static_assert(ARRAY_SIZE(words) == ENFORCINGS, "a word for each");

enum enforcing enforcing_by_word(const char *word)
{
	int i;

	for (i = 0; i < ENFORCINGS && strcmp(words[i], word) != 0; i++)
		;
	return (enum enforcing)i;
}

const char *enforcing_word(enum enforcing e)
{
	return words[e];
}

/* the kernel compares beginnings, and goes on as it was where none fits */
static void take_value(const char *value, enum enforcing *e)
{
	int i;

	for (i = ENFORCING_YES; i < ENFORCINGS; i++)
		if (!strncmp(value, words[i], strlen(words[i])))
			*e = (enum enforcing)i;
}

enum enforcing enforcing_of_cmdline(struct arena *a, const char *cmdline,
				    size_t len, bool secure)
{
	enum enforcing e = ENFORCING_YES;
	bootline_params params = { 0 };
	size_t i;

	bootline_parse(a, cmdline, len, &params);
	for (i = 0; i < params.n; i++)
		if (bootline_is(&params.v[i], "ima_appraise") && params.v[i].value)
			take_value(params.v[i].value, &e);
	return secure ? ENFORCING_YES : e;
}

/* four bytes of attributes stand before the value */
static bool efi_is_one(const struct hostfs *fs, const char *path)
{
	struct hostfs_file f = hostfs_read(fs, path);

	return f.text && f.len == 5 && f.text[4] == 1;
}

static bool is_secure(const struct hostfs *fs)
{
	struct hostfs_file ipl = hostfs_read(fs, "/sys/firmware/ipl/secure");

	if (ipl.text && ipl.len && ipl.text[0] == '1')
		return true;
	return efi_is_one(fs, "/sys/firmware/efi/efivars/SecureBoot-" EFI_GUID) &&
		!efi_is_one(fs, "/sys/firmware/efi/efivars/SetupMode-" EFI_GUID);
}

enum enforcing enforcing_of_machine(struct arena *a, const char *root)
{
	enum enforcing e = ENFORCING_UNKNOWN;
	struct hostfs_file f;
	struct hostfs fs;

	if (!hostfs_open(&fs, a, root))
		return e;
	f = hostfs_read(&fs, "/proc/cmdline");
	if (f.text)
		e = enforcing_of_cmdline(a, f.text, f.len, is_secure(&fs));
	hostfs_close(&fs);
	return e;
}
