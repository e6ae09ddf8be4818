#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# paths.sh: holds policies about paths against Debian's own kernels and SELinux policy, enforcing. The guest's root is
# an ext4 file system at its real paths, labelled by the real setfiles with Debian's file contexts. Environment:
#   IMAPOLC       the compiler (needed)
#   IMAPOL_LOAD   the loader (needed)
#   PATHS_DB      where tests/paths/debian-db.sh builds or has built its files, default LIVE_DIR/debian.db
#   LIVE_KERNELS, LIVE_DIR, LIVE_JOBS, srcdir: as in run.sh
# Prints TAP and, for each kernel, a summary. Exit 0: all is as the compiler said; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"
. "$here/paths-plans.sh"

kernels=${LIVE_KERNELS:-6.1 6.12}
compiler=${IMAPOLC:?names no imapolc}
loader=${IMAPOL_LOAD:?names no imapol-load}
# what a boot may take; the slowest takes a fifth of it on a quiet machine
LIVE_TIMEOUT=${LIVE_TIMEOUT:-90}
LIVE_TPM=no
export LIVE_TIMEOUT LIVE_TPM

python=/usr/bin/python3 # Debian's, which has semanage's modules
own_contexts=etc/selinux/default/contexts/files/file_contexts.local
tagged="flashers scripts globs" # the policies with tags
files=2000
registers=24 # of a TPM: so many globs are judged before the file system is mounted anew
own_uuid=2c7d2b9e-8f0e-4b0b-9d53-60fd0a4fbd21
other_uuid=9a1c0c52-51cf-4fb9-8fd5-c8a1f4a1e7b3

# translate NAME COMMAND...: COMMAND with the options and the source of the policy NAME: the project's own sample of
# kernel lines with paths, or one of those here
translate() {
	named=$1
	shift
	case $named in
	scripts) set -- "$@" --profile debian-12-selinux --tag-paths "$srcdir/policies/script-integrity/script-integrity.ima" ;;
	*) set -- "$@" -Wno-pcr-reserved "$work/$named.imapol" ;;
	esac
	"$@"
}

# compile NAME RELEASE OUT [MOUNTS]: the lines of the policy NAME
compile() {
	translate "$1" "$compiler" --kernel "$2" --root "$work/tree" --mounts "${4:-$work/mounts}" -o "$3" 2>"$3.messages"
}

# The number, kind, glob and expression of each glob that is judged file by file.
globs() {
	awk -F '\t' '!/^#/ { print ++n "\t" $0 }' "$here/paths/globs"
}

# A policy with a statement for each glob: user 1000 + N reads the files of glob N, into a register of its own.
globs_policy() {
	echo 'target selinux, libselinux 3.4;'
	globs | awk -F '\t' -v registers=$registers '
	$2 == "tag" { print "tag g" $1 " = path \"" $3 "\";" }
	{ files[$1] = $2 == "tag" ? "g" $1 : "path \"" $3 "\""; how[$1] = $2 }
	END {
		for (i = 1; i <= NR; i++)
			print "measure read of " files[i] " by uid " 1000 + i " pcr " (i - 1) % registers \
				(how[i] == "tag" ? "" : " allowing wider") \
				(how[i] == "holes" ? " allowing unlabelled" : "") ";"
	}'
}

# What the compiler says of each label of each glob that has no tag, behind the glob's number.
verdicts() {
	globs | awk -F '\t' '$2 != "tag"' >"$work/untagged"
	cut -f 3 "$work/untagged" | tr '\n' '\0' |
		xargs -0 "$compiler" paths --all --root "$work/tree" --libselinux 3.4 >"$work/verdicts.out"
	awk -F '\t' '
	FNR == NR { n[FNR] = $1; glob[FNR] = $3; next }
	/^[^ ]/ { i++; if (index($0, glob[i] ": ") != 1) exit 1 }
	$2 ~ /^inside / { sub(/^  /, ""); print n[i] "\t" $0 }' "$work/untagged" "$work/verdicts.out"
}

