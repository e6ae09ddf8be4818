# SPDX-License-Identifier: GPL-2.0-only
# Not a hardware-enablement kernel: name that one's release.
title Ubuntu 24.04 (noble), its first kernel

# from debian.master/config/annotations (amd64) of its 6.8 kernel, as kept in
# github.com/particle-iot/tachyon-ubuntu-24.04-kernel at 28ce79f0714c
kernel 6.8
config IMA y
config IMA_APPRAISE y
config IMA_APPRAISE_BOOTPARAM y
config IMA_LSM_RULES y
config IMA_MEASURE_ASYMMETRIC_KEYS y
config IMA_APPRAISE_MODSIG y
config IMA_WRITE_POLICY n
config IMA_READ_POLICY n
config IMA_ARCH_POLICY y
# these five depend on IMA_APPRAISE_BUILD_POLICY, which is off
config IMA_APPRAISE_SIGNED_INIT n
config IMA_APPRAISE_REQUIRE_MODULE_SIGS n
config IMA_APPRAISE_REQUIRE_FIRMWARE_SIGS n
config IMA_APPRAISE_REQUIRE_KEXEC_SIGS n
config IMA_APPRAISE_REQUIRE_POLICY_SIGS n
config IMA_KEYRINGS_PERMIT_SIGNED_BY_BUILTIN_OR_SECONDARY n
config INTEGRITY_MACHINE_KEYRING y
config INTEGRITY_TRUSTED_KEYRING y
# KEXEC_BZIMAGE_VERIFY_SIG is on, and needs it
config KEXEC_SIG y
keyring .ima
trusts builtin

# from security/integrity/ima/ima_policy.c of a 6.8 tree with Ubuntu's patches.
# The mainline does not know it, so the compiler refuses it.
backport the condition lsm= in rules

# from askubuntu.com/questions/1523764 (24.04 is merged) and its answer's
# listing; other links were not shown
link /bin /usr/bin
link /lib /usr/lib
link /sbin /usr/sbin

# from linuxiac.com/ubuntu-25-10-switches-to-dracut-as-default-initramfs-tool:
# the default up to 25.04
hook initramfs-tools

# from devstacktips.com/?p=486899: AppArmor is on by default since 7.10
lsm apparmor

unknown libselinux
