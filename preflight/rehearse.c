/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "elf.h"
#include "rehearse.h"
#include "workers.h"

/*
 * Each regular file goes three steps, the second by any thread:
 *
 *	consider()	its label, its class, and what has to be read for a verdict
 *	examine()	reads that
 *	settle()	the verdict
 */

/* ---- what is known of a file before its content ---- */

struct trial {
	struct tree_file file;
	struct filelabel label, expected;	/* text NULL: none */
	bool label_unread;
	const struct judge_class *class;
	unsigned int reach;	/* were its bytes those of a program */
	unsigned int needs;	/* operations that depend on its seal */
	unsigned int appended;	/* or on a signature behind its content */
	bool wants_code;	/* or on whether they are */
	bool same_anyhow;	/* whatever the content, its seal decides alone */
};

/* what was found in it */
struct outcome {
	bool code;
	struct sealcheck seal;
	struct modsig appended;
};

struct seen {
	struct seen *next;
	uint64_t dev, ino;
	unsigned int needs, appended;
	bool wants_code, same_anyhow;
	struct outcome out;
};

enum { SEEN_LISTS = 1024 };

struct rehearse_own {
	bool by_label;		/* the policy asks for labels of files */
	struct filelabel_room room;
	struct filedigest *digest;
	struct seen *seen[SEEN_LISTS];	/* of rehearse_path() */
};

bool rehearse_by_label(const struct judge *j)
{
	const struct policy *p = judge_policy(j);
	static const enum klsm_field fields[] = {
		KLSM_OBJ_USER, KLSM_OBJ_ROLE, KLSM_OBJ_TYPE,
	};
	size_t i, k;

	for (i = 0; i < p->rules.n; i++)
		for (k = 0; k < sizeof(fields) / sizeof(fields[0]); k++)
			if (p->rules.v[i].k.lsm[fields[k]])
				return true;
	return false;
}

static struct rehearse_own *own(struct rehearse *r)
{
	if (!r->own) {
		r->own = arena_new(r->arena, struct rehearse_own);
		r->own->by_label = rehearse_by_label(r->judge);
	}
	return r->own;
}

void rehearse_close(struct rehearse *r)
{
	if (r->own && r->own->digest)
		filedigest_free(r->own->digest);
	r->own = NULL;
}

static const struct judge_class *class_of(struct rehearse *r,
					  const struct tree_file *f,
					  const struct filelabel *l)
{
	struct judge_who who = {
		.owner = f->owner, .group = f->group, .fs = f->fs,
		.user = l->user, .role = l->role, .type = l->type,
	};

	return judge_class(r->judge, &who);
}

/* archives may have been made without labels: those come with the unpacking */
static bool may_lack_labels(const struct rehearse *r)
{
	enum tree_kind kind = tree_kind(r->tree);

	return kind == TREE_CPIO || kind == TREE_TAR;
}

static bool cannot_be_read(const struct tree_attr *attr)
{
	return attr->error && attr->error != ENODATA &&
	       attr->error != EOPNOTSUPP;
}

/* sets the label, the class, and where another label would change a decision */
static void consider_label(struct rehearse *r, struct trial *t)
{
	const struct tree_file *f = &t->file;
	struct filelabel disk, by = { 0 };
	bool unread = cannot_be_read(&f->selinux), lacks, other;

	disk = filelabel_on_disk(&r->labels, &f->selinux, &r->own->room);
	if (r->own->by_label && !f->fs->no_xattrs)
		by = filelabel_by_contexts(&r->labels, f->path, &disk,
					   &r->own->room);
	lacks = !disk.text && !unread && may_lack_labels(r);
	other = by.text && (r->relabelled || lacks);
	t->label = other ? by : disk;
	t->label_unread = r->own->by_label && unread && !other;
	t->class = class_of(r, f, &t->label);
	if (by.text && !lacks && !unread && filelabel_differs(&disk, &by) &&
	    judge_differs(class_of(r, f, other ? &disk : &by), t->class,
			  judge_reach(f, f->size != 0)))
		t->expected = by;
}

