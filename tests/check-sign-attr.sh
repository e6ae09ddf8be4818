# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# Part of check-sign.sh: security.ima itself.

# ---- signing, and that nothing else of a file moves ----
tree
stat -c '%n %s %Y %y %a %u' tree/a/one tree/empty >before
run --key ec.pem -j 2 tree
says 0 "5 signed, 1 signed before, 0 not"
stat -c '%n %s %Y %y %a %u' tree/a/one tree/empty >after
cmp -s before after
check $? "size, mode or mtime of a file moved"
[ "$(attr /etc/passwd)" = 0 ] && [ "$(attr tree/a/other.sig)" = 0 ]
check $? "signed through a link, or a signature"
for f in tree/a/one tree/a/b/two tree/empty; do
	evmctl ima_verify --key ec.der "$f" >verified 2>&1
	check $? "evmctl on $f: $(cat verified)"
done
evmctl ima_sign -a sha512 --key "$tmp/rsa.pem" tree/a/one >/dev/null 2>&1
run verify --keys rsa.crt --keys ec.crt tree
says 0 "6 good, 0 not"
run verify --keys ec.crt tree
says 1 "4 good, 2 not"
grep -q 'no key has the id' err
check $? "verify does not say which key is missing"
run --key ec.pem -j 2 tree
says 0 "1 signed, 5 signed before"
find tree -exec stat -c '%n %y %z' {} + >before
run --key ec.pem -j 2 tree
says 0 "0 signed, 6 signed before"
find tree -exec stat -c '%n %y %z' {} + >after
cmp -s before after
check $? "signed already, and something moved: $(diff before after)"

# a file that is signed by many names at a time
mkdir many
echo many >many/0
i=1
while [ $i -le 60 ]; do
	ln many/0 many/$i
	i=$((i + 1))
done
run --key ec.pem -j 8 many many many
says 0 "1 signed, 182 signed before, 0 not"

# ---- there and back ----
echo other >tree/a/other.sig
run detach tree
says 0 "6 detached, 0 detached before, 0 not"
was=$(seal tree/a/one)
find tree -type f -exec setfattr -x security.ima {} + 2>/dev/null
[ "$(attr tree/a/one)" = 0 ]
check $? "the attribute was not taken off"
run apply --keys ec.crt tree
says 0 "5 applied, 1 applied before, 0 not"
[ "$(seal tree/a/one)" = "$was" ]
check $? "apply sets another signature"
run apply tree/a/b/two tree/a/one.sig
says 0 "0 applied, 2 applied before"
echo more >>tree/a/b/two
run apply --keys ec.crt tree
says 1 "0 applied, 5 applied before, 1 not"
run apply --keys rsa.crt tree
says 1 "0 applied, 0 applied before, 6 not"
head -c 20 tree/empty.sig >short.sig
cp short.sig tree/empty.sig
run apply tree
says 1 "0 applied, 5 applied before, 1 not"
run apply tree/a/other
gives 1 "No such file" "a signature without its file"
cp tree/a/other.sig tree/a/one.sig
run apply tree/a/one
gives 1 "no signature of IMA's" "what another program calls .sig"
run detach probe
gives 1 "is no signature" "an attribute that is no signature"
echo nothing >nothing
run detach nothing
gives 1 "there is no security.ima" "no attribute"
run verify --keys ec.crt nothing
gives 1 "nothing: " "verify without an attribute"

# ---- what stands in the way ----
if unshare -m true 2>/dev/null; then
	tree
	mkdir -p mnt
	cat >blocked.sh <<-'END'
		sign=$1
		mount -t ramfs none mnt && cp tree/a/one mnt/ramfs &&
			"$sign" --key ec.pem mnt/ramfs 2>err-ramfs
		echo $? >status-ramfs
		mount --bind tree tree && mount -o remount,ro,bind tree
		"$sign" --key ec.pem --detached tree/a/one 2>err-ro-sig
		echo $? >status-ro-sig
		"$sign" --key ec.pem tree/a/one 2>err-ro
		echo $? >status-ro
		head -c 100000 /dev/urandom >random
		tar -cf random.tar random
		mount -t tmpfs -o size=64k none mnt
		"$sign" tar --key ec.pem random.tar mnt/out.tar 2>err-small
		status=$?
		[ -z "$(ls mnt)" ] && [ $status = 2 ] && status=1
		echo $status >status-small
	END
	unshare -m sh blocked.sh "$imapolc"
	for case in 'ramfs|keeps no such attribute; --detached' 'ro|Read-only file system' \
		'small|mnt/out.tar: ' \
		'ro-sig|one.sig: Read-only file system'; do
		[ "$(cat status-"${case%%|*}")" = 1 ] &&
			grep -q "${case#*|}" err-"${case%%|*}"
		check $? "${case%%|*}: $(cat err-"${case%%|*}")"
	done
else
	echo "SKIP: nothing can be mounted here"
fi
if chattr +i tree/empty 2>/dev/null; then
	run --key ec.pem tree/empty tree/a/one
	says 1 "1 signed, 0 signed before, 1 not"
	grep -q 'tree/empty: .*immutable: chattr -i' err
	check $? "an immutable file: no remedy"
	chattr -i tree/empty
fi
if command -v setpriv >/dev/null; then
	chmod 755 . && chmod 777 tree/a
	cp "$imapolc" sign-copy
	cp ec.pem ec-open.pem
	chmod 644 ec-open.pem
	echo new >tree/a/theirs
	chown 65534 tree/a/theirs
	setpriv --reuid 65534 --clear-groups ./sign-copy --key ec-open.pem tree/a/theirs 2>err
	status=$?
	gives 1 "root's CAP_SYS_ADMIN; without it, --detached" "signing without privilege"
	setpriv --reuid 65534 --clear-groups ./sign-copy --key ec-open.pem --detached tree/a/theirs 2>err
	status=$?
	says 0 "1 signed"
	tar -cf theirs.tar tree/a/theirs
	chmod 777 .
	setpriv --reuid 65534 --clear-groups ./sign-copy tar --key ec-open.pem theirs.tar theirs-signed.tar 2>err
	status=$?
	says 0 "1 signed"
	chmod 755 .
