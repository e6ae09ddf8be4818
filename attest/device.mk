# SPDX-License-Identifier: GPL-2.0-only
#
# What asks the TPM of the machine that it is on.
attest_PROGRAMS += attest/imapol-attest-device
attest_imapol_attest_device_SOURCES = attest/device_main.c attest/device_run.h \
	attest/device.c attest/device.h attest/device_key.c attest/device_key.h \
	attest/device_cert.c attest/device_cert.h attest/device_list.c \
	attest/device_list.h attest/device_collect.c attest/device_make.c \
	attest/device_make.h attest/device_enrol.c preflight/tmpdir.c \
	preflight/tmpdir.h sign/password.c sign/password.h compiler/outfile.c \
	compiler/outfile.h compiler/streams.c compiler/streams.h \
	$(SAY_SOURCES) $(OPTROW_SOURCES)
attest_imapol_attest_device_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) \
	$(TSS2_CFLAGS)
attest_imapol_attest_device_LDADD = $(EVIDENCE_LIBS) $(IMAPOL_LIBS) \
	$(EVIDENCE_SYSTEM_LIBS) $(TSS2_LIBS)
