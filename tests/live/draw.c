/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw.h"
#include "util.h"

#define PICK(d, a) ((a)[rng_below(&(d)->r, ARRAY_SIZE(a))])

/* those of tests/meaning/gen.c, so that its policies meet these files, and some */
static const uint32_t ids[] = { 0, 1, 5, 7, 1000, 1001, 4294967294u };
static const char *const users[] = { "sys_u", "own_u" };
static const char *const types[] = { "a_t", "b_t", "c_t" };
static const char *const roles[] = { "object_r", "other_r" };
#define WARM "warm_t"	/* no rule but the one that warms up knows it */
static const char *const domains[] = { "init_t", "shell_t", "web_t" };
/* nobody but the kernel makes a keyring with a point in front */
static const char *const rings[] = { "_ima", "_evm", "mine" };

void draw_init(struct draw *d, uint64_t seed, const struct ktarget *t,
	       struct plan *p)
{
	memset(d, 0, sizeof(*d));
	d->r = rng_new(seed);
	d->target = t;
	d->plan = p;
}

static const char *text_of(struct arena *a, const char *fmt, unsigned int n)
	PRINTF_LIKE(2, 0);

static const char *text_of(struct arena *a, const char *fmt, unsigned int n)
{
	char text[32];

	snprintf(text, sizeof(text), fmt, n);
	return arena_strndup(a, text, strlen(text));
}

void draw_policy(struct draw *d, unsigned int number)
{
	d->policy = number;
	d->files = 0;
	d->pcr = 0;
	d->role = text_of(d->plan->arena, "r%u_r", number);
}

bool draw_is_role(const char *role)
{
	unsigned int number;
	int end = 0;

	return sscanf(role, "r%u_r%n", &number, &end) == 1 && end &&
	       !role[end];
}

static const char *policy_role(const struct krule *r)
{
	const char *role = r->lsm[KLSM_OBJ_ROLE];

	return role && draw_is_role(role) ? role : "";
}

bool draw_same_policy(const struct krule *a, const struct krule *b)
{
	return strcmp(policy_role(a), policy_role(b)) == 0;
}

bool draw_is_of(const struct krule *r, unsigned int policy)
{
	const char *role = policy_role(r);

	return !*role || strtoul(role + 1, NULL, 10) == policy;
}

void draw_alone(struct draw *d)
{
	draw_policy(d, 0);
	d->role = NULL;
}

void draw_with_pcr(struct draw *d, struct buf *line)
{
	if (strncmp(line->s, "measure", 7) == 0 && !strstr(line->s, " pcr="))
		buf_printf(line, " pcr=%u", d->pcr++ % 24);
}

void draw_with_role(const struct draw *d, struct buf *line)
{
	buf_printf(line, " obj_role=%s", d->role);
}

static void print_labels(FILE *f)
{
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(users); i++)
		fprintf(f, "measure obj_user=%s\n", users[i]);
	for (i = 0; i < ARRAY_SIZE(types); i++)
		fprintf(f, "measure obj_type=%s\n", types[i]);
	fprintf(f, "measure obj_type=%s\n", WARM);
	for (i = 0; i < ARRAY_SIZE(domains); i++)
		for (j = 0; j < ARRAY_SIZE(roles); j++)
			fprintf(f, "measure subj_type=%s obj_role=%s\n",
				domains[i], roles[j]);
}

/* ---- the guest itself ---- */

/* a process's folder in proc has the label of the process */
static bool allows(trial_decide *decide, void *arg, const struct plan_label *l)
{
	struct kaccess a = {
		.hook = KHOOK_FILE, .mask = KMASK_WRITE, .fsname = "proc",
		.uid = { 0, 0, 0, true }, .gid = { 0, 0, 0, true },
		.lsm = {
			[KLSM_OBJ_USER] = l->user, [KLSM_OBJ_ROLE] = l->role,
			[KLSM_OBJ_TYPE] = l->type, [KLSM_SUBJ_USER] = l->user,
			[KLSM_SUBJ_ROLE] = l->role, [KLSM_SUBJ_TYPE] = l->type,
		},
	};
	struct kmatched m;

	kmodel_fsmagic(a.fsname, &a.fsmagic);
	decide(arg, 0, &a, &m);
	return !m.act[KCLASS_APPRAISE];
}

