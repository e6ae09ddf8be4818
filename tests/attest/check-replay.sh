#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What lists make of PCRs, against TPMs that had them, evmctl, and a replay in
# Python.
set -eu

if ! command -v python3 >/dev/null; then
	echo "check-replay.sh: python3 is not installed"
	[ -n "${CI:-}" ] && exit 1
	exit 77
fi
exec python3 "${srcdir:?}/tests/attest/replay.py" \
	"${top_builddir:?}/tests/attest/replay_tell" "$srcdir/tests/attest/data" \
	"${REPLAY_LISTS:-300}" "${REPLAY_SEED:-1}"
