/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyring.h"
#include "keys.h"

struct names {
	char **at;
	size_t count;
	bool no_memory;
};

static void take_name(void *arg, const char *name)
{
	struct names *names = arg;
	char **at = realloc(names->at, (names->count + 1) * sizeof(*at));

	if (at)
		names->at = at;
	if (!at || !(at[names->count] = strdup(name)))
		names->no_memory = true;
	else
		names->count++;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(struct names *names)
{
	while (names->count)
		free(names->at[--names->count]);
	free(names->at);
}

/* Nobody but root may put a key where the kernel takes it for root's. NULL, or what is wrong. */
static const char *not_ours(const struct stat *st)
{
	return ops_is_roots(st) ? NULL : "not root's, or others may write to it: chown root, chmod go-w";
}

/* What the kernel means when it refuses a certificate (crypto/asymmetric_keys, security/keys). */
static const struct refusal {
	int err;
	const char *meaning;
} refusals[] = {
	{ EBADMSG, "is no X.509 certificate in DER: openssl x509 -in FILE -outform DER makes one of a PEM" },
	{ EKEYREJECTED, "has a signature that is wrong, or is on the kernel's list of what must not be trusted: "
			"make it anew, or take it away" },
	{ ENOPKG, "is made with a key or a hash that this kernel does not have: use RSA and SHA-256" },
	{ ENOENT, "has a kind of key for which the kernel has no code at hand (EC: the module ecdsa): "
		  "modprobe it before, or use an RSA key" },
	{ EKEYEXPIRED, "finds a keyring that has expired: keyctl timeout gives it time, 0 is for ever" },
	{ EKEYREVOKED, "finds a keyring that is revoked, which takes no keys until the next boot" },
	{ EDQUOT, "is more than root's quota of keys: raise kernel.keys.root_maxkeys and kernel.keys.root_maxbytes" },
	{ EACCES, "may not be put there: a security module forbids it, or the keyring was closed with keyctl setperm" },
	{ EPERM, "may not be put there: the keyring is closed, or ca_keys= on the kernel command line leaves its issuer out" },
	{ ENOMEM, "needs more memory than the kernel has left" },
	{ ENODEV, "is of no use here: boot a kernel that is built with CONFIG_ASYMMETRIC_KEY_TYPE" },
	{ ENOSYS, "is of no use here: boot a kernel that is built with CONFIG_KEYS" },
	{ EINVAL, "has a key that this kernel does not use, such as a short one: use RSA of 2048 bits or more" },
};

static const char no_issuer[] =
	"is not signed by a key that this kernel trusts with it: sign it, with keyUsage digitalSignature and not as a CA, by a "
	"key of .builtin_trusted_keys; where the kernel has CONFIG_IMA_KEYRINGS_PERMIT_SIGNED_BY_BUILTIN_OR_SECONDARY, one of "
	".secondary_trusted_keys or .machine does as well";

static void say_refused(const struct voice *voice, const struct keyring *ring, int err)
{
	const char *meaning = err == ENOKEY ? no_issuer : "is nothing that it takes";
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].err == err)
			meaning = refusals[i].meaning;
	say(voice, ": the kernel refuses it in %s (%s): it %s", keyring_name(ring), strerror(err), meaning);
}

static const char *no_der(const char *data, size_t len)
{
	if (!len)
		return "empty: is it a certificate";
	if (strncmp(data, "-----BEGIN", 10))
		return NULL;
	if (strstr(data, "PRIVATE KEY-----"))
		return "this is a private key, whoever has it can sign: keep it off the machines that check signatures";
	return "this is PEM, the kernel reads DER: openssl x509 -in FILE -outform DER -out FILE.der, and take the PEM away";
}

/* NULL, or what is wrong with the certificate; *err is then 0 or the errno behind it. */
static const char *read_open(const struct load_ops *ops, int fd, char **data, size_t *len, int *err)
{
	const char *wrong;
	struct stat st;

	*err = ops->fstat(ops->ctx, fd, &st);
	if (*err)
		return "cannot look at the file: check the disk";
	wrong = not_ours(&st);
	if (wrong)
		return wrong;
	*err = ops_read_all(ops, fd, KEYS_CERTIFICATE_MAX, data, len);
	if (*err == -EFBIG)
		return "larger than 1 MiB: is it a certificate";
	if (*err)
		return "cannot read the file: check the disk";
	wrong = no_der(*data, *len);
	if (wrong)
		free(*data);
	return wrong;
}

