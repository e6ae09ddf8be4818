# SPDX-License-Identifier: GPL-2.0-only
# Read by compiler/gen-profiles.awk, which says what the keys mean.
title Debian 12 (bookworm) with AppArmor, its default

# from the configurations of linux-image-6.1.0-56-cloud-amd64 and
# linux-image-6.1.0-56-amd64 6.1.192-2; the kernels were booted
kernel 6.1
config IMA y
config IMA_APPRAISE y
config IMA_APPRAISE_BOOTPARAM y
config IMA_LSM_RULES y
config IMA_MEASURE_ASYMMETRIC_KEYS y
config IMA_APPRAISE_MODSIG n
config IMA_WRITE_POLICY n
config IMA_READ_POLICY n
config IMA_APPRAISE_SIGNED_INIT n
config IMA_APPRAISE_REQUIRE_MODULE_SIGS n
config IMA_APPRAISE_REQUIRE_FIRMWARE_SIGS n
config IMA_APPRAISE_REQUIRE_KEXEC_SIGS n
config IMA_APPRAISE_REQUIRE_POLICY_SIGS n
config IMA_ARCH_POLICY y
config IMA_KEYRINGS_PERMIT_SIGNED_BY_BUILTIN_OR_SECONDARY n
config INTEGRITY_MACHINE_KEYRING y
config INTEGRITY_TRUSTED_KEYRING n
config FS_VERITY y
config KEXEC_SIG y
config MODULE_SIG y
config MODULE_DECOMPRESS n
config SECURITY_SELINUX y
config SECURITY_SMACK n
config SECURITY_APPARMOR y
config CRYPTO_MD4 m
config CRYPTO_MD5 y
config CRYPTO_RMD160 m
# a module that may not be loaded when the policy is
config CRYPTO_SHA512 m
config CRYPTO_WP512 m
config CRYPTO_SM3 n
config CRYPTO_STREEBOG m
config CRYPTO_SHA3 m
config CRYPTO_ECDSA n
config INTEGRITY_ASYMMETRIC_KEYS y

# from CONFIG_INTEGRITY_TRUSTED_KEYRING above, and booted: root adds any key
keyring _ima
trusts any

# from CONFIG_LSM, in which apparmor comes first, and the package's Recommends
lsm apparmor

# from the packages libselinux1 3.4-1+b6, base-files 12.4+deb12u11 and
# usrmerge, which links the directories of other ABIs where they are
libselinux 3.4
link /bin /usr/bin
link /lib /usr/lib
link /lib32 /usr/lib32
link /lib64 /usr/lib64
link /libx32 /usr/libx32
link /sbin /usr/sbin
link /var/lock /run/lock
link /var/run /run

# from the Depends of linux-image-6.1.0-56-cloud-amd64
hook initramfs-tools
