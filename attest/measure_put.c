/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "hex.h"
#include "imaxattr.h"
#include "json.h"
#include "measure_put.h"

/* ---- parts that several formats have ---- */

static void put_algo(struct buf *out, const struct imalist_digest *d)
{
	if (d->verity)
		buf_puts(out, "verity:");
	buf_add(out, d->algo, d->algo_len);
}

void measure_put_digest(struct buf *out, const struct imalist_digest *d)
{
	put_algo(out, d);
	buf_putc(out, ':');
	hex_put(out, d->p, d->len);
}

/* the id of the key that signed the file: "4ac80100", "-", or "?" */
static void put_key(struct buf *out, const struct imaentry *e)
{
	struct imaxattr x;

	if (!e->sig_len)
		buf_puts(out, "-");
	else if (imaxattr_read(e->sig, e->sig_len, &x) &&
		 (x.kind == IMAXATTR_SIGNATURE ||
		  x.kind == IMAXATTR_VERITY_SIGNATURE))
		buf_printf(out, "%08x", x.keyid);
	else
		buf_puts(out, "?");
}

/* ---- the table ---- */

enum { DIGEST_COLUMNS = 71, KEY_COLUMNS = 8 };	/* of sha256 */

static void pad(struct buf *out, size_t start, size_t columns)
{
	while (out->len - start < columns)
		buf_putc(out, ' ');
	buf_putc(out, ' ');
}

static void put_table(struct buf *out, const struct imaentry *e)
{
	size_t start;

	buf_printf(out, "%7llu %3u %-10.*s ", (unsigned long long)e->number,
		   e->pcr, (int)e->template_len, e->template);
	start = out->len;
	if (e->violation)
		buf_puts(out, "violation");
	else if (e->file.len)
		measure_put_digest(out, &e->file);
	else
		buf_putc(out, '-');
	pad(out, start, DIGEST_COLUMNS);
	start = out->len;
	put_key(out, e);
	pad(out, start, KEY_COLUMNS);
	imaentry_put_name(e, out);
	buf_putc(out, '\n');
}

static void put_table_head(struct buf *out)
{
	buf_printf(out, "%7s %3s %-10s %-*s %-*s %s\n", "ENTRY", "PCR",
		   "TEMPLATE", DIGEST_COLUMNS, "DIGEST", KEY_COLUMNS, "KEY",
		   "NAME");
}

/* ---- CSV (RFC 4180) ---- */

static const char csv_head[] = "number,pcr,template,template_hash,violation,"
			       "hash,digest,name,signature\r\n";

/* s has no line ends; a quote in quotes is written twice */
static void put_quoted(struct buf *out, const char *s, size_t len)
{
	size_t i;

	if (!memchr(s, ',', len) && !memchr(s, '"', len)) {
		buf_add(out, s, len);
		return;
	}
	buf_putc(out, '"');
	for (i = 0; i < len; i++) {
		if (s[i] == '"')
			buf_putc(out, '"');
		buf_putc(out, s[i]);
	}
	buf_putc(out, '"');
}

/* spreadsheets take for a formula what begins so; paths begin with a slash */
static bool is_formula(const struct imaentry *e)
{
	return e->name_len && memchr("=+-@", e->name[0], 4);
}

static void put_csv_name(struct measure_writer *w, const struct imaentry *e)
{
	struct imaentry rest = *e;

	w->scratch.len = 0;
	if (is_formula(e)) {
		buf_printf(&w->scratch, "<%02x>", (unsigned int)e->name[0]);
		rest.name++;
		rest.name_len--;
	}
	imaentry_put_name(&rest, &w->scratch);
	if (w->scratch.len)
		put_quoted(&w->out, w->scratch.s, w->scratch.len);
}

static void put_csv(struct measure_writer *w, const struct imalist *l,
		    const struct imaentry *e)
{
	struct buf *out = &w->out;

	buf_printf(out, "%llu,%u,%.*s,", (unsigned long long)e->number, e->pcr,
		   (int)e->template_len, e->template);
	hex_put(out, e->digest, imalist_width(l));
	buf_puts(out, e->violation ? ",true," : ",false,");
	if (e->file.len)
		put_algo(out, &e->file);
	buf_putc(out, ',');
	hex_put(out, e->file.p, e->file.len);
	buf_putc(out, ',');
	put_csv_name(w, e);
	buf_putc(out, ',');
	hex_put(out, e->sig, e->sig_len);
	buf_puts(out, "\r\n");
}

/* ---- JSON, one object a line ---- */

static void put_hex(struct measure_writer *w, struct json *j, const char *key,
		    const uint8_t *bytes, size_t len)
{
	w->scratch.len = 0;
	hex_put(&w->scratch, bytes, len);
	json_bytes(j, key, len ? w->scratch.s : "", w->scratch.len);
}

