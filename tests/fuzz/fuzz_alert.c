/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alertfold.h"
#include "fuzz.h"
#include "jsonread.h"
#include "spool.h"
#include "stored.h"

/*
 * The first byte says what the others are: s: a file of a spool; d: its "done"; v: a
 * secret of Vault, as imapol-attest put stores one; any other: a record of a spool. A
 * spool takes one alert more and gives it back behind those that it had, and the
 * message of all is JSON without controls but newlines.
 */

static void fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

/* in memory where that is there, as spools are synced */
static char shm[] = "/dev/shm/fuzz-alert-XXXXXX";
static char tmp[] = "/tmp/fuzz-alert-XXXXXX";
static const char *dir;

static void clean(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command))
		fail("rm");
}

static void put_file(const char *name, const uint8_t *data, size_t size)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		fail("write");
	close(fd);
}

static void check_message(struct arena *a, const struct alertfold *f)
{
	struct jsonread r;
	const char *key, *text = NULL, *p;
	struct buf b;

	buf_init(&b, a);
	alertfold_put(f, "a host", &b);
	jsonread_init(&r, a, b.s, b.len);
	if (!jsonread_enter(&r, '{') || !jsonread_member(&r, &key) ||
	    strcmp(key, "text"))
		fail("no text");
	text = jsonread_text(&r);
	if (jsonread_member(&r, &key) || !jsonread_end(&r) || !text)
		fail("no JSON");
	for (p = text; *p; p++)
		if (((unsigned char)*p < ' ' && *p != '\n') || *p == '\177' ||
		    *p == '<' || *p == '>')
			fail("a byte that stands as it is");
	if (strlen(text) > 16384)
		fail("a long message");
}

static void read_record(struct arena *a, const uint8_t *data, size_t size)
{
	static struct alertfold f;

	alertfold_init(&f, 7);
	if (!alertfold_add(&f, 7, (const char *)data, size) ||
	    !alertfold_add(&f, 9, (const char *)data, size))
		fail("no room for one kind");
	if (f.next != 10 || f.n + f.lost != 3)
		fail("numbers");
	check_message(a, &f);
}

static void read_spool(struct arena *a, const char *name, const uint8_t *data,
		       size_t size)
{
	static struct alertfold f;
	char bytes[SPOOL_RECORD_MAX], packed[ALERT_PACKED_MAX];
	const struct alert alert = { .kind = "the last", .name = "n" };
	size_t len, n = alert_pack(&alert, packed);
	uint64_t at, end;
	const char *why;
	struct spool *s;

	put_file(name, data, size);
	s = spool_open(a, dir, SPOOL_LEAST, &why);
	if (!s)
		fail(why);
	if (!spool_put(s, packed, n))
		fail("it takes no more");
	end = spool_end(s);
	alertfold_init(&f, spool_first(s));
	while ((at = spool_get(s, f.next, bytes, &len)) < end)
		if (at < f.next || !alertfold_add(&f, at, bytes, len))
			break;
	if (at == end && (f.next != end || len || spool_first(s) > end - 1))
		fail("the last one is not there");
	check_message(a, &f);
	spool_done(s, end);
	spool_close(s);
}

static void read_secret(struct arena *a, const uint8_t *data, size_t size)
{
	struct stored s, again;
	const char *bytes;
	struct jsonread r;
	struct buf b;
	size_t len;

	jsonread_init(&r, a, (const char *)data, size);
	if (stored_read(a, &r, &s))
		return;
	buf_init(&b, a);
	stored_put(&s, &b);
	jsonread_init(&r, a, b.s, b.len);
	if (stored_read(a, &r, &again) || strcmp(s.verdict, again.verdict) ||
	    s.parts.n != again.parts.n || s.bytes != again.bytes)
		fail("it is another once it is written");
	bytes = s.bundle ? stored_bytes(a, s.bundle, &len) : NULL;
	if (bytes && len > strlen(s.bundle))
		fail("base64");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;

	if (!size)
		return 0;
	if (!dir) {
		dir = mkdtemp(shm);
		if (!dir)
			dir = mkdtemp(tmp);
		if (!dir || atexit(clean))
			fail("no folder");
	}
	arena_init(&a);
	if (*data == 's' || *data == 'd') {
		put_file("done", data, 0);
		read_spool(&a, *data == 's' ? "0000000000000001.spool" : "done",
			   data + 1, size - 1);
	} else if (*data == 'v') {
		read_secret(&a, data + 1, size - 1);
	} else {
		read_record(&a, data + 1, size - 1);
	}
	arena_free(&a);
	return 0;
}
