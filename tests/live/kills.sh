#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# kills.sh [SEED [KILLS]]: kills the loader at random moments around its one write, so many times on each kernel, with a
# fresh boot wherever a load took place. After each, all rules of the policy are in force or none is. The same is done to
# cat and to a writer that goes line by line, under which there must be half a policy. The first line of the policy is a
# comment longer than a page, with a rule in its tail: that must never be in force under the loader, and is under them.
# Environment: IMAPOL_LOAD, LIVE_KERNELS, LIVE_DIR and LIVE_JOBS as in run.sh.
# Prints TAP and, for each kernel, a summary. Exit 0: all as it should be; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

seed=${1:-$(date +%s)}
kills=${2:-20}
loader=${IMAPOL_LOAD:?names no imapol-load}
rules=200
first=10001 # owner of the files that the first rule measures
each=8	    # kills in a boot at most, where none of them ends in a load
rounds=60   # of boots, at most
LIVE_TPM=no
export LIVE_TPM

rule() {
	echo "measure func=FILE_CHECK mask=MAY_READ fowner=$1"
}

# The kernel cuts a write after 4095 bytes and says that it took 4096: the tail starts there.
policy() {
	printf '#%4095s' ''
	rule $((first - 1))
	owner=$first
	while [ $owner -lt $((first + rules)) ]; do
		rule $owner
		owner=$((owner + 1))
	done
}

make_files() {
	rm -rf "$work"
	mkdir -p "$work/t"
	policy >"$work/t/whole.ima"
	{ cat "$work/t/whole.ima" && echo 'measure nonsense=1'; } >"$work/t/refused.ima"
	cat >"$work/t/cat" <<-'EOF'
		#!/bin/sh
		exec /bin/busybox cat "$1" >/sys/kernel/security/ima/policy
	EOF
	chmod 755 "$work/t/cat"
}

# boot NAME STEP...: makes a boot of these steps ready
boot() {
	dir=$work/$1
	shift
	mkdir -p "$dir/in"
	cp -R "$work/t" "$dir/in/t"
	printf '%s\n' "$@" "effects end $first $rules" >"$dir/in/t/plan"
	# records of each rule make the write a longer one
	audit=0
	[ $((number_of_boot % 2)) -eq 0 ] || audit=1
	number_of_boot=$((number_of_boot + 1))
	pack "$dir" "integrity audit=$audit"
}

# One that is killed: by itself or, in every third boot, with the copy of a file that is open for writing.
boot_of_kills() {
	steps="kills $((seed + number_of_boot)) $each /t/whole.ima /t/refused.ima $first $rules /bin/imapol-load"
	if [ $((number_of_boot % 3)) -eq 2 ]; then
		boot "$1" "hold /t/whole.ima" "$steps"
	else
		boot "$1" "$steps"
	fi
}

of_kills() {
	cat "$work"/loader-*/out.log 2>/dev/null | grep '^kill '
}

kill_loader() {
	round=0
	done=0
	while [ "$done" -lt "$kills" ] && [ $round -lt $rounds ]; do
		# about three of four kills come before the load
		wanted=$(((kills - done + 3) / 4))
		i=0
		while [ $i -lt $wanted ] && [ $i -lt 12 ]; do
			boot_of_kills "loader-$round-$i"
			i=$((i + 1))
		done
		boot_lot "loader-$round-"
		round=$((round + 1))
		done=$(of_kills | wc -l)
	done
}

