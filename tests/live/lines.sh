#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# lines.sh [SEED [COUNT]]: holds the kernel dialect against booted kernels, line by line: every row of kmodel.csv by
# itself, COUNT generated lines, and all rules of rules-seen-in-public.tsv where that file is. A kernel is asked four
# times: with an SELinux policy that declares all labels; without a security module, and again when it has loaded what
# it has of crypto as modules; with a policy that lacks a user, a role and a type; and with AppArmor.
#
# Environment: GENLINES and AGREE, the two programs; LIVE_KERNELS, LIVE_DIR, LIVE_JOBS and srcdir as in run.sh;
# LIVE_NEWER, releases that are skipped where they cannot be had, and may lack their modules; IMAPOL_SHARED, the folder
# with data/, by default shared beside the checkout. What was asked and answered stays in LIVE_DIR/lines, and how it was
# judged in LIVE_DIR/judged, for check-planted.sh. Exit 0: all verdicts agree and no row was left out; 1: not; 77: not
# possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
seed=${1:-1}
count=${2:-10000}
: "${GENLINES:?names no genlines}" "${AGREE:?names no agree}"
need_tools qemu-system-x86_64 secilc cpio busybox dpkg-deb apt-get mke2fs xz
for release in ${LIVE_KERNELS:-6.1 6.12}; do
	kernel_image "$release" >/dev/null
done
work=$LIVE_DIR/lines
judged=$LIVE_DIR/judged
rounds=4 # of boots to shorten a line that differs
LIVE_TPM=no
export LIVE_TPM
rm -rf "$work"
mkdir -p "$work" "$judged"
rm -f "$judged"/lines-*

# ---- questions ----

public=${IMAPOL_SHARED:-$srcdir/../shared}/data/rules-seen-in-public.tsv
publics=0
questions() {
	"$GENLINES" "$seed" "$count" >"$work/questions"
	if [ -f "$public" ]; then
		sed 1d "$public" | cut -f 5- | sed 's/^/U/' >"$work/public"
		publics=$(wc -l <"$work/public")
		cat "$work/public" >>"$work/questions"
	else
		echo "SKIP: no $public: rules seen in public are not asked"
	fi
	"$GENLINES" hashes >"$work/hashes"
	"$GENLINES" labels lone_user lone_role lone_type both_here >"$work/labels"
	"$GENLINES" labels unconfined no_such_profile >"$work/profiles"
	echo "seed $seed: $(wc -l <"$work/questions") questions for each kernel, $count of them drawn," \
		"$publics seen in public"
}

# The rules of a file of questions as text: without its letters, and no bytes that awk could not read.
as_text() {
	LC_ALL=C cut -b 2- "$1" | LC_ALL=C tr -c '[:print:]\t\n' ' '
}

# What a policy declares, a kind and a name a line.
names_of() {
	sed -n 's/^(\(user\|role\|type\) \([^ ()]*\))$/\1 \2/p' "$1"
}

# The policies of the guests: one with all labels, and one that lacks lone_user as a user, and so on.
policies() {
	as_text "$work/questions" >"$work/all.ima"
	"$here/mk-selinux.sh" "$work/all" "$work/all.ima"
	names_of "$work/all.cil" >"$work/all.names"
	as_text "$work/labels" | sed -E 's/(obj|subj)_(user|role|type)=lone_\2$//' >"$work/lacking.ima"
	"$here/mk-selinux.sh" "$work/lacking" "$work/lacking.ima"
	names_of "$work/lacking.cil" >"$work/lacking.names"
	echo "role unconfined" >"$work/profiles.names"
	mke2fs -q -t ext3 -F "$work/disk" 4M >"$work/mke2fs.log"
}

# ---- boots ----

# guest DIR LSM PASS QUESTIONS [POLICY]: what its guest is asked first
guest() {
	mkdir -p "$1/in/t"
	cp "$4" "$1/in/t/$3"
	{
		echo kernel
		if [ -n "${5-}" ]; then
			cp "$5" "$1/in/t/selinux"
			echo "selinux /t/selinux"
		fi
		echo "oracle $3 /t/$3"
	} >"$1/in/t/plan"
	printf '%s\n' "integrity${2:+,$2} audit=0" >"$1/modules-of-security"
}

