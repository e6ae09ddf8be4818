# SPDX-License-Identifier: GPL-2.0-only
# Its kernel follows the releases of the mainline, so that the release has to be
# named. Systems from before the snapshot 20250211, and those whose installer
# was told so, have AppArmor: `target apparmor` beside the profile.
title openSUSE Tumbleweed with SELinux, its default

# from config/x86_64/default (6.19.4) in github.com/SUSE/kernel-source at
# 3752e20094a5
rolling 6.19
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
config IMA_KEYRINGS_PERMIT_SIGNED_BY_BUILTIN_OR_SECONDARY y
config INTEGRITY_MACHINE_KEYRING y
config INTEGRITY_TRUSTED_KEYRING y
config KEXEC_SIG y
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
# INTEGRITY_CA_MACHINE_KEYRING is on: of the machine's keys only those of CAs
keyring .ima
trusts builtin secondary machine

# from systemadministration.net, "openSUSE Tumbleweed switches from AppArmor to
# SELinux for new installations"
lsm selinux

# from en.opensuse.org/openSUSE:Usr_merge
link /bin /usr/bin
link /lib /usr/lib
link /lib64 /usr/lib64
link /sbin /usr/sbin

# from github.com/lzaoral/rear at f82dd7c44abe, "Use dracut by default in SUSE"
hook dracut

unknown libselinux
