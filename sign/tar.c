/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "say.h"
#include "tar.h"

/*
 * An archive with signatures. Each regular file gets security.ima as a record of
 * pax, SCHILY.xattr.security.ima, which GNU tar and libarchive set; every other
 * byte is as it was. A content is laid by in an unnamed file, for its signature
 * stands before it; nothing grows with the archive.
 */
#define TAR_RECORD "SCHILY.xattr." SUBJECT_ATTR

enum {
	CHUNK = 256 * 1024,
	RECORDS_MAX = 16 * 1024 * 1024,	/* before one member */
	PIECES_MAX = 1000000,		/* of one sparse file */
};

/* what stands before a member and belongs to it */
struct tar {
	struct sign_run *run;
	struct tarstream s;
	struct hand *hand;
	struct arena *a;	/* the hand's: until the end of the member */
	int spool;
	char *chunk;
	struct buf before;	/* headers and names, as they are */
	size_t pax_at;		/* where in it the header of the records is */
	bool has_pax;
	const uint8_t *records;
	size_t records_len;
	const char *name;	/* NULL: only its header has one */
	/* the member */
	uint64_t stored;
	struct tarhead_map map;
	size_t map_bytes;	/* of stored, before the first piece */
	size_t n[OUTCOMES];
};

static bool bad(struct tar *t, const char *why)
{
	say(t->s.in_name, "at byte %llu: %s",
		 (unsigned long long)t->s.at, why);
	return false;
}

static size_t padding(uint64_t size)
{
	return (size_t)(-size & (TARHEAD_BLOCK - 1));
}

/* ---- what stands before a member ---- */

static bool add_before(struct tar *t, const struct tarhead *h,
		       const uint8_t *block, const uint8_t **text)
{
	size_t all, at = t->before.len;
	char *room;

	if (h->size > RECORDS_MAX || at > RECORDS_MAX)
		return bad(t, "records longer than any program writes");
	all = TARHEAD_BLOCK + (size_t)h->size + padding(h->size);
	room = arena_alloc(t->a, all);
	memcpy(room, block, TARHEAD_BLOCK);
	if (!tarstream_read(&t->s, room + TARHEAD_BLOCK, all - TARHEAD_BLOCK))
		return false;
	buf_add(&t->before, room, all);
	*text = (const uint8_t *)room + TARHEAD_BLOCK;
	return true;
}

static bool take_records(struct tar *t, const struct tarhead *h,
			 const uint8_t *block)
{
	struct tarhead_record r;
	size_t at = 0;

	if (t->has_pax)
		return bad(t, "records twice before a member");
	t->has_pax = true;
	t->pax_at = t->before.len;
	if (!add_before(t, h, block, &t->records))
		return false;
	t->records_len = (size_t)h->size;
	while (tarhead_next_record(t->records, t->records_len, &at, &r))
		if (tarhead_is(&r, "path"))
			t->name = arena_strndup(t->a, (const char *)r.value,
						r.value_len);
	return at == t->records_len || bad(t, "records that are damaged");
}

static bool take_long_name(struct tar *t, const struct tarhead *h,
			   const uint8_t *block)
{
	const uint8_t *text;

	if (!add_before(t, h, block, &text))
		return false;
	if (!t->name)
		t->name = arena_strndup(t->a, (const char *)text,
					strnlen((const char *)text,
						(size_t)h->size));
	return true;
}

/* the last one counts; false: there is none, or it is no number */
static bool find_number(const struct tar *t, const char *key, uint64_t *out)
{
	struct tarhead_record r;
	size_t at = 0;
	bool found = false;

	while (tarhead_next_record(t->records, t->records_len, &at, &r))
		if (tarhead_is(&r, key))
			found = tarhead_decimal(r.value, r.value_len, out);
	return found;
}

static bool find_record(const struct tar *t, const char *key,
			struct tarhead_record *out)
{
	struct tarhead_record r;
	size_t at = 0;
	bool found = false;

	while (tarhead_next_record(t->records, t->records_len, &at, &r)) {
		if (tarhead_is(&r, key)) {
			*out = r;
			found = true;
		}
	}
	return found;
}

