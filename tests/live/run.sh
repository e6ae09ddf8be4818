#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh: boots Debian's own kernels and holds the project against them. Environment:
#   IMAPOL_LOAD   the loader (needed)
#   IMAPOLC       the compiler; when given, what it makes of the policies is loaded, and must be what is expected
#   LIVE_KERNELS  releases, default "6.1 6.12"
#   LIVE_DIR      where everything lies, default ./live-work
#   LIVE_JOBS     boots at a time, default 2
#   srcdir        top of the source tree, default two folders above this file
# Prints TAP and, for each kernel, a summary. Exit 0: all agree; 1: not; 77: not possible here (never with CI set).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"

kernels=${LIVE_KERNELS:-6.1 6.12}
loader=${IMAPOL_LOAD:?names no imapol-load}
compiler=${IMAPOLC-}
# what the firmware station's boot plants in a good policy
planted_rule='measure func=FILE_CHECK planted=1'

# The policies whose lines kernel $1 must accept and which must load.
policies_for() {
	for file in "$srcdir/policies/expected/$1"/*.ima "$here"/samples/*.ima; do
		[ ! -f "$file" ] || printf '%s\n' "$file"
	done
}

name_of() {
	name=$(basename "$1" .ima)
	case $1 in
	"$here"/*) name=sample-$name ;;
	esac
	printf '%s\n' "$name"
}

station_of() {
	file=$srcdir/policies/expected/$1/firmware-station.ima
	[ -f "$file" ] || file=$here/samples/firmware-station.ima
	printf '%s\n' "$file"
}

# The source of the policy file $1; nothing for a sample, which has none, or without a compiler.
language_of() {
	case $1 in
	"$here"/*) ;;
	*) [ -z "$compiler" ] || printf '%s\n' "$srcdir/policies/$(basename "$1" .ima).imapol" ;;
	esac
}

# What is loaded for the policy file $1 on kernel $2, as file $3: the compiler's own output where there is one.
policy_text() {
	language=$(language_of "$1")
	: >"$3" # what the compiler refuses is an empty policy, which does not load
	if [ -n "$language" ]; then
		"$compiler" --kernel "$2" -I "$srcdir/policies/lib" -o "$3" "$language" 2>"$3.messages"
	else
		cp "$1" "$3"
	fi
}

# The boot of the firmware station: a refused policy, the kernel's own parser, then a policy that is enforced.
prepare_station() {
	dir=$work/station
	mkdir -p "$dir/in/t/s"
	policy_text "$(station_of "$release")" "$release" "$dir/in/t/good.ima" || :
	{
		cat "$dir/in/t/good.ima"
		echo "$planted_rule"
		cat "$dir/in/t/good.ima"
	} >"$dir/in/t/bad.ima"
	cp "$work/selinux" "$dir/in/t/"
	# each a question that is asked both ways
	sed 's/^/R/' "$work/lines" >"$dir/in/t/lines"
	cp "$keys/right.der" "$dir/in/t/cert"
	cp "$keys/right-script.sig" "$dir/in/t/right.sig"
	cp "$keys/wrong-script.sig" "$dir/in/t/wrong.sig"
	for name in before between unsigned tampered other; do
		script $name >"$dir/in/t/s/$name"
	done
	cp "$keys/right-script" "$dir/in/t/s/signed"
	cp "$keys/wrong-script" "$dir/in/t/s/wrong"
	chmod 755 "$dir/in/t/s"/*
	{
		# the refused rule's record must not get lost among the others, or the test would depend on luck
		echo "write /proc/sys/kernel/printk_ratelimit 0"
		echo "selinux /t/selinux"
		echo "key /t/cert"
		for name in before between unsigned signed wrong tampered; do
			echo "label /t/s/$name system_u:object_r:firmware_exec_t:s0"
		done
		echo "label /t/s/other system_u:object_r:bin_t:s0"
		echo "sign /t/s/signed /t/right.sig"
		echo "sign /t/s/tampered /t/right.sig"
		echo "sign /t/s/wrong /t/wrong.sig"
		echo "show tpm /sys/class/tpm/tpm0/pcr-sha256/10"
		echo "run before /t/s/before"
		echo "run bad /bin/imapol-load -v /t/bad.ima"
		echo "policy bad"
		echo "run between /t/s/between"
		echo "oracle line /t/lines"
		echo "policy oracle"
		echo "run good /bin/imapol-load -v /t/good.ima"
		echo "policy good"
		for name in unsigned signed wrong tampered other; do
			echo "run $name /t/s/$name"
		done
		echo "run again /bin/imapol-load -v /t/good.ima"
		echo "run another /bin/imapol-load -v /t/bad.ima"
		echo "run still /bin/imapol-load --status /t/good.ima"
	} >"$dir/in/t/plan"
	pack "$dir" integrity,selinux
}

# One boot that loads the policy file $1. The two samples are loaded in the ways that need a private copy.
prepare_load() {
	name=$(name_of "$1")
	dir=$work/load-$name
	mkdir -p "$dir/in/t"
	policy_text "$1" "$release" "$dir/in/t/p.ima" || :
	cp "$work/selinux" "$dir/in/t/"
	{
		echo "selinux /t/selinux"
		case $name in
		sample-lockout) echo "hold /t/p.ima" ;;
		sample-many-kinds) printf '%s' "$(cat "$1")" >"$dir/in/t/p.ima" ;;
		esac
		echo "run before /bin/busybox true"
		echo "run load /bin/imapol-load -v /t/p.ima"
		echo "policy load"
		[ "$name" != sample-lockout ] || echo "run after /bin/busybox true"
	} >"$dir/in/t/plan"
	pack "$dir" integrity,selinux
}

prepare() {
	image=$(kernel_image "$release")
	work=$LIVE_DIR/run-$release
	rm -rf "$work"
	mkdir -p "$work"
	policies_for "$release" >"$work/policies"
	station=$(station_of "$release")
	# file names may hold anything but a newline
	while IFS= read -r file; do
		rules_of "$file" | sed "s|^|$(name_of "$file")	|"
	done <"$work/policies" >"$work/wanted"
	rules_of "$here/planted-bad.ima" | sed 's|^|planted	|' >>"$work/wanted"
	cut -f 2- "$work/wanted" >"$work/lines"
	grep -v '^planted	' "$work/wanted" | cut -f 2- >"$work/good-lines"
	"$here/mk-selinux.sh" "$work/selinux" "$work/good-lines"
	prepare_station
	while IFS= read -r file; do
		[ "$file" = "$station" ] || prepare_load "$file"
	done <"$work/policies"
}

# Sets agreed to the number of lines on which kernel and expectation agree; prints the others.
compare_lines() {
	awk -F '\t' '
	NR == FNR {
		split($0, w, " ")
		if (w[1] == "line") errno[w[2]] = w[3] == "0" ? w[4] : w[3]
		next
	}
	{
		want = $1 == "planted" ? "refused" : "accepted"
		got = !(FNR in errno) ? "not asked" : errno[FNR] ? "refused" : "accepted"
		if (got == want) agreed++
		else print "# " $1 ": " got (errno[FNR] ? " (errno " errno[FNR] ")" : "") ", not " want ": " $2 >differ
	}
	END { print agreed + 0 }
	' differ="$work/differ" "$work/station/out.log" "$work/wanted"
}

# No line of the policy or set $1 is among those that differ.
lines_agree() {
	[ "$(grep -c "^$1	" "$work/wanted")" -gt 0 ] || return 1
	! grep -q "^# $1: " "$work/differ" || {
		grep "^# $1: " "$work/differ" | head -n 10
		return 1
	}
}

judge_lines() {
	: >"$work/differ"
	[ -f "$work/station/out.log" ] || : >"$work/station/out.log"
	lines=$(compare_lines)
	while IFS= read -r file; do
		name=$(name_of "$file")
		judge "$release: every line of $name is accepted" lines_agree "$name"
	done <"$work/policies"
	judge "$release: every planted bad line is refused" lines_agree planted
	judge "$release: the questions changed nothing" said "$work/station" "policy oracle there"
}

# judge_load TEXT COMMAND...: like judge, and counts the loads.
judge_load() {
	good=true
	judge "$@"
	! $good || loads=$((loads + 1))
}

judge_exec() {
	good=true
	judge "$@"
	! $good || execs=$((execs + 1))
}

loaded() {
	booted "$1" && said "$1" "run $2 exit 0" && said "$1" "policy $2 gone" && said "$1" 'imapol-load: .*: in force (.*)'
}

again() {
	said "$1" "run again exit 0" && said "$1" "imapol-load: /t/good.ima: already in force (.*)"
}

refused() {
	said "$1" "run bad exit 1" && said "$1" "policy bad there" &&
		said "$1" "imapol-load: /t/bad.ima: nothing is changed"
}

# The message names the planted rule by its line.
names_the_line() {
	line=$(awk -v rule="$planted_rule" '$0 == rule { print NR }' "$1/in/t/bad.ima")
	said "$1" "imapol-load: /t/bad.ima:$line: the kernel refuses this rule at 'planted=1'.*" &&
		said "$1" "imapol-load: /t/bad.ima:$line: $planted_rule"
}

judge_station() {
	dir=$work/station
	judge "$release: the firmware station boots and ends by itself" booted "$dir"
	judge "$release: the guest has a TPM and IMA has extended PCR 10" said "$dir" 'show tpm [0-9A-F]*[1-9A-F][0-9A-F]*'
	judge_load "$release: a policy with one bad rule is refused with status 1 and changes nothing" refused "$dir"
	judge_load "$release: the refusal names the bad rule" names_the_line "$dir"
	judge_load "$release: a good policy still loads after that" loaded "$dir" good
	judge_load "$release: a second load of the same policy is known to be in force already" again "$dir"
	judge_load "$release: a load of another is told from it with status 3" said "$dir" "run another exit 3"
	judge_load "$release: and changes nothing" said "$dir" "run still exit 0"
	judge_exec "$release: before any load an unsigned firmware_exec_t script runs" said "$dir" "run before exit 0"
	judge_exec "$release: after the refused load it still runs" said "$dir" "run between exit 0"
	judge_exec "$release: unsigned firmware_exec_t is refused with EACCES" said "$dir" "run unsigned errno 13"
	judge_exec "$release: signed firmware_exec_t runs" said "$dir" "run signed exit 0"
	judge_exec "$release: signed by another key is refused with EACCES" said "$dir" "run wrong errno 13"
	judge_exec "$release: changed after signing is refused with EACCES" said "$dir" "run tampered errno 13"
	judge_exec "$release: unsigned with another label runs" said "$dir" "run other exit 0"
}

same_rules() {
	[ "$(rules_of "$1")" = "$(rules_of "$2")" ] || {
		diff "$1" "$2" | sed 's/^/# /'
		[ ! -f "$2.messages" ] || sed 's/^/# /' "$2.messages"
		return 1
	}
}

judge_policy() {
	name=$(name_of "$1")
	if [ "$1" = "$station" ]; then
		dir=$work/station
		text=$dir/in/t/good.ima
	else
		dir=$work/load-$name
		text=$dir/in/t/p.ima
		judge_load "$release: $name loads as a whole" loaded "$dir" load
	fi
	[ -z "$(language_of "$1")" ] || judge "$release: $name is what the compiler makes" same_rules "$1" "$text"
	case $name in
	sample-lockout)
		judge_load "$release: held open for writing, it is loaded by a private copy" \
			said "$dir" "imapol-load: .*open for writing: loading a private copy, /run/.*"
		judge_exec "$release: and no program starts after it" said "$dir" "run after errno 13"
		;;
	sample-many-kinds)
		judge_load "$release: without a final newline, it is loaded by a private copy" \
			said "$dir" "imapol-load: .*no newline at the end: loading a private copy, /run/.*"
		;;
	esac
}

run_kernel() {
	release=$1
	lines=0
	loads=0
	execs=0
	started=$(date +%s)
	prepare
	boot_all "$work"
	judge_station
	judge_lines
	while IFS= read -r file; do
		judge_policy "$file"
	done <"$work/policies"
	echo "# $release: $(find "$work" -name initramfs | wc -l) boots, $(($(date +%s) - started)) seconds"
	summary="${summary-}$release: lines $lines agreed, loads $loads agreed, execs $execs agreed
"
}

need_tools qemu-system-x86_64 swtpm secilc cpio busybox openssl evmctl dpkg-deb apt-get xz
make_base "$LIVE_DIR/base" "$loader"
make_keys
for release in $kernels; do
	run_kernel "$release"
done
conclude
