/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "auditlink.h"
#include "intake.h"
#include "kernlog.h"
#include "monotonic.h"
#include "num.h"
#include "outfile.h"
#include "say.h"

enum {
	AT_ONCE = 1000,		/* lines of one source before the others have a turn */
	LOOK = 1000,		/* milliseconds between two looks at a file */
	LOOK_BLIND = 250,	/* the same where nobody tells that it changed */
};

struct intake {
	struct watch *w;
	int netlink;		/* -1: not asked for */
	uint32_t dropped;	/* of it, told already */
	struct kernlog kernel_log;	/* fd the same */
	struct linebuf input;
	bool more;		/* a source has lines that are not taken yet */
	bool over;		/* the input has ended */
	bool broken;		/* it was said */
	/* the line that is to come again, as it was not confirmed */
	char again[LINEBUF_LINE_MAX];
	size_t again_len;
	bool unconfirmed;
	bool resent;		/* the first line was looked at */
};

static uint64_t now_ms(void)
{
	return (uint64_t)monotonic_ms();
}

/* ---- standard input ---- */

static void answer(struct intake *in, const char *text)
{
	if (!outfile_write_all(STDOUT_FILENO, text, strlen(text)))
		in->over = true;	/* rsyslog is gone */
}

/* a line that was kept, and whose OK got lost with the process, is the first again */
static bool is_kept(struct intake *in, const char *print)
{
	const char *kept = in->w->counters && !in->resent ?
		counters_noted(in->w->counters, "line") : NULL;

	in->resent = true;
	return kept && !strcmp(kept, print);
}

/* FNV-1a: it only has to tell a line from the next */
static void print_line(const char *line, size_t len, char out[40])
{
	uint64_t h = 0xcbf29ce484222325;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)line[i]) * 0x100000001b3;
	snprintf(out, 40, "%016" PRIx64 " %zu", h, len);
}

/*
 * omprog: "OK" says that it has it, any other line that it is to be sent again.
 * What was counted of it already is not counted again then.
 */
static void confirm_line(struct intake *in, const char *line, size_t len)
{
	static const struct auditjoin_place before = { .source = WATCH_INPUT };
	bool known = in->unconfirmed && len == in->again_len &&
		!memcmp(line, in->again, len);
	uint64_t now = now_ms();
	char print[40];

	print_line(line, len, print);
	if (!is_kept(in, print) && !known)
		watch_line(in->w, line, len, now, &before);
	watch_release(in->w, now, true);
	if (in->w->dirty)
		counters_note(in->w->counters, "line", print);
	if (watch_keep(in->w, now, in->w->dirty)) {
		in->unconfirmed = false;
		answer(in, "OK\n");
		return;
	}
	in->unconfirmed = true;
	memcpy(in->again, line, len);
	in->again_len = len;
	answer(in, "the counters cannot be written\n");
}

static void take_input(struct intake *in, enum linebuf_next next,
		       const char *line, size_t len)
{
	static const struct auditjoin_place before = { .source = WATCH_INPUT };

	if (next == LINEBUF_LONG)
		watch_long_line(in->w);
	if (in->w->o.confirm && next == LINEBUF_LONG)
		answer(in, "OK\n");	/* it would be too long again */
	else if (in->w->o.confirm)
		confirm_line(in, line, len);
	else if (next == LINEBUF_LINE)
		watch_line(in->w, line, len, now_ms(), &before);
}

static void end_input(struct intake *in)
{
	enum linebuf_next next;
	const char *line;
	size_t len;

	next = linebuf_last(&in->input, &line, &len);
	/* a message that was not sent whole is sent again */
	if (next != LINEBUF_NONE && !in->w->o.confirm)
		take_input(in, next, line, len);
	in->over = true;
}

static void read_input(struct intake *in)
{
	ssize_t n = linebuf_fill(&in->input, STDIN_FILENO);
	enum linebuf_next next;
	const char *line;
	size_t len;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n < 0) {
		say("standard input", "%s", strerror(errno));
		in->broken = true;
	}
	while (!in->over &&
	       (next = linebuf_next(&in->input, &line, &len)) != LINEBUF_NONE)
		take_input(in, next, line, len);
	if (n <= 0)
		end_input(in);
}

/* ---- the kernel ---- */

static void tell_dropped(struct intake *in)
{
	uint32_t all = auditlink_dropped(in->netlink), n = all - in->dropped;
	char why[100];

	in->dropped = all;
	snprintf(why, sizeof(why), "the kernel dropped %" PRIu32 " records, as "
		 "they were not read fast enough", n ? n : 1);
	watch_lost(in->w, "netlink", n ? n : 1, why);
}