# Debian's policy with what the tags of all policies here need, in $work/root: what semodule does, for another root.
add_tags() {
	mkdir "$work/modules"
	set --
	for name in $tagged; do
		translate "$name" "$compiler" labels --kernel "${kernels%% *}" --root "$work/tree" -o "$work/$name.labels"
		cp "$work/$name.labels/imapol_tags.cil" "$work/modules/tags_$name.cil"
		set -- "$@" -i "$work/modules/tags_$name.cil"
	done
	cp -a "$store" "$work/root"
	semodule -p "$work/root" -s default -n -X 400 "$@"
}

# import ROOT FILE: semanage's commands in FILE
import() {
	"$python" "$here/semanage-import.py" "$1" "$2" >>"$work/semanage.log" 2>&1 || {
		cat "$work/semanage.log"
		return 1
	}
	# the store does not validate when it is built for a test
	setfiles -c "$1/etc/selinux/default/policy/policy.33" "$1/$own_contexts"
}

# The lines that semanage has put in place below $1, as the compiler spells them.
own_lines() {
	sed -n '/^[^#]/s/ -- /	--	/p' "$1/$own_contexts"
}

# The same with the file contexts of the policy NAME, in $work/NAME.root: what semanage does.
add_labels() {
	cp -a "$work/root" "$work/$1.root"
	import "$work/$1.root" "$work/$1.labels/imapol_tags.semanage"
	cp -a "$work/$1.root" "$work/$1.removed"
	import "$work/$1.removed" "$work/$1.labels/imapol_tags.remove"
}

# make_image NAME DIR [OPTION...]: the files in DIR as an ext4 file system
make_image() {
	image_of=$1
	from=$2
	shift 2
	rm -f "$work/$image_of.img"
	mke2fs -q -t ext4 -O ^has_journal -E root_owner=0:0 "$@" -d "$from" "$work/$image_of.img" 32M >/dev/null
}

# The root of the guest for the policy NAME, in $work/NAME.tree.
tree_of() {
	tree=$work/$1.tree
	cp -a "$work/tree" "$tree"
	rm -rf "$tree/etc/selinux/default"
	cp -a "$work/$1.root/etc/selinux/default" "$tree/etc/selinux/default"
	mkdir -p "$tree/etc/ima" "$tree/var/lib/imapol"
	cp "$work/$1.labels/relabel.sh" "$tree/var/lib/imapol/" # where apply.sh puts it
}

scripts_into() {
	folder=$1
	shift
	mkdir -p "$folder"
	for file; do
		script "$file" >"$folder/$file"
		chmod 755 "$folder/$file"
	done
}

# signed_into TREE FILE...: the FILEs of TREE are what has been signed
signed_into() {
	top=$1
	shift
	for file; do
		cp "$keys/right-script" "$top$file"
		chmod 755 "$top$file"
	done
}

