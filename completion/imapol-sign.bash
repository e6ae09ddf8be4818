# SPDX-License-Identifier: GPL-2.0-only
# Completion of imapol-sign for bash; its --help tells what may stand there.

_imapol_sign()
{
	local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]}
	local before=${COMP_WORDS[COMP_CWORD - 1]} help

	COMPREPLY=()
	help=$("$1" --help 2>/dev/null)
	case $before in
	--root)
		compopt -o filenames 2>/dev/null
		COMPREPLY=($(compgen -d -- "$word"))
		return
		;;
	-a | --hash)
		COMPREPLY=($(compgen -W $'sha256\nsha384\nsha512' -- "$word"))
		return
		;;
	-j | --jobs | --kernel)
		return
		;;
	esac
	case $word in
	-*)
		COMPREPLY=($(compgen -W "$(sed -n \
			's/^  \(-[a-z0],\|   \) \(--[a-z-]*\).*/\2/p' <<<"$help")" -- "$word"))
		;;
	*)
		compopt -o filenames 2>/dev/null
		COMPREPLY=($(compgen -f -- "$word"))
		((COMP_CWORD == 1)) && COMPREPLY+=($(compgen -W "$(sed -n \
			's/^  \([a-z][a-z]*\)  .*/\1/p' <<<"$help")" -- "$word"))
		;;
	esac
}
complete -F _imapol_sign imapol-sign
