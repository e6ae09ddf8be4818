# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the tests of completions share, behind tests/cli-lib.sh: what was offered is
# in the file "offered", a word a line.

# is NAME WORD...: just these were offered, in any order
is()
{
	what=$1
	shift
	printf '%s\n' "$@" | sed '/^$/d' | sort -u >wanted
	sort -u offered >sorted
	cmp -s wanted sorted
	check $? "$what: offers $(tr '\n' ' ' <sorted), not $(tr '\n' ' ' <wanted)"
}

# shells_read NAME: zsh and fish can read its files, where they are installed
shells_read()
{
	for shell in zsh fish; do
		file=$srcdir/completion/$1.fish
		[ "$shell" = fish ] || file=$srcdir/completion/_$1
		if command -v "$shell" >/dev/null; then
			"$shell" -n "$file" 2>err
			check $? "$shell -n $file"
		else
			echo "SKIP: $shell is not installed; $(basename "$file") is not read"
		fi
	done
}

# fish_puts NAME COMMAND...: what fish offers, which comes with a description behind a tab
fish_puts()
{
	file=$srcdir/completion/$1.fish
	shift
	HOME=$tmp fish --no-config -c "source '$file'; complete -C '$*'" 2>err | cut -f 1 >offered
}

# bash_puts NAME PROGRAM WORD...: what bash puts for the last word, with the file's
# function _NAME; standard error tells for what that stands
bash_puts()
{
	name=$1
	shift
	bash -c '. "$1"
		_name=$2
		shift 2
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		"_$_name" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
		((${#COMPREPLY[@]})) && printf "%s\n" "${COMPREPLY[@]}"
		complete -p "${1##*/}" >&2' bash "$srcdir/completion/$name.bash" "$name" "$@" >offered 2>err
}
