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
	what_is=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $what_is"
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

# the same tree in another form: treels FILE as find(1) of the directory
compare_form()
{
	find_list "$2" >"$tmp/want"
	"$treels" list "$1" 2>"$tmp/err" | grep -zv '^/lost+found ' >"$tmp/got"
	[ -s "$tmp/err" ] && cat "$tmp/err" && echo "missed$(printf '\0')" >>"$tmp/got"
	same "$3"
}

# the tree of compare_form with its attributes and contents
compare_whole()
{
	compare_form "$1" "$2" "$3"
	"$treels" xattrs "$2" | tr '\n' '\0' >"$tmp/want"
	"$treels" xattrs "$1" | tr '\n' '\0' >"$tmp/got"
	echo / | tee -a "$tmp/want" >>"$tmp/got"
	same "$3, attributes"
	compare_contents "$1" "$2" "$3"
}

compare_contents()
{
	for f in usr/lib/big usr/lib/sparse usr/bin/same "etc/a b/empty"; do
		"$treels" cat "$1" "$f" >"$tmp/got"
		check "$3, content of $f" cmp -s "$2/$f" "$tmp/got"
	done
}

# ---- directories ----

make_root "$tmp/root"
truncate -s 3M "$tmp/root/usr/lib/sparse"
printf 'middle' | dd of="$tmp/root/usr/lib/sparse" bs=1 seek=1000000 \
	conv=notrunc status=none
compare_dir "$tmp/root"
for dir in /etc /usr/bin /usr/lib/x86_64-linux-gnu; do
	[ ! -d "$dir" ] || compare_dir "$dir"
done

# the order of the bytes of paths, directories as if a slash were behind them
in_order()
{
	"$treels" list "$1" | tr '\n\0' '?\n' >"$tmp/got"
	sed 's/^\([^?]*\) d \([0-7]* \)/\1\/ d \2/;s/^\/\/ d/\/ d/' "$tmp/got" |
		sed 's/ [a-z] [0-7]* [0-9]* [0-9]* [0-9]* [0-9]* .*//' >"$tmp/a"
	check "the order of $1" env LC_ALL=C sort -c "$tmp/a"
}

in_order "$tmp/root"
"$treels" cat "$tmp/root" bin/same >"$tmp/got"
check "a content by a symlink" cmp -s "$tmp/root/usr/bin/script" "$tmp/got"
compare_contents "$tmp/root" "$tmp/root" "directory"
(cd "$tmp/root/usr" && find . -mindepth 1 -maxdepth 1 -printf '%P\0') >"$tmp/want"
"$treels" names "$tmp/root" /bin/.. >"$tmp/got"
same "names in a directory"

# ---- tar ----

# tar of $tmp/root to $tmp/NAME
pack()
{
	name=$1
	shift
	(cd "$tmp/root" && tar "$@" -cf "$tmp/$name" .)
}

pack pax.tar --format=pax --xattrs --xattrs-include='*'
compare_whole "$tmp/pax.tar" "$tmp/root" "tar, pax"
in_order "$tmp/pax.tar"
pack sparse.tar --format=pax -S
compare_form "$tmp/sparse.tar" "$tmp/root" "tar, sparse"
compare_contents "$tmp/sparse.tar" "$tmp/root" "tar, sparse"
pack gnu.tar --format=gnu -S
compare_form "$tmp/gnu.tar" "$tmp/root" "tar, gnu"
pack ustar.tar --format=ustar
compare_form "$tmp/ustar.tar" "$tmp/root" "tar, ustar"
for program in gzip bzip2 xz lzma zstd lz4; do
	command -v $program >/dev/null || continue
	$program -c <"$tmp/pax.tar" >"$tmp/packed"
	compare_form "$tmp/packed" "$tmp/root" "tar, $program"
done

# what tar(1) makes of an archive in which entries replace others, that has no
# entries for directories, and names in all forms
mkdir "$tmp/one" "$tmp/two" "$tmp/out"
mkdir -p "$tmp/one/usr/bin" "$tmp/one/d" "$tmp/two/usr/bin"
echo one >"$tmp/one/usr/bin/x"
ln "$tmp/one/usr/bin/x" "$tmp/one/hard"
echo one >"$tmp/one/kind"
ln -s usr/bin "$tmp/one/bin"
echo two >"$tmp/two/usr/bin/x"
mkdir "$tmp/two/kind"
ln -s usr "$tmp/two/d"
tar -C "$tmp/one" -cf "$tmp/odd.tar" ./usr/bin/x ./hard bin kind d
tar -C "$tmp/two" -rf "$tmp/odd.tar" --transform='s,^usr/bin,/bin,' usr/bin/x \
	kind d 2>/dev/null
