#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One part of scripts/test.sh: PART BUILD-FOLDER.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
part=$1
mkdir -p "$2"
cd "$2"
jobs=$(nproc)

build()
{
	"$top/configure" -q --enable-werror "$@"
	make -j"$jobs"
	# the test programs, without running them
	make -j"$jobs" check TESTS=
}

# One more than there are processors, as many tests wait for what they have started.
# All logs after it, so that what the tests counted can be read.
check()
{
	make -j"$((jobs + 1))" check || {
		cat test-suite.log
		exit 1
	}
	find . -name '*.log' ! -name config.log ! -name test-suite.log |
		LC_ALL=C sort | while read -r log; do
		echo "==== $log"
		cat "$log"
	done
}

fail()
{
	echo "$part: $*" >&2
	exit 1
}

# kernel lines that start with $2, in file $1
has_lines()
{
	grep -q "^$2" "$1" || fail "no line \`$2\` in $1"
}

# What boots, in the places of a distribution, below $1.
install_boot()
{
	rm -rf "$1"
	mkdir -p "$1/etc/imapol"
	echo "load = init" >"$1/etc/imapol/load.conf"
	"$top/configure" -q --prefix=/usr --sysconfdir=/etc
	make -j"$jobs"
	make install DESTDIR="$1"
	for f in usr/share/initramfs-tools/hooks/imapol \
		usr/share/initramfs-tools/scripts/init-bottom/imapol \
		usr/lib/dracut/modules.d/99imapol/module-setup.sh \
		usr/lib/dracut/modules.d/99imapol/imapol.sh \
		usr/lib/initcpio/install/imapol usr/lib/initcpio/hooks/imapol \
		usr/libexec/imapolc/imapol-image usr/libexec/imapolc/imapol-upgrade \
		usr/libexec/imapolc/dpkg/dpkg-deb \
		usr/libexec/imapolc/imapol-confirm etc/kernel/postinst.d/imapol; do
		[ -x "$1/$f" ] || fail "$f is not installed, or cannot be run"
	done
	for f in etc/apt/apt.conf.d/90imapol usr/libexec/imapolc/imapol-boot.sh usr/lib/dracut/modules.d/99imapol/pre-pivot.conf; do
		[ -s "$1/$f" ] || fail "$f is not installed"
	done
	cmp "$1/usr/lib/systemd/system/imapol-confirm.service" \
		"$1/usr/lib/systemd/system/sysinit.target.wants/imapol-confirm.service" ||
		fail "imapol-confirm.service is not switched on"
	[ "$(cat "$1/etc/imapol/load.conf")" = "load = init" ] ||
		fail "a load.conf that was there is replaced"
	make uninstall DESTDIR="$1"
	left=$(find "$1" ! -type d)
	[ "$left" = "$1/etc/imapol/load.conf" ] || fail "left behind by make uninstall: $left"
}

case $part in
setup)
	"$top/scripts/setup.sh" >lines
	cat lines
	has_lines lines 'appraise func=BPRM_CHECK .*obj_type=firmware_exec_t'
	;;
install)
	prefix=$PWD/prefix
	rm -rf "$prefix"
	"$top/configure" -q --prefix="$prefix"
	make -j"$jobs"
	make install
	# it finds its library by itself, wherever it is called
	mkdir -p elsewhere
	cd elsewhere
	echo 'include <tcb>;' >site.imapol
	"$prefix/bin/imapolc" --kernel 6.1 -Wno-assumes-config \
		--no-comments site.imapol >lines
	cat lines
	has_lines lines 'measure func=MODULE_CHECK'
	for f in bin/imapol-sign sbin/imapol-load share/man/man1/imapolc.1 \
		share/man/man1/imapol-sign.1 bin/imapol-attest bin/ima_measure \
		bin/ima-evm-verifier bin/imapol-watch bin/alert_violation \
		libexec/imapolc/imapol-attest-allowlist \
		libexec/imapolc/imapol-attest-device libexec/imapolc/imapol-attest-put \
		share/man/man1/ima_measure.1 share/man/man1/ima-evm-verifier.1 \
		share/man/man1/imapol-attest.1 share/man/man8/imapol-watch.8 share/man/man8/alert_violation.8 \
		share/imapolc/watch/grafana-dashboard.json \
		share/imapolc/watch/prometheus-rules.yml \
		share/man/man5/imapol.5 share/man/man5/imapol-load.conf.5 \
		share/man/man8/imapol-load.8 share/doc/imapolc/examples/load.conf \
		share/bash-completion/completions/imapolc \
		share/bash-completion/completions/imapol-attest \
		share/bash-completion/completions/alert_violation \
		share/zsh/site-functions/_imapolc share/zsh/site-functions/_imapol \
		share/fish/vendor_completions.d/imapolc.fish \
		share/fish/vendor_completions.d/imapol-attest.fish; do
		[ -s "$prefix/$f" ] || fail "$f is not installed"
	done
	cd ..
	! grep -r '@[a-z]*dir@' "$prefix/lib" "$prefix/libexec" ||
		fail "places that are not filled in"
	make uninstall
	left=$(find "$prefix" ! -type d)
	[ -z "$left" ] || fail "left behind by make uninstall: $left"
	install_boot "$PWD/system"
	;;
build-gcc)
	build CC=gcc
	;;
build-clang)
	build CC=clang MUSL_CC="${MUSL_CC:-musl-gcc}"
	;;
build-san)
	build CC=gcc --enable-sanitizers CFLAGS='-O1 -g'
	;;
check)
	check
	;;
check-quick)
	IMAPOL_TEST_SECONDS=5
	export IMAPOL_TEST_SECONDS
	check
	;;
distcheck)
	IMAPOL_TEST_SECONDS=5
	export IMAPOL_TEST_SECONDS
	# the tarball's tests look beside the checkout, as those here do
	[ ! -d "$top/../shared" ] || {
		IMAPOL_SHARED=$(cd "$top/../shared" && pwd)
		export IMAPOL_SHARED
	}
	make -j"$((jobs + 1))" distcheck
	;;
fuzz)
	"$top/configure" -q CC=clang CFLAGS='-O1 -g'
	FUZZ_JOBS=$jobs
	export FUZZ_JOBS
	make -j"$jobs" check-fuzz FUZZ_SECONDS=4
	;;
paths)
	make check-paths-short
	;;
live)
	make check-live
	;;
kernels)
	# other questions for each change, and the same for who tries that again
	seed=$(git -C "$top" rev-parse --verify 'HEAD^{tree}' 2>/dev/null | cut -c 1-7)
	make check-kernels-short KERNELS_SEED="${seed:+$((0x$seed))}"
	timeout 400 make check-diffs
	;;
*)
	echo "test-part.sh: no part $part" >&2
	exit 2
	;;
esac
