/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "sticky.h"

uint32_t sticky_of(bool directio, bool verity, uint8_t sig)
{
	return (directio ? STICKY_DIRECTIO : 0) | (verity ? STICKY_VERITY : 0) |
	       (sig ? STICKY_SIGNATURE : 0) |
	       (sig & KSIG_SIGV3 ? STICKY_SIGV3 : 0) |
	       (sig & KSIG_MODSIG ? STICKY_MODSIG : 0);
}

/* the kernel holds what it reads here in memory, where modsig is looked for */
static bool reads_whole(enum khook hook)
{
	switch (hook) {
	case KHOOK_MODULE:
	case KHOOK_FIRMWARE:
	case KHOOK_KEXEC_KERNEL:
	case KHOOK_KEXEC_INITRAMFS:
	case KHOOK_POLICY:
		return true;
	default:
		return false;
	}
}

uint32_t sticky_matters(enum kclass class, enum khook hook, uint8_t sig)
{
	uint32_t bits = STICKY_VERITY;

	if (khook_is_text(hook))
		return 0;
	if (class == KCLASS_MEASURE || class == KCLASS_APPRAISE)
		bits |= STICKY_DIRECTIO;
	if (class == KCLASS_APPRAISE) {
		bits |= STICKY_SIGNATURE | STICKY_SIGV3;
		if (reads_whole(hook) && sig)
			bits |= STICKY_MODSIG;
	}
	return bits;
}

const char *sticky_word(uint32_t flags)
{
	if (flags & STICKY_VERITY)
		return "an fs-verity digest";
	if (flags & STICKY_SIGV3)
		return "an fs-verity signature";
	if (flags & STICKY_SIGNATURE)
		return "a signature";
	return flags & STICKY_DIRECTIO ? "direct I/O" : "an appended signature";
}

const char *sticky_verb(uint32_t flags)
{
	return flags & STICKY_STRICTER ? "required" :
	       flags & STICKY_DIRECTIO ? "allowed" : "taken";
}

uint32_t sticky_required(const struct ktarget *t, const struct krule *k)
{
	/* from 6.6 on the blacklist is looked at with every signature */
	bool flag = k->blacklist &&
		kmodel_has(t, KF_RULE_FLAG_IGNORED).verdict == KV_ABSENT;

	return (k->sig ? STICKY_R_SIGNATURE : 0) |
	       (k->sig & KSIG_SIGV3 ? STICKY_R_SIGV3 : 0) |
	       (k->verity ? STICKY_R_VERITY : 0) |
	       (flag ? STICKY_R_BLACKLIST : 0);
}

const char *sticky_required_word(uint32_t what)
{
	if (what & STICKY_R_VERITY)
		return "an fs-verity signature";
	if (what & STICKY_R_SIGV3)
		return "a signature of version 3";
	if (what & STICKY_R_SIGNATURE)
		return "a signature";
	return "a hash that is not on the blacklist";
}
