# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the benchmarks share: $imapolc is measured, in $dir, RUNS times (3).

runs=${RUNS:-3}
LC_ALL=C
export LC_ALL

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

if [ ! -x "${imapolc:?}" ]; then
	echo "${0##*/}: no program $imapolc; build first" >&2
	exit 2
fi

# best NAME COMMAND...: seconds and peak KiB of the fastest run in $dir/NAME;
# 1 when the command ends with an error
best() {
	name=$1
	shift
	: >"$dir/$name.all"
	i=0
	while [ "$i" -lt "$runs" ]; do
		measure "$@" >>"$dir/$name.all" || return 1
		i=$((i + 1))
	done
	sort -n "$dir/$name.all" | head -n 1 >"$dir/$name"
}

# one run: "SECONDS KIB", KIB is - where no tool tells it; $good is the highest
# status that is no error
good=0
measure() {
	if [ -x /usr/bin/time ] &&
	   /usr/bin/time -f '%e %M' true >/dev/null 2>&1; then
		/usr/bin/time -f '%e %M' -o "$dir/time" "$@" \
			>"$dir/out" 2>"$dir/err" || [ $? -le $good ] || return 1
		tail -n 1 "$dir/time"
	else
		{ time -p "$@" >"$dir/out" 2>"$dir/err"; } 2>"$dir/time" ||
			[ $? -le $good ] || return 1
		awk '/^real/ { print $2, "-" }' "$dir/time"
	fi
}
