#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# kernels.sh full|short [SEED]: holds the model and the compiler against booted kernels, part by part: lines, accesses,
# refusals, leaks and compiled programs; and explain against the same accesses and refusals. Without a SEED it is a new one; it is printed, and the same one gives the same
# questions. Environment:
#   GENLINES, AGREE, ACCESSES, EXPLAINED, PROGRAMS   the model's side, built programs
#   IMAPOLC      the compiler
#   LIVE_KERNELS releases, default "6.1 6.12"
#   LIVE_DIR     where everything lies, default ./live-work
#   LIVE_JOBS    boots at a time, default 2
#   srcdir       top of the source tree, default two folders above this file
# Prints what differs and, for each kernel, a summary. Exit 0: all agree; 1: not; 77: not possible here (never with CI
# set).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"

newer=
case ${1-} in
full)
	# each line is asked with and without SELinux; some 17000 are the same in every run
	lines=25000 newer="6.16 6.17 6.18 6.19 7.0 7.1.3 7.1"
	boots=4 policies=75 lone_boots=24 refusal_boots=4 refusals=30 program_boots=4 programs=120 lone_programs=12
	;;
short)
	lines=8000
	boots=1 policies=60 lone_boots=5 refusal_boots=1 refusals=30 program_boots=1 programs=90 lone_programs=4
	;;
*)
	echo "usage: kernels.sh full|short [SEED]" >&2
	exit 2
	;;
esac
size=$1
seed=${2:-$(date +%s)}
LIBRARY=$srcdir/policies/lib
LIVE_TPM=no
export LIBRARY LIVE_TPM LIVE_DIR srcdir
: "${ACCESSES:?names no accesses}" "${EXPLAINED:?names no explained}" "${PROGRAMS:?names no programs}" "${IMAPOLC:?names no imapolc}"

# draw NAME PROGRAM ARGUMENT...: a boot of that name, for which PROGRAM draws the plan
draw() {
	dir=$work/$1
	shift
	mkdir -p "$dir"
	"$@" "$exact" "$config" "$dir" >"$dir/drawn"
	pack_accesses "$dir"
}

# draw_all COUNT NAME PROGRAM KIND SEED NUMBER: that many boots, each with the next seed
draw_all() {
	i=0
	while [ $i -lt "$1" ]; do
		draw "$2-$i" "$3" "$4" $(($5 + i)) "$6"
		i=$((i + 1))
	done
}

prepare_kernel() {
	draw_all $boots policies "$ACCESSES" policies "$seed" $policies
	# the first has no rule at all, the others one more each
	i=0
	while [ $i -lt $lone_boots ]; do
		draw "alone-$i" "$ACCESSES" alone $((seed + i)) $((i ? 8 + i : 0))
		i=$((i + 1))
	done
	draw_all $refusal_boots refusals "$ACCESSES" refusals "$seed" $refusals
	draw_all $program_boots programs "$PROGRAMS" draw "$seed" $programs
	draw_all $lone_programs programs-alone "$PROGRAMS" draw $((seed + 1000)) 0
	cat "$work"/programs-*/drawn | awk '
	/^programs drawn/ { drawn += $3; next }
	{ n[$2] += $1 }
	END {
		print "#   " drawn " programs drawn; not used:"
		for (code in n)
			print "#   " n[code] " " code
	}' | LC_ALL=C sort
}

# judged_by PROGRAM FILE: what PROGRAM says of the boot in $dir; its last line, behind the boot's name, goes into FILE:
# pairs of a word and a number.
judged_by() {
	set -- "$1" "$2" judge "$exact" "$config" "$dir" "$dir/out.log" "$LIVE_DIR"
	program=$1 counts=$2 said_in=$dir/judged-by-${1##*/}
	shift 2
	# check-planted.sh has these judged again
	printf '%s\n' "$@" >"$LIVE_DIR/judged/${program##*/}-$release-${dir##*/}.words"
	"$program" "$@" >"$said_in" 2>&1 || {
		failed=yes
		echo "# $release: ${dir##*/} differs, says ${program##*/}:"
		head -n 60 "$said_in"
	}
	# a boot that was not judged counts as one that disagrees
	said=$(tail -n 1 "$said_in")
	case $said in
	*' disagreements '*) ;;
	*) said='disagreements 1' ;;
	esac
	printf '%s %s\n' "${dir##*/}" "$said" >>"$counts"
}

