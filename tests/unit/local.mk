# SPDX-License-Identifier: GPL-2.0-only
UNIT_TESTS = \
	tests/unit/test_assume \
	tests/unit/test_ast \
	tests/unit/test_base \
	tests/unit/test_builtin \
	tests/unit/test_cases \
	tests/unit/test_caps \
	tests/unit/test_cell \
	tests/unit/test_check_kernel \
	tests/unit/test_check_raw \
	tests/unit/test_checks \
	tests/unit/test_cover \
	tests/unit/test_dd \
	tests/unit/test_diag \
	tests/unit/test_diag_print \
	tests/unit/test_difference \
	tests/unit/test_digest \
	tests/unit/test_doctor \
	tests/unit/test_fcontext \
	tests/unit/test_findings \
	tests/unit/test_fmt \
	tests/unit/test_grammar \
	tests/unit/test_hostfs \
	tests/unit/test_import \
	tests/unit/test_json \
	tests/unit/test_judge tests/unit/test_judge_seals \
	tests/unit/test_kd_public \
	tests/unit/test_kdialect \
	tests/unit/test_kfile \
	tests/unit/test_kmatch \
	tests/unit/test_kmodel \
	tests/unit/test_label \
	tests/unit/test_labels \
	tests/unit/test_leak \
	tests/unit/test_library \
	tests/unit/test_lint \
	tests/unit/test_lower \
	tests/unit/test_machine \
	tests/unit/test_namelist \
	tests/unit/test_oom \
	tests/unit/test_oracle \
	tests/unit/test_order \
	tests/unit/test_outfile \
	tests/unit/test_paths \
	tests/unit/test_paths_brute \
	tests/unit/test_paths_faults \
	tests/unit/test_paths_hostile \
	tests/unit/test_paths_ref \
	tests/unit/test_tags \
	tests/unit/test_paths_tree \
	tests/unit/test_policy \
	tests/unit/test_compiled \
	tests/unit/test_prove \
	tests/unit/test_prove_faults \
	tests/unit/test_rehearse \
	tests/unit/test_reach \
	tests/unit/test_root \
	tests/unit/test_rootwalk \
	tests/unit/test_running \
	tests/unit/test_seal \
	tests/unit/test_seal_digest \
	tests/unit/test_seal_keys \
	tests/unit/test_modsig \
	tests/unit/test_shadow \
	tests/unit/test_explain \
	tests/unit/test_runtests \
	tests/unit/test_tarhead \
	tests/unit/test_target \
	tests/unit/test_trap \
	tests/unit/test_users \
	tests/unit/test_verify
if HAVE_CHECK
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif

UNIT_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
UNIT_LDADD = $(IMAPOL_LIBS) $(CHECK_LIBS)

tests_unit_test_outfile_SOURCES = tests/unit/test_outfile.c compiler/outfile.c
tests_unit_test_outfile_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_outfile_LDADD = $(UNIT_LDADD)

# what is in security.ima
SEAL_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
SEAL_TEST_LDADD = sign/libseal.a $(UNIT_LDADD) $(CRYPTO_LIBS)
tests_unit_test_seal_SOURCES = tests/unit/test_seal.c tests/unit/seals.h \
	tests/unit/ktargets.h
tests_unit_test_seal_CPPFLAGS = $(SEAL_TEST_CPPFLAGS)
tests_unit_test_seal_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_seal_LDADD = $(SEAL_TEST_LDADD)
tests_unit_test_seal_digest_SOURCES = tests/unit/test_seal_digest.c \
	tests/unit/seals.h
tests_unit_test_seal_digest_CPPFLAGS = $(SEAL_TEST_CPPFLAGS)
tests_unit_test_seal_digest_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_seal_digest_LDADD = $(SEAL_TEST_LDADD)
tests_unit_test_modsig_SOURCES = tests/unit/test_modsig.c tests/unit/seals.h \
	tests/unit/ktargets.h
tests_unit_test_modsig_CPPFLAGS = $(SEAL_TEST_CPPFLAGS)
tests_unit_test_modsig_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_modsig_LDADD = $(SEAL_TEST_LDADD)
tests_unit_test_seal_keys_SOURCES = tests/unit/test_seal_keys.c \
	tests/unit/seals.h tests/unit/fake_root.h tests/unit/ktargets.h
