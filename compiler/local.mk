# SPDX-License-Identifier: GPL-2.0-only
include $(top_srcdir)/compiler/kmodel.mk
include $(top_srcdir)/compiler/profile.mk
include $(top_srcdir)/compiler/front.mk
include $(top_srcdir)/compiler/verify.mk
include $(top_srcdir)/compiler/explain.mk
include $(top_srcdir)/compiler/cli.mk
include $(top_srcdir)/compiler/paths.mk

noinst_LIBRARIES += compiler/libimapol.a
BASE_SOURCES = compiler/util.h compiler/vec.h \
	compiler/arena.c compiler/arena.h compiler/buf.c compiler/buf.h \
	compiler/intern.c compiler/intern.h compiler/monotonic.h \
	compiler/nearest.c compiler/nearest.h compiler/num.c compiler/num.h \
	compiler/source.c compiler/source.h \
	compiler/utf8.c compiler/utf8.h
# of programs, not of the library: it prints
SAY_SOURCES = compiler/say.c compiler/say.h compiler/oom.c compiler/oom.h
OPTROW_SOURCES = compiler/optrow.c compiler/optrow.h
BACK_SOURCES = compiler/fstab.c compiler/fstab.h \
	compiler/root.c compiler/root.h \
	compiler/assume.c compiler/assume.h \
	compiler/applied.c compiler/applied.h \
	compiler/prove_match.c compiler/prove_match.h \
	compiler/prove_near.c compiler/prove_near.h \
	compiler/prove_walk.c compiler/prove_walk.h \
	compiler/paths_prove.c compiler/paths_prove.h \
	compiler/paths.c compiler/paths.h compiler/paths_int.h \
	compiler/paths_cover.c compiler/paths_cover.h compiler/paths_pinned.c \
	compiler/paths_say.c compiler/paths_say.h \
	compiler/paths_twin.c compiler/paths_where.c \
	compiler/tags.c compiler/tags.h compiler/tags_int.h \
	compiler/tags_lines.c compiler/tags_check.c compiler/tags_root.c \
	compiler/tags_prove.c \
	compiler/tags_auto.c compiler/tags_auto.h \
	compiler/klines.c compiler/klines.h compiler/fix.c compiler/fix.h \
	compiler/paths_lower.c compiler/paths_lower.h \
	compiler/labels.c compiler/labels.h compiler/labels_int.h \
	compiler/labels_cil.c compiler/labels_heads.c \
	compiler/labels_scripts.c \
	compiler/rootwalk.c compiler/rootwalk.h \
	compiler/ways.c compiler/ways.h compiler/census.c compiler/census.h \
	compiler/ir.c compiler/ir.h compiler/ir_dump.c \
	compiler/cell.c compiler/cell.h compiler/region.c compiler/region.h \
	compiler/region_int.h compiler/region_set.c \
	compiler/region_dump.c \
	compiler/box.c compiler/box.h \
	compiler/typed.c compiler/typed.h \
	compiler/lower.c compiler/lower.h compiler/lower_int.h \
	compiler/lower_class.c compiler/lower_fence.c compiler/lower_say.c \
	compiler/table.c compiler/table.h compiler/table_int.h \
	compiler/table_atoms.c \
	compiler/order.c compiler/order.h compiler/order_int.h \
	compiler/opencost.c compiler/opencost.h \
	compiler/order_merge.c compiler/order_move.c compiler/emit.c compiler/emit.h \
	compiler/weaker.c compiler/weaker.h \
	compiler/unused.c compiler/unused.h \
	compiler/fault.h compiler/faults.def \
	compiler/compile.c compiler/compile.h \
	compiler/import.c compiler/import.h compiler/import_int.h \
	compiler/import_read.c compiler/import_item.c compiler/import_raw.c \
	compiler/import_group.c compiler/import_library.c \
	compiler/import_range.c compiler/import_join.c compiler/import_text.c \
	compiler/import_equal.c
compiler_libimapol_a_SOURCES = $(BASE_SOURCES) $(DIAG_SOURCES) \
	$(KMODEL_SOURCES) $(PROFILE_SOURCES) $(FRONT_SOURCES) $(PATHS_SOURCES) \
	$(VERIFY_SOURCES) $(EXPLAIN_SOURCES) $(BACK_SOURCES) \
	$(DOCTOR_SOURCES)

# the same with the planted faults of fault.h, for the mutation test
check_LIBRARIES += compiler/libimapol_faults.a
compiler_libimapol_faults_a_SOURCES = $(compiler_libimapol_a_SOURCES) \
	compiler/fault.c
compiler_libimapol_faults_a_CPPFLAGS = $(AM_CPPFLAGS) -DIMAPOL_FAULTS

IMAPOL_LIBS = compiler/libimapol.a grammar/libgrammar.a compiler/libimapol.a
IMAPOL_FAULT_LIBS = compiler/libimapol_faults.a grammar/libgrammar.a \
	compiler/libimapol_faults.a

bin_PROGRAMS += compiler/imapolc
compiler_imapolc_SOURCES = compiler/main.c $(CLI_SOURCES) $(LABEL_SOURCES)
compiler_imapolc_CPPFLAGS = $(AM_CPPFLAGS) $(SELINUX_CFLAGS) $(SEPOL_CFLAGS) \
	$(CRYPTO_CFLAGS)
compiler_imapolc_LDADD = $(PREFLIGHT_LIBS) $(IMAPOL_LIBS) $(SELINUX_LIBS) \
	$(SEPOL_LIBS) $(PREFLIGHT_SYSTEM_LIBS)
