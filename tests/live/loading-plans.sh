# SPDX-License-Identifier: GPL-2.0-only
#
# The situations of loading.sh, a boot each; to be read in by it. A row is: ask NAME STATUS MESSAGE WORDS, with "-" for
# any message. Debian's kernels take one policy a boot, so what loads is the end of a boot, but for what is said of it.

plan_boots() {
	for name in ${LOADING_BOOTS:-files machine copied left late signed unconfirmed raced}; do
		case $name in
		signed) boot "$1" "$name" integrity,selinux ima_policy=secure_boot ;;
		*) boot "$1" "$name" integrity,selinux ;;
		esac
	done
}

# What is wrong with a file, then a load that the next ones know of.
plan_files() {
	ready
	step own /t/foreign.ima 1000 0
	step mode /t/writable.ima 0646
	ask no-file-named 2 '--help'
	ask unknown-option 2 '--help' --no-such-option /t/good.ima
	ask no-file 2 '/t/none.*no such file' /t/none
	ask directory 2 'not a regular file' /t/directory
	ask device 2 'not a regular file' /dev/null
	ask empty 2 empty /t/empty.ima
	ask comments-only 2 'no rule' /t/comments.ima
	ask nul 2 NUL /t/nul.ima
	ask writable-by-others 2 'writ' /t/writable.ima
	ask owned-by-others 2 'own' /t/foreign.ima
	ask long-rule 2 '4095' /t/long.ima
	ask status-without-a-policy 0 'no ' --status
	ask dry-run-of-a-good-one 0 - --dry-run /t/good.ima
	ask dry-run-of-a-bad-one 1 - --dry-run /t/bad.ima
	idle
	# the word is in a record, which the loader may get beside the listener
	ask refused 1 'bad.ima:[0-9]*: measure func=FILE_CHECK planted=1' /t/bad.ima
	[ "$audit" = none ] || ask refused-by-the-record 1 "bad.ima:[0-9]*:.*'planted=1'" /t/bad.ima
	idle
	ask no-assumptions 0 'assumes' /t/plain.ima
	enforced
	ask same-by-the-record 0 'already' -v /t/plain.ima
	ask same-rules-in-another-file 0 'already' -v /t/good.ima
	ask other-rules 3 'another policy is in force' /t/other.ima
	ask dry-run-after-a-load 3 - --dry-run /t/other.ima
	ask status-of-the-same 0 'plain.ima' --status
	ask status-of-other-rules 3 'other.ima.*not' --status /t/other.ima
	box cp -a /run/imapol/loaded /run/imapol/kept
	prepare /bin/sh /t/another-boot
	ask record-of-another-boot 3 - /t/plain.ima
	box cp -a /run/imapol/kept /run/imapol/loaded
	ask record-as-it-was 0 - /t/plain.ima
	step mode /run/imapol/loaded 0666
	ask record-that-others-may-write 3 - /t/plain.ima
	step mode /run/imapol/loaded 0644
	step mode /run/imapol 0777
	ask record-where-others-may-write 3 - /t/plain.ima
	step mode /run/imapol 0755
	step own /run/imapol/loaded 1000 0
	ask record-of-another-owner 3 - /t/plain.ima
}

# What is wrong with the machine.
plan_machine() {
	ask selinux-has-no-policy-yet 4 'selinux' /t/labels.ima
	step selinux /t/selinux
	label
	ask not-a-certificate 1 'cert.der' --keys /t/garbage
	ask not-a-certificate-so-no-load 1 'cert.der' --keys /t/garbage /t/good.ima
	ask keys 0 - --keys /t/keys
	step as 1000
	ask not-root 4 root /t/good.ima
	step as 0
	ask another-kernel 4 '5\.10' /t/kernel.ima
	ask another-lsm 4 'apparmor' /t/lsm.ima
	step occupy
	ask another-writer 2 'another program' /t/good.ima
	step vacate
	box umount /sys/kernel/security
	ask no-securityfs 4 'securityfs is not mounted' /t/good.ima
	box mount -t securityfs -o ro securityfs /sys/kernel/security
	ask securityfs-that-is-read-only 4 'read-only' /t/good.ima
	box mount -o remount,rw /sys/kernel/security
	box mount -t tmpfs none /sys/kernel/security/integrity
	ask no-ima 4 'no IMA' /t/good.ima
	ask status-without-ima 4 - --status
	box umount /sys/kernel/security/integrity
	box mount -t tmpfs none /sys/kernel/security/integrity/ima
	ask something-lies-over-its-folder 4 'mounted over' /t/good.ima
	box umount /sys/kernel/security/integrity/ima
	# it has the rules, and so it would show them
	step cover /t/other.ima $policy
	ask a-file-lies-over-the-policy-file 4 'mounted over' /t/other.ima
	box umount $policy
	box mount -o remount,ro /
	box mount -o remount,ro /run
	ask no-room-for-a-copy-read-only 2 'read-only' /t/unfinished.ima
	box mount -o remount,rw,size=64k /run
	step fill /run
	ask no-room-for-a-copy-full 2 'no space\|read-only' /t/unfinished.ima
	box rm /run/filler
	box mount -o remount,rw /
	idle
	ask keys-and-load 0 - --keys /t/keys /t/good.ima
	enforced
}

