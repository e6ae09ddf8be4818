#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For dracut, which sources this before it changes to the root; in PID 1 where
# there is no systemd in the image.

# shellcheck disable=SC1091,SC2154 # in the image; set by dracut
( . /usr/lib/imapol/imapol-boot.sh && imapol_boot "$NEWROOT" ) ||
	while :; do sleep 3600; done
