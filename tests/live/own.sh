#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# own.sh [SEED [COUNT]]: builds two kernels (own-kernel.sh) whose policy can be written many times and read back, and
# holds the project against them: what a later load does, what the kernel shows of COUNT generated lines, appended
# signatures, what a rule forbids once it is loaded, the built-in policies. Environment:
#   GENLINES, READBACK_JUDGE, OWN_MODEL  the programs of these names (needed)
#   LIVE_DIR, LIVE_JOBS                  as in run.sh
# Prints TAP and a summary. Exit 0: all agree; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
. "$here/own-plans.sh"
. "$here/own-plans-use.sh"

seed=${1:-1}
count=${2:-10000}
genlines=${GENLINES:?names no genlines}
readback_judge=${READBACK_JUDGE:?names no readback_judge}
own_model=${OWN_MODEL:?names no own_model}
kernels=$LIVE_DIR/own-kernel
work=$LIVE_DIR/own
LIVE_TPM=no
export LIVE_TPM

# model CONFIG LSM PART WORD...
model() {
	model_config=$1
	model_lsm=$2
	shift 2
	"$own_model" "$release" "$model_config" "$model_lsm" "$@" 2>>"$work/model.log"
}

# decision LINES ASPECT...
decision() {
	model "$config" selinux decide "$@"
}

# signatures FILE DIR: what security.ima of the file may hold, as DIR/signed.ima and so on
signatures() {
	for key in right:signed wrong:unknown; do
		cp "$1" "$work/to-sign"
		evmctl ima_sign --sigfile -a sha256 --key "$keys/${key%:*}.pem" "$work/to-sign" >/dev/null 2>&1
		mv "$work/to-sign.sig" "$2/${key#*:}.ima"
	done
	{
		printf '\004\004' # a digest, of SHA-256
		openssl dgst -sha256 -binary "$1"
	} >"$2/hash.ima"
}

# boot GROUP NAME KERNEL COMMAND PLAN [WORD...]: makes a boot ready. COMMAND starts with the security modules.
boot() {
	dir=$work/$1-$2
	group=$1
	image=$kernels/$3/image
	config=$kernels/$3/config
	command=$4
	shift 4
	mkdir -p "$dir/in/t"
	echo "$group" >"$dir/group"
	printf '%s\n' "$config" >"$dir/config"
	case $command in
	*,selinux*) echo selinux >"$dir/lsm" ;;
	*,smack*) echo smack >"$dir/lsm" ;;
	*) echo no-lsm >"$dir/lsm" ;;
	esac
	"$@" >"$dir/in/t/plan"
	pack "$dir" "$command"
}

# Lines for the kernel, as they can be asked about and loaded: a NUL, a path and a line that is cut are another test's.
generate() {
	"$genlines" drawn "$1" "$count" | LC_ALL=C cut -b 2- | LC_ALL=C tr -d '\000' |
		LC_ALL=C awk 'length($0) < 4000 && !/^[ \t]*(#|$)/ && !/^\//'
}

plan_readback() {
	{
		respelt
		generate "$1"
	} >"$dir/in/t/lines"
	if [ "$2" = selinux ]; then
		"$here/mk-selinux.sh" "$dir/in/t/selinux" "$dir/in/t/lines"
		echo "selinux /t/selinux"
	fi
	cat <<-END
		accept ask /t/lines /run/accepted
		batches load /run/accepted 40
		read rules $policy
	END
}

# The rules are only shown and never to be used, so nothing is enforced, and no record is made of each.
unused="ima_appraise=log audit=0"

prepare() {
	rm -rf "$work"
	mkdir -p "$work"
	boot append first own "integrity,selinux" plan_append
	boot append setxattr own "integrity" plan_setxattr
	boot append mapped own "integrity" plan_mapped
	boot readback selinux own "integrity,selinux $unused" plan_readback "$seed" selinux
	boot readback smack own "integrity,smack $unused" plan_readback "$((seed + 2))" none
	boot readback none own "integrity $unused" plan_readback "$((seed + 1))" none
	boot modsig lines own "integrity $unused" plan_modsig_lines
	both='appraise func=MODULE_CHECK appraise_type=imasig|modsig'
	measured='measure func=MODULE_CHECK template=ima-modsig'
	boot modsig either own "integrity" plan_modsig either "$both" "$measured"
	boot modsig imasig own "integrity" plan_modsig imasig 'appraise func=MODULE_CHECK appraise_type=imasig' "$measured"
	boot modsig hash own "integrity" plan_modsig hash 'appraise func=MODULE_CHECK' "$measured"
	boot modsig no-key own "integrity" plan_modsig "no key" "$both" 'measure func=MODULE_CHECK pcr=11'
	boot modsig kexec own "integrity" plan_modsig_kexec
	boot write rising own "integrity" plan_effects_rising
	boot write kexec own "integrity" plan_effects_kexec
	boot write module own "integrity" plan_effects_module
	boot write replaced own "integrity ima_policy=secure_boot" plan_effects_replaced
	for mode in log fix off; do
		boot write $mode own "integrity ima_appraise=$mode" plan_effects_lax "ima_appraise=$mode"
	done
	for table in imasig plain excluded before func; do
		boot write policy-$table own "integrity" plan_policy_$table
	done
	boot write policy-tcb own "integrity ima_policy=appraise_tcb" plan_policy_tcb
	for hook in FIRMWARE_CHECK POLICY_CHECK MODULE_CHECK KEXEC_KERNEL_CHECK; do
		boot write $hook own "integrity,selinux" plan_reads $hook
	done
	builtin_boots >"$work/builtin"
	while IFS=: read -r name kernel command policies; do
		boot builtin "$name" "$kernel" "integrity ima_appraise=log $command" plan_builtin "$policies" "$name"
	done <"$work/builtin"
}

