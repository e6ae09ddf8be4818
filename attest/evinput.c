/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evinput_int.h"
#include "hex.h"
#include "outfile.h"
#include "source.h"

/* ---- files ---- */

const char *evinput_read(struct arena *a, const char *file, size_t max,
			 const char **text, size_t *len)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), error;
	enum source_error got = SOURCE_ERRNO;

	if (fd >= 0)
		got = source_read_most(a, fd, max, text, len);
	error = errno;
	if (fd >= 0)
		close(fd);
	switch (got) {
	case SOURCE_ERRNO:
		return buf_textf(a, "cannot be read: %s", strerror(error));
	case SOURCE_TOO_LARGE:
		return buf_textf(a, "larger than %zu bytes: it is no such file",
				 max);
	case SOURCE_OK:
		break;
	}
	return NULL;
}

static const char *open_list(struct evinput *in, const char *file)
{
	struct stat st;
	int fd;

	if (in->lists == EVINPUT_LISTS_MAX)
		return buf_textf(in->arena, "more than %d pieces of a list",
				 EVINPUT_LISTS_MAX);
	fd = strcmp(file, "-") ? open(file, O_RDONLY | O_CLOEXEC) :
		fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return buf_textf(in->arena, "cannot be read: %s",
				 strerror(errno));
	if (!fstat(fd, &st) && S_ISDIR(st.st_mode)) {
		close(fd);
		return "it is a directory, and no list";
	}
	in->list[in->lists++] = fd;
	return NULL;
}

/* ---- bundles ---- */

static const char *read_piece(struct evinput *in, int fd,
			      const struct bundle_piece *piece,
			      const uint8_t **bytes, size_t *len)
{
	char *room;

	if (!piece)
		return NULL;
	room = arena_alloc(in->arena, (size_t)piece->len + 1);
	for (*len = 0; *len < piece->len;) {
		ssize_t n = pread(fd, room + *len, (size_t)piece->len - *len,
				  (off_t)(piece->offset + *len));

		if (n <= 0)
			return n ? strerror(errno) : "it ends early";
		*len += (size_t)n;
	}
	*bytes = (const uint8_t *)room;
	return NULL;
}

static bool copy_piece(int from, int to, const struct bundle_piece *piece)
{
	char room[65536];
	uint64_t done = 0;

	while (done < piece->len) {
		uint64_t left = piece->len - done;
		ssize_t n = pread(from, room, left < sizeof(room) ? (size_t)left
				  : sizeof(room), (off_t)(piece->offset + done));

		if (n <= 0 || !outfile_write_all(to, room, (size_t)n))
			return false;
		done += (uint64_t)n;
	}
	return lseek(to, 0, SEEK_SET) == 0;
}

/* a list is read to its file's end: one that stands before something is copied */
static const char *open_piece(struct evinput *in, int fd,
			      const struct bundle_piece *piece)
{
	struct stat st;
	FILE *copy;
	int own;

	if (in->lists == EVINPUT_LISTS_MAX)
		return "too many pieces of a list";
	if (!fstat(fd, &st) &&
	    piece->offset + piece->len == (uint64_t)st.st_size) {
		own = open(in->words->bundle, O_RDONLY | O_CLOEXEC);
		if (own < 0 || lseek(own, (off_t)piece->offset, SEEK_SET) < 0)
			return strerror(errno);
		in->list[in->lists++] = own;
		return NULL;
	}
	copy = tmpfile();
	own = copy ? dup(fileno(copy)) : -1;
	if (copy)
		fclose(copy);
	if (own < 0 || !copy_piece(fd, own, piece))
		return "its list cannot be copied to a temporary file";
	in->list[in->lists++] = own;
	return NULL;
}

