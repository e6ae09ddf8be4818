#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# loading.sh: produces each exit status of the loader by a named situation on booted kernels: once without audit, and
# once with the audit records taken by another listener, so that the loader sees none of them. What is in force is seen
# by an unsigned script with a label: it runs, or is refused. Environment:
#   LOADING_AUDIT  "none", "listener" or both, the default
#   LOADING_BOOTS  those of loading-plans.sh, default all
#   IMAPOL_LOAD, LIVE_KERNELS, LIVE_DIR, LIVE_JOBS, srcdir  as in run.sh
# Prints TAP and, for each kernel, a summary. Exit 0: all as it should be; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"
. "$here/loading-plans.sh"

loader=${IMAPOL_LOAD:?names no imapol-load}
LIVE_TPM=no
export LIVE_TPM

# signed FILE [KEY]: with security.ima in FILE.sig
signed() {
	sign "$keys/${2:-right}.pem" "$files/$1" "$files/$1.sig"
}

# What the situations load; each is named for what is wrong with it.
make_files() {
	files=$work/files
	rm -rf "$work"
	mkdir -p "$files/keys" "$files/garbage" "$files/directory" "$files/etc"
	cp "$srcdir/policies/expected/$release/firmware-station.ima" "$files/good.ima"
	"$here/mk-selinux.sh" "$files/selinux" "$files/good.ima"
	grep -v '^#' "$files/good.ima" >"$files/plain.ima"
	{ cat "$files/good.ima" && echo 'measure func=FILE_CHECK planted=1'; } >"$files/bad.ima"
	{ cat "$files/good.ima" && echo 'measure func=MODULE_CHECK'; } >"$files/other.ima"
	: >"$files/empty.ima"
	grep '^#' "$files/good.ima" >"$files/comments.ima"
	{ cat "$files/good.ima" && printf 'measure func=FILE_CHECK\000 uid=0\n'; } >"$files/nul.ima"
	{ cat "$files/good.ima" && printf 'measure func=FILE_CHECK%4095suid=0\n' ''; } >"$files/long.ima"
	cat "$files/good.ima" >"$files/writable.ima"
	cat "$files/good.ima" >"$files/foreign.ima"
	cat "$files/good.ima" >"$files/held.ima"
	printf '%s' "$(cat "$files/good.ima")" >"$files/unfinished.ima"
	sed 's/^# assumes kernel .*/# assumes kernel 5.10/' "$files/good.ima" >"$files/kernel.ima"
	sed 's/^# assumes lsm .*/# assumes lsm apparmor/' "$files/good.ima" >"$files/lsm.ima"
	{
		grep -v '^# assumes lsm-policy' "$files/good.ima" | sed -n '1,/^# assumes lsm /p'
		echo '# assumes lsm-policy selinux, loaded before'
		sed '1,/^# assumes lsm /d' "$files/good.ima" | grep -v '^# assumes lsm-policy'
	} >"$files/labels.ima"
	for name in signed stranger heldsigned unfinishedsigned; do
		cat "$files/good.ima" >"$files/$name.ima"
	done
	cat "$files/unfinished.ima" >"$files/unfinishedsigned.ima"
	signed signed.ima
	signed stranger.ima wrong
	signed heldsigned.ima
	signed unfinishedsigned.ima
	cp "$keys/right.der" "$files/keys/right.der"
	echo 'no certificate' >"$files/garbage/cert.der"
	script unsigned >"$files/script"
	chmod 755 "$files/script"
	# what the loader keeps of this boot, as it must not be believed
	cat >"$files/another-boot" <<-'EOF'
		sed -i 's/^boot .*/boot 01234567-89ab-4cde-8f01-23456789abcd/' /run/imapol/loaded
	EOF
}

# ---- plans ----

# step WORD...: a line of the plan
step() {
	echo "$*" >>"$dir/in/t/plan"
}

# prepare WORD...: a program that has to succeed
prepare() {
	step "run prepare $*"
	echo prepare >>"$dir/prepared"
}

box() {
	prepare /bin/busybox "$@"
}

# ask NAME STATUS MESSAGE [WORD...]: the loader, called with these words, leaves with the status and says what the
# expression MESSAGE matches; -: whatever it says. NAME has dashes for blanks.
ask() {
	asked "$1" "$2" "$3"
	name=$1
	shift 3
	step "run $name /bin/imapol-load $*"
}

asked() {
	message=$3
	[ "$message" != - ] || message=
	printf '%s\t%s\t%s\n' "$1" "exit $2" "$message" >>"$dir/asked"
}

# ask_traced NAME STATUS MESSAGE EXPRESSION WORD...: the same, while strace does this to its writes to the policy file
ask_traced() {
	asked "$1" "$2" "$3"
	name=$1
	fault=$4
	shift 4
	step "run $name /bin/strace -f -q -o /trace -P $policy -e trace=write -e inject=write:$fault /bin/imapol-load $*"
}

