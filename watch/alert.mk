# SPDX-License-Identifier: GPL-2.0-only
#
# What sends: requests, the spool, messages. Nothing prints.
noinst_LIBRARIES += watch/libalert.a
watch_libalert_a_SOURCES = watch/http.c watch/http.h watch/webhook.h
watch_libalert_a_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)
# before libimapol.a
ALERT_LIBS = watch/libalert.a
ALERT_SYSTEM_LIBS = $(CURL_LIBS) -lpthread