/* ---- the content ---- */

static int open_spool(void)
{
	const char *dir = getenv("TMPDIR");
	char name[4096];
	int fd;

	if (!dir || strlen(dir) > sizeof(name) - 32)
		dir = "/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	strcpy(name, dir);
	strcat(name, "/imapol-sign.XXXXXX");
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	return fd;
}

static bool write_spool(struct tar *t, size_t len, uint64_t off)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pwrite(t->spool, t->chunk + done, len - done,
				   (off_t)(off + done));

		if (n < 0)
			return tarstream_fail("TMPDIR", strerror(errno));
		done += (size_t)n;
	}
	return true;
}

static bool lay_by(struct tar *t)
{
	uint64_t all = t->stored + padding(t->stored), off = 0;

	if (ftruncate(t->spool, 0))
		return tarstream_fail("TMPDIR", strerror(errno));
	while (off < all) {
		size_t n = all - off < CHUNK ? (size_t)(all - off) : CHUNK;

		if (!tarstream_read(&t->s, t->chunk, n) ||
		    !write_spool(t, n, off))
			return false;
		off += n;
	}
	return true;
}

static bool copy_spool(struct tar *t)
{
	off_t off = 0;
	ssize_t n;

	while ((n = pread(t->spool, t->chunk, CHUNK, off)) > 0) {
		if (!tarstream_write(&t->s, t->chunk, (size_t)n))
			return false;
		off += n;
	}
	return n == 0 || tarstream_fail("TMPDIR", strerror(errno));
}

/* of what is in the archive, without its map */
static ssize_t read_stored(struct tar *t, void *buf, size_t len, uint64_t off)
{
	uint64_t size = t->stored - t->map_bytes;

	if (off >= size)
		return 0;
	if (len > size - off)
		len = (size_t)(size - off);
	return pread(t->spool, buf, len, (off_t)(t->map_bytes + off));
}

/* of the file as it will be: pieces, with zeros between */
static ssize_t read_sparse(void *arg, void *buf, size_t len, uint64_t off)
{
	struct tar *t = arg;
	size_t i = tarhead_map_find(&t->map, off);
	uint64_t end = t->map.size;

	if (i < t->map.v.n) {
		const struct tarhead_piece *p = &t->map.v.v[i];

		end = p->off;
		if (off >= p->off) {
			if (len > p->off + p->len - off)
				len = (size_t)(p->off + p->len - off);
			return read_stored(t, buf, len, p->at + off - p->off);
		}
	}
	if (len > end - off)
		len = (size_t)(end - off);
	memset(buf, 0, len);
	return (ssize_t)len;
}

static ssize_t read_plain(void *arg, void *buf, size_t len, uint64_t off)
{
	return read_stored(arg, buf, len, off);
}

/* ---- maps of sparse files ---- */

/* GNU's type S: blocks of the map stand behind the header */
static bool read_old_map(struct tar *t, const uint8_t *block, struct buf *head)
{
	uint8_t next[TARHEAD_BLOCK];
	bool more;

	if (!tarhead_sparse(t->a, block, &t->map, &more))
		return bad(t, "a sparse file whose map is damaged");
	while (more) {
		if (!tarstream_read(&t->s, next, sizeof(next)))
			return false;
		buf_add(head, (const char *)next, sizeof(next));
		if (!tarhead_sparse_more(t->a, next, &t->map, &more) ||
		    t->map.v.n > PIECES_MAX)
			return bad(t, "a sparse file whose map is damaged");
	}
	return true;
}

/* GNU.sparse 1.0: before the content */
static bool read_map_lines(struct tar *t)
{
	size_t len = t->stored < RECORDS_MAX ? (size_t)t->stored : RECORDS_MAX;
	uint8_t *text = arena_alloc(t->a, len + 1);
	ssize_t n = pread(t->spool, text, len, 0);

	return find_number(t, "GNU.sparse.realsize", &t->map.size) &&
	       n == (ssize_t)len &&
	       tarhead_map_lines(t->a, text, len, &t->map, &t->map_bytes);
}

