#!/bin/sh
# Puts the tags on their files.
# Written by imapolc labels. To be run as root, under the SELinux policy of the target.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
state=/var/lib/imapol

# One by one: a line that is gone already is no reason to stop.
forget() {
	while read -r line; do
		printf '%s\n' "$line" >"$state/work"
		semanage import -f "$state/work" || echo "gone already: $line" >&2
	done <"$1"
	rm -f "$state/work"
}

mkdir -p "$state"
add=yes
# The record in $state is ahead of what it is about: cut short at any place, the
# next run knows all lines that may be in, and all places that may have labels.
if [ -f "$state/imapol_tags.remove" ]; then
	cat "$state/relabel.sh" >>"$state/relabel.old"
	cat "$state/imapol_tags.remove" "$here/imapol_tags.semanage" >"$state/both"
	cat "$state/imapol_tags.remove" "$here/imapol_tags.remove" | sort -u >"$state/all"
	mv "$state/all" "$state/imapol_tags.remove"
	# the same users: the lines of before go and the new ones come at once
	if cmp -s "$state/imapol_tags.cil" "$here/imapol_tags.cil" &&
		semanage import -f "$state/both"; then
		add=
	else
		forget "$state/imapol_tags.remove"
		sh "$state/relabel.old"
	fi
	rm -f "$state/both"
else
	cp "$here/relabel.sh" "$state/"
	cp "$here/imapol_tags.remove" "$state/"
fi
if [ -n "$add" ]; then
	# users first: no line may name one that is not known
	semodule -X 400 -i "$here/imapol_tags.cil"
	semanage import -f "$here/imapol_tags.semanage"
fi
cp "$here/imapol_tags.cil" "$here/imapol_tags.remove" "$here/relabel.sh" \
	"$here/imapol_tags.file_contexts" "$state/"
sh "$state/relabel.sh"
if [ -f "$state/relabel.old" ]; then
	sh "$state/relabel.old"
	rm "$state/relabel.old"
fi
