/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "ast.h"
#include "gen.h"
#include "util.h"

struct gen {
	struct buf *out;
	const struct gen_knobs *k;
	struct rng *r;
	unsigned int lets;	/* names l0, l1 … given so far */
};

#define OP(k) (1u << AST_OP_##k)
#define OPS_FILE (OP(OPEN) | OP(READ) | OP(WRITE) | OP(APPEND) |	\
		  OP(READ_ONLY) | OP(WRITE_ONLY) | OP(APPEND_ONLY) |	\
		  OP(EXEC_OPEN))
#define OPS_CODE (OP(EXEC) | OP(EXEC_INTO) | OP(MMAP) | OP(CODE))
#define OPS_LOAD (OP(MODULE) | OP(FIRMWARE) | OP(KEXEC_KERNEL) |	\
		  OP(KEXEC_INITRAMFS) | OP(POLICY))
#define OPS_MODSIG (OP(MODULE) | OP(KEXEC_KERNEL) | OP(KEXEC_INITRAMFS))
/* what only measure can see */
#define OPS_MEASURE (OP(KEXEC_CMDLINE) | OP(KEY) | OP(DATA))
#define OPS_BUFFER (OP(KEY) | OP(DATA))

static const char *const op_words[AST_OP_KINDS] = {
	[AST_OP_EXEC] = "exec", [AST_OP_EXEC_INTO] = "exec-into",
	[AST_OP_MMAP] = "mmap", [AST_OP_MMAP_REQUESTED] = "mmap-requested",
	[AST_OP_CODE] = "code", [AST_OP_OPEN] = "open",
	[AST_OP_READ] = "read", [AST_OP_WRITE] = "write",
	[AST_OP_APPEND] = "append", [AST_OP_READ_ONLY] = "read-only",
	[AST_OP_WRITE_ONLY] = "write-only",
	[AST_OP_APPEND_ONLY] = "append-only",
	[AST_OP_EXEC_OPEN] = "exec-open", [AST_OP_MODULE] = "module",
	[AST_OP_FIRMWARE] = "firmware",
	[AST_OP_KEXEC_KERNEL] = "kexec-kernel",
	[AST_OP_KEXEC_INITRAMFS] = "kexec-initramfs",
	[AST_OP_KEXEC_CMDLINE] = "kexec-cmdline", [AST_OP_POLICY] = "policy",
	[AST_OP_KEY] = "key", [AST_OP_DATA] = "data",
	[AST_OP_XATTR] = "xattr", [AST_OP_ANY] = "any",
};

static const char *const class_words[KCLASS_COUNT] = {
	[KCLASS_MEASURE] = "measure", [KCLASS_APPRAISE] = "appraise",
	[KCLASS_AUDIT] = "audit", [KCLASS_HASH] = "hash",
};

void gen_defaults(struct gen_knobs *k, struct rng *r)
{
	*k = (struct gen_knobs){
		.release = "6.12",
		.ops = OPS_FILE | OPS_CODE | OP(MODULE) | OP(FIRMWARE) |
		       OP(KEXEC_INITRAMFS) | OP(POLICY) | OP(ANY) |
		       OPS_MEASURE,
		.classes = 1u << KCLASS_MEASURE | 1u << KCLASS_APPRAISE |
			   1u << KCLASS_AUDIT | 1u << KCLASS_HASH,
		.stmts = 5, .values = 2, .depth = 2, .max_ops = 2,
		.max_actions = 2, .max_excepts = 2,
		.files = 70, .subjects = 35, .except = 30, .exempt = 25,
		.within = 15, .let = 15, .raw = 10, .negation = 15,
		.range = 20, .pcr = 25, .template = 10, .strict = 0,
	};
	/* three dimensions at a time keep the domain small */
	k->dims = GEN_BIT(GEN_LABEL) |
		  GEN_BIT(rng_below(r, GEN_FS_SUBTYPE)) |
		  GEN_BIT(GEN_UID + rng_below(r, GEN_DIMS - GEN_UID));
}

