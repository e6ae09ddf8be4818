# SPDX-License-Identifier: GPL-2.0-only
DIAG_SOURCES = compiler/diag.c compiler/diag.h compiler/diag_codes.def \
	compiler/diag_render.c \
	compiler/diag_print.c compiler/diag_print.h compiler/diag_print_int.h \
	compiler/diag_json.c compiler/diag_sarif.c \
	compiler/diag_github.c compiler/diag_gitlab.c \
	compiler/json.c compiler/json.h \
	compiler/jsonread.c compiler/jsonread.h \
	compiler/sarif.c compiler/sarif.h \
	compiler/allow.c compiler/allow.h \
	compiler/reported.c compiler/reported.h \
	compiler/check_kernel.c compiler/check_kernel.h \
	compiler/check_hole.c compiler/check_hole.h \
	compiler/check_dialect.c compiler/check_raw.c \
	compiler/check_target.c compiler/check_target.h \
	compiler/lint_line.c compiler/lint_line.h \
	compiler/lint_refused.c compiler/lint_refused.h \
	compiler/check_uses.c compiler/check_uses.h \
	compiler/hostfs.c compiler/hostfs.h \
	compiler/gunzip.c compiler/gunzip.h \
	compiler/kernelconfig.c compiler/kernelconfig.h \
	compiler/target.c compiler/target.h \
	compiler/users.c compiler/users.h \
	compiler/outfile.c compiler/outfile.h \
	compiler/streams.c compiler/streams.h \
	compiler/onstop.c compiler/onstop.h
CLI_SOURCES = compiler/cli.c compiler/cli.h \
	compiler/cli_commands.def compiler/cli_run.h \
	compiler/cli_options.def \
	compiler/cli_unit.c compiler/cli_unit.h \
	compiler/cli_ask_paths.c \
	compiler/cli_compile.c \
	compiler/cli_complete.c \
	compiler/cli_diff.c compiler/cli_diff.h \
	compiler/cli_diff_json.c compiler/cli_diff_text.c \
	compiler/cli_doctor.c \
	compiler/cli_explain.c \
	compiler/cli_fmt.c \
	compiler/cli_graph.c \
	compiler/cli_import.c \
	compiler/cli_labels.c \
	compiler/cli_preflight.c \
	compiler/cli_watch.c compiler/cli_watch.h \
	compiler/cli_test.c \
	compiler/cli_compare.c compiler/cli_compare.h \
	compiler/cli_fix.c compiler/cli_fix.h \
	compiler/cli_judge.c compiler/cli_judge.h \
	compiler/cli_options.c compiler/cli_options.h \
	compiler/sepolicy.c compiler/sepolicy.h \
	compiler/cli_selinux.c compiler/cli_selinux.h \
	compiler/cli_oracle.c compiler/cli_oracle.h \
	compiler/cli_paths.c compiler/cli_paths.h \
	compiler/cli_report.c compiler/cli_report.h \
	compiler/cli_report_json.c compiler/cli_report_text.c \
	compiler/textdiff.c compiler/textdiff.h \
	compiler/explain_report.h compiler/explain_text.c \
	compiler/explain_json.c \
	compiler/tests_report.c compiler/tests_report.h \
	compiler/cli_question.c compiler/cli_question.h \
	compiler/filefacts.c compiler/filefacts.h \
	compiler/digest.c compiler/digest.h \
	compiler/mountinfo.c compiler/mountinfo.h
# apart, for the tests put another library in its place
LABEL_SOURCES = compiler/label.h compiler/label_selinux.c

# whether a machine can do what a policy asks of it
DOCTOR_SOURCES = compiler/bootline.c compiler/bootline.h \
	compiler/machine.c compiler/machine.h compiler/machine_int.h \
	compiler/machine_keys.c compiler/machine_loaders.c \
	compiler/machine_conf.c \
	compiler/doctor.c compiler/doctor.h compiler/doctor_int.h \
	compiler/doctor_kernel.c compiler/doctor_boot.c \
	compiler/doctor_state.c compiler/doctor_load.c compiler/doctor_image.c \
	compiler/doctor_print.c
