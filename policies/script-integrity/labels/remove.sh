#!/bin/sh
# Takes the tags off their files.
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

if grep -q 'obj_user=ima_' /sys/kernel/security/ima/policy 2>/dev/null; then
	echo 'remove.sh: the IMA policy that is loaded names the users of the tags: boot without it first' >&2
	exit 1
fi
# what is in, which another directory may have put there
[ ! -f "$state/imapol_tags.remove" ] || here=$state
mkdir -p "$state"
# lines, then labels, then users: a file whose user is gone has no valid label
forget "$here/imapol_tags.remove"
sh "$here/relabel.sh"
[ ! -f "$state/relabel.old" ] || sh "$state/relabel.old"
semodule -X 400 -r imapol_tags || echo 'remove.sh: the users are gone already' >&2
rm -f "$state/imapol_tags.cil" "$state/imapol_tags.remove" \
	"$state/imapol_tags.file_contexts" "$state/relabel.sh" "$state/relabel.old"
