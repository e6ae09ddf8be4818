# SPDX-License-Identifier: GPL-2.0-only
#
# Records: where they come from, what they say, what is counted. Nothing prints.
noinst_LIBRARIES += watch/libwatch.a
watch_libwatch_a_SOURCES = watch/audithead.c watch/audithead.h \
	watch/auditjoin.c watch/auditjoin.h watch/auditlink.c watch/auditlink.h \
	watch/auditrec.c watch/auditrec.h watch/counters.c watch/counters.h \
	watch/dedupe.c watch/dedupe.h watch/enforcing.c watch/enforcing.h \
	watch/follow.c watch/follow.h watch/kernlog.c watch/kernlog.h \
	watch/linebuf.c watch/linebuf.h watch/watchevent.c watch/watchevent.h \
	watch/whichrule.c watch/whichrule.h \
	compiler/filefacts.c compiler/filefacts.h
# before libimapol.a
WATCH_LIBS = watch/libwatch.a

bin_PROGRAMS += watch/imapol-watch
watch_imapol_watch_SOURCES = watch/main.c watch/intake.c watch/intake.h \
	watch/watch.c watch/watch.h $(SAY_SOURCES) $(OPTROW_SOURCES)
watch_imapol_watch_LDADD = $(ALERT_LIBS) $(WATCH_LIBS) $(IMAPOL_LIBS) \
	$(ALERT_SYSTEM_LIBS)

# the name by which rsyslog knows it, and its page; in the build directory, too
all-local: watch/alert_violation
CLEANFILES += watch/alert_violation
watch/alert_violation: watch/imapol-watch
	$(AM_V_GEN)rm -f $@ && $(LN_S) imapol-watch $@

install-exec-local: install-alert-violation
uninstall-local: uninstall-alert-violation
.PHONY: install-alert-violation uninstall-alert-violation
install-alert-violation:
	$(MKDIR_P) '$(DESTDIR)$(bindir)' '$(DESTDIR)$(man8dir)'
	cd '$(DESTDIR)$(bindir)' && rm -f alert_violation && \
		$(LN_S) imapol-watch alert_violation
	cd '$(DESTDIR)$(man8dir)' && rm -f alert_violation.8 && \
		$(LN_S) imapol-watch.8 alert_violation.8
uninstall-alert-violation:
	rm -f '$(DESTDIR)$(bindir)/alert_violation' '$(DESTDIR)$(man8dir)/alert_violation.8'
