#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# faults.sh [SEED [BOOTS]]: makes the system calls of the loader fail, one in a load, and sees what is in force after it.
# Which calls there are is taken from a load that strace looks at, so a new one is among them by itself. Exit 0 may
# appear only where an unsigned firmware_exec_t script is then refused; with any other status but 5 it must still run.
# A boot serves as many faults as do not end in a load. BOOTS of them for each way to load, and for all: until every
# fault had its turn. Those on the open and write of the policy file come first, and calls that fail each time; then the others, in an
# order that is drawn.
# Environment: FAULTS_WAYS, "plain", "copied" or both, the default; the others as in run.sh.
# Prints TAP and, for each kernel, a summary. Exit 0: all as it should be; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"

seed=${1:-$(date +%s)}
boots=${2:-3}
ways=${FAULTS_WAYS:-plain copied}
loader=${IMAPOL_LOAD:?names no imapol-load}
LIVE_TPM=no
export LIVE_TPM

# What is loaded: as it is, or by a copy, since it has no newline at its end.
make_files() {
	rm -rf "$work"
	mkdir -p "$work/t"
	cp "$srcdir/policies/expected/$release/firmware-station.ima" "$work/t/plain"
	printf '%s' "$(cat "$work/t/plain")" >"$work/t/copied"
	"$here/mk-selinux.sh" "$work/t/selinux" "$work/t/plain"
	cp "$keys/right.der" "$work/t/cert"
	script unsigned >"$work/t/script"
	chmod 755 "$work/t/script"
}

# boot NAME STEP...: makes a boot of these steps ready
boot() {
	dir=$work/$1
	shift
	mkdir -p "$dir/in"
	cp -R "$work/t" "$dir/in/t"
	[ ! -f "$dir/list" ] || cp "$dir/list" "$dir/in/t/list"
	printf '%s\n' "selinux /t/selinux" "key /t/cert" "label /t/script system_u:object_r:firmware_exec_t:s0" "$@" \
		>"$dir/in/t/plan"
	# a copy is loaded with audit, the other way without: that makes other calls
	audit=0
	[ "$way" != copied ] || audit=1
	pack "$dir" "integrity,selinux audit=$audit"
	number_of_boot=$((number_of_boot + 1))
}

# The calls of a load of $way, in order: CALL NUMBER, the how many of its name, and a P when it is the open of the policy
# file or the write to it. Of many alike in a row, as the kernel log is read, the first two and the last.
calls_of() {
	awk '
	function tell(last) {
		if (row != "" && (last || in_row <= 2))
			print row
	}
	$1 == "show" && $2 == "call" && match($0, /[a-z0-9_]+\([^,)]*/) {
		split(substr($0, RSTART, RLENGTH), part, "(")
		mine = "-"
		if (/ima\/policy", O_WRONLY/) {
			mine = "P"
			fd = $NF
		} else if (fd != "" && part[2] == fd) {
			if (part[1] == "write")
				mine = "P"
			if (part[1] == "close")
				fd = ""
		}
		if (part[1] "(" part[2] != alike)
			tell(1)
		else
			tell(0)
		in_row = part[1] "(" part[2] == alike ? in_row + 1 : 1
		alike = part[1] "(" part[2]
		row = part[1] " " ++count[part[1]] " " mine
	}
	END { tell(1) }
	' "$work/trace/$way/out.log"
}

trace() {
	for way in $ways; do
		boot "trace/$way" "run traced /bin/strace -f -q -o /trace /bin/imapol-load /t/$way" "show call /trace" \
			"run script /t/script"
	done
	boot_all "$work/trace"
}

# What call $1 is made to do; a success that did nothing is a fault, too. The calls that have the mark $2 P get more of
# them: what comes of the write is what all turns on.
faults_of() {
	case $1$2 in
	execve* | exit* | arch_prctl* | set_tid_address*) ;; # before the loader, or without a way back
	open*P) echo error=EIO error=ENOENT error=EACCES error=EINTR error=ENOMEM error=EBUSY error=EROFS ;;
	write*P) echo error=EIO error=ENOSPC error=EINTR error=EACCES error=ENOMEM error=ETXTBSY error=ENOENT error=EINVAL \
		retval=0 retval=1 retval=4096 ;;
	open* | *stat*) echo error=EIO error=ENOENT error=EINTR ;;
	read* | write*) echo error=EIO error=EINTR retval=0 retval=1 ;;
	close*) echo error=EIO error=EINTR ;;
	mmap* | brk* | munmap* | mprotect* | mremap*) echo error=ENOMEM ;;
	*) echo error=EIO error=ENOSPC ;;
	esac
}

# All faults: the mark of the call and what strace is told. The last of them have each call of a name fail.
list_faults() {
	while read -r call at mark; do
		for fault in $(faults_of "$call" "$mark"); do
			echo "$mark $call:$fault:when=$at"
		done
	done <"$work/$way.calls"
	cut -d ' ' -f 1 "$work/$way.calls" | sort -u | while read -r call; do
		for fault in $(faults_of "$call" - | tr ' ' '\n' | grep error=); do
			echo "+ $call:$fault:when=1+"
		done
	done
}

