/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "imalist_int.h"
#include "kmodel.h"
#include "kmodel_row.h"
#include "utf8.h"

/* bytes, and PCRs of a TPM of a PC */
enum { SHA1 = 20, MD5 = 16, OLD_NAME_MAX = 255, LEN = 4 };

static const char *const names[] = {
	[IMAFIELD_D] = "d",
	[IMAFIELD_N] = "n",
	[IMAFIELD_D_NG] = "d-ng",
	[IMAFIELD_D_NGV2] = "d-ngv2",
	[IMAFIELD_N_NG] = "n-ng",
	[IMAFIELD_SIG] = "sig",
	[IMAFIELD_BUF] = "buf",
	[IMAFIELD_D_MODSIG] = "d-modsig",
	[IMAFIELD_MODSIG] = "modsig",
	[IMAFIELD_EVMSIG] = "evmsig",
	[IMAFIELD_XATTRNAMES] = "xattrnames",
	[IMAFIELD_XATTRLENGTHS] = "xattrlengths",
	[IMAFIELD_XATTRVALUES] = "xattrvalues",
	[IMAFIELD_IUID] = "iuid",
	[IMAFIELD_IGID] = "igid",
	[IMAFIELD_IMODE] = "imode",
};

_Static_assert(ARRAY_SIZE(names) == IMAFIELD_COUNT, "a name for each field");

const char *imafield_name(enum imafield f)
{
	return names[f];
}

const struct imalist_field *imaentry_field(const struct imaentry *e,
					   enum imafield kind)
{
	size_t i;

	for (i = 0; i < e->fields; i++)
		if (e->field[i].kind == kind)
			return &e->field[i];
	return NULL;
}

/* a tab would stand for blanks, and names have none: all that is not seen is a code */
static bool is_blank(const char *s, size_t len)
{
	uint32_t c;

	if (!utf8_decode(s, len, &c))
		return false;
	return c == '\t' || c == ' ' || c == '<' || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
	       c == 0x2800 || c == 0x3000;
}

void imaentry_put_name(const struct imaentry *e, struct buf *out)
{
	const char *s = e->name;
	size_t left = e->name_len, column = 0, n;
	uint32_t c;

	for (; left; s += n, left -= n) {
		if (!is_blank(s, left)) {
			n = utf8_put_visible(out, s, left, &column);
			continue;
		}
		n = utf8_decode(s, left, &c);
		buf_printf(out, n > 1 ? "<U+%04X>" : "<%02x>", (unsigned int)c);
	}
}

/* ---- what is wrong ---- */

__attribute__((cold)) PRINTF_LIKE(4, 5)
static enum imalist_parse bad(struct imalist_parser *p,
			      enum imalist_stage stage, size_t at,
			      const char *fmt, ...)
{
	va_list ap;

	p->stage = stage;
	p->at = at;
	va_start(ap, fmt);
	vsnprintf(p->why, sizeof(p->why), fmt, ap);
	va_end(ap);
	return PARSE_BAD;
}

static enum imalist_parse more(struct imalist_parser *p,
			       enum imalist_stage stage, size_t at)
{
	p->stage = stage;
	p->at = at;
	return PARSE_MORE;
}

/* "ima-ng", or words where its bytes are no text to show */
static const char *name_text(const struct imalist_template *t, char *room)
{
	size_t i;

	for (i = 0; i < t->len; i++)
		if (t->name[i] <= ' ' || t->name[i] > '~')
			return "with bytes that no name has";
	memcpy(room, t->name, t->len);
	room[t->len] = '\0';
	return room;
}

uint32_t imalist_u32(const uint8_t *s, bool big)
{
	return big ? (uint32_t)s[0] << 24 | (uint32_t)s[1] << 16 |
		     (uint32_t)s[2] << 8 | s[3] :
		     (uint32_t)s[3] << 24 | (uint32_t)s[2] << 16 |
		     (uint32_t)s[1] << 8 | s[0];
}

/* ---- templates ---- */

static bool add_field(struct imalist_template *t, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < IMAFIELD_COUNT; i++)
		if (strlen(names[i]) == len && !memcmp(names[i], name, len))
			break;
	if (i == IMAFIELD_COUNT || t->fields == IMALIST_FIELDS_MAX)
		return false;
	t->kind[t->fields++] = (enum imafield)i;
	return true;
}

static bool take_format(struct imalist_template *t, const char *format,
			size_t len)
{
	const char *end = format + len, *bar;

	do {
		bar = memchr(format, '|', (size_t)(end - format));
		if (!add_field(t, format, (size_t)((bar ? bar : end) - format)))
			return false;
		format = bar ? bar + 1 : end;
	} while (bar);
	return true;
}

