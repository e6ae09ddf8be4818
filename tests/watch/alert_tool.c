/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "webhook.h"

/*
 * alert_tool URL-FILE SPOOL EVERY [BYTES [CA]]: each line of standard input, KIND
 * TAB NAME TAB DETAIL, is an alert, and is answered by "in"; what becomes of them is
 * told on standard output, too. A line "free N" ends it as webhook_free() does with
 * N seconds; so does the end of the input, with 10. SPOOL "-" is in memory.
 */

static void told(void *arg, enum webhook_event event, uint64_t n,
		 const char *why)
{
	static const char *const words[] = {
		[WEBHOOK_SENT] = "sent", [WEBHOOK_FAILED] = "failed",
		[WEBHOOK_DROPPED] = "dropped", [WEBHOOK_REFUSED] = "refused",
	};

	printf("%s %" PRIu64 " %s\n", words[event], n, why ? why : "");
}

static void take_line(struct webhook *w, char *line)
{
	struct alert a = { .kind = line, .seconds = 1700000000 };
	char *name = strchr(line, '\t'), *detail;

	if (name) {
		*name++ = '\0';
		detail = strchr(name, '\t');
		if (detail)
			*detail++ = '\0';
		a.name = name;
		a.detail = detail;
	}
	webhook_alert(w, &a);
	printf("in\n");
}

int main(int argc, char **argv)
{
	struct webhook_options o = { .told = told, .host = "station7", .timeout = 2 };
	static char line[8192];
	unsigned int seconds = 10;
	struct webhook *w;
	struct arena a;
	const char *why;

	if (argc < 4)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	o.url = argv[1];
	o.spool = strcmp(argv[2], "-") ? argv[2] : NULL;
	o.every = (unsigned int)strtoul(argv[3], NULL, 10);
	o.spool_max = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
	o.ca = argc > 5 ? argv[5] : NULL;
	arena_init(&a);
	w = webhook_new(&a, &o, &why);
	if (!w) {
		fprintf(stderr, "%s\n", why);
		arena_free(&a);
		return 1;
	}
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "free %u", &seconds) == 1)
			break;
		take_line(w, line);
	}
	printf("pending %" PRIu64 "\n", webhook_pending(w));
	webhook_free(w, seconds);
	arena_free(&a);
	return 0;
}
