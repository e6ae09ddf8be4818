/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <selinux/label.h>
#include <selinux/selinux.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "label.h"
#include "util.h"

bool label_selinux_runs(void)
{
	return is_selinux_enabled() == 1;
}

const char *label_file_contexts(void)
{
	return selinux_file_context_path();
}

const char *label_policy(void)
{
	return selinux_binary_policy_path();
}

/* the library would print; the caller does where there is something to say */
static PRINTF_LIKE(2, 3) int quiet(int type, const char *fmt, ...)
{
	(void)type;
	(void)fmt;
	return 0;
}

/* struct label_contexts is the library's handle under a name of its own */
static struct label_contexts *open_path(const char *path)
{
	struct selinux_opt opt = { SELABEL_OPT_PATH, path };

	selinux_set_callback(SELINUX_CB_LOG,
			     (union selinux_callback){ .func_log = quiet });
	return (struct label_contexts *)selabel_open(SELABEL_CTX_FILE, &opt, 1);
}

static bool name_beside(char *to, size_t size, const char *base,
			const char *suffix, const char *compiled)
{
	int n = snprintf(to, size, "%s%s%s", base, suffix, compiled);

	return n > 0 && (size_t)n < size;
}

/* a file of text, or nothing; and no compiled form of it */
static bool is_plain(const char *base, const char *suffix)
{
	char path[4096];
	struct stat st;

	if (!name_beside(path, sizeof(path), base, suffix, ".bin") ||
	    !stat(path, &st) || errno != ENOENT)
		return false;
	if (!name_beside(path, sizeof(path), base, suffix, ""))
		return false;
	return stat(path, &st) ? errno == ENOENT : S_ISREG(st.st_mode);
}

struct label_contexts *label_open(const char *base)
{
	static const char *const suffixes[] = { "", ".homedirs", ".local",
						".subs", ".subs_dist" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(suffixes); i++)
		if (!is_plain(base, suffixes[i]))
			return NULL;
	return open_path(base);
}

struct label_contexts *label_open_text(const char *text, size_t len)
{
	struct label_contexts *c = NULL;
	int fd = memfd_create("file_contexts", MFD_CLOEXEC);
	char path[64];

	if (fd < 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, text, len) == (ssize_t)len)
		c = open_path(path);
	close(fd);
	return c;
}

bool label_lookup(struct label_contexts *c, const char *path, struct arena *a,
		  const char **context)
{
	char *found = NULL;

	*context = NULL;
	if (selabel_lookup_raw((struct selabel_handle *)c, &found, path,
			       S_IFREG))
		return errno == ENOENT;
	*context = arena_strndup(a, found, strlen(found));
	freecon(found);
	return true;
}

void label_close(struct label_contexts *c)
{
	if (c)
		selabel_close((struct selabel_handle *)c);
}
