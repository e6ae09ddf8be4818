# SPDX-License-Identifier: GPL-2.0-only
# The kernel model and the kernel dialect; included by compiler/local.mk.
KMODEL_SOURCES = compiler/kmodel.c compiler/kmodel.h compiler/kmodel_row.h \
	compiler/ktarget.c \
	compiler/kdialect.c compiler/kdialect.h compiler/kdialect_int.h \
	compiler/kdialect_value.c compiler/kdialect_text.c \
	compiler/kdialect_mend.c compiler/kdialect_words.c \
	compiler/kdialect_wrong.c compiler/kdialect_about.c \
	compiler/kdialect_check.c compiler/kmatch.c \
	compiler/kfile.c compiler/kfile.h

KMODEL_BUILT = compiler/kmodel_ids.h compiler/kmodel_table.h
KMODEL_CSV = $(top_srcdir)/compiler/kmodel.csv \
	$(top_srcdir)/compiler/kforeign.csv
KMODEL_GEN = $(top_srcdir)/compiler/gen-kmodel.awk

EXTRA_DIST += compiler/kmodel.csv compiler/kforeign.csv \
	compiler/gen-kmodel.awk
BUILT_SOURCES += $(KMODEL_BUILT)
CLEANFILES += $(KMODEL_BUILT)

# BUILT_SOURCES serves all, check and install; this serves every other target:
# no object is made before the headers that are generated.
every_object = $(sort $(foreach v,$(filter %_OBJECTS,$(.VARIABLES)),$($(v))))
$(every_object): | $(KMODEL_BUILT) compiler/profile_table.h grammar/parse.h

compiler/kmodel_ids.h: $(KMODEL_CSV) $(KMODEL_GEN)
	$(AM_V_GEN)$(MKDIR_P) compiler && \
	$(AWK) -v out=ids -f $(KMODEL_GEN) $(KMODEL_CSV) > $@.tmp && \
	mv -f $@.tmp $@

compiler/kmodel_table.h: $(KMODEL_CSV) $(KMODEL_GEN)
	$(AM_V_GEN)$(MKDIR_P) compiler && \
	$(AWK) -v out=table -f $(KMODEL_GEN) $(KMODEL_CSV) > $@.tmp && \
	mv -f $@.tmp $@