static void read_netlink(struct intake *in)
{
	static const struct auditjoin_place before = { .source = WATCH_NETLINK };
	enum auditlink_next next = AUDITLINK_LINE;
	struct arena a;
	struct buf line;
	unsigned int i;

	for (i = 0; i < AT_ONCE && next != AUDITLINK_NONE && !in->broken; i++) {
		arena_init(&a);
		buf_init(&line, &a);
		next = auditlink_next(in->netlink, &line);
		if (next == AUDITLINK_LINE)
			watch_line(in->w, line.s, line.len, now_ms(), &before);
		else if (next == AUDITLINK_LOST)
			tell_dropped(in);
		else if (next == AUDITLINK_BROKEN) {
			say("netlink", "%s", strerror(errno));
			in->broken = true;
		}
		arena_free(&a);
	}
	in->more |= next != AUDITLINK_NONE;
}

/*
 * A record of the audit that netlink has as well, and all of them: where the two are
 * far apart in a flood, one event would be two. What was written while nobody listened,
 * from the start of the machine on, is in the log alone.
 */
static bool is_elsewhere(const struct intake *in, const char *line, size_t len)
{
	static const char audit[] = ";audit: ";
	const char *text = memchr(line, ';', len);

	return in->netlink >= 0 && in->kernel_log.caught_up && text &&
		len - (size_t)(text - line) >= sizeof(audit) - 1 &&
		!memcmp(text, audit, sizeof(audit) - 1);
}

static void read_kernel_log(struct intake *in)
{
	struct auditjoin_place before = { .source = WATCH_KERNEL_LOG };
	enum kernlog_next next = KERNLOG_LINE;
	const char *line;
	unsigned int i;
	size_t len;

	for (i = 0; i < AT_ONCE && next != KERNLOG_NONE && !in->broken; i++) {
		before.offset = in->kernel_log.number;
		next = kernlog_next(&in->kernel_log, &line, &len);
		if (next == KERNLOG_LINE && !is_elsewhere(in, line, len))
			watch_line(in->w, line, len, now_ms(), &before);
		else if (next == KERNLOG_LOST)
			watch_lost(in->w, "kernel_log", 1, "the kernel wrote over "
				   "records before they were read");
		else if (next == KERNLOG_BROKEN) {
			say("/dev/kmsg", "%s", strerror(errno));
			in->broken = true;
		}
		in->w->kernel_log = in->kernel_log.number;
	}
	in->more |= next != KERNLOG_NONE;
}

/* ---- a file ---- */

static void read_file(struct intake *in)
{
	struct follow *f = in->w->follow;
	enum follow_next next = FOLLOW_LINE;
	struct auditjoin_place before = { .source = WATCH_FILE };
	struct follow_place p;
	const char *line;
	unsigned int i;
	size_t len;

	for (i = 0; i < AT_ONCE && next != FOLLOW_NONE; i++) {
		next = follow_next(f, now_ms(), &line, &len);
		if (next == FOLLOW_LINE && follow_place(f, &p)) {
			before.dev = p.dev;
			before.ino = p.ino;
			/* of this line, not of the one behind it */
			before.offset = p.offset > len ?
				p.offset - (uint64_t)len - 1 : 0;
			watch_line(in->w, line, len, now_ms(), &before);
		} else if (next == FOLLOW_LONG) {
			watch_long_line(in->w);
		} else if (next == FOLLOW_LOST) {
			watch_lost(in->w, "file", 1, line);
		}
	}
	in->more |= next != FOLLOW_NONE;
}

static bool take_hex(const char *text, struct follow_place *p)
{
	size_t len = strlen(text), i;
	uint64_t byte;

	if (!strcmp(text, "-"))
		return true;
	if (len % 2 || len > 2 * FOLLOW_PRINT)
		return false;
	for (i = 0; i < len / 2; i++) {
		if (num_parse(text + 2 * i, 2, 16, 255, &byte) != NUM_OK)
			return false;
		p->print[i] = (unsigned char)byte;
	}
	p->n = len / 2;
	return true;
}

static bool read_place(const char *text, struct follow_place *p)
{
	uint64_t *const to[] = { &p->dev, &p->ino, &p->offset };
	size_t i, n;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < 3; i++) {
		n = strcspn(text, " ");
		if (!text[n] || num_parse(text, n, 10, INT64_MAX, to[i]) != NUM_OK)
			return false;
		text += n + 1;
	}
	return take_hex(text, p);
}

