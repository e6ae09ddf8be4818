/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "trap_int.h"

static bool is_file_open(const struct krule *k)
{
	return k->func == KHOOK_FILE || k->func == KHOOK_NONE;
}

static bool exempted_above(const struct traps *l, const struct trap_line *line,
			   bool narrowly)
{
	const struct trap_line *p;

	for (p = l->v; p < line; p++)
		if (p->k.class == line->k.class && p->k.dont &&
		    (!narrowly || trap_is_narrow(&p->k)))
			return true;
	return false;
}

/* ---- what escapes ---- */

static void note_escapes(struct traps *l, struct diag *d,
			 const struct krule *k, dd_ref gap)
{
	diag_note(l->ds, d, NO_SPAN, "not %s, for one: %s",
		  trap_done(k->class), trap_witness(l, gap));
}

void trap_exact_mask(struct traps *l, const struct trap_line *line)
{
	struct krule k = line->k;
	struct trap_word w;
	struct diag *d;
	struct buf b;
	dd_ref gap;

	if (k.dont || !k.has_mask || k.mask_in || k.mask == KMASK_EXEC ||
	    !is_file_open(&k))
		return;
	k.mask_in = true;
	gap = trap_gap(l, &k);
	if (gap == DD_PASS)
		return;
	d = diag_add(l->ds, DIAG_EXACT_MASK, trap_place(line, KF_KEY_MASK),
		     "an exact mask: an open that asks for more than `%s` "
		     "escapes", trap_mask(k.mask));
	note_escapes(l, d, &k, gap);
	buf_init(&b, l->arena);
	buf_printf(&b, "^%s", trap_mask(k.mask));
	diag_note(l->ds, d, NO_SPAN, "`%s=%s` takes in all that ask for it",
		  kmodel_word(KF_KEY_MASK), b.s);
	if (trap_find_word(line, KF_KEY_MASK, &w))
		diag_edit(l->ds, d, w.value, b.s, false);
}

void trap_uid(struct traps *l, const struct trap_line *line)
{
	struct krule k = line->k;
	struct diag *d;
	struct buf b;
	dd_ref gap;

	if (k.dont || !trap_by_root(&k) || k.uid.effective || !is_file_open(&k))
		return;
	k.uid.effective = true;
	gap = trap_gap(l, &k);
	if (gap == DD_PASS)
		return;
	d = diag_add(l->ds, DIAG_UID_WITHOUT_EUID, trap_place(line, KF_KEY_UID),
		     "what a set-uid program opens for another user escapes");
	note_escapes(l, d, &k, gap);
	buf_init(&b, l->arena);
	buf_printf(&b, "%s=0", kmodel_word(KF_KEY_EUID));
	diag_note(l->ds, d, NO_SPAN, "put the same line with `%s` below it",
		  b.s);
	trap_offer_below(l, d, line, trap_with(l, line, KF_KEY_UID, b.s));
}

/* does any of what a line of that hook would match have the action? */
static bool acts_on(struct traps *l, struct krule k, enum khook hook)
{
	k.func = hook;
	k.has_mask = false;
	return dd_and(space_dd(l->view.sp),
		      access_rule_region(l->view.sp, &k),
		      l->view.acts[k.class]) != DD_PASS;
}

void trap_no_mmap(struct traps *l, const struct trap_line *line)
{
	const struct krule *k = &line->k;
	struct diag *d;
	struct buf b;

	if (k->dont || k->func != KHOOK_BPRM || !trap_can_match(l, line) ||
	    (k->class != KCLASS_MEASURE && k->class != KCLASS_APPRAISE) ||
	    acts_on(l, *k, KHOOK_MMAP) ||
	    acts_on(l, *k, KHOOK_MMAP_REQPROT) || !trap_sure(l))
		return;
	d = diag_add(l->ds, DIAG_EXEC_WITHOUT_MMAP,
		     trap_place(line, KF_KEY_FUNC), "the programs are %s, and "
		     "the libraries that they map are not",
		     trap_done(k->class));
	buf_init(&b, l->arena);
	buf_printf(&b, "%s=%s", kmodel_word(KF_KEY_FUNC),
		   trap_hook(KHOOK_MMAP));
	diag_note(l->ds, d, NO_SPAN, "put the same line with `%s` below it",
		  b.s);
	trap_offer_below(l, d, line, trap_with(l, line, KF_KEY_FUNC, b.s));
}

/* ---- what is taken in ---- */

