/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "kdialect_int.h"

/*
 * What stands in a policy file and is about policies: numbers, paths, boot
 * parameters and commands that load one, with what goes wrong with them.
 */

#define RELOAD "`echo 1 >` to the kernel's policy file is meant to load a " \
	       "policy again, but there is no such command: what is " \
	       "written has to be the rules, or the path of a file that " \
	       "has them"

static bool no_rule(struct kparse *p, const char *remedy)
{
	kd_refuse(p, KD_NOT_A_POLICY, "`%.*s` is no rule", KD_TOK(p));
	kd_remedy(p, "%s", remedy);
	return true;
}

static bool is_digits(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return len > 0;
}

bool kd_alone(struct kparse *p)
{
	const char *s = p->line + p->tok.start;
	size_t len = p->tok.end - p->tok.start;
	struct kspan next;

	if (!kd_is_first(p))
		return false;
	if (is_digits(s, len) && !kd_next_token(p, p->tok.end, &next))
		return no_rule(p, RELOAD);
	if (*s == '/' && len > 1 && (kd_is_letter(s[1]) || s[1] == '.'))
		return no_rule(p, "a path is written to the kernel's "
			       "policy file to have that file read; "
			       "the file itself holds rules");
	return false;
}

/* ---- boot parameters ---- */

/* is it one of a list of built-in policies, joined by | */
static bool names_builtins(const char *s, size_t len)
{
	size_t at, n;

	for (at = 0; at <= len; at += n + 1) {
		const char *end = memchr(s + at, '|', len - at);

		n = end ? (size_t)(end - s) - at : len - at;
		if (kmodel_find(KKIND_BUILTIN, s + at, n) == KF_COUNT &&
		    (n != strlen("fail_securely") ||
		     memcmp(s + at, "fail_securely", n)))
			return false;
	}
	return true;
}

bool kd_parameter(struct kparse *p, const struct krow *row)
{
	bool policy = !strcmp(row->word, "ima_policy") && p->op;

	return no_rule(p, policy && !names_builtins(p->value, p->value_len) ?
		       "a boot parameter that takes names of rules that are "
		       "built into the kernel, such as `tcb`, and no file; "
		       "systemd loads /etc/ima/ima-policy without it" :
		       row->note);
}

/* ---- commands ---- */

static bool has(const struct kparse *p, const char *part)
{
	size_t n = strlen(part), i;

	for (i = p->tok.start; i + n <= p->tok.end; i++)
		if (memcmp(p->line + i, part, n) == 0)
			return true;
	return false;
}

static void add(struct buf *b, bool when, const char *text)
{
	if (when)
		buf_printf(b, "; %s", text);
}

bool kd_command(struct kparse *p, const struct krow *row)
{
	bool tee = has(p, "tee "), to = has(p, ">");
	struct buf b;

	if (has(p, "echo 1 ") || has(p, "echo 1>"))
		return no_rule(p, RELOAD);
	buf_init(&b, p->in->arena);
	buf_puts(&b, row->note);
	add(&b, has(p, "policy_update"), "the kernel has no file "
	    "`policy_update`");
	add(&b, has(p, "echo ") || has(p, "printf "), "each such write is a "
	    "load of its own; the first takes the boot's own rules away, and "
	    "without CONFIG_IMA_WRITE_POLICY it is the last");
	add(&b, has(p, "sudo ") && to && !tee, "what `>` opens is opened "
	    "without sudo");
	add(&b, has(p, "2>") || has(p, "&>") || has(p, "|| true") ||
	    has(p, "||true"), "with its errors thrown away nobody sees that a "
	    "policy is refused");
	return no_rule(p, b.s);
}
