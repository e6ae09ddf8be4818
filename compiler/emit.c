/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "emit.h"
#include "fault.h"

/* every word but the action, which starts the line */
static void word(struct buf *b, enum kfeature f)
{
	buf_putc(b, ' ');
	buf_puts(b, kmodel_word(f));
}

static void pair(struct buf *b, enum kfeature f, const char *value)
{
	word(b, f);
	buf_printf(b, "=%s", value);
}

static enum kfeature mask_row(uint8_t mask)
{
	switch (mask) {
	case KMASK_EXEC:
		return KF_MASK_EXEC;
	case KMASK_WRITE:
		return KF_MASK_WRITE;
	case KMASK_READ:
		return KF_MASK_READ;
	default:
		return KF_MASK_APPEND;
	}
}

static void add_mask(struct buf *b, const struct krule *k)
{
	word(b, KF_KEY_MASK);
	buf_printf(b, "=%s%s",
		   k->mask_in && !fault_on(EMIT_CARET_LOST) ? "^" : "",
		   kmodel_word(mask_row(k->mask)));
}

static void add_id(struct buf *b, const struct kid *k, enum kfeature real,
		   enum kfeature effective)
{
	static const char ops[] = { [KID_EQ] = '=', [KID_GT] = '>',
				    [KID_LT] = '<' };
	bool eff = k->effective;
	char op = ops[k->op];
	uint32_t id = k->id;

	if (k->op == KID_ANY)
		return;
	if (fault_on(EMIT_EUID_AS_UID))
		eff = false;
	if (fault_on(EMIT_UID_AS_EUID) && real != effective)
		eff = true;
	if (fault_on(EMIT_LESS_AS_GREATER) && op == '<')
		op = '>';
	if (fault_on(EMIT_ID_OFF_BY_ONE) && op == '<' && id > 1)
		id--;
	word(b, eff ? effective : real);
	buf_printf(b, "%c%lu", op, (unsigned long)id);
}

static void add_list(struct buf *b, enum kfeature f, const struct kstrings *l)
{
	size_t i;

	if (!l->n)
		return;
	word(b, f);
	for (i = 0; i < l->n; i++)
		buf_printf(b, "%c%s", i ? '|' : '=', l->v[i]);
}

static void add_file(struct buf *b, const struct krule *k)
{
	if (k->has_mask)
		add_mask(b, k);
	if (k->has_fsmagic) {
		word(b, KF_KEY_FSMAGIC);
		buf_printf(b, fault_on(EMIT_MAGIC_DECIMAL) ? "=%llu" :
			   "=0x%llx", (unsigned long long)k->fsmagic);
	}
	if (k->fsname)
		pair(b, KF_KEY_FSNAME, k->fsname);
	if (k->fs_subtype)
		pair(b, KF_KEY_FS_SUBTYPE, k->fs_subtype);
	add_list(b, KF_KEY_KEYRINGS, &k->keyrings);
	add_list(b, KF_KEY_LABEL, &k->labels);
	if (k->fsuuid)
		pair(b, KF_KEY_FSUUID, k->fsuuid);
}

static void add_lsm(struct buf *b, const struct krule *k)
{
	int i;

	for (i = 0; i < KLSM_FIELDS; i++) {
		enum kfeature f = klsm_key((enum klsm_field)i);

		if (!k->lsm[i])
			continue;
		if (i == KLSM_OBJ_TYPE && fault_on(EMIT_TYPE_AS_USER))
			f = KF_KEY_OBJ_USER;
		if (i == KLSM_OBJ_TYPE && fault_on(EMIT_OBJ_AS_SUBJ))
			f = KF_KEY_SUBJ_TYPE;
		pair(b, f, k->lsm[i]);
	}
}

static void add_algos(struct buf *b, uint32_t algos)
{
	const char *name;
	unsigned int n;
	char sep = '=';

	if (!algos)
		return;
	word(b, KF_KEY_APPRAISE_ALGOS);
	for (n = 0; (name = kmodel_hash_name(n)); n++) {
		if (!(algos & 1u << n))
			continue;
		buf_printf(b, "%c%s", sep, name);
		sep = ',';
	}
}

