/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "namelist.h"
#include "rehearsal_int.h"
#include "utf8.h"

enum { PIECE_ROOM = 128 * 1024 };

/* ---- where it goes ---- */

void rehearsal_out_begin(struct rehearsal_out *out, struct rehearsal *h)
{
	arena_init(&out->arena);
	out->arena.on_oom = h->arena->on_oom;
	buf_init(&out->b, &out->arena);
	out->failed = false;
}

void rehearsal_out_end(struct rehearsal_out *out)
{
	if (!out->failed && out->b.len)
		out->failed = !out->put(out->arg, out->b.s, out->b.len);
	arena_free(&out->arena);
	out->arena.bytes = 0;
	buf_init(&out->b, &out->arena);
}

bool rehearsal_out_piece(struct rehearsal_out *out)
{
	if (out->arena.bytes > PIECE_ROOM)
		rehearsal_out_end(out);
	return !out->failed;
}

/* ---- findings ---- */

bool rehearsal_first(struct rehearsal *h)
{
	if (findings_rewind(h->findings))
		return true;
	h->error = errno;
	return false;
}

bool rehearsal_next(struct rehearsal *h, enum finding_kind kind,
		    struct finding *out)
{
	while (findings_next(h->findings, out))
		if (out->kind == kind)
			return true;
	if (errno)
		h->error = errno;
	return false;
}

bool rehearsal_is_open(const struct finding *f)
{
	return (f->refused | f->unknown) && !f->accepted;
}

void rehearsal_list(struct rehearsal *h, struct rehearsal_out *out, bool nul)
{
	struct finding f;

	rehearsal_out_begin(out, h);
	if (rehearsal_first(h))
		while (rehearsal_out_piece(out) &&
		       rehearsal_next(h, FINDING_FILE, &f))
			if (rehearsal_is_open(&f))
				namelist_put(&out->b, f.path, nul);
	rehearsal_out_end(out);
}

/* ---- words ---- */

const char *rehearsal_answer_word(enum judge_answer a)
{
	return a == JUDGE_REFUSED ? "refused" :
	       a == JUDGE_UNKNOWN ? "unknown" : "pass";
}

const char *rehearsal_cause_text(const struct judge_finding *f)
{
	if (f->answer == JUDGE_UNKNOWN)
		return f->detail ? f->detail : "cannot be told";
	return f->cause ? f->cause : "refused in silence";
}

const char *rehearsal_miss_text(struct arena *a, const struct finding *f)
{
	switch (f->why) {
	case TREE_VANISHED:
		return "it vanished while it was looked at";
	case TREE_TOO_DEEP:
		return "directories are too deep in each other";
	case TREE_MADE_UP:
		return "the kernel makes up what is mounted there";
	case TREE_CORRUPT:
		return f->text ? f->text : "it is corrupt";
	default:
		return f->text ? f->text :
		       arena_strndup(a, strerror(f->error),
				     strlen(strerror(f->error)));
	}
}

struct span rehearsal_statement(const struct rehearsal *h, int rule)
{
	const struct policy *p = h->tally.policy;

	return rule < 0 ? NO_SPAN : p->rules.v[rule].origin;
}

/* ---- commands ---- */

/* it looks on a terminal as it is */
static bool is_plain(struct arena *a, const char *s)
{
	struct buf b;

	buf_init(&b, a);
	buf_puts(&b, "");
	utf8_puts_visible(&b, s);
	return !strcmp(b.s, s);
}

/* a word for a shell; what cannot be seen is spelled as $'\033' */
static void put_quoted(const char *s, struct buf *out)
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789/._-+:@%,=";
	bool plain = is_plain(out->arena, s);

	if (*s && plain && !s[strspn(s, safe)]) {
		buf_puts(out, s);
		return;
	}
	buf_puts(out, plain ? "'" : "$'");
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (plain && c == '\'')
			buf_puts(out, "'\\''");
		else if (plain || (c >= ' ' && c < 127 && c != '\'' &&
				   c != '\\'))
			buf_putc(out, *s);
		else
			buf_printf(out, "\\%03o", c);
	}
	buf_putc(out, '\'');
}

void rehearsal_mend(const struct rehearsal *h, const struct finding *f,
		    struct buf *out)
{
	/* it runs, or will when it is unpacked */
	if (!h->dir || !strcmp(h->dir, "/") || !h->contexts) {
		buf_puts(out, "restorecon -F -v ");
		put_quoted(f->path, out);
		return;
	}
	buf_puts(out, "setfiles -F -v -r ");
	put_quoted(h->dir, out);
	buf_putc(out, ' ');
	put_quoted(h->contexts, out);
	buf_putc(out, ' ');
	put_quoted(buf_textf(out->arena, "%s%s", h->dir, f->path), out);
}
