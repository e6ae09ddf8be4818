# SPDX-License-Identifier: GPL-2.0-only
# Its kernel follows the releases of the mainline, so that the release has to be
# named. Known are the options that were the same at both ends of the range.
title Fedora 43

# from kernel-x86_64-fedora.config of Fedora's package as rebuilt in
# github.com/bazzite-org/kernel-bazzite at f0d09c48fc60 (6.13.3) and in
# github.com/anatase-org/kernel-anatase at 12e29ee0d7f1 (7.2.7); that it follows
# the mainline: docs.fedoraproject.org/en-US/quick-docs/kernel-overview
rolling 6.13 7.2
config IMA y
config IMA_APPRAISE y
config IMA_APPRAISE_BOOTPARAM y
config IMA_LSM_RULES y
config IMA_APPRAISE_MODSIG y
config IMA_WRITE_POLICY y
config IMA_READ_POLICY y
config IMA_ARCH_POLICY y
# these five depend on IMA_APPRAISE_BUILD_POLICY, which is off
config IMA_APPRAISE_SIGNED_INIT n
config IMA_APPRAISE_REQUIRE_MODULE_SIGS n
config IMA_APPRAISE_REQUIRE_FIRMWARE_SIGS n
config IMA_APPRAISE_REQUIRE_KEXEC_SIGS n
config IMA_APPRAISE_REQUIRE_POLICY_SIGS n
config IMA_KEYRINGS_PERMIT_SIGNED_BY_BUILTIN_OR_SECONDARY y
config INTEGRITY_MACHINE_KEYRING y
config INTEGRITY_TRUSTED_KEYRING y
# INTEGRITY_CA_MACHINE_KEYRING is on: of the machine's keys only those of CAs
keyring .ima
trusts builtin secondary machine

# from kernel-x86_64-fedora.config in github.com/qtmlabs/kernel-dist-git at
# 0467d1cd42d2 (5.16) and in kernel-anatase, as above
config KEXEC_SIG y

# from the kernel.spec in kernel-bazzite, as above: initrd_prereq
hook dracut

# from fedoraproject.org/wiki/Changes/Unify_bin_and_sbin, and for lib and lib64
# fedoraproject.org/wiki/User:Toshio/Effect_of_UsrMove. A system that was
# upgraded from before 42 may still have a directory /usr/sbin: give --root
link /bin /usr/bin
link /lib /usr/lib
link /lib64 /usr/lib64
link /sbin /usr/sbin
link /usr/local/sbin /usr/local/bin
link /usr/sbin /usr/bin

# from www.techprovidence.com/opensuse-tumbleweed-selinux-default: Fedora's
# standard is SELinux; CONFIG_LSM in kernel-dist-git, as above, has selinux alone
lsm selinux

unknown libselinux