static bool open_file(struct intake *in)
{
	struct watch *w = in->w;
	const char *kept = w->counters ? counters_noted(w->counters, "file") : NULL;
	struct follow_place p;

	if (!w->o.follow)
		return true;
	w->follow = follow_new(w->arena, w->o.follow,
			       kept && read_place(kept, &p) ? &p : NULL,
			       w->o.whole);
	if (follow_place(w->follow, &p))
		return true;
	if (access(w->o.follow, R_OK) && errno == ENOENT) {
		say(w->o.follow, "it is not there yet, and is waited for");
		return true;
	}
	say(w->o.follow, "%s", errno == EACCES ? strerror(errno) :
	    "it is no regular file");
	return false;
}

/* ---- all of them ---- */

static bool open_netlink(struct intake *in)
{
	const char *why;

	in->netlink = -1;
	if (!in->w->o.netlink)
		return true;
	in->netlink = auditlink_open(&why);
	if (in->netlink < 0)
		say("audit netlink", "%s", why);
	return in->netlink >= 0;
}

static bool open_kernel_log(struct intake *in)
{
	struct watch *w = in->w;
	const char *kept = w->counters ?
		counters_noted(w->counters, "kernel-log") : NULL;
	size_t n = 0;

	in->kernel_log.fd = -1;
	if (!w->o.kernel_log)
		return true;
	if (kernlog_open(&in->kernel_log) < 0) {
		say("/dev/kmsg", "%s%s", strerror(errno), errno == EPERM ?
		    ": it takes CAP_SYSLOG (kernel.dmesg_restrict)" : "");
		return false;
	}
	kernlog_boot(w->boot);
	n = strlen(w->boot);
	if (n && kept && !strncmp(kept, w->boot, n) && kept[n] == ' ')
		(void)num_parse(kept + n + 1, strlen(kept + n + 1), 10,
				UINT64_MAX - 1, &in->kernel_log.after);
	in->kernel_log.number = w->kernel_log = in->kernel_log.after;
	return true;
}

static bool from_input(const struct watch *w)
{
	return !w->o.netlink && !w->o.kernel_log && !w->o.follow;
}

static int shorter(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* until something is to be read, or to be done */
static void wait_for(struct intake *in, const sigset_t *mask)
{
	const struct watch *w = in->w;
	int ms = in->more ? 0 : watch_wait(w, now_ms());
	struct pollfd fds[] = {
		{ from_input(w) ? STDIN_FILENO : -1, POLLIN, 0 },
		{ in->netlink, POLLIN, 0 },
		{ in->kernel_log.fd, POLLIN, 0 },
		{ w->follow ? follow_fd(w->follow) : -1, POLLIN, 0 },
	};
	struct timespec t;

	if (w->follow)
		ms = shorter(ms, follow_fd(w->follow) < 0 ? LOOK_BLIND : LOOK);
	t.tv_sec = ms / 1000;
	t.tv_nsec = ms % 1000 * 1000000L;
	if (ppoll(fds, 4, ms < 0 ? NULL : &t, mask) < 0)
		return;	/* a signal */
	in->more = false;
	if (fds[0].revents)
		read_input(in);
	if (fds[1].revents)
		read_netlink(in);
	if (fds[2].revents)
		read_kernel_log(in);
	if (w->follow)
		read_file(in);
}

static void run(struct intake *in, const sigset_t *mask,
		volatile sig_atomic_t *stop, volatile sig_atomic_t *reload)
{
	struct watch *w = in->w;

	if (w->o.confirm)
		answer(in, "OK\n");
	while (!in->over && !in->broken && !w->closed && !*stop) {
		wait_for(in, mask);
		if (*reload)
			watch_reload(w);
		*reload = 0;
		watch_release(w, now_ms(), false);
		(void)watch_keep(w, now_ms(), false);
	}
	watch_release(w, now_ms(), true);
}

bool intake_run(struct watch *w, const sigset_t *mask,
		volatile sig_atomic_t *stop, volatile sig_atomic_t *reload)
{
	struct intake *in = arena_new(w->arena, struct intake);

	in->w = w;
	w->waiting = mask;
	w->stop = stop;
	in->netlink = in->kernel_log.fd = -1;
	if (!open_netlink(in) || !open_kernel_log(in) || !open_file(in))
		return false;
	linebuf_init(&in->input, 0);
	run(in, mask, stop, reload);
	return !in->broken;
}