/* GNU.sparse 0.0: a record for each number */
static bool read_map_records(struct tar *t)
{
	struct tarhead_piece piece = { 0 };
	struct tarhead_record r;
	size_t at = 0;

	while (tarhead_next_record(t->records, t->records_len, &at, &r)) {
		if (tarhead_is(&r, "GNU.sparse.offset") &&
		    !tarhead_decimal(r.value, r.value_len, &piece.off))
			return false;
		if (!tarhead_is(&r, "GNU.sparse.numbytes"))
			continue;
		if (!tarhead_decimal(r.value, r.value_len, &piece.len))
			return false;
		vec_push(t->a, &t->map.v, piece);
	}
	return find_number(t, "GNU.sparse.size", &t->map.size);
}

/* false: it was said. *sparse: the map is what the file is to be read by */
static bool read_pax_map(struct tar *t, bool *sparse)
{
	struct tarhead_record r;
	bool good = true;

	*sparse = true;
	if (find_record(t, "GNU.sparse.major", &r))
		good = read_map_lines(t);
	else if (find_record(t, "GNU.sparse.map", &r))
		good = find_number(t, "GNU.sparse.size", &t->map.size) &&
		       tarhead_map_record(t->a, r.value, r.value_len, &t->map);
	else if (find_record(t, "GNU.sparse.size", &r))
		good = read_map_records(t);
	else if (find_record(t, "SCHILY.realsize", &r))
		good = false;
	else
		*sparse = false;
	return good || bad(t, "a sparse file whose map cannot be read");
}

/* ---- a file ---- */

/* left as it is where out->len is 0 then */
static bool seal(struct tar *t, struct subject_seal *out, bool sparse)
{
	const struct filedigest_source content = {
		.pread = sparse ? read_sparse : read_plain, .arg = t,
		.size = sparse ? t->map.size : t->stored,
	};
	struct sealcheck_file f = { .content = &content };
	struct tarhead_record r;
	const char *why;

	out->len = 0;
	if (subject_is_sig(t->name) && subject_content_is_seal(&content))
		return true;
	if (find_record(t, TAR_RECORD, &r) && r.value_len <= IMAXATTR_MAX) {
		f.ima = r.value;
		f.ima_len = r.value_len;
		if (sign_is_kept(t->hand, &f, t->run->o.verity)) {
			t->n[OUTCOME_LEFT]++;
			return true;
		}
	}
	if (!sign_seal(t->hand, &f, t->run->o.verity, out, &why))
		return tarstream_fail(t->name, why);
	f.ima = out->bytes;
	f.ima_len = out->len;
	if (!sign_fits(t->hand, &f, &why))
		return tarstream_fail(t->name, why);
	t->n[OUTCOME_DONE]++;
	return true;
}

/* those that are there but for the attribute, in both ways to write it */
static void put_records(struct tar *t, const struct subject_seal *seal,
			struct buf *out)
{
	struct tarhead_record r;
	size_t at = 0;

	while (tarhead_next_record(t->records, t->records_len, &at, &r))
		if (!tarhead_is(&r, TAR_RECORD) &&
		    !tarhead_is(&r, "LIBARCHIVE.xattr." SUBJECT_ATTR))
			buf_add(out, (const char *)t->records + r.at, r.len);
	tarhead_put_record(out, TAR_RECORD, seal->bytes, seal->len);
}

/* what stood before the member, with the records that there are now */
static bool write_before(struct tar *t, const uint8_t *member,
			 const struct subject_seal *seal)
{
	static const char zeros[TARHEAD_BLOCK];
	const char *p = t->before.s;
	size_t end, rest = t->before.len;
	struct buf records;
	uint8_t head[TARHEAD_BLOCK];

	buf_init(&records, t->a);
	put_records(t, seal, &records);
	end = t->has_pax ? t->pax_at : rest;
	if (t->has_pax)
		memcpy(head, p + end, sizeof(head));
	else
		tarhead_make_pax(member, t->name, records.len, head);
	tarhead_set_size(head, records.len);
	if ((end && !tarstream_write(&t->s, p, end)) ||
	    !tarstream_write(&t->s, head, sizeof(head)))
		return false;
	buf_add(&records, zeros, padding(records.len));
	if (!tarstream_write(&t->s, records.s, records.len))
		return false;
	if (t->has_pax)
		end += TARHEAD_BLOCK + t->records_len + padding(t->records_len);
	return end == rest || tarstream_write(&t->s, p + end, rest - end);
}

