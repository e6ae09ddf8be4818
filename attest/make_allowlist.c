/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "allowlist_int.h"
#include "filedigest.h"
#include "hex.h"
#include "kmodel.h"
#include "make_allowlist.h"
#include "oom.h"
#include "onstop.h"
#include "optrow.h"
#include "outfile.h"
#include "say.h"
#include "streams.h"
#include "workers.h"

/* imapol-attest allowlist, as a program of its own: it reads archives and images. */

enum { MAKE_DONE, MAKE_BAD, MAKE_USAGE };	/* exit statuses */

static struct make make;	/* a signal sets stop */

/* ---- options ---- */

OPTROW_WORD(output, struct make, output)
OPTROW_WORD(mounts, struct make, mounts)
OPTROW_FLAG(packages, struct make, packages)
OPTROW_FLAG(quiet, struct make, quiet)

static bool take_format(void *arg, const char *value)
{
	struct make *m = arg;

	if (allowlist_form_find(value, &m->form))
		return true;
	say(NULL, "--format %s: it is own, sha256sum or keylime", value);
	return false;
}

static bool take_hash(void *arg, const char *value)
{
	struct filedigest *d = filedigest_new();
	int hash = kmodel_hash_index(value);
	bool made = d && filedigest_length(d, hash);
	struct make *m = arg;
	size_t i;

	filedigest_free(d);
	if (!made) {
		say(NULL, "--hash %s: %s", value, hash < 0 ?
		    "no kernel has a hash of that name" :
		    "libcrypto cannot make it");
		return false;
	}
	for (i = 0; i < m->hashes; i++)
		if (m->hash[i] == hash)
			return true;
	if (m->hashes == MAKE_HASHES_MAX) {
		say(NULL, "--hash %s: more than %d of them", value,
		    MAKE_HASHES_MAX);
		return false;
	}
	m->hash[m->hashes++] = hash;
	return true;
}

static bool take_jobs(void *arg, const char *value)
{
	struct make *m = arg;
	uint64_t n;

	if (!optrow_number("-j", value, 1, WORKERS_MAX, &n))
		return false;
	m->jobs = (unsigned int)n;
	return true;
}

static bool take_exclude(void *arg, const char *value)
{
	struct make *m = arg;
	struct glob_error err;
	struct glob g;

	if (!glob_parse(&m->arena, value, strlen(value), &g, &err)) {
		say(NULL, "--exclude %s: %s%s%s", value, err.what,
		    err.remedy ? ": " : "", err.remedy ? err.remedy : "");
		return false;
	}
	vec_push(&m->arena, &m->excludes, (struct glob_matcher){ 0 });
	glob_matcher_init(&m->excludes.v[m->excludes.n - 1], &m->arena, &g);
	return true;
}

static bool take_list(void *arg, const char *value)
{
	struct make *m = arg;

	vec_push(&m->arena, &m->lists, value);
	return true;
}

static bool take_add(void *arg, const char *value)
{
	struct make *m = arg;

	vec_push(&m->arena, &m->more, value);
	return true;
}

/* "HEX" or "HASH:HEX" */
static bool take_boot_aggregate(void *arg, const char *value)
{
	uint8_t digest[ALLOWLIST_DIGEST_MAX];
	struct make *m = arg;
	struct allowlist_reading r = { .arena = &m->arena };
	const char *colon = strchr(value, ':'), *hex = colon ? colon + 1 : value;
	struct allowlist_item i = { .kind = ALLOW_FILE, .digest = digest,
				    .name = "boot_aggregate" };

	i.len = hex_read(hex, strlen(hex), digest, sizeof(digest));
	if (colon)
		i.hash = kmodel_hash_index(arena_strndup(&m->arena, value,
						(size_t)(colon - value)));
	else
		i.hash = i.len ? allowlist_hash_of(&r, i.len) : -1;
	if (i.len && i.len == allowlist_hash_length(i.hash)) {
		allowset_add(&m->set, &i);
		return true;
	}
	say(NULL, "--boot-aggregate %s: it is no digest as the first entry of a "
	    "measurement list has it", value);
	return false;
}

/* in the order of the help */
static const struct optrow rows[] = {
	{ 'o', "output", "FILE", 1, take_output,
	  "where it is written (standard output)" },
	{ 0, "format", "FORM", 1, take_format,
	  "own, sha256sum or keylime (own)" },
	{ 'a', "hash", "HASH", 1, take_hash,
	  "of the contents (sha256); may be repeated" },
	{ 0, "packages", NULL, 1, take_packages,
	  "only files of packages, unchanged, by dpkg or rpm" },
	{ 0, "exclude", "GLOB", 1, take_exclude,
	  "files to be left out; may be repeated" },
	{ 0, "mounts", "FILE", 1, take_mounts,
	  "an fstab or findmnt -P of the system to be" },
	{ 0, "list", "FILE", 1, take_list,
	  "what a measurement list says, which is known to be good" },
	{ 0, "add", "FILE", 1, take_add,
	  "what is in another list of good contents, in any form" },
	{ 0, "boot-aggregate", "HEX", 1, take_boot_aggregate,
	  "the first entry of the machine's measurement list" },
	{ 'j', "jobs", "N", 1, take_jobs,
	  "threads (as many as there are processors)" },
	{ 'q', "quiet", NULL, 1, take_quiet, "no notes, no progress" },
};

