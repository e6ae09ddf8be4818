# SPDX-License-Identifier: GPL-2.0-only
# What an image has is up to whoever builds it. These are the options of the
# kernel feature features/ima/ima.scc; give --kernel-config for your own.
title Yocto 5.0 LTS (scarthgap) with the kernel feature ima

# from docs.yoctoproject.org/5.0/migration-guides/release-notes-5.0.html
kernel 6.6

# from features/ima/ima.cfg of yocto-kernel-cache, as kept in
# github.com/MontaVista-OpenSourceTechnology/yocto-kernel-cache at 3b1f87ec237e;
# its branch is not known
config IMA y
config IMA_LSM_RULES y
config IMA_MEASURE_ASYMMETRIC_KEYS y
config IMA_WRITE_POLICY y
config IMA_READ_POLICY y
config IMA_APPRAISE_SIGNED_INIT y
config IMA_APPRAISE_REQUIRE_POLICY_SIGS y
config IMA_ARCH_POLICY y
config IMA_KEYRINGS_PERMIT_SIGNED_BY_BUILTIN_OR_SECONDARY y
config INTEGRITY_TRUSTED_KEYRING y
# not of the machine's keyring: whether the kernel has one is not said
keyring .ima
trusts builtin secondary

# from meta-integrity/recipes-core/initrdscripts/initramfs-framework-ima in
# github.com/Xilinx/meta-security: an initramfs of its own kind
hook none

unknown lsm
unknown link
unknown libselinux
