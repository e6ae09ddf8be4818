#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# watch.sh: imapol-watch on booted kernels. What it tells and counts through the kernel's audit and its log is what was
# done there, many refusals at once included, of which the log has but a few; what the kernel drops is counted; and it
# needs one capability and no more.
# Environment:
#   IMAPOL_BUILD  where the project is built
#   LIVE_KERNELS, LIVE_DIR   as run.sh
# Prints TAP and, for each kernel, a summary. Exit 0: all as it should be; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

kernels=${LIVE_KERNELS:-6.1 6.12}
built=${IMAPOL_BUILD:?names no build folder}
export LIVE_TPM=no
need_tools busybox setpriv qemu-system-x86_64

# /init: the second serial line is what is judged
init_script() {
	cat <<-'EOF'
		#!/bin/sh
		PATH=/bin
		for name in mount cat chown chmod sleep kill poweroff sed seq grep sort uniq; do busybox ln -s busybox /bin/$name; done
		mount -t proc proc /proc
		mount -t sysfs sysfs /sys
		mount -t devtmpfs dev /dev
		mount -t securityfs securityfs /sys/kernel/security
		mount -t tmpfs tmpfs /t
		exec >/dev/ttyS1 2>&1
		policy=/sys/kernel/security/ima/policy
		imapol-watch --netlink --kernel-log --counters /t/all.prom >/t/all 2>/t/all.err &
		watch=$!
		# without CAP_NET_ADMIN it has room for what net.core.rmem_max says
		/bin/setpriv --reuid 99 --clear-groups --inh-caps +audit_read --ambient-caps +audit_read \
			imapol-watch --netlink --quiet --counters /t/slow.prom 2>/t/slow.err &
		slow=$!
		for pid in $watch $slow; do
			until grep -q "^[0-9a-f]* 9 *$pid " /proc/net/netlink; do sleep 0.2; done
		done
		kill -STOP $slow
		echo 'measure func=FILE_CHECK obj_type=lost_t' >$policy
		for i in $(seq 3000); do echo "none$i"; done >$policy 2>/dev/null
		sleep 2
		kill -CONT $slow
		printf '%s\n' 'measure func=FILE_CHECK mask=MAY_READ fowner=4321' \
			'appraise func=BPRM_CHECK fowner=1234 appraise_type=imasig' >/t/policy
		cat /t/policy >$policy
		printf '#!/bin/sh\necho it ran\n' >'/t/un signed'
		chmod 755 '/t/un signed'
		chown 1234 '/t/un signed'
		for i in $(seq 200); do '/t/un signed' 2>/dev/null || echo "status $?"; done | sort | uniq -c
		echo text >/t/file
		chown 4321 /t/file
		exec 5>>/t/file
		cat /t/file >/dev/null
		exec 5>&-
		exec 6</t/file
		echo more >>/t/file
		exec 6<&-
		sleep 3
		kill -TERM $watch $slow
		wait $watch
		echo "ended: $?"
		grep -v -e none -e invalid-policy /t/all | sed -n 's/^[^ ]* /event: /p' | sed 's/(.*//' | sort | uniq -c
		grep '^ima_.* [1-9]' /t/all.prom
		sed 's/^/said: /' /t/all.err
		sed -n 's/^ima_audit_lost_total{source="netlink"} [1-9][0-9]*$/slow: lost/p' /t/slow.prom
		grep -o 'the kernel dropped [1-9]' /t/slow.err
		echo "violations $(cat /sys/kernel/security/ima/violations)"
		echo "in the log $(busybox dmesg | grep -c 'type=1800')"
		# another user: not without the capability, and with it alone
		/bin/setpriv --reuid 99 --clear-groups imapol-watch --netlink
		/bin/setpriv --reuid 99 --clear-groups --inh-caps +audit_read --ambient-caps +audit_read \
			imapol-watch --netlink &
		sleep 1
		kill $! && echo "it runs with one capability"
		echo finished
		poweroff -f
	EOF
}

# what goes over the line ends as lines of a terminal do
boots() {
	"$here/boot.sh" "$kernel" "$work/initramfs" "$work" audit_backlog_limit=65536 >"$work.log" 2>&1 || {
		sed 's/^/# /' "$work.log"
		return 1
	}
	tr -d '\r' <"$work/out.log" >"$work/said"
}

# has PATTERN...: each is a line of what the guest said
has() {
	for pattern; do
		grep -q -x -e " *$pattern" "$work/said" || {
			echo "# none is: $pattern"
			head -n 40 "$work/said" | sed 's/^/# /'
			return 1
		}
	done
}

log_has_fewer() {
	n=$(sed -n 's/^in the log //p' "$work/said")
	[ -n "$n" ] && [ "$n" -lt 200 ]
}

says_nothing() {
	! grep '^said:' "$work/said"
}

summary=
for release in $kernels; do
	good=true
	kernel=$(kernel_image "$release")
	work=$LIVE_DIR/watch-$release
	rm -rf "$work"
	mkdir -p "$work/root/bin" "$work/root/proc" "$work/root/sys" "$work/root/dev" "$work/root/t"
	put_program "$built/watch/imapol-watch" "$work/root"
	put_program "$(command -v setpriv)" "$work/root"
	cp "$(command -v busybox)" "$work/root/bin/busybox"
	ln -s busybox "$work/root/bin/sh"
	init_script >"$work/root/init"
	chmod 755 "$work/root/init"
	"$here/mk-initramfs.sh" "$work/initramfs" "$work/root"
	judge "$release: it boots, and the program ends when it is told to" boots
	judge "$release: it ends well" has 'ended: 0'
	judge "$release: each of 200 refusals is told and counted" has '200 status 126' \
		'200 event: refused: IMA-signature-required: /t/un signed ' \
		'ima_denials_total{cause="IMA-signature-required"} 200'
	judge "$release: of which the kernel's log has fewer" log_has_fewer
	judge "$release: both violations, as the kernel counts them" has 'violations 2' \
		'1 event: violation: open_writers: /t/file ' '1 event: violation: ToMToU: /t/file ' \
		'ima_violations_total{cause="ToMToU"} 1' 'ima_violations_total{cause="open_writers"} 1' \
		'ima_violations 2'
	judge "$release: a policy that was taken and two that were not" has \
		'ima_policy_loads_total{result="completed"} 1' 'ima_policy_loads_total{result="failed"} 2'
	judge "$release: the label that the LSM does not know, which only the log has" has \
		'ima_labels_lost_total 1' '1 event: label lost: the LSM does not know lost_t: a rule with it does nothing'
	judge "$release: nothing is lost to who reads" says_nothing
	judge "$release: what was dropped is counted where nobody reads" has 'slow: lost' 'the kernel dropped [1-9]'
	judge "$release: it takes one capability" has \
		'imapol-watch: audit netlink: not permitted: it takes CAP_AUDIT_READ.*' 'it runs with one capability'
	summary="$summary$release: watch: $($good && echo "as it was" || echo "not as it was")
"
done
conclude