/* as it stands in the field: "ima:sha256:…" of d-ngv2 */
static void put_field_digest(struct measure_writer *w, struct json *j,
			     const char *key, const struct imaentry *e,
			     const struct imalist_field *f)
{
	const uint8_t *nul = f->kind == IMAFIELD_D ? NULL :
		memchr(f->p, '\0', f->len);
	size_t prefix = nul ? (size_t)(nul + 1 - f->p) : 0;

	if (!f->len) {
		json_null(j, key);
		return;
	}
	w->scratch.len = 0;
	if (nul)
		buf_add(&w->scratch, (const char *)f->p, prefix - 1);
	else
		buf_printf(&w->scratch, "%.*s:", (int)e->file.algo_len,
			   e->file.algo);
	hex_put(&w->scratch, f->p + prefix, f->len - prefix);
	json_bytes(j, key, w->scratch.s, w->scratch.len);
}

static size_t number(const struct imalist *l, const uint8_t *p, size_t len)
{
	bool big = imalist_order(l) == IMALIST_BIG;
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n = n << 8 | p[big ? i : len - 1 - i];
	return n;
}

static void put_lengths(struct json *j, const char *key, const struct imalist *l,
			const struct imalist_field *f)
{
	uint32_t at;

	json_open(j, key, '[');
	for (at = 0; at < f->len; at += sizeof(uint32_t))
		json_number(j, NULL, number(l, f->p + at, sizeof(uint32_t)));
	json_close(j, ']');
}

static void put_field(struct measure_writer *w, struct json *j, const char *key,
		      const struct imalist *l, const struct imaentry *e,
		      const struct imalist_field *f)
{
	switch (f->kind) {
	case IMAFIELD_D:
	case IMAFIELD_D_NG:
	case IMAFIELD_D_NGV2:
	case IMAFIELD_D_MODSIG:
		put_field_digest(w, j, key, e, f);
		break;
	case IMAFIELD_N:
	case IMAFIELD_N_NG:
	case IMAFIELD_XATTRNAMES:
		/* without the NUL behind it, which the template "ima" has not */
		json_bytes(j, key, (const char *)f->p, f->len && !f->p[f->len - 1] ?
			   f->len - 1 : f->len);
		break;
	case IMAFIELD_XATTRLENGTHS:
		put_lengths(j, key, l, f);
		break;
	case IMAFIELD_IUID:
	case IMAFIELD_IGID:
	case IMAFIELD_IMODE:
		if (f->len)
			json_number(j, key, number(l, f->p, f->len));
		else
			json_null(j, key);
		break;
	default:
		put_hex(w, j, key, f->p, f->len);
	}
}

/* formats may have a field twice: the second is "n-ng#2" */
static void put_fields(struct measure_writer *w, struct json *j,
		       const struct imalist *l, const struct imaentry *e)
{
	char key[32];
	size_t i, k;
	int same;

	json_open(j, "fields", '{');
	for (i = 0; i < e->fields; i++) {
		for (k = 0, same = 1; k < i; k++)
			same += e->field[k].kind == e->field[i].kind;
		snprintf(key, sizeof(key), same > 1 ? "%s#%d" : "%s",
			 imafield_name(e->field[i].kind), same);
		put_field(w, j, key, l, e, &e->field[i]);
	}
	json_close(j, '}');
}

static void put_json(struct measure_writer *w, const struct imalist *l,
		     const struct imaentry *e)
{
	struct json j;

	json_init(&j, &w->out);
	json_open(&j, NULL, '{');
	json_number(&j, "number", e->number);
	json_number(&j, "offset", e->offset);
	json_number(&j, "pcr", e->pcr);
	json_bytes(&j, "template", e->template, e->template_len);
	put_hex(w, &j, "template_hash", e->digest, imalist_width(l));
	json_bool(&j, "violation", e->violation);
	if (e->file.len) {
		json_bytes(&j, "hash", e->file.algo, e->file.algo_len);
		json_bool(&j, "verity", e->file.verity);
		put_hex(w, &j, "digest", e->file.p, e->file.len);
	}
	json_bytes(&j, "name", e->name, e->name_len);
	put_fields(w, &j, l, e);
	json_close(&j, '}');
	json_end(&j);
}

/* ---- all of them ---- */

void measure_writer_init(struct measure_writer *w, struct arena *a,
			 enum measure_format format)
{
	w->format = format;
	buf_init(&w->out, a);
	buf_init(&w->scratch, a);
}

void measure_put_head(struct measure_writer *w)
{
	if (w->format == MEASURE_TABLE)
		put_table_head(&w->out);
	else if (w->format == MEASURE_CSV)
		buf_puts(&w->out, csv_head);
}

void measure_put(struct measure_writer *w, const struct imalist *l,
		 const struct imaentry *e)
{
	switch (w->format) {
	case MEASURE_TABLE:
		put_table(&w->out, e);
		break;
	case MEASURE_CSV:
		put_csv(w, l, e);
		break;
	case MEASURE_JSON:
		put_json(w, l, e);
		break;
	}
}
