#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Trees as the tools see them that everybody trusts with them: find(1) and
# getfattr(1) for a directory.
set -u
treels=${top_builddir:?}/tests/tree/treels
passed=0
failed=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# same NAME: $tmp/want and $tmp/got, sorted, do not differ
same()
{
	sort -z "$tmp/want" >"$tmp/want.sorted"
	sort -z "$tmp/got" >"$tmp/got.sorted"
	if [ -s "$tmp/want" ] && cmp -s "$tmp/want.sorted" "$tmp/got.sorted"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $1"
		tr '\0\n' '\n?' <"$tmp/want.sorted" >"$tmp/a"
		tr '\0\n' '\n?' <"$tmp/got.sorted" >"$tmp/b"
		diff "$tmp/a" "$tmp/b" | head -n 20 | sed 's/^/# /'
	fi
}

# check NAME COMMAND...
check()
{
	what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $what"
	fi
}

# of a directory, in the form of treels
find_list()
{
	find "$1" -mount -type f -printf '/%P %y %m %U %G %s %n %l\0' -o \
		-printf '/%P %y %m %U %G 0 0 %l\0'
}

# "PATH ima|selinux HEX" of the regular files below a directory
getfattr_list()
{
	(cd "$1" && find . -type f -exec getfattr -h -e hex -d \
		-m '^security\.(ima|selinux)$' --absolute-names {} + 2>/dev/null) |
		sed -n -e 's/^# file: \.//p' \
		-e 's/^security\.\([a-z]*\)=0x\(.*\)/\1 \2/p' |
		awk '/^\// { path = $0; next } { print path, $0 }'
}

compare_dir()
{
	find_list "$1" >"$tmp/want"
	"$treels" list "$1" >"$tmp/got"
	same "find $1"
	getfattr_list "$1" | tr '\n' '\0' >"$tmp/want"
	"$treels" xattrs "$1" | tr '\n' '\0' >"$tmp/got"
	echo / | tee -a "$tmp/want" >>"$tmp/got"
	same "getfattr $1"
}

# one with all kinds of things in it
make_root()
{
	mkdir -p "$1/usr/bin" "$1/etc/a b" "$1/usr/lib"
	echo '#!/bin/sh' >"$1/usr/bin/script"
	chmod 4755 "$1/usr/bin/script"
	head -c 70000 /dev/zero | tr '\0' x >"$1/usr/lib/big"
	: >"$1/etc/a b/empty"
	echo text >"$1/etc/new
line"
	echo text >"$1/etc/h$(printf '\303\251')"
	ln "$1/usr/bin/script" "$1/usr/bin/same"
	ln -s usr/bin "$1/bin"
	ln -s /etc/nowhere "$1/etc/dangling"
	mkfifo "$1/etc/fifo"
	[ "$(id -u)" -ne 0 ] || chown 1000:1001 "$1/etc/a b/empty"
	for f in usr/bin/script usr/lib/big; do
		setfattr -n security.ima -v 0x0302040102 "$1/$f" 2>/dev/null
		setfattr -n security.selinux -v "u:r:t:s0" "$1/$f" 2>/dev/null
	done
}

make_root "$tmp/root"
compare_dir "$tmp/root"
for dir in /etc /usr/bin /usr/lib/x86_64-linux-gnu; do
	[ ! -d "$dir" ] || compare_dir "$dir"
done

# the order of the bytes of paths, directories as if a slash were behind them
"$treels" list "$tmp/root" | tr '\n\0' '?\n' >"$tmp/got"
sed 's/^\([^?]*\) d \([0-7]* \)/\1\/ d \2/;s/^\/\/ d/\/ d/' "$tmp/got" |
	sed 's/ [a-z] [0-7]* [0-9]* [0-9]* [0-9]* [0-9]* .*//' >"$tmp/a"
check "the order" env LC_ALL=C sort -c "$tmp/a"

"$treels" cat "$tmp/root" /usr/lib/big >"$tmp/got"
check "a content" cmp -s "$tmp/root/usr/lib/big" "$tmp/got"
"$treels" cat "$tmp/root" bin/same >"$tmp/got"
check "a content by a symlink" cmp -s "$tmp/root/usr/bin/script" "$tmp/got"
(cd "$tmp/root/usr" && find . -mindepth 1 -maxdepth 1 -printf '%P\0') >"$tmp/want"
"$treels" names "$tmp/root" /bin/.. >"$tmp/got"
same "names in a directory"

echo "trees: $passed passed, $failed failed"
[ "$failed" = 0 ]
