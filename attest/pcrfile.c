/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "num.h"
#include "pcrfile.h"
#include "tpmbytes.h"

enum {
	DIGEST_MAX = 64,
	LIST_MAX = 8,		/* digests in a TPML_DIGEST */
	VALUES_MAX = QUOTE_SELECTIONS_MAX * REPLAY_PCRS,
	/* struct sizes of tss2_tpm2_types.h */
	SELECTION_SIZE = 8,
	SELECTIONS_SIZE = 4 + QUOTE_SELECTIONS_MAX * SELECTION_SIZE,
	DIGEST_SIZE = 2 + DIGEST_MAX,
	DIGESTS_SIZE = 4 + LIST_MAX * DIGEST_SIZE,
};

/* digests in the order of the file */
struct values {
	struct {
		const uint8_t *p;
		size_t len;
	} v[VALUES_MAX];
	size_t n;
};

static bool push(struct values *all, const uint8_t *p, size_t len)
{
	if (all->n == VALUES_MAX)
		return false;
	all->v[all->n].p = p;
	all->v[all->n++].len = len;
	return true;
}

static bool put(struct pcrfile *f, enum replay_bank bank, unsigned int pcr,
		const uint8_t *value)
{
	if (f->known[bank] >> pcr & 1)
		return false;
	f->known[bank] |= 1u << pcr;
	memcpy(f->value[bank][pcr], value, replay_bank_size(bank));
	return true;
}

static const char *give_bank(struct pcrfile *f, const struct quote_selection *s,
			     const struct values *all, size_t *next)
{
	enum replay_bank bank = replay_bank_of_tcg(s->alg);
	unsigned int pcr;

	for (pcr = 0; pcr < REPLAY_PCRS; pcr++) {
		size_t i = *next;

		if (!(s->pcrs >> pcr & 1))
			continue;
		if (i == all->n)
			return "it selects more PCRs than it has values of";
		++*next;
		if (bank == REPLAY_BANKS)
			continue;
		if (all->v[i].len != replay_bank_size(bank))
			return "a value in it is of another length than its bank's";
		if (!put(f, bank, pcr, all->v[i].p))
			return "it selects a PCR twice";
	}
	return NULL;
}

static const char *give(struct pcrfile *f, const struct values *all)
{
	const char *why = NULL;
	size_t next = 0, i;

	for (i = 0; !why && i < f->selections; i++)
		why = give_bank(f, &f->select[i], all, &next);
	if (!why && next != all->n)
		why = "it has more values than it selects PCRs";
	return why;
}

/* ---- serialized ---- */

static uint16_t le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t le32(const uint8_t *p)
{
	return le16(p) | (uint32_t)le16(p + 2) << 16;
}

static bool is_serialized(const uint8_t *p, size_t len)
{
	return len >= SELECTIONS_SIZE + 4 &&
	       (len - SELECTIONS_SIZE - 4) % DIGESTS_SIZE == 0 &&
	       le32(p) - 1 < QUOTE_SELECTIONS_MAX &&
	       le32(p + SELECTIONS_SIZE) ==
			(len - SELECTIONS_SIZE - 4) / DIGESTS_SIZE;
}

static const char *serialized_selections(const uint8_t *p, struct pcrfile *f)
{
	const char *why = NULL;
	size_t i;

	f->selections = le32(p);
	p += 4;
	for (i = 0; !why && i < f->selections; i++, p += SELECTION_SIZE) {
		f->select[i].alg = le16(p);
		why = quote_bitmap(p + 3, p[2], &f->select[i].pcrs);
	}
	return why;
}

static const char *serialized_list(const uint8_t *p, struct values *all)
{
	uint32_t n = le32(p), i;

	if (n > LIST_MAX)
		return "a list in it has more digests than fit into one";
	p += 4;
	for (i = 0; i < n; i++, p += DIGEST_SIZE)
		if (le16(p) > DIGEST_MAX || !push(all, p + 2, le16(p)))
			return "it has more or longer digests than any TPM has";
	return NULL;
}

static const char *read_serialized(const uint8_t *p, size_t len,
				   struct pcrfile *f, struct values *all)
{
	const char *why = serialized_selections(p, f);
	size_t at;

	f->form = "serialized";
	for (at = SELECTIONS_SIZE + 4; !why && at < len; at += DIGESTS_SIZE)
		why = serialized_list(p + at, all);
	return why;
}

/* ---- marshaled ---- */

static bool is_marshaled(const uint8_t *p, size_t len)
{
	struct tpmbytes b = { .p = p, .left = len };

	return tpmbytes_u32(&b) - 1 < QUOTE_SELECTIONS_MAX;
}