/* ---- picking ---- */

static bool pct(struct gen *g, unsigned int percent)
{
	return rng_percent(g->r, percent);
}

/* one of the bits that are set; bits is not 0 */
static unsigned int pick_bit(struct gen *g, unsigned int bits)
{
	unsigned int n = (unsigned int)__builtin_popcount(bits);
	unsigned int skip = (unsigned int)rng_below(g->r, n);

	for (unsigned int i = 0;; i++)
		if (bits & 1u << i && skip-- == 0)
			return i;
}

static const char *pick(struct gen *g, const char *const *words, size_t n)
{
	size_t limit = g->k->values < n ? g->k->values : n;

	return words[rng_below(g->r, limit ? limit : 1)];
}

#define PICK(g, words) pick((g), (words), ARRAY_SIZE(words))

/* ---- numbers ---- */

static const unsigned int numbers[] = { 0, 7, 5, 1000, 4294967294u };

static unsigned int number(struct gen *g)
{
	size_t n = g->k->values < ARRAY_SIZE(numbers) ? g->k->values :
							ARRAY_SIZE(numbers);

	return numbers[rng_below(g->r, n)];
}

/* N, A..B, >N or <N; never one that holds for no number */
static void id_text(struct gen *g, bool compare)
{
	unsigned int a = number(g), b = number(g), t;

	if (!pct(g, g->k->range)) {
		buf_printf(g->out, "%u", a);
		return;
	}
	if (a > b) {
		t = a;
		a = b;
		b = t;
	}
	switch (compare ? rng_below(g->r, 3) : 0) {
	case 0:
		buf_printf(g->out, "%u..%u", a, b > a ? b : a);
		break;
	case 1:
		buf_printf(g->out, ">%u", a == 4294967294u ? 7 : a);
		break;
	default:
		buf_printf(g->out, "<%u", b ? b : 7);
	}
}

/* ---- sets ---- */

static const char *const types[] = { "a_t", "b_t", "c_t", "d_t" };
static const char *const users[] = { "sys_u", "own_u" };
static const char *const roles[] = { "object_r", "other_r" };
static const char *const domains[] = { "init_t", "shell_t", "web_t" };
static const char *const filesystems[] = { "ext4", "tmpfs", "overlay" };
static const char *const magics[] = { "0xef53", "0x1021994", "0x794c7630" };
static const char *const uuids[] = {
	"11111111-2222-4333-8444-555555555555",
	"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
};
static const char *const subtypes[] = { "sshfs", "ntfs" };

static void file_leaf(struct gen *g, unsigned int dim)
{
	switch (dim) {
	case GEN_LABEL:
		buf_printf(g->out, "label %s", PICK(g, types));
		break;
	case GEN_LABEL_PARTS:
		buf_printf(g->out, "label \"%s:%s:%s\"",
			   pct(g, 60) ? PICK(g, users) : "*",
			   !g->k->no_file_roles && pct(g, 40) ?
			   PICK(g, roles) : "*",
			   pct(g, 50) ? PICK(g, types) : "a_t");
		break;
	case GEN_OWNER:
		buf_puts(g->out, "owner ");
		id_text(g, true);
		break;
	case GEN_GROUP:
		buf_puts(g->out, "group ");
		id_text(g, true);
		break;
	case GEN_FS:
		buf_printf(g->out, "fs %s", PICK(g, filesystems));
		break;
	case GEN_FSMAGIC:
		buf_printf(g->out, "fsmagic %s", PICK(g, magics));
		break;
	case GEN_FSUUID:
		buf_printf(g->out, "fsuuid \"%s\"", PICK(g, uuids));
		break;
	default:
		buf_printf(g->out, "fs-subtype %s", PICK(g, subtypes));
	}
}