# What is run and copied in the guest's tree, besides what is judged.
helpers_into() {
	scripts_into "$1/opt" new
	mkdir -p "$1/opt/bin"
	# what an editor does on saving
	printf '#!/bin/sh\ncat /opt/new >"$1.new" && chmod 755 "$1.new" && mv -f "$1.new" "$1"\n' >"$1/opt/bin/edit"
	# from a shell: the policy has its transition to setfiles_t there, and lets programs of any type start
	printf '#!/bin/sh\nexec "$@"\n' >"$1/opt/bin/start"
	chmod 755 "$1"/opt/bin/*
}

prepare_flashers() {
	tree_of flashers
	helpers_into "$tree"
	scripts_into "$tree/usr/local/bin" flash_unsigned flash_tampered flash_moved other flas reflash_a
	scripts_into "$tree/usr/local/bin/old" flash_deep
	scripts_into "$tree/usr/local/sbin" flash_sbin
	scripts_into "$tree/usr/lib" moved
	signed_into "$tree" /usr/local/bin/flash_signed /usr/local/bin/flash_edited /usr/local/bin/flash_over
	cp "$keys/wrong-script" "$tree/usr/local/bin/flash_wrong"
	chmod 755 "$tree/usr/local/bin/flash_wrong"
	make_image flashers "$tree"
}

prepare_scripts() {
	tree_of scripts
	helpers_into "$tree"
	scripts_into "$tree/usr/local/bin" unsigned tampered
	scripts_into "$tree/usr/local/bin/old" deep
	scripts_into "$tree/usr/bin" plain quiet
	scripts_into "$tree/etc/flowspec" spec tampered
	scripts_into "$tree/etc/flowspec/old" deep
	scripts_into "$tree/etc" flowspec.conf
	signed_into "$tree" /usr/local/bin/signed /etc/flowspec/signed
	make_image scripts "$tree"
}

prepare_globs() {
	tree_of globs
	awk -F '\t' '{ for (i = 3; i <= 4; i++) if (sub(/^(inside|outside) /, "", $i)) print $i }' \
		"$work/verdicts" >"$work/witnesses"
	"$here/mk-sample.sh" $files "$work/tree" "$store/etc/selinux/default/contexts/files/file_contexts" \
		"$work/witnesses" >"$work/sample"
	sed 's|/[^/]*$||; s|^|'"$tree"'|' "$work/sample" | sort -u | tr '\n' '\0' | xargs -0 mkdir -p
	sed 's|^|'"$tree"'|' "$work/sample" | tr '\n' '\0' | xargs -0 touch
	make_image globs "$tree" -N 6000
	labels_of "$store" "$work/sample" "$work/witnesses" >"$work/before"
	labels_of "$work/globs.root" "$work/sample" "$work/witnesses" >"$work/after"
}

prepare_own() {
	for name in own other; do
		rm -rf "$work/$name.tree"
		scripts_into "$work/$name.tree" unsigned tampered plain
		scripts_into "$work/$name.tree/deep" plain
		signed_into "$work/$name.tree" /signed
	done
	make_image own "$work/own.tree" -U $own_uuid
	make_image other "$work/other.tree" -U $other_uuid
}

# What is the same for all kernels.
prepare() {
	debian=${PATHS_DB:-$LIVE_DIR/debian.db}
	sh "$srcdir/tests/paths/debian-db.sh" "$debian" >"$LIVE_DIR/debian.log" 2>&1 || {
		cat "$LIVE_DIR/debian.log" >&2
		skip "no SELinux policy of Debian"
	}
	store=$debian/root
	work=$LIVE_DIR/paths
	rm -rf "$work"
	mkdir -p "$work"
	cp "$here"/paths/*.imapol "$work/"
	globs_policy >"$work/globs.imapol"
	"$here/mk-tree.sh" "$work/tree" "$store" "$loader"
	printf 'TARGET="%s" UUID="%s" FSTYPE="%s" FSROOT="/"\n' / "" rootfs /srv/data $own_uuid ext4 \
		/srv/other $other_uuid ext4 >"$work/mounts"
	printf '%s %s ext4 defaults 0 2\n' UUID=4d9c22ab-9e0b-4a86-9f3b-0c1e8f0a7f52 / UUID=$own_uuid /srv/data \
		UUID=$other_uuid /srv/other >"$work/fstab"
	add_tags >"$work/semodule.log" 2>&1 &
	verdicts >"$work/verdicts"
	prepare_own
	wait $! || {
		cat "$work/semodule.log"
		return 1
	}
	for name in $tagged; do
		add_labels "$name"
		"prepare_$name"
	done
}

# ready NAME LSM DISK...: the boot of the policy NAME for $release
ready() {
	dir=$work/$release/$1
	lsm=$2
	mkdir -p "$dir/in/t"
	[ ! -f "$work/$1.root/etc/selinux/default/policy/policy.33" ] ||
		cp "$work/$1.root/etc/selinux/default/policy/policy.33" "$dir/in/t/selinux"
	compile "$1" "$release" "$dir/in/t/policy" || {
		cat "$dir/in/t/policy.messages"
		: >"$dir/in/t/policy" # what the compiler refuses is an empty policy, which does not load
	}
	cp "$keys/right.der" "$dir/in/t/cert"
	cp "$keys/right-script.sig" "$dir/in/t/right.sig"
	cp "$keys/wrong-script.sig" "$dir/in/t/wrong.sig"
	[ "$1" != globs ] || cp "$work/sample" "$dir/in/t/sample"
	[ "$1" != own-fs ] || {
		mkdir -p "$dir/in/srv/data" "$dir/in/srv/other"
		scripts_into "$dir/in/srv" unsigned
	}
	"plan_$(echo "$1" | tr - _)" >"$dir/in/t/plan"
	shift 2
	for disk; do
		printf '%s\n' "$work/$disk.img"
	done >"$dir/disks"
	pack "$dir" "$lsm"
}

judge_boot() {
	judge "$release: the guest for $2 ends by itself" booted "$work/$release/$1"
	judge "$release: the policy about $2 loads" said "$work/$release/$1" "run load exit 0"
}

never_said() {
	! said "$1" "$2"
}

# What the plan of the boot NAME foretells.
expect() {
	dir=$work/$release/$1
	while IFS='	' read -r result title; do
		good=true
		case $result in
		"#= "*) judge "$release: $1: $title" said "$dir" "${result#???}" ;;
		*) judge "$release: $1: $title" never_said "$dir" "${result#???}" ;;
		esac
		! $good || cases=$((cases + 1))
	done <<-END
		$(grep '^#[=!] ' "$dir/in/t/plan")
	END
}

# The labels that libselinux gives to the FILEs' paths, from the file contexts of the root $1; "-" is no label.
labels_of() {
	contexts=$1/etc/selinux/default/contexts/files/file_contexts
	shift
	cat "$@" | LC_ALL=C sort -u | tr '\n' '\0' | xargs -0 matchpathcon -m file -f "$contexts" | sed 's/<<none>>$/-/'
}

# The files of the sample with the labels they have in the guest.
guest_labels() {
	sed -n 's/^context \([^ ]*\) \(.*\)/\2	\1/p' "$dir/out.log" | LC_ALL=C sort
}

# The labels in the guest, file $1, are those of libselinux: $2, without those that have none.
labels_agree() {
	[ "$(wc -l <"$1")" -eq $files ] || return 1
	LC_ALL=C join -t '	' "$2" "$1" | awk -F '\t' '
	$2 != "-" && $2 != $3 && ++bad <= 10 { print "# " $0 }
	END { exit bad > 0 || !NR }'
}

# The tags have changed nothing but the user, and that only on files inside: of the labels before, $1, and after, $2.
only_tagged() {
	globs | awk -F '\t' '$2 == "tag" { print "^" $4 "$" }' >"$work/tag-expressions"
	cut -f 1 "$1" | grep -E -f "$work/tag-expressions" >"$work/tag-files"
	LC_ALL=C join -t '	' "$1" "$2" | awk -F '\t' '
	FNR == NR { tagged[$1] = 1; next }
	{
		before = $2; after = $3
		if ($1 in tagged && before != "-") {
			if (after !~ /^ima_/ && ++bad <= 10)
				print "# no tag: " $0
			sub(/^[^:]*/, "", before); sub(/^[^:]*/, "", after)
		}
		if (before != after && ++bad <= 10)
			print "# changed: " $0
	}
	END { exit bad > 0 || NR == FNR }' "$work/tag-files" -
}