# foretell RESULT: a line that the guest says
foretell() {
	echo "$*" >>"$dir/foretold"
}

looks=0
# Nothing is in force: the script runs. Or the policy is: it does not.
idle() {
	looks=$((looks + 1))
	step "run look-$looks /t/script"
	step "policy look-$looks"
	foretell "run look-$looks exit 0"
	foretell "policy look-$looks there"
}

enforced() {
	looks=$((looks + 1))
	step "run look-$looks /t/script"
	step "policy look-$looks"
	foretell "run look-$looks errno 13"
	foretell "policy look-$looks gone"
}

# Everything that a load needs.
ready() {
	step "selinux /t/selinux"
	step "key /t/keys/right.der"
	label
}

label() {
	step "label /t/script system_u:object_r:firmware_exec_t:s0"
}

# boot AUDIT NAME LSM [KERNEL-ARGUMENT...]: makes a boot of plan_NAME ready
boot() {
	dir=$work/$1/$2
	audit=$1
	plan=plan_$2
	shift 2
	mkdir -p "$dir/in"
	cp -R "$files" "$dir/in/t"
	: >"$dir/in/t/plan"
	: >"$dir/prepared"
	: >"$dir/foretold"
	arguments="audit=0"
	if [ "$audit" = listener ]; then
		arguments="audit=1"
		step audit
	fi
	$plan
	[ "$audit" != listener ] || step audited
	pack "$dir" "$* $arguments"
}

# ---- judging ----

# What the guest said before the result of the run $2, back to the result of the run before it.
said_by() {
	awk -v name="$2" '
	$1 == "run" && $2 == name { printf "%s", text; exit }
	$1 == "run" { text = ""; next }
	{ text = text $0 "\n" }
	' "$1/out.log"
}

told() {
	[ -z "$2" ] || said_by "$dir" "$1" | grep -q -i -e "$2"
}

# situation NAME RESULT MESSAGE
situation() {
	if grep -q -x -e "run $1 $2" "$dir/out.log" && told "$1" "$3"; then
		return 0
	fi
	echo "# wanted: $2, and to be told: $3"
	said_by "$dir" "$1" | head -n 8 | sed 's/^/# /'
	grep -e "^run $1 " "$dir/out.log" | sed 's/^/# /'
	return 1
}

all_foretold() {
	bad=0
	while IFS= read -r line; do
		grep -q -x -F -e "$line" "$dir/out.log" || {
			echo "# not said: $line"
			bad=1
		}
	done <"$dir/foretold"
	[ "$(grep -c -x 'run prepare exit 0' "$dir/out.log")" -eq "$(wc -l <"$dir/prepared")" ] || {
		grep '^run prepare' "$dir/out.log" | sed 's/^/# /'
		bad=1
	}
	return $bad
}

judge_boot() {
	dir=$1
	where="$release, audit: $2, $(basename "$dir")"
	judge "$where: boots and ends by itself" booted "$dir"
	[ -f "$dir/out.log" ] || : >"$dir/out.log"
	while IFS=$tab read -r name result message; do
		situations=$((situations + 1))
		judge "$where: $name: $result" situation "$name" "$result" "$message"
	done <"$dir/asked"
	judge "$where: what is in force is what was foretold" all_foretold
	[ "$2" != listener ] ||
		judge "$where: the listener got the records" grep -q '^a 1800 IMA-signature-required /t/script' "$dir/out.log"
}

run_kernel() {
	release=$1
	started=$(date +%s)
	image=$(kernel_image "$release")
	work=$LIVE_DIR/loading-$release
	situations=0
	before=$failures
	make_files
	for audit in ${LOADING_AUDIT:-none listener}; do
		plan_boots "$audit"
	done
	boot_all "$work"
	for audit in ${LOADING_AUDIT:-none listener}; do
		for boot in "$work/$audit"/*/; do
			judge_boot "${boot%/}" "$audit"
		done
	done
	statuses=$(cat "$work"/*/*/asked | sed -n "s/.*${tab}exit \([0-9]\)${tab}.*/\1/p" | sort -u | tr -d '\n')
	[ -n "${LOADING_BOOTS-}" ] || judge "$release: every exit status is among them" [ "$statuses" = 012345 ]
	echo "# $release: $(find "$work" -name initramfs | wc -l) boots, $(($(date +%s) - started)) seconds"
	summary="${summary-}$release: loader: $situations situations, $((failures - before)) not as foretold
"
}

tab=$(printf '\t')
policy=/sys/kernel/security/integrity/ima/policy
need_tools qemu-system-x86_64 cpio busybox dpkg-deb apt-get xz secilc openssl evmctl strace ldd
make_base_to_trace "$loader"
make_keys
for release in ${LIVE_KERNELS:-6.1 6.12}; do
	run_kernel "$release"
done
conclude