tests_unit_test_seal_keys_CPPFLAGS = $(SEAL_TEST_CPPFLAGS)
tests_unit_test_seal_keys_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_seal_keys_LDADD = $(SEAL_TEST_LDADD)

# what check-seal-evmctl.sh runs
check_PROGRAMS += tests/unit/seal_tool
tests_unit_seal_tool_SOURCES = tests/unit/seal_tool.c
tests_unit_seal_tool_CPPFLAGS = $(SEAL_TEST_CPPFLAGS)
tests_unit_seal_tool_LDADD = sign/libseal.a $(IMAPOL_LIBS) $(CRYPTO_LIBS)

# the loader's, which no library has
tests_unit_test_builtin_SOURCES = tests/unit/test_builtin.c tests/unit/ktargets.h \
	loader/builtin.c loader/cmdline.c loader/culprit.c loader/lines.c \
	loader/readback.c
tests_unit_test_builtin_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
tests_unit_test_builtin_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_builtin_LDADD = $(UNIT_LDADD)

tests_unit_test_cases_SOURCES = tests/unit/test_cases.c tests/unit/krules.h \
	tests/unit/kpolicy.h
tests_unit_test_cases_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_cases_LDADD = $(UNIT_LDADD)
tests_unit_test_caps_SOURCES = tests/unit/test_caps.c
tests_unit_test_caps_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_caps_LDADD = $(UNIT_LDADD)

tests_unit_test_cell_SOURCES = tests/unit/test_cell.c
tests_unit_test_cell_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_cell_LDADD = $(UNIT_LDADD)

tests_unit_test_check_kernel_SOURCES = tests/unit/test_check_kernel.c tests/unit/kstmts.h tests/unit/ktargets.h
tests_unit_test_check_kernel_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_check_kernel_LDADD = $(UNIT_LDADD)
tests_unit_test_check_raw_SOURCES = tests/unit/test_check_raw.c tests/unit/kstmts.h tests/unit/ktargets.h
tests_unit_test_check_raw_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_check_raw_LDADD = $(UNIT_LDADD)

tests_unit_test_dd_SOURCES = tests/unit/test_dd.c
tests_unit_test_dd_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_dd_LDADD = $(UNIT_LDADD)

tests_unit_test_diag_SOURCES = tests/unit/test_diag.c
tests_unit_test_diag_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_diag_LDADD = $(UNIT_LDADD)

tests_unit_test_judge_SOURCES = tests/unit/test_judge.c tests/unit/judging.h \
	tests/unit/krules.h tests/unit/kpolicy.h
tests_unit_test_judge_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_judge_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_judge_LDADD = $(PREFLIGHT_LIBS) $(UNIT_LDADD) \
	$(PREFLIGHT_SYSTEM_LIBS)

tests_unit_test_judge_seals_SOURCES = tests/unit/test_judge_seals.c \
	tests/unit/judging.h tests/unit/krules.h tests/unit/kpolicy.h
tests_unit_test_judge_seals_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_judge_seals_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_judge_seals_LDADD = $(PREFLIGHT_LIBS) $(UNIT_LDADD) \
	$(PREFLIGHT_SYSTEM_LIBS)

tests_unit_test_findings_SOURCES = tests/unit/test_findings.c
tests_unit_test_findings_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_findings_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_findings_LDADD = $(PREFLIGHT_LIBS) $(UNIT_LDADD) \
	$(PREFLIGHT_SYSTEM_LIBS)

# with a tree, a judge and seals of its own
tests_unit_test_rehearse_SOURCES = tests/unit/test_rehearse.c \
	preflight/rehearse.c preflight/filelabel.c
tests_unit_test_rehearse_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_rehearse_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_rehearse_LDADD = sign/libseal.a $(UNIT_LDADD) $(CRYPTO_LIBS) \
	-lpthread

tests_unit_test_kd_public_SOURCES = tests/unit/test_kd_public.c tests/unit/ktargets.h
tests_unit_test_kd_public_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_kd_public_LDADD = $(UNIT_LDADD)