static const char *marshaled_selections(struct tpmbytes *b, struct pcrfile *f)
{
	uint32_t n = tpmbytes_u32(b);
	const char *why = NULL;

	if (n > QUOTE_SELECTIONS_MAX)
		return "it selects more banks than any TPM has";
	while (!why && !b->is_short && f->selections < n) {
		struct quote_selection *s = &f->select[f->selections++];
		const uint8_t *map;
		size_t size;

		s->alg = tpmbytes_u16(b);
		size = tpmbytes_u8(b);
		map = tpmbytes_take(b, size);
		why = quote_bitmap(map, size, &s->pcrs);
	}
	return why;
}

static const char *marshaled_list(struct tpmbytes *b, struct values *all)
{
	uint32_t n = tpmbytes_u32(b);

	if (n > LIST_MAX)
		return "a list in it has more digests than fit into one";
	while (n-- && !b->is_short) {
		size_t len;
		const uint8_t *p = tpmbytes_sized(b, &len);

		if (p && (len > DIGEST_MAX || !push(all, p, len)))
			return "it has more or longer digests than any TPM has";
	}
	return NULL;
}

static const char *read_marshaled(const uint8_t *p, size_t len,
				  struct pcrfile *f, struct values *all)
{
	struct tpmbytes b = { .p = p, .left = len };
	const char *why = marshaled_selections(&b, f);
	uint32_t n = tpmbytes_u32(&b);

	f->form = "marshaled";
	while (!why && !b.is_short && n--)
		why = marshaled_list(&b, all);
	if (!why && b.is_short)
		why = "it ends early";
	if (!why && b.left)
		why = "there are bytes behind the values";
	return why;
}

/* ---- values ---- */

/* of all that is selected; 0: that cannot be told */
static size_t values_size(const struct quote_selection *select, size_t n)
{
	size_t all = 0, i;

	for (i = 0; i < n; i++) {
		enum replay_bank bank = replay_bank_of_tcg(select[i].alg);

		if (bank == REPLAY_BANKS)
			return 0;
		all += (size_t)__builtin_popcount(select[i].pcrs) *
			replay_bank_size(bank);
	}
	return all;
}

static const char *read_values(const uint8_t *p, size_t len,
			       const struct quote_selection *select, size_t n,
			       struct pcrfile *f, struct values *all)
{
	size_t size = values_size(select, n), i;
	unsigned int pcrs;

	f->form = "values";
	memcpy(f->select, select, n * sizeof(*select));
	f->selections = n;
	if (!size)
		return "it is bare values, and the size of those of a bank is not known";
	if (len < size)
		return "it is bare values, and fewer than the selection says";
	if (len > size)
		return "it is bare values, and more than the selection says";
	for (i = 0; i < n; i++) {
		size = replay_bank_size(replay_bank_of_tcg(select[i].alg));
		pcrs = (unsigned int)__builtin_popcount(select[i].pcrs);
		for (; pcrs; pcrs--, p += size)
			if (!push(all, p, size))
				return "it selects more PCRs than there are";
	}
	return NULL;
}

/* ---- text ---- */

static bool is_text(const uint8_t *p, size_t len)
{
	while (len--) {
		if ((*p < ' ' || *p > '~') && *p != '\n' && *p != '\r' &&
		    *p != '\t')
			return false;
		p++;
	}
	return true;
}

/* what is left of a line */
struct line {
	const char *s, *end;
};

static void skip_blanks(struct line *l)
{
	while (l->s < l->end && (*l->s == ' ' || *l->s == '\t' || *l->s == '\r'))
		l->s++;
}

static bool skip(struct line *l, const char *what)
{
	size_t n = strlen(what);

	if ((size_t)(l->end - l->s) < n || memcmp(l->s, what, n))
		return false;
	l->s += n;
	return true;
}

/* the digits at its beginning; false: none, or no PCR */
static bool read_pcr(struct line *l, unsigned int *pcr)
{
	const char *begin = l->s;
	uint64_t n;

	while (l->s < l->end && *l->s >= '0' && *l->s <= '9')
		l->s++;
	if (num_parse(begin, (size_t)(l->s - begin), 10, REPLAY_PCRS - 1, &n) !=
	    NUM_OK)
		return false;
	*pcr = (unsigned int)n;
	return true;
}

/* pairs of digits with blanks between them, to the end; 0: no such thing */
static size_t read_hex(struct line *l, uint8_t out[DIGEST_MAX])
{
	size_t n = 0;
	uint64_t byte;

	for (skip_blanks(l); l->s < l->end; skip_blanks(l)) {
		if (n == DIGEST_MAX || l->end - l->s < 2 ||
		    num_parse(l->s, 2, 16, 255, &byte) != NUM_OK)
			return 0;
		out[n++] = (uint8_t)byte;
		l->s += 2;
	}
	return n;
}