# In the order of their turn: what has the mark, then calls that fail each time, then the others. After some errors the
# load is tried again, by a copy or as it was, and so they end in a load: they come later.
shuffle() {
	awk -v seed="$seed" '
	BEGIN { srand(seed) }
	{ print $1 == "P" && !/EINTR|ETXTBSY|ENOENT|EIO/ ? 0 : $1 != "-" ? 1 : 2, rand(), $2 }' | sort -n -k 1 -k 2 | cut -d ' ' -f 3
}

# Gives what is left of $way to $1 boots, in turn, and takes away what they have done.
round_of() {
	rm -rf "$work/lot"
	awk -v boots="$1" '{ print $0 >(dir "/" (NR - 1) % boots) }' dir="$work" "$work/$way.left"
	i=0
	while [ $i -lt "$1" ] && [ -f "$work/$i" ]; do
		mkdir -p "$work/lot/$number_of_boot"
		mv "$work/$i" "$work/lot/$number_of_boot/list"
		boot "lot/$number_of_boot" "faults /t/list /t/script /bin/imapol-load /t/$way"
		i=$((i + 1))
	done
	boot_all "$work/lot"
	for dir in "$work"/lot/*/; do
		booted "${dir%/}" || broken=$((broken + 1))
		rm -f "$dir/initramfs"
		cat "$dir/out.log" >>"$work/$way.log" || :
	done
	sed -n 's/^fault \([^ ]*\) .*/\1/p' "$work/$way.log" >"$work/done"
	grep -v -x -F -f "$work/done" "$work/$way.left" >"$work/left" || :
	mv "$work/left" "$work/$way.left"
}

run_faults() {
	: >"$work/$way.log"
	list_faults | tee "$work/$way.all" | shuffle >"$work/$way.left"
	if [ "$boots" != all ]; then
		round_of "$boots"
		return
	fi
	# a round has a load in each boot, or the rest of the faults
	while [ -s "$work/$way.left" ] && [ $broken -eq 0 ]; do
		round_of 12
	done
}

# fault FAULT exit N hit|missed there|gone script exit N. One may be missed: the kernel log is not as long each time.
bad_faults() {
	awk '
	$1 == "fault" {
		refused = $8 " " $9 == "errno 13"; runs = $8 " " $9 == "exit 0" && $6 == "there"
		status = $3 " " $4
		why = ""
		if ($3 == "hangs") why = "it hangs"
		else if (status == "exit 0" && !refused) why = "success, and nothing is in force"
		else if (status == "exit 5") { if (!refused && !runs) why = "half a policy" }
		else if (status != "exit 0" && !runs) why = "no success, and yet something is in force"
		if (why) print "# " why ": " $0
	}' "$work/$way.log"
}

faults_agree() {
	bad_faults >"$work/$way.bad"
	cat "$work/$way.bad"
	[ ! -s "$work/$way.bad" ]
}

# Of all ways: faults of a kind, and lines.
count() {
	cat "$work"/*.log | grep -c "^fault [^ ]* $1" || :
}

total() {
	cat "$work"/*."$1" | wc -l
}

judge_way() {
	judge "$release, $way: a load under strace succeeds" said "$work/trace/$way" "run traced exit 0"
	judge "$release, $way: and the script is refused" said "$work/trace/$way" "run script errno 13"
	judge "$release, $way: the policy file's open and write are among its calls" \
		[ "$(grep -c 'P$' "$work/$way.calls")" -ge 2 ]
	judge "$release, $way: a success is one, and what is not has changed nothing" faults_agree
	[ "$boots" != all ] || judge "$release, $way: every fault had its turn" [ ! -s "$work/$way.left" ]
}

judge_kernel() {
	for way in $ways; do
		judge_way
	done
	judge "$release: all boots end by themselves" [ $broken -eq 0 ]
	judge "$release: one call of ten was missed, at most" [ $(($(count 'exit [0-9]* missed') * 10)) -le "$(count '')" ]
	judge "$release: calls were made to fail, on the way to success and to refusal" \
		[ "$(count 'exit 0')" -gt 0 -a "$(count 'exit [1245]')" -gt 0 ]
	summary="${summary-}$release: loader: $(count '') of $(total all) faults in $(total calls) calls: \
$(count 'exit 0') loads, $(count 'exit [1234]') refusals, $(count 'exit 5') unconfirmed, $(total bad) wrong
"
}

run_kernel() {
	release=$1
	started=$(date +%s)
	# shellcheck disable=SC2034 # pack reads it
	image=$(kernel_image "$release")
	work=$LIVE_DIR/faults-$release
	number_of_boot=0
	broken=0
	make_files
	trace
	for way in $ways; do
		calls_of >"$work/$way.calls"
		run_faults
	done
	judge_kernel
	echo "# $release: seed $seed, $number_of_boot boots, $(($(date +%s) - started)) seconds"
}

need_tools qemu-system-x86_64 cpio busybox dpkg-deb apt-get xz secilc openssl evmctl strace ldd
make_base_to_trace "$loader"
make_keys
for release in ${LIVE_KERNELS:-6.1 6.12}; do
	run_kernel "$release"
done
conclude
