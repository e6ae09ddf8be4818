/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "bootpath_int.h"
#include "num.h"

/*
 * SELinux: PID 1 reads its policy and gives it to the kernel; enforcing, it
 * freezes where it cannot (src/core/selinux-setup.c of systemd). A policy of IMA
 * that PID 1 loads comes behind that.
 */
struct config {
	bool enforcing, off;
	const char *type;	/* "default", "targeted" */
};

static const char *value_of(struct boot *b, const char *line, const char *key)
{
	size_t n = strlen(key);

	line += strspn(line, " \t");
	if (strncmp(line, key, n) || line[n] != '=')
		return NULL;
	line += n + 1;
	return boot_word(b, &line);
}

static struct config read_config(struct boot *b)
{
	const char *text = boot_text(b, "/etc/selinux/config"), *line, *value;
	struct config c = { .off = !text };

	while (text && (line = boot_line(b, &text))) {
		value = value_of(b, line, "SELINUX");
		if (value) {
			c.enforcing = !strcmp(value, "enforcing");
			c.off = !strcmp(value, "disabled");
		}
		value = value_of(b, line, "SELINUXTYPE");
		if (value)
			c.type = value;
	}
	return c;
}

/* policy.33: the one with the highest number that the kernel knows is loaded */
static const char *newest(struct boot *b, const char *dir)
{
	const char *const *names, *best = NULL;
	uint64_t version, highest = 0;
	size_t n, i;

	if (!boot_list(b, dir, &names, &n))
		return NULL;
	for (i = 0; i < n; i++) {
		const char *number = names[i] + strlen("policy.");

		if (strncmp(names[i], "policy.", strlen("policy.")) ||
		    num_parse(number, strlen(number), 10, UINT32_MAX,
			      &version) != NUM_OK || version < highest)
			continue;
		highest = version;
		best = names[i];
	}
	return best;
}

void boot_selinux(struct boot *b)
{
	struct config c;
	const char *dir, *file;

	if (!b->r->target || b->r->target->lsm != KLSM_SELINUX)
		return;
	c = read_config(b);
	if (c.off || !c.type)
		return;
	boot_use(b, "/etc/selinux/config", JUDGE_READ, BOOTPATH_LOSS,
		 "read by systemd");
	dir = buf_textf(b->arena, "/etc/selinux/%s/policy", c.type);
	file = newest(b, dir);
	if (file)
		boot_use(b, buf_textf(b->arena, "%s/%s", dir, file), JUDGE_READ,
			 c.enforcing && !b->after_init ? BOOTPATH_FATAL :
							 BOOTPATH_LOSS,
			 "the policy of SELinux, loaded by PID 1");
}
