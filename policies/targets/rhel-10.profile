# SPDX-License-Identifier: GPL-2.0-only
# Red Hat Enterprise Linux 10, and what is built of its sources.
title Red Hat Enterprise Linux 10

# from configs/kernel-6.12.0-x86_64.config of a rebuild of its kernel, in
# github.com/ctrliq/kernel-src-tree at 072c27213755
kernel 6.12
config IMA y
config IMA_APPRAISE y
config IMA_APPRAISE_BOOTPARAM y
config IMA_LSM_RULES y
config IMA_MEASURE_ASYMMETRIC_KEYS y
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
config FS_VERITY y
# DEFAULT_SECURITY_SELINUX is on, and needs it
config SECURITY_SELINUX y
config CRYPTO_MD4 m
config CRYPTO_MD5 y
config CRYPTO_RMD160 m
config CRYPTO_SHA512 y
config CRYPTO_WP512 m
config CRYPTO_SM3 n
config CRYPTO_STREEBOG n
config CRYPTO_SHA3 y
config CRYPTO_ECDSA y
config INTEGRITY_ASYMMETRIC_KEYS y
# INTEGRITY_CA_MACHINE_KEYRING is on: of the machine's keys only those of CAs
keyring .ima
trusts builtin secondary machine
lsm selinux

# from docs.redhat.com, RHEL 10, "Extending, customizing, and troubleshooting
# kernel integrity subsystem": the keys in /etc/keys/ima are loaded by dracut's
# integrity module
hook dracut

# from git.centos.org/rpms/alsa-utils, "install everything in /usr": the package
# filesystem has these as symlinks since its version 3
link /bin /usr/bin
link /lib /usr/lib
link /lib64 /usr/lib64
link /sbin /usr/sbin

unknown libselinux
