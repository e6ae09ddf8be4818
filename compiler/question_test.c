/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "num.h"
#include "question_paths.h"
#include "question_test.h"

static enum khook hook_of(enum ast_op_kind verb)
{
	static const enum khook hooks[AST_OP_KINDS] = {
		[AST_OP_EXEC] = KHOOK_BPRM, [AST_OP_EXEC_INTO] = KHOOK_CREDS,
		[AST_OP_MMAP] = KHOOK_MMAP,
		[AST_OP_MMAP_REQUESTED] = KHOOK_MMAP_REQPROT,
		[AST_OP_OPEN] = KHOOK_FILE, [AST_OP_MODULE] = KHOOK_MODULE,
		[AST_OP_FIRMWARE] = KHOOK_FIRMWARE,
		[AST_OP_KEXEC_KERNEL] = KHOOK_KEXEC_KERNEL,
		[AST_OP_KEXEC_INITRAMFS] = KHOOK_KEXEC_INITRAMFS,
		[AST_OP_KEXEC_CMDLINE] = KHOOK_KEXEC_CMDLINE,
		[AST_OP_POLICY] = KHOOK_POLICY, [AST_OP_KEY] = KHOOK_KEY,
		[AST_OP_DATA] = KHOOK_DATA,
	};

	return hooks[verb];
}

/* decimal, or hexadecimal with 0x: check_tests has seen that it is one */
static uint64_t number(const char *text)
{
	bool hex = text[0] == '0' && (text[1] | 0x20) == 'x';
	const char *digits = text + (hex ? 2 : 0);
	uint64_t n = 0;

	num_parse(digits, strlen(digits), hex ? 16 : 10, UINT64_MAX, &n);
	return n;
}

static void take_attr(struct question *q, const struct ast *ast,
		      const char *attr, const char *value)
{
	const char *user, *role, *type;
	uint64_t magic;

	if (!strcmp(attr, ast_set_word(AST_SET_LABEL))) {
		ast_label_parts(ast->strings, value, &user, &role, &type);
		question_label(q, user, role, type);
	} else if (!strcmp(attr, ast_set_word(AST_SET_OWNER))) {
		question_id(q, SPACE_OWNER, (uint32_t)number(value));
	} else if (!strcmp(attr, ast_set_word(AST_SET_GROUP))) {
		question_id(q, SPACE_GROUP, (uint32_t)number(value));
	} else if (!strcmp(attr, ast_set_word(AST_SET_FS))) {
		question_name(q, SPACE_FSNAME, value);
	} else if (!strcmp(attr, ast_set_word(AST_SET_FS_SUBTYPE))) {
		question_name(q, SPACE_FS_SUBTYPE, value);
	} else if (!strcmp(attr, ast_set_word(AST_SET_FSUUID))) {
		question_fsuuid(q, ast->arena, value);
	} else {
		if (strncmp(value, "0x", 2) == 0)
			question_magic(q, number(value));
		else if (kmodel_fsmagic(value, &magic))
			question_magic(q, magic);
	}
}

/* a bare user is real, effective and saved; what else is said goes before it */
static void take_subject(struct question *q, const struct ast_set *s, bool bare)
{
	static const struct {
		enum ast_set_kind kind;
		enum space_dim dim;
		bool name;
	} kinds[] = {
		{ AST_SET_UID, SPACE_UID, false },
		{ AST_SET_EUID, SPACE_EUID, false },
		{ AST_SET_GID, SPACE_GID, false },
		{ AST_SET_EGID, SPACE_EGID, false },
		{ AST_SET_DOMAIN, SPACE_SUBJ_TYPE, true },
		{ AST_SET_SUBJ_ROLE, SPACE_SUBJ_ROLE, true },
		{ AST_SET_SUBJ_USER, SPACE_SUBJ_USER, true },
	};
	size_t i;

	if (s->kind == AST_SET_AND) {
		take_subject(q, s->left, bare);
		take_subject(q, s->right, bare);
		return;
	}
	if (s->kind == AST_SET_USER) {
		if (bare)
			question_user(q, (uint32_t)s->id.lo);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(kinds) && !bare; i++) {
		if (kinds[i].kind != s->kind)
			continue;
		if (kinds[i].name)
			question_name(q, kinds[i].dim, s->name);
		else
			question_id(q, kinds[i].dim, (uint32_t)s->id.lo);
		/* the saved id is the effective one */
		if (s->kind == AST_SET_EUID)
			q->known[SPACE_SUID] = false;
	}
}

static void take_path(struct question *q, struct paths *paths)
{
	if (!q->path || !paths)
		return;
	question_from_contexts(q, paths, q->path);
	if (paths->root && paths->root->have_mounts &&
	    !q->known[SPACE_FSNAME] && !q->known[SPACE_FSMAGIC] &&
	    !q->known[SPACE_FSUUID])
		question_from_mounts(q, paths->root,
				     question_follow(paths, q->path),
				     "the mounts");
}

void question_of_test(struct question *q, const struct ast *ast,
		      const struct ast_test_line *line, struct paths *paths)
{
	enum khook hook = hook_of(line->verb);
	size_t i;

	question_init(q, hook, hook == KHOOK_FILE ? line->mask :
						    kmodel_hook_mask(hook));
	if (hook == KHOOK_KEY || hook == KHOOK_DATA)
		q->ring = line->text;
	else
		q->path = line->text;
	for (i = 0; i + 1 < line->attrs.n; i += 2)
		take_attr(q, ast, line->attrs.v[i].text,
			  line->attrs.v[i + 1].text);
	if (line->subject) {
		take_subject(q, line->subject, true);
		take_subject(q, line->subject, false);
	}
	take_path(q, paths);
	question_complete(q);
	question_plain_process(q);
}

/* ---- what is expected ---- */

static uint32_t algorithms(const ast_words *words)
{
	uint32_t bits = 0;
	size_t i;
	int n;

	for (i = 0; i < words->n; i++) {
		n = kmodel_hash_index(words->v[i].text);
		if (n >= 0)
			bits |= UINT32_C(1) << n;
	}
	return bits;
}

static void expect_option(struct access_outcome *x, const struct ast_opt *o)
{
	switch (o->kind) {
	case AST_OPT_REQUIRING_SIGNATURE:
		x->sig = KSIG_IMASIG;
		break;
	case AST_OPT_REQUIRING_MODSIG:
		x->sig = KSIG_IMASIG | KSIG_MODSIG;
		break;
	case AST_OPT_REQUIRING_VERITY_SIGNATURE:
		x->sig = KSIG_SIGV3;
		x->verity = true;
		break;
	case AST_OPT_ALGORITHMS:
		x->algos = algorithms(&o->words);
		break;
	case AST_OPT_PCR:
		x->pcr = (int)o->number;
		break;
	case AST_OPT_TEMPLATE:
		x->template = kmodel_template(o->words.v[0].text);
		break;
	case AST_OPT_DIGEST_VERITY:
		x->verity = true;
		break;
	case AST_OPT_ALLOW_DIRECT_IO:
		x->directio = true;
		break;
	default:
		break;
	}
}

struct access_outcome question_expects(const struct ast_test_line *line,
				       enum kclass class)
{
	struct access_outcome x = { .pcr = -1 };
	size_t i, k;

	for (i = 0; i < line->outcomes.n; i++) {
		const struct ast_outcome *o = &line->outcomes.v[i];

		if (o->nothing || o->class != class)
			continue;
		x.acts = true;
		for (k = 0; k < o->opts.n; k++)
			expect_option(&x, &o->opts.v[k]);
	}
	return x;
}