tar -C "$tmp/out" --keep-directory-symlink -xf "$tmp/odd.tar" 2>"$tmp/err"
find_list "$tmp/out" | sed -z 's/ [0-9]* [0-9]* [0-9]* [0-9]* / /' |
	grep -zv '^/usr d\|^/usr/bin d\|^/ d' >"$tmp/want"
"$treels" list "$tmp/odd.tar" | sed -z 's/ [0-9]* [0-9]* [0-9]* [0-9]* / /' |
	grep -zv '^/usr d\|^/usr/bin d\|^/ d' >"$tmp/got"
same "tar, entries that replace others"
"$treels" cat "$tmp/odd.tar" /usr/bin/x >"$tmp/got"
check "tar, the last content" cmp -s "$tmp/got" "$tmp/out/usr/bin/x"
"$treels" cat "$tmp/odd.tar" /hard >"$tmp/got"
check "tar, a hard link to what was" cmp -s "$tmp/got" "$tmp/out/hard"

# ---- cpio ----

newc()
{
	(cd "$1" && find . -print0 | cpio -0 -o -H "${2:-newc}" --quiet)
}

newc "$tmp/root" >"$tmp/plain"
compare_form "$tmp/plain" "$tmp/root" "cpio"
compare_contents "$tmp/plain" "$tmp/root" "cpio"
in_order "$tmp/plain"
newc "$tmp/root" crc >"$tmp/packed"
compare_form "$tmp/packed" "$tmp/root" "cpio, with sums"

# as Debian and dracut make them: microcode first, zeros between
mkdir -p "$tmp/early/kernel/x86/microcode" "$tmp/late/usr/bin"
echo code >"$tmp/early/kernel/x86/microcode/GenuineIntel.bin"
echo late >"$tmp/late/usr/bin/script"
cp -a "$tmp/root" "$tmp/all"
cp -a "$tmp/early/." "$tmp/all"
newc "$tmp/early" >"$tmp/front"
head -c 1024 /dev/zero >>"$tmp/front"

# joined NAME COMPRESSION...: early, the tree, compressed, and what follows
joined()
{
	form=$1
	shift
	"$@" <"$tmp/plain" >"$tmp/middle" 2>/dev/null || return 0
	[ -s "$tmp/middle" ] || return 0
	cat "$tmp/front" "$tmp/middle" >"$tmp/packed"
	compare_form "$tmp/packed" "$tmp/all" "cpio, $form"
	compare_contents "$tmp/packed" "$tmp/root" "cpio, $form"
	# another, whatever compression comes behind which
	newc "$tmp/late" >"$tmp/next"
	for then in cat "gzip -c" "xz -c"; do
		cat "$tmp/front" "$tmp/middle" >"$tmp/packed"
		truncate -s %512 "$tmp/packed"
		head -c 512 /dev/zero >>"$tmp/packed"
		# shellcheck disable=SC2086
		$then <"$tmp/next" >"$tmp/after" 2>/dev/null || continue
		cat "$tmp/after" >>"$tmp/packed"
		head -c 512 /dev/zero >>"$tmp/packed"
		"$treels" list "$tmp/packed" 2>&1 >"$tmp/got" | sed 's/^/# /' |
			tee "$tmp/err"
		check "cpio, $form, then $then, whole" test ! -s "$tmp/err"
		"$treels" cat "$tmp/packed" /usr/bin/script >"$tmp/got"
		check "cpio, $form, then $then" cmp -s "$tmp/got" \
			"$tmp/late/usr/bin/script"
	done
}

joined plain cat
joined gzip gzip -c
joined xz xz --check=crc32 -c
joined zstd zstd -19 -q -c
joined lz4 lz4 -l -c
joined lzma lzma -c
joined bzip2 bzip2 -c
# several in one compressed stream
cat "$tmp/front" "$tmp/plain" | gzip -c >"$tmp/packed"
compare_form "$tmp/packed" "$tmp/all" "cpio, several in one stream"

# signatures beside the files
mkdir -p "$tmp/signed/bin"
echo program >"$tmp/signed/bin/p"
printf '\003\002\004abc' >"$tmp/signed/bin/p.sig"
newc "$tmp/signed" >"$tmp/packed"
echo "/bin/p ima 030204616263" >"$tmp/want"
"$treels" xattrs "$tmp/packed" >"$tmp/got"
check "cpio, FILE.sig" cmp -s "$tmp/want" "$tmp/got"

# ---- ext4 ----

# image NAME OPTIONS...: of $tmp/root
image()
{
	name=$1
	shift
	truncate -s 24M "$tmp/image"
	if ! mke2fs -q -F -d "$tmp/root" "$@" "$tmp/image" 2>"$tmp/err"; then
		sed 's/^/# /' "$tmp/err"
		check "image, $name, is made" false
		return
	fi
	compare_whole "$tmp/image" "$tmp/root" "image, $name"
}