bool draw_guest_lives(trial_decide *decide, void *arg)
{
	static const struct plan_label base = { "system_u", "system_r",
						"base_t" };
	size_t u, r, t;

	if (!allows(decide, arg, &base))
		return false;
	for (u = 0; u < ARRAY_SIZE(users); u++)
		for (r = 0; r < ARRAY_SIZE(roles); r++)
			for (t = 0; t < ARRAY_SIZE(domains); t++) {
				struct plan_label l = { users[u], roles[r],
							domains[t] };

				if (!allows(decide, arg, &l))
					return false;
			}
	return true;
}

/* ---- lines ---- */

static bool chance(struct draw *d, unsigned int percent)
{
	return rng_percent(&d->r, percent);
}

struct weighed {
	const char *text;
	unsigned int weight;
};

static const char *weigh(struct draw *d, const struct weighed *w, size_t n)
{
	unsigned int sum = 0, at;
	size_t i;

	for (i = 0; i < n; i++)
		sum += w[i].weight;
	at = (unsigned int)rng_below(&d->r, sum);
	for (i = 0; at >= w[i].weight; i++)
		at -= w[i].weight;
	return w[i].text;
}

#define WEIGH(d, a) weigh((d), (a), ARRAY_SIZE(a))

static void line_id(struct draw *d, struct buf *out, const char *key)
{
	static const char ops[] = "===<>";

	buf_printf(out, " %s%c%u", key, ops[rng_below(&d->r, 5)],
		   PICK(d, ids));
}

static void line_file(struct draw *d, struct buf *out)
{
	const struct plan_place *p = &plan_places[rng_below(&d->r, PLAN_DIRS)];

	if (chance(d, 8))
		buf_printf(out, " fsmagic=0x%llx",
			   (unsigned long long)p->fsmagic);
	if (chance(d, 8))
		buf_printf(out, " fsname=%s", p->fsname);
	if (chance(d, 6))
		buf_printf(out, " fsuuid=%s",
			   plan_places[chance(d, 50) ? PLAN_EXT4 :
						       PLAN_EXT4_B].fsuuid);
	if (chance(d, 12))
		line_id(d, out, "fowner");
	if (chance(d, 10))
		line_id(d, out, "fgroup");
	if (chance(d, 10))
		buf_printf(out, " obj_user=%s", PICK(d, users));
	if (chance(d, 14))
		buf_printf(out, " obj_type=%s", PICK(d, types));
	if (!d->role && chance(d, 40))
		buf_printf(out, " obj_role=%s", PICK(d, roles));
}

static void line_subject(struct draw *d, struct buf *out)
{
	if (chance(d, 22))
		line_id(d, out, chance(d, 50) ? "uid" : "euid");
	if (chance(d, 16))
		line_id(d, out, chance(d, 50) ? "gid" : "egid");
	if (chance(d, 8))
		buf_printf(out, " subj_user=%s", PICK(d, users));
	if (chance(d, 8))
		buf_printf(out, " subj_role=%s", PICK(d, roles));
	if (chance(d, 12))
		buf_printf(out, " subj_type=%s", PICK(d, domains));
}

static void line_options(struct draw *d, struct buf *out, const char *action)
{
	static const char *const templates[] = {
		"ima", "ima-ng", "ima-sig", "ima-buf", "ima-modsig", "evm-sig",
		"ima-ngv2", "ima-sigv2", "d-ng|n-ng",
	};

	if (strcmp(action, "measure") == 0) {
		if (chance(d, 15))
			buf_printf(out, " template=%s", PICK(d, templates));
		if (chance(d, 30))
			buf_printf(out, " pcr=%u", (unsigned int)
				   rng_below(&d->r, 24));
	}
	if (chance(d, 3))
		buf_puts(out, " digest_type=verity");
	if (strcmp(action, "appraise") == 0) {
		if (chance(d, 40))
			buf_puts(out, " appraise_type=imasig");
		if (chance(d, 15))
			buf_printf(out, " appraise_algos=%s",
				   chance(d, 50) ? "sha256" : "sha1,sha224");
	}
	if (chance(d, 4))
		buf_puts(out, " permit_directio");
}

