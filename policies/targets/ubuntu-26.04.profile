# SPDX-License-Identifier: GPL-2.0-only
# Not a hardware-enablement kernel: name that one's release.
title Ubuntu 26.04 (resolute), its first kernel

# from canartuc.com/fedora-44-an-open-linux-release-ubuntu-cannot-copy
kernel 7.0

# from debian.master/config/annotations (amd64), its options with notes, as kept
# in github.com/CriticalShift/linux-ubuntu-resolute at 3d79a7bad6d4
config IMA y
config IMA_APPRAISE y
config IMA_WRITE_POLICY n
config IMA_READ_POLICY n
config IMA_ARCH_POLICY y
config IMA_KEYRINGS_PERMIT_SIGNED_BY_BUILTIN_OR_SECONDARY n
# KEXEC_BZIMAGE_VERIFY_SIG is on, and needs it
config KEXEC_SIG y

# from askubuntu.com/questions/1523764 (24.04 is merged) and its answer's
# listing; other links were not shown
link /bin /usr/bin
link /lib /usr/lib
link /sbin /usr/sbin

# from linuxiac.com/ubuntu-25-10-switches-to-dracut-as-default-initramfs-tool
hook dracut

# from devstacktips.com/?p=486899: AppArmor is on by default since 7.10
lsm apparmor

unknown keyring
unknown trusts
unknown libselinux
