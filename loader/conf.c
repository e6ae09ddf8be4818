/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"

enum {
	SHOWN_COLUMNS = 100, /* of a line with a mistake */
	SHOWN_BEFORE = 40,   /* the mistake, where the line is longer */
	MISTAKE_MAX = 512,
};

enum kind { KIND_TEXT, KIND_PATH, KIND_PRIME, KIND_LOAD, KIND_ON_FAILURE };

struct key {
	const char *name;
	enum kind kind;
	size_t at; /* of the string in struct conf */
};

static const struct key keys[] = {
	{ "source", KIND_PATH, offsetof(struct conf, source) },
	{ "options", KIND_TEXT, offsetof(struct conf, options) },
	{ "policy", KIND_PATH, offsetof(struct conf, policy) },
	{ "keys", KIND_PATH, offsetof(struct conf, keys) },
	{ "prime", KIND_PRIME, 0 },
	{ "load", KIND_LOAD, 0 },
	{ "on-failure", KIND_ON_FAILURE, 0 },
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static const struct conf defaults = {
	.source = "/etc/imapol/policy.imapol",
	.options = "-I /etc/imapol",
	.policy = "/etc/imapol/policy",
	.keys = "/etc/keys/ima",
};

struct parser {
	struct conf *conf;
	struct voice voice;
	struct lines lines;
	struct span whole; /* the line */
	size_t seen[KEYS]; /* the number of the line that has the key; 0: none has */
	bool wrong;
};

/* Shows the line with a caret below its byte at. */
static void show_line(const struct parser *p, size_t at)
{
	size_t from = at > 2 * SHOWN_BEFORE ? at - SHOWN_BEFORE : 0, i;
	char shown[SHOWN_COLUMNS + 1], line[SHOWN_COLUMNS + 32];

	for (i = 0; i < SHOWN_COLUMNS && from + i < p->whole.len; i++) {
		char c = p->whole.text[from + i];

		shown[i] = c == '\t' ? ' ' : c < ' ' || c > '~' ? '?' : c;
	}
	shown[i] = '\0';
	snprintf(line, sizeof(line), "%5zu | %s", p->lines.number, shown);
	p->voice.ops->say(p->voice.ops->ctx, line);
	snprintf(line, sizeof(line), "      | %*s^", (int)(at - from), "");
	p->voice.ops->say(p->voice.ops->ctx, line);
}

/* at: in the line, or at its end */
__attribute__((format(printf, 3, 4))) static void mistake(struct parser *p, const char *at, const char *format, ...)
{
	size_t offset = (size_t)(at - p->whole.text);
	char text[MISTAKE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say(&p->voice, ":%zu:%zu: %s", p->lines.number, offset + 1, text);
	show_line(p, offset);
	p->wrong = true;
}

/* The value as a string of its own: the byte behind it is a blank, the end of its line or of the text. */
static const char *keep(struct parser *p, struct span value)
{
	size_t start = (size_t)(value.text - p->conf->text);

	p->conf->text[start + value.len] = '\0';
	return p->conf->text + start;
}

static const char *bad_path(struct span value)
{
	if (*value.text != '/')
		return "not an absolute path: begin it with a slash";
	if (value.len >= PATH_MAX)
		return "a path of 4096 bytes or more: the kernel opens none";
	return NULL;
}

static const char *take_load(struct conf *conf, struct span value)
{
	static const char *const words[] = {
		[CONF_LOAD_AUTO] = "auto", [CONF_LOAD_INITRAMFS] = "initramfs", [CONF_LOAD_INIT] = "init",
	};
	size_t i;

	static_assert(sizeof(words) / sizeof(words[0]) == CONF_LOADS, "each has a word");
	for (i = 0; i < CONF_LOADS; i++)
		if (span_is(value, words[i]))
			conf->load = (enum conf_load)i;
	return span_is(value, words[conf->load]) ? NULL : "load is auto, initramfs or init";
}

static const char *take_on_failure(struct conf *conf, struct span value)
{
	conf->on_failure = onfail_named(value);
	return conf->on_failure > ONFAIL_OFF ? NULL : "on-failure is continue, shell or halt";
}

/* NULL, or what is wrong with the value. */
static const char *take(struct parser *p, const struct key *key, struct span value)
{
	const char *wrong = NULL;

	switch (key->kind) {
	case KIND_LOAD:
		return take_load(p->conf, value);
	case KIND_ON_FAILURE:
		return take_on_failure(p->conf, value);
	case KIND_PRIME:
		wrong = bad_path(value);
		if (!wrong && p->conf->primes == CONF_PRIMES)
			wrong = "more than 32 of prime: a few files of one key do";
		if (!wrong)
			p->conf->prime[p->conf->primes++] = keep(p, value);
		return wrong;
	case KIND_PATH:
		wrong = bad_path(value);
		/* fall through */
	case KIND_TEXT:
		if (!wrong)
			*(const char **)((char *)p->conf + key->at) = keep(p, value);
		return wrong;
	}
	return NULL;
}

static const struct key *find_key(struct span name)
{
	size_t i;

	for (i = 0; i < KEYS; i++)
		if (span_is(name, keys[i].name))
			return &keys[i];
	return NULL;
}

static void parse_pair(struct parser *p, struct span name, struct span value)
{
	const struct key *key = find_key(name);
	const char *wrong;
	size_t *seen;

	if (!key) {
		mistake(p, name.text, "no key is called '%.*s': there are source, options, policy, keys, prime, load and on-failure",
			say_shown(name), name.text);
		return;
	}
	seen = &p->seen[key - keys];
	if (!value.len)
		mistake(p, value.text, "no value for %s: leave the line out for the default", key->name);
	else if (*seen && key->kind != KIND_PRIME)
		mistake(p, name.text, "%s once more: line %zu has it", key->name, *seen);
	else if ((wrong = take(p, key, value)))
		mistake(p, value.text, "%s", wrong);
	*seen = *seen ? *seen : p->lines.number;
}

/* A comment starts the line, or stands behind a blank. */
static struct span cut_comment(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.text[i] == '#' && (!i || lines_blank(s.text[i - 1])))
			s.len = i;
	return s;
}

static const char *control(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (((unsigned char)s.text[i] < ' ' && s.text[i] != '\t') || s.text[i] == '\177')
			return s.text + i;
	return NULL;
}

static void parse_line(struct parser *p)
{
	struct span line = span_trim(cut_comment(p->whole)), name = line, value;
	const char *equals, *odd = control(line);

	if (!line.len)
		return;
	equals = memchr(line.text, '=', line.len);
	if (odd) {
		mistake(p, odd, "a control character (0x%02x): write the file as plain text", (unsigned char)*odd);
	} else if (!equals) {
		mistake(p, line.text, "no '=' in it: a line is KEY = VALUE");
	} else {
		name.len = (size_t)(equals - line.text);
		value = (struct span){ equals + 1, line.len - name.len - 1 };
		parse_pair(p, span_trim(name), span_trim(value));
	}
}

bool conf_parse(struct conf *conf, const struct load_ops *ops, const char *name, char *text, size_t len)
{
	struct parser p = { .conf = conf, .voice = { .ops = ops, .about = name } };

	*conf = defaults;
	conf->text = text;
	lines_start(&p.lines, text, len);
	while (lines_any(&p.lines, &p.whole))
		parse_line(&p);
	conf->keys_named = conf->keys != defaults.keys;
	if (p.wrong) {
		conf_free(conf);
		*conf = defaults;
	}
	return !p.wrong;
}

/* NULL, or what is wrong with the file; *err is then 0 or the errno behind it. */
static const char *read_text(const struct voice *voice, int fd, bool trust, char **text, size_t *len, int *err)
{
	struct stat st;

	*err = voice->ops->fstat(voice->ops->ctx, fd, &st);
	if (*err)
		return "cannot look at it: check the disk";
	if (!S_ISREG(st.st_mode))
		return "not a regular file";
	if (trust && !ops_is_roots(&st))
		return "others than root may write to it: chown root, and chmod go-w";
	*err = ops_read_all(voice->ops, fd, CONF_MAX, text, len);
	if (*err)
		return *err == -EFBIG ? "more than 64 KiB: is it a load.conf" : "cannot read it: check the disk";
	if (!ops_is_roots(&st))
		say(voice, ": warning: others than root may write to it, and so no boot takes it: chown root, and chmod go-w");
	return NULL;
}

bool conf_read(struct conf *conf, const struct load_ops *ops, const char *name, bool trust)
{
	struct voice voice = { .ops = ops, .about = name ? name : CONF_FILE };
	const char *wrong = "cannot open it: check its name and mode";
	char *text = NULL;
	size_t len;
	int err, fd;

	*conf = defaults;
	fd = ops->open(ops->ctx, voice.about, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
	if (fd == -ENOENT && !name)
		return true;
	err = fd < 0 ? fd : 0;
	if (fd >= 0) {
		wrong = read_text(&voice, fd, trust, &text, &len, &err);
		ops->close(ops->ctx, fd);
	}
	if (wrong)
		say_wrong(&voice, wrong, err);
	return !wrong && conf_parse(conf, ops, voice.about, text, len);
}

void conf_free(struct conf *conf)
{
	free(conf->text);
	conf->text = NULL;
}
