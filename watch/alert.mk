# SPDX-License-Identifier: GPL-2.0-only
#
# What sends: requests, the spool, messages. Nothing prints.
noinst_LIBRARIES += watch/libalert.a
watch_libalert_a_SOURCES = watch/alertfold.c watch/alertfold.h \
	watch/http.c watch/http.h watch/secret.c watch/secret.h \
	watch/spool.c watch/spool.h watch/webhook.c watch/webhook.h
watch_libalert_a_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)
# before libimapol.a
ALERT_LIBS = watch/libalert.a sign/libseal.a
ALERT_SYSTEM_LIBS = $(CURL_LIBS) -lpthread