# The conditions on labels that user $2 has in the policy $1.
conditions() {
	awk -v user="uid=$2" '
	!/^#/ && index($0 " ", " " user " ") {
		found = 0
		for (i = 2; i <= NF; i++)
			if (match($i, /^obj_(user|role|type)=/)) {
				print "line\t" substr($i, 5, RLENGTH - 5) "\t" substr($i, RLENGTH + 1)
				found = 1
			}
		if (!found)
			print "line\tnothing\t" $0
	}' "$1"
}

# What the guest has measured for glob $1.
measured() {
	first=$((($1 - 1) / registers * registers + 1))
	prefix=/again$first
	[ $first -gt 1 ] || prefix=/mnt
	awk -v pcr=$((($1 - 1) % registers)) -v prefix="$prefix/" '
	$1 == "show" && $2 == "list" && $3 == pcr && index($7, prefix) == 1 {
		print "measured\t" substr($7, length(prefix))
	}' "$dir/out.log"
}

# What the compiler says of the labels of glob $1 outside of it.
claims() {
	awk -F '\t' -v n="$1" '
	FNR == NR { label[$1] = $2; next }
	$1 == n {
		outside = sub(/^outside /, "", $4) ? $4 : "-"
		print "claim\t" $2 "\t" outside "\t" label[outside]
	}' "$work/after" "$work/verdicts"
}