static bool accepted(const struct draw *d, struct intern *in,
		     const struct buf *line, struct krule *rule)
{
	struct kd_out got;

	if (kdialect_parse(d->target, in, line->s, line->len, &got) != KD_RULE)
		return false;
	*rule = got.rule;
	return true;
}

void draw_hash_line(struct draw *d, struct intern *in, struct buf *out,
		    struct krule *rule)
{
	struct buf line;

	do {
		buf_init(&line, d->plan->arena);
		draw_line(d, in, &line, rule);
	} while (rule->class != KCLASS_HASH || rule->func != KHOOK_FILE);
	buf_puts(out, line.s);
}

void draw_appraise_line(struct draw *d, struct intern *in, struct buf *out,
			struct krule *rule)
{
	static const struct weighed hooks[] = {
		{ "", 15 }, { " func=FILE_CHECK", 15 },
		{ " func=FILE_CHECK mask=^MAY_READ", 15 },
		{ " func=FILE_CHECK mask=^MAY_WRITE", 8 },
		{ " func=FILE_CHECK mask=MAY_EXEC", 5 },
		{ " func=MMAP_CHECK", 15 }, { " func=BPRM_CHECK", 20 },
		{ " func=CREDS_CHECK", 7 },
	};
	static const struct weighed options[] = {
		{ "", 40 }, { " appraise_type=imasig", 40 },
		{ " appraise_algos=sha256", 6 },
		{ " appraise_algos=sha1", 4 },
		{ " appraise_type=imasig appraise_algos=sha512", 2 },
		{ " permit_directio", 3 },
		{ " appraise_type=imasig permit_directio", 3 },
	};
	bool dont = chance(d, 10);
	struct buf line;

	do {
		buf_init(&line, d->plan->arena);
		buf_printf(&line, "%s%s", dont ? "dont_appraise" : "appraise",
			   WEIGH(d, hooks));
		if (chance(d, 25))
			line_file(d, &line);
		if (chance(d, 20))
			line_subject(d, &line);
		buf_puts(&line, dont ? "" : WEIGH(d, options));
	} while (!accepted(d, in, &line, rule));
	buf_add(out, line.s, line.len);
}

static void any_line(struct draw *d, struct buf *out)
{
	static const struct weighed actions[] = {
		{ "measure", 60 }, { "dont_measure", 14 }, { "audit", 8 },
		{ "hash", 4 }, { "dont_hash", 2 }, { "appraise", 8 },
		{ "dont_appraise", 4 },
	};
	static const struct weighed hooks[] = {
		{ "", 14 }, { "FILE_CHECK", 30 }, { "PATH_CHECK", 2 },
		{ "MMAP_CHECK", 10 }, { "FILE_MMAP", 2 },
		{ "MMAP_CHECK_REQPROT", 5 }, { "BPRM_CHECK", 12 },
		{ "CREDS_CHECK", 9 }, { "MODULE_CHECK", 5 },
		{ "KEXEC_KERNEL_CHECK", 4 }, { "KEXEC_INITRAMFS_CHECK", 3 },
		{ "KEXEC_CMDLINE", 4 }, { "FIRMWARE_CHECK", 1 },
		{ "POLICY_CHECK", 1 },
	};
	static const char *const masks[] = {
		"MAY_READ", "MAY_WRITE", "MAY_EXEC", "MAY_APPEND",
		"^MAY_READ", "^MAY_READ", "^MAY_WRITE", "^MAY_EXEC",
		"^MAY_APPEND",
	};
	const char *action = WEIGH(d, actions), *hook = WEIGH(d, hooks);

	buf_puts(out, action);
	if (*hook)
		buf_printf(out, " func=%s", hook);
	if (chance(d, strstr(hook, "FILE_CHECK") || strstr(hook, "PATH") ? 45 :
		      10))
		buf_printf(out, " mask=%s", PICK(d, masks));
	line_file(d, out);
	line_subject(d, out);
	line_options(d, out, action);
}