static bool has_seal(const struct tree_file *f)
{
	return !f->ima.error && f->ima.len;
}

/* a seal of which nothing is known but its bytes */
static void take_bytes(const struct tree_file *f, struct sealcheck *out)
{
	memset(out, 0, sizeof(*out));
	out->result = SEALCHECK_UNREAD;
	imaxattr_read(f->ima.value, f->ima.len, &out->x);
}

static bool hangs_on_content(const struct rehearse *r, const struct trial *t)
{
	struct sealcheck seal;
	const struct judge_state state = {
		.seal = &seal, .empty = !t->file.size,
		.no_xattrs = t->file.fs->no_xattrs,
		.has_verity = t->file.verity, .reach = t->reach,
	};
	struct judge_verdict v;

	take_bytes(&t->file, &seal);
	judge_settle(t->class, &state, &v);
	return v.unknown & t->needs;
}

static void consider(struct rehearse *r, const struct tree_file *f,
		     struct trial *t)
{
	unsigned int asks;

	memset(t, 0, sizeof(*t));
	t->file = *f;
	consider_label(r, t);
	t->reach = judge_reach(f, f->size != 0);
	asks = judge_asks(t->class) & t->reach;
	t->needs = judge_needs_seal(t->class) & asks;
	t->appended = judge_takes_appended(t->class) & asks;
	t->wants_code = asks & JUDGE_BIT(JUDGE_MMAP);
	t->same_anyhow = t->needs && has_seal(f) && !hangs_on_content(r, t);
}

static bool wants_seal(const struct trial *t)
{
	return t->needs && has_seal(&t->file) && !t->same_anyhow;
}

static bool wants_content(const struct trial *t)
{
	return t->wants_code || t->appended || wants_seal(t);
}

/* ---- its content ---- */

/* a content, and whether reading it ever failed */
struct reading {
	struct tree_content *content;
	int error;
};

static ssize_t read_some(void *arg, void *buf, size_t len, uint64_t off)
{
	struct reading *in = arg;
	ssize_t n = tree_content_pread(in->content, buf, len, off);

	if (n < 0 && !in->error)
		in->error = errno;
	return n;
}

static void unread(struct outcome *out, int error)
{
	memset(out, 0, sizeof(*out));
	out->code = true;
	out->seal.result = SEALCHECK_UNREAD;
	out->seal.error = error;
}

/* what there is to say without opening it */
static void examine_closed(const struct trial *t, struct outcome *out)
{
	memset(out, 0, sizeof(*out));
	out->seal.result = SEALCHECK_NONE;
	if (t->same_anyhow)
		take_bytes(&t->file, &out->seal);
	if (cannot_be_read(&t->file.ima))
		unread(out, t->file.ima.error);
}

static void check_seal(const struct rehearse *r, const struct trial *t,
		       struct reading *in, struct filedigest *d,
		       struct sealcheck *out)
{
	uint8_t verity[FILEDIGEST_MAX];
	const struct filedigest_source source = {
		.pread = read_some, .arg = in, .size = t->file.size,
	};
	struct sealcheck_file f = {
		.ima = t->file.ima.value, .ima_len = t->file.ima.len,
		.content = &source, .verity = verity,
	};

	if (t->file.verity)
		f.verity_len = tree_content_verity(in->content, &f.verity_hash,
						   verity);
	sealcheck(d, r->keys, r->target, &f, r->stop, out);
}

static void examine(const struct rehearse *r, const struct trial *t,
		    struct tree_content *content, struct filedigest *d,
		    struct outcome *out)
{
	struct reading in = { .content = content };
	const struct filedigest_source source = {
		.pread = read_some, .arg = &in, .size = t->file.size,
	};
	unsigned int needs = wants_seal(t) ? t->needs : 0;

	examine_closed(t, out);
	if (t->wants_code) {
		out->code = elf_maps_code(read_some, &in);
		if (in.error) {
			unread(out, in.error);
			return;
		}
		if (!out->code)
			needs &= ~JUDGE_BIT(JUDGE_MMAP);
	}
	if (t->appended)
		modsig_check(d, r->keys, r->target, &source, r->stop,
			     &out->appended);
	if (needs)
		check_seal(r, t, &in, d, &out->seal);
}

