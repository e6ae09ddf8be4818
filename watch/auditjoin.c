/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "auditjoin.h"
#include "util.h"

struct waiting {
	struct auditjoined j;
	struct arena arena;	/* of its texts */
	uint64_t until;
};

struct call {
	uint64_t seconds, serial;
	unsigned int millis;	/* 1000 and above: none is here */
	enum auditjoin_told told;
};

struct auditjoin {
	unsigned int wait;
	jmp_buf *on_oom;
	struct waiting ring[AUDITJOIN_MAX];
	size_t first, n, bytes;
	struct call calls[AUDITJOIN_MAX];
	size_t next_call;
};

struct auditjoin *auditjoin_new(unsigned int wait, jmp_buf *on_oom)
{
	struct auditjoin *j = calloc(1, sizeof(*j));
	size_t i;

	if (!j)
		return NULL;
	j->wait = wait;
	j->on_oom = on_oom;
	for (i = 0; i < AUDITJOIN_MAX; i++)
		j->calls[i].millis = 1000;
	return j;
}

static struct waiting *at(const struct auditjoin *j, size_t i)
{
	return (struct waiting *)&j->ring[(j->first + i) % AUDITJOIN_MAX];
}

void auditjoin_drop(struct auditjoin *j)
{
	j->bytes -= at(j, 0)->arena.bytes;
	arena_free(&at(j, 0)->arena);
	j->first = (j->first + 1) % AUDITJOIN_MAX;
	j->n--;
}

void auditjoin_free(struct auditjoin *j)
{
	while (j && j->n)
		auditjoin_drop(j);
	free(j);
}

/* ---- calls ---- */

static enum auditjoin_told told_by(const struct auditrec *r)
{
	/*
	 * One that failed in another way tells nothing: for who asked for a firmware
	 * that was refused it is not there
	 */
	if (r->success == 0)
		return r->exit == -EACCES || r->exit == -EPERM ?
			AUDITJOIN_REFUSED : AUDITJOIN_UNTOLD;
	return r->success == 1 ? AUDITJOIN_ALLOWED : AUDITJOIN_UNTOLD;
}

static void take_call(struct auditjoin *j, const struct auditrec *r)
{
	const struct call c = { r->seconds, r->serial, r->millis, told_by(r) };
	size_t i;

	/* whoever may log could have made it up, to have a refusal look like none */
	if (!r->has_id || r->from == AUDITREC_ANYONE || c.told == AUDITJOIN_UNTOLD)
		return;
	for (i = 0; i < j->n; i++) {
		struct waiting *w = at(j, i);

		if (w->j.rec.has_id && w->j.rec.serial == c.serial &&
		    w->j.rec.seconds == c.seconds && w->j.rec.millis == c.millis)
			w->j.told = c.told;
	}
	j->calls[j->next_call] = c;
	j->next_call = (j->next_call + 1) % AUDITJOIN_MAX;
}

static enum auditjoin_told find_call(const struct auditjoin *j,
				     const struct auditrec *r)
{
	size_t i;

	for (i = 0; r->has_id && i < AUDITJOIN_MAX; i++)
		if (j->calls[i].serial == r->serial &&
		    j->calls[i].seconds == r->seconds &&
		    j->calls[i].millis == r->millis)
			return j->calls[i].told;
	return AUDITJOIN_UNTOLD;
}

/* ---- records ---- */

static void copy_texts(struct arena *a, struct auditrec *r)
{
	const char **const texts[] = { &r->op, &r->cause, &r->comm, &r->name,
				       &r->dev, &r->subj, &r->hash, &r->rule,
				       &r->label };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		if (*texts[i])
			*texts[i] = arena_strndup(a, *texts[i],
						  strlen(*texts[i]));
}

void auditjoin_take(struct auditjoin *j, const struct auditrec *r, uint64_t now,
		    const struct auditjoin_place *before)
{
	struct waiting *w;

	if (r->kind == AUDITREC_SYSCALL) {
		take_call(j, r);
		return;
	}
	if (j->n == AUDITJOIN_MAX)	/* the caller takes none */
		auditjoin_drop(j);
	w = at(j, j->n);
	arena_init(&w->arena);
	w->arena.on_oom = j->on_oom;
	w->j.rec = *r;
	copy_texts(&w->arena, &w->j.rec);
	w->j.told = find_call(j, r);
	w->j.before = *before;
	w->until = now + (r->kind == AUDITREC_REFUSED && r->has_id ? j->wait : 0);
	j->bytes += w->arena.bytes;
	j->n++;
}

static bool is_ready(const struct auditjoin *j, uint64_t now)
{
	const struct waiting *w = at(j, 0);

	return now >= w->until || w->j.told != AUDITJOIN_UNTOLD ||
		j->n == AUDITJOIN_MAX || j->bytes > AUDITJOIN_BYTES;
}

const struct auditjoined *auditjoin_next(struct auditjoin *j, uint64_t now,
					 bool all)
{
	if (!j->n || (!all && !is_ready(j, now)))
		return NULL;
	return &at(j, 0)->j;
}

int auditjoin_wait(const struct auditjoin *j, uint64_t now)
{
	const struct waiting *w = at(j, 0);

	if (!j->n)
		return -1;
	if (is_ready(j, now))
		return 0;
	return w->until - now > INT_MAX ? INT_MAX : (int)(w->until - now);
}

const struct auditjoin_place *auditjoin_oldest(const struct auditjoin *j,
					       unsigned int source)
{
	size_t i;

	for (i = 0; i < j->n; i++)
		if (at(j, i)->j.before.source == source)
			return &at(j, i)->j.before;
	return NULL;
}
