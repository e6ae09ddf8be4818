/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "intake.h"
#include "oom.h"
#include "optrow.h"
#include "say.h"
#include "streams.h"
#include "util.h"

/* imapol-watch as a program: options in, an exit status out. */

enum { WATCH_GOOD, WATCH_TROUBLE = 2 };

#define TAKE_WORD(name, field) OPTROW_WORD(name, struct watch_options, field)
#define TAKE_FLAG(name, field) OPTROW_FLAG(name, struct watch_options, field)

TAKE_FLAG(netlink, netlink)
TAKE_FLAG(kernel_log, kernel_log)
TAKE_WORD(follow, follow)
TAKE_FLAG(from_start, whole)
TAKE_FLAG(confirm, confirm)
TAKE_WORD(policy, policy)
TAKE_WORD(kernel, release)
TAKE_WORD(counters, counters)
TAKE_WORD(webhook, webhook.url)
TAKE_WORD(ca, webhook.ca)
TAKE_WORD(spool, webhook.spool)
TAKE_WORD(host, webhook.host)
TAKE_FLAG(all, all)
TAKE_FLAG(quiet, quiet)

static bool take_trust(void *options, const char *value)
{
	struct watch_options *o = options;

	o->kernel_only = !strcmp(value, "kernel");
	if (o->kernel_only || !strcmp(value, "any"))
		return true;
	say("--trust", "%s: it is kernel or any", value);
	return false;
}

static bool take_enforcing(void *options, const char *value)
{
	struct watch_options *o = options;

	o->enforcing = enforcing_by_word(value);
	if (o->enforcing != ENFORCINGS)
		return true;
	say("--enforcing", "%s: it is enforce, log, fix, off or unknown", value);
	return false;
}

static bool take_format(void *options, const char *value)
{
	struct watch_options *o = options;

	o->json = !strcmp(value, "json");
	if (o->json || !strcmp(value, "text"))
		return true;
	say("--format", "%s: it is text or json", value);
	return false;
}

static const struct optrow rows[] = {
	{ 'n', "netlink", NULL, 1, take_netlink,
	  "records from the kernel's audit (CAP_AUDIT_READ)" },
	{ 0, "kernel-log", NULL, 1, take_kernel_log,
	  "and what only its log has: labels that were lost" },
	{ 'f', "follow", "FILE", 1, take_follow,
	  "auditd's log, through its rotations" },
	{ 0, "from-start", NULL, 1, take_from_start,
	  "all that is in it, where no place is kept" },
	{ 0, "confirm", NULL, 1, take_confirm,
	  "OK for each line of standard input, as omprog wants it" },
	{ 0, "trust", "WHOM", 1, take_trust,
	  "kernel: not what anyone could have written (any)" },
	{ 0, "enforcing", "MODE", 1, take_enforcing,
	  "ima_appraise= where records come from (as here)" },
	{ 'p', "policy", "FILE", 1, take_policy,
	  "compiled policy, to name statements of" },
	{ 0, "kernel", "RELEASE", 1, take_kernel,
	  "that it is for, where it does not say so" },
	{ 'c', "counters", "FILE", 1, take_counters,
	  "for node_exporter: NAME.prom; keeps the place, too" },
	{ 'w', "webhook", "FILE", 1, take_webhook,
	  "that holds the address which alerts go to" },
	{ 0, "spool", "DIR", 1, take_spool,
	  "for alerts that are not told yet (in memory)" },
	{ 0, "ca", "FILE", 1, take_ca,
	  "certificates for the webhook (the system's)" },
	{ 0, "host", "NAME", 1, take_host,
	  "in alerts (as the machine is called)" },
	{ 0, "format", "FORM", 1, take_format,
	  "of events that are shown: text or json" },
	{ 'a', "all", NULL, 1, take_all,
	  "show each record about IMA" },
	{ 'q', "quiet", NULL, 1, take_quiet,
	  "show none" },
};

