# SPDX-License-Identifier: GPL-2.0-only
# The Debian packages that imapolc needs, by name; read by setup.sh and test.sh.

# to build, install and use it
BUILD_PACKAGES="autoconf automake flex bison gcc libc6-dev make pkg-config libselinux1-dev
	libsepol-dev libssl-dev libarchive-dev libext2fs-dev libcurl4-openssl-dev libtss2-dev musl-tools xz-utils"

# what the tests need on top
TEST_PACKAGES="check clang libclang-rt-14-dev libpcre2-dev qemu-system-x86 swtpm
	swtpm-tools busybox-static secilc cpio attr openssl ima-evm-utils
	policycoreutils policycoreutils-python-utils selinux-utils setools e2fsprogs patch
	mandoc groff graphviz python3-jsonschema python3-yaml git mmdebstrap ovmf sbsigntool
	shellcheck strace softhsm2 libengine-pkcs11-openssl opensc fsverity rpm libarchive-tools keyutils
	rsync squashfs-tools erofs-utils dosfstools ostree tpm2-tools libtss2-tcti-swtpm0 ansible-core rsyslog openssh-client
	prometheus prometheus-node-exporter systemd curl zsh fish"

# install those that are missing; nothing to do is nothing done
install_packages()
{
	missing=
	for p in "$@"; do
		dpkg-query -W -f '${Status}\n' "$p" 2>/dev/null |
			grep -q '^install ok installed$' ||
			missing="$missing $p"
	done
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -eq 0 ]; then
		sudo=
	else
		sudo=sudo
	fi
	$sudo apt-get update -qq &&
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq \
		--no-install-recommends $missing >/dev/null
}
