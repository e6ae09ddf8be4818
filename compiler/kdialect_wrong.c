/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "kdialect_int.h"
#include "num.h"

/* Values and comparisons that no kernel takes, and what is meant by them. */

/* a value of a keyword; of a mask without its ^ */
static bool foreign_value(struct kparse *p, const char *s, size_t len)
{
	const char *caret = s == p->value ? "" : "^";
	const struct krow *row;
	enum kfeature f;
	struct buf b;

	buf_init(&b, p->in->arena);
	buf_printf(&b, "%s=%.*s", kmodel_word(p->key), (int)len, s);
	f = kmodel_find(KKIND_FOREIGN, b.s, b.len);
	if (f == KF_COUNT)
		return false;
	row = kmodel_row(f);
	kd_refuse(p, KD_FOREIGN, "`%.*s` is %s", KD_VALUE(p),
		  kd_origin(row->why));
	kd_remedy(p, "%s", row->note);
	if (row->drop)
		kd_mend_drop(p, row->sure);
	else if (row->use)
		kd_mend(p, row->sure, "%s=%s%s%s%s", kmodel_word(p->key),
			caret, kmodel_word(row->use), row->text ? " " : "",
			row->text ? row->text : "");
	return true;
}

/* "0x9fa0#proc" */
static bool glued_comment(struct kparse *p)
{
	const char *mark = memchr(p->value, '#', p->value_len);

	if (!mark || mark == p->value)
		return false;
	p->tok.start = (size_t)(mark - p->line);
	return kd_comment(p, "only a line that starts with `#` is a comment; put "
		       "it on a line above");
}

static bool quoted_value(struct kparse *p)
{
	const char *s = p->value;
	size_t len = p->value_len;

	if (len < 3 || (*s != '"' && *s != '\'') || s[len - 1] != *s)
		return false;
	kd_refuse(p, KD_QUOTED, "quotes round `%.*s`", (int)(len - 2), s + 1);
	kd_remedy(p, "the kernel knows no quotes: they are part of the value");
	kd_mend(p, true, "%s%c%.*s", kmodel_word(p->key), p->op,
		(int)(len - 2), s + 1);
	return true;
}

static bool doubled_operator(struct kparse *p)
{
	const char *s = p->value;
	size_t len = p->value_len;

	if (len < 2 || *s != '=' || p->op != '=')
		return false;
	kd_refuse(p, KD_BAD_OPERATOR, "`%.*s`: `%s` is not compared this way",
		  KD_TOK(p), kmodel_word(p->key));
	kd_remedy(p, "write one `=`");
	kd_mend(p, true, "%s=%.*s", kmodel_word(p->key), (int)(len - 1),
		s + 1);
	return true;
}

static bool glued_backslash(struct kparse *p)
{
	return p->value_len > 1 && kd_continued(p);
}

static size_t item(const char *s, size_t len, char sep)
{
	const char *end = memchr(s, sep, len);

	return end ? (size_t)(end - s) : len;
}

/* "0,1000" and "a_t|b_t" where the kernel takes one */
static bool several_values(struct kparse *p)
{
	const char *s = p->value;
	size_t len = p->value_len, at, n, items = 0;
	char sep = memchr(s, '|', len) ? '|' : ',';
	/* a mask of several flags may mean all of them at once */
	bool sure = p->key != KF_KEY_MASK && p->key != KF_KEY_APPRAISE_TYPE;

	if (!memchr(s, sep, len) || p->key == KF_KEY_TEMPLATE)
		return false;
	for (at = 0; at <= len; at += n + 1) {
		n = item(s + at, len - at, sep);
		if (!n || ++items > KD_PARTS)
			return false;
	}
	kd_refuse(p, KD_VALUES, "several values in `%.*s`", KD_TOK(p));
	kd_remedy(p, "`%s` has one value: write a rule for each",
		  kmodel_word(p->key));
	for (at = 0; at < len; at += n + 1) {
		n = item(s + at, len - at, sep);
		kd_mend(p, sure, "%s%c%.*s", kmodel_word(p->key), p->op,
			(int)n, s + at);
	}
	return true;
}

/* what may be wrong with any value; true: it was refused for it */
static bool odd_value(struct kparse *p)
{
	return kd_placeholder(p) || glued_comment(p) || quoted_value(p) ||
	       doubled_operator(p) || glued_backslash(p);
}