# The modules of kernel $1 that bring one of the model's hash algorithms, what each needs before it.
hash_modules() {
	set -- "$LIVE_DIR/kernel-$1/modules"
	awk -F, '$2 == "hash" { print "alias=crypto-" $3 }' "$srcdir/compiler/kmodel.csv" >"$work/aliases"
	for module in "$1"/*.ko; do
		if [ -f "$module" ] && tr '\000' '\n' <"$module" | grep -q -a -x -F -f "$work/aliases"; then
			module_and_needs "$1" "$module"
		fi
	done | awk '!seen[$0]++'
}

module_and_needs() {
	for need in $(tr '\000' '\n' <"$2" | sed -n 's/^depends=//p' | tr ',' ' '); do
		for file in "$1"/*.ko; do
			[ "$(basename "$file" .ko | tr - _)" != "$need" ] || (module_and_needs "$1" "$file")
		done
	done
	printf '%s\n' "$2"
}

# The numbers of file systems, from a kernel that has SELinux's too.
add_filesystems() {
	echo "$work/disk" >"$1/disks"
	echo "filesystems d0" >>"$1/in/t/plan"
}

# The second half of the boot without a security module: crypto from modules.
add_modules() {
	mkdir -p "$2/in/t/modules"
	hash_modules "$1" >"$2/modules"
	[ -s "$2/modules" ] || return 0
	while read -r file; do
		cp "$file" "$2/in/t/modules"
		echo "module /t/modules/$(basename "$file")"
	done <"$2/modules" >>"$2/in/t/plan"
	cp "$work/hashes" "$2/in/t/loaded"
	echo "oracle loaded /t/loaded" >>"$2/in/t/plan"
}

prepare() {
	dir=$work/$1
	guest "$dir/selinux" selinux main "$work/questions" "$work/all"
	add_filesystems "$dir/selinux"
	guest "$dir/none" "" main "$work/questions"
	add_modules "$1" "$dir/none"
	guest "$dir/lacking" selinux lacking "$work/labels" "$work/lacking"
	guest "$dir/apparmor" apparmor profiles "$work/profiles"
	for boot in selinux none lacking apparmor; do
		pack "$dir/$boot" "$(cat "$dir/$boot/modules-of-security")"
	done
}

# ---- judging ----

# The configuration of kernel $1; nothing where the archive has none.
config_of() {
	find "$LIVE_DIR/kernel-$1" -name 'config-*' | head -n 1
}

# Its point release: Debian's name of a package hides it, its kernel tells it.
point_release() {
	sed -n 's/^kernel .* Debian \([0-9.]*\).*/\1/p' "$1" | head -n 1
}

# boot_words RELEASE BOOT: how agree is told of it
boot_words() {
	dir=$work/$1/$2
	config=$(config_of "$1")
	config=${config:--}
	case $2 in
	selinux) set -- selinux "$config" main "$work/questions" "$work/all.names" ;;
	none) set -- no-lsm "$config" main "$work/questions" - ;;
	lacking) set -- selinux "$config" lacking "$work/labels" "$work/lacking.names" ;;
	apparmor) set -- apparmor "$config" profiles "$work/profiles" "$work/profiles.names" ;;
	loaded)
		dir=$work/$1/none
		# what is loaded counts as built in
		sed 's/^\(CONFIG_CRYPTO_[A-Z0-9_]*\)=m$/\1=y/' "$config" >"$dir/config"
		set -- no-lsm "$dir/config" loaded "$work/hashes" -
		;;
	esac
	printf '%s\n' "$@" "$dir/out.log"
}

# All of a release, for agree and, later, for check-planted.sh.
words_of() {
	printf '%s\n' "$1" "$(point_release "$work/$1/selinux/out.log")"
	for boot in selinux none lacking apparmor; do
		boot_words "$1" "$boot"
	done
	if [ ! -s "$work/$1/none/modules" ]; then
		echo "$1: its modules are not in the archive, so none is loaded" >&2
	else
		boot_words "$1" loaded
	fi
}

# agree, with its words from a file, a line each
judge_by() {
	xargs -d '\n' "$AGREE" <"$1"
}