tests_unit_test_kdialect_SOURCES = tests/unit/test_kdialect.c tests/unit/ktargets.h
tests_unit_test_kdialect_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_kdialect_LDADD = $(UNIT_LDADD)

tests_unit_test_kfile_SOURCES = tests/unit/test_kfile.c tests/unit/krules.h
tests_unit_test_kfile_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_kfile_LDADD = $(UNIT_LDADD)

tests_unit_test_kmatch_SOURCES = tests/unit/test_kmatch.c tests/unit/krules.h
tests_unit_test_kmatch_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_kmatch_LDADD = $(UNIT_LDADD)

tests_unit_test_kmodel_SOURCES = tests/unit/test_kmodel.c
tests_unit_test_kmodel_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_kmodel_LDADD = $(UNIT_LDADD)

tests_unit_test_library_SOURCES = tests/unit/test_library.c
tests_unit_test_library_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_library_LDADD = $(UNIT_LDADD)

tests_unit_test_lint_SOURCES = tests/unit/test_lint.c tests/unit/ktargets.h
tests_unit_test_lint_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_lint_LDADD = $(UNIT_LDADD)

tests_unit_test_lower_SOURCES = tests/unit/test_lower.c tests/unit/ktargets.h
tests_unit_test_lower_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_lower_LDADD = $(UNIT_LDADD)

tests_unit_test_target_SOURCES = tests/unit/test_target.c
tests_unit_test_target_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_target_LDADD = $(UNIT_LDADD)

tests_unit_test_trap_SOURCES = tests/unit/test_trap.c tests/unit/krules.h
tests_unit_test_trap_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_trap_LDADD = $(UNIT_LDADD)

tests_unit_test_users_SOURCES = tests/unit/test_users.c
tests_unit_test_users_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_users_LDADD = $(UNIT_LDADD)

tests_unit_test_leak_SOURCES = tests/unit/test_leak.c tests/unit/ktargets.h
tests_unit_test_leak_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_leak_LDADD = $(UNIT_LDADD)

tests_unit_test_verify_SOURCES = tests/unit/test_verify.c tests/unit/ktargets.h
tests_unit_test_verify_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_verify_LDADD = $(UNIT_LDADD)

tests_unit_test_ast_SOURCES = tests/unit/test_ast.c tests/unit/front.h
tests_unit_test_ast_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_ast_LDADD = $(UNIT_LDADD)

tests_unit_test_base_SOURCES = tests/unit/test_base.c
tests_unit_test_base_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_base_LDADD = $(UNIT_LDADD)

tests_unit_test_checks_SOURCES = tests/unit/test_checks.c tests/unit/front.h
tests_unit_test_checks_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_checks_LDADD = $(UNIT_LDADD)

tests_unit_test_grammar_SOURCES = tests/unit/test_grammar.c tests/unit/front.h
tests_unit_test_grammar_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_grammar_LDADD = $(UNIT_LDADD)

# malloc() is made to fail at each call in turn
tests_unit_test_oom_SOURCES = tests/unit/test_oom.c tests/unit/front.h
tests_unit_test_oom_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_oom_LDADD = $(UNIT_LDADD)
tests_unit_test_oom_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=free

# databases of file contexts; paths.h makes them
tests_unit_test_fcontext_SOURCES = tests/unit/test_fcontext.c \
	tests/unit/paths.h tests/unit/paths_fixture.h
tests_unit_test_fcontext_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_fcontext_LDADD = $(UNIT_LDADD)

tests_unit_test_cover_SOURCES = tests/unit/test_cover.c tests/unit/paths.h
tests_unit_test_cover_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_cover_LDADD = $(UNIT_LDADD)

tests_unit_test_paths_tree_SOURCES = tests/unit/test_paths_tree.c \
	tests/unit/paths.h
tests_unit_test_paths_tree_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_paths_tree_LDADD = $(UNIT_LDADD)

tests_unit_test_paths_SOURCES = tests/unit/test_paths.c \
	tests/unit/paths.h tests/unit/paths_fixture.h
tests_unit_test_paths_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_paths_LDADD = $(UNIT_LDADD)

tests_unit_test_shadow_SOURCES = tests/unit/test_shadow.c tests/unit/krules.h
tests_unit_test_shadow_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_shadow_LDADD = $(UNIT_LDADD)