# A file that is open for writing, and no room for the record.
plan_copied() {
	ready
	step hold /t/held.ima
	box mount -o remount,size=64k /run
	step fill /run
	ask open-for-writing 0 'open for writing.*copy' -v /t/held.ima
	enforced
	ask same-without-a-record 3 'already' /t/held.ima
	ask status-without-a-record 3 'held.ima.*not known' --status /t/held.ima
}

# PID 1 is left to load it, and does; the guest's first process is PID 1.
plan_left() {
	ready
	ask leave-no-file 2 - --leave /t/none
	ask leave-another-kernel 4 - --leave /t/kernel.ima
	ask leave 0 - --leave /t/good.ima
	idle
	step path left /t/good.ima
	foretell left exit 0
	ask confirm-another 3 - --confirm /t/other.ima
	ask confirm 0 - --confirm /t/good.ima
	ask confirm-again 0 - --confirm /t/good.ima
	ask same-as-was-left 0 'already' -v /t/good.ima
	enforced
}

# PID 1 did not load what it was left; the record cannot be written.
plan_late() {
	ready
	ask leave 0 - --leave /t/good.ima
	box mount -o remount,ro /run
	idle
	ask confirm-what-was-not-loaded 0 'nobody has loaded it' --confirm /t/good.ima
	enforced
	ask same-without-a-record 3 'already' /t/good.ima
}

# A policy in force wants policies signed.
plan_signed() {
	ready
	for name in signed stranger heldsigned unfinishedsigned; do
		step "sign /t/$name.ima /t/$name.ima.sig"
	done
	step hold /t/held.ima
	step hold /t/heldsigned.ima
	ask unsigned 1 'sign the file' /t/good.ima
	ask unsigned-copy 1 'sign' /t/held.ima
	ask signed-by-another-key 1 'sign' /t/stranger.ima
	ask signed-and-open-for-writing 2 'writing' /t/heldsigned.ima
	ask signed-without-a-newline 2 'newline' /t/unfinishedsigned.ima
	ask status-of-the-boot-policy 0 'secure_boot' --status
	ask dry-run-where-a-path-is-wanted 4 - --dry-run /t/signed.ima
	idle
	ask signed 0 - /t/signed.ima
	enforced
}

# The write succeeds, and that is all that can be seen.
plan_unconfirmed() {
	ready
	for name in emptied swapped; do
		box cp /t/good.ima /t/$name.ima
	done
	# the kernel's log has that nothing was applied
	ask_traced write-that-did-nothing 1 'nothing is changed' retval=11 /t/good.ima
	idle
	box rm /dev/kmsg
	# it cannot tell then whether this kernel would append
	ask no-kernel-log 3 '--append' /t/good.ima
	ask_traced nor-does-the-kernel-log-tell 5 - retval=11 --append /t/good.ima
	ask_traced write-of-a-part 5 - retval=4 --append /t/good.ima
	ask_traced write-of-too-much 5 - retval=4096 --append /t/good.ima
	idle
	step swap /t/comments.ima /t/emptied.ima
	ask_traced only-comments-by-the-time-of-the-write 5 - delay_enter=1s --append /t/emptied.ima
	idle
	step swap /t/other.ima /t/swapped.ima
	ask_traced other-rules-by-the-time-of-the-write 5 - delay_enter=1s --append /t/swapped.ima
	enforced
}

# Another program loads its own policy right after a write that took a part of the path only.
plan_raced() {
	ready
	step after /t/other.ima
	asked write-of-a-part-then-another-policy 5 -
	step "run write-of-a-part-then-another-policy /bin/strace -f -q -o /trace -P $policy -e trace=write,close" \
		"-e inject=write:retval=4 -e inject=close:delay_exit=2s /bin/imapol-load /t/good.ima"
	enforced
}
