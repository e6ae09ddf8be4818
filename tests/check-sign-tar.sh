# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# Part of check-sign.sh: archives with signatures are as they were but for them.

stuff()
{
	rm -rf stuff
	mkdir -p stuff/sub
	(
		cd stuff || exit 1
		long=$(printf 'x%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
		long=$long$long$long$long$long$long
		mkdir -p "sub/$long"
		echo deep >"sub/$long/$long.txt"
		echo one >one
		ln one hard
		ln -s one soft
		: >empty
		truncate -s 3M sparse
		printf middle | dd of=sparse bs=1 seek=1000000 conv=notrunc 2>/dev/null
		printf end | dd of=sparse bs=1 seek=3000000 conv=notrunc 2>/dev/null
		printf x >"$(printf 'no utf8 \377')"
		printf y >"new
line"
		mkfifo fifo
		setfattr -n user.note -v kept one 2>/dev/null
		touch -d '2001-02-03 04:05:06.789' one
		head -c 300000 /dev/urandom >big
		echo not-signed >other.sig
	)
}

# same ARCHIVE: what is listed of it and of out.tar is the same
same()
{
	tar -tvf "$1" --full-time >list-in 2>&1
	tar -tvf out.tar --full-time >list-out 2>&1
	cmp -s list-in list-out
	check $? "$1: tar lists other things: $(diff list-in list-out | head -n 3)"
	if command -v bsdtar >/dev/null; then
		bsdtar -tvf "$1" >list-in 2>/dev/null
		bsdtar -tvf out.tar >list-out 2>/dev/null
		cmp -s list-in list-out
		check $? "$1: bsdtar lists other things"
	fi
}

# records: "NAME VALUE" of security.ima in out.tar, by another reader
records()
{
	python3 - <<-'END'
		import tarfile
		key = "SCHILY.xattr.security.ima"
		with tarfile.open("out.tar", errors="surrogateescape") as t:
		    for m in t:
		        v = m.pax_headers.get(key)
		        if v is not None:
		            v = v.encode("utf-8", "surrogateescape")
		            if not set(m.name) & set(" \n"):
		                print(m.name, v.hex())
	END
}

# each file of the archive signed well, as evmctl sees it
judge_archive()
{
	rm -rf unpacked
	mkdir unpacked
	tar -xf out.tar -C unpacked 2>/dev/null
	records >signed
	n=0
	while read -r name hex; do
		[ ${#hex} -gt 500 ] || continue
		n=$((n + 1))
		echo "$hex" | unhex >"unpacked/$name.sig"
		evmctl ima_verify --sigfile --key rsa.der "unpacked/$name" >verified 2>&1
		check $? "$1: evmctl on $name: $(cat verified)"
	done <signed
	[ "$n" -ge "$2" ]
	check $? "$1: $n files with a signature, not $2"
}

stuff
for format in gnu posix ustar v7; do
	case $format in
	ustar | v7) names="one hard soft empty big other.sig" ;;
	*) names="-S ." ;;
	esac
	# shellcheck disable=SC2086
	tar --format=$format -cf "$format.tar" -C stuff $names
done
for version in 0.0 0.1 1.0; do
	tar --format=posix --sparse-version=$version -S -cf sparse-$version.tar \
		-C stuff sparse one
done
tar --format=posix --xattrs -czf xattrs.tar -C stuff . 2>/dev/null
xz -k -c gnu.tar >xz.tar
gzip -c posix.tar >gzip.tar
git init -q repo && (
	cd repo && echo text >file && git add file &&
		git -c user.name=t -c user.email=t@t commit -qm one &&
		git archive --format=tar -o ../git.tar HEAD
)
for archive in gnu posix ustar v7 xz gzip xattrs git sparse-0.0 sparse-0.1 sparse-1.0; do
	run tar --key rsa.pem $archive.tar out.tar
	gives 0 "0 signed before" "tar $archive"
	same $archive.tar
	case $archive in
	gnu | posix | xz | gzip | xattrs) judge_archive $archive 5 ;;
	ustar | v7) judge_archive $archive 3 ;;
	sparse*) judge_archive $archive 2 ;;
	git) judge_archive $archive 1 ;;
	esac
	mv out.tar signed-$archive.tar
	run tar --key rsa.pem signed-$archive.tar out.tar
	gives 0 " 0 signed, [1-9]" "tar $archive again"
	case $archive in
	xz | gzip | xattrs) ;;
	*)
		cmp -s signed-$archive.tar out.tar
		check $? "tar $archive again: another archive"
		;;
	esac