/* what a file has no part in: keys, data, the allow-list of hashes */
static void lone_line(struct draw *d, struct buf *out)
{
	bool key = chance(d, 60);

	if (chance(d, 20)) {
		buf_printf(out, "appraise func=SETXATTR_CHECK appraise_algos=%s",
			   chance(d, 50) ? "sha256" : "sha1,sha224");
		return;
	}
	buf_printf(out, "%s func=%s", chance(d, 75) ? "measure" : "dont_measure",
		   key ? "KEY_CHECK" : "CRITICAL_DATA");
	if (key && chance(d, 60))
		buf_printf(out, " keyrings=%s%s", PICK(d, rings),
			   chance(d, 30) ? "|mine" : "");
	if (!key && chance(d, 50))
		buf_printf(out, " label=%s", chance(d, 70) ? "selinux" :
							     "kernel_info");
	if (chance(d, 50))
		line_id(d, out, "uid");
	if (chance(d, 25))
		line_id(d, out, chance(d, 50) ? "gid" : "egid");
	if (strncmp(out->s, "measure", 7) != 0)
		return;
	if (chance(d, 40))
		buf_printf(out, " pcr=%u", (unsigned int)rng_below(&d->r, 16));
	if (chance(d, 25))
		buf_printf(out, " template=%s", chance(d, 50) ? "ima-ng" :
			   chance(d, 50) ? "ima" : "ima-sig");
}

void draw_line(struct draw *d, struct intern *in, struct buf *out,
	       struct krule *rule)
{
	struct buf line;

	do {
		buf_init(&line, d->plan->arena);
		if (!d->role && chance(d, 30))
			lone_line(d, &line);
		else
			any_line(d, &line);
	} while (!accepted(d, in, &line, rule));
	buf_add(out, line.s, line.len);
}

/* ---- files and accesses ---- */

struct drawn {
	struct plan_file file;
	struct plan_access access;
};

static const char *role_of_file(struct draw *d)
{
	return d->role ? d->role : PICK(d, roles);
}

static struct plan_label subject_label(struct draw *d)
{
	return (struct plan_label){ PICK(d, users), PICK(d, roles),
				    PICK(d, domains) };
}

static void any_ids(struct draw *d, uint32_t id[3])
{
	int i;

	id[0] = PICK(d, ids);
	for (i = 1; i < 3; i++)
		id[i] = chance(d, 60) ? id[0] : PICK(d, ids);
}

static void any_file(struct draw *d, struct plan_file *f)
{
	*f = (struct plan_file){
		.dir = (enum plan_dir)rng_below(&d->r, PLAN_DIRS),
		.owner = PICK(d, ids), .group = PICK(d, ids), .mode = 0777,
		.label = { PICK(d, users), role_of_file(d), PICK(d, types) },
		.content = PLAN_TEXT,
		.seal = chance(d, 20) ? (unsigned int)rng_below(&d->r,
								PLAN_SEALS) : 0,
	};
	f->name = NULL;
}

static const char *open_arg(struct draw *d)
{
	static const char *const args[] = {
		"r", "r", "r", "r", "r", "w", "w", "b", "b", "wa", "wa", "ba",
		"ra", "wt", "bt", "rt", "wc", "bc", "rc", "wat", "rd", "wac",
	};

	return PICK(d, args);
}

static void any_access(struct draw *d, struct drawn *x)
{
	static const enum plan_verb verbs[] = {
		PLAN_OPEN, PLAN_OPEN, PLAN_OPEN, PLAN_OPEN, PLAN_MMAP,
		PLAN_MMAP, PLAN_EXEC, PLAN_EXEC, PLAN_EXEC, PLAN_MODULE,
		PLAN_KEXEC,
	};
	struct plan_access *a = &x->access;

	memset(a, 0, sizeof(*a));
	a->verb = PICK(d, verbs);
	any_ids(d, a->uid);
	any_ids(d, a->gid);
	a->cap_uid = chance(d, 40);
	a->cap_gid = chance(d, 40);
	a->subject = subject_label(d);
}

/* an id for which the condition holds */
static uint32_t aim_id(const struct kid *k, uint32_t old)
{
	switch (k->op) {
	case KID_EQ:
		return k->id;
	case KID_GT:
		return k->id < KID_MAX ? k->id + 1 : k->id;
	case KID_LT:
		return k->id ? k->id - 1 : k->id;
	default:
		return old;
	}
}