static bool show_help(unsigned int command);

static const struct optrows options = { "imapol-watch", show_help, rows,
					ARRAY_SIZE(rows), false };

static int wrong(const char *what, const char *why)
{
	say(what, "%s: try imapol-watch --help", why);
	return WATCH_TROUBLE;
}

static bool show_help(unsigned int command)
{
	bool ok = say_print("usage: imapol-watch [OPTION]...\n"
			    "       alert_violation [OPTION]...    (--confirm)\n"
			    "Reads the kernel's records about IMA, by default "
			    "from standard input, and\ntells of what was refused, "
			    "of violations, policy loads and lost labels.\n");

	ok = ok && optrow_help(&options, 1);
	return ok && say_print("\nExit status: 0 the input has ended, or it was "
			       "told to end; 2 usage, or records,\ncounters or "
			       "alerts could not be had or kept.");
}

/* -1: go on; else the exit status */
static int take_options(struct watch_options *o, int argc, char **argv)
{
	int status = optrow_read(&options, 1, NULL, o, argc, argv);

	if (status != OPTROW_GO_ON)
		return status;
	return optind == argc ? -1 :
		wrong(argv[optind], "it takes options only");
}

static int judge(const struct watch_options *o)
{
	bool input = !o->netlink && !o->kernel_log && !o->follow;

	if (o->confirm && !input)
		return wrong("--confirm", "it is for lines of standard input");
	if (o->whole && !o->follow)
		return wrong("--from-start", "it is for --follow FILE");
	if (o->release && !o->policy)
		return wrong("--kernel", "it says what --policy FILE is for");
	if (!o->webhook.url && (o->webhook.spool || o->webhook.ca ||
				o->webhook.host))
		return wrong("--spool, --ca, --host", "they are for --webhook FILE");
	if (o->webhook.url && !strncmp(o->webhook.url, "http", 4) &&
	    strstr(o->webhook.url, "://"))
		return wrong("--webhook", "it names a file that holds the address, "
			     "which is a secret");
	return -1;
}

/* ---- the process ---- */

static struct arena arena;
static struct watch watch;
static volatile sig_atomic_t stop, reload;

static void on_signal(int sig)
{
	if (sig == SIGHUP)
		reload = 1;
	else
		stop = 1;
}

/* they come through only while nothing is going on; waiting: what is blocked then */
static void catch_signals(sigset_t *waiting)
{
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t held;

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGHUP);
	sigprocmask(SIG_BLOCK, &held, waiting);
	sigdelset(waiting, SIGINT);
	sigdelset(waiting, SIGTERM);
	sigdelset(waiting, SIGHUP);
}

static bool is_alert_violation(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	return argv0 && !strcmp(slash ? slash + 1 : argv0, "alert_violation");
}

static int run(void *arg, int argc, char **argv)
{
	const struct watch_options *o = arg;
	sigset_t waiting;
	bool ok;

	catch_signals(&waiting);
	/* nothing that runs from here needs more than it has */
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* node_exporter, which is another user, reads the counters */
	umask(022);
	ok = watch_open(&watch, &arena, o) &&
		intake_run(&watch, &waiting, &stop, &reload);
	watch_close(&watch);
	return ok && !watch.failing && !watch.unshown ? WATCH_GOOD : WATCH_TROUBLE;
}

int main(int argc, char **argv)
{
	struct watch_options o = { .enforcing = ENFORCINGS };
	const struct rlimit none = { 0, 0 };
	int status;

	say_as("imapol-watch");
	streams_hold();
	o.confirm = is_alert_violation(argv[0]);
	status = take_options(&o, argc, argv);
	if (status < 0)
		status = judge(&o);
	if (status >= 0)
		return status;
	/* a crash must not leave the address of the webhook in a file */
	(void)setrlimit(RLIMIT_CORE, &none);
	return oom_guard(&arena, run, &o, argc, argv);
}