static void subject_leaf(struct gen *g, unsigned int dim)
{
	static const char *const id_words[] = {
		[GEN_UID] = "uid ", [GEN_EUID] = "euid ",
		[GEN_GID] = "gid ", [GEN_EGID] = "egid ",
	};

	switch (dim) {
	case GEN_USER:
		if (pct(g, 40))
			buf_puts(g->out, "root");
		else
			id_text(g, false);
		break;
	case GEN_DOMAIN:
		buf_printf(g->out, "domain %s", PICK(g, domains));
		break;
	case GEN_SUBJ_PARTS:
		if (pct(g, 50))
			buf_printf(g->out, "subj-role %s", PICK(g, roles));
		else
			buf_printf(g->out, "subj-user %s", PICK(g, users));
		break;
	default:
		buf_puts(g->out, id_words[dim]);
		id_text(g, true);
	}
}

#define DIMS_FILE (GEN_BIT(GEN_UID) - 1)

static unsigned int set_dims(const struct gen *g, bool subjects)
{
	return g->k->dims & (subjects ? ~DIMS_FILE : DIMS_FILE);
}

/* how tightly the text around binds: a looser one inside needs parentheses */
enum { BIND_OR, BIND_AND, BIND_NOT };

static void set_text(struct gen *g, bool subjects, unsigned int depth,
		     int around)
{
	int bind = rng_below(g->r, 2) ? BIND_AND : BIND_OR;
	bool inner = depth > 0 && pct(g, 45);
	bool paren;

	if (pct(g, g->k->negation)) {
		buf_putc(g->out, '!');
		around = BIND_NOT;
	}
	if (!inner) {
		unsigned int dims = set_dims(g, subjects);

		if (!subjects && g->lets && pct(g, 25))
			buf_printf(g->out, "l%u", (unsigned int)
				   rng_below(g->r, g->lets));
		else if (subjects)
			subject_leaf(g, pick_bit(g, dims));
		else
			file_leaf(g, pick_bit(g, dims));
		return;
	}
	paren = bind < around || pct(g, 10);
	buf_puts(g->out, paren ? "(" : "");
	set_text(g, subjects, depth - 1, bind);
	buf_puts(g->out, bind == BIND_AND ? " & " : " | ");
	set_text(g, subjects, depth - 1, bind);
	buf_puts(g->out, paren ? ")" : "");
}

void gen_set(struct buf *out, const struct gen_knobs *k, struct rng *r,
	     bool subjects, unsigned int depth)
{
	struct gen g = { .out = out, .k = k, .r = r };

	set_text(&g, subjects, depth, BIND_OR);
}

/* ---- operations ---- */

static const char *const rings[] = { ".ima", "_ima", ".evm" };
static const char *const data[] = { "selinux", "kernel_info" };

static void names_text(struct gen *g, const char *const *names, size_t n,
		       const char *lead)
{
	const char *first = pick(g, names, n), *second = pick(g, names, n);

	buf_printf(g->out, "%s\"%s\"", lead, first);
	if (strcmp(first, second) != 0)
		buf_printf(g->out, " | \"%s\"", second);
}

static void op_text(struct gen *g, unsigned int op)
{
	buf_puts(g->out, op_words[op]);
	if (op == AST_OP_KEY && pct(g, 60))
		names_text(g, rings, ARRAY_SIZE(rings), " in ");
	if (op == AST_OP_DATA && pct(g, 60))
		names_text(g, data, ARRAY_SIZE(data), " ");
}

static unsigned int ops_text(struct gen *g, unsigned int allowed,
			     unsigned int max)
{
	unsigned int n = 1 + (unsigned int)rng_below(g->r, max), used = 0;

	for (unsigned int i = 0; i < n; i++) {
		unsigned int left = allowed & ~used, op;

		/* any says it all; a list says it twice */
		if (used)
			left &= ~OP(ANY);
		if (!left)
			break;
		op = pick_bit(g, left);
		buf_puts(g->out, used ? ", " : "");
		op_text(g, op);
		used |= OP(CODE) & 1u << op ? OP(CODE) | OP(EXEC) | OP(MMAP) :
					      1u << op;
		if (op == AST_OP_ANY)
			break;
		/* key and data ask for less than files do: not in one list */
		allowed &= 1u << op & OPS_BUFFER ? 1u << op : ~OPS_BUFFER;
	}
	return used;
}