static enum replay_bank bank_of_size(size_t size)
{
	enum replay_bank b = 0;

	while (b < REPLAY_BANKS && replay_bank_size(b) != size)
		b++;
	return b;
}

/* "sha256:", alone on its line; false: it is none */
static bool read_bank(const struct line *l, enum replay_bank *bank)
{
	const char *end = l->end;

	while (end > l->s && (end[-1] == '\r' || end[-1] == ' '))
		end--;
	if (end == l->s || end[-1] != ':')
		return false;
	*bank = replay_bank_of_name(l->s, (size_t)(end - 1 - l->s));
	return true;
}

/* bank: of the last line that named one; REPLAY_BANKS: none, or unknown */
static const char *read_value(struct line l, enum replay_bank bank, bool named,
			      struct pcrfile *f)
{
	bool evmctl = skip(&l, "PCR-");
	uint8_t value[DIGEST_MAX];
	unsigned int pcr;
	size_t n;

	if (!read_pcr(&l, &pcr))
		return "a line in it has no number of a PCR";
	skip_blanks(&l);
	if (!skip(&l, ":"))
		return "a line in it is none of a PCR's value";
	skip_blanks(&l);
	(void)skip(&l, "0x");
	n = read_hex(&l, value);
	if (!n)
		return "a value in it is no number in hex";
	if (evmctl)
		bank = bank_of_size(n);
	else if (!named)
		return "a value in it stands below no bank";
	else if (bank == REPLAY_BANKS)
		return NULL;
	if (bank == REPLAY_BANKS || n != replay_bank_size(bank))
		return "a value in it is of another length than its bank's";
	return put(f, bank, pcr, value) ? NULL : "it has a PCR twice";
}

static const char *read_text(const char *s, size_t len, struct pcrfile *f)
{
	const char *end = s + len, *why = NULL;
	enum replay_bank bank = REPLAY_BANKS;
	bool named = false;

	f->form = "text";
	while (!why && s < end) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		struct line l = { s, nl ? nl : end };

		s = nl ? nl + 1 : end;
		skip_blanks(&l);
		if (l.s == l.end)
			continue;
		if (read_bank(&l, &bank))
			named = true;
		else
			why = read_value(l, bank, named, f);
	}
	return why;
}

/* as if it had said so */
static void select_known(struct pcrfile *f)
{
	enum replay_bank b;

	for (b = 0; b < REPLAY_BANKS; b++)
		if (f->known[b])
			f->select[f->selections++] = (struct quote_selection){
				replay_bank_tcg(b), f->known[b] };
}

/* ---- all of them ---- */

static const char *read_any(const uint8_t *p, size_t len,
			    const struct quote_selection *select, size_t n,
			    struct pcrfile *f)
{
	struct values all = { .n = 0 };
	const char *why;

	if (is_text(p, len)) {
		why = read_text((const char *)p, len, f);
		select_known(f);
		return why;
	}
	/* values may begin as anything: PCRs that nobody extended are zeros */
	if (n && len == values_size(select, n))
		why = read_values(p, len, select, n, f, &all);
	else if (is_serialized(p, len))
		why = read_serialized(p, len, f, &all);
	else if (is_marshaled(p, len))
		why = read_marshaled(p, len, f, &all);
	else if (n)
		why = read_values(p, len, select, n, f, &all);
	else
		why = "it is bare values, if anything: which PCRs they are has to be told";
	return why ? why : give(f, &all);
}

static bool same(const struct quote_selection *select, size_t n,
		 const struct pcrfile *f)
{
	uint32_t wanted[REPLAY_BANKS] = { 0 };
	size_t i;

	for (i = 0; i < n; i++) {
		enum replay_bank b = replay_bank_of_tcg(select[i].alg);

		if (b == REPLAY_BANKS)
			return false;
		wanted[b] |= select[i].pcrs;
	}
	return !memcmp(wanted, f->known, sizeof(wanted));
}

static bool has_any(const struct pcrfile *f)
{
	enum replay_bank b;
	uint32_t pcrs = 0;

	for (b = 0; b < REPLAY_BANKS; b++)
		pcrs |= f->known[b];
	return pcrs != 0;
}

const char *pcrfile_read(const void *bytes, size_t len,
			 const struct quote_selection *select, size_t n,
			 struct pcrfile *out)
{
	const char *why;