static bool show_help(unsigned int command);

static const struct optrows options = { "imapol-attest allowlist", show_help,
					rows, ARRAY_SIZE(rows), false };

static bool show_help(unsigned int command)
{
	bool ok = say_print("usage: imapol-attest allowlist [OPTION]... SOURCE...\n"
		"Which contents are good: of all files below a root directory, or in "
		"a tar or cpio\narchive or an ext4 image.\n");

	ok = ok && optrow_help(&options, 1);
	return ok && say_print("\nExit status: 0 all is listed; 1 something was "
			       "left out, which was said; 2 nothing\nwas written.");
}

/* ---- what goes in ---- */

static bool add_list(struct make *m, const char *file)
{
	bool given = !strcmp(file, "-"), ok;
	int fd = given ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	const char *why = "";

	if (fd < 0) {
		say(file, "%s", strerror(errno));
		return false;
	}
	ok = allowset_read(&m->set, fd, &why);
	if (!ok)
		say(file, "%s", why);
	if (!given)
		close(fd);
	return ok;
}

static bool collect(struct make *m, char *const *sources, size_t n)
{
	bool ok = true;
	size_t i;

	for (i = 0; ok && i < m->more.n; i++)
		ok = add_list(m, m->more.v[i]);
	for (i = 0; ok && i < m->lists.n; i++)
		ok = make_list(m, m->lists.v[i]);
	for (i = 0; ok && i < n && !m->stop; i++)
		ok = make_tree(m, sources[i]);
	say_progress_end();
	return ok;
}

/* ---- what comes out ---- */

static bool has_boot_aggregate(const struct make *m)
{
	size_t i;

	for (i = 0; i < m->set.items.n; i++)
		if (!strcmp(m->set.items.v[i].name, "boot_aggregate"))
			return true;
	return false;
}

static bool put(struct make *m, const struct buf *text)
{
	const char *file = m->output;
	bool ok;

	if (file && strcmp(file, "-") != 0)
		ok = outfile_replace(&m->arena, file, text->s, text->len);
	else
		ok = outfile_write_all(STDOUT_FILENO, text->s, text->len);
	/* who reads has had enough */
	if (!ok && errno != EPIPE)
		say(file ? file : "standard output", "%s", strerror(errno));
	return ok;
}

static int write_out(struct make *m)
{
	const char *why;
	struct buf text;

	if (!m->set.items.n) {
		say(NULL, "there is no file to be listed: nothing is written");
		return MAKE_USAGE;
	}
	buf_init(&text, &m->arena);
	if (!allowlist_write(&m->set, m->form, &text, &why)) {
		say(NULL, "%s", why);
		return MAKE_USAGE;
	}
	if (!put(m, &text))
		return MAKE_USAGE;
	if (!m->quiet && !has_boot_aggregate(m))
		say(NULL, "boot_aggregate, the first entry of each measurement "
		    "list, is not in it: --boot-aggregate adds it");
	return m->bad ? MAKE_BAD : MAKE_DONE;
}

static int run(struct make *m, char *const *sources, size_t n)
{
	if (!n && !m->lists.n && !m->more.n) {
		say(NULL, "no source is named: try imapol-attest allowlist --help");
		return MAKE_USAGE;
	}
	if (m->packages && !n) {
		say(NULL, "--packages is about a root, and none is named");
		return MAKE_USAGE;
	}
	if (!m->hashes)
		take_hash(m, "sha256");
	if (!collect(m, sources, n))
		return MAKE_USAGE;
	if (m->stop) {
		say(NULL, "interrupted: nothing is written");
		return MAKE_USAGE;
	}
	return write_out(m);
}

/* ---- the process ---- */

static int start(void *arg, int argc, char **argv)
{
	struct make *m = arg;
	int status;

	allowset_init(&m->set, &m->arena);
	/* imapol-attest hands its own word on */
	if (argc > 1 && !strcmp(argv[1], "allowlist")) {
		argv++;
		argc--;
	}
	status = optrow_read(&options, 1, "allowlist", m, argc, argv);
	return status != OPTROW_GO_ON ? status :
		run(m, argv + optind, (size_t)(argc - optind));
}

int main(int argc, char **argv)
{
	streams_hold();
	say_as("imapol-attest");
	onstop_set(&make.stop);
	return oom_guard(&make.arena, start, &make, argc, argv);
}
