/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TESTS_SANITIZED_H
#define IMAPOL_TESTS_SANITIZED_H

/* 1 under ASan, which maps more memory than any limit and takes longer */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif
