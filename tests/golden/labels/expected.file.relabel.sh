#!/bin/sh
# Labels the files of the tags again.
# Written by imapolc labels. To be run as root, under the SELinux policy of the target.
set -eu

# -F: without it the user of a label stays as it is
for head in '/opt/scripts' '/opt/secret' '/srv/it'\''s 100%/a' '/srv/it'\''s 100%/b' '/usr/local/bin'; do
	[ ! -e "$head" ] || restorecon -F -R "$head"
done