/* ---- the verdict ---- */

static void doubt_label(struct rehearsed *out)
{
	unsigned int op;

	memset(&out->verdict, 0, sizeof(out->verdict));
	for (op = 0; op < JUDGE_OPS; op++) {
		struct judge_finding *f = &out->verdict.at[op];

		f->rule = f->leaked = -1;
		f->answer = JUDGE_NOT_ASKED;
		if (!(out->reach & JUDGE_BIT(op)))
			continue;
		f->answer = JUDGE_UNKNOWN;
		f->detail = "its label cannot be read";
		out->verdict.unknown |= JUDGE_BIT(op);
	}
}

static void settle(const struct rehearse *r, const struct trial *t,
		   const struct outcome *o, struct rehearsed *out)
{
	struct judge_state state = {
		.seal = &o->seal, .appended = &o->appended,
		.empty = !t->file.size, .no_xattrs = t->file.fs->no_xattrs,
		.has_verity = t->file.verity,
		.reach = judge_reach(&t->file, t->wants_code ? o->code :
				     t->file.size != 0),
	};

	memset(out, 0, sizeof(*out));
	out->file = &t->file;
	out->class = t->class;
	out->label = t->label.text;
	out->seal = t->needs && !t->same_anyhow ? &o->seal : NULL;
	out->reach = state.reach;
	out->expected = t->expected.text;
	if (t->label_unread)
		doubt_label(out);
	else
		judge_settle(t->class, &state, &out->verdict);
}

/* ---- the pipeline ---- */

/*
 * Files between the walk and their answer. Each may hold a descriptor, so that
 * this stays well below what a process may have.
 */
enum { RING = 128 };

/* a content that some thread reads, for one name or for several of a file */
struct job {
	struct workers_piece piece;
	const struct rehearse *r;
	const struct trial *trial;	/* of the first name */
	struct tree_content *content;
	struct outcome out;
	unsigned int names;		/* that wait for it; 0: free */
};

struct place {
	struct arena arena;	/* what the walk keeps only until the next file */
	struct trial trial;
	struct job *job;	/* NULL: no content is read */
};

struct pipeline {
	struct rehearse *r;
	void *arg;
	bool (*every)(void *arg, const struct rehearsed *f);
	void (*missed)(void *arg, const char *path, enum tree_miss why,
		       int error, const char *text);
	struct workers *workers;
	struct place place[RING];
	size_t first, n;	/* those in use */
	struct job job[RING];
	size_t last_job;	/* where a free one was found */
};

static void *hand_begin(void *arg)
{
	(void)arg;
	return filedigest_new();
}

static void hand_end(void *own)
{
	filedigest_free(own);
}

static void hand_work(void *own, struct workers_piece *p)
{
	struct job *j = (struct job *)p;

	examine(j->r, j->trial, j->content, own, &j->out);
}

static bool stopped(const struct rehearse *r)
{
	return r->stop && *r->stop;
}

/* a free one is there: each place in use has one at most */
static struct job *new_job(struct pipeline *p)
{
	while (p->job[p->last_job].names)
		p->last_job = (p->last_job + 1) % RING;
	return &p->job[p->last_job];
}

static void release(struct job *j)
{
	if (--j->names)
		return;
	if (j->content)
		tree_content_close(j->content);
	j->content = NULL;
}

static bool tell(struct pipeline *p, const struct trial *t,
		 const struct outcome *o)
{
	struct rehearsed answer;

	settle(p->r, t, o, &answer);
	return p->every(p->arg, &answer);
}

/* a seal's parts point into the bytes that were read with its own name */
static void adopt(const struct trial *t, struct outcome *o)
{
	if (has_seal(&t->file))
		imaxattr_read(t->file.ima.value, t->file.ima.len, &o->seal.x);
}