static void aim_ids(struct draw *d, const struct kid *k, uint32_t id[3],
		    bool *cap)
{
	size_t at = !k->effective ? 0 : 1;

	if (k->op == KID_ANY)
		return;
	/* with the capability the other two do as well */
	if (k->effective && chance(d, 40)) {
		at = chance(d, 50) ? 0 : 2;
		*cap = true;
	}
	id[at] = aim_id(k, id[at]);
}

static void aim_place(struct draw *d, const struct krule *r,
		      struct plan_file *f)
{
	int i, tries;

	for (tries = 0; tries < 8; tries++) {
		i = (int)rng_below(&d->r, PLAN_DIRS);
		if ((!r->has_fsmagic || r->fsmagic == plan_places[i].fsmagic) &&
		    (!r->fsname || !strcmp(r->fsname, plan_places[i].fsname)) &&
		    (!r->fsuuid || !strcmp(r->fsuuid, plan_places[i].fsuuid)))
			f->dir = (enum plan_dir)i;
	}
}

static void aim_labels(const struct krule *r, struct drawn *x)
{
	const char **to[KLSM_FIELDS] = {
		[KLSM_OBJ_USER] = &x->file.label.user,
		[KLSM_OBJ_ROLE] = &x->file.label.role,
		[KLSM_OBJ_TYPE] = &x->file.label.type,
		[KLSM_SUBJ_USER] = &x->access.subject.user,
		[KLSM_SUBJ_ROLE] = &x->access.subject.role,
		[KLSM_SUBJ_TYPE] = &x->access.subject.type,
	};
	int i;

	for (i = 0; i < KLSM_FIELDS; i++)
		if (r->lsm[i] && to[i])
			*to[i] = r->lsm[i];
}

void draw_warm_up(struct draw *d, unsigned int number, FILE *policy)
{
	struct plan_file f = {
		.dir = PLAN_ROOTFS, .mode = 0777, .content = PLAN_TEXT,
		.seal = PLAN_SEAL_SIGNED, .label = { "sys_u", "object_r", WARM },
	};
	struct plan_access x = { .verb = PLAN_OPEN, .arg = "r" };

	fprintf(policy, "appraise func=FILE_CHECK obj_type=%s appraise_type=imasig\n",
		f.label.type);
	x.subject = subject_label(d);
	f.name = text_of(d->plan->arena, "p%u.warm", number);
	x.file = plan_add_file(d->plan, &f);
	plan_add_access(d->plan, &x);
}

static enum plan_verb aim_verb(struct draw *d, const struct krule *r)
{
	switch (r->func) {
	case KHOOK_MMAP:
	case KHOOK_MMAP_REQPROT:
		return chance(d, 70) ? PLAN_MMAP : PLAN_EXEC;
	case KHOOK_BPRM:
	case KHOOK_CREDS:
		return PLAN_EXEC;
	case KHOOK_MODULE:
		return PLAN_MODULE;
	case KHOOK_KEXEC_KERNEL:
	case KHOOK_KEXEC_INITRAMFS:
	case KHOOK_KEXEC_CMDLINE:
		return PLAN_KEXEC;
	case KHOOK_FILE:
		return r->has_mask && r->mask == KMASK_EXEC ? PLAN_EXEC :
							      PLAN_OPEN;
	default:
		return chance(d, 50) ? PLAN_OPEN : PLAN_EXEC;
	}
}

static void aim_at(struct draw *d, const struct krule *r, struct drawn *x)
{
	x->access.verb = aim_verb(d, r);
	aim_place(d, r, &x->file);
	x->file.owner = aim_id(&r->fowner, x->file.owner);
	x->file.group = aim_id(&r->fgroup, x->file.group);
	aim_ids(d, &r->uid, x->access.uid, &x->access.cap_uid);
	aim_ids(d, &r->gid, x->access.gid, &x->access.cap_gid);
	aim_labels(r, x);
}

/* one thing is other than the rule wants it, perhaps */
static void stray(struct draw *d, struct drawn *x)
{
	switch (rng_below(&d->r, 7)) {
	case 0:
		x->file.owner = PICK(d, ids);
		break;
	case 1:
		x->file.group = PICK(d, ids);
		break;
	case 2:
		any_ids(d, x->access.uid);
		break;
	case 3:
		any_ids(d, x->access.gid);
		break;
	case 4:
		x->access.cap_uid = !x->access.cap_uid;
		x->access.cap_gid = !x->access.cap_gid;
		break;
	case 5:
		x->file.label.type = PICK(d, types);
		break;
	default:
		x->access.subject = subject_label(d);
	}
}

