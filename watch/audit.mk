# SPDX-License-Identifier: GPL-2.0-only
#
# Records: where they come from, what they say, what is counted. Nothing prints.
noinst_LIBRARIES += watch/libwatch.a
watch_libwatch_a_SOURCES = watch/audithead.c watch/audithead.h \
	watch/auditrec.c watch/auditrec.h
# before libimapol.a
WATCH_LIBS = watch/libwatch.a
