#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# seals.sh [bless]: what booted kernels make of security.ima: each kind of key with each hash, digests by each hash, and
# values that are odd, on files with and without content and with fs-verity, each under what a policy can ask for. The
# answers are those of seals.tsv, and what sealcheck says of the same bytes has to fit them. With "bless" seals.tsv is
# written anew, for a person to look at the difference.
# Environment:
#   SEALS_JUDGE   tests/live/seals_judge (needed)
#   LIVE_KERNELS, LIVE_DIR, LIVE_JOBS   as run.sh
# Prints TAP. Exit 0: all as it should be; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
. "$here/seals-values.sh"

kernels=${LIVE_KERNELS:-6.1 6.12}
seals_judge=${SEALS_JUDGE:?names no seals_judge}
bless=${1-}
made=$LIVE_DIR/seals
export LIVE_TPM=no

# What a file has to meet follows from its owner.
make_policy() {
	cat <<-EOF
		appraise func=BPRM_CHECK fowner=901
		appraise func=BPRM_CHECK fowner=902 appraise_type=imasig
		appraise func=BPRM_CHECK fowner=903 digest_type=verity appraise_type=sigv3
		measure func=BPRM_CHECK fowner=904 digest_type=verity
		appraise func=BPRM_CHECK fowner=904
	EOF
}

owner_of() {
	case $1 in
	any) echo 901 ;; imasig) echo 902 ;; sigv3) echo 903 ;; leaked) echo 904 ;;
	esac
}

# Each value under each of its requirements: N REQUIREMENT FILE
each_try() {
	cut -f 1-3 "$made/list" | while IFS='	' read -r n file under; do
		for requirement in $(echo "$under" | tr , ' '); do
			echo "$n $requirement $file"
		done
	done
}

# The files lie on a disk whose attributes no kernel has looked at: setxattr() refuses some of them, which is tried with
# another file.
make_disk() {
	rm -rf "$made/tree"
	mkdir "$made/tree"
	each_try >"$made/tries"
	grep -v ' setxattr ' "$made/tries" | while read -r n requirement file; do
		cp "$made/contents/$file" "$made/tree/$n.$requirement"
		chmod 755 "$made/tree/$n.$requirement"
		echo "set_inode_field /$n.$requirement uid $(owner_of "$requirement")"
		[ ! -f "$made/values/$n" ] || echo "ea_set -f $made/values/$n /$n.$requirement security.ima"
	done >"$made/debugfs"
	rm -f "$made/disk"
	truncate -s 64M "$made/disk"
	mke2fs -q -t ext4 -O ^has_journal,verity -b 4096 -I 256 -N 4096 -d "$made/tree" "$made/disk"
	debugfs -w -f "$made/debugfs" "$made/disk" >"$made/debugfs.log" 2>&1
	! grep -v -e '^debugfs' "$made/debugfs.log"
}

# Modules that a kernel loads by itself where it can, which is not in this guest, and the options they are of.
modules='md4 rmd160 sha512_generic sha512 wp512 streebog_generic sha3_generic'

option_of() {
	case $1 in
	md4) echo CRYPTO_MD4 ;; rmd160) echo CRYPTO_RMD160 ;; sha512_generic | sha512) echo CRYPTO_SHA512 ;;
	wp512) echo CRYPTO_WP512 ;; streebog_generic) echo CRYPTO_STREEBOG ;; sha3_generic) echo CRYPTO_SHA3 ;;
	esac
}

# those that this kernel has
its_modules() {
	for module in $modules; do
		[ ! -f "$LIVE_DIR/kernel-$release/modules/$module.ko" ] || echo "$module"
	done
}