judge_kernel() {
	: >"$work/counts"
	: >"$work/explained"
	: >"$work/asked"
	for dir in "$work"/policies-* "$work"/alone-* "$work"/refusals-* "$work"/programs-*; do
		booted "$dir" || failed=yes
		case $dir in
		*/programs-*) judged_by "$PROGRAMS" "$work/counts" ;;
		*)
			judged_by "$ACCESSES" "$work/counts"
			sed -n 's/^asked //p' "$said_in" >>"$work/asked"
			judged_by "$EXPLAINED" "$work/explained"
			;;
		esac
		rm -f "$dir"/*.img "$dir/initramfs"
	done
	# leaks.sh has judged its own boot
	dir=$work/leaks
	judged_by "$EXPLAINED" "$work/explained"
}

# The same answers, held against explain; and what its command line says.
judge_explain() {
	explained=$(sum_of explained . accesses)
	least 5000 "$explained" "accesses explained"
	at_least 10 "$(sum_of explained '^policies' lines-told)" "$(sum_of explained '^policies' accesses)" \
		"accesses that tell the line"
	least 10 "$(sum_of explained . needs-nothing)" "requirements of nothing"
	least 10 "$(sum_of explained . needs-digest)" "requirements of a digest"
	least 10 "$(sum_of explained . needs-signature)" "requirements of a signature"
	least 10 "$(sum_of explained . leaks)" "accesses into which something leaks"
	"$here/explained.sh" "$exact" "$config" "$work/policies-0" 50 >"$work/sample.report" 2>&1 || {
		failed=yes
		cat "$work/sample.report"
	}
	sample=$(tail -n 1 "$work/sample.report")
	explain_differs=$(sum_of explained . disagreements)
	[ "$explain_differs" -eq 0 ] || failed=yes
	explain_said="explained: $explained accesses, $explain_differs disagree; lines told $(sum_of explained . lines-told); \
refused $(sum_of explained . refused-unsigned) of $(sum_of explained . unsigned) unsigned, \
$(sum_of explained . refused-hashed) of $(sum_of explained . hashed) hashed, \
$(sum_of explained . refused-signed) of $(sum_of explained . signed) signed; \
of three copies $(sum_of explained . needs-nothing) / $(sum_of explained . needs-digest) / \
$(sum_of explained . needs-signature); leaks shown $(sum_of explained . leaks); command line $sample"
}

# Were the rows asked that only accesses can ask?
judge_rows() {
	"$ACCESSES" rows "$exact" "$config" >"$work/rows"
	sed -n 's/^not /#   not asked: /p' "$work/rows"
	sed -n 's/^must //p' "$work/rows" | while IFS= read -r row; do
		awk -v row="$row" '{ n = $1; sub(/^[0-9]* /, "") } $0 == row { sum += n }
			END { print "#   asked " sum + 0 " times: " row }' "$work/asked"
	done >"$work/rows-asked"
	cat "$work/rows-asked"
	! grep -q '^#   asked 0 times' "$work/rows-asked" || {
		failed=yes
		echo "# $release: a row of the model was not asked"
	}
}

# at_least SHARE NUMBER OF WHAT
at_least() {
	[ "$(share "$2" "$3")" -ge "$1" ] || {
		failed=yes
		echo "# $release: $4: $2 of $3, less than $1 %"
	}
}

# least NUMBER OF WHAT
least() {
	[ "$2" -ge "$1" ] || {
		failed=yes
		echo "# $release: $3: $2, less than $1"
	}
}

# sum_of FILE PATTERN WORD: of the boots whose names match, all numbers behind WORD
sum_of() {
	awk -v pattern="$2" -v word="$3" '
	$1 ~ pattern { for (i = 2; i < NF; i++) if ($i == word) n += $(i + 1) }
	END { print n + 0 }' "$work/$1"
}

sum() {
	sum_of counts "$1" "$2"
}

share() {
	[ "$2" -gt 0 ] || {
		echo 0
		return
	}
	echo $((100 * $1 / $2))
}

run_kernel() {
	release=$1
	image=$(kernel_image "$release")
	config=$(kernel_config "$release")
	exact=$(exact_release "$release")
	[ -n "$exact" ] || {
		echo "kernels.sh: $config names no release" >&2
		exit 1
	}
	work=$LIVE_DIR/kernels-$release
	rm -rf "$work"
	mkdir -p "$work"
	started=$(date +%s)
	leaks_said=$("$here/leaks.sh" "$release" "$work/leaks" 2>"$work/leaks.log") || {
		failed=yes
		cat "$work/leaks.log"
		printf '%s\n' "$leaks_said"
	}
	leaks_said=$(printf '%s\n' "$leaks_said" | sed -n "s/^$release: \\(leaks .* called\\), disagreements.*/\\1/p")
	prepare_kernel
	boot_all "$work"
	judge_kernel
	judge_rows
	judge_explain
	accesses=$(sum '^(policies|alone)' accesses)
	measured=$(sum '^(policies|alone)' measured)
	refused=$(sum '^refusals' refused)
	at_least 30 "$measured" "$accesses" "accesses measured"
	at_least 20 "$refused" "$(sum '^refusals' accesses)" "accesses refused"
	at_least 20 "$(sum '^refusals' recorded)" "$(sum '^refusals' accesses)" "refusals with a cause"
	at_least 10 "$(sum '^programs' measured)" "$(sum '^programs' accesses)" "accesses that programs measure"
	differ=$(sum . disagreements)
	[ "$differ" -eq 0 ] || failed=yes
	echo "# $release ($exact): $(grep -c . "$work/counts") boots, $(($(date +%s) - started)) seconds"
	lines_said=$(grep -a "^$release: lines " "$LIVE_DIR/lines.report") || failed=yes
	summary="$summary${lines_said:-$release: no lines}
$release: policies $(sum '^(policies|alone)' policies), accesses $accesses, \
measured $(share "$measured" "$accesses") %; \
refusals $refused of $(sum '^refusals' accesses) accesses; ${leaks_said:-no leaks}; \
programs $(sum '^programs' policies), accesses $(sum '^programs' accesses), disagreements $differ
$release: $explain_said
"
}

need_tools qemu-system-x86_64 secilc cpio busybox mke2fs evmctl openssl dpkg-deb apt-get xz python3
echo "# kernels.sh $size, seed $seed"
failed=
summary=
status=0
LIVE_NEWER=$newer "$here/lines.sh" "$seed" $lines >"$LIVE_DIR/lines.report" 2>&1 || status=$?
cat "$LIVE_DIR/lines.report"
[ $status -ne 77 ] || exit 77
[ $status -eq 0 ] || failed=yes
make_contents
mkdir -p "$LIVE_DIR/judged"
rm -f "$LIVE_DIR/judged/accesses"-*.words "$LIVE_DIR/judged/explained"-*.words "$LIVE_DIR/judged/programs"-*.words
for release in ${LIVE_KERNELS:-6.1 6.12}; do
	run_kernel "$release"
done
printf '%s' "$summary"
[ -z "$failed" ] || {
	echo "# it differs; see $LIVE_DIR"
	exit 1
}
