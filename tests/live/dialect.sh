#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# dialect.sh [SEED [COUNT]]: holds the kernel dialect against booted kernels, line by line: the whole matrix of hooks,
# actions and conditions, and COUNT generated lines. Environment: GENLINES and AGREE, the two programs; LIVE_KERNELS,
# LIVE_DIR and srcdir as in run.sh. Exit 0: all verdicts agree; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
seed=${1:-1}
count=${2:-10000}
LIVE_DIR=${LIVE_DIR:-./live-work}
export LIVE_DIR
mkdir -p "$LIVE_DIR"
lines=$LIVE_DIR/dialect-$$
trap 'rm -f "$lines".*' EXIT
trap 'exit 1' INT TERM

"${GENLINES:?names no genlines}" matrix >"$lines.in"
"$GENLINES" "$seed" "$count" >>"$lines.in"
status=0
for release in ${LIVE_KERNELS:-6.1 6.12}; do
	for lsm in selinux no-lsm; do
		"$here/oracle.sh" "$release" "$lines.in" "$lines.out" --$lsm
		"${AGREE:?names no agree}" "$release" "$srcdir/tests/data/debian-$release.config" $lsm "$lines.out" ||
			status=1
	done
done
exit $status