# make_plan MODULE...: with these loaded
make_plan() {
	for module; do
		echo "module /t/modules/$module.ko"
	done
	echo "mount d0 /m"
	sed -n '/ setxattr /d; s/^\([0-9]*\) \([a-z0-9]*\) verity-\([a-z0-9]*\)$/verity \1.\2 \/m\/\1.\2 \3/p' "$made/tries"
	sed '1s|.*|key /t/keys/&.der|; 1!s|.*|add & /t/keys/&.der|' "$made/keys/list"
	sed -n 's|^\([0-9]*\) setxattr .*|seal \1.setxattr /t/sealed /t/values/\1|p' "$made/tries"
	echo "audit"
	echo "run load /bin/imapol-load /t/policy"
	sed '/ setxattr /d; s|^\([0-9]*\) \([a-z0-9]*\) .*|run \1.\2 /m/\1.\2|' "$made/tries"
	echo "audited"
}

# make_boot NAME MODULE...
make_boot() {
	boot=$work/$1
	shift
	mkdir -p "$boot/in/t/keys" "$boot/in/t/modules"
	cp -R "$made/values" "$boot/in/t/"
	cp "$made/keys"/*.der "$boot/in/t/keys/"
	for module; do
		cp "$LIVE_DIR/kernel-$release/modules/$module.ko" "$boot/in/t/modules/"
	done
	: >"$boot/in/t/sealed"
	make_policy >"$boot/in/t/policy"
	make_plan "$@" >"$boot/in/t/plan"
	echo "$made/disk" >"$boot/disks"
	pack "$boot" integrity
}

# A guest in which the kernel can load a module when it wants one: of a hash that is one on every kernel here.
asked='digest-ng, rmd160'

make_asking() {
	boot=$work/asking
	n=$(awk -F '\t' -v text="$asked" '$4 == text { print $1 }' "$made/list")
	mkdir -p "$boot/in/t" "$boot/in/sbin"
	cp "$LIVE_DIR/kernel-$release/modules/rmd160.ko" "$boot/in/t/"
	cat >"$boot/in/sbin/modprobe" <<-\EOF
		#!/bin/sh
		case "$*" in
		*crypto-rmd160) exec /bin/busybox insmod /t/rmd160.ko ;;
		esac
	EOF
	chmod 755 "$boot/in/sbin/modprobe"
	make_policy >"$boot/in/t/policy"
	printf '%s\n' "mount d0 /m" "run load /bin/imapol-load /t/policy" "run asked /m/$n.any" >"$boot/in/t/plan"
	echo "$made/disk" >"$boot/disks"
	pack "$boot" integrity
}

# make_column NAME MODULE...: the answers of that boot
make_column() {
	boot=$work/$1
	shift
	options=$(for module; do option_of "$module"; done | paste -s -d , -)
	"$seals_judge" "$release" "$(kernel_config "$release")" "${options:--}" "$made" >"$boot/judged"
	awk -f "$here/seals-column.awk" "$made/list" "$boot/judged" "$boot/out.log" "$made/tries" >"$boot/column"
}

# Where a policy asks for nothing but what sealcheck looks at, it may not say good of what the kernel refuses, and not be
# stricter but where libcrypto does not have a hash or is more exact with DER.
fits() {
	awk -F '\t' '
	$5 == "-" { next }
	$5 !~ /^[a-z-]+\/./ {
		print "# no answer: " $1 ": " $5
		wrong++
	}
	($2 ~ /^(plain|hollow)$/ && $4 !~ /^verity/ && ($3 == "any" || ($3 == "imasig" && $4 ~ /^signature/))) ||
	($2 ~ /^verity/ && $4 ~ /^verity/ && $3 == "sigv3") {
		split($5, w, "/")
		n++
		if (w[1] == "maybe")
			next
		if (w[1] != "good" && w[2] == "pass" &&
		    $1 ~ /^(digest-ng, (md4|wp512)|signature, EC-P-256, 1 byte behind it, size right)$/)
			next
		if ((w[1] == "good") != (w[2] == "pass")) {
			print (w[1] == "good" ? "# wrong: " : "# stricter: ") $1 ": " $5
			wrong++
		}
	}
	$3 == "keyring" && ($5 ~ /^yes/) != ($5 ~ /pass$/) {
		print "# wrong: " $1 ": " $5
		wrong++
	}
	END { exit wrong > 0 || n < 200 }' "$1"
}

run_kernel() {
	release=$1
	started=$(date +%s)
	image=$(kernel_image "$release")
	work=$LIVE_DIR/seals-$release
	rm -rf "$work"
	make_boot bare
	# shellcheck disable=SC2046 # names of modules
	make_boot modules $(its_modules)
	make_asking
	boot_all "$work"
	for name in asking bare modules; do
		judge "$release, $name: the boot ends by itself" booted "$work/$name"
	done
	judge "$release: the kernel loads the module of a hash when a file needs it" said "$work/asking" "run asked exit 0"
	make_column bare
	# shellcheck disable=SC2046 # names of modules
	make_column modules $(its_modules)
	for name in bare modules; do
		judge "$release, $name: sealcheck says good of nothing that the kernel refuses" fits "$work/$name/column"
		[ -z "$bless" ] || continue
		judge "$release, $name: the answers are those of seals.tsv" same_column "$work/$name/column" "$release $name"
	done
	echo "# $release: $(($(date +%s) - started)) seconds"
}

# the column of the table with that name, as a file of its own
table_column() {
	awk -F '\t' -v OFS='\t' -v name="$1" '
	/^# value/ { for (i = 5; i <= NF; i++) if ($i == name) at = i }
	/^#/ { next }
	at { print $1, $2, $3, $4, $at }' "$here/seals.tsv"
}

same_column() {
	table_column "$2" | diff - "$1" >"$1.diff" || {
		head -n 20 "$1.diff" | sed 's/^/# /'
		return 1
	}
}

# The table of all kernels that were booted.
write_table() {
	printf '# SPDX-License-Identifier: GPL-2.0-only\n'
	sed -n 's/^#: /# /p' "$here/seals.sh"
	printf '# value\tfile\trequirement\tkind'
	for release in $kernels; do
		printf '\t%s bare\t%s modules' "$release" "$release"
	done
	echo
	set --
	for release in $kernels; do
		for name in bare modules; do
			cut -f 5 "$LIVE_DIR/seals-$release/$name/column" >"$LIVE_DIR/seals-$release/$name/cells"
			set -- "$@" "$LIVE_DIR/seals-$release/$name/cells"
		done
	done
	cut -f 1-4 "$LIVE_DIR/seals-$release/bare/column" | paste - "$@"
}

#: What booted kernels make of security.ima, as tests/live/seals.sh has seen it, which also writes this table.
#:
#: value        what it is; the words are those of tests/live/seals-values.sh
#: file         what it is put on: plain and hollow are files with and without content, the others have fs-verity
#: requirement  of the policy, at BPRM_CHECK: any (appraise), imasig, sigv3 (digest_type=verity appraise_type=sigv3), leaked
#:              (appraise, and a measure rule with digest_type=verity that matches as well); setxattr: whether the kernel
#:              lets it be written; keyring: whether it takes the key
#: kind         as imaxattr_read() sees it, with the version of a signature
#: then, for each kernel, as it boots and with its modules of hashes loaded: what sealcheck says, a slash, and what the
#: kernel does: pass, or the causes of its records; -: there is no such file on it. Under sigv3 and leaked IMA looks at
#: the fs-verity digest where there is one, else at the content; sealcheck goes by the kind of the value, so the few that
#: are of the other digest come out worse than they are.

need_tools qemu-system-x86_64 cpio busybox openssl dpkg-deb apt-get xz mke2fs debugfs fsverity
make_base "$LIVE_DIR/base" "${IMAPOL_LOAD:?names no imapol-load}"
make_values
make_disk
for release in $kernels; do
	run_kernel "$release"
done
[ -z "$bless" ] || write_table >"$here/seals.tsv"
conclude
