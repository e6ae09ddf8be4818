# SPDX-License-Identifier: GPL-2.0-only
# Completion of the programs beside imapolc for bash, which finds this file by the
# name of each. Their --help tells what may stand there.

# of that help: the options, the commands, and what stands behind OPTION
_imapol_options()
{
	sed -n 's/^  \(-[a-zA-Z0-9],\|   \) \(--[a-z0-9-]*\).*/\2/p' <<<"$help"
}
_imapol_commands()
{
	sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p' <<<"$help"
}
_imapol_argument()
{
	sed -n -e "s/^  \(-[a-zA-Z0-9],\|   \) $1 \([^ ][^ ]*\).*/\2/p" \
		-e "s/^  $1, --[a-z0-9-]* \([^ ][^ ]*\).*/\1/p" <<<"$help"
}

_imapol()
{
	local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]} help argument=
	local before=${COMP_WORDS[COMP_CWORD - 1]} commands

	COMPREPLY=()
	help=$("$1" --help 2>/dev/null)
	commands=$(_imapol_commands)
	# where each command has options of its own
	[[ $help == *' COMMAND --help '* ]] && ((COMP_CWORD > 1)) &&
		help=$("$1" "${COMP_WORDS[1]}" --help 2>/dev/null)
	[[ $before == -* ]] && argument=$(_imapol_argument "$before")
	case $argument in
	'')
		case $word in
		-*)
			COMPREPLY=($(compgen -W "$(_imapol_options)" -- "$word"))
			;;
		*)
			compopt -o filenames 2>/dev/null
			COMPREPLY=($(compgen -f -- "$word"))
			((COMP_CWORD == 1)) &&
				COMPREPLY+=($(compgen -W "$commands" -- "$word"))
			;;
		esac
		;;
	*FILE* | KEY | LIST)
		compopt -o filenames 2>/dev/null
		COMPREPLY=($(compgen -f -- "$word"))
		;;
	*DIR*)
		compopt -o filenames 2>/dev/null
		COMPREPLY=($(compgen -d -- "$word"))
		;;
	HASH)
		COMPREPLY=($(compgen -W $'sha256\nsha384\nsha512' -- "$word"))
		;;
	*[A-Z]*) ;;
	*)
		COMPREPLY=($(compgen -W "${argument//|/$'\n'}" -- "$word"))
		;;
	esac
}
complete -F _imapol imapol-sign imapol-load imapol-attest ima_measure \
	ima-evm-verifier imapol-watch alert_violation