static bool copy_file(struct tar *t, const struct tarhead *h,
		      const uint8_t *block)
{
	bool sparse = h->kind == TARHEAD_SPARSE;
	struct subject_seal made;
	struct buf head;

	buf_init(&head, t->a);
	buf_add(&head, (const char *)block, TARHEAD_BLOCK);
	if (sparse && !read_old_map(t, block, &head))
		return false;
	if (!lay_by(t) || (!sparse && !read_pax_map(t, &sparse)))
		return false;
	if (sparse && !tarhead_map_good(&t->map, t->stored - t->map_bytes))
		return bad(t, "a sparse file whose map does not fit it");
	if (!seal(t, &made, sparse))
		return false;
	if (made.len ? !write_before(t, block, &made) : t->before.len &&
	    !tarstream_write(&t->s, t->before.s, t->before.len))
		return false;
	say_progress("%zu signed", t->n[OUTCOME_DONE]);
	return tarstream_write(&t->s, head.s, head.len) && copy_spool(t);
}

/* ---- members ---- */

static bool copy_other(struct tar *t, const uint8_t *block)
{
	uint64_t left = t->stored + padding(t->stored);

	if (t->before.len &&
	    !tarstream_write(&t->s, t->before.s, t->before.len))
		return false;
	if (!tarstream_write(&t->s, block, TARHEAD_BLOCK))
		return false;
	while (left) {
		size_t n = left < CHUNK ? (size_t)left : CHUNK;

		if (!tarstream_read(&t->s, t->chunk, n) ||
		    !tarstream_write(&t->s, t->chunk, n))
			return false;
		left -= n;
	}
	return true;
}

/*
 * Old programs give a link the size of its file and no content, POSIX lets it
 * have one. *ahead: a block was read to see which, and is the next header.
 */
static bool copy_link(struct tar *t, const uint8_t *block,
		      uint8_t next[TARHEAD_BLOCK], bool *ahead)
{
	uint64_t size = t->stored;
	struct tarhead h;

	t->stored = 0;
	if (!copy_other(t, block))
		return false;
	if (!size)
		return true;
	if (!tarstream_read(&t->s, next, TARHEAD_BLOCK))
		return false;
	tarhead_read(next, &h);
	*ahead = h.kind != TARHEAD_BAD;
	if (*ahead)
		return true;
	t->before.len = 0;
	t->stored = size - (size < TARHEAD_BLOCK ? size : TARHEAD_BLOCK);
	return copy_other(t, next);
}

static bool copy_member(struct tar *t, const struct tarhead *h,
			const uint8_t *block, uint8_t *next, bool *ahead)
{
	struct tarhead_record r;

	t->stored = h->size;
	if (h->kind != TARHEAD_EMPTY && find_record(t, "size", &r) &&
	    !find_number(t, "size", &t->stored))
		return bad(t, "a size that is no number");
	if (find_record(t, "GNU.sparse.name", &r))
		t->name = arena_strndup(t->a, (const char *)r.value,
					r.value_len);
	if (!t->name)
		t->name = arena_strndup(t->a, h->name, strlen(h->name));
	switch (h->kind) {
	case TARHEAD_FILE:
	case TARHEAD_SPARSE:
		return copy_file(t, h, block);
	case TARHEAD_LINK:
		return copy_link(t, block, next, ahead);
	default:
		return copy_other(t, block);
	}
}