void trap_every_open(struct traps *l, const struct trap_line *line)
{
	const struct krule *k = &line->k;
	struct diag *d;

	if (k->dont || k->func != KHOOK_FILE ||
	    (k->class != KCLASS_MEASURE && k->class != KCLASS_APPRAISE) ||
	    (k->has_mask && k->mask == KMASK_EXEC) || trap_names_fs(k) ||
	    trap_is_narrow(k) || exempted_above(l, line, true))
		return;
	d = diag_add(l->ds, DIAG_EVERY_OPEN, line->span,
		     k->class == KCLASS_MEASURE ?
		     "this measures whatever anybody opens: the list grows "
		     "without end, and is kept in memory" :
		     "whatever anybody opens has to be signed or hashed, logs "
		     "and databases, too");
	diag_note(l->ds, d, NO_SPAN, "narrow it by user (`uid=0`, `euid=0`), "
		  "by owner (`fowner=0`), by label or by file system");
}

/* all that runs and all that is loaded */
static dd_ref running(struct traps *l, bool code)
{
	static const enum khook hooks[] = {
		KHOOK_BPRM, KHOOK_MMAP,	/* code */
		KHOOK_MMAP_REQPROT, KHOOK_CREDS, KHOOK_MODULE, KHOOK_FIRMWARE,
		KHOOK_KEXEC_KERNEL, KHOOK_KEXEC_INITRAMFS, KHOOK_POLICY,
	};
	struct dd *m = space_dd(l->view.sp);
	size_t i, n = code ? 2 : ARRAY_SIZE(hooks);
	dd_ref set = DD_PASS;

	for (i = 0; i < n; i++)
		set = dd_or(m, set, space_hook(l->view.sp, hooks[i],
					       SPACE_MASK_ALL, 0));
	return set;
}

/* what would be done without the line, as far as it is in a set */
static dd_ref hidden_by(struct traps *l, const struct trap_line *line,
			dd_ref set)
{
	struct dd *m = space_dd(l->view.sp);
	size_t i = (size_t)(line - l->v);

	return dd_and(m, dd_and(m, l->view.left[i], set),
		      trap_acting(l, l->view.below[i]));
}

/* an exemption of all of a file system and of all hooks */
static bool exempts_all_of(const struct trap_line *line, enum kfs fs)
{
	const struct krule *k = &line->k;

	return k->dont && k->func == KHOOK_NONE && !k->has_mask &&
	       (k->class == KCLASS_MEASURE || k->class == KCLASS_APPRAISE) &&
	       trap_fs(k) == fs && !k->fsuuid && !k->fs_subtype &&
	       !trap_is_narrow(k);
}

void trap_tmpfs(struct traps *l, const struct trap_line *line)
{
	const char *name = trap_fs_name(&line->k);
	bool code;
	struct trap_word w;
	struct diag *d;
	struct buf b;

	if (!exempts_all_of(line, KFS_MEMORY) ||
	    hidden_by(l, line, running(l, false)) == DD_PASS)
		return;
	/* the others have the number of tmpfs, or share its files */
	if (strcmp(name, kmodel_word(KF_FS_RAMFS)))
		name = "/tmp, /dev/shm, memfd and the initramfs";
	code = hidden_by(l, line, running(l, true)) != DD_PASS;
	d = diag_add(l->ds, DIAG_TMPFS_HOLE, line->span,
		     "%s %s %s not %s",
		     code ? "programs and libraries on" :
			    "what is loaded from", name, code ? "are" : "is",
		     trap_done(line->k.class));
	buf_init(&b, l->arena);
	buf_printf(&b, "%s=%s ", kmodel_word(KF_KEY_FUNC),
		   trap_hook(KHOOK_FILE));
	diag_note(l->ds, d, NO_SPAN, "`func=FILE_CHECK` on this line exempts "
		  "only what is opened there; or put the lines about what "
		  "runs above it");
	if (trap_find_word(line, line->k.has_fsmagic ? KF_KEY_FSMAGIC :
						       KF_KEY_FSNAME, &w))
		diag_edit(l->ds, d, (struct span){ w.all.src, w.all.start,
						   w.all.start }, b.s, false);
}

/* the first line below to which it leaves nothing of that kind */
static const struct trap_line *deprived(struct traps *l,
					const struct trap_line *line,
					dd_ref hidden)
{
	size_t i = (size_t)(line - l->v);

	while (++i < l->n)
		if (l->v[i].k.class == line->k.class && !l->v[i].k.dont &&
		    dd_and(space_dd(l->view.sp), hidden, l->view.region[i]) !=
		    DD_PASS)
			return &l->v[i];
	return NULL;
}

void trap_root_fs(struct traps *l, const struct trap_line *line)
{
	const struct trap_line *below;
	struct diag *d;

	if (!exempts_all_of(line, KFS_ROOT))
		return;
	below = deprived(l, line, hidden_by(l, line, DD_TRUE));
	if (!below)
		return;
	d = diag_add(l->ds, DIAG_EXEMPTS_ROOT_FS, line->span, "systems are "
		     "installed on file systems of this kind, and nothing on "
		     "them is %s", trap_done(line->k.class));
	diag_note(l->ds, d, below->span, "to this line it leaves other kinds "
		  "alone");
	diag_note(l->ds, d, NO_SPAN, "`fsuuid=` exempts one file system and "
		  "not all of a kind");
}

