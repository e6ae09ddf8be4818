# SPDX-License-Identifier: GPL-2.0-only
EV_LIST_SOURCES = attest/imalist.c attest/imalist.h attest/imalist_entry.c \
	attest/imalist_form.c attest/imalist_int.h \
	attest/listfiles.c attest/listfiles.h
ATTEST_COMMAND_SOURCES += attest/measure.c attest/measure_put.c \
	attest/measure_put.h attest/measure_status.c attest/measure_status.h
