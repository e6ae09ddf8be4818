/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "kdialect.h"
#include "kdialect_int.h"
#include "kmodel_row.h"

bool kdialect_is_compiled(const struct source *src)
{
	static const char heading[] = "# " KDIALECT_COMPILED;

	return src->len >= sizeof(heading) - 1 &&
	       !memcmp(src->text, heading, sizeof(heading) - 1);
}

bool kd_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* ---- errors ---- */

bool kd_refuse(struct kparse *p, enum kd_reason reason, const char *fmt, ...)
{
	struct kd_error *e = &p->out->err;
	va_list ap;

	memset(e, 0, sizeof(*e));
	e->reason = reason;
	e->start = p->tok.start;
	e->end = p->tok.end;
	e->feature = KF_COUNT;
	va_start(ap, fmt);
	e->message = buf_vtextf(p->in->arena, fmt, ap);
	va_end(ap);
	return false;
}

bool kd_remedy(struct kparse *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	p->out->err.remedy = buf_vtextf(p->in->arena, fmt, ap);
	va_end(ap);
	return false;
}

/* ---- tokens ---- */

static bool second_action(struct kparse *p, const struct krow *row)
{
	bool same = p->rule->class == row->class && p->rule->dont == row->dont;

	kd_refuse(p, KD_TWO_ACTIONS, "`%s` is a second action", row->word);
	kd_remedy(p, "write a rule for each action");
	return same ? kd_mend_drop(p, true) :
		      kd_mend_split(p, p->action, p->tok, true);
}

static bool take_action(struct kparse *p, enum kfeature f)
{
	const struct krow *row = kmodel_row(f);

	if (p->has_action)
		return second_action(p, row);
	if (!kd_need(p, f))
		return false;
	p->has_action = true;
	p->action = p->tok;
	p->rule->class = row->class;
	p->rule->dont = row->dont;
	p->cond[row->class] = p->tok;
	return true;
}

static struct kspan *key_slot(struct kparse *p)
{
	return &p->slot[kmodel_row(p->key)->slot - KF_KEY_FUNC];
}

static bool first_was_zero(const struct kparse *p)
{
	const char *s = p->rule->fsuuid;

	if (p->key == KF_KEY_FSMAGIC)
		return p->rule->fsmagic == 0;
	return s && strspn(s, "0-") == strlen(s);
}

static bool same_text(const struct kparse *p, size_t a, size_t b, size_t len)
{
	return memcmp(p->line + a, p->line + b, len) == 0;
}

/*
 * A second condition in the place of the first. That both hold at once no rule
 * can say; of two values of one keyword nobody means that, and of the real and
 * effective id it is an exemption that would become wider.
 */
static bool twice(struct kparse *p, struct kspan first, bool shared)
{
	size_t key = strlen(kmodel_word(p->key));
	size_t len = p->tok.end - p->tok.start, n = first.end - first.start;
	bool sure;

	if (!shared && n == len && same_text(p, first.start, p->tok.start, n))
		return kd_mend_drop(p, true);
	if (shared)
		sure = p->has_action && !p->rule->dont &&
		       p->value_len + 1 < n &&
		       same_text(p, first.end - p->value_len - 1,
				 p->tok.end - p->value_len - 1,
				 p->value_len + 1);
	else
		sure = p->key != KF_KEY_MASK && p->op == '=' &&
		       p->line[first.start + key] == '=';
	return kd_mend_split(p, first, p->tok, sure);
}

static bool check_duplicate(struct kparse *p)
{
	const struct krow *row = kmodel_row(p->key);
	const struct kspan *slot = key_slot(p);
	size_t key = strlen(row->word);
	bool shared;

	if (!slot->end || row->dup == KDUP_LAST || row->dup == KDUP_OR ||
	    (row->dup == KDUP_ZERO && first_was_zero(p)))
		return true;
	shared = !same_text(p, slot->start, p->tok.start, key);
	kd_refuse(p, shared ? KD_SHARED : KD_DUPLICATE,
		  "`%s` after `%.*s`: a rule has one of them",
		  row->word, (int)(slot->end - slot->start),
		  p->line + slot->start);
	if (row->cond == KCOND_UID || row->cond == KCOND_EUID ||
	    row->cond == KCOND_GID || row->cond == KCOND_EGID)
		kd_remedy(p, "write two rules; a range is two rules "
			  "with `<` and `>` in first-match order");
	else
		kd_remedy(p, "write two rules");
	return twice(p, *slot, shared);
}

static bool take_key(struct kparse *p)
{
	const struct krow *row = kmodel_row(p->key);

	if (!kd_need(p, p->key) || !check_duplicate(p) || !kd_value(p))
		return false;
	*key_slot(p) = p->tok;
	/* a cond of 0 is that of measure: the row has none */
	if (row->cond && !p->cond[row->cond].end)
		p->cond[row->cond] = p->tok;
	return true;
}

static unsigned int op_bit(char c)
{
	return c == '=' ? KOP_EQ : c == '>' ? KOP_GT : c == '<' ? KOP_LT : 0;
}

