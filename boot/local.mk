# SPDX-License-Identifier: GPL-2.0-only
#
# What loads the policy at boot, and what signs upgrades. Below boot/ the files lie as they do where they
# are installed; those with .in know where the programs are.
boot_made = \
	boot/imapol-confirm \
	boot/imapol-confirm.service \
	boot/imapol-image \
	boot/imapol-upgrade \
	boot/apt/90imapol \
	boot/dpkg/dpkg-deb \
	boot/rpm/imapol-upgrade.spec \
	boot/dracut/module-setup.sh \
	boot/initcpio/install/imapol \
	boot/initramfs-tools/hooks/imapol \
	boot/kernel/postinst.d/imapol

boot_in = $(boot_made:=.in)

$(boot_made): %: $(srcdir)/%.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	sed -e 's,@bindir[@],$(bindir),g' -e 's,@sbindir[@],$(sbindir),g' \
		-e 's,@pkglibexecdir[@],$(pkglibexecdir),g' $< >$@.new && \
	chmod +x $@.new && mv -f $@.new $@

pkglibexec_SCRIPTS = boot/imapol-confirm boot/imapol-image boot/imapol-upgrade
# a name of its own, for data in a folder of programs
bootlibdir = $(pkglibexecdir)
dist_bootlib_DATA = boot/imapol-boot.sh

initramfshooksdir = $(initramfstoolsdir)/hooks
initramfshooks_SCRIPTS = boot/initramfs-tools/hooks/imapol
initramfsbottomdir = $(initramfstoolsdir)/scripts/init-bottom
dist_initramfsbottom_SCRIPTS = boot/initramfs-tools/scripts/init-bottom/imapol

dracutmoduledir = $(dracutdir)/modules.d/99imapol
dracutmodule_SCRIPTS = boot/dracut/module-setup.sh
dist_dracutmodule_SCRIPTS = boot/dracut/imapol.sh
dist_dracutmodule_DATA = boot/dracut/pre-pivot.conf

initcpioinstalldir = $(initcpiodir)/install
initcpioinstall_SCRIPTS = boot/initcpio/install/imapol
initcpiohooksdir = $(initcpiodir)/hooks
dist_initcpiohooks_SCRIPTS = boot/initcpio/hooks/imapol

kernelhooks_SCRIPTS = boot/kernel/postinst.d/imapol

# the folder that apt has dpkg look into first
dpkgpathdir = $(pkglibexecdir)/dpkg
dpkgpath_SCRIPTS = boot/dpkg/dpkg-deb
aptconf_DATA = boot/apt/90imapol

# the service is for all that have a load.conf, so it is switched on by being there
systemdunit_DATA += boot/imapol-confirm.service
install-data-local: install-confirm-wanted
uninstall-local: uninstall-confirm-wanted
.PHONY: install-confirm-wanted uninstall-confirm-wanted
install-confirm-wanted:
	$(MKDIR_P) '$(DESTDIR)$(systemdunitdir)/sysinit.target.wants'
	$(LN_S) -f ../imapol-confirm.service \
		'$(DESTDIR)$(systemdunitdir)/sysinit.target.wants/imapol-confirm.service'
uninstall-confirm-wanted:
	rm -f '$(DESTDIR)$(systemdunitdir)/sysinit.target.wants/imapol-confirm.service'

# never over a configuration that is there
bootexamplesdir = $(docdir)/examples
dist_bootexamples_DATA = boot/load.conf boot/sign.conf
bootexamples_DATA = boot/rpm/imapol-upgrade.spec

CLEANFILES += $(boot_made)
EXTRA_DIST += $(boot_in)
