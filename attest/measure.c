/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "glob.h"
#include "listfiles.h"
#include "measure_put.h"
#include "measure_status.h"
#include "num.h"
#include "oom.h"
#include "optrow.h"
#include "outfile.h"
#include "say.h"
#include "vec.h"

/* ima_measure: the measurement list, in a form to read or to work on. */

enum { DONE, NOT, CANNOT };	/* exit status */

enum { FLUSH = 64 << 10, WAIT_MS = 500, PCRS = 24 };

/* names without a slash at their front are matched by globs without one */
struct pattern {
	struct glob_matcher m;
	bool bare;
};

struct measure {
	struct arena arena;
	enum measure_format format;
	bool violations, follow;
	bool headed;		/* the head of the table was put */
	uint32_t pcrs;		/* bit p; 0: all */
	VEC(struct pattern *) patterns;
	const char *status, *bank;
	struct imalist_options form;
	struct listfiles files;
	struct imalist *list;
	uint64_t until;		/* the last entry that is asked; 0: all are */
	struct measure_writer w;
	struct buf name;
};

/* ---- options ---- */

static bool take_csv(void *arg, const char *value)
{
	((struct measure *)arg)->format = MEASURE_CSV;
	return true;
}

static bool take_json(void *arg, const char *value)
{
	((struct measure *)arg)->format = MEASURE_JSON;
	return true;
}

OPTROW_FLAG(violations, struct measure, violations)
OPTROW_FLAG(follow, struct measure, follow)
OPTROW_WORD(status, struct measure, status)

/* names in lists have no blanks */
static bool take_path(void *arg, const char *value)
{
	struct measure *m = arg;
	struct pattern *p = arena_new(&m->arena, struct pattern);
	struct glob_error err;
	struct glob g;
	char *s, *blank;

	p->bare = value[0] != '/';
	s = blank = arena_strndup(&m->arena, buf_textf(&m->arena, "%s%s",
				  p->bare ? "/" : "", value),
				  strlen(value) + p->bare);
	while ((blank = strchr(blank, ' ')))
		*blank = '_';
	if (!glob_parse(&m->arena, s, strlen(s), &g, &err)) {
		say(NULL, "--path %s: %s%s%s", value, err.what,
		    err.remedy ? ": " : "", err.remedy ? err.remedy : "");
		return false;
	}
	glob_matcher_init(&p->m, &m->arena, &g);
	vec_push(&m->arena, &m->patterns, p);
	return true;
}

static bool take_pcr(void *arg, const char *value)
{
	struct measure *m = arg;
	uint64_t n;

	if (!optrow_number("--pcr", value, 0, PCRS - 1, &n))
		return false;
	m->pcrs |= 1u << n;
	return true;
}

static bool take_bank(void *arg, const char *value)
{
	struct measure *m = arg;

	if (strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789_-") !=
	    strlen(value)) {
		say(NULL, "--bank %s: a hash, such as sha256", value);
		return false;
	}
	m->bank = value;
	return true;
}

static bool take_width(void *arg, const char *value)
{
	struct measure *m = arg;
	uint64_t n;

	if (num_parse(value, strlen(value), 10, IMALIST_WIDTH_MAX, &n) !=
	    NUM_OK || !n) {
		say(NULL, "--width %s: bytes of a digest, from 1 to %d: 20 for "
		    "sha1, 32 for sha256", value, IMALIST_WIDTH_MAX);
		return false;
	}
	m->form.width = (unsigned int)n;
	return true;
}

static bool take_order(void *arg, const char *value)
{
	struct measure *m = arg;

	if (!strcmp(value, "little") || !strcmp(value, "big")) {
		m->form.order = *value == 'b' ? IMALIST_BIG : IMALIST_LITTLE;
		return true;
	}
	say(NULL, "--order %s: little or big", value);
	return false;
}

enum { LISTING = 1, STATUS = 2, BOTH = LISTING | STATUS };

static const struct optrow rows[] = {
	{ 0, "csv", NULL, LISTING, take_csv, "comma separated values (RFC 4180)" },
	{ 0, "json", NULL, BOTH, take_json,
	  "an object a line, with all fields" },
	{ 0, "path", "GLOB", LISTING, take_path,
	  "only entries with such a name; may be repeated" },
	{ 0, "pcr", "N", BOTH, take_pcr, "only of this PCR; may be repeated" },
	{ 0, "violations", NULL, LISTING, take_violations,
	  "only violations" },
	{ 'f', "follow", NULL, LISTING, take_follow,
	  "go on with new entries as they come" },
	{ 0, "status", "PATH", STATUS, take_status,
	  "does the list end with this content of PATH?" },
	{ 0, "bank", "HASH", BOTH, take_bank,
	  "this machine's list for a bank of its TPM (6.10)" },
	{ 0, "width", "BYTES", BOTH, take_width,
	  "of a digest in the list (found by itself)" },
	{ 0, "order", "little|big", BOTH, take_order,
	  "of bytes in numbers (found by itself)" },
};

