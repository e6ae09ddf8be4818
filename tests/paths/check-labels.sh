#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check-labels.sh ROOT: the labels that policies/script-integrity ships are those
# for Debian's whole database, and its SELinux policy constrains none of the files
# but does those of a home. Environment: IMAPOLC, srcdir.
set -eu

root=${1:?names no root}
contexts=$root/etc/selinux/default/contexts/files/file_contexts
dir=${srcdir:?is not set}/policies/script-integrity
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

"${IMAPOLC:?names no imapolc}" labels -Wno-tag-later-files --file-contexts "$contexts" \
	-o "$tmp/labels" "$dir/script-integrity.imapol"
diff -r "$dir/labels" "$tmp/labels"
"$IMAPOLC" labels -Wno-tag-later-files --root "$root" -o "$tmp/labels" "$dir/script-integrity.imapol"
echo 'target libselinux 3.4; tag t = path "/home/*/t/*"; measure exec of t;' >"$tmp/home.imapol"
! "$IMAPOLC" labels --root "$root" -o "$tmp/labels" "$tmp/home.imapol" 2>"$tmp/err"
grep -q 'tag-constrained' "$tmp/err"
echo "labels: 3 passed, 0 failed"
