/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "cmdline.h"

/* As isspace() of the kernel: of Latin-1, with the no-break space. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (unsigned char)c == 0xa0;
}

void cmdline_start(struct cmdline *it, const char *text, size_t len)
{
	it->at = text;
	it->end = text + len;
	it->for_init = false;
}

static void cut_quote(struct span *s)
{
	if (s->len && s->text[s->len - 1] == '"')
		s->len--;
}

/* Where the word ends that starts at text; *equals is its first '=' but at its start, or NULL. */
static const char *word_end(const char *text, const char *end, bool in_quote, const char **equals)
{
	const char *at;

	*equals = NULL;
	for (at = text; at < end && (in_quote || !is_space(*at)); at++) {
		if (*at == '=' && at > text && !*equals)
			*equals = at;
		if (*at == '"')
			in_quote = !in_quote;
	}
	return at;
}

static void take_word(struct cmdline *it, struct cmdline_word *word)
{
	bool quoted = *it->at == '"';
	const char *text = it->at + quoted, *equals;
	const char *end = word_end(text, it->end, quoted, &equals);

	it->at = end;
	word->has_value = equals != NULL;
	word->name = (struct span){ text, (size_t)((equals ? equals : end) - text) };
	word->value = (struct span){ end, 0 };
	if (equals)
		word->value = (struct span){ equals + 1, (size_t)(end - equals - 1) };
	if (word->value.len && *word->value.text == '"') {
		word->value.text++;
		word->value.len--;
		cut_quote(&word->value);
	} else if (quoted) {
		cut_quote(equals ? &word->value : &word->name);
	}
}

bool cmdline_next(struct cmdline *it, struct cmdline_word *word)
{
	for (;;) {
		while (it->at < it->end && is_space(*it->at))
			it->at++;
		if (it->at == it->end)
			return false;
		take_word(it, word);
		if (it->for_init || word->has_value || !span_is(word->name, "--"))
			return true;
		it->for_init = true;
	}
}
