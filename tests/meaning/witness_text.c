/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "num.h"
#include "util.h"
#include "witness_text.h"

struct event_word {
	const char *word;
	enum khook hook;
	uint8_t mask;
};

/* longer words before those that they begin with */
static const struct event_word events[] = {
	{ "open", KHOOK_FILE, 0 },
	{ "mmap-requested", KHOOK_MMAP_REQPROT, KMASK_EXEC },
	{ "mmap", KHOOK_MMAP, KMASK_EXEC },
	{ "exec-into", KHOOK_CREDS, KMASK_EXEC },
	{ "exec", KHOOK_BPRM, KMASK_EXEC },
	{ "module", KHOOK_MODULE, KMASK_READ },
	{ "firmware", KHOOK_FIRMWARE, KMASK_READ },
	{ "kexec-kernel", KHOOK_KEXEC_KERNEL, KMASK_READ },
	{ "kexec-initramfs", KHOOK_KEXEC_INITRAMFS, KMASK_READ },
	{ "kexec-cmdline", KHOOK_KEXEC_CMDLINE, 0 },
	{ "policy", KHOOK_POLICY, KMASK_READ },
	{ "key", KHOOK_KEY, 0 },
	{ "data", KHOOK_DATA, 0 },
};

static const struct {
	const char *word;
	uint8_t bit;
} mask_words[] = {
	{ " read", KMASK_READ }, { " write", KMASK_WRITE },
	{ " exec", KMASK_EXEC }, { " append", KMASK_APPEND },
};

static bool eat(const char **p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*p, word, n) != 0)
		return false;
	*p += n;
	return true;
}

static void eat_mask(const char **p, uint8_t *mask)
{
	for (size_t i = 0; i < ARRAY_SIZE(mask_words); i++)
		if (eat(p, mask_words[i].word))
			*mask |= mask_words[i].bit;
}

static bool event(const char **p, enum khook *hook, uint8_t *mask, bool *any)
{
	*any = eat(p, "any operation");
	if (*any)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		if (!eat(p, events[i].word))
			continue;
		*hook = events[i].hook;
		*mask = events[i].mask;
		if (*hook == KHOOK_FILE)
			eat_mask(p, mask);
		return true;
	}
	return false;
}

bool witness_text_event(const char *text, enum khook *hook, uint8_t *mask,
			bool *any)
{
	return event(&text, hook, mask, any);
}

/* up to the next comma, " by " or the end */
static const char *value(struct arena *arena, const char **p)
{
	const char *start = *p, *comma = strstr(start, ", ");
	const char *by = strstr(start, " by "), *end = start + strlen(start);

	if (comma && comma < end)
		end = comma;
	if (by && by < end)
		end = by;
	*p = end;
	return arena_strndup(arena, start, (size_t)(end - start));
}

static bool number(struct arena *arena, const char **p, uint32_t *out)
{
	const char *s = value(arena, p);
	uint64_t n;

	if (num_parse(s, strlen(s), 10, KID_MAX, &n) != NUM_OK)
		return false;
	*out = (uint32_t)n;
	return true;
}

static bool magic(struct arena *arena, const char **p, uint64_t *out)
{
	const char *s = value(arena, p), *name = strstr(s, " (");

	/* its name comes behind it, where it is known: "0x9fa0 (proc)" */
	return eat(&s, "0x") &&
	       num_parse(s, name ? (size_t)(name - s) : strlen(s), 16,
			 UINT64_MAX, out) == NUM_OK;
}

struct name_word {
	const char *word, *fresh;
	const char **to;
};

static bool name_part(struct arena *arena, const char **p, struct kaccess *a)
{
	const struct name_word names[] = {
		{ "label type", "fresh_t", &a->lsm[KLSM_OBJ_TYPE] },
		{ "label user", "fresh_u", &a->lsm[KLSM_OBJ_USER] },
		{ "label role", "fresh_r", &a->lsm[KLSM_OBJ_ROLE] },
		{ "domain", "fresh_t", &a->lsm[KLSM_SUBJ_TYPE] },
		{ "subj-user", "fresh_u", &a->lsm[KLSM_SUBJ_USER] },
		{ "subj-role", "fresh_r", &a->lsm[KLSM_SUBJ_ROLE] },
		{ "fs-subtype", NULL, &a->fs_subtype },
		{ "fsuuid", "ffffffff-0000-4000-8000-00000000ffff",
		  &a->fsuuid },
		{ "fs", "freshfs", &a->fsname },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *at = *p;
		bool fresh = eat(&at, "a ");

		if (!eat(&at, names[i].word) || !eat(&at, " "))
			continue;
		if (fresh && !eat(&at, "that nothing names"))
			continue;
		*names[i].to = fresh ? names[i].fresh : value(arena, &at);
		*p = at;
		return true;
	}
	return false;
}

static bool part(struct arena *arena, const char **p, struct kaccess *a)
{
	const struct {
		const char *word;
		uint32_t *to;
	} ids[] = {
		{ "owner ", &a->fowner }, { "group ", &a->fgroup },
		{ "uid ", &a->uid.real }, { "euid ", &a->uid.effective },
		{ "saved uid ", &a->uid.saved }, { "gid ", &a->gid.real },
		{ "egid ", &a->gid.effective },
		{ "saved gid ", &a->gid.saved },
	};

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (eat(p, ids[i].word))
			return number(arena, p, ids[i].to);
	if (eat(p, "with CAP_SETUID"))
		return a->uid.cap = true;
	if (eat(p, "without CAP_SETUID"))
		return !(a->uid.cap = false);
	if (eat(p, "with CAP_SETGID"))
		return a->gid.cap = true;
	if (eat(p, "without CAP_SETGID"))
		return !(a->gid.cap = false);
	if (eat(p, "fsmagic "))
		return magic(arena, p, &a->fsmagic);
	if (eat(p, "a fsmagic that nothing names")) {
		a->fsmagic = 0x7e57;
		return true;
	}
	return name_part(arena, p, a);
}

static bool list_name(struct arena *arena, const char **p, struct kaccess *a)
{
	const char **to = a->hook == KHOOK_KEY ? &a->keyring : &a->label;
	const char *end;

	if (a->hook != KHOOK_KEY && a->hook != KHOOK_DATA)
		return true;
	if (eat(p, " in a ring that nothing names") ||
	    eat(p, " with a label that nothing names")) {
		*to = a->hook == KHOOK_KEY ? ".fresh" : "fresh-data";
		return true;
	}
	if (!eat(p, " \""))
		return true;
	end = strchr(*p, '"');
	if (!end)
		return false;
	*to = arena_strndup(arena, *p, (size_t)(end - *p));
	*p = end + 1;
	return true;
}

bool witness_text_read(struct arena *arena, const char *text,
		       struct kaccess *a)
{
	bool any;

	if (!event(&text, &a->hook, &a->mask, &any) ||
	    (!any && !list_name(arena, &text, a)))
		return false;
	if (eat(&text, " of any file"))
		;
	else if (eat(&text, " of a file with "))
		do {
			if (!part(arena, &text, a))
				return false;
		} while (eat(&text, ", "));
	if (eat(&text, " by "))
		do {
			if (!part(arena, &text, a))
				return false;
		} while (eat(&text, ", "));
	return *text == '\0';
}
