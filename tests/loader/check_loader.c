/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdlib.h>

#include "suites.h"

int main(void)
{
	SRunner *runner = srunner_create(load_suite());
	int failed;

	srunner_add_suite(runner, boot_suite());
	srunner_add_suite(runner, keys_suite());
	srunner_add_suite(runner, modes_suite());
	srunner_add_suite(runner, prime_suite());
	srunner_add_suite(runner, record_suite());
	srunner_add_suite(runner, sweep_suite());
	srunner_add_suite(runner, conf_suite());
	srunner_add_suite(runner, onfail_suite());
	srunner_add_suite(runner, text_suite());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