fi

# another user's files in a tree of ours
mkdir mixed
for f in mine theirs group; do
	echo $f >mixed/$f
done
chown 65534 mixed/theirs
chmod 660 mixed/group
run --key ec.pem --skip-exposed mixed
says 0 "1 signed, 0 signed before, 0 not"
[ "$(attr mixed/mine) $(attr mixed/theirs) $(attr mixed/group)" = "1 0 0" ] &&
	grep -q 'mixed/theirs: warning: not signed' err && grep -q 'mixed/group: warning: not signed' err
check $? "files that somebody else may write to"

# a file that is written to all the time is said to be; where both were not at work at
# the same time, it is signed, and that says nothing
head -c 3000000 /dev/urandom >busy
(
	while [ ! -e enough ]; do
		echo more >>busy
	done
) &
writer=$!
tries=0
status=0
while [ "$status" = 0 ] && [ $tries -lt 20 ]; do
	run --key ec.pem busy
	tries=$((tries + 1))
done
: >enough
wait $writer
[ "$status" = 1 ] && grep -q 'changed while it was signed' err
check $? "a file that changes while it is signed: status $status"

# a signal ends it, and says so
mkdir slow
truncate -s 1T slow/hole
"$imapolc" --key ec.pem -j 1 slow file 2>err &
signer=$!
sleep 0.3
grep -q 'core file size  *0  *0 ' /proc/$signer/limits
check $? "a crash writes the key into a file: $(grep core /proc/$signer/limits)"
kill -INT $signer
wait $signer
status=$?
gives 1 "interrupted" "SIGINT in a file of a terabyte"
tar --format=posix -S -cf slow.tar slow
"$imapolc" tar --key ec.pem slow.tar slow-signed.tar 2>err &
signer=$!
sleep 0.5
kill -TERM $signer
wait $signer
status=$?
gives 2 "slow/hole: not signed: interrupted" "SIGTERM in an archive"
[ -z "$(find . -name 'slow-signed*')" ]
check $? "half an archive is left behind"
rm -rf slow

# ---- archives: tar and bsdtar set it ----
stuff
tar --format=posix --xattrs -S -cf in.tar -C stuff . 2>/dev/null
run tar --key rsa.pem in.tar out.tar
gives 0 "signed" "an archive to unpack"
for tool in tar bsdtar; do
	command -v $tool >/dev/null || continue
	rm -rf unpacked
	mkdir unpacked
	case $tool in
	tar) tar --xattrs --xattrs-include='*' -xf out.tar -C unpacked ;;
	bsdtar) bsdtar --xattrs -xpf out.tar -C unpacked ;;
	esac >unpack.log 2>&1
	run verify --keys rsa.crt unpacked
	says 0 "[0-9]* good, 0 not"
	[ "$(attr unpacked/one)" = 1 ] &&
		getfattr -n user.note unpacked/one 2>/dev/null | grep -q kept
	check $? "$tool: attributes of a file"
	evmctl ima_verify --key rsa.der unpacked/sparse >verified 2>&1
	check $? "evmctl on a sparse file by $tool: $(cat verified)"
done

# ---- fs-verity, on a file system that has it ----
if truncate -s 8M ext4.img && mkfs.ext4 -q -O verity ext4.img 2>/dev/null &&
	unshare -m sh -c 'mount -o loop ext4.img mnt' 2>/dev/null; then
	cat >verity.sh <<-'END'
		sign=$1
		mount -o loop ext4.img mnt || exit 9
		head -c 100000 /dev/urandom >mnt/file
		cp mnt/file mnt/plain
		"$sign" --key ec.pem --enable-verity mnt/file 2>err-on
		echo $? >status-on
		"$sign" --key ec.pem --enable-verity mnt/file 2>err-again
		echo $? >status-again
		"$sign" verify --keys ec.crt mnt/file 2>err-verify
		echo $? >status-verify
		fsverity measure mnt/file >measured 2>&1
		fsverity digest --compact mnt/plain >digest
		getfattr --only-values -n security.ima mnt/file | od -An -v -tx1 -N 3 >seal
		i=0
		while [ $i -lt 20 ]; do
			echo $i >mnt/e$i
			i=$((i + 1))
		done
		dd if=/dev/zero of=mnt/fill bs=64k 2>/dev/null
		dd if=/dev/zero bs=1k >>mnt/fill 2>/dev/null
		"$sign" --key rsa3.pem mnt/e* 2>err-full
		echo $? >status-full
	END
	unshare -m sh verity.sh "$imapolc" 2>/dev/null
	if [ "$(cat status-on)" = 0 ]; then
		[ "$(cat status-again)" = 0 ] && grep -q '1 signed before' err-again &&
			[ "$(cat status-verify)" = 0 ]
		check $? "fs-verity: $(cat err-on err-again err-verify)"
		grep -q "$(cat digest)" measured && [ "$(tr -d ' \n' <seal)" = 060304 ]
		check $? "fs-verity: $(cat measured seal)"
	else
		grep -q 'fs-verity: ' err-on
		check $? "a kernel without fs-verity: $(cat err-on)"
	fi
	[ "$(cat status-full)" = 1 ] && grep -q 'No space left on device: no room' err-full
	check $? "a full file system: $(head -n 2 err-full)"
else
	echo "SKIP: no ext4 image can be mounted here"
fi
