#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Install what is needed, build in ./build, compile a policy to standard output.
set -eu
cd "$(dirname "$0")/.."
. scripts/packages.sh
# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES >&2
(
	{ [ -x configure ] || autoreconf -fi; } &&
	mkdir -p build && cd build &&
	{ [ -f config.status ] || ../configure; } &&
	make -j"$(nproc)"
) >build-setup.log 2>&1 || {
	tail -n 30 build-setup.log >&2
	echo "setup.sh: the build failed; all of it is in build-setup.log" >&2
	exit 1
}
exec build/compiler/imapolc policies/firmware-station.imapol
