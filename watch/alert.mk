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

# Configuration for those who run it: never put where it would be in force, but for
# the unit, which is not enabled.
watch_made = watch/conf/rsyslog.conf watch/conf/imapol-watch.service
watch_in = $(watch_made:=.in)
$(watch_made): %: $(srcdir)/%.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	sed -e 's,@bindir[@],$(bindir),g' $< >$@.new && mv -f $@.new $@
watchconfdir = $(pkgdatadir)/watch
watchconf_DATA = watch/conf/rsyslog.conf
dist_watchconf_DATA = watch/conf/prometheus-rules.yml watch/conf/grafana-dashboard.json
systemdunit_DATA += watch/conf/imapol-watch.service
install-data-local: install-watch-sysusers
uninstall-local: uninstall-watch-sysusers
.PHONY: install-watch-sysusers uninstall-watch-sysusers
install-watch-sysusers:
	$(MKDIR_P) '$(DESTDIR)$(sysusersdir)'
	$(INSTALL_DATA) $(srcdir)/watch/conf/sysusers.conf '$(DESTDIR)$(sysusersdir)/imapol-watch.conf'
uninstall-watch-sysusers:
	rm -f '$(DESTDIR)$(sysusersdir)/imapol-watch.conf'
CLEANFILES += $(watch_made)
EXTRA_DIST += $(watch_in) watch/conf/sysusers.conf
