#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every way out that a message about a path offers is taken: the text is put into
# the statement where the message says, and must compile, or lead to the message
# that it promises. Statements, file contexts and mounts are in tests/ways; each
# is tried with the mounts and without.
# shellcheck disable=SC2016 # backquotes of the messages are no commands
set -u

srcdir=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
imapolc=${IMAPOLC:?names no imapolc}
case $imapolc in
/*) ;;
*) imapolc=$PWD/$imapolc ;;
esac
LC_ALL=C
export LC_ALL

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cp "$srcdir"/tests/ways/* "$tmp"
cd "$tmp" || exit 1
failed=0
tried=0

# the statement in file $1, with the tag of $2 before it
compile()
{
	{
		echo "target kernel 6.12, selinux;"
		[ -z "${2:-}" ] || echo "$2"
		cat "$1"
		echo "measure append by uid 77 pcr 13;"
	} >t.imapol
	# shellcheck disable=SC2086 # words are meant
	timeout 20 "$imapolc" $with --file-contexts file_contexts \
		-Wno-assumes-config -Wno-label-scoped -Wno-no-effect \
		t.imapol >out 2>err
}

bad()
{
	echo "not ok - $1"
	sed 's/^/# /' t.imapol err
	failed=$((failed + 1))
}

# awk program that takes a way: sets way from the environment, s is the statement
take='
function replace(by) {
	match(s, /path "[^"]*"/)
	return substr(s, 1, RSTART - 1) by substr(s, RSTART + RLENGTH)
}
function narrow() {
	sub(/ allowing wider( to label [^ ,;]+(, [^ ,;]+)*)?/, "", s)
}
function option(text,   at) {
	narrow()
	at = match(s, / except /) ? RSTART : length(s)
	return substr(s, 1, at - 1) " " text substr(s, at)
}
{
	s = $0
	way = ENVIRON["way"]
	if (ENVIRON["tag"] != "") narrow()
	if (way ~ /^allowing/) print option(way)
	else if (way ~ /^& /) { match(s, /path "[^"]*"/)
		print replace("(" substr(s, RSTART, RLENGTH) " " way ")") }
	else print replace(way)
}'

# a way in $way, taken in the statement in file s; $1: the error it leads to,
# with a ? behind it when it need not
try()
{
	tried=$((tried + 1))
	export way tag
	awk "$take" s >s2
	if cmp -s s s2; then
		bad "\`$way\` changes nothing"
	elif ! compile s2 "${tag:-}"; then
		left=$(sed -n 's/.*error: .* \[\(.*\)\]$/\1/p' err | sort -u)
		[ "$left" = "${1%\?}" ] || bad "\`$way\` is not taken"
	elif [ -n "${1%%*\?}" ]; then
		bad "\`$way\` leads to no $1"
	fi
}

# the texts between backquotes of the notes in the file notes
each_way()
{
	# only of the first message: each stands for one path
	awk '/ error: / { n++ } n == 1' err |
		sed -n 's/^.*note: //p' | grep '`' >notes
	while read -r note; do
		way=$(printf '%s\n' "$note" | sed 's/[^`]*`\([^`]*\)`.*/\1/')
		tag=
		others=
		kind=$(printf '%s\n' "$note" | sed 's/`[^`]*`/./g')
		case $note in
		'to give these files a label of their own'*)
			tag=$way
			way=$(printf '%s\n' "$note" |
				sed 's/.*`\([^`]*\)` here.*/\1/')
			# about other paths of the statement
			others="path-wider?"
			;;
		*'tells files apart exactly'* | '`!` and '* | 'by this line'* | \
		'an exemption takes'*)
			continue
			;;
		*'the others need'*)
			others=path-wider
			;;
		*'leaves such files out'*)
			others="path-wider?"
			;;
		esac
		echo "$kind" >>kinds
		try "$others"
	done <notes
}

: >kinds
for with in '' '--mounts mounts'; do
	grep -v '^#' statements >list
	while read -r line; do
		printf '%s\n' "$line" >s
		compile s && continue
		each_way
	done <list
done

# what is not offered here is not tried
for word in 'label of their own' 'as well' 'leaves them out$' 'all files of' \
	'that nothing else has' 'such files out' 'has no UUID' 'names all such' \
	'others need'; do
	grep -q "$word" kinds && continue
	echo "not ok - no message says: $word"
	failed=$((failed + 1))
done
echo "ways: $tried taken, $failed failed"
[ "$tried" -gt 30 ] && [ "$failed" = 0 ]