static bool mask_fits(const struct krule *r, uint8_t mask)
{
	return !r->has_mask || (r->mask_in ? (r->mask & mask) != 0 :
					     r->mask == mask);
}

static void settle_created(const struct krule *aim, struct drawn *x)
{
	x->file.content = PLAN_NOTHING;
	x->file.seal = 0;
	/* who makes a file owns it */
	if (aim && aim->fowner.op != KID_ANY)
		x->access.uid[1] = x->file.owner;
	if (aim && aim->fgroup.op != KID_ANY)
		x->access.gid[1] = x->file.group;
	x->file.owner = x->access.uid[1];
	x->file.group = x->access.gid[1];
}

static void settle_open(struct draw *d, const struct krule *aim,
			struct drawn *x)
{
	int tries;

	x->access.arg = "r";
	for (tries = 0; tries < 6; tries++) {
		const char *arg = open_arg(d);

		if (d->no_truncate && strchr(arg, 't'))
			continue;
		x->access.arg = arg;
		if (!aim || mask_fits(aim, plan_open_mask(arg)))
			break;
	}
	/* before 6.6 a tmpfs cannot be read around the cache */
	if (strchr(x->access.arg, 'd') && x->file.dir < PLAN_EXT4)
		x->file.dir = PLAN_EXT4;
	if (strchr(x->access.arg, 'c'))
		settle_created(aim, x);
}

static void settle_exec(struct draw *d, const struct krule *aim,
			struct drawn *x)
{
	static const enum plan_content kinds[] = {
		PLAN_TEXT, PLAN_SCRIPT, PLAN_PROGRAM, PLAN_PROGRAM,
	};
	bool mapped = aim && (aim->func == KHOOK_MMAP ||
			      aim->func == KHOOK_MMAP_REQPROT);

	x->file.content = mapped ? PLAN_PROGRAM : PICK(d, kinds);
	/* its interpreter is nobody's file, and may be refused by a policy that has no role */
	if (!d->role && x->file.content == PLAN_SCRIPT)
		x->file.content = PLAN_PROGRAM;
	x->access.arg = "-";
	if (chance(d, 50)) {
		x->access.next = subject_label(d);
		/* CREDS_CHECK looks at the new label */
		if (aim && aim->func == KHOOK_CREDS && chance(d, 70)) {
			x->access.next = x->access.subject;
			x->access.subject = subject_label(d);
		}
	}
	if (chance(d, 25))
		x->file.mode |= chance(d, 70) ? 04000 : 02000;
}

static void settle(struct draw *d, const struct krule *aim, struct drawn *x)
{
	switch (x->access.verb) {
	case PLAN_OPEN:
		settle_open(d, aim, x);
		break;
	case PLAN_MMAP:
		x->access.arg = chance(d, 75) ? "x" : "i";
		break;
	case PLAN_EXEC:
		settle_exec(d, aim, x);
		break;
	case PLAN_KEXEC:
		x->file.content = chance(d, 80) ? PLAN_KERNEL : PLAN_TEXT;
		x->access.arg = "-";
		break;
	default:
		x->access.arg = "-";
	}
	/* an fs-verity file is for reading, and needs ext4 */
	if (x->file.dir >= PLAN_EXT4 && x->file.content != PLAN_NOTHING &&
	    (x->access.verb != PLAN_OPEN || strcmp(x->access.arg, "r") == 0))
		x->file.verity = chance(d, aim && aim->verity ? 60 : 5);
}