# judge_as GROUP TEXT COMMAND...: like judge, and counts what agrees
judge_as() {
	counted=$1
	good=true
	shift
	judge "$@"
	! $good || eval "agreed_$counted=\$((\${agreed_$counted:-0} + 1))"
}

readback() {
	"$readback_judge" "$release" "$(cat "$dir/config")" "$(cat "$dir/lsm")" "$@"
}

# shown LIST FILES: the guest's list has what these files of the boot have
shown() {
	# shellcheck disable=SC2086
	(cd "$dir/in/t" && cat $2) >"$dir/shown-$1.lines"
	readback "$dir/shown-$1.lines" "$dir/out.log" "$1" >"$dir/shown-$1" || {
		cat "$dir/shown-$1"
		return 1
	}
}

foretold() {
	grep -q -x -F -e "$1" "$dir/out.log" || {
		# a result starts with a word that no other has
		echo "# foretold: $1; said: $(grep -e "^${1%% *} " "$dir/out.log" | head -n 3)"
		return 1
	}
}

judge_plan() {
	tab=$(printf '\t')
	grep '^#[=:] ' "$dir/in/t/plan" >"$dir/foretold" || :
	while IFS=$tab read -r first second third; do
		case $first in
		'#= '*) judge_as "$group" "$second" foretold "${first#?? }" ;;
		*) judge_as "$group" "$third" shown "${first#?? }" "$second" ;;
		esac
	done <"$dir/foretold"
}

# Generated lines: each is judged by the model as by the kernel, and shown as it was loaded.
lines_agree() {
	readback "$dir/in/t/lines" "$dir/out.log" "$1" ask >"$dir/lines"  || {
		head -n 40 "$dir/lines"
		return 1
	}
	tail -n 1 "$dir/lines"
}

judge_readback() {
	judge_as readback "the lines of $(basename "$dir") are taken as foretold, and shown as they were loaded" \
		lines_agree rules
	shown_lines=$(sed -n 's/^# rules: [0-9]* rules, \([0-9]*\) lines, .*/\1/p' "$dir/lines")
	lines=$((lines + ${shown_lines:-0}))
}

# The digest without the signature, and the signature, are on the list.
entry_of_modsig() {
	digest=$(sha256sum <"$1" | cut -d ' ' -f 1)
	grep -q -x -e "read entries 10 [0-9a-f]* ima-modsig sha256:[0-9a-f]* $2 [0-9a-f]* *sha256:$digest 3082[0-9a-f]*" \
		"$dir/out.log"
}

entry_without() {
	grep -q -x -e "read entries 10 [0-9a-f]* ima-modsig sha256:[0-9a-f]* $1 [0-9a-f]* *" "$dir/out.log"
}

entry_of_cmdline() {
	grep -q -x -e "read entries 10 [0-9a-f]* ima-buf sha256:[0-9a-f]* kexec-cmdline $(printf '%s' "$1" | od -An -v -tx1 |
		tr -d ' \n')" "$dir/out.log"
}

judge_modsig() {
	case $dir in
	*-lines) judge_as modsig "appended signatures are taken or refused in each of $(wc -l <"$dir/in/t/lines") lines" \
		lines_agree modsig ;;
	*-kexec)
		judge_as modsig "kexec: the signature appended is on the list" \
			entry_of_modsig "$kernels/own/image" /t/appended
		judge_as modsig "kexec: so is the command line" entry_of_cmdline word-of-the-test
		;;
	*-either)
		for name in appended both appended-hash; do
			judge_as modsig "either: the signature appended to $name is on the list" \
				entry_of_modsig "$kernels/own/module" /run/$name
		done
		judge_as modsig "either: none is on the list for a plain module" entry_without /run/plain
		;;
	*-imasig | *-hash)
		# the kernel looks for one only where a rule of appraise accepts it
		judge_as modsig "${dir##*-}: no signature is on the list where no rule accepts one" \
			entry_without /run/appended
		;;
	esac
}

model_takes_all() {
	[ ! -s "$work/model.log" ] || {
		sort -u "$work/model.log" | head -n 20
		return 1
	}
}

judge_boot() {
	dir=$1
	group=$(cat "$dir/group")
	judge "$(basename "$dir") boots and ends by itself" booted "$dir"
	[ -f "$dir/out.log" ] || : >"$dir/out.log"
	judge_plan
	case $group in
	readback) judge_readback ;;
	modsig) judge_modsig ;;
	esac
}

need_tools qemu-system-x86_64 cpio busybox secilc openssl evmctl mke2fs dpkg-deb dpkg-query apt-get
# to build a kernel; no other part of the tests needs all of them
need_packages gcc make flex bison bc libelf-dev libssl-dev xz-utils
status=0
"$here/own-kernel.sh" "$kernels" || status=$?
[ $status -ne 77 ] || skip "no source of the kernel"
[ $status -eq 0 ] || exit 1
release=$(cat "$kernels/own/release")
make_base "$LIVE_DIR/base"
make_keys
started=$(date +%s)
prepare
boot_all "$work"
lines=0
for boot in "$work"/*/; do
	judge_boot "${boot%/}"
done
judge "the model takes every rule that the guests were given" model_takes_all
echo "1..$number"
echo "# seed $seed, $(find "$work" -name initramfs | wc -l) boots, $(($(date +%s) - started)) seconds"
echo "own $release: append ${agreed_append:-0}, read-back $lines lines, modsig ${agreed_modsig:-0}," \
	"write-policy ${agreed_write:-0}, builtin ${agreed_builtin:-0}: disagreements $failures"
[ $failures -eq 0 ] || {
	echo "# $failures of $number differ; see $LIVE_DIR"
	exit 1
}
