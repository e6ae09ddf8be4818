# SPDX-License-Identifier: GPL-2.0-only
# Completion of imapolc for bash; the program itself tells what may stand there.

_imapolc()
{
	local IFS=$'\n' line word cut file
	local -a words=()
	local -i i

	COMPREPLY=()
	# bash takes --format=json for three words
	for ((i = 0; i <= COMP_CWORD; i++)); do
		if ((i > 1)) && [[ ${COMP_WORDS[i]} == = ||
			${COMP_WORDS[i - 1]} == = ]]; then
			words[${#words[@]} - 1]+=${COMP_WORDS[i]}
		else
			words+=("${COMP_WORDS[i]}")
		fi
	done
	word=${words[${#words[@]} - 1]}
	# and replaces what is behind the = alone
	cut=
	[[ $word == -*=* && $COMP_WORDBREAKS == *=* ]] && cut=${word%%=*}=
	file=${word#"$cut"}
	for line in $("$1" complete -- "${words[@]}" 2>/dev/null); do
		case $line in
		:files)
			compopt -o filenames 2>/dev/null
			COMPREPLY+=($(compgen -f -- "$file"))
			;;
		:dirs)
			compopt -o filenames 2>/dev/null
			COMPREPLY+=($(compgen -d -- "$file"))
			;;
		*)
			line=${line%%$'\t'*}
			COMPREPLY+=("${line#"$cut"}")
			;;
		esac
	done
}
complete -F _imapolc imapolc