/* "uid=0;" */
static void mend_end(struct kparse *p)
{
	size_t len = p->value_len;

	if (len > 1 && strchr(";,", p->value[len - 1]))
		kd_mend(p, true, "%s%c%.*s", kmodel_word(p->key), p->op,
			(int)(len - 1), p->value);
}

static const char *value_word(const struct kparse *p, enum kkind kind)
{
	switch (kind) {
	case KKIND_HOOK:
		return "hook";
	case KKIND_MASK:
		return "mask";
	case KKIND_TEMPLATE:
		return "built-in template";
	case KKIND_HASH:
		return "hash algorithm";
	default:
		return p->key == KF_KEY_DIGEST_TYPE ? "digest type" :
						      "signature type";
	}
}

/* all words of a kind that is short enough for it */
static bool say_words(struct kparse *p, enum kkind kind)
{
	struct krange r = kmodel_range(kind);
	struct buf b;
	unsigned int f;

	buf_init(&b, p->in->arena);
	for (f = r.first; f < r.end; f++)
		if (kind != KKIND_VALUE ||
		    kmodel_row(f)->slot == (int)p->key)
			buf_printf(&b, "%s`%s`", b.len ? ", " : "",
				   kmodel_word(f));
	return kd_remedy(p, "one of %s", b.s);
}

/* MODULE for MODULE_CHECK: all but the last part of a hook's name */
static const char *hook_of_head(const char *s, size_t len)
{
	struct krange r = kmodel_range(KKIND_HOOK);
	unsigned int f;

	for (f = r.first; f < r.end; f++) {
		const char *word = kmodel_word(f), *last = strrchr(word, '_');

		if (last && (size_t)(last - word) == len &&
		    memcmp(word, s, len) == 0)
			return word;
	}
	return NULL;
}

/* "sha1|sha256" */
static bool mend_separator(struct kparse *p)
{
	const char *key = kmodel_word(p->key), *s = p->line + p->tok.start;
	size_t len = p->tok.end - p->tok.start, i;
	struct buf b;

	if (!memchr(p->value, '|', p->value_len))
		return false;
	buf_init(&b, p->in->arena);
	for (i = strlen(key) + 1; i < len; i++)
		buf_putc(&b, s[i] == '|' ? ',' : s[i]);
	kd_remedy(p, "hash algorithms are joined by commas");
	kd_mend(p, true, "%s=%s", key, b.s);
	return true;
}

/* the word for what stands at at, len bytes of the value */
static bool mend_near(struct kparse *p, enum kkind kind, const char *at,
		      size_t len)
{
	const char *near = kind == KKIND_HOOK ? hook_of_head(at, len) : NULL;
	const char *tok = p->line + p->tok.start;
	bool only = near != NULL;

	if (!near)
		near = kmodel_near(kmodel_range(kind).first, at, len, &only);
	/* the values of all keywords are of one kind */
	if (!near || (kind == KKIND_VALUE &&
		      kmodel_row(kmodel_find(kind, near, strlen(near)))->slot !=
		      (int)p->key))
		return false;
	kd_remedy(p, "did you mean `%s`?", near);
	kd_mend(p, only, "%.*s%s%.*s", (int)(at - tok), tok, near,
		(int)(p->line + p->tok.end - at - len), at + len);
	return true;
}

bool kd_bad_value(struct kparse *p, enum kd_reason reason, enum kkind kind)
{
	const char *s = p->value;
	size_t len = p->value_len;
	bool caret = kind == KKIND_MASK && len && *s == '^';

	if (foreign_value(p, s + caret, len - caret) || odd_value(p) ||
	    (kind != KKIND_HASH && several_values(p)))
		return false;
	kd_refuse(p, reason, "`%.*s` is no %s", (int)len, s, value_word(p, kind));
	if (!len)
		return kd_remedy(p, "an empty name stands between two commas");
	if (kind == KKIND_HASH && mend_separator(p))
		return false;
	if (mend_near(p, kind, s + caret, len - caret))
		return false;
	mend_end(p);
	return kind == KKIND_HOOK ? false : say_words(p, kind);
}