/* by its name, which is its format where it has no other (ima_template_fmt=) */
static bool take_template(struct imalist_template *t, const char *name,
			  size_t len)
{
	enum kfeature row;
	char word[IMALIST_NAME_MAX + 1];

	memcpy(t->name, name, len);
	memcpy(word, name, len);
	word[len] = '\0';
	t->len = len;
	t->fields = 0;
	row = strlen(word) == len ? kmodel_template_row(word) : KF_COUNT;
	t->old = row == KF_TMPL_IMA;
	if (row == KF_COUNT)
		return take_format(t, name, len);
	return take_format(t, kmodel_row(row)->text,
			   strlen(kmodel_row(row)->text));
}

static enum imalist_parse find_template(struct imalist_parser *p,
					const uint8_t *name, size_t len,
					size_t at)
{
	struct imalist_template *t = &p->template;
	char room[IMALIST_NAME_MAX + 1];

	if (len == t->len && !memcmp(t->name, name, len))
		return PARSE_OK;
	if (take_template(t, (const char *)name, len))
		return PARSE_OK;
	bad(p, IMALIST_AT_NAME, at, "template %s: no template, and no format "
	    "of the fields of templates", name_text(t, room));
	t->len = 0;
	return PARSE_BAD;
}

/* ---- fields ---- */

