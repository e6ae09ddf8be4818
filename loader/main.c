/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "load.h"

static const char usage[] =
	"usage: imapol-load [-v] [--securityfs DIR] FILE\n"
	"Gives the compiled IMA policy FILE to the kernel, all of it or nothing.\n"
	"\n"
	"  -v, --verbose         tell each step on standard error\n"
	"      --securityfs DIR  where securityfs is mounted (default /sys/kernel/security)\n"
	"      --help            show this and leave\n"
	"      --version         show the version and leave\n"
	"\n"
	"Exit status: 0 all of FILE is in force; 1 refused by the kernel, nothing changed; 2 usage or I/O;\n"
	"3 this kernel has its policy already; 4 not possible here; 5 taken but not confirmed.\n";

enum { OPT_SECURITYFS = 256, OPT_HELP, OPT_VERSION };

static const struct option long_options[] = {
	{ "verbose", no_argument, NULL, 'v' },
	{ "securityfs", required_argument, NULL, OPT_SECURITYFS },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

static int tell(const char *text)
{
	return fputs(text, stdout) < 0 || fflush(stdout) ? LOAD_USAGE : EXIT_SUCCESS;
}

/* A message must neither end the program half way nor land in a file that was opened as descriptor 2. */
static void guard_messages(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
	signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
	struct load_options opt = { .securityfs = "/sys/kernel/security" };
	int c;

	guard_messages();
	while ((c = getopt_long(argc, argv, "v", long_options, NULL)) != -1) {
		switch (c) {
		case 'v':
			opt.verbose = true;
			break;
		case OPT_SECURITYFS:
			opt.securityfs = optarg;
			break;
		case OPT_HELP:
			return tell(usage);
		case OPT_VERSION:
			return tell("imapol-load " PACKAGE_VERSION "\n");
		default:
			fputs(usage, stderr);
			return LOAD_USAGE;
		}
	}
	if (argc - optind != 1 || !*argv[optind]) {
		fputs(usage, stderr);
		return LOAD_USAGE;
	}
	opt.file = argv[optind];
	return load_policy(&ops_linux, &opt);
}
