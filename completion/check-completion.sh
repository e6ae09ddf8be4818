#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# `imapolc complete` offers what --help has, for each command, and values that are
# taken; the file for bash is driven in bash as the shell drives it; those for
# zsh and fish are read by their shells, where these are installed.
# Environment: IMAPOLC, the compiler; srcdir, the top of the source tree.
set -u

case $srcdir in
/*) ;;
*) srcdir=$PWD/$srcdir ;;
esac
. "$srcdir/tests/cli-lib.sh"
. "$srcdir/completion/lib.sh"

# offers WORD...: what is offered for the last word, without descriptions
offers()
{
	run complete -- imapolc "$@"
	gives 0 "" "complete $*"
	cut -f 1 out >offered
}

# ---- what there is ----
commands=$(sed -n 's/^CLI_COMMAND([A-Z]*, "\([a-z]*\)".*/\1/p' \
	"$srcdir/compiler/cli_commands.def")
offers ''
# shellcheck disable=SC2086 # commands are words
is "the first word" $commands :files
offers fm
is "a part of a command" fmt :files
for command in '' $commands; do
	run ${command:+"$command"} --help
	sed -n -E -e 's/^  +(-., )?(--[a-z-]+).*/\2/p' out |
		sort -u >helped
	offers ${command:+"$command"} --
	sort -u offered >sorted
	[ -s helped ] && cmp -s helped sorted
	check $? "the options of imapolc $command: $(comm -3 helped sorted | tr '\n' ' ')"
done
offers -
grep -q -x -e -MD offered && grep -q -x -e -W offered && grep -q -x :files offered
check $? "what begins with a dash"

# ---- values ----
offers --lsm ''
is --lsm selinux apparmor smack no-lsm
run --help
profiles=$(awk '/^[^ ]/ { on = 0 } sub(/^profiles:/, "") { on = 1 } on' out)
passes=$(sed -n 's/^passes: //p' out)
offers --profile ''
# shellcheck disable=SC2086
is --profile $profiles
offers --dump=
# shellcheck disable=SC2086
is --dump $(printf ' %s' $passes | sed 's/ / --dump=/g')
offers --color a
is --color auto always
offers paths --format ''
is "paths --format" text json
offers --format ''
is --format text json sarif github gitlab
offers --max-errors ''
[ ! -s offered ]
check $? "a number is offered"
offers --root ''
is --root :dirs
offers -I ''
is -I :dirs
offers paths --file-contexts ''
is --file-contexts :files
offers -MF ''
is -MF :files
offers fmt --root ''
is "an option of another command" :files

printf 'measure code;\n' >good.imapol
offers --kernel ''
[ "$(wc -l <offered)" -gt 20 ]
check $? "releases: $(wc -l <offered)"
while read -r release; do
	[ "$release" = running ] || {
		run --kernel "$release" --no-comments good.imapol
		gives 0 "" "--kernel $release"
	}
done <offered
offers -W
[ "$(wc -l <offered)" -gt 40 ]
check $? "warnings: $(wc -l <offered)"
while read -r option; do
	run "$option" --version
	gives 0 "" "$option"
done <offered
run complete
gives 2 "no file\|words" "nothing to complete"
run complete -- imapolc
gives 2 "words" "no word to complete"

# ---- bash ----
mkdir 'a folder' other
touch 'a file.imapol' other/file
put()
{
	bash_puts imapolc "$imapolc" "$@"
	check $? "bash: $*"
}
if command -v bash >/dev/null; then
	put pat
	is "bash: pat" paths
	put fmt ''
	printf '%s\n' * | sort >names
	sort offered >sorted
	grep -q -x 'a file.imapol' sorted && grep -q -x 'a folder' sorted
	check $? "bash: names with blanks: $(cat sorted)"
	put --format = ''
	is "bash: --format=" text json sarif github gitlab
	put --format =
	is "bash: --format =" text json sarif github gitlab
	put --format = sa
	is "bash: --format=sa" sarif
	put --root a
	is "bash: --root a" 'a folder'
	put --root = o
	is "bash: --root=o" other
	put --users other/
	is "bash: --users other/" other/file
	put fmt --ch
	is "bash: fmt --ch" --check
	put --nonesuch
	[ ! -s offered ] && grep -q -e '-F _imapolc imapolc' err
	check $? "bash: the function is not set"
	put -Wno-label-s
	is "bash: -Wno-label-s" -Wno-label-scoped
else
	echo "SKIP: bash is not installed"
fi

# ---- the others can read their files ----
shells_read imapolc
if command -v fish >/dev/null; then
	mkdir bin
	ln -s "$imapolc" bin/imapolc
	PATH=$tmp/bin:$PATH
	fish_puts imapolc imapolc pat
	is "fish: pat" paths
fi

summary completion 100