static bool bad_magic(struct kparse *p)
{
	enum kfeature f = kd_fs_by_any_name(p->value, p->value_len);
	unsigned long long num;

	if (f == KF_COUNT)
		return kd_remedy(p, "hexadecimal digits, with or without 0x");
	num = kmodel_row(f)->num;
	kd_remedy(p, "write `fsmagic=0x%llx`, or `fsname=` with the name",
		  num);
	return kd_mend(p, true, "%s=0x%llx", kmodel_word(p->key), num);
}

static bool bad_id(struct kparse *p)
{
	const char *s = p->value, *key = kmodel_word(p->key);
	size_t len = p->value_len;
	uint64_t id;

	if (len == 4 && memcmp(s, "root", 4) == 0) {
		kd_remedy(p, "the kernel knows no names; `root` is 0");
		return kd_mend(p, true, "%s%c0", key, p->op);
	}
	if (len > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		if (num_parse(s + 2, len - 2, 16, UINT32_MAX, &id) == NUM_OK)
			kd_mend(p, true, "%s%c%llu", key, p->op,
				(unsigned long long)id);
		return kd_remedy(p, "ids are decimal");
	}
	return kd_remedy(p, "the kernel knows no names: write the number");
}

bool kd_bad_number(struct kparse *p)
{
	const char *s = p->value;
	size_t len = p->value_len;

	if (odd_value(p) || several_values(p))
		return false;
	kd_refuse(p, kd_is_letter(*s) && p->key != KF_KEY_PCR ? KD_NAME :
		  KD_BAD_NUMBER, "`%.*s` is no number", (int)len, s);
	mend_end(p);
	if (p->key == KF_KEY_FSMAGIC)
		return bad_magic(p);
	if (p->key == KF_KEY_PCR)
		return kd_remedy(p, "decimal digits");
	return bad_id(p);
}

bool kd_bad_uuid(struct kparse *p)
{
	if (odd_value(p) || several_values(p))
		return false;
	kd_refuse(p, KD_BAD_UUID, "`%.*s` is no UUID", KD_VALUE(p));
	return kd_remedy(p, "hexadecimal digits in groups of 8-4-4-4-12 joined "
			 "by `-`, as blkid prints it");
}

bool kd_bad_label(struct kparse *p, const char *lsm)
{
	const char *s = p->value;

	if (odd_value(p) || several_values(p))
		return false;
	kd_refuse(p, KD_LSM, "%s can have no label `%.*s`", lsm, KD_VALUE(p));
	if (memchr(s, ':', p->value_len))
		return kd_remedy(p, "one part of the context a keyword: "
				 "`obj_user=`, `obj_role=`, `obj_type=`");
	if (p->value_len == 1 && *s == '_')
		return kd_remedy(p, "this is the floor label of Smack");
	return kd_remedy(p, "names are letters, digits, `_`, `-` and `.`");
}

/* ---- operators ---- */

/* uid>=N, uid<=N and uid!=N, where N can be counted up and down */
static bool mend_comparison(struct kparse *p, bool not_equal)
{
	const char *key = kmodel_word(p->key);
	uint64_t max = kmodel_row(KF_LIMIT_ID)->num, n;
	bool more = p->op == '>';

	if (num_parse(p->value + !not_equal, p->value_len - !not_equal, 10,
		      max - 1, &n) != NUM_OK)
		return false;
	if (!not_equal && (n || !more))
		return kd_mend(p, true, "%s%c%llu", key, p->op,
			       (unsigned long long)(more ? n - 1 : n + 1));
	if (not_equal && n)
		kd_mend(p, true, "%s<%llu", key, (unsigned long long)n);
	return not_equal && kd_mend(p, true, "%s>%llu", key,
				    (unsigned long long)n);
}

bool kd_bad_operator(struct kparse *p)
{
	const char *word = kmodel_word(p->key);
	const char *s = p->line + p->tok.start;
	bool not_equal = s[strlen(word)] == '!';

	kd_refuse(p, KD_BAD_OPERATOR, "`%.*s`: `%s` is not compared this way",
		  KD_TOK(p), word);
	if (kmodel_row(p->key)->ops & KOP_GT) {
		if (p->value_len > !not_equal)
			mend_comparison(p, not_equal);
		return kd_remedy(p, "there are `=`, `>` and `<` with a "
				 "number; for >= N write >N-1");
	}
	if (kmodel_row(p->key)->ops)
		return kd_remedy(p, "write `%s=VALUE`", word);
	kd_mend(p, true, "%s", word);
	return kd_remedy(p, "write `%s` alone", word);
}