/* keyword, operator and value of the token at hand */
static bool take_token(struct kparse *p)
{
	const char *s = p->line + p->tok.start;
	size_t len = p->tok.end - p->tok.start;
	size_t n = 0;
	enum kfeature f;

	while (n < len && !op_bit(s[n]))
		n++;
	p->name = n && n < len && s[n - 1] == '!' ? n - 1 : n;
	p->op = n < len ? s[n] : 0;
	p->value = n < len ? s + n + 1 : s + len;
	p->value_len = n < len ? len - n - 1 : 0;
	p->key = kmodel_find(KKIND_KEY, s, p->name);
	f = kmodel_find(KKIND_ACTION, s, len);
	if (f != KF_COUNT)
		return take_action(p, f);
	if (p->key == KF_COUNT)
		return kd_unknown_word(p);
	if (p->name != n || (op_bit(p->op) & ~kmodel_row(p->key)->ops))
		return kd_bad_operator(p);
	if (kmodel_row(p->key)->ops && kd_is_spaced(p))
		return false;
	if (kmodel_row(p->key)->ops && !p->value_len) {
		kd_refuse(p, KD_EMPTY_VALUE, "`%.*s` has no value", KD_TOK(p));
		return kd_remedy(p, "write `%s=VALUE` without blanks",
				 kmodel_word(p->key));
	}
	if (p->op != '=' && p->value_len && p->value[0] == '=')
		return kd_bad_operator(p);
	return take_key(p);
}

/* a CR is no blank: it belongs to the last token of a line with CRLF */
static void blame_carriage_return(struct kparse *p)
{
	struct kd_error *e = &p->out->err;
	bool erange = e->erange;

	if (p->tok.end <= e->start || p->line[p->tok.end - 1] != '\r')
		return;
	if (p->tok.end - p->tok.start == 1)
		kd_refuse(p, KD_CARRIAGE_RETURN, "a carriage return in the "
			  "line");
	else
		kd_refuse(p, KD_CARRIAGE_RETURN,
			  "a carriage return is part of `%.*s`",
			  (int)(p->tok.end - p->tok.start - 1),
			  p->line + p->tok.start);
	e->erange = erange;
	kd_remedy(p, "end lines with LF alone");
	p->tok.start = p->tok.end - 1;
	kd_mend(p, true, "%s", "");
}

static bool trailing_comment(struct kparse *p)
{
	p->tok.end = p->len;
	if (p->line[p->len - 1] == '\r')
		p->tok.end--;
	kd_refuse(p, KD_TRAILING_COMMENT, "a comment after a rule");
	p->tok.end = p->len;
	kd_mend_drop(p, true);
	p->out->err.feature = KF_RULE_TRAILING_COMMENT;
	return kd_remedy(p, "only a line that starts with `#` is a comment; "
			 "put it on a line above (6.14 is the first release that "
			 "takes it here)");
}

static bool take_tokens(struct kparse *p, size_t at)
{
	const char *s = p->line;

	while (at < p->len) {
		if (kd_is_blank(s[at])) {
			at++;
			continue;
		}
		p->tok.start = at;
		while (at < p->len && !kd_is_blank(s[at]))
			at++;
		p->tok.end = at;
		if (s[p->tok.start] == '#') {
			if (kmodel_may(p->t, KF_RULE_TRAILING_COMMENT))
				return true;
			return trailing_comment(p);
		}
		if (!take_token(p)) {
			blame_carriage_return(p);
			return false;
		}
		p->out->hidden_cr |= s[at - 1] == '\r';
	}
	return true;
}

static bool no_action(struct kparse *p, size_t at)
{
	p->tok.start = at;
	p->tok.end = p->len;
	while (p->tok.end > at + 1 && kd_is_blank(p->line[p->tok.end - 1]))
		p->tok.end--;
	kd_refuse(p, KD_NO_ACTION, "the rule has no action");
	return kd_remedy(p, "start it with `measure`, `appraise`, `audit` or "
			 "`hash`");
}

/* what no way in can carry */
static bool check_bytes(struct kparse *p)
{
	size_t max = (size_t)kmodel_row(KF_LIMIT_LINE)->num;
	const char *nul = memchr(p->line, '\0', p->len);

	if (nul) {
		p->tok.start = (size_t)(nul - p->line);
		p->tok.end = p->tok.start + 1;
		kd_refuse(p, KD_NUL, "a NUL byte in the line");
		return kd_remedy(p, "take it out: a policy file with it is "
				 "refused");
	}
	if (p->len > max) {
		p->tok.start = max;
		p->tok.end = p->len;
		kd_refuse(p, KD_TOO_LONG, "the line has %zu bytes; the kernel "
			  "takes %zu", p->len, max);
		return kd_remedy(p, "write several rules");
	}
	return true;
}

enum kd_result kdialect_parse(const struct ktarget *t, struct intern *in,
			      const char *line, size_t len,
			      struct kd_out *out)
{
	struct kparse p = {
		.t = t, .in = in, .line = line, .len = len, .out = out,
		.rule = &out->rule,
	};
	size_t at = 0;

	memset(out, 0, sizeof(*out));
	krule_init(p.rule, KCLASS_MEASURE, false);
	out->err.feature = KF_COUNT;
	if (!check_bytes(&p))
		return KD_REFUSED;
	while (at < len && kd_is_blank(line[at]))
		at++;
	if (at == len || line[at] == '#')
		return KD_EMPTY;
	if (!take_tokens(&p, at))
		return KD_REFUSED;
	if (!p.has_action) {
		no_action(&p, at);
		return KD_REFUSED;
	}
	return kd_validate(&p) ? KD_RULE : KD_REFUSED;
}
