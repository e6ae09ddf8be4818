/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_LEAK_H
#define IMAPOL_LEAK_H

#include "ast.h"
#include "diag.h"
#include "kmodel.h"
#include "vec.h"

/* statements, by their spans */
typedef VEC(struct span) leak_said;

/*
 * What the kernel's memory of a file does to the statements.
 *
 * Options of every rule that decides about an access stick to the file (facts
 * 4.1): direct-io, digest verity, and what appraise requires. When another
 * access of the same file is decided by a statement without them, its outcome
 * depends on which access came first:
 *
 * - leak-stricter: a signature or an fs-verity digest is asked of an appraise
 *   that does not ask for it, or another digest is measured, audited or hashed.
 *   Not when either statement says "allowing stricter";
 * - leak-direct-io: direct I/O is let through where measure or appraise forbid
 *   it;
 * - leak-modsig (a warning): an appended signature is taken by a hook that reads
 *   the file into memory, where one in the xattr was asked for.
 *
 * A file has one owner, one label and so on, so statements about different
 * files never meet, and neither do two of which the first decides about all
 * that the second could.
 *
 * - exempt-covers-loads: an "exempt appraise" decides about a module, firmware,
 *   kexec image, initramfs or policy that a later statement appraises. Not when
 *   it says "including loads".
 *
 * Works on the checked tree, memory is the tree's arena. False: an error has
 * been added. said: appraise statements that leak-weaker was said of
 * (weaker.h); leak-stricter, which an allowance would silence, is not said of
 * them as well. May be NULL. budget as in verify.h.
 */
bool leak_check(const struct ast *ast, const struct ktarget *t,
		struct diags *ds, const leak_said *said, size_t budget);

/* more places than these are not searched for in one run */
#define LEAK_MAX_REPORTS 64

#endif
