/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "builtin.h"
#include "combine.h"
#include "readback.h"

enum {
	SHOWN_MAX = 20,		/* rules that are named one by one */
	PAIRS_MAX = 10000000, /* that are compared: some seconds */
};

/* One rule in its canonical spelling, and what is asked of it most. */
struct shape {
	struct span text, conditions;
	struct span kind; /* the action without dont_ */
	struct span func; /* "func=..."; empty: none */
	struct span as_written;
	size_t line;
};

struct shapes {
	struct shape *v;
	size_t n;
	char *room;
};

/* What a rule does, not when. */
static bool is_option(struct span word)
{
	static const char *const options[] = { "pcr=",	      "template=",    "appraise_type=", "appraise_flag=",
					       "appraise_algos=", "digest_type=", "permit_directio" };
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (span_starts(word, options[i]))
			return true;
	return false;
}

static struct shape shape_of(struct span canonical)
{
	static const char dont[] = "dont_";
	struct shape s = { .text = canonical };
	struct span rest, word;

	s.conditions = canonical;
	lines_word(&s.conditions, &s.kind);
	if (span_starts(s.kind, dont))
		s.kind = span_cut(s.kind, sizeof(dont) - 1);
	for (rest = s.conditions; lines_word(&rest, &word);)
		if (span_starts(word, "func="))
			s.func = word;
	return s;
}

/* These hooks ask only rules that name them (ima_match_rules() and ima_update_policy_flags() of the kernel). */
static bool wants_naming(struct span func)
{
	return span_is(func, "func=KEY_CHECK") || span_is(func, "func=CRITICAL_DATA") || span_is(func, "func=SETXATTR_CHECK");
}

static bool shadows(const struct shape *front, const struct shape *rule)
{
	struct span rest = front->conditions, word;

	if (!span_same(front->kind, rule->kind) || (front->func.len && !span_same(front->func, rule->func)) ||
	    (!front->func.len && wants_naming(rule->func)))
		return false;
	while (lines_word(&rest, &word))
		if (!is_option(word) && !lines_has(rule->conditions, word))
			return false;
	return true;
}

bool combine_shadows(struct span front, struct span rule)
{
	struct shape a = shape_of(front), b = shape_of(rule);

	return shadows(&a, &b);
}

static bool shapes_make(struct shapes *s, struct span text, size_t rules)
{
	struct span rule, canonical;
	struct lines it;
	char *at;

	s->n = 0;
	s->room = malloc(READBACK_ROOM(text.len) + 64 * rules);
	s->v = calloc(rules + 1, sizeof(*s->v));
	if (!s->room || !s->v)
		return false;
	at = s->room;
	lines_start(&it, text.text, text.len);
	while (s->n < rules && lines_next(&it, &rule)) {
		canonical = (struct span){ at, readback_canonical(rule, at) };
		at += canonical.len;
		s->v[s->n] = shape_of(canonical);
		s->v[s->n].as_written = span_trim(rule);
		s->v[s->n++].line = it.number;
	}
	return true;
}

static void shapes_free(struct shapes *s)
{
	free(s->room);
	free(s->v);
}

static void say_shadowed(const struct run *run, const struct shape *rule, const struct shape *front)
{
	say(&run->voice, ":%zu: would never act: %.*s", rule->line, say_shown(rule->as_written), rule->as_written.text);
	say(&run->voice, ":%zu: because this one in force, rule %zu, stands in front: %.*s", rule->line, front->line,
	    say_shown(front->as_written), front->as_written.text);
}

/* Names what would never act; counts it, and what is there already. */
static void compare(const struct run *run, const struct shapes *have, const struct shapes *want, size_t *there, size_t *dead)
{
	size_t i, j;

	*there = 0;
	*dead = 0;
	for (i = 0; i < want->n; i++) {
		const struct shape *rule = &want->v[i];

		for (j = 0; j < have->n && !span_same(have->v[j].text, rule->text); j++)
			;
		if (j < have->n) {
			++*there;
			continue;
		}
		for (j = 0; j < have->n && !shadows(&have->v[j], rule); j++)
			;
		if (j == have->n)
			continue;
		if (++*dead <= SHOWN_MAX)
			say_shadowed(run, rule, &have->v[j]);
	}
}

static void say_combination(const struct run *run)
{
	const struct active *a = &run->active;
	struct shapes have = { NULL, 0, NULL }, want = have;
	size_t there, dead;

	if (!shapes_make(&have, (struct span){ a->text, a->len }, a->rules) ||
	    !shapes_make(&want, input_text(&run->src), run->rec.rules)) {
		say(&run->voice, ": no memory to compare its rules with those in force");
	} else if (want.n && have.n > PAIRS_MAX / want.n) {
		say(&run->voice, ": its %zu rules are too many to be compared with the %zu in force", want.n, have.n);
	} else {
		compare(run, &have, &want, &there, &dead);
		say(&run->voice, ": appended, %zu rules would stay in front of it (%zu of them are the kernel's own); of its %zu "
			 "rules, %zu are in force already and %zu would never act",
		    a->rules, a->kept, want.n, there, dead);
	}
	shapes_free(&have);
	shapes_free(&want);
}

void combine_say_append(const struct run *run)
{
	const struct active *a = &run->active;

	say(&run->voice, ": a policy %s in force (%s), and the kernel would append this one to it, not replace it",
	    a->kind == ACTIVE_MAYBE ? "may be" : "is", a->how);
	if (a->text)
		say_combination(run);
	else if (a->recorded)
		say(&run->voice, ": appended, the %zu rules of %s would stay in front of it, and the first that matches decides; this "
			 "kernel does not list its rules, so nothing more can be told",
		    a->record.rules, a->record.file);
	else
		say(&run->voice, ": appended, the rules in force would stay in front of it, and the first that matches decides; which "
			 "these are cannot be told");
	say(&run->voice, ": nothing is changed: give --append if that is meant, or load it in the next boot before anything else");
}

static bool checks_policies(const struct run *run)
{
	static const char policies[] = "func=POLICY_CHECK";
	struct span rule, all = input_text(&run->src);
	struct lines it;

	lines_start(&it, all.text, all.len);
	while (lines_next(&it, &rule))
		if (lines_appraises(rule) && lines_has(rule, (struct span){ policies, sizeof(policies) - 1 }))
			return true;
	return false;
}

void combine_say_replaced(const struct run *run)
{
	unsigned int asked = run->active.cmdline_known ? run->active.asked : 0, bit;

	for (bit = 1; bit & BUILTIN_BOOT; bit <<= 1)
		if (asked & bit)
			say(&run->voice, ": the rules of ima_policy=%s have ended: the first load replaces them",
			    builtin_word(bit));
	if (asked & (BUILTIN_APPRAISE_TCB | BUILTIN_SECURE_BOOT) && !checks_policies(run))
		say(&run->voice, ": with them went appraise func=POLICY_CHECK, and this file has none: later policies need no signature");
}
