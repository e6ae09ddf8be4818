/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_MODSIG_H
#define IMAPOL_MODSIG_H

#include "filedigest.h"
#include "kmodel.h"
#include "pubkeys.h"

/*
 * The signature that is appended to a module or to an image for kexec, as
 * sign-file makes it and IMA takes it under appraise_type=imasig|modsig
 * (ima_read_modsig(), mod_check_sig()):
 *
 *	content, PKCS #7 in DER, struct module_signature, MODULE_SIG_STRING
 *
 * Signed is the content before it. IMA wants a signer in the keyring that it takes
 * for security.ima, found by issuer and serial number or by his subject key
 * identifier: a bare key, which has neither, is nobody's. Of what sign-file does
 * not make (several signers, certificates or a content brought along) it is not
 * said that it is good.
 *
 * As seen on a booted 6.12, by finit_module(2): it takes issuer and number as well
 * as the identifier, several signers of whom one is trusted, and certificates along
 * with it. Where the message brings a content of its own that one is verified, and
 * the file is loaded whatever is in it. Signed attributes, RSA-PSS, other versions
 * in the message and any other header are refused.
 *
 * Of a packed module (x.ko.xz) kernels see what is packed, which has no tail. Since
 * 6.19 they unpack it first: of one with a tail behind nothing is said then.
 */
#define MODSIG_MAX (256u << 10)		/* bytes of PKCS #7: a hundred times what it takes */

enum modsig_result {
	MODSIG_UNREAD,		/* errno in error; or nobody looked */
	MODSIG_NONE,		/* no tail, or one that the kernel takes for content */
	MODSIG_GOOD,
	MODSIG_BAD,		/* of another content, or by no key that is there */
	MODSIG_MAYBE,		/* it cannot be told; to be counted as bad */
};

struct modsig {
	enum modsig_result result;
	const char *text;	/* why, in words, static; NULL: none, good or unread */
	int error;
};

/*
 * t NULL: no kernel is asked, only libcrypto. More than the tail is read only where
 * a key is there for it. One d a thread. Nothing is allocated that stays.
 */
void modsig_check(struct filedigest *d, const struct pubkeys *keys,
		  const struct ktarget *t,
		  const struct filedigest_source *content,
		  const volatile bool *stop, struct modsig *out);

#endif