static void add_options(struct buf *b, const struct krule *k)
{
	if (k->template)
		pair(b, KF_KEY_TEMPLATE, k->template);
	if (k->pcr >= 0 && !fault_on(EMIT_PCR_LOST)) {
		word(b, KF_KEY_PCR);
		buf_printf(b, "=%d", k->pcr);
	}
	/* up to 7.0 digest_type has to come first; facts 2 */
	if (k->verity)
		pair(b, KF_KEY_DIGEST_TYPE, kmodel_word(KF_DIGEST_VERITY));
	if (fault_on(EMIT_SIG_LOST))
		return;
	if (k->sig & KSIG_MODSIG)
		pair(b, KF_KEY_APPRAISE_TYPE, kmodel_word(KF_TYPE_MODSIG));
	else if (k->sig & KSIG_IMASIG)
		pair(b, KF_KEY_APPRAISE_TYPE, kmodel_word(KF_TYPE_IMASIG));
	if (k->sig & KSIG_SIGV3)
		pair(b, KF_KEY_APPRAISE_TYPE, kmodel_word(KF_TYPE_SIGV3));
	if (k->blacklist)
		pair(b, KF_KEY_APPRAISE_FLAG, kmodel_word(KF_FLAG_BLACKLIST));
	add_algos(b, k->algos);
	if (k->directio)
		word(b, KF_KEY_PERMIT_DIRECTIO);
}

void emit_rule(const struct krule *k, struct buf *out)
{
	buf_puts(out, kmodel_word(kmodel_action(k->class, k->dont &&
					!fault_on(EMIT_DONT_AS_DO))));
	if (k->func != KHOOK_NONE && !fault_on(EMIT_FUNC_LOST))
		pair(out, KF_KEY_FUNC, kmodel_word(kmodel_hook(k->func)));
	add_file(out, k);
	add_id(out, &k->uid, KF_KEY_UID, KF_KEY_EUID);
	add_id(out, &k->gid, KF_KEY_GID, KF_KEY_EGID);
	add_id(out, &k->fowner, fault_on(EMIT_OWNER_AS_GROUP) ? KF_KEY_UID :
	       KF_KEY_FOWNER, KF_KEY_FOWNER);
	add_id(out, &k->fgroup, KF_KEY_FGROUP, KF_KEY_FGROUP);
	add_lsm(out, k);
	add_options(out, k);
}

void emit_comment(struct arena *a, struct emit_text *out, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		buf_puts(&out->text, "# ");
		buf_add(&out->text, text, n);
		buf_putc(&out->text, '\n');
		vec_push(a, &out->origin, NO_SPAN);
		text += n + (text[n] == '\n');
	}
}

/* a file name may hold any byte: nothing of it may start a line of its own */
static void origin_comment(struct arena *a, struct emit_text *out,
			   struct span s)
{
	struct position p = source_position(a, s.src, s.start);
	struct buf b;
	const char *c;

	buf_init(&b, a);
	for (c = s.src->name; *c; c++)
		buf_putc(&b, *c > 32 && *c < 127 ? *c : '_');
	buf_printf(&b, ":%zu:%zu", p.line, p.column);
	emit_comment(a, out, b.s);
}

const struct ir_rule *emit(const struct ir *ir, bool comments,
			   struct emit_text *out)
{
	struct arena *a = ir->arena;
	size_t i;

	for (i = 0; i < ir->rules.n; i++) {
		const struct ir_rule *r = &ir->rules.v[i];
		size_t start;

		if (comments && r->origin.src &&
		    (!i || span_cmp(r->origin, ir->rules.v[i - 1].origin)))
			origin_comment(a, out, r->origin);
		start = out->text.len;
		emit_rule(&r->k, &out->text);
		if (out->text.len - start > EMIT_MAX_LINE)
			return r;
		buf_putc(&out->text, '\n');
		vec_push(a, &out->origin, r->origin);
	}
	return NULL;
}
