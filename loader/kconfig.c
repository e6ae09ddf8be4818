/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kconfig.h"

enum { KCONFIG_MAX = 4 * 1024 * 1024 };

static bool read_one(struct kconfig *config, const struct load_ops *ops)
{
	int fd = ops->open(ops->ctx, config->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
	struct stat st;
	bool good;

	if (fd < 0)
		return false;
	good = !ops->fstat(ops->ctx, fd, &st) && S_ISREG(st.st_mode) && ops_is_roots(&st) &&
	       !ops_read_all(ops, fd, KCONFIG_MAX, &config->text, &config->len);
	ops->close(ops->ctx, fd);
	return good;
}

void kconfig_read(struct kconfig *config, const struct load_ops *ops)
{
	static const char *const places[] = { "/boot/config-%s", "/lib/modules/%s/config", "/usr/lib/modules/%s/config",
					      "/etc/imapol/config-%s" };
	size_t i;

	memset(config, 0, sizeof(*config));
	if (ops->release(ops->ctx, config->release, sizeof(config->release))) {
		config->release[0] = '\0';
		return;
	}
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int len = (int)(strchr(places[i], '%') - places[i]);
		int n = snprintf(config->path, sizeof(config->path), "%.*s%s%s", len, places[i], config->release,
				 places[i] + len + 2);

		if ((size_t)n < sizeof(config->path) && read_one(config, ops))
			return;
	}
	config->path[0] = '\0';
}

void kconfig_free(struct kconfig *config)
{
	free(config->text);
	config->text = NULL;
}

char kconfig_ask(const struct kconfig *config, struct span name)
{
	static const char prefix[] = "CONFIG_";
	size_t head = sizeof(prefix) - 1;
	struct lines it;
	struct span line;

	if (!config->text)
		return '?';
	lines_start(&it, config->text, config->len);
	/* what is off is a comment */
	while (lines_next(&it, &line)) {
		if (line.len <= head + name.len + 1 || !span_starts(line, prefix) ||
		    memcmp(line.text + head, name.text, name.len) || line.text[head + name.len] != '=')
			continue;
		return line.text[head + name.len + 1] == 'm' ? 'm' : 'y';
	}
	return 'n';
}