done
[ "$(od -An -tx1 -N 3 signed-xz.tar | tr -d ' ')" = fd377a ]
check $? "what was compressed is not any more"
tar -tf signed-git.tar >/dev/null && grep -a -q 'comment=' signed-git.tar
check $? "the commit that git archive wrote down is lost"
"$imapolc" tar -q --key rsa.pem - - <posix.tar >piped.tar 2>err
check $? "from and to a pipe"
cmp -s piped.tar signed-posix.tar
check $? "through a pipe: another archive"

# behind the end of an archive no file is signed, and that is said
cat posix.tar ustar.tar >two.tar
run tar --key rsa.pem two.tar out.tar
gives 0 "two.tar: warning: something stands behind the end" "two archives in one file"

# what is no archive, or a damaged one, makes none
rm -f none.tar
echo file | cpio -o -H newc >an.cpio 2>/dev/null
run tar --key rsa.pem an.cpio none.tar
gives 2 "imapol-sign apply" "a cpio archive"
: >nothing.tar
run tar --key rsa.pem nothing.tar none.tar
gives 2 "empty" "an empty file"
run tar --key rsa.pem no.tar none.tar
gives 2 "no.tar: .*: No such file or directory" "no archive"
"$imapolc" tar --key rsa.pem posix.tar - >/dev/full 2>err
status=$?
gives 2 "No space left on device" "a full disk"
for at in 300 700 5000; do
	head -c $at posix.tar >cut.tar
	run tar --key rsa.pem cut.tar none.tar
	gives 2 "cut short" "an archive of $at bytes"
done
head -c 100000 xz.tar | head -c 3000 >cut.tar
run tar --key rsa.pem cut.tar none.tar
gives 2 "cut.tar: " "a compressed archive that is cut"
cp posix.tar broken.tar
printf 'Z' | dd of=broken.tar bs=1 seek=20 conv=notrunc 2>/dev/null
run tar --key rsa.pem broken.tar none.tar
gives 2 "tar" "a header that is damaged"
[ ! -e none.tar ] && [ -z "$(find . -maxdepth 1 -name 'none.tar*')" ]
check $? "an archive that is not whole is left behind"

# Damage anywhere gives another archive, or a message, never a crash. The seed is
# fixed; TAR_MUTANTS of them are tried, a part of each kind of archive.
cat >mutate.py <<'end'
import random, sys
source, seed = sys.argv[1], int(sys.argv[2])
data = bytearray(open(source, "rb").read())
r = random.Random(seed)
def set_sum(at):
    data[at + 148:at + 156] = b" " * 8
    data[at + 148:at + 156] = b"%06o\0 " % sum(data[at:at + 512])
for i in range(r.randint(1, 4)):
    kind = r.randint(0, 3)
    at = 512 * r.randrange(len(data) // 512)
    if kind == 0:
        data[at + r.randrange(512)] = r.randrange(256)
    elif kind == 1:
        # the fields that matter, with a sum that is right
        n = r.choice([0, 124, 130, 156, 257, 345, 386, 398, 482, 483])
        for k in range(r.randint(1, 12)):
            data[min(at + n + k, len(data) - 1)] = r.choice(b"\0 017\x80\xffSxLg1")
        set_sum(at)
    elif kind == 2:
        del data[at:at + r.randint(1, 1024)]
    else:
        data[at:at] = data[512 * r.randrange(len(data) // 512):][:512]
    if len(data) < 1024:
        break
sys.stdout.buffer.write(data)
end
rm -f stuff/big
for format in gnu posix; do
	tar --format=$format -S -cf small-$format.tar -C stuff .
done
tar --format=posix --sparse-version=0.1 -S -cf small-0.1.tar -C stuff .
crashed=
i=0
while [ $i -lt "${TAR_MUTANTS:-90}" ]; do
	for kind in gnu posix 0.1; do
		python3 mutate.py small-$kind.tar $i >mutant.tar
		timeout 60 "$imapolc" tar -q --key rsa.pem mutant.tar none.tar 2>err
		status=$?
		case $status in
		0 | 2) ;;
		*) crashed="$crashed $kind:$i($status)" ;;
		esac
		rm -f none.tar
	done
	i=$((i + 3))
done
[ -z "$crashed" ]
check $? "damaged archives that end otherwise:$crashed"