tests_unit_test_order_SOURCES = tests/unit/test_order.c tests/unit/krules.h
tests_unit_test_order_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_order_LDADD = $(UNIT_LDADD)
tests_unit_test_explain_SOURCES = tests/unit/test_explain.c \
	tests/unit/kexplain.h tests/unit/kpolicy.h tests/unit/krules.h
tests_unit_test_explain_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_explain_LDADD = $(UNIT_LDADD)

tests_unit_test_runtests_SOURCES = tests/unit/test_runtests.c \
	tests/unit/kexplain.h tests/unit/kpolicy.h tests/unit/krules.h
tests_unit_test_runtests_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_runtests_LDADD = $(UNIT_LDADD)

tests_unit_test_difference_SOURCES = tests/unit/test_difference.c \
	tests/unit/krules.h
tests_unit_test_difference_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_difference_LDADD = $(UNIT_LDADD)

tests_unit_test_compiled_SOURCES = tests/unit/test_compiled.c \
	tests/unit/krules.h tests/unit/ktargets.h
tests_unit_test_compiled_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_compiled_LDADD = $(UNIT_LDADD)
tests_unit_test_policy_SOURCES = tests/unit/test_policy.c tests/unit/krules.h \
	tests/unit/kpolicy.h
tests_unit_test_policy_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_policy_LDADD = $(UNIT_LDADD)
tests_unit_test_prove_SOURCES = tests/unit/test_prove.c \
	tests/unit/paths.h tests/unit/paths_fixture.h
tests_unit_test_prove_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_prove_LDADD = $(UNIT_LDADD)

tests_unit_test_paths_faults_SOURCES = tests/unit/test_paths_faults.c \
	tests/unit/paths.h
tests_unit_test_paths_faults_CPPFLAGS = $(AM_CPPFLAGS) -DIMAPOL_FAULTS
tests_unit_test_paths_faults_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_paths_faults_LDADD = $(IMAPOL_FAULT_LIBS) $(CHECK_LIBS)

tests_unit_test_paths_brute_SOURCES = tests/unit/test_paths_brute.c \
	tests/unit/paths.h tests/unit/paths_fixture.h
tests_unit_test_paths_brute_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_paths_brute_LDADD = $(UNIT_LDADD)

tests_unit_test_paths_hostile_SOURCES = tests/unit/test_paths_hostile.c \
	tests/unit/paths.h tests/unit/sanitized.h
tests_unit_test_paths_hostile_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_paths_hostile_LDADD = $(UNIT_LDADD)

tests_unit_test_prove_faults_SOURCES = tests/unit/test_prove_faults.c \
	tests/unit/prove_trial.h \
	tests/unit/paths.h compiler/cli_oracle.c compiler/label_selinux.c
tests_unit_test_prove_faults_CPPFLAGS = $(AM_CPPFLAGS) $(SELINUX_CFLAGS) \
	-DIMAPOL_FAULTS
tests_unit_test_prove_faults_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_prove_faults_LDADD = $(IMAPOL_FAULT_LIBS) $(CHECK_LIBS) \
	$(SELINUX_LIBS)

PATHS_VERSION = -DLIBSELINUX_VERSION=\"`$(PKG_CONFIG) --modversion libselinux`\"
tests_unit_test_paths_ref_SOURCES = tests/unit/test_paths_ref.c \
	tests/unit/paths.h tests/unit/paths_ref.h
tests_unit_test_paths_ref_CPPFLAGS = $(AM_CPPFLAGS) $(SELINUX_CFLAGS) $(PATHS_VERSION)
tests_unit_test_paths_ref_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_paths_ref_LDADD = $(UNIT_LDADD) $(SELINUX_LIBS)

tests_unit_test_tags_SOURCES = tests/unit/test_tags.c \
	tests/unit/paths.h tests/unit/paths_ref.h
tests_unit_test_tags_CPPFLAGS = $(AM_CPPFLAGS) $(SELINUX_CFLAGS) $(PATHS_VERSION)
tests_unit_test_tags_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_tags_LDADD = $(UNIT_LDADD) $(SELINUX_LIBS)
tests_unit_test_oracle_SOURCES = tests/unit/test_oracle.c tests/unit/paths.h \
	$(CLI_SOURCES)