/* it is shown as it is, so it holds what names of hashes hold */
static bool is_algo(const uint8_t *s, size_t len)
{
	static const char may[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t i;

	for (i = 0; i < len && s[i] && strchr(may, s[i]); i++)
		;
	return len && i == len;
}

/* "sha256:" and a NUL, in d-ngv2 behind "ima:" or "verity:"; false: it is none */
static bool take_prefix(struct imalist_prefix *x, const uint8_t *s, size_t len,
			bool v2)
{
	const uint8_t *nul = memchr(s, '\0', len < sizeof(x->bytes) ? len :
				    sizeof(x->bytes));
	const uint8_t *algo = s, *colon;
	char word[IMALIST_PREFIX_MAX];

	if (!nul || nul == s || nul[-1] != ':')
		return false;
	if (v2) {
		colon = memchr(s, ':', (size_t)(nul - s));
		algo = colon + 1;
		x->verity = !strncmp((const char *)s, "verity:", 7);
		if (!x->verity && strncmp((const char *)s, "ima:", 4) != 0)
			return false;
	} else {
		x->verity = false;
	}
	if (algo > nul - 1 || !is_algo(algo, (size_t)(nul - 1 - algo)))
		return false;
	x->len = (size_t)(nul + 1 - s);
	memcpy(x->bytes, s, x->len);
	x->v2 = v2;
	x->algo = (size_t)(algo - s);
	x->algo_len = (size_t)(nul - 1 - algo);
	memcpy(word, algo, x->algo_len);
	word[x->algo_len] = '\0';
	x->hash = kmodel_hash_index(word);
	return true;
}

/* with the hash's name before it */
static bool take_digest(struct imalist_prefix *x, const struct imalist_field *f,
			struct imalist_digest *d)
{
	bool v2 = f->kind == IMAFIELD_D_NGV2;

	if (x->v2 != v2 || !x->len || f->len <= x->len ||
	    memcmp(x->bytes, f->p, x->len) != 0) {
		x->len = 0;
		if (!take_prefix(x, f->p, f->len, v2))
			return false;
	}
	d->algo = (const char *)f->p + x->algo;
	d->algo_len = x->algo_len;
	d->hash = x->hash;
	d->verity = x->verity;
	d->p = f->p + x->len;
	d->len = f->len - x->len;
	return d->len && d->len <= IMALIST_WIDTH_MAX;
}

/* nothing tells of which hash it is: ima_hash= is sha1 or md5 where this is used */
static bool take_bare_digest(const struct imalist_field *f,
			     struct imalist_digest *d)
{
	enum kfeature row = f->len == SHA1 ? KF_HASH_SHA1 : KF_HASH_MD5;

	memset(d, 0, sizeof(*d));
	d->algo = kmodel_word(row);
	d->algo_len = strlen(d->algo);
	d->hash = (int)row - (int)kmodel_range(KKIND_HASH).first;
	d->p = f->p;
	d->len = f->len;
	return f->len == SHA1 || f->len == MD5;
}

static bool is_text(const struct imalist_field *f)
{
	return f->len && memchr(f->p, '\0', f->len) == f->p + f->len - 1;
}

static bool take_name(const struct imalist_field *f, struct imaentry *e)
{
	if (!is_text(f))
		return false;
	if (!e->name) {
		e->name = (const char *)f->p;
		e->name_len = f->len - 1;
	}
	return true;
}

static bool take_file(struct imalist_prefix *x, const struct imalist_field *f,
		      struct imaentry *e)
{
	struct imalist_digest d;

	if (!f->len)
		return true;
	if (f->kind == IMAFIELD_D ? !take_bare_digest(f, &d) :
	    !take_digest(x, f, &d))
		return false;
	if (!e->file.len)
		e->file = d;
	return true;
}

/* false: it is not what a field of that kind is */
static bool take_field(struct imalist_parser *p, const struct imalist_field *f,
		       struct imaentry *e)
{
	struct imalist_digest d;

	switch (f->kind) {
	case IMAFIELD_D:
	case IMAFIELD_D_NG:
	case IMAFIELD_D_NGV2:
		return take_file(&p->prefix, f, e);
	case IMAFIELD_D_MODSIG:
		return !f->len || take_digest(&p->prefix, f, &d);
	case IMAFIELD_N:
	case IMAFIELD_N_NG:
		return take_name(f, e);
	case IMAFIELD_SIG:
		if (!e->sig) {
			e->sig = f->p;
			e->sig_len = f->len;
		}
		return true;
	case IMAFIELD_XATTRNAMES:
		return !f->len || is_text(f);
	case IMAFIELD_XATTRLENGTHS:
		return f->len % sizeof(uint32_t) == 0;
	case IMAFIELD_IUID:
	case IMAFIELD_IGID:
		return !f->len || f->len == sizeof(uint32_t);
	case IMAFIELD_IMODE:
		return !f->len || f->len == sizeof(uint16_t);
	default:
		return true;
	}
}

static bool reads_as_digest(const struct imalist_field *f)
{
	struct imalist_prefix x;

	return take_prefix(&x, f->p, f->len, false) ||
	       take_prefix(&x, f->p, f->len, true);
}

bool imaentry_is_certain(const struct imaentry *e)
{
	const struct imalist_field *f = e->field, *end = f + e->fields;
	bool digest = false, name = false;

	if (e->old)
		return true;
	for (; f < end && !(digest && name); f++) {
		bool is_digest = !digest && e->file.len &&
			e->file.p + e->file.len == f->p + f->len;
		bool is_name = !name && e->name_len &&
			(const uint8_t *)e->name == f->p;

		if (!is_digest && !is_name &&
		    ((!digest && reads_as_digest(f)) || (!name && is_text(f))))
			return false;
		digest |= is_digest;
		name |= is_name;
	}
	return digest && name;
}

/* at is where the data stands in the entry */
static enum imalist_parse take_fields(struct imalist_parser *p, size_t at,
				      struct imaentry *e)
{
	const struct imalist_template *t = &p->template;
	const uint8_t *s = e->data, *end = s + e->data_len;
	struct imalist_field *f;

	for (e->fields = 0; e->fields < t->fields; e->fields++) {
		f = &e->field[e->fields];
		f->kind = t->kind[e->fields];
		if (end - s < LEN)
			return bad(p, IMALIST_AT_FIELDS, at + (size_t)(s - e->data),
				   "no room for its field %s", names[f->kind]);
		f->len = imalist_u32(s, p->big);
		if (f->len > (size_t)(end - s) - LEN)
			return bad(p, IMALIST_AT_FIELDS, at + (size_t)(s - e->data),
				   "field %s: %u bytes, of %zu that are left",
				   names[f->kind], f->len, (size_t)(end - s) - LEN);
		f->p = s + LEN;
		if (!take_field(p, f, e))
			return bad(p, IMALIST_AT_FIELDS, at + (size_t)(f->p - e->data),
				   "field %s: its %u bytes are no %s", names[f->kind],
				   f->len, names[f->kind]);
		s = f->p + f->len;
	}
	if (s == end)
		return PARSE_OK;
	return bad(p, IMALIST_AT_FIELDS, at + (size_t)(s - e->data),
		   "%zu bytes of data behind its last field", (size_t)(end - s));
}

/* ---- entries ---- */

static bool is_zero(const uint8_t *s, size_t len)
{
	return !s[0] && !memcmp(s, s + 1, len - 1);
}

static bool is_old_len(uint32_t n)
{
	return n && n <= OLD_NAME_MAX;
}

/*
 * Bytes of d where the template is "ima": 20, or 16 under ima_hash=md5, where those
 * of violations still are 20. Nothing says so, but what would be the length of the
 * name is four bytes out of it where it is not. 0: not to be told yet.
 */
static size_t old_digest(const struct imalist_parser *p, const uint8_t *s,
			 size_t len)
{
	if (len < MD5 + LEN)
		return 0;
	if (len >= SHA1 + LEN)
		return !is_old_len(imalist_u32(s + SHA1, p->big)) &&
		       is_old_len(imalist_u32(s + MD5, p->big)) ? MD5 : SHA1;
	/* the last of all entries, and the shortest of names? */
	return is_old_len(imalist_u32(s + MD5, p->big)) &&
	       imalist_u32(s + MD5, p->big) <= len - MD5 - LEN ? MD5 : 0;
}

/* template "ima" at s + at: d, u32 len, name */
static enum imalist_parse parse_old(struct imalist_parser *p, const uint8_t *s,
				    size_t len, size_t at, struct imaentry *e)
{
	size_t d = old_digest(p, s + at, len - at);
	const uint8_t *name;
	uint32_t n;

	if (!d)
		return more(p, IMALIST_AT_DATA_LEN, at);
	n = imalist_u32(s + at + d, p->big);
	if (!is_old_len(n))
		return bad(p, IMALIST_AT_DATA_LEN, at + d, "a name of %u bytes: "
			   "template ima has 1 to %d", n, OLD_NAME_MAX);
	if (len - at - d - LEN < n)
		return more(p, IMALIST_AT_FIELDS, at);
	e->data = s + at;
	e->data_len = (uint32_t)(d + LEN + n);
	e->size = at + e->data_len;
	name = e->data + d + LEN;
	e->fields = 2;
	e->field[0] = (struct imalist_field){ IMAFIELD_D, e->data, (uint32_t)d };
	e->field[1] = (struct imalist_field){ IMAFIELD_N, name, n };
	take_bare_digest(&e->field[0], &e->file);
	e->name = (const char *)name;
	e->name_len = n;
	if (!memchr(name, '\0', n))
		return PARSE_OK;
	return bad(p, IMALIST_AT_FIELDS, at + d + LEN,
		   "a name with a zero byte in it");
}

static enum imalist_parse parse_data(struct imalist_parser *p, const uint8_t *s,
				     size_t len, size_t at, struct imaentry *e)
{
	if (len - at < LEN)
		return more(p, IMALIST_AT_DATA_LEN, at);
	e->data_len = imalist_u32(s + at, p->big);
	if (e->data_len > IMALIST_DATA_MAX)
		return bad(p, IMALIST_AT_DATA_LEN, at,
			   "%u bytes of data: no entry has more than %u",
			   e->data_len, IMALIST_DATA_MAX);
	if (e->data_len < LEN * p->template.fields)
		return bad(p, IMALIST_AT_DATA_LEN, at,
			   "%u bytes of data, for %zu fields", e->data_len,
			   p->template.fields);
	at += LEN;
	if (len - at < e->data_len)
		return more(p, IMALIST_AT_FIELDS, at);
	e->data = s + at;
	e->size = at + e->data_len;
	return take_fields(p, at, e);
}

/* up to the name of its template */
static enum imalist_parse parse_head(struct imalist_parser *p, const uint8_t *s,
				     size_t len, struct imaentry *e)
{
	size_t at = LEN + p->width;
	uint32_t n;

	if (len < LEN)
		return more(p, IMALIST_AT_PCR, 0);
	e->pcr = imalist_u32(s, p->big);
	if (e->pcr >= IMALIST_PCRS)
		return bad(p, IMALIST_AT_PCR, 0, "PCR %u: there are %d", e->pcr,
			   IMALIST_PCRS);
	if (len < at + LEN)
		return more(p, IMALIST_AT_NAME_LEN, at);
	n = imalist_u32(s + at, p->big);
	if (!n || n > IMALIST_NAME_MAX)
		return bad(p, IMALIST_AT_NAME_LEN, at, "a template whose name "
			   "has %u bytes: 1 to %d there are", n,
			   IMALIST_NAME_MAX);
	at += LEN;
	if (len - at < n)
		return more(p, IMALIST_AT_NAME, at);
	e->digest = s + LEN;
	e->template = (const char *)s + at;
	e->template_len = n;
	return find_template(p, s + at, n, at);
}

enum imalist_parse imalist_parse(struct imalist_parser *p, const uint8_t *s,
				 size_t len, struct imaentry *e)
{
	enum imalist_parse got;
	size_t at;

	got = parse_head(p, s, len, e);
	if (got != PARSE_OK)
		return got;
	e->violation = is_zero(e->digest, p->width);
	e->old = p->template.old;
	e->name = NULL;
	e->name_len = e->sig_len = 0;
	e->file = (struct imalist_digest){ .hash = -1 };
	e->sig = NULL;
	at = LEN + p->width + LEN + e->template_len;
	return e->old ? parse_old(p, s, len, at, e) :
			parse_data(p, s, len, at, e);
}
