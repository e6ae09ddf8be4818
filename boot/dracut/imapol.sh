#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For dracut, which sources this before it changes to the root; in PID 1 where
# there is no systemd in the image. With systemd it is run once more behind that:
# a hook of others that ends the script which sources all of them, as that of the
# module selinux does when it fails, must not be a way around this one.

# shellcheck disable=SC1091,SC2154 # in the image; set by dracut
[ -e /etc/imapol/done ] ||
	( . /usr/lib/imapol/imapol-boot.sh && imapol_boot "$NEWROOT" ) ||
	while :; do sleep 3600; done
true >/etc/imapol/done
