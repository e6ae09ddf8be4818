# SPDX-License-Identifier: GPL-2.0-only
# The target profiles, from policies/targets; included by compiler/local.mk.
PROFILE_SOURCES = compiler/profile.c compiler/profile.h

# in the order of their names
PROFILES = \
	policies/targets/debian-12.profile \
	policies/targets/debian-12-selinux.profile \
	policies/targets/debian-13.profile \
	policies/targets/debian-13-selinux.profile \
	policies/targets/fedora-43.profile \
	policies/targets/fedora-44.profile \
	policies/targets/opensuse-leap-15.6.profile \
	policies/targets/opensuse-tumbleweed.profile \
	policies/targets/rhel-10.profile \
	policies/targets/rhel-9.profile \
	policies/targets/ubuntu-22.04.profile \
	policies/targets/ubuntu-24.04.profile \
	policies/targets/ubuntu-26.04.profile \
	policies/targets/yocto-5.0.profile
targetsdir = $(pkgdatadir)/targets
dist_targets_DATA = $(PROFILES)

PROFILE_GEN = $(top_srcdir)/compiler/gen-profiles.awk
PROFILE_FILES = $(addprefix $(top_srcdir)/,$(PROFILES))
EXTRA_DIST += compiler/gen-profiles.awk
BUILT_SOURCES += compiler/profile_table.h
CLEANFILES += compiler/profile_table.h

# the lists stand in a fragment of their own, so what is built depends on it
compiler/profile_table.h: $(PROFILE_FILES) $(PROFILE_GEN) \
		$(top_srcdir)/compiler/kmodel.csv \
		$(top_srcdir)/compiler/profile.mk
	$(AM_V_GEN)$(MKDIR_P) compiler && \
	LC_ALL=C $(AWK) -f $(PROFILE_GEN) $(top_srcdir)/compiler/kmodel.csv \
		$(PROFILE_FILES) > $@.tmp && \
	mv -f $@.tmp $@
