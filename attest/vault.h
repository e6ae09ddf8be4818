/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_VAULT_H
#define IMAPOL_VAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "jsonread.h"

/*
 * Secrets of HashiCorp Vault's key-value engine, version 2 (its documentation,
 * "KV secrets engine - version 2 (API)"): POST and GET of /v1/MOUNT/data/PATH.
 *
 * Where and who is told by the variables of vault(1): VAULT_ADDR, VAULT_CACERT,
 * VAULT_NAMESPACE, VAULT_TOKEN, or ~/.vault-token. The token stands in no
 * message and on no command line.
 */
#define VAULT_LIMIT (1u << 20)		/* bytes of a secret by default: its raft store takes no more */
#define VAULT_LIMIT_LEAST (64u << 10)
#define VAULT_AROUND 4096u		/* of these, for what is around a text of ours */

struct vault;

/* token_file NULL: as vault(1). NULL: *why */
struct vault *vault_open(struct arena *a, const char *token_file,
			 const char **why);
void vault_close(struct vault *v);
/* the token goes over the network as it is */
bool vault_in_the_clear(const struct vault *v);

enum vault_end {
	VAULT_DONE,
	VAULT_ABSENT,	/* nothing is there, or that version is deleted */
	VAULT_FAILED,	/* that, and the above: *why in words */
};

#define VAULT_NO_CAS UINT64_MAX

/*
 * A new version of a secret: data is a JSON object. cas: only where that is the
 * version now, 0 where there is none yet. *version: of what was written. What may
 * pass is tried three times.
 */
enum vault_end vault_write(struct vault *v, const char *mount, const char *path,
			   const struct buf *data, uint64_t cas,
			   uint64_t *version, const char **why);

struct vault_secret {
	struct jsonread data;	/* at the object that was written */
	uint64_t version;
	const char *created;	/* RFC 3339, by Vault's clock; NULL: not said */
};

/* version 0: the newest */
enum vault_end vault_read(struct vault *v, const char *mount, const char *path,
			  uint64_t version, struct vault_secret *out,
			  const char **why);

/* NULL: a path of a secret can be so */
const char *vault_path_problem(const char *path);

#endif
