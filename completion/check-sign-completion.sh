#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What bash offers for imapol-sign is what --help has; the files for zsh and fish
# are read by their shells, where these are installed.
# Environment: IMAPOL_SIGN, the program; srcdir, the top of the source tree.
set -u

case $srcdir in
/*) ;;
*) srcdir=$PWD/$srcdir ;;
esac
IMAPOLC=${IMAPOL_SIGN:?names no imapol-sign}
export IMAPOLC
. "$srcdir/tests/cli-lib.sh"

cat >drive.bash <<'end'
# WORD...: prints what is put for the last one
. "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_imapol_sign "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
complete -p imapol-sign >&2
end
put()
{
	bash drive.bash "$srcdir/completion/imapol-sign.bash" "$imapolc" "$@" 2>err | sort >offered
}

# is NAME WORD...: just these were offered
is()
{
	what=$1
	shift
	printf '%s\n' "$@" | sort >wanted
	cmp -s wanted offered
	check $? "$what: $(tr '\n' ' ' <offered)"
}

mkdir 'a folder'
echo >'a file'
if command -v bash >/dev/null; then
	run --help
	options=$(awk '/^(  -.,|     ) --/ { sub(/^ *(-., )?/, ""); print $1 }' out)
	[ "$(echo "$options" | wc -l)" -ge 15 ]
	check $? "few options in the help"
	put --
	# shellcheck disable=SC2086
	is "--" $options
	put sign --key
	is "--key" --key --keys
	put ver
	is "ver" verify
	put a
	is "a" "a file" "a folder" apply
	put sign a
	is "sign a" "a file" "a folder"
	put --root a
	is "--root a" "a folder"
	put -a sha5
	is "-a sha5" sha512
	grep -q -e '-F _imapol_sign imapol-sign' err
	check $? "the function is not set"
else
	echo "SKIP: bash is not installed"
fi
for shell in zsh fish; do
	file=$srcdir/completion/imapol-sign.fish
	[ "$shell" = fish ] || file=$srcdir/completion/_imapol-sign
	if command -v "$shell" >/dev/null; then
		"$shell" -n "$file" 2>err
		check $? "$shell -n $file"
	else
		echo "SKIP: $shell is not installed; $(basename "$file") is not read"
	fi
done
summary sign-completion 7