static bool show_help(unsigned int command);

static const struct optrows options = { "ima_measure", show_help, rows,
					ARRAY_SIZE(rows), false };

static bool show_help(unsigned int command)
{
	bool ok = say_print(
		"usage: ima_measure [OPTION]... [LIST]...\n"
		"       ima_measure --status PATH [HASH|FILE [LIST]...]\n"
		"Shows what IMA measured: on this machine, or as LISTs have it\n"
		"(several are pieces of one; -: standard input).\n");

	return ok && optrow_help(&options, BOTH) && say_print(
		"\nExit status: 0 all was shown, or the last entry of PATH has "
		"the content; 1 it\nhas not; 2 usage, or it cannot be told.");
}

/* ---- what is shown ---- */

static bool has_name(struct measure *m, const struct imaentry *e)
{
	bool bare = !e->name_len || e->name[0] != '/';
	size_t i;

	m->name.len = 0;
	if (bare)
		buf_putc(&m->name, '/');
	buf_add(&m->name, e->name, e->name_len);
	for (i = 0; i < m->patterns.n; i++)
		if (m->patterns.v[i]->bare == bare &&
		    glob_matches(&m->patterns.v[i]->m, m->name.s))
			return true;
	return !m->patterns.n;
}

static bool is_wanted(struct measure *m, const struct imaentry *e)
{
	if (m->pcrs && !(m->pcrs & 1u << e->pcr))
		return false;
	return (!m->violations || e->violation) &&
	       (!m->patterns.n || has_name(m, e));
}

static int flush(struct measure *m)
{
	struct buf *out = &m->w.out;

	if (out->len && !outfile_write_all(STDOUT_FILENO, out->s, out->len)) {
		say(NULL, "standard output: %s", strerror(errno));
		return CANNOT;
	}
	out->len = 0;
	return DONE;
}

/* the piece in which reading ended; where there are several, offsets are of all */
static const char *name_of(const struct measure *m)
{
	return m->files.n == 1 ? m->files.names[0] : "the pieces";
}

static int say_end(struct measure *m, enum imalist_next got)
{
	uint64_t at;
	const char *why;

	if (got == IMALIST_ERRNO) {
		say(name_of(m), "%s", listfiles_error(&m->arena, errno));
		return CANNOT;
	}
	why = imalist_why(m->list, &at);
	say(name_of(m), "byte %llu: %s", (unsigned long long)at, why);
	return CANNOT;
}

/*
 * How the list ended. The kernel's has boot_aggregate, so one without any entry is
 * something else.
 */
static int judge_end(struct measure *m, enum imalist_next got)
{
	if (got != IMALIST_END)
		return say_end(m, got);
	if (imalist_width(m->list))
		return DONE;
	say(name_of(m), "it is empty, which no list of a kernel is that measures");
	return CANNOT;
}

/* ---- --follow ---- */

/*
 * There is nothing to wait for: a file of securityfs always is ready to be read,
 * and gives nothing until there is one entry more (seen on booted 6.1 and 6.12).
 * Meanwhile it can be seen that nobody reads any longer.
 */
static void wait_for_more(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	if (poll(&out, 1, WAIT_MS) <= 0)
		return;
	if (out.revents & (POLLERR | POLLNVAL))
		raise(SIGPIPE);
	/* whatever else it says must not make this a loop without a pause */
	poll(NULL, 0, WAIT_MS);
}

/* false: *status is how it ended. Half an entry is one that is being written */
static bool goes_on(struct measure *m, enum imalist_next got, int *status)
{
	if (!m->follow || (got != IMALIST_END && got != IMALIST_PARTIAL) ||
	    !listfiles_grows(&m->files)) {
		*status = judge_end(m, got);
		return false;
	}
	*status = flush(m);
	if (*status != DONE)
		return false;
	if (listfiles_shrank(&m->files)) {
		say(name_of(m), "it has become shorter than what was read of it");
		*status = CANNOT;
		return false;
	}
	wait_for_more();
	imalist_again(m->list);
	return true;
}

/* ---- commands ---- */

/* once it is known that there is a list */
static void put_head(struct measure *m)
{
	if (!m->headed)
		measure_put_head(&m->w);
	m->headed = true;
}