	memset(out, 0, sizeof(*out));
	if (!len)
		return "it is empty";
	if (len > PCRFILE_MAX)
		return "it is too large to be a file of PCRs";
	if (n > QUOTE_SELECTIONS_MAX)
		return "more banks are selected than any TPM has";
	why = read_any(bytes, len, select, n, out);
	if (!why && !has_any(out))
		why = "it has no PCR of sha1, sha256, sha384 or sha512";
	if (!why && select && !same(select, n, out))
		why = "the PCRs in it are others than those selected";
	return why;
}

/* ---- a selection in words ---- */

static const char *read_list(struct line l, uint32_t *pcrs)
{
	unsigned int pcr;

	*pcrs = 0;
	if (skip(&l, "all") && l.s == l.end) {
		*pcrs = (1u << REPLAY_PCRS) - 1;
		return NULL;
	}
	do {
		if (!read_pcr(&l, &pcr))
			return "a PCR is a number from 0 to 23";
		if (*pcrs >> pcr & 1)
			return "a PCR is named twice";
		*pcrs |= 1u << pcr;
	} while (skip(&l, ","));
	return l.s == l.end ? NULL : "a PCR is a number from 0 to 23";
}

static const char *read_part(struct line l, struct quote_selection *s)
{
	const char *colon = memchr(l.s, ':', (size_t)(l.end - l.s));
	enum replay_bank bank;

	if (!colon)
		return "a bank and its PCRs are written as sha256:10,11";
	bank = replay_bank_of_name(l.s, (size_t)(colon - l.s));
	if (bank == REPLAY_BANKS)
		return "a bank is one of sha1, sha256, sha384 and sha512";
	s->alg = replay_bank_tcg(bank);
	l.s = colon + 1;
	return read_list(l, &s->pcrs);
}

const char *pcrfile_selection(const char *text, struct quote_selection *out,
			      size_t *n)
{
	const char *why, *plus;
	struct quote_selection s;

	*n = 0;
	do {
		plus = strchr(text, '+');
		why = read_part((struct line){ text,
				plus ? plus : text + strlen(text) }, &s);
		if (why)
			return why;
		/* and so there are never more than there are banks */
		if (quote_selects(out, *n, s.alg))
			return "a bank is named twice";
		out[(*n)++] = s;
		text = plus ? plus + 1 : text;
	} while (plus);
	return NULL;
}

/* ---- what a quote says of it ---- */

static const char *covered(const struct pcrfile *f, const struct quote *q)
{
	uint32_t quoted[REPLAY_BANKS] = { 0 };
	enum replay_bank b;
	size_t i;

	for (i = 0; i < q->selections; i++) {
		b = replay_bank_of_tcg(q->select[i].alg);
		if (b < REPLAY_BANKS)
			quoted[b] |= q->select[i].pcrs;
		else if (q->select[i].pcrs)
			return "a bank was quoted that is none of sha1, sha256, sha384 and sha512";
	}
	for (b = 0; b < REPLAY_BANKS; b++) {
		if (quoted[b] & ~f->known[b])
			return "it lacks PCRs that were quoted";
		if (f->known[b] & ~quoted[b])
			return "it has PCRs that were not quoted";
	}
	return NULL;
}

static bool add_bank(EVP_MD_CTX *ctx, const struct pcrfile *f,
		     const struct quote_selection *s)
{
	enum replay_bank b = replay_bank_of_tcg(s->alg);
	unsigned int pcr;

	for (pcr = 0; pcr < REPLAY_PCRS; pcr++)
		if (s->pcrs >> pcr & 1 &&
		    !EVP_DigestUpdate(ctx, f->value[b][pcr], replay_bank_size(b)))
			return false;
	return true;
}

const char *pcrfile_digest(const struct pcrfile *f, uint16_t hash,
			   const struct quote *q, uint8_t out[64], size_t *len)
{
	const EVP_MD *md = tpmbytes_md(hash);
	const char *why = covered(f, q);
	unsigned int n = 0;
	EVP_MD_CTX *ctx;
	bool ok;
	size_t i;

	if (!md)
		return "the digest of the quote is by a hash that is none of sha256, sha384 and sha512";
	if (why)
		return why;
	ctx = EVP_MD_CTX_new();
	ok = ctx && EVP_DigestInit_ex(ctx, md, NULL);
	for (i = 0; ok && i < q->selections; i++)
		ok = add_bank(ctx, f, &q->select[i]);
	ok = ok && EVP_DigestFinal_ex(ctx, out, &n);
	EVP_MD_CTX_free(ctx);
	*len = n;
	return ok ? NULL : "out of memory";
}