# What the shared rules say of themselves: the columns of the table against the answers.
public_verdicts() {
	[ "$publics" -gt 0 ] || return 0
	for boot in selinux none; do
		case $boot in
		selinux) column=$1_labels ;;
		none) column=$1_nolabels ;;
		esac
		head -n 1 "$public" | tr '\t' '\n' | grep -q -x -F -e "$column" || continue
		awk -v column="$column" -v first=$(($(wc -l <"$work/questions") - publics)) '
		NR == FNR {
			if ($1 == "main" && $2 > first)
				taken[$2 - first] = $3 == 0 && ($4 == 0 || $4 == "")
			next
		}
		FNR == 1 { n = split($0, head, "\t"); for (i = 1; i <= n; i++) if (head[i] == column) at = i; next }
		{
			split($0, cell, "\t")
			if ((cell[at] == "accept") != taken[FNR - 1]) {
				print "DIFFERS " column ": the table says " cell[at] ": " $0
				bad = 1
			}
		}
		END { print "  " column ": " FNR - 1 " verdicts of the table held against the kernel"; exit bad }
		' "$work/$1/$boot/out.log" "$public" || return 1
	done
}

# Asks about parts of the lines that differ, until they get no shorter.
shorten() {
	release=$1
	boot=$2
	boot_words "$release" "$boot" >"$work/words"
	{
		printf '%s\n' "$release" "$(point_release "$work/$release/selinux/out.log")"
		cat "$work/words"
	} >"$work/judge"
	round=0
	while [ $round -lt $rounds ]; do
		{ printf '%s\n' -s; cat "$work/judge"; } >"$work/smaller"
		judge_by "$work/smaller" | LC_ALL=C sort -u >"$work/shorter"
		[ -s "$work/shorter" ] || break
		dir=$work/$release/shorter/$boot-$round
		mkdir -p "$dir"
		cp -r "$work/$release/$boot/in" "$dir/in"
		pass=$(sed -n 3p "$work/words")
		cp "$work/shorter" "$dir/in/t/$pass"
		cp "$work/shorter" "$dir/questions"
		sed -i '/^filesystems/d; /^module/,$d' "$dir/in/t/plan"
		# shellcheck disable=SC2034 # pack reads it
		image=$(cat "$work/$release/$boot/image")
		pack "$dir" "$(cat "$work/$release/$boot/modules-of-security")"
		boot_all "$dir"
		booted "$dir" || return 0
		sed -e "6s|.*|$dir/questions|" -e "8s|.*|$dir/out.log|" "$work/judge" >"$work/judge.new"
		mv "$work/judge.new" "$work/judge"
		judge_by "$work/judge" | grep -a '^DIFFERS' >"$work/found" || break
		! cmp -s "$work/found" "$work/shortest" || break
		cp "$work/found" "$work/shortest"
		round=$((round + 1))
	done
	[ ! -s "$work/shortest" ] || sed 's/^DIFFERS/shortest:/' "$work/shortest" | head -n 4
	rm -f "$work/shortest"
}

hold() {
	for boot in selinux none lacking apparmor; do
		booted "$work/$1/$boot" || return 1
	done
	words_of "$1" >"$judged/lines-$1.words"
	status=0
	judge_by "$judged/lines-$1.words" >"$work/$1/report" || status=1
	sed '$d' "$work/$1/report"
	public_verdicts "$1" || status=1
	for boot in selinux none lacking apparmor; do
		case $boot in
		none) lsm=no-lsm ;;
		lacking) lsm=selinux ;;
		*) lsm=$boot ;;
		esac
		! grep -a -q "^DIFFERS $lsm" "$work/$1/report" || shorten "$1" "$boot"
	done
	tail -n 1 "$work/$1/report"
	return $status
}

questions
policies
make_base "$work/base"
mv "$work/base.gz" "$LIVE_DIR/base.gz"
kernels=
for release in ${LIVE_KERNELS:-6.1 6.12}; do
	image=$(kernel_image "$release")
	prepare "$release"
	[ -s "$work/$release/none/modules" ] || {
		echo "$release: none of its modules has a hash, so the pass after loading them would be left out" >&2
		exit 1
	}
	kernels="$kernels $release"
done
for release in ${LIVE_NEWER-}; do
	fetched=0
	# shellcheck disable=SC2034 # pack reads it
	image=$("$here/fetch-kernel.sh" "$release" "$LIVE_DIR/kernel-$release") || fetched=$?
	if [ $fetched -eq 77 ]; then
		echo "SKIP: $release: no such kernel in the archive"
		continue
	fi
	[ $fetched -eq 0 ] || exit 1
	prepare "$release"
	kernels="$kernels $release"
done
boot_all "$work"
result=0
for release in $kernels; do
	hold "$release" || result=1
done
exit $result
