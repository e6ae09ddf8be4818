# SPDX-License-Identifier: GPL-2.0-only
TESTS += tests/watch/check-alert.sh tests/watch/check-shipped.sh
EXTRA_DIST += tests/watch/check-alert.sh tests/watch/alert-lib.sh \
	tests/watch/check-shipped.sh tests/watch/metrics.py \
	tests/watch/prometheus-rules.test.yml \
	tests/watch/alert-kill.py tests/watch/webhook-server.py tests/watch/serve.py

# what check-alert.sh runs
check_PROGRAMS += tests/watch/alert_tool
tests_watch_alert_tool_SOURCES = tests/watch/alert_tool.c
tests_watch_alert_tool_LDADD = $(ALERT_LIBS) $(IMAPOL_LIBS) $(ALERT_SYSTEM_LIBS)