/* the answer about the first in the ring; false: the walk is to end */
static bool pop(struct pipeline *p)
{
	struct place *at = &p->place[p->first];
	struct outcome o;

	if (at->job) {
		workers_wait(p->workers, &at->job->piece);
		o = at->job->out;
		if (o.seal.result != SEALCHECK_NONE)
			adopt(&at->trial, &o);
		release(at->job);
		at->job = NULL;
	} else {
		examine_closed(&at->trial, &o);
	}
	p->first = (p->first + 1) % RING;
	p->n--;
	return !stopped(p->r) && tell(p, &at->trial, &o);
}

/* another name of a file whose content is read just now, for the same */
static struct job *twin(struct pipeline *p, const struct trial *t)
{
	size_t i;

	for (i = 0; t->file.links > 1 && i < p->n; i++) {
		const struct place *at = &p->place[(p->first + i) % RING];

		if (at->job && at->trial.file.ino == t->file.ino &&
		    at->trial.file.dev == t->file.dev &&
		    at->trial.needs == t->needs &&
		    at->trial.appended == t->appended &&
		    at->trial.wants_code == t->wants_code &&
		    at->trial.same_anyhow == t->same_anyhow)
			return at->job;
	}
	return NULL;
}

static void keep_text(struct arena *a, const char **text)
{
	if (*text)
		*text = arena_strndup(a, *text, strlen(*text));
}

static void keep_attr(struct arena *a, struct tree_attr *attr)
{
	if (!attr->error && attr->len)
		attr->value = (const uint8_t *)arena_strndup(
			a, (const char *)attr->value, attr->len);
}

static struct place *push(struct pipeline *p, const struct trial *t)
{
	struct place *at = &p->place[(p->first + p->n) % RING];

	arena_free(&at->arena);
	at->arena.on_oom = p->r->arena->on_oom;
	at->trial = *t;
	keep_text(&at->arena, &at->trial.file.path);
	keep_text(&at->arena, &at->trial.label.text);
	keep_text(&at->arena, &at->trial.expected.text);
	keep_attr(&at->arena, &at->trial.file.ima);
	at->trial.file.selinux = (struct tree_attr){ .error = ENODATA };
	at->job = NULL;
	p->n++;
	return at;
}

static void give(struct pipeline *p, struct place *at, struct job *same)
{
	struct job *j = same ? same : new_job(p);

	j->names++;
	if (!same) {
		j->r = p->r;
		j->trial = &at->trial;
		j->content = tree_content(p->r->tree, &at->trial.file);
		j->piece.done = !j->content;
		if (j->content)
			workers_give(p->workers, &j->piece);
		else
			unread(&j->out, errno);
	}
	at->job = j;
}

/* those at the front that are ready, and where it is full the first in any case */
static bool drain(struct pipeline *p)
{
	while (p->n) {
		struct job *j = p->place[p->first].job;

		if (p->n < RING && j && !workers_is_done(p->workers, &j->piece))
			return true;
		if (!pop(p))
			return false;
	}
	return true;
}

static bool visit(void *arg, const struct tree_file *f)
{
	struct pipeline *p = arg;
	struct outcome o;
	struct trial t;

	if (stopped(p->r))
		return false;
	if (!S_ISREG(f->mode))
		return true;
	consider(p->r, f, &t);
	if (!p->n && !wants_content(&t)) {
		examine_closed(&t, &o);
		return tell(p, &t, &o);
	}
	if (wants_content(&t)) {
		struct job *same = twin(p, &t);

		give(p, push(p, &t), same);
	} else {
		push(p, &t);
	}
	return drain(p);
}

static void pipeline_free(struct pipeline *p)
{
	size_t i;

	workers_free(p->workers);
	for (i = 0; i < RING; i++) {
		arena_free(&p->place[i].arena);
		if (p->job[i].content)
			tree_content_close(p->job[i].content);
	}
	free(p);
}

