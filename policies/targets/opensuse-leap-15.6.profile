# SPDX-License-Identifier: GPL-2.0-only
# Its kernel is that of SUSE Linux Enterprise 15 SP6. Not merged: /bin and the
# others are directories there, with symlinks of single files.
title openSUSE Leap 15.6

# from safeitexperts.com, "Understanding SUSE Kernels & Flavours", and the
# configuration below
kernel 6.4

# from config/x86_64/default (SUSE_VERSION 15, SUSE_PATCHLEVEL 6) in
# github.com/openSUSE/kernel-source at 8b68be23fe9a
config IMA y
config IMA_APPRAISE y
config IMA_APPRAISE_BOOTPARAM y
config IMA_LSM_RULES y
config IMA_MEASURE_ASYMMETRIC_KEYS y
config IMA_APPRAISE_MODSIG y
config IMA_WRITE_POLICY n
config IMA_READ_POLICY y
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
config SECURITY_SELINUX y
config SECURITY_SMACK n
config SECURITY_APPARMOR y
config CRYPTO_MD4 m
config CRYPTO_MD5 y
config CRYPTO_RMD160 m
config CRYPTO_SHA512 y
config CRYPTO_WP512 m
config CRYPTO_SM3 m
config CRYPTO_STREEBOG m
config CRYPTO_SHA3 y
config CRYPTO_ECDSA y
config INTEGRITY_ASYMMETRIC_KEYS y
keyring .ima
trusts builtin
lsm apparmor

# from github.com/lzaoral/rear at f82dd7c44abe, "Use dracut by default in SUSE"
hook dracut

unknown link
unknown libselinux
