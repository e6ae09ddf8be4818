#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The playbook, by ansible-playbook with machines that are software TPMs: evidence is
# collected, judged, and put into a stand-in of Vault, and the one machine that is
# trusted gets what is deployed.
# Environment: srcdir, top_builddir, and IMAPOLC for what the scripts share.
set -u

srcdir=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
top_builddir=$(cd "${top_builddir:-.}" && pwd)
: "${IMAPOLC:=none}"
. "$srcdir/tests/cli-lib.sh"
. "$srcdir/tests/watch/alert-lib.sh"
. "$srcdir/tests/attest/tpm-lib.sh"
need ansible-playbook swtpm tpm2_pcrextend openssl python3
pids=
trap 'for pid in $pids; do kill "$pid" 2>/dev/null; done; stop_servers; rm -rf "$tmp"' EXIT

# files that the machines have for a while
mkdir left
HOME=$tmp TMPDIR=$tmp/left LC_ALL=C.UTF-8
ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_NOCOLOR=1 ANSIBLE_RETRY_FILES_ENABLED=false
ANSIBLE_HOST_KEY_CHECKING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false
ANSIBLE_PIPELINING=1 ANSIBLE_FORKS=4
IMAPOL_EXEC_PATH=$top_builddir/attest
export HOME TMPDIR LC_ALL ANSIBLE_LOCALHOST_WARNING ANSIBLE_NOCOLOR ANSIBLE_RETRY_FILES_ENABLED \
	ANSIBLE_PIPELINING ANSIBLE_FORKS ANSIBLE_HOST_KEY_CHECKING ANSIBLE_INVENTORY_UNPARSED_WARNING IMAPOL_EXEC_PATH
attest=$top_builddir/attest/imapol-attest

# ---- machines, and one without a TPM ----
printf '#!/bin/sh\n' >flash_fw.sh
printf '#!/bin/sh\necho other\n' >other.sh

# list FILE CONTENT...: a measurement list, and the digests to extend PCR 10 with
list()
{
	python3 - "$@" <<'END'
import hashlib, struct, sys
with open(sys.argv[1], "wb") as f:
    for name in sys.argv[2:]:
        d = b"sha256:\0" + hashlib.sha256(open(name, "rb").read()).digest()
        n = b"/opt/fw/" + name.encode() + b"\0"
        data = struct.pack("<I", len(d)) + d + struct.pack("<I", len(n)) + n
        f.write(struct.pack("<I", 10) + hashlib.sha1(data).digest() +
                struct.pack("<I", 6) + b"ima-ng" + struct.pack("<I", len(data)) + data)
        print("10:sha256=" + hashlib.sha256(data).hexdigest())
END
}

mkdir keys
# machine NAME CONTENT...: with a TPM, a key that is pinned, and a list
machine()
{
	name=$1
	shift
	mkdir "$name"
	cd "$name" || exit 1
	tpm_start
	pids="$pids $tpm_pid"
	"$attest" enrol --tcti "$tcti" -o ak >said 2>&1
	check $? "enrol of $name: $(cat said)"
	cp ak.pem "$tmp/keys/$name.pem"
	cp ../flash_fw.sh ../other.sh .
	for extend in $(list ima.log "$@"); do
		tpm2_pcrextend "$extend"
	done
	cat >>"$tmp/hosts.yml" <<-END
		    $name:
		      attest_collect: ["--tcti", "$tcti", "--list", "$tmp/$name/ima.log"]
	END
	cd "$tmp" || exit 1
}
cat >hosts.yml <<END
all:
  vars:
    ansible_connection: local
    ansible_python_interpreter: /usr/bin/python3
    attest_become: false
    attest_program: $attest
  hosts:
END
machine good flash_fw.sh
machine changed flash_fw.sh other.sh
# what it ran besides stands in no list of its
machine hides flash_fw.sh
TPM2TOOLS_TCTI=swtpm:path=$tmp/hides/tpm/sock tpm2_pcrextend "$(cd changed && list none other.sh)"
cat >>hosts.yml <<END
    mute:
      attest_collect: ["--tcti", "swtpm:path=$tmp/none"]
END
sha256sum flash_fw.sh | sed 's,  ,  /opt/fw/,' >allow-list.txt
cat >flash.yml <<END
- name: Flash
  ansible.builtin.copy:
    content: "{{ inventory_hostname }}\n"
    dest: "$tmp/deployed-{{ inventory_hostname }}"
END

vault vault
VAULT_ADDR=http://127.0.0.1:$(cat vault/port)
VAULT_TOKEN=$secret
export VAULT_ADDR VAULT_TOKEN
cp "$srcdir/doc/ansible/attest.yml" .

# play ARGUMENT...
play()
{
	timeout 120 ansible-playbook -i hosts.yml attest.yml "$@" >out 2>err
	status=$?
	! grep -q "$secret" out err
	check $? "the token in what ansible-playbook says"
}
shown="out err"
ansible-playbook -i hosts.yml --syntax-check attest.yml >said 2>&1
check $? "the syntax: $(cat said)"

play -e "deploy_tasks=$tmp/flash.yml"
# 2: some machines failed
[ "$status" = 2 ]
check $? "the playbook: status $status"
[ -f deployed-good ] && [ ! -e deployed-changed ] && [ ! -e deployed-mute ] &&
	[ ! -e deployed-hides ]
check $? "deployed: $(echo deployed-*)"
grep -q '^good .*failed=0' out && grep -q '^changed .*failed=1' out &&
	grep -q '^hides .*failed=1' out && grep -q '^mute .*failed=1' out
check $? "the recap"
for name in good changed hides; do
	[ -s "evidence/$name.bundle" ]
	check $? "no evidence of $name"
done
"$attest" gate --path hosts/good --bundle back >said 2>&1 && cmp -s back evidence/good.bundle
check $? "what is in Vault of good: $(cat said)"
for name in changed hides; do
	"$attest" gate --path hosts/$name >said 2>&1
	[ $? = 1 ] && grep -q ': not trusted$' said
	check $? "what is in Vault of $name: $(cat said)"
done
"$attest" gate --path hosts/mute >said 2>&1
[ $? = 2 ]
check $? "what is in Vault of mute: $(cat said)"
[ -z "$(find left -name '*.bundle')" ]
check $? "left on the machine: $(find left)"

# the machine changes: what was trusted is not any more
rm -f deployed-*
cd good || exit 1
TPM2TOOLS_TCTI=swtpm:path=$PWD/tpm/sock
export TPM2TOOLS_TCTI
# the program that is not allowed runs, and the kernel's list has it
for extend in $(list more.log other.sh); do
	tpm2_pcrextend "$extend"
done
cat more.log >>ima.log
cd "$tmp" || exit 1
play -e "deploy_tasks=$tmp/flash.yml" --limit good
[ "$status" = 2 ] && [ ! -e deployed-good ]
check $? "a machine that changed: status $status"
summary ansible 15