static void begin_member(struct tar *t)
{
	arena_free(t->a);
	arena_init(t->a);
	t->a->on_oom = t->run->arena.on_oom;
	buf_init(&t->before, t->a);
	t->has_pax = false;
	t->records = NULL;
	t->records_len = t->map_bytes = 0;
	t->name = NULL;
	memset(&t->map, 0, sizeof(t->map));
}

/* *end: what follows is no archive */
static bool copy_block(struct tar *t, uint8_t *block, bool *ahead, bool *end)
{
	struct tarhead h;
	uint8_t now[TARHEAD_BLOCK];
	const uint8_t *text;
	bool ok;

	if (!*ahead && !tarstream_read(&t->s, block, TARHEAD_BLOCK))
		return false;
	*ahead = false;
	memcpy(now, block, sizeof(now));
	tarhead_read(now, &h);
	if (h.kind == TARHEAD_END) {
		*end = true;
		return tarstream_write(&t->s, now, sizeof(now));
	}
	if (h.kind == TARHEAD_BAD)
		return bad(t, t->s.at > TARHEAD_BLOCK ? "no header of tar: the "
			"archive is damaged" : "no archive of tar: only there "
			"is room for " SUBJECT_ATTR "; for cpio and zip sign "
			"with --detached before, and run imapol-sign apply where "
			"it is unpacked");
	if (h.kind == TARHEAD_PART)
		return bad(t, "a file of which a part is on another volume");
	if (!h.size_good)
		return bad(t, "a size that is no number");
	if (h.kind == TARHEAD_PAX)
		return take_records(t, &h, now);
	if (h.kind == TARHEAD_LONG_NAME)
		return take_long_name(t, &h, now);
	if (h.kind == TARHEAD_LONG_LINK)
		return add_before(t, &h, now, &text);
	ok = copy_member(t, &h, now, block, ahead);
	begin_member(t);
	return ok;
}

static bool has_bytes(const char *p, size_t len)
{
	return len && (*p || memcmp(p, p + 1, len - 1));
}

/* zeros; tar -i goes on with what is behind them, as with a second archive */
static bool copy_rest(struct tar *t)
{
	bool more = false;
	ssize_t n;

	while ((n = tarstream_read_some(&t->s, t->chunk, CHUNK)) > 0) {
		more = more || has_bytes(t->chunk, (size_t)n);
		if (!tarstream_write(&t->s, t->chunk, (size_t)n))
			return false;
	}
	if (more)
		say(t->s.in_name, "warning: something stands behind the "
			 "end of the archive: no file in it is signed");
	return n == 0;
}

static bool copy_archive(struct tar *t)
{
	uint8_t block[TARHEAD_BLOCK];
	bool ahead = false, end = false;

	if (!tarstream_open(&t->s, &t->run->arena))
		return false;
	begin_member(t);
	while (!end)
		if (!copy_block(t, block, &ahead, &end))
			return false;
	return copy_rest(t) && tarstream_finish(&t->s);
}

int tar_main(struct sign_run *r)
{
	struct tar t = {
		.run = r, .spool = -1,
		.s = { .in_name = r->o.paths[0], .out_name = r->o.paths[1],
		       .stop = &r->stop, .fd = -1 },
	};
	bool ok = false;

	if (!sign_run_aim(r) || !sign_run_signer(r))
		return SIGN_USAGE;
	t.chunk = arena_alloc(&r->arena, CHUNK);
	t.hand = crew_hand_new(r);
	t.spool = open_spool();
	if (!t.hand || t.spool < 0) {
		tarstream_fail("TMPDIR", strerror(errno));
	} else {
		t.a = &t.hand->arena;
		arena_init(t.a);
		ok = copy_archive(&t);
		arena_free(t.a);
	}
	say_progress_end();
	tarstream_close(&t.s);
	if (t.spool >= 0)
		close(t.spool);
	if (t.hand)
		crew_hand_free(t.hand);
	if (ok && !r->o.quiet)
		say(NULL, "%zu signed, %zu signed before",
			 t.n[OUTCOME_DONE], t.n[OUTCOME_LEFT]);
	return ok ? SIGN_GOOD : SIGN_USAGE;
}