void draw_lone_access(struct draw *d, const struct krule *aim)
{
	static const enum plan_verb verbs[] = {
		PLAN_KEY, PLAN_KEY, PLAN_KEY, PLAN_DATA, PLAN_INIT_MODULE,
		PLAN_KEXEC_LOAD,
	};
	struct drawn x;

	memset(&x, 0, sizeof(x));
	any_access(d, &x);
	x.access.verb = PICK(d, verbs);
	if (aim && aim->func == KHOOK_KEY)
		x.access.verb = PLAN_KEY;
	if (aim && aim->func == KHOOK_DATA)
		x.access.verb = PLAN_DATA;
	if (aim)
		aim_ids(d, &aim->uid, x.access.uid, &x.access.cap_uid);
	x.access.object = "-";
	x.access.arg = "-";
	if (x.access.verb == PLAN_KEY) {
		x.access.arg = chance(d, 50) ? "right" : "wrong";
		x.access.object = PICK(d, rings);
		if (aim && aim->keyrings.n && *aim->keyrings.v[0] != '.' &&
		    chance(d, 70))
			x.access.object = aim->keyrings.v[0];
	}
	plan_add_access(d->plan, &x.access);
}

static void add_file(struct draw *d, struct drawn *x)
{
	char name[32];

	snprintf(name, sizeof(name), "p%u.%u", d->policy, d->files++);
	x->file.name = arena_strndup(d->plan->arena, name, strlen(name));
	x->access.file = plan_add_file(d->plan, &x->file);
	plan_add_access(d->plan, &x->access);
	d->written = x->access.verb == PLAN_OPEN &&
		     strpbrk(x->access.arg, "wbt") != NULL;
}

/* the access that aim_at() has the verb of, which leaves the file as it is */
static void as_aimed(struct drawn *x)
{
	if (x->access.verb == PLAN_KEXEC || x->access.verb == PLAN_MODULE)
		x->access.verb = PLAN_EXEC;
	x->access.arg = x->access.verb == PLAN_MMAP ? "x" :
			x->access.verb == PLAN_EXEC ? "-" : "r";
}

static void draw_seals(struct draw *d, const struct krule *aim,
		       const struct draw_use *use, const unsigned int *seals,
		       size_t n)
{
	struct drawn x;
	size_t i;

	any_file(d, &x.file);
	any_access(d, &x);
	if (aim)
		aim_at(d, aim, &x);
	x.file.content = use->content;
	x.access.verb = use->verb;
	x.access.arg = use->arg;
	for (i = 0; i < n; i++) {
		x.file.seal = seals[i];
		add_file(d, &x);
	}
}

void draw_sealed(struct draw *d, const struct krule *aim,
		 const struct draw_use *use, unsigned int seal)
{
	draw_seals(d, aim, use, &seal, 1);
}

void draw_copies(struct draw *d, const struct krule *aim,
		 const struct draw_use *use)
{
	draw_seals(d, aim, use, plan_copies, PLAN_COPIES);
}

static void draw_then(struct draw *d, const struct krule *aim)
{
	struct drawn x;

	any_access(d, &x);
	x.access.file = d->plan->files.n - 1;
	x.file = d->plan->files.v[x.access.file];
	aim_at(d, aim, &x);
	as_aimed(&x);
	plan_add_access(d->plan, &x.access);
}

void draw_pair(struct draw *d, const struct krule *first,
	       const struct krule *then)
{
	static const unsigned int seals[] = { PLAN_SEAL_HASH, PLAN_SEAL_HASH,
					      PLAN_SEAL_SIGNED };
	struct drawn x;

	any_file(d, &x.file);
	any_access(d, &x);
	/* the file is to meet both */
	aim_at(d, then, &x);
	aim_at(d, first, &x);
	x.file.content = PLAN_PROGRAM;
	x.file.seal = PICK(d, seals);
	as_aimed(&x);
	add_file(d, &x);
	draw_then(d, then);
}

/* something done to the file of the access before */
struct then {
	enum plan_verb verb;
	const char *arg;
};

static void draw_made(struct draw *d, const struct krule *aim, const char *arg,
		      struct drawn *x)
{
	any_file(d, &x->file);
	any_access(d, x);
	aim_at(d, aim, x);
	x->access.verb = PLAN_OPEN;
	x->access.arg = arg;
	settle_created(aim, x);
	add_file(d, x);
}

static void do_then(struct draw *d, struct drawn *x, const struct then *then)
{
	x->access.verb = then->verb;
	x->access.arg = then->arg;
	plan_add_access(d->plan, &x->access);
}

void draw_new_file(struct draw *d, const struct krule *aim)
{
	static const struct then then[] = { { PLAN_CHMOD, "777" },
					    { PLAN_OPEN, "r" } };
	struct drawn x;
	size_t i;

	draw_made(d, aim, "rc", &x);
	for (i = 0; i < ARRAY_SIZE(then); i++)
		do_then(d, &x, &then[i]);
}