tests_unit_test_oracle_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_oracle_LDADD = $(PREFLIGHT_LIBS) $(UNIT_LDADD) $(SEPOL_LIBS) \
	$(PREFLIGHT_SYSTEM_LIBS)

tests_unit_test_labels_SOURCES = tests/unit/test_labels.c tests/unit/front.h
tests_unit_test_labels_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_labels_LDADD = $(UNIT_LDADD)

tests_unit_test_label_SOURCES = tests/unit/test_label.c tests/unit/paths.h \
	compiler/cli_oracle.c compiler/label_selinux.c
tests_unit_test_label_CPPFLAGS = $(AM_CPPFLAGS) $(SELINUX_CFLAGS) $(PATHS_VERSION)
tests_unit_test_label_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_label_LDADD = $(UNIT_LDADD) $(SELINUX_LIBS)

tests_unit_test_root_SOURCES = tests/unit/test_root.c
tests_unit_test_root_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_root_LDADD = $(UNIT_LDADD)

tests_unit_test_assume_SOURCES = tests/unit/test_assume.c
tests_unit_test_assume_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_assume_LDADD = $(UNIT_LDADD)

# libcrypto is the program's, not the library's
tests_unit_test_digest_SOURCES = tests/unit/test_digest.c compiler/digest.c
tests_unit_test_digest_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_digest_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_digest_LDADD = $(UNIT_LDADD) $(CRYPTO_LIBS)

# and so is what asks the machine
tests_unit_test_running_SOURCES = tests/unit/test_running.c \
	compiler/label_selinux.c compiler/mountinfo.c
tests_unit_test_running_CPPFLAGS = $(AM_CPPFLAGS) $(SELINUX_CFLAGS)
tests_unit_test_running_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_running_LDADD = $(UNIT_LDADD) $(SELINUX_LIBS)

tests_unit_test_namelist_SOURCES = tests/unit/test_namelist.c
tests_unit_test_namelist_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_namelist_LDADD = sign/libseal.a $(UNIT_LDADD)

tests_unit_test_reach_SOURCES = tests/unit/test_reach.c sign/reach.c
tests_unit_test_reach_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_reach_LDADD = $(UNIT_LDADD)

tests_unit_test_tarhead_SOURCES = tests/unit/test_tarhead.c sign/tarhead.c
tests_unit_test_tarhead_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_tarhead_LDADD = $(UNIT_LDADD)

tests_unit_test_rootwalk_SOURCES = tests/unit/test_rootwalk.c
tests_unit_test_rootwalk_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_rootwalk_LDADD = $(UNIT_LDADD)

tests_unit_test_json_SOURCES = tests/unit/test_json.c
tests_unit_test_json_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_json_LDADD = $(UNIT_LDADD)

tests_unit_test_diag_print_SOURCES = tests/unit/test_diag_print.c
tests_unit_test_diag_print_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_diag_print_LDADD = $(UNIT_LDADD)

tests_unit_test_fmt_SOURCES = tests/unit/test_fmt.c tests/unit/front.h
tests_unit_test_fmt_CFLAGS = $(UNIT_CFLAGS) -Wno-unused-function
tests_unit_test_fmt_LDADD = $(UNIT_LDADD)
tests_unit_test_hostfs_SOURCES = tests/unit/test_hostfs.c tests/unit/fake_root.h
tests_unit_test_hostfs_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_hostfs_LDADD = $(UNIT_LDADD)

tests_unit_test_machine_SOURCES = tests/unit/test_machine.c tests/unit/fake_root.h \
	tests/unit/fake_keys.h
tests_unit_test_machine_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_machine_LDADD = $(UNIT_LDADD)

tests_unit_test_doctor_SOURCES = tests/unit/test_doctor.c tests/unit/fake_root.h \
	tests/unit/fake_keys.h
tests_unit_test_doctor_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_doctor_LDADD = $(UNIT_LDADD)
tests_unit_test_import_SOURCES = tests/unit/test_import.c tests/unit/krules.h
tests_unit_test_import_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_import_LDADD = $(UNIT_LDADD)