mkdir "$tmp/root/many"
(cd "$tmp/root/many" && seq -f 'a-rather-long-name-for-a-file-%05.0f' 1500 |
	xargs touch)
image ext4 -t ext4
in_order "$tmp/image"
image "small blocks" -t ext4 -b 1024
image ext2 -t ext2
image ext3 -t ext3 -I 128
compare_form "$tmp/image" "$tmp/root" "image, small inodes"
debugfs -R "dump /usr/lib/big $tmp/got" "$tmp/image" 2>/dev/null
check "debugfs has the same content" cmp -s "$tmp/got" "$tmp/root/usr/lib/big"

# mke2fs(8) cuts off the hole at the end of a file where inodes may have content
cp -a "$tmp/root" "$tmp/inline"
printf 'in the inode' >"$tmp/inline/usr/lib/sparse"
mv "$tmp/root" "$tmp/kept" && mv "$tmp/inline" "$tmp/root"
image "inodes with their content" -t ext4 -b 4096 -I 1024 \
	-O inline_data,metadata_csum
mv "$tmp/root" "$tmp/inline" && mv "$tmp/kept" "$tmp/root"

# a whole disk, by its table of one partition
truncate -s 26M "$tmp/disk"
printf '\203' | dd of="$tmp/disk" bs=1 seek=450 conv=notrunc status=none
printf '\000\010\000\000\000\140\000\000\125\252' | dd of="$tmp/disk" bs=1 seek=454 \
	conv=notrunc status=none
printf '\125\252' | dd of="$tmp/disk" bs=1 seek=510 conv=notrunc status=none
dd if="$tmp/image" of="$tmp/disk" bs=1M seek=1 conv=notrunc status=none
"$treels" list "$tmp/disk" 2>"$tmp/got"
check "a whole disk" grep -q '?offset=1048576' "$tmp/got"
compare_form "$tmp/disk?offset=1048576" "$tmp/inline" "image at an offset"

# fs-verity, laid out by hand as the kernel does, and switched on in the inode
verity()
{
	head -c "$2" /dev/urandom >"$tmp/content"
	fsverity digest --hash-alg="$1" --out-merkle-tree="$tmp/merkle" \
		--out-descriptor="$tmp/descriptor" "$tmp/content" >"$tmp/want" ||
		return 0
	mkdir -p "$tmp/verity"
	cp "$tmp/content" "$tmp/verity/f"
	truncate -s %65536 "$tmp/verity/f"
	[ ! -e "$tmp/merkle" ] || cat "$tmp/merkle" >>"$tmp/verity/f"
	truncate -s %4096 "$tmp/verity/f"
	cat "$tmp/descriptor" >>"$tmp/verity/f"
	truncate -s %4096 "$tmp/verity/f"
	truncate -s -4 "$tmp/verity/f"
	printf '\000\001\000\000' >>"$tmp/verity/f"
	rm -f "$tmp/image"
	truncate -s 8M "$tmp/image"
	mke2fs -q -F -t ext4 -b 4096 -d "$tmp/verity" "$tmp/image"
	printf 'sif /f size %u\nsif /f flags 0x180000\n' "$2" |
		debugfs -w -f - "$tmp/image" >/dev/null 2>&1
	"$treels" verity "$tmp/image" /f >"$tmp/got"
	sed -i 's/ .*//' "$tmp/want"
	check "fs-verity, $1, $2 bytes" cmp -s "$tmp/want" "$tmp/got"
	"$treels" cat "$tmp/image" /f >"$tmp/got"
	check "fs-verity, content" cmp -s "$tmp/content" "$tmp/got"
}

if command -v fsverity >/dev/null; then
	verity sha256 6
	verity sha256 200000
	verity sha512 70000
fi

# ---- a skeleton ----

mkdir -p "$tmp/root/etc/selinux/mls/contexts/files" "$tmp/root/boot"
echo 'root:x:0:0' >"$tmp/root/etc/passwd"
echo '/.* system_u:object_r:t:s0' \
	>"$tmp/root/etc/selinux/mls/contexts/files/file_contexts"
ln -s boot/vmlinuz "$tmp/root/vmlinuz"
: >"$tmp/root/boot/vmlinuz"
ln -s ../run "$tmp/root/usr/run"
(cd "$tmp/root" && tar -cf "$tmp/pax.tar" .)
mkdir "$tmp/skeleton"
check "a skeleton" "$treels" skeleton "$tmp/pax.tar" "$tmp/skeleton"
(cd "$tmp/skeleton" && find . \( -type l -o -type f \) -printf '%P %l\0') \
	>"$tmp/got"
printf '%s\0' 'bin usr/bin' 'etc/passwd ' 'usr/run ../run' \
	'etc/selinux/mls/contexts/files/file_contexts ' >"$tmp/want"
same "what is in it"

echo "trees: $passed passed, $failed failed"
[ "$failed" = 0 ]
