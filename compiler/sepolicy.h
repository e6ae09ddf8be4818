/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SEPOLICY_H
#define IMAPOL_SEPOLICY_H

#include "intern.h"
#include "vec.h"

/*
 * A binary SELinux policy, as far as labels need it. sepolicy.c alone includes
 * libsepol, and the program alone links it.
 */
enum sepolicy_error { SEPOLICY_OK, SEPOLICY_ERRNO, SEPOLICY_MALFORMED };

/*
 * The types of an attribute, interned, in the order of the policy; none when it
 * has no such attribute. SEPOLICY_ERRNO: path cannot be read, errno is set.
 */
typedef VEC(const char *) sepolicy_types;

enum sepolicy_error sepolicy_attribute(const char *path, const char *attribute,
				       struct arena *a, struct intern *in,
				       sepolicy_types *out);

#endif
