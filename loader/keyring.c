/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyring.h"

/* of linux/keyctl.h, which not every libc's headers come with */
enum { SESSION = -3, USER = -4 };

enum {
	KEYS_MAX = 64 * 1024 * 1024, /* bytes of /proc/keys: its quota lets root have a million keys */
	DESCRIBED = 128,
};

/* what a line of /proc/keys has before the description */
enum { KEY_SERIAL, KEY_FLAGS, KEY_HOLDERS, KEY_TIMEOUT, KEY_PERMISSIONS, KEY_UID, KEY_GID, KEY_TYPE, KEY_WORDS };

const char *keyring_name(const struct keyring *ring)
{
	return ring->trusted ? ".ima" : "_ima";
}

static int read_keys(const struct load_ops *ops, char **text, size_t *len)
{
	return ops_read_file(ops, "/proc/keys", KEYS_MAX, text, len);
}

/* Takes the next key of the list; *name is its description. */
static bool next_key(struct lines *it, struct span *words, struct span *name)
{
	int i;

	while (lines_next(it, name)) {
		for (i = 0; i < KEY_WORDS; i++)
			if (!lines_word(name, &words[i]))
				break;
		if (i == KEY_WORDS)
			return true;
	}
	return false;
}

static long number(struct span s, int base)
{
	char text[16], *end;
	long n;

	span_keep(text, sizeof(text), s);
	errno = 0;
	n = strtol(text, &end, base);
	return !*text || *end || errno || n < 0 ? 0 : n;
}

/* Is it what /proc/keys says? There a description can hold a newline, and behind it anything that its maker likes. */
static bool is_trusted(const struct load_ops *ops, long serial)
{
	char text[DESCRIBED];

	return !ops->describe_key(ops->ctx, serial, text, sizeof(text)) && !strncmp(text, "keyring;0;", 10) &&
	       !strcmp(strrchr(text, ';'), ";.ima");
}

static int find_trusted(struct keyring *ring, const struct load_ops *ops)
{
	struct span words[KEY_WORDS], name;
	struct lines it;
	char *text;
	size_t len;
	int err = read_keys(ops, &text, &len);

	if (err)
		return err;
	lines_start(&it, text, len);
	while (!ring->serial && next_key(&it, words, &name)) {
		long serial = number(words[KEY_SERIAL], 16);

		if (!span_is(words[KEY_TYPE], "keyring") || !serial || !is_trusted(ops, serial))
			continue;
		ring->serial = serial;
		ring->trusted = true;
	}
	free(text);
	return 0;
}

unsigned long keyring_holders(const struct keyring *ring, const struct load_ops *ops)
{
	struct span words[KEY_WORDS], name;
	unsigned long holders = 0;
	struct lines it;
	char *text;
	size_t len;

	if (!ring->serial || read_keys(ops, &text, &len))
		return 0;
	lines_start(&it, text, len);
	while (next_key(&it, words, &name)) {
		unsigned long n = (unsigned long)number(words[KEY_HOLDERS], 10);

		/* of two lines one is made up: the lower number is the one that can only alarm */
		if (number(words[KEY_SERIAL], 16) == ring->serial && (!holders || n < holders))
			holders = n;
	}
	free(text);
	return holders;
}

bool keyring_has(const struct keyring *ring, const struct load_ops *ops, unsigned long id)
{
	char name[16];

	snprintf(name, sizeof(name), "id:%08lx", id);
	return ring->serial && ops->search_key(ops->ctx, ring->serial, "asymmetric", name) > 0;
}

/* May we, and does this kernel have keys at all? */
static enum load_status check_user(const struct voice *voice)
{
	const struct load_ops *ops = voice->ops;
	char text[DESCRIBED];
	int err = ops->describe_key(ops->ctx, USER, text, sizeof(text));

	if (err == -ENOSYS)
		say(voice, ": this kernel has no keys: boot one that is built with CONFIG_KEYS");
	else if (err)
		say(voice, ": no way to root's user keyring (%s): a security module or a container keeps it away", strerror(-err));
	else if (strncmp(text, "keyring;0;", 10))
		say(voice, ": the kernel takes keys for signed files from root only: run it as root");
	else
		return LOAD_APPLIED;
	return LOAD_IMPOSSIBLE;
}

static enum load_status find_or_make(struct keyring *ring, const struct voice *voice, bool make)
{
	const struct load_ops *ops = voice->ops;

	ring->serial = ops->search_key(ops->ctx, USER, "keyring", "_ima");
	if (ring->serial == -ENOKEY || ring->serial == -EAGAIN) {
		ring->serial = make ? ops->add_key(ops->ctx, "keyring", "_ima", NULL, 0, USER) : 0;
		if (ring->serial > 0)
			note(voice, ": made the keyring _ima in root's user keyring");
	}
	if (ring->serial >= 0)
		return LOAD_APPLIED;
	if (ring->serial == -EKEYREVOKED || ring->serial == -EKEYEXPIRED)
		say(voice, ": the keyring _ima is revoked or has expired (%s): keyctl reap takes it away",
		    strerror((int)-ring->serial));
	else
		say(voice, ": no keyring _ima can be had in root's user keyring (%s)", strerror((int)-ring->serial));
	ring->serial = 0;
	return LOAD_REFUSED;
}

/* A private session, as a service of systemd has it, does not lead to the user's keys by itself. */
static enum load_status reach(const struct keyring *ring, const struct voice *voice)
{
	const struct load_ops *ops = voice->ops;
	long err = ops->link_key(ops->ctx, USER, SESSION), found;

	if (err < 0) {
		say(voice, ": root's user keyring cannot be linked into this session (%s): call it from a session of root, or from "
		    "a unit with KeyringMode=shared", strerror((int)-err));
		return LOAD_REFUSED;
	}
	if (!ring->serial)
		return LOAD_APPLIED;
	found = ops->search_key(ops->ctx, SESSION, "keyring", "_ima");
	if (found == ring->serial)
		return LOAD_APPLIED;
	if (found > 0)
		say(voice, ": this session has a keyring _ima of its own, which the kernel would find first: keyctl unlink %ld @s",
		    found);
	else
		say(voice, ": the keyring _ima is not found from this session (%s), nor would the kernel find it",
		    strerror((int)-found));
	return LOAD_REFUSED;
}

enum load_status keyring_find(struct keyring *ring, const struct voice *voice, bool make)
{
	enum load_status status = check_user(voice);
	int err;

	*ring = (struct keyring){ .serial = 0 };
	if (status != LOAD_APPLIED)
		return status;
	err = find_trusted(ring, voice->ops);
	if (err) {
		say(voice, ": cannot see in /proc/keys which keyring this kernel asks (%s): mount -t proc proc /proc",
		    strerror(-err));
		return LOAD_IMPOSSIBLE;
	}
	if (ring->trusted)
		return LOAD_APPLIED;
	status = find_or_make(ring, voice, make);
	return status == LOAD_APPLIED ? reach(ring, voice) : status;
}
