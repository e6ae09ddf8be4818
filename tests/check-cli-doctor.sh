#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapolc doctor as a program; what its checks say is tested by
# unit/test_doctor. Environment: IMAPOLC, the compiler.
set -u

. "$(dirname "$0")/cli-lib.sh"

# ---- usage ----
run doctor file
gives 2 "takes no file" "doctor of a file"
run doctor --kernel 6.1
gives 2 "no meaning" "doctor with a target"
run doctor --root nonesuch
gives 2 "nonesuch: No such file" "doctor of a root that is not there"
run doctor --format xml
gives 2 "xml" "a format that is none"
run doctor --help
gives 0 "" "doctor --help"

# ---- whatever runs here: an answer, and nothing said beside it ----
run doctor
[ "$status" -le 1 ] && [ ! -s err ]
check $? "doctor of this machine: status $status"
faults=$(grep -c '^fault ' out)
[ "$faults" -eq 0 ] || [ "$status" = 1 ]
check $? "status $status with $faults faults"
tail -n 1 out | grep -q -x "[0-9]* ok, [0-9]* warnings, $faults faults, [0-9]* unknown"
check $? "the count at the end"
grep -q '^ok kernel-release: \|^warning kernel-release: ' out
check $? "the release that runs"
# of all that is not well the next line is a remedy
awk '
	/^(warning|fault|unknown) / { wants = 1; next }
	wants && !/^\t./ { bad = 1 }
	{ wants = 0 }
	END { exit bad || wants }
' out
check $? "a remedy below each"

# ---- a root ----
mkdir -p root/boot root/etc/default root/etc/ima
touch root/boot/vmlinuz-6.1.0-56-amd64
echo 'CONFIG_IMA=y' >root/boot/config-6.1.0-56-amd64
echo 'GRUB_CMDLINE_LINUX="quiet"' >root/etc/default/grub
printf 'measure func=BPRM_CHECK\n' >root/etc/ima/ima-policy
run doctor --root root
gives 0 "" "a root without a fault"
grep -q -x 'ok policy-file: /etc/ima/ima-policy: kernel 6.1.0-56-amd64 takes all of it' out
check $? "its policy"
! grep -q '/proc/\|/sys/' out
check $? "nothing of the machine that runs"
echo 'GRUB_CMDLINE_LINUX="quiet ima_appraise=off"' >root/etc/default/grub
echo CONFIG_IMA_APPRAISE_BOOTPARAM=y >>root/boot/config-6.1.0-56-amd64
run doctor --root root
gives 1 "" "a root with a fault"
grep -q '^fault boot-appraise: /etc/default/grub: ' out
check $? "the fault"
run doctor --root root/
gives 1 "" "the root with a slash"

# ---- JSON: the same lines ----
cp out text
run doctor --root root/ --format json
gives 1 "" "JSON"
[ "$(wc -l <out)" = 1 ]
check $? "one object"
if command -v python3 >/dev/null; then
	python3 - >text2 <<'end'
import json
r = json.load(open("out"))
for l in r["lines"]:
	at = l["at"] + ": " if l["at"] else ""
	print(f'{l["verdict"]} {l["check"]}: {at}{l["found"]}')
	if l["remedy"]:
		print("\t" + l["remedy"])
print(f'{r["ok"]} ok, {r["warning"]} warnings, {r["fault"]} faults, {r["unknown"]} unknown')
assert r["running"] is False and r["root"] == "root/"
end
	cmp -s text text2
	check $? "JSON has other lines"
fi

# ---- what an image is made of ----
# of that root: the status, a line, and what it is about
image()
{
	run doctor --root image
	gives "$1" "" "$3"
	grep -q "^$2" out
	check $? "$3: its line"
}
mkdir -p image/etc/imapol image/usr/lib/dracut/modules.d/99imapol image/usr/bin
touch image/usr/bin/dracut
echo 'load = initramfs' >image/etc/imapol/load.conf
chmod 644 image/etc/imapol/load.conf
# shellcheck disable=SC2016 # as it is printed
image 1 'fault load-conf: /etc/imapol/load.conf: /etc/imapol/policy.imapol, its `source`, is not there' \
	"a source that is not there"
(umask 022 && echo 'measure code;' >image/etc/imapol/policy.imapol)
image 0 'ok loaders: a policy is loaded at boot by the initramfs, ' "dracut loads"
chmod 666 image/etc/imapol/load.conf
image 1 '	chmod go-w image/etc/imapol/load.conf$' "a load.conf that others can write"

# ---- it reads only ----
find root -exec touch -d 2001-01-01 '{}' +
run doctor --root root
gives 1 "" "an old root"
[ -z "$(find root -newermt 2001-01-02)" ]
check $? "something was written"

# a symlink leads nowhere but into the root
rm root/etc/ima/ima-policy
printf 'nonsense\n' >outside
ln -s "$PWD/outside" root/etc/ima/ima-policy
run doctor --root root
! grep -q nonsense out
check $? "a symlink out of the root was followed"

summary cli-doctor 20