/* ---- statements ---- */

/* the classes of one statement, in the order written */
static unsigned int actions_text(struct gen *g, bool exempt)
{
	unsigned int n = 1, used = 0;
	unsigned int allowed = g->k->classes;

	if (exempt && !g->k->exempt_audit)
		allowed &= ~(1u << KCLASS_AUDIT);
	if (g->k->max_actions > 1 && pct(g, 25))
		n = 2;
	if (exempt)
		buf_puts(g->out, "exempt ");
	for (unsigned int i = 0; i < n && allowed & ~used; i++) {
		unsigned int c = pick_bit(g, allowed & ~used);

		buf_puts(g->out, used ? ", " : "");
		buf_puts(g->out, class_words[c]);
		used |= 1u << c;
	}
	buf_putc(g->out, ' ');
	return used;
}

/* what sticks to the file: signatures, fs-verity */
static void requirements_text(struct gen *g, unsigned int classes,
			      unsigned int ops)
{
	bool verity = !(ops & (OPS_LOAD | OPS_MEASURE | OP(ANY))) &&
		      pct(g, g->k->verity);

	if (!(classes & 1u << KCLASS_APPRAISE)) {
		buf_puts(g->out, verity ? " digest verity" : "");
		return;
	}
	if (!(ops & ~OPS_MODSIG) && pct(g, g->k->modsig))
		buf_puts(g->out, " requiring modsig");
	else if (pct(g, g->k->strict))
		buf_printf(g->out, " requiring %s", verity ?
			   "verity-signature" : "signature");
	if (pct(g, g->k->algos))
		buf_puts(g->out, pct(g, 50) ? " algorithms sha256" :
					      " algorithms sha384 | sha512");
	if (pct(g, g->k->stricter))
		buf_puts(g->out, " allowing stricter");
}

static void options_text(struct gen *g, unsigned int classes, bool exempt,
			 unsigned int ops)
{
	static const char *const templates[] = { "ima-sig", "ima-ng",
						 "ima-buf" };

	if (exempt) {
		if (classes & 1u << KCLASS_APPRAISE &&
		    ops & (OPS_LOAD | OP(ANY)))
			buf_puts(g->out, " including loads");
		return;
	}
	if (classes & 1u << KCLASS_MEASURE) {
		if (pct(g, g->k->pcr))
			buf_printf(g->out, " pcr %u",
				   11 + (unsigned int)rng_below(g->r, 2));
		if (!(ops & (OPS_MEASURE | OP(ANY))) && pct(g, g->k->template))
			buf_printf(g->out, " template %s",
				   templates[rng_below(g->r, 2)]);
		else if (ops & OPS_BUFFER && pct(g, g->k->template))
			buf_puts(g->out, " template ima-buf");
	}
	requirements_text(g, classes, ops);
	if (ops & (OPS_MEASURE | OP(ANY)))
		return;
	if (pct(g, g->k->directio))
		buf_puts(g->out, " allowing direct-io");
}

static void subjects_text(struct gen *g, unsigned int ops)
{
	struct gen_knobs k = *g->k;
	struct gen narrow = *g;

	narrow.k = &k;
	/* keys and data are seen with a real uid and no more */
	if (ops & OPS_BUFFER)
		k.dims &= GEN_BIT(GEN_UID);
	if (!set_dims(&narrow, true))
		return;
	buf_puts(g->out, " by ");
	set_text(&narrow, true, k.depth ? k.depth - 1 : 0, BIND_OR);
}

