/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "buf.h"
#include "digest.h"
#include "kmodel_row.h"
#include "trial.h"

/* What has no file: keys, data of the kernel, and calls that a load switches off. */

/* what SELinux hands over when its policy is loaded */
static const char *const selinux_texts[] = { "selinux-state",
					     "selinux-policy-hash" };

static void differ(struct trial *t, const struct plan_access *x,
		   const char *what)
{
	printf("DIFFER: access %u: %s\n", x->seq, what);
	t->show(t->arg, 0);
	plan_print(t->plan, x, 1, stdout);
	t->differ++;
}

/* what init_module(2) was given, and hands over as the digest of its digest */
#define NO_MODULE "no module"
#define NO_MODULE_SIZE 64

static struct kaccess asked_by(const struct plan_access *x, enum khook hook)
{
	return (struct kaccess){
		.hook = hook,
		.uid = { x->uid[0], x->uid[1], x->uid[2], x->cap_uid },
		.gid = { x->gid[0], x->gid[1], x->gid[2], x->cap_gid },
		.lsm = { [KLSM_SUBJ_USER] = x->subject.user,
			 [KLSM_SUBJ_ROLE] = x->subject.role,
			 [KLSM_SUBJ_TYPE] = x->subject.type },
	};
}

static bool decides(struct trial *t, const struct plan_access *x,
		    enum khook hook, const char *label,
		    struct kcall_result *res)
{
	struct kaccess a = asked_by(x, hook);
	struct kmatched m;

	a.keyring = x->object;
	a.label = label;
	t->decide(t->arg, 0, &a, &m);
	kfile_text(&m, res);
	trial_fill(res, "ima-buf");
	return res->measured;
}

/* marks the entry; an entry may stand for several accesses */
static bool listed(struct trial *t, const char *name, const char *digest,
		   const struct kcall_result *res)
{
	bool found = false;
	size_t i;

	for (i = 0; i < t->log->entries.n; i++) {
		struct plan_entry *e = &t->log->entries.v[i];

		if (strcmp(e->name, name) != 0 || e->pcr != res->pcr ||
		    strcmp(e->template, res->template) != 0 ||
		    (digest && strcmp(e->digest, digest) != 0))
			continue;
		e->expected = found = true;
	}
	return found;
}

static void run_key(struct trial *t, const struct plan_access *x)
{
	struct kcall_result res;
	char digest[DIGEST_TEXT];
	struct buf path;
	size_t len;
	char *cert;

	if (!decides(t, x, KHOOK_KEY, NULL, &res))
		return;
	buf_init(&path, t->plan->arena);
	buf_printf(&path, "%s/certs/%s", t->fixtures, x->arg);
	cert = plan_slurp(t->plan->arena, path.s, &len);
	if (!cert || !digest_sha256(cert, len, digest) ||
	    !listed(t, x->object, digest, &res))
		differ(t, x, "the key is not measured");
	else
		t->measured++;
}

/* selinuxfs has no extended attributes: what appraises there refuses */
static bool selinuxfs_closed(struct trial *t, const struct plan_access *x)
{
	struct kaccess a = asked_by(x, KHOOK_FILE);
	struct kmatched m;

	a.mask = KMASK_WRITE;
	a.fsname = "selinuxfs";
	a.lsm[KLSM_OBJ_USER] = "system_u";
	a.lsm[KLSM_OBJ_ROLE] = "object_r";
	a.lsm[KLSM_OBJ_TYPE] = "base_t";
	kmodel_fsmagic(a.fsname, &a.fsmagic);
	t->decide(t->arg, 0, &a, &m);
	return m.act[KCLASS_APPRAISE];
}

static void run_data(struct trial *t, const struct plan_access *x)
{
	bool closed = selinuxfs_closed(t, x);
	struct kcall_result res;
	size_t i;

	if (t->log->answers.v[x->seq].error != (closed ? EACCES : 0))
		differ(t, x, closed ? "SELinux's load can be opened" :
				      "it fails");
	if (closed || !decides(t, x, KHOOK_DATA, "selinux", &res))
		return;
	for (i = 0; i < sizeof(selinux_texts) / sizeof(*selinux_texts); i++)
		if (!listed(t, selinux_texts[i], NULL, &res))
			differ(t, x, "what SELinux tells is not measured");
	t->measured++;
}

static const char *no_module_digest(char digest[DIGEST_TEXT])
{
	static const char module[NO_MODULE_SIZE] = NO_MODULE;
	unsigned char raw[(DIGEST_TEXT - 1) / 2];
	size_t i;

	if (!digest_sha256(module, sizeof(module), digest))
		return "";
	for (i = 0; i < sizeof(raw); i++) {
		unsigned int byte = 0;

		sscanf(digest + 2 * i, "%2x", &byte);
		raw[i] = (unsigned char)byte;
	}
	return digest_sha256(raw, sizeof(raw), digest) ? digest : "";
}

static void run_init_module(struct trial *t, const struct plan_access *x)
{
	char digest[DIGEST_TEXT];
	struct kcall_result res;

	if ((t->effects & KEFFECT_MODULE) ||
	    !kmodel_may(t->target, KF_LABEL_MODULES) ||
	    !decides(t, x, KHOOK_DATA, kmodel_word(KF_LABEL_MODULES), &res))
		return;
	if (!listed(t, "init_module", no_module_digest(digest), &res))
		differ(t, x, "the module is not measured");
	t->measured++;
}

/* a load switches the call off; good: what comes of it elsewhere */
static void run_call(struct trial *t, const struct plan_access *x,
		     enum kfeature row, int good)
{
	bool off = (t->effects & (unsigned int)kmodel_row(row)->num) != 0;
	int error = t->log->answers.v[x->seq].error;

	if (error != (off ? EACCES : good))
		differ(t, x, off ? "the call is not refused" :
				   "the call does not end as it should");
	t->refused += off;
	t->asked[row]++;
}

static void run_lone(struct trial *t, const struct plan_access *x)
{
	const struct plan_answer *a = &t->log->answers.v[x->seq];

	if (a->signal)
		differ(t, x, "it is killed");
	switch (x->verb) {
	case PLAN_KEY:
		if (a->error)
			differ(t, x, "it fails");
		run_key(t, x);
		break;
	case PLAN_DATA:
		run_data(t, x);
		break;
	case PLAN_INIT_MODULE:
		run_call(t, x, KF_EFFECT_MODULE, ENOEXEC);
		run_init_module(t, x);
		break;
	default:
		run_call(t, x, KF_EFFECT_KEXEC, 0);
	}
}

/*
 * The guest has put one key in before the load. The kernel keeps such keys and
 * measures them with the first policy, as the one who loads it (facts 4.5).
 */
static void run_queued_key(struct trial *t)
{
	static const struct plan_access x = {
		.verb = PLAN_KEY, .object = "_ima", .arg = "right",
	};

	run_key(t, &x);
}

void trial_run_lone(struct trial *t)
{
	size_t i;

	run_queued_key(t);
	for (i = 0; i < t->plan->accesses.n; i++) {
		const struct plan_access *x = &t->plan->accesses.v[i];

		if (plan_is_of_file(x->verb))
			continue;
		t->accesses++;
		if (t->log->answers.v[i].seen)
			run_lone(t, x);
		else
			differ(t, x, "not answered");
	}
}
