#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What bootls says of this machine's root, or of that in BOOT_ROOT, against those
# who know: ld.so on the libraries of programs, systemd --test on the units that a
# start pulls in. Exit 77: neither of them can be asked here.
set -u

root=${BOOT_ROOT:-/}
bootls=${top_builddir:?}/tests/bootpath/bootls
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0
failed=0

ok()
{
	passed=$((passed + 1))
}

not_ok()
{
	failed=$((failed + 1))
	echo "not ok - $1"
	sed 's/^/# /' "$tmp/diff"
}

# in_root COMMAND...
in_root()
{
	if [ "$root" = / ]; then
		"$@"
	else
		chroot "$root" "$@"
	fi
}

# the files that ld.so maps for $1, where links lead; nothing: it is not dynamic
mapped()
{
	in_root ldd "$1" 2>/dev/null |
		sed -n -e 's/.* => \(\/[^ ]*\) (0x.*/\1/p' -e 's/^[ 	]*\(\/[^ ]*\) (0x.*/\1/p' |
		while read -r file; do in_root readlink -f "$file"; done | LC_ALL=C sort -u
}

libraries()
{
	# every seventh program, so that it is soon done
	(cd "$root" && find usr/bin usr/sbin usr/lib/systemd -maxdepth 1 -type f -perm -u+x) |
		LC_ALL=C sort | awk 'NR % 7 == 1 { print "/" $0 }' | head -n 60 >"$tmp/programs"
	while read -r program; do
		mapped "$program" >"$tmp/want"
		[ -s "$tmp/want" ] || continue
		itself=$(in_root readlink -f "$program")
		# those for other processors are not in memory here
		"$bootls" libs "$root" "$program" 2>/dev/null |
			grep -v -x -F -e "$itself" | grep -v /glibc-hwcaps/ | LC_ALL=C sort -u >"$tmp/have"
		grep -v /glibc-hwcaps/ "$tmp/want" | diff - "$tmp/have" >"$tmp/diff" && ok && continue
		not_ok "libraries of $program"
	done <"$tmp/programs"
}

# the units of a start by systemd itself, which does not run, needs no privilege
# and takes nothing from generators
ask_systemd()
{
	path=
	for dir in etc run usr/local/lib usr/lib lib; do
		path=$path${path:+:}/$dir/systemd/system
	done
	in_root setpriv --reuid=65534 --regid=65534 --clear-groups \
		env -i HOME=/ LC_ALL=C PATH=/usr/bin:/bin SYSTEMD_COLORS=0 SYSTEMD_UNIT_PATH="$path" \
		timeout 60 /usr/lib/systemd/systemd --test --system --no-pager --unit="$1" \
		>"$tmp/systemd" 2>"$tmp/diff" &&
		sed -n 's/.*Action: \([^ ]*\) -> start.*/\1/p' "$tmp/systemd" |
		LC_ALL=C sort -u >"$tmp/started" && [ -s "$tmp/started" ]
}

# of names on standard input those with a file, their own or of their template
with_file()
{
	while read -r name; do
		case $name in
		*@*) template=${name%%@*}@.${name##*.} ;;
		*) template=$name ;;
		esac
		for dir in etc usr/local/lib usr/lib lib; do
			for file in "$name" "$template"; do
				if [ -e "$root/$dir/systemd/system/$file" ] ||
					[ -L "$root/$dir/systemd/system/$file" ]; then
					echo "$name"
					break 2
				fi
			done
		done
	done
}

units()
{
	for target in basic.target multi-user.target graphical.target; do
		if ! ask_systemd "$target"; then
			echo "# systemd --test says nothing of $target: $(head -n 1 "$tmp/diff")"
			return
		fi
		"$bootls" units "$root" "$target" | LC_ALL=C sort -u >"$tmp/have"
		# systemd makes some from nothing
		with_file <"$tmp/started" >"$tmp/want"
		if diff "$tmp/want" "$tmp/have" >"$tmp/diff"; then ok; else not_ok "units of $target"; fi
	done
}

[ ! -e "$root/usr/bin/ldd" ] || libraries
[ ! -x "$root/usr/lib/systemd/systemd" ] || units
[ $((passed + failed)) != 0 ] || exit 77
echo "boot path of this machine: $passed passed, $failed failed"
[ "$failed" = 0 ]
