#!/bin/sh
# Takes the tags off their files.
# Written by imapolc labels. To be run as root, under the SELinux policy of the target.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
state=/var/lib/imapol

if grep -q 'obj_user=ima_' /sys/kernel/security/ima/policy 2>/dev/null; then
	echo 'remove.sh: the IMA policy that is loaded names the users of the tags: boot without it first' >&2
	exit 1
fi
# lines, then labels, then users: a file whose user is gone has no valid label
semanage import -f "$here/imapol_tags.remove"
sh "$here/relabel.sh"
semodule -X 400 -r imapol_tags
rm -f "$state/imapol_tags.cil" "$state/imapol_tags.remove" \
	"$state/imapol_tags.file_contexts" "$state/relabel.sh"
