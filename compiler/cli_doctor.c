/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "cli_run.h"
#include "doctor.h"

/* Whether a machine can do what a policy asks of it. */

void cli_run_doctor(struct cli *cli)
{
	const char *root = cli->o.root;
	struct doctor_report report;
	struct machine m;
	struct buf out;

	if (root ? !machine_read_root(&m, &cli->arena, root) :
		   !machine_read_running(&m, &cli->arena, "/",
					 machine_read_ring)) {
		cli_complain(cli, root ? root : "/", strerror(errno));
		return;
	}
	doctor_run(&m, &report);
	buf_init(&out, &cli->arena);
	if (cli->o.format == CLI_FORMAT_JSON)
		doctor_json(&report, &out);
	else
		doctor_text(&report, &out);
	if (cli_print(cli, &out) && report.n[DOCTOR_FAULT])
		cli->status = CLI_POLICY;
}