void draw_new_changes(struct draw *d, const struct krule *aim)
{
	static const char *const made[] = { "wc", "bc" };
	static const struct then then[] = {
		{ PLAN_CHMOD, "777" }, { PLAN_SEAL, "text.hash" },
		{ PLAN_SEAL, "-" },    { PLAN_OPEN, "wt" },
		{ PLAN_OPEN, "r" },    { PLAN_OPEN, "w" },
		{ PLAN_OPEN, "wa" },   { PLAN_OPEN, "b" },
	};
	struct drawn x;
	size_t more;

	draw_made(d, aim, PICK(d, made), &x);
	for (more = 3 + rng_below(&d->r, 3); more; more--)
		do_then(d, &x, &PICK(d, then));
}

/* what may still be done to a file that is as it was, or not */
static const char *more_open(struct draw *d, const struct plan_file *f)
{
	static const char *const reading[] = { "r", "r", "ra" };
	static const char *const any[] = { "r", "r", "w", "b", "wa", "ba" };

	/* writing takes set-uid away, and fs-verity takes writing away */
	if ((f->mode & 06000) || f->verity)
		return PICK(d, reading);
	return PICK(d, any);
}

static const char *more_seal(struct draw *d, const struct plan_file *f)
{
	static const char *const names[PLAN_CONTENTS] = {
		[PLAN_TEXT] = "text", [PLAN_SCRIPT] = "script",
		[PLAN_PROGRAM] = "program", [PLAN_KERNEL] = "kernel",
	};
	unsigned int seal = (unsigned int)rng_below(&d->r, PLAN_SEALS);
	struct buf b;

	if (!seal || f->content == PLAN_NOTHING)
		return "-";
	buf_init(&b, d->plan->arena);
	buf_printf(&b, "%s.%s", names[f->content], plan_seals[seal].name);
	return b.s;
}

void draw_more(struct draw *d, const struct krule *aim)
{
	static const enum plan_verb verbs[] = {
		PLAN_OPEN, PLAN_OPEN, PLAN_OPEN, PLAN_EXEC, PLAN_EXEC,
		PLAN_MMAP, PLAN_SEAL, PLAN_CHMOD,
	};
	size_t file = d->plan->files.n - 1;
	const struct plan_file *f = &d->plan->files.v[file];
	struct drawn x;

	any_access(d, &x);
	x.file = *f;
	if (aim)
		aim_at(d, aim, &x);
	x.access.file = file;
	x.access.verb = PICK(d, verbs);
	/* a program that was written to is none any more */
	if (x.access.verb == PLAN_EXEC && d->written)
		x.access.verb = PLAN_OPEN;
	x.access.arg = x.access.verb == PLAN_OPEN ? more_open(d, f) :
		       x.access.verb == PLAN_MMAP ? "x" :
		       x.access.verb == PLAN_CHMOD ? "777" :
		       x.access.verb == PLAN_SEAL ? more_seal(d, f) : "-";
	/* chmod says nothing but what was there before */
	if (x.access.verb == PLAN_CHMOD && (f->mode & 06000))
		x.access.arg = f->mode & 04000 ? "4777" : "2777";
	d->written |= x.access.verb == PLAN_OPEN &&
		      strpbrk(x.access.arg, "wb") != NULL;
	plan_add_access(d->plan, &x.access);
}

void draw_access(struct draw *d, const struct krule *aim)
{
	struct drawn x;

	any_file(d, &x.file);
	any_access(d, &x);
	if (aim) {
		aim_at(d, aim, &x);
		if (chance(d, 25))
			stray(d, &x);
	}
	settle(d, aim, &x);
	add_file(d, &x);
}

bool draw_write(const struct draw *d, const char *dir, FILE *policy)
{
	FILE *labels = plan_create(d->plan, dir, "labels");

	if (!labels)
		return false;
	print_labels(labels);
	if (!fclose(policy) && !fclose(labels) && plan_write(d->plan, dir))
		return true;
	fprintf(stderr, "%s: %s\n", dir, strerror(errno));
	return false;
}