static int run_listing(struct measure *m)
{
	enum imalist_next got;
	struct imaentry e;
	int status = DONE, end;

	do {
		while ((got = imalist_next(m->list, &e)) == IMALIST_ENTRY) {
			put_head(m);
			if (is_wanted(m, &e))
				measure_put(&m->w, m->list, &e);
			if (m->w.out.len >= FLUSH && flush(m) != DONE)
				return CANNOT;
		}
	} while (goes_on(m, got, &status));
	end = flush(m);
	return status == DONE ? end : status;
}

static int status_of(enum measure_answer a)
{
	if (a == MEASURE_LAST)
		return DONE;
	return a == MEASURE_UNKNOWN ? CANNOT : NOT;
}

static int answer(struct measure *m, const struct measure_status *s)
{
	if (m->format == MEASURE_JSON) {
		measure_status_put_json(s, &m->w.out);
	} else {
		measure_status_put(s, &m->w.out);
		buf_putc(&m->w.out, '\n');
	}
	return flush(m) == DONE ? status_of(measure_status_answer(s)) : CANNOT;
}

static int ask(struct measure *m, struct measure_status *s, const char *content)
{
	enum imalist_next got;
	struct imaentry e;

	while ((got = imalist_next(m->list, &e)) == IMALIST_ENTRY) {
		if (is_wanted(m, &e) && !measure_status_add(s, &e)) {
			say(content, "%s", listfiles_error(&m->arena, s->error));
			return CANNOT;
		}
		if (e.number == m->until) {
			got = IMALIST_END;
			break;
		}
	}
	if (judge_end(m, got) != DONE)
		return CANNOT;
	return answer(m, s);
}

/*
 * A file that is opened here may be measured by that, and then the list of this
 * machine ends with its content, whatever was there before (seen on booted 6.1 and
 * 6.12). So what counts is what the list has now.
 */
static bool read_before(struct measure *m)
{
	enum imalist_next got;
	struct imaentry e;

	while ((got = imalist_next(m->list, &e)) == IMALIST_ENTRY)
		m->until = e.number;
	if (judge_end(m, got) != DONE)
		return false;
	imalist_free(m->list);
	m->list = NULL;
	if (lseek(m->files.fds[0], 0, SEEK_SET)) {
		say(name_of(m), "%s", listfiles_error(&m->arena, errno));
		return false;
	}
	m->list = imalist_new(&m->form, m->files.fds, m->files.n);
	if (!m->list)
		say(NULL, "out of memory");
	return m->list;
}

static int run_status(struct measure *m, const char *content, bool own)
{
	struct measure_status s;
	const char *why = NULL;
	int status = CANNOT;

	if (own && !read_before(m))
		return CANNOT;
	if (measure_status_init(&s, &m->arena, m->status, content, &why))
		status = ask(m, &s, content);
	else
		say("--status", "%s", why);
	measure_status_free(&s);
	return status;
}

/* what is no option: lists, and with --status the content before them */
static int with_words(struct measure *m, int n, char **words)
{
	const char *content = m->status, *file = NULL, *why = NULL;
	int status = CANNOT;

	if (m->status && n) {
		content = *words++;
		n--;
	}
	if (m->bank && n) {
		say("--bank", "it says which of this machine's lists is read, and "
		    "%s is named", words[0]);
		return CANNOT;
	}
	if (!listfiles_open(&m->files, &m->arena, words, (size_t)n, m->bank,
			    &file, &why)) {
		say(file, "%s", why);
	} else {
		m->list = imalist_new(&m->form, m->files.fds, m->files.n);
		if (!m->list)
			say(NULL, "out of memory");
		else
			status = m->status ? run_status(m, content, !n) :
				 run_listing(m);
	}
	listfiles_close(&m->files);
	imalist_free(m->list);
	return status;
}

/* is --status among the words, so that options mean what they mean with it? */
static bool asks(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (!strcmp(argv[i], "--status") ||
		    !strncmp(argv[i], "--status=", 9))
			return true;
	return false;
}

static int start(void *arg, int argc, char **argv)
{
	struct measure *m = arg;
	bool asked = asks(argc, argv);
	int status = optrow_read(&options, asked ? STATUS : LISTING,
				 asked ? "--status" : "a list", m, argc, argv);

	if (status != OPTROW_GO_ON)
		return status;
	measure_writer_init(&m->w, &m->arena, m->format);
	buf_init(&m->name, &m->arena);
	return with_words(m, argc - optind, argv + optind);
}

int measure_main(int argc, char **argv)
{
	static struct measure m;

	/* a reader that has seen enough ends it, as any filter */
	signal(SIGPIPE, SIG_DFL);
	return oom_guard(&m.arena, start, &m, argc, argv);
}