static const char *take_pieces(struct evinput *in, int fd,
			       const struct bundle *b)
{
	const struct bundle_piece *piece;
	const char *why;
	size_t i;

	why = read_piece(in, fd, bundle_find(b, BUNDLE_QUOTE),
			 &in->quote_bytes, &in->quote_len);
	if (!why)
		why = read_piece(in, fd, bundle_find(b, BUNDLE_SIGNATURE),
				 &in->signature_bytes, &in->signature_len);
	piece = bundle_find(b, BUNDLE_EVENTLOG);
	if (!why && piece && piece->len > EVENTLOG_MAX)
		why = "its event log is larger than any";
	if (!why)
		why = read_piece(in, fd, piece, &in->event_bytes,
				 &in->event_len);
	for (i = 0; !why && i < b->n; i++)
		if (b->piece[i].part == BUNDLE_LIST)
			why = open_piece(in, fd, &b->piece[i]);
	return why;
}

static const char *open_bundle(struct evinput *in)
{
	struct bundle b;
	const char *why;
	struct stat st;
	int fd = open(in->words->bundle, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return buf_textf(in->arena, "cannot be read: %s",
				 strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return "a bundle has to be a regular file";
	}
	in->quoted = true;
	why = bundle_read(fd, &b);
	if (why)
		evfind_say(in->found, EVFIND_QUOTE, NULL, "the bundle: %s", why);
	else
		why = take_pieces(in, fd, &b);
	close(fd);
	return evfind_total(in->found) ? NULL : why;
}

/* ---- the quote ---- */

static const char *read_part(struct evinput *in, const char *file,
			     const uint8_t **bytes, size_t *len)
{
	const char *text, *why;

	if (!file)
		return NULL;
	why = evinput_read(in->arena, file, QUOTE_MAX, &text, len);
	*bytes = (const uint8_t *)text;
	return why;
}

static const char *read_key(struct evinput *in)
{
	const char *text, *why;
	size_t len;

	why = evinput_read(in->arena, in->words->key, TPMKEY_MAX, &text, &len);
	if (!why)
		why = tpmkey_read(text, len, &in->key);
	if (!why && !tpmkey_fingerprint(&in->key, in->fingerprint))
		why = "its fingerprint cannot be made";
	return why;
}

static void check_nonce(struct evinput *in)
{
	uint8_t nonce[QUOTE_NONCE_MAX];
	size_t n = hex_read(in->words->nonce, strlen(in->words->nonce), nonce,
			    sizeof(nonce));

	if (in->quote.nonce_len == n && !memcmp(in->quote.nonce, nonce, n))
		return;
	in->verified = false;
	evfind_say(in->found, EVFIND_QUOTE, "ask the device again, with a nonce "
		   "that was never used", "its nonce is another than the one "
		   "that was asked for: an old quote, or that of another round");
}

static uint16_t plain_hash(const struct evinput *in)
{
	const char *word = in->words->signature_hash;

	return word ? replay_bank_tcg(replay_bank_of_name(word, strlen(word))) :
		0;
}

static void check_signature(struct evinput *in)
{
	struct quote_signature s;
	const char *why;

	why = quote_signature_read(in->signature_bytes, in->signature_len,
				   plain_hash(in), &s);
	if (!why) {
		why = quote_verify(in->quote_bytes, in->quote_len, &s, &in->key);
		in->goal.digest_hash = replay_bank_of_tcg(s.hash);
	}
	in->verified = !why;
	if (why)
		evfind_say(in->found, EVFIND_QUOTE, in->words->signature_hash ?
			   NULL : "where it is bare (tpm2_quote -f plain), say so "
			   "by --signature-hash", "the signature: %s", why);
}

static void take_selection(struct evinput *in)
{
	struct replay_goal *g = &in->goal;
	size_t i;

	for (i = 0; i < in->quote.selections; i++) {
		const struct quote_selection *s = &in->quote.select[i];
		enum replay_bank b = replay_bank_of_tcg(s->alg);

		if (b == REPLAY_BANKS) {
			evfind_say(in->found, EVFIND_QUOTE, NULL, "it covers "
				   "PCRs of a bank that cannot be replayed "
				   "(TCG 0x%04x)", s->alg);
			continue;
		}
		/* a bank without a PCR adds nothing to the digest */
		if (!s->pcrs)
			continue;
		if (g->pcrs[b]) {
			evfind_say(in->found, EVFIND_QUOTE, NULL, "it names "
				   "bank %s twice", replay_bank_name(b));
			continue;
		}
		g->pcrs[b] = s->pcrs;
		g->order[g->n_order++] = b;
	}
}

/* its hash is that of the signature, which may be one that cannot be read */
static void take_digest(struct evinput *in)
{
	struct replay_goal *g = &in->goal;
	size_t len = in->quote.digest_len;
	enum replay_bank b = g->digest_hash;

	if (b >= REPLAY_BANKS || replay_bank_size(b) != len)
		for (b = 0; b < REPLAY_BANKS && replay_bank_size(b) != len; b++)
			;
	in->sound = g->n_order && b < REPLAY_BANKS;
	if (!g->n_order)
		evfind_say(in->found, EVFIND_QUOTE, NULL, "it covers no PCR");
	else if (!in->sound)
		evfind_say(in->found, EVFIND_QUOTE, NULL, "its digest of PCRs is "
			   "of %zu bytes, which no hash of a signature has", len);
	if (!in->sound)
		return;
	g->digest_hash = b;
	g->digest_len = len;
	memcpy(g->digest, in->quote.digest, len);
}

static void take_quote(struct evinput *in)
{
	const char *why = in->quote_bytes ? quote_read(in->quote_bytes,
			in->quote_len, &in->quote) : "there is none";

	if (!why && !in->signature_bytes)
		why = "it comes without a signature";
	if (why) {
		evfind_say(in->found, EVFIND_QUOTE, NULL, "the quote: %s", why);
		return;
	}
	check_signature(in);
	check_nonce(in);
	take_selection(in);
	take_digest(in);
}

/* ---- what has to be covered ---- */

void evinput_put_selection(const struct replay_goal *g, struct buf *out)
{
	unsigned int p, n;
	size_t i;

	for (i = 0; i < g->n_order; i++) {
		buf_printf(out, "%s%s:", i ? "+" : "",
			   replay_bank_name(g->order[i]));
		if (g->pcrs[g->order[i]] == (1u << REPLAY_PCRS) - 1) {
			buf_puts(out, "all");
			continue;
		}
		for (p = n = 0; p < REPLAY_PCRS; p++)
			if (g->pcrs[g->order[i]] & 1u << p)
				buf_printf(out, "%s%u", n++ ? "," : "", p);
	}
}

static void check_select(struct evinput *in)
{
	struct quote_selection want[QUOTE_SELECTIONS_MAX];
	uint32_t pcrs[REPLAY_BANKS] = { 0 };
	enum replay_bank b;
	struct buf have;
	size_t i, n;

	if (!in->words->select ||
	    pcrfile_selection(in->words->select, want, &n))
		return;
	for (i = 0; i < n; i++) {
		b = replay_bank_of_tcg(want[i].alg);
		if (b < REPLAY_BANKS)
			pcrs[b] |= want[i].pcrs;
	}
	if (!memcmp(pcrs, in->goal.pcrs, sizeof(pcrs)))
		return;
	buf_init(&have, in->arena);
	evinput_put_selection(&in->goal, &have);
	evfind_say(in->found, EVFIND_QUOTE, NULL, "it covers %s, and not %s as "
		   "was asked for", have.s ? have.s : "no PCR",
		   in->words->select);
}

static void check_cover(struct evinput *in)
{
	const struct replay_goal *g = &in->goal;
	enum evfind_kind kind = in->quoted ? EVFIND_QUOTE : EVFIND_PCRS;
	uint32_t bit = 1u << in->words->ima_pcr, strong = 0;
	enum replay_bank b;

	for (b = REPLAY_SHA1 + 1; b < REPLAY_BANKS; b++)
		strong |= g->pcrs[b];
	if (strong & bit)
		return;
	if (!(g->pcrs[REPLAY_SHA1] & bit))
		evfind_say(in->found, kind, "ask for it, or say by --ima-pcr "
			   "where the kernel puts its measurements",
			   "PCR %u, where IMA puts its measurements, is not "
			   "covered", in->words->ima_pcr);
	else if (!in->words->allow_sha1)
		evfind_say(in->found, kind, "ask for the bank sha256; or "
			   "--allow-sha1", "PCR %u is covered in the bank sha1 "
			   "alone, for which two lists with one PCR can be made",
			   in->words->ima_pcr);
}

/* ---- all of it ---- */

/* words that are wrong by themselves */
static const char *check_words(const struct evinput *in)
{
	const struct evinput_words *w = in->words;
	struct quote_selection s[QUOTE_SELECTIONS_MAX];
	uint8_t nonce[QUOTE_NONCE_MAX];
	unsigned int pcr;
	const char *why;
	size_t i, n;

	if (w->nonce && !hex_read(w->nonce, strlen(w->nonce), nonce,
				  sizeof(nonce)))
		return "--nonce: it is 1 to 64 bytes in hexadecimal";
	if (w->signature_hash && !plain_hash(in))
		return "--signature-hash: sha256, sha384 or sha512";
	why = w->select ? pcrfile_selection(w->select, s, &n) : NULL;
	if (why)
		return buf_textf(in->arena, "--select %s: %s", w->select, why);
	for (i = 0; i < w->extended.n; i++)
		if (!evinput_extended_pcr(w->extended.v[i], &pcr))
			return buf_textf(in->arena, "--extended %s: it is "
					 "PCR=HASH or PCR=FILE",
					 w->extended.v[i]);
	return NULL;
}

static const char *open_quote(struct evinput *in, const char **file)
{
	const struct evinput_words *w = in->words;
	const char *why;

	*file = w->key;
	why = read_key(in);
	if (!why) {
		*file = w->quote;
		why = read_part(in, w->quote, &in->quote_bytes, &in->quote_len);
	}
	if (!why) {
		*file = w->signature;
		why = read_part(in, w->signature, &in->signature_bytes,
				&in->signature_len);
	}
	if (!why)
		take_quote(in);
	return why;
}

static const char *open_rest(struct evinput *in, const char **file)
{
	const struct evinput_words *w = in->words;
	const char *why = NULL;
	size_t i;

	for (i = 0; !why && i < w->pcrs.n; i++) {
		*file = w->pcrs.v[i];
		why = evinput_values(in, *file);
	}
	if (why)
		return why;
	*file = w->event_log;
	why = evinput_events(in);
	if (why)
		return why;
	*file = NULL;
	why = evinput_extended(in);
	for (i = 0; !why && i < w->lists.n; i++) {
		*file = w->lists.v[i];
		why = open_list(in, *file);
	}
	if (why)
		return why;
	check_select(in);
	check_cover(in);
	return NULL;
}

const char *evinput_open(struct evinput *in, struct arena *a,
			 struct evfind *found, const struct evinput_words *w,
			 const char **file)
{
	const char *why;

	memset(in, 0, sizeof(*in));
	in->arena = a;
	in->found = found;
	in->words = w;
	in->quoted = w->quote != NULL;
	*file = NULL;
	why = check_words(in);
	if (!why && w->bundle) {
		*file = w->bundle;
		why = open_bundle(in);
	}
	if (!why && in->quoted)
		why = open_quote(in, file);
	return why ? why : open_rest(in, file);
}

void evinput_close(struct evinput *in)
{
	size_t i;

	for (i = 0; i < in->lists; i++)
		close(in->list[i]);
	tpmkey_free(&in->key);
}