# All that judge-globs.awk wants to know of glob $1, with expression $2.
facts() {
	sed 's/^/file	/' "$dir/labels"
	grep -x -E -e "$2" "$work/sample" | sed 's/^/inside	/'
	awk -F '\t' -v n="$1" '$1 == n && sub(/^inside /, "", $3) { print $3 }' "$work/verdicts" |
		cat - "$work/sample" | grep -x -E -e "$2" | LC_ALL=C sort -u |
		LC_ALL=C join -t '	' - "$work/after" | sed 's/^/known	/'
	claims "$1"
	conditions "$dir/in/t/policy" $((1000 + $1))
	measured "$1"
}

# The verdict on glob $1 of kind $2 with expression $3; sets counts.
glob_agrees() {
	facts "$1" "$3" | expression=$3 awk -v how="$2" -f "$here/judge-globs.awk" >"$dir/verdict"
	grep '^#' "$dir/verdict" || :
	counts=$(sed -n 's/^good	//p' "$dir/verdict")
	[ -n "$counts" ]
}

judge_globs() {
	dir=$work/$release/globs
	: >"$dir/labels"
	[ ! -f "$dir/out.log" ] || guest_labels >"$dir/labels"
	judge "$release: globs: setfiles gives $files files the labels that libselinux looks up" \
		labels_agree "$dir/labels" "$work/after"
	judge "$release: globs: tags change the user of what is inside and nothing else" \
		only_tagged "$work/before" "$work/after"
	while IFS='	' read -r n how glob expression; do
		good=true
		judge "$release: globs: what is measured for $glob ($how) is as it was said" \
			glob_agrees "$n" "$how" "$expression"
		! $good || {
			judged=$((judged + 1))
			echo "# $glob: $counts"
		}
	done <<-END
		$(globs)
	END
}

# semanage puts in place what the compiler has proven, and takes it away again.
labels_are_those() {
	[ -s "$work/$1.labels/imapol_tags.file_contexts" ] &&
		[ "$(own_lines "$work/$1.root")" = "$(cat "$work/$1.labels/imapol_tags.file_contexts")" ] &&
		[ -z "$(own_lines "$work/$1.removed")" ]
}

judge_labels() {
	for name in $tagged; do
		judge "semanage makes and removes the file contexts that are proven: $name" labels_are_those "$name"
	done
}

# An fstab says the same about the file system as findmnt does.
fstab_agrees() {
	dir=$work/$release/own-fs
	compile own-fs "$release" "$dir/by-fstab" "$work/fstab" || {
		sed 's/^/# /' "$dir/by-fstab.messages"
		return 1
	}
	[ "$(rules_of "$dir/by-fstab")" = "$(rules_of "$dir/in/t/policy")" ]
}

judge_kernel() {
	cases=0
	judged=0
	judge_boot flashers "the flashing tools"
	expect flashers
	judge_boot scripts "scripts and what they read"
	expect scripts
	judge_boot own-fs "a file system of its own"
	judge "$release: own-fs: an fstab gives the same lines as findmnt" fstab_agrees
	expect own-fs
	judge_boot globs "$(globs | wc -l) globs"
	expect globs
	judge_globs
	agreed="$cases accesses and labels as foretold, $judged globs over $files files agreed"
	summary="${summary-}$release: paths: $agreed
"
}

started=$(date +%s)
need_tools qemu-system-x86_64 cpio busybox openssl evmctl dpkg-deb apt-get semodule semanage setfiles matchpathcon \
	mke2fs dash ldd xz
make_base "$LIVE_DIR/base" "$loader"
make_keys
prepare
for release in $kernels; do
	image=$(kernel_image "$release")
	ready flashers integrity,selinux flashers
	ready scripts integrity,selinux scripts
	ready globs integrity,selinux globs
	ready own-fs integrity own other
done
boot_all "$work"
judge_labels
for release in $kernels; do
	judge_kernel
done
echo "# $(find "$work" -name initramfs | wc -l) boots, $(($(date +%s) - started)) seconds"
conclude
