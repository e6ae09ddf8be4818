#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What bash offers for the programs beside imapolc is what their --help has; zsh
# and fish, where these are installed, read their files and offer it, too.
# Environment: IMAPOL_SIGN, IMAPOL_LOAD, programs; top_builddir, with the others;
# srcdir, the top of the source tree.
set -u

case $srcdir in
/*) ;;
*) srcdir=$PWD/$srcdir ;;
esac
build=$(cd "${top_builddir:?names no build tree}" && pwd)
IMAPOLC=${IMAPOL_SIGN:?names no imapol-sign}
IMAPOL_EXEC_PATH=$build/attest
export IMAPOLC IMAPOL_EXEC_PATH
. "$srcdir/tests/cli-lib.sh"
. "$srcdir/completion/lib.sh"

mkdir bin
ln -s "$imapolc" "$build/loader/imapol-load" "$build/watch/imapol-watch" "$build/attest/imapol-attest" bin
ln -s imapol-attest bin/ima_measure
ln -s imapol-attest bin/ima-evm-verifier
ln -s imapol-watch bin/alert_violation
PATH=$tmp/bin:$PATH

# all long options in the help of PROGRAM [COMMAND], at least N
options()
{
	least=$1
	shift
	"$@" --help | awk '/^(  -.,|     ) --/ { sub(/^ *(-., )?/, ""); print $1 }' >options
	[ "$(wc -l <options)" -ge "$least" ]
	check $? "$*: few options in the help"
	cat options
}

mkdir 'a folder'
echo >'a file'
if command -v bash >/dev/null; then
	# shellcheck disable=SC2046
	each()
	{
		least=$1
		shift
		bash_puts imapol "$@" --
		is "bash: $* --" $(options "$least" "$@")
		grep -q -e "-F _imapol $1\$" err
		check $? "bash: $1 has no function"
	}
	each 15 imapol-sign
	each 10 imapol-load
	each 8 ima_measure
	each 30 ima-evm-verifier
	each 15 imapol-watch
	each 15 alert_violation
	each 30 imapol-attest verify
	each 8 imapol-attest measure
	each 8 imapol-attest collect
	each 8 imapol-attest allowlist
	each 3 imapol-attest enrol
	each 3 imapol-attest put
	each 3 imapol-attest gate
	bash_puts imapol imapol-sign sign --key
	is "bash: imapol-sign sign --key" --key --keys
	bash_puts imapol imapol-sign ver
	is "bash: imapol-sign ver" verify
	bash_puts imapol imapol-sign a
	is "bash: imapol-sign a" "a file" "a folder" apply
	bash_puts imapol imapol-sign sign a
	is "bash: imapol-sign sign a" "a file" "a folder"
	bash_puts imapol imapol-sign --root a
	is "bash: imapol-sign --root a" "a folder"
	bash_puts imapol imapol-sign -a sha5
	is "bash: imapol-sign -a sha5" sha512
	bash_puts imapol imapol-attest en
	is "bash: imapol-attest en" enrol
	bash_puts imapol imapol-attest verify --format ""
	is "bash: imapol-attest verify --format" text json
	bash_puts imapol imapol-attest verify --violations r
	is "bash: imapol-attest verify --violations r" refuse
	bash_puts imapol imapol-attest verify --log a
	is "bash: imapol-attest verify --log a" "a file" "a folder"
	bash_puts imapol imapol-attest verify --nonce a
	is "bash: imapol-attest verify --nonce a" ""
	bash_puts imapol ima_measure --order b
	is "bash: ima_measure --order b" big
	bash_puts imapol imapol-watch -c a
	is "bash: imapol-watch -c a" "a file" "a folder"
	bash_puts imapol imapol-load --keys a
	is "bash: imapol-load --keys a" "a folder"
else
	echo "SKIP: bash is not installed"
fi
shells_read imapol
if command -v fish >/dev/null; then
	fish_puts imapol "imapol-sign ver"
	is "fish: imapol-sign ver" verify
	fish_puts imapol "imapol-attest enr"
	is "fish: imapol-attest enr" enrol
	fish_puts imapol "imapol-attest verify --quo"
	is "fish: imapol-attest verify --quo" --quote
	fish_puts imapol "imapol-watch --ker"
	is "fish: imapol-watch --ker" --kernel --kernel-log
fi
if command -v zsh >/dev/null; then
	for program in imapol-sign imapol-load imapol-attest ima_measure ima-evm-verifier imapol-watch alert_violation; do
		zsh -f -c "fpath=('$srcdir/completion' \$fpath); autoload -U compinit; compinit -D -u; echo \$_comps[$program]" \
			>offered 2>err
		is "zsh: $program" _imapol
	done
fi
summary help-completion 50
