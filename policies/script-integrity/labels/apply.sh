#!/bin/sh
# Puts the tags on their files.
# Written by imapolc labels. To be run as root, under the SELinux policy of the target.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
state=/var/lib/imapol

# A line that is gone already is no reason to stop.
forget() {
	while read -r line; do
		printf '%s\n' "$line" >"$state/work"
		semanage import -f "$state/work" || echo "apply.sh: gone already: $line" >&2
	done <"$state/imapol_tags.remove"
}

mkdir -p "$state"
if [ ! -f "$state/imapol_tags.remove" ]; then
	# users first: no line may name one that is not known
	semodule -X 400 -i "$here/imapol_tags.cil"
	semanage import -f "$here/imapol_tags.semanage"
else
	cat "$state/imapol_tags.remove" "$here/imapol_tags.semanage" >"$state/work"
	# the same users: the lines of before go and the new ones come at once
	if ! cmp -s "$state/imapol_tags.cil" "$here/imapol_tags.cil" ||
		! semanage import -f "$state/work"; then
		forget
		sh "$state/relabel.sh"
		semodule -X 400 -i "$here/imapol_tags.cil"
		semanage import -f "$here/imapol_tags.semanage"
	fi
	rm -f "$state/work"
fi
# the record of what is in, for the next run and for imapolc --root
cp "$here/imapol_tags.cil" "$here/imapol_tags.remove" "$here/relabel.sh" \
	"$here/imapol_tags.file_contexts" "$state/"
sh "$state/relabel.sh"