static const char *read_certificate(const struct load_ops *ops, const char *path, char **data, size_t *len, int *err)
{
	int fd = ops->open(ops->ctx, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
	const char *wrong;

	if (fd < 0) {
		*err = fd;
		return fd == -EACCES || fd == -EPERM ?
			       "may not be read: a policy in force wants it signed, or a security module forbids it" :
			       "cannot open the file: check the disk";
	}
	wrong = read_open(ops, fd, data, len, err);
	ops->close(ops->ctx, fd);
	return wrong;
}

/* The kernel finds the key of a signature by the last bytes of this, and takes a certificate without it all the same. */
static void look_for_identifier(const struct voice *voice, const char *data, size_t len)
{
	static const char subject_key_identifier[] = { 0x06, 0x03, 0x55, 0x1d, 0x0e }; /* 2.5.29.14 in DER */

	if (!memmem(data, len, subject_key_identifier, sizeof(subject_key_identifier)))
		say(voice, ": it has no subject key identifier, by which the kernel finds the key of a signature, so no file counts "
		    "as signed with it: make it anew with subjectKeyIdentifier=hash");
}

static bool add_certificate(const struct keyring *ring, const struct voice *voice)
{
	const struct load_ops *ops = voice->ops;
	const char *wrong;
	char *data;
	size_t len;
	long key;
	int err = 0;

	wrong = read_certificate(ops, voice->about, &data, &len, &err);
	if (wrong) {
		say_wrong(voice, wrong, err);
		return false;
	}
	/* one that is there already takes the place of itself */
	key = ops->add_key(ops->ctx, "asymmetric", NULL, data, len, ring->serial);
	if (key < 0) {
		say_refused(voice, ring, (int)-key);
	} else {
		note(voice, ": is in %s", keyring_name(ring));
		look_for_identifier(voice, data, len);
	}
	free(data);
	return key >= 0;
}

/* Leaves the names of regular files. What cannot be looked at stays, to be told when it is opened. */
static void leave_files(struct names *names, const struct keys_options *opt, const struct load_ops *ops)
{
	char path[PATH_MAX];
	size_t i, kept = 0;
	struct stat st;

	for (i = 0; i < names->count; i++) {
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", opt->dir, names->at[i]) < sizeof(path) &&
		    !ops->stat(ops->ctx, path, &st) && !S_ISREG(st.st_mode))
			free(names->at[i]);
		else
			names->at[kept++] = names->at[i];
	}
	names->count = kept;
}

static enum load_status add_all(const struct names *names, const struct voice *voice)
{
	char path[PATH_MAX];
	struct voice one = { voice->ops, path, voice->verbose };
	enum load_status status;
	struct keyring ring;
	size_t i, added = 0;

	status = keyring_find(&ring, voice, true);
	if (status != LOAD_APPLIED)
		return status;
	for (i = 0; i < names->count; i++) {
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", voice->about, names->at[i]) >= sizeof(path))
			say(&one, ": this path is too long");
		else
			added += add_certificate(&ring, &one);
	}
	note(voice, ": %zu of %zu certificates are in %s", added, names->count, keyring_name(&ring));
	return added == names->count ? LOAD_APPLIED : LOAD_REFUSED;
}

static const char *list_files(struct names *names, const struct keys_options *opt, const struct load_ops *ops, int *err)
{
	const char *wrong;
	struct stat st;

	*err = ops->stat(ops->ctx, opt->dir, &st);
	if (*err)
		return "no way to this directory";
	wrong = not_ours(&st);
	if (wrong)
		return wrong;
	*err = ops->list(ops->ctx, opt->dir, take_name, names);
	if (!*err && names->no_memory)
		*err = -ENOMEM;
	if (*err)
		return "cannot list this directory";
	leave_files(names, opt, ops);
	if (!names->count && !opt->may_lack)
		return "no file in it: put the certificates there, in DER";
	if (names->count)
		qsort(names->at, names->count, sizeof(*names->at), by_bytes);
	return NULL;
}

enum load_status keys_load(const struct load_ops *ops, const struct keys_options *opt)
{
	struct voice voice = { ops, opt->dir, opt->verbose };
	struct names names = { .at = NULL };
	enum load_status status = LOAD_USAGE;
	const char *wrong;
	int err;

	wrong = list_files(&names, opt, ops, &err);
	if (opt->may_lack && (wrong ? err == -ENOENT : !names.count))
		status = LOAD_APPLIED;
	else if (wrong)
		say_wrong(&voice, wrong, err);
	else
		status = add_all(&names, &voice);
	free_names(&names);
	return status;
}
