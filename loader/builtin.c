/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "builtin.h"
#include "cmdline.h"
#include "readback.h"

static const struct builtin {
	const char *rule; /* as readback_canonical() writes it */
	unsigned int groups;
} builtins[] = {
	{ "measure func=MMAP_CHECK mask=MAY_EXEC ", BUILTIN_TCB },
	{ "measure func=BPRM_CHECK mask=MAY_EXEC ", BUILTIN_TCB },
	{ "measure func=FILE_CHECK mask=MAY_READ uid=0 ", BUILTIN_TCB },
	{ "measure func=FILE_CHECK mask=^MAY_READ euid=0 ", BUILTIN_TCB },
	{ "measure func=FILE_CHECK mask=^MAY_READ uid=0 ", BUILTIN_TCB },
	{ "measure func=MODULE_CHECK ", BUILTIN_TCB | BUILTIN_KEPT },
	{ "measure func=FIRMWARE_CHECK ", BUILTIN_TCB },
	{ "measure func=POLICY_CHECK ", BUILTIN_TCB },
	{ "measure func=KEXEC_KERNEL_CHECK ", BUILTIN_KEPT },
	{ "measure func=MODULE_CHECK template=ima-modsig ", BUILTIN_KEPT },
	{ "measure func=KEXEC_KERNEL_CHECK template=ima-modsig ", BUILTIN_KEPT },
	{ "measure func=CRITICAL_DATA ", BUILTIN_CRITICAL_DATA },
	{ "appraise fowner=0 ", BUILTIN_APPRAISE_TCB },
	{ "appraise fowner=0 appraise_type=imasig ", BUILTIN_APPRAISE_TCB },
	{ "appraise func=POLICY_CHECK appraise_type=imasig ", BUILTIN_APPRAISE_TCB | BUILTIN_SECURE_BOOT | BUILTIN_KEPT },
	{ "appraise func=MODULE_CHECK appraise_type=imasig ", BUILTIN_SECURE_BOOT | BUILTIN_KEPT },
	{ "appraise func=MODULE_CHECK appraise_type=imasig|modsig ", BUILTIN_SECURE_BOOT | BUILTIN_KEPT },
	{ "appraise func=FIRMWARE_CHECK appraise_type=imasig ", BUILTIN_SECURE_BOOT | BUILTIN_KEPT },
	{ "appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig ", BUILTIN_SECURE_BOOT | BUILTIN_KEPT },
	{ "appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig|modsig ", BUILTIN_KEPT },
	{ "dont_measure func=FILE_CHECK fsmagic=1021994 ", BUILTIN_TCB },
	{ "dont_appraise fsmagic=858458f6 ", BUILTIN_APPRAISE_TCB },
};

/* File systems that both tcb and appraise_tcb leave out. */
static const char *const left_out[] = {
	"9fa0 ",     "62656572 ", "64626720 ", "1021994 ", "1cd1 ",	"42494e4d ", "73636673 ",
	"f97cff8c ", "43415d53 ", "27e0eb ",   "63677270 ", "6e736673 ", "de5e81e4 ",
};

static bool is_left_out(struct span magic)
{
	size_t i;

	for (i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
		if (span_is(magic, left_out[i]))
			return true;
	return false;
}

unsigned int builtin_of(struct span rule, char *room)
{
	static const char measure[] = "dont_measure fsmagic=", appraise[] = "dont_appraise fsmagic=";
	struct span text = { room, readback_canonical(rule, room) };
	size_t i;

	for (i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++)
		if (span_is(text, builtins[i].rule))
			return builtins[i].groups;
	if (span_starts(text, measure) && is_left_out(span_cut(text, sizeof(measure) - 1)))
		return BUILTIN_TCB;
	if (span_starts(text, appraise) && is_left_out(span_cut(text, sizeof(appraise) - 1)))
		return BUILTIN_APPRAISE_TCB;
	return 0;
}

static const struct word {
	const char *name, *value; /* value NULL: the word stands alone */
	unsigned int bit;
} words[] = {
	{ "ima_policy", "tcb", BUILTIN_TCB },
	{ "ima_policy", "appraise_tcb", BUILTIN_APPRAISE_TCB },
	{ "ima_policy", "secure_boot", BUILTIN_SECURE_BOOT },
	{ "ima_policy", "critical_data", BUILTIN_CRITICAL_DATA },
	{ "ima_tcb", NULL, BUILTIN_TCB },
	{ "ima_appraise_tcb", NULL, BUILTIN_APPRAISE_TCB },
};

/* Is the name in the list? The kernel splits at blanks, bars and newlines. */
static bool has_name(struct span list, const char *name)
{
	while (list.len) {
		size_t n = 0;

		while (n < list.len && !strchr(" |\n", list.text[n]))
			n++;
		if (span_is((struct span){ list.text, n }, name))
			return true;
		list = span_cut(list, n < list.len ? n + 1 : n);
	}
	return false;
}

unsigned int builtin_asked(struct span text)
{
	struct cmdline_word word;
	unsigned int asked = 0;
	struct cmdline it;
	size_t i;

	cmdline_start(&it, text.text, text.len);
	while (cmdline_next(&it, &word) && !it.for_init)
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (span_is(word.name, words[i].name) &&
			    (!words[i].value || has_name(word.value, words[i].value)))
				asked |= words[i].bit;
	return asked;
}

const char *builtin_word(unsigned int bit)
{
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].bit == bit)
			return words[i].value;
	return "";
}