static struct pipeline *pipeline_new(struct rehearse *r)
{
	static const struct workers_kind kind = {
		.begin = hand_begin, .end = hand_end, .work = hand_work,
	};
	struct pipeline *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->r = r;
	p->workers = workers_new(r->jobs, &kind);
	if (!p->workers) {
		free(p);
		return NULL;
	}
	return p;
}

static void miss(void *arg, const char *path, enum tree_miss why, int error,
		 const char *text)
{
	struct pipeline *p = arg;

	p->missed(p->arg, path, why, error, text);
}

static bool pipeline_run(struct pipeline *p)
{
	const struct tree_walk walk = {
		.arg = p, .visit = visit, .missed = miss,
	};

	if (!tree_walk(p->r->tree, &walk))
		return false;
	while (p->n)
		if (!pop(p))
			return false;
	return !stopped(p->r);
}

bool rehearse_all(struct rehearse *r, void *arg,
		  bool (*every)(void *arg, const struct rehearsed *f),
		  void (*missed)(void *arg, const char *path,
				 enum tree_miss why, int error,
				 const char *text))
{
	jmp_buf *const before = r->arena->on_oom;
	struct pipeline *const p = pipeline_new(r);
	jmp_buf on_oom;
	bool whole;

	if (!p)
		return false;
	/* threads have to be gone before what they look at is */
	if (setjmp(on_oom)) {
		r->arena->on_oom = before;
		pipeline_free(p);
		if (before)
			longjmp(*before, 1);
		abort();
	}
	r->arena->on_oom = &on_oom;
	own(r);
	p->arg = arg;
	p->every = every;
	p->missed = missed;
	whole = pipeline_run(p);
	r->arena->on_oom = before;
	pipeline_free(p);
	errno = 0;
	return whole;
}

/* ---- one path ---- */

/* what was found in a file of that content before, or where to keep it */
static struct seen *find_seen(struct rehearse *r, const struct trial *t,
			      bool *found)
{
	const struct tree_file *f = &t->file;
	struct seen **list = &r->own->seen[(f->ino ^ f->dev) % SEEN_LISTS], *s;

	for (s = *list; s; s = s->next)
		if (s->ino == f->ino && s->dev == f->dev &&
		    s->needs == t->needs && s->appended == t->appended &&
		    s->wants_code == t->wants_code &&
		    s->same_anyhow == t->same_anyhow) {
			*found = true;
			return s;
		}
	s = arena_new(r->arena, struct seen);
	*s = (struct seen){
		.next = *list, .dev = f->dev, .ino = f->ino,
		.needs = t->needs, .appended = t->appended,
		.wants_code = t->wants_code,
		.same_anyhow = t->same_anyhow,
	};
	*list = s;
	*found = false;
	return s;
}

static void examine_now(struct rehearse *r, const struct trial *t,
			struct outcome *out)
{
	struct tree_content *c;

	if (!r->own->digest)
		r->own->digest = filedigest_new();
	if (!r->own->digest) {
		unread(out, ENOMEM);
		return;
	}
	c = tree_content(r->tree, &t->file);
	if (!c) {
		unread(out, errno);
		return;
	}
	examine(r, t, c, r->own->digest, out);
	tree_content_close(c);
}

bool rehearse_path(struct rehearse *r, struct arena *a, const char *path,
		   struct tree_file *file, struct rehearsed *out)
{
	struct outcome *o = arena_new(a, struct outcome);
	struct trial *t = arena_new(a, struct trial);
	struct seen *s;
	bool found;

	if (!tree_find(r->tree, a, path, file))
		return false;
	if (!S_ISREG(file->mode)) {
		errno = S_ISDIR(file->mode) ? EISDIR : EINVAL;
		return false;
	}
	own(r);
	consider(r, file, t);
	keep_text(a, &t->label.text);
	keep_text(a, &t->expected.text);
	examine_closed(t, o);
	if (wants_content(t)) {
		s = find_seen(r, t, &found);
		if (!found)
			examine_now(r, t, &s->out);
		*o = s->out;
		if (o->seal.result != SEALCHECK_NONE)
			adopt(t, o);
	}
	settle(r, t, o, out);
	return true;
}
