#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check-labels.sh FILE_CONTEXTS: the labels that policies/script-integrity ships
# are those for Debian's whole database. Environment: IMAPOLC, srcdir.
set -eu

contexts=${1:?names no file contexts}
dir=${srcdir:?is not set}/policies/script-integrity
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

"${IMAPOLC:?names no imapolc}" labels -Wno-tag-later-files --file-contexts "$contexts" \
	-o "$tmp/labels" "$dir/script-integrity.imapol"
diff -r "$dir/labels" "$tmp/labels"
echo "labels: 1 passed, 0 failed"