# All boots whose names start so.
boot_lot() {
	mkdir -p "$work/lot"
	for dir in "$work/$1"*/; do
		mv "$dir" "$work/lot/"
	done
	boot_all "$work/lot"
	for dir in "$work"/lot/*/; do
		rm -f "$dir/initramfs"
		rm -rf "$dir/in"
		mv "$dir" "$work/"
	done
}

# What came of the kills in the logs: BEFORE IN AFTER HALF COMMENT STRANGE, numbers of kills. IN: killed, and the policy is
# in force as a whole. HALF: neither all nor nothing. STRANGE: the loader ended by itself, and not with success.
tally() {
	awk -v rules=$rules '
	$1 == "kill" || $1 == "lines" {
		at = $1 == "kill" ? 4 : 3
		how = $at " " $(at + 1); policy = $(at + 2); n = $(at + 4); comment += $(at + 8)
		if (how != "signal 9" && how != "exit 0") strange++
		else if (policy == "there" && n == 0 && how == "signal 9") before++
		else if (policy == "gone" && n == rules) { if (how == "exit 0") after++; else in_it++ }
		else half++
	}
	END { print before + 0, in_it + 0, after + 0, half + 0, comment + 0, strange + 0 }
	' "$@" </dev/null
}

# Until it has left half a policy: a kill can come too late, and the boot is spent.
kill_cat() {
	round=0
	half=0
	while [ "$half" -eq 0 ] && [ $round -lt 5 ]; do
		for i in 0 1; do
			boot "cat-$round-$i" "kills $((seed + number_of_boot)) 30 /t/whole.ima /t/refused.ima $first $rules /t/cat"
		done
		boot_lot "cat-$round-"
		round=$((round + 1))
		half=$(tally "$work"/cat-*/out.log | cut -d ' ' -f 4)
	done
}

kill_lines() {
	boot lines-0 "lines /t/whole.ima $((1 + (seed % (rules - 1)))) $first $rules"
	boot_lot lines-
}

# The effects at the end of each boot are those after its last kill.
ended_alike() {
	awk '
	$1 == "kill" { last = $6 " " $8 " " $12 }
	$1 == "effects" { if ($4 " " $6 " " $10 != last) { print "# " FILENAME ": " $0; bad = 1 } }
	END { exit bad }
	' "$work"/loader-*/out.log
}

all_booted() {
	bad=0
	for dir in "$work"/loader-*/ "$work"/cat-*/ "$work"/lines-*/; do
		booted "${dir%/}" || bad=1
	done
	return $bad
}

judge_kernel() {
	judge "$release: all boots end by themselves" all_booted
	# shellcheck disable=SC2046
	set -- $(tally "$work"/loader-*/out.log)
	judge "$release: the loader is killed $kills times" [ $(($1 + $2 + $3 + $4)) -ge "$kills" ]
	judge "$release: before the load, and in or right after the write" [ "$1" -gt 0 -a "$2" -gt 0 ]
	judge "$release: all rules are in force after a kill, or none" [ "$4" -eq 0 ]
	judge "$release: and so they are a while later" ended_alike
	judge "$release: a comment longer than a page is no rule" [ "$5" -eq 0 ]
	judge "$release: the loader ends with success where it is not killed" [ "$6" -eq 0 ]
	summary="${summary-}$release: loader: $(($1 + $2 + $3 + $4)) kills, $1 before the load, $2 in it, $3 after: $4 half"
	# shellcheck disable=SC2046
	set -- $(tally "$work"/cat-*/out.log)
	judge "$release: cat, when it is killed, leaves half a policy" [ "$4" -gt 0 ]
	judge "$release: and makes a rule of a comment" [ "$5" -gt 0 ]
	summary="$summary; cat $4 half"
	# shellcheck disable=SC2046
	set -- $(tally "$work"/lines-*/out.log)
	judge "$release: so does a writer that goes line by line" [ "$4" -gt 0 -a "$5" -gt 0 ]
	summary="$summary, by lines $4 half
"
}

run_kernel() {
	release=$1
	started=$(date +%s)
	image=$(kernel_image "$release")
	work=$LIVE_DIR/kills-$release
	number_of_boot=0
	make_files
	kill_loader
	kill_cat
	kill_lines
	judge_kernel
	echo "# $release: seed $seed, $number_of_boot boots, $(($(date +%s) - started)) seconds"
}

need_tools qemu-system-x86_64 cpio busybox dpkg-deb apt-get xz
make_base "$LIVE_DIR/base" "$loader"
for release in ${LIVE_KERNELS:-6.1 6.12}; do
	run_kernel "$release"
done
conclude