static void except_text(struct gen *g, unsigned int ops)
{
	bool files = !(ops & OPS_BUFFER) && set_dims(g, false), some = false;
	size_t start;
	unsigned int from = ops;

	/* outside of the statement an exception would have no effect */
	if (ops & OP(ANY))
		from = g->k->ops & ~OPS_MEASURE & ~OP(ANY);
	else if (ops & OP(OPEN))
		from |= g->k->ops & OPS_FILE;
	buf_puts(g->out, "\n\texcept");
	start = g->out->len;
	if (pct(g, 30) && from) {
		buf_putc(g->out, ' ');
		ops_text(g, from, g->k->max_ops);
		/* all of the statement's operations would leave nothing of it */
		some = from != ops && pct(g, 70);
	}
	if (files && (!some || pct(g, 50))) {
		buf_puts(g->out, " of ");
		set_text(g, false, g->k->depth ? g->k->depth - 1 : 0,
			 BIND_OR);
		some = true;
	}
	if (!some || pct(g, 25))
		subjects_text(g, ops);
	if (g->out->len == start) {
		buf_putc(g->out, ' ');
		ops_text(g, ops, 1);
	}
}

static void rule_text(struct gen *g)
{
	bool exempt = pct(g, g->k->exempt);
	unsigned int classes, ops, allowed = g->k->ops;

	if (exempt && !g->k->exempt_audit &&
	    !(g->k->classes & ~(1u << KCLASS_AUDIT)))
		exempt = false;
	classes = actions_text(g, exempt);
	if (classes & ~(1u << KCLASS_MEASURE))
		allowed &= ~OPS_MEASURE;
	/* what nothing else may do in kexec-cmdline, any would ask for */
	ops = ops_text(g, allowed, g->k->max_ops);
	if (!(ops & OPS_BUFFER) && set_dims(g, false) && pct(g, g->k->files)) {
		buf_puts(g->out, " of ");
		set_text(g, false, g->k->depth, BIND_OR);
	}
	if (pct(g, g->k->subjects))
		subjects_text(g, ops);
	options_text(g, classes, exempt, ops);
	for (unsigned int i = 0; i < g->k->max_excepts; i++)
		if (pct(g, g->k->except))
			except_text(g, ops);
	buf_puts(g->out, ";\n");
}

static void within_text(struct gen *g)
{
	struct gen_knobs k = *g->k;
	struct gen inner = *g;
	unsigned int n = 1 + (unsigned int)rng_below(g->r, 2);

	inner.k = &k;
	k.ops &= ~OPS_BUFFER;
	k.depth = k.depth ? k.depth - 1 : 0;
	buf_puts(g->out, "within ");
	set_text(&inner, false, k.depth, BIND_OR);
	buf_puts(g->out, " {\n");
	for (unsigned int i = 0; i < n; i++)
		rule_text(&inner);
	buf_puts(g->out, "}\n");
}

void gen_policy(struct buf *out, const struct gen_knobs *k, struct rng *r)
{
	struct gen g = { .out = out, .k = k, .r = r };
	unsigned int n = (k->stmts + 1) / 2;

	n += (unsigned int)rng_below(r, k->stmts - n + 1);
	if (k->release)
		buf_printf(out, "target kernel %s, selinux;\n", k->release);
	if (pct(&g, k->xattr))
		buf_puts(out, "appraise xattr algorithms sha256 | sha512;\n");
	for (unsigned int i = 0; i < n; i++) {
		if (set_dims(&g, false) && pct(&g, k->let)) {
			buf_printf(out, "let l%u = ", g.lets);
			set_text(&g, false, 1, BIND_OR);
			buf_puts(out, ";\n");
			g.lets++;
		}
		if (pct(&g, k->raw)) {
			buf_puts(out, "raw \"");
			gen_line(out, k, r);
			buf_puts(out, "\";\n");
		} else if (set_dims(&g, false) && pct(&g, k->within)) {
			within_text(&g);
		} else {
			rule_text(&g);
		}
	}
}

/* ---- kernel lines ---- */

struct line_hook {
	unsigned int op;	/* enum ast_op_kind that asks for it */
	const char *text;
};

