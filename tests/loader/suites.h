/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_LOADER_SUITES_H
#define TESTS_LOADER_SUITES_H

#include <check.h>

Suite *boot_suite(void);
Suite *conf_suite(void);
Suite *keys_suite(void);
Suite *load_suite(void);
Suite *modes_suite(void);
Suite *onfail_suite(void);
Suite *prime_suite(void);
Suite *record_suite(void);
Suite *sweep_suite(void);
Suite *text_suite(void);

#endif
