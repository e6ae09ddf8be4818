# SPDX-License-Identifier: GPL-2.0-only
# Options that differ by architecture there, IMA_READ_POLICY and IMA_ARCH_POLICY
# among them, have not been read. Nor is this a hardware-enablement kernel:
# name that one's release.
title Ubuntu 22.04 (jammy), its first kernel

# from debian.master/config/config.common.ubuntu of its 5.15 kernel, as kept in
# github.com/balabit-deps/balabit-os-9-linux at 0d6e8b8fb1aa
kernel 5.15
config IMA y
config IMA_APPRAISE y
config IMA_APPRAISE_BOOTPARAM y
config IMA_LSM_RULES y
config IMA_MEASURE_ASYMMETRIC_KEYS y
config IMA_APPRAISE_MODSIG y
config IMA_WRITE_POLICY n
config IMA_APPRAISE_SIGNED_INIT n
# these four depend on IMA_APPRAISE_BUILD_POLICY, which is off
config IMA_APPRAISE_REQUIRE_MODULE_SIGS n
config IMA_APPRAISE_REQUIRE_FIRMWARE_SIGS n
config IMA_APPRAISE_REQUIRE_KEXEC_SIGS n
config IMA_APPRAISE_REQUIRE_POLICY_SIGS n
config IMA_KEYRINGS_PERMIT_SIGNED_BY_BUILTIN_OR_SECONDARY n
config INTEGRITY_TRUSTED_KEYRING y
config KEXEC_SIG y
keyring .ima
trusts builtin

# from en.opensuse.org and askubuntu.com on merged /usr, where a listing of
# Ubuntu 20.04 shows these three; other links were not shown
link /bin /usr/bin
link /lib /usr/lib
link /sbin /usr/sbin

# from linuxiac.com/ubuntu-25-10-switches-to-dracut-as-default-initramfs-tool:
# the default up to 25.04
hook initramfs-tools

# from devstacktips.com/?p=486899: AppArmor is on by default since 7.10
lsm apparmor

unknown libselinux