static const struct line_hook line_hooks[] = {
	{ AST_OP_ANY, "" }, { AST_OP_EXEC, " func=BPRM_CHECK" },
	{ AST_OP_MMAP, " func=MMAP_CHECK" },
	{ AST_OP_EXEC_INTO, " func=CREDS_CHECK" },
	{ AST_OP_OPEN, " func=FILE_CHECK" },
	{ AST_OP_READ, " func=FILE_CHECK mask=^MAY_READ" },
	{ AST_OP_WRITE, " func=FILE_CHECK mask=^MAY_WRITE" },
	{ AST_OP_READ_ONLY, " func=FILE_CHECK mask=MAY_READ" },
	{ AST_OP_WRITE_ONLY, " func=FILE_CHECK mask=MAY_WRITE" },
	{ AST_OP_EXEC_OPEN, " func=FILE_CHECK mask=MAY_EXEC" },
	{ AST_OP_MODULE, " func=MODULE_CHECK" },
	{ AST_OP_FIRMWARE, " func=FIRMWARE_CHECK" },
	{ AST_OP_POLICY, " func=POLICY_CHECK" },
};

static void line_id(struct gen *g, const char *key)
{
	static const char ops[] = "=<>";
	unsigned int n = number(g);
	char op = pct(g, g->k->range) ? ops[1 + rng_below(g->r, 2)] : '=';

	buf_printf(g->out, " %s%c%u", key, op, n);
}

static bool wants(struct gen *g, enum gen_dim d)
{
	return g->k->dims & GEN_BIT(d) && pct(g, 35);
}

static void line_file_conditions(struct gen *g)
{
	if (wants(g, GEN_FSMAGIC))
		buf_printf(g->out, " fsmagic=%s", PICK(g, magics));
	if (wants(g, GEN_FS))
		buf_printf(g->out, " fsname=%s", PICK(g, filesystems));
	if (wants(g, GEN_FSUUID))
		buf_printf(g->out, " fsuuid=%s", PICK(g, uuids));
	if (wants(g, GEN_UID) || wants(g, GEN_USER))
		line_id(g, "uid");
	else if (wants(g, GEN_EUID) || wants(g, GEN_USER))
		line_id(g, "euid");
	if (wants(g, GEN_GID))
		line_id(g, "gid");
	else if (wants(g, GEN_EGID))
		line_id(g, "egid");
	if (wants(g, GEN_OWNER))
		line_id(g, "fowner");
	if (wants(g, GEN_GROUP))
		line_id(g, "fgroup");
	if (wants(g, GEN_LABEL_PARTS))
		buf_printf(g->out, " obj_user=%s", PICK(g, users));
	if (wants(g, GEN_LABEL))
		buf_printf(g->out, " obj_type=%s", PICK(g, types));
	if (wants(g, GEN_DOMAIN))
		buf_printf(g->out, " subj_type=%s", PICK(g, domains));
}

/* 0 and "ima" mean something else to texts; the language has neither there */
static const char *const registers[] = { "11", "12", "0" };
static const char *const line_templates[] = { "ima", "ima-ng", "ima-buf" };

void gen_line(struct buf *out, const struct gen_knobs *k, struct rng *r)
{
	struct gen g = { .out = out, .k = k, .r = r };
	unsigned int class = pick_bit(&g, k->classes);
	bool dont = (class != KCLASS_AUDIT || k->exempt_audit) &&
		    pct(&g, k->exempt);
	const struct line_hook *h;

	do {
		h = &line_hooks[rng_below(r, ARRAY_SIZE(line_hooks))];
	} while (!(k->ops & 1u << h->op) && !pct(&g, 5));
	buf_printf(out, "%s%s%s", dont ? "dont_" : "", class_words[class],
		   h->text);
	line_file_conditions(&g);
	if (class == KCLASS_MEASURE && !dont && pct(&g, k->pcr))
		buf_printf(out, " pcr=%s", PICK(&g, registers));
	if (class == KCLASS_MEASURE && !dont && pct(&g, k->template))
		buf_printf(out, " template=%s", PICK(&g, line_templates));
	if (class == KCLASS_APPRAISE && !dont && pct(&g, k->strict))
		buf_puts(out, " appraise_type=imasig");
}