/* ---- appraisal that locks out ---- */

void trap_no_exclusions(struct traps *l, const struct trap_line *line)
{
	const struct krule *k = &line->k;
	struct diag *d;

	if (k->dont || k->class != KCLASS_APPRAISE || k->func != KHOOK_NONE ||
	    (k->has_mask && k->mask == KMASK_EXEC) || trap_names_fs(k) ||
	    k->lsm[KLSM_OBJ_USER] || k->lsm[KLSM_OBJ_ROLE] ||
	    k->lsm[KLSM_OBJ_TYPE] || exempted_above(l, line, false))
		return;
	d = diag_add(l->ds, DIAG_NO_EXCLUSIONS, line->span, "no file of /proc "
		     "or /sys can be signed or hashed, and this line refuses "
		     "them, as it does logs");
	diag_note(l->ds, d, NO_SPAN, "exempt the pseudo file systems above it, "
		  "as `ima_policy=appraise_tcb` does: `dont_appraise "
		  "fsmagic=0x9fa0`, …");
}

static bool is_unscoped(const struct krule *k)
{
	return !k->dont && k->class == KCLASS_APPRAISE &&
	       (k->func == KHOOK_BPRM || k->func == KHOOK_MMAP) &&
	       !trap_names_fs(k) && !trap_is_narrow(k);
}

void trap_unscoped(struct traps *l)
{
	struct diag *d = NULL;
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct trap_line *line = &l->v[i];

		if (!is_unscoped(&line->k) || exempted_above(l, line, false))
			continue;
		if (d) {
			diag_also(d, line->span);
			continue;
		}
		d = diag_add(l->ds, DIAG_UNSCOPED_APPRAISE, line->span,
			     "whatever anybody runs has to be signed or "
			     "hashed, or it does not start");
		diag_note(l->ds, d, NO_SPAN, "give it a scope: an owner "
			  "(`fowner=0`), a file system (`fsuuid=`) or a label; "
			  "boot with ima_appraise=log to see what it refuses");
	}
}

void trap_policy(struct traps *l)
{
	struct dd *m = space_dd(l->view.sp);
	dd_ref policy = space_hook(l->view.sp, KHOOK_POLICY, SPACE_MASK_ALL, 0);
	struct diag *d;
	size_t i;

	/* loaded once, it is not replaced until the next boot */
	if (l->t->config[KCONFIG_IMA_WRITE_POLICY] == KTRI_NO ||
	    dd_and(m, policy, l->view.acts[KCLASS_APPRAISE]) != DD_PASS ||
	    !trap_sure(l))
		return;
	for (i = 0; i < l->n; i++)
		if (l->v[i].k.class == KCLASS_APPRAISE && !l->v[i].k.dont &&
		    l->v[i].k.func != KHOOK_SETXATTR)
			break;
	if (i == l->n)
		return;
	d = diag_add(l->ds, DIAG_POLICY_UNAPPRAISED, l->v[i].span, "files are "
		     "appraised, and root may add to the policy what it likes");
	diag_note(l->ds, d, NO_SPAN, "`appraise func=POLICY_CHECK "
		  "appraise_type=imasig` takes only signed ones; a kernel "
		  "without CONFIG_IMA_WRITE_POLICY takes but one a boot");
	diag_edit(l->ds, d, (struct span){ l->v[i].span.src, l->v[i].span.start,
					   l->v[i].span.start },
		  "appraise func=POLICY_CHECK appraise_type=imasig\n", false);
}

/* as the language's statement of the same kind is warned of */
void trap_algorithms(struct traps *l)
{
	const struct trap_line *guard = NULL;
	struct diag *d;
	size_t i;

	for (i = 0; !guard && i < l->n; i++)
		if (l->v[i].k.func == KHOOK_SETXATTR)
			guard = &l->v[i];
	for (i = 0; i < l->n; i++) {
		const struct krule *k = &l->v[i].k;

		if (!k->algos || k->func == KHOOK_SETXATTR ||
		    (guard && !(guard->k.algos & ~k->algos)))
			continue;
		d = diag_add(l->ds, DIAG_ALGORITHMS_ONCE,
			     trap_place(&l->v[i], KF_KEY_APPRAISE_ALGOS),
			     "the kernel refuses other algorithms only the "
			     "first time a file is used");
		diag_note(l->ds, d, guard ? guard->span : NO_SPAN, guard ?
			  "this line lets more algorithms be written" :
			  "with `appraise func=SETXATTR_CHECK "
			  "appraise_algos=...` no other can be written at all");
	}
}
