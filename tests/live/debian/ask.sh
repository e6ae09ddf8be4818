# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Read in by what a booted Debian is asked (debian.sh): steps that say what came of them as the guest programs do.
set -u

cd /run/live || exit 1

# run NAME COMMAND...
run()
{
	name=$1
	shift
	"$@" >said 2>&1
	status=$?
	sed "s/^/$name: /" said
	echo "run $name exit $status"
}

# The prompt is there once getty waits for its terminal: in read, poll, select or pselect6.
login()
{
	tries=0
	until grep -q -s -E '^(0|7|23|270) ' "/proc/$(systemctl show -P MainPID serial-getty@ttyS0.service)/syscall"; do
		tries=$((tries + 1))
		[ $tries -lt 120 ] || break
		sleep 1
	done
	echo "login after $tries"
}

# What the kernel refused, or would have, each file once.
refused()
{
	# through a pipe, as dmesg may not write to this terminal
	dmesg | sed -n 's/.* type=1800 .* op=appraise_data cause=\([^ ]*\) .* name="\([^"]*\)".*/refused \2 \1/p' | sort -u
}

# Files that nobody signed, or that are not as they were signed.
programs()
{
	cp /usr/bin/true /root/unsigned
	cp /usr/bin/true /root/tampered
	echo more >>/root/tampered
	signature=$(getfattr -e hex -n security.ima /usr/bin/true 2>/dev/null | sed -n 's/^security.ima=//p')
	setfattr -n security.ima -v "$signature" /root/tampered
	cp /usr/bin/true /root/owned
	chown 1000 /root/owned
	printf '#!/bin/sh\nexit 0\n' >/root/script
	chmod 755 /root/script
	cp /usr/lib/x86_64-linux-gnu/libz.so.1 /root/library
	# where insmod may read it, so that it is not SELinux that refuses
	cp "$(modinfo -F filename dummy)" "/usr/lib/modules/$(uname -r)/unsigned.ko"
	run signed /usr/bin/true
	for name in unsigned tampered script owned; do
		run $name /root/$name
	done
	run library env LD_PRELOAD=/root/library /usr/bin/echo started
	run module insmod "/usr/lib/modules/$(uname -r)/unsigned.ko"
	run module-signed modprobe dummy
}

system()
{
	echo "kernel $(uname -r)"
	echo "selinux $(getenforce)"
	echo "as $(id -Z)"
	echo "reached $(systemctl is-active multi-user.target getty.target | tr '\n' ' ')"
	systemctl --failed --plain --no-legend | sed 's/^\([^ ]*\) .*/failed \1/'
	systemctl show imapol-confirm.service -p ActiveState,ExecMainStatus | sed 's/^/confirm /'
	run status imapol-load --status
	run record cat /run/imapol/loaded
}
