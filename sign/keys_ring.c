/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "buf.h"
#include "keys_ring.h"

enum keys_ring keys_ring_of(const struct ktarget *t)
{
	switch (t ? t->config[KCONFIG_INTEGRITY_TRUSTED_KEYRING] : KTRI_MAYBE) {
	case KTRI_YES:
		return KEYS_RING_TRUSTED;
	case KTRI_NO:
		return KEYS_RING_OWN;
	default:
		return KEYS_RING_UNKNOWN;
	}
}

enum keys_ring keys_ring_of_all(const struct ktarget *v, size_t n)
{
	enum keys_ring ring = keys_ring_of(n ? v : NULL);
	size_t i;

	for (i = 1; i < n; i++)
		if (keys_ring_of(v + i) != ring)
			return KEYS_RING_UNKNOWN;
	return ring;
}

const char *keys_ring_name(enum keys_ring ring)
{
	static const char *const names[] = { "_ima", ".ima", ".ima or _ima" };

	return names[ring];
}

enum ktri keys_ring_wants_signers(const struct ktarget *t)
{
	/* restrict_link_by_digsig_builtin() came between these two */
	static const struct krelease without = { 6, 3, -1 }, with = { 6, 6, -1 };

	if (!t)
		return KTRI_MAYBE;
	if (krelease_cmp(t->release, with) >= 0)
		return KTRI_YES;
	return krelease_cmp(t->release, without) <= 0 ? KTRI_NO : KTRI_MAYBE;
}

static void own_way(struct buf *b)
{
	buf_puts(b, "keyring _ima: root makes it and puts keys into it: the certificate in /etc/keys/ima, "
		    "in DER, and imapol-load --keys /etc/keys/ima, or `keys` of load.conf(5)\n");
}

/* what they all have; MAYBE: they differ, or it is not known */
static enum ktri option_of_all(const struct ktarget *v, size_t n, enum kconfig option)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (v[i].config[option] != v->config[option])
			return KTRI_MAYBE;
	return n ? v->config[option] : KTRI_MAYBE;
}

static void trusted_way(struct buf *b, const struct ktarget *v, size_t n)
{
	buf_puts(b, "keyring .ima: takes what is signed by a key that was built into the kernel "
		    "(CONFIG_SYSTEM_TRUSTED_KEYS)");
	switch (option_of_all(v, n, KCONFIG_IMA_KEYRINGS_PERMIT_SIGNED_BY_BUILTIN_OR_SECONDARY)) {
	case KTRI_NO:
		break;
	case KTRI_YES:
		buf_puts(b, ", or by one of .secondary_trusted_keys or .machine");
		break;
	default:
		buf_puts(b, ", or, where it has CONFIG_IMA_KEYRINGS_PERMIT_SIGNED_BY_BUILTIN_OR_SECONDARY, "
			    "by one of .secondary_trusted_keys or .machine");
		break;
	}
	buf_puts(b, "; then the certificate in /etc/keys/ima, in DER, and imapol-load --keys /etc/keys/ima\n");
}

/* an authority is no key that files are signed by, so it goes to another place */
static void authority_way(struct buf *b, const struct ktarget *v, size_t n)
{
	buf_puts(b, "authority: it signs certificates and no files: build the kernel with it "
		    "(CONFIG_SYSTEM_TRUSTED_KEYS)");
	if (option_of_all(v, n, KCONFIG_INTEGRITY_MACHINE_KEYRING) != KTRI_NO)
		buf_puts(b, ", or enrol it for .machine: mokutil --import FILE, mokutil --trust-mok, "
			    "and confirm both at the next boot");
	buf_putc(b, '\n');
}

const char *keys_ring_way(struct arena *a, const struct ktarget *v, size_t n,
			  bool authority)
{
	enum keys_ring ring = keys_ring_of_all(v, n);
	struct buf b;

	buf_init(&b, a);
	if (authority) {
		authority_way(&b, v, n);
		return b.s;
	}
	if (ring != KEYS_RING_TRUSTED)
		own_way(&b);
	if (ring != KEYS_RING_OWN)
		trusted_way(&b, v, n);
	return b.s;
}
