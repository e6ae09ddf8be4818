#!/bin/sh
# Labels the files of the tags again.
# Written by imapolc labels. To be run as root, under the SELinux policy of the target.
set -eu

# -F: without it the user of a label stays as it is
for head in '/etc/flowspec' '/usr/local/bin'; do
	[ ! -e "$head" ] || restorecon -F -R "$head"
done
