# SPDX-License-Identifier: GPL-2.0-only
policylibdir = $(pkgdatadir)/lib
policylibpseudodir = $(policylibdir)/pseudo-filesystems
examplesdir = $(pkgdatadir)/examples

dist_policylib_DATA = \
	policies/lib/appraise-tcb.imapol \
	policies/lib/critical-data.imapol \
	policies/lib/secure-boot.imapol \
	policies/lib/secure-boot@6.19.imapol \
	policies/lib/tcb.imapol policies/lib/tcb@5.5.imapol \
	policies/lib/tcb@5.10.imapol \
	policies/lib/tcb@6.14.imapol
dist_policylibpseudo_DATA = \
	policies/lib/pseudo-filesystems/appraise.imapol \
	policies/lib/pseudo-filesystems/measure.imapol \
	policies/lib/pseudo-filesystems/measure@5.5.imapol \
	policies/lib/pseudo-filesystems/measure@5.10.imapol
dist_examples_DATA = \
	policies/container-host.imapol \
	policies/firmware-station.imapol \
	policies/flash-by-owner.imapol \
	policies/kexec-host.imapol \
	policies/keys.imapol \
	policies/measured-server.imapol \
	policies/signed-appliance.imapol \
	policies/user-audit.imapol \
	policies/verity-image.imapol
examplesscriptdir = $(examplesdir)/script-integrity
dist_examplesscript_DATA = \
	policies/script-integrity/script-integrity.ima \
	policies/script-integrity/script-integrity.imapol
policyselinuxdir = $(pkgdatadir)/selinux
dist_policyselinux_DATA = policies/selinux/firmware-station.cil policies/selinux/imapol-keys.cil
EXTRA_DIST += policies/expected policies/script-integrity/labels \
	policies/script-integrity/file_contexts.debian-12
