# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What debian.sh expects of its boots, in $work/NAME: read in by it, after common.sh.

# ran NAME TEXT WORDS: a step of the boot NAME came to that
ran() {
	judge "$release: $1: $2" said "$work/$1" "run $3"
}

tells() {
	judge "$release: $1: $2" said "$work/$1" "$3"
}

prompted() {
	grep -q '^appliance login:' "$work/$1/console.log"
}

not_prompted() {
	! prompted "$1"
}

no_failures() {
	! grep '^failed ' "$work/$1/out.log" | sed 's/^/# /' | grep .
}

# All lines of the page's block are among what the boot said.
prints() {
	block recovery "prints $2" >"$work/wanted"
	[ -s "$work/wanted" ] || return 1
	while IFS= read -r line; do
		grep -q -F -e "$line" "$work/$1/out.log" || {
			echo "# not said: $line"
			return 1
		}
	done <"$work/wanted"
}

# Each file that nobody signed, with its cause, and nothing that the system needs.
only_refused() {
	cat >"$work/wanted" <<-END
		refused /root/library IMA-signature-required
		refused /root/script IMA-signature-required
		refused /root/tampered invalid-signature
		refused /root/unsigned IMA-signature-required
		refused /usr/lib/modules/$version/unsigned.ko IMA-signature-required
	END
	grep '^refused ' "$work/$1/out.log" | diff "$work/wanted" - >"$work/differs" || {
		sed 's/^/# /' "$work/differs"
		return 1
	}
}

# judge_boot NAME [STATE]: it came to its login with SELinux enforcing, and ended by itself. STATE is that of the service
# that confirms.
judge_boot() {
	judge "$release: $1: boots and ends by itself" booted "$work/$1"
	judge "$release: $1: comes to its login" prompted "$1"
	tells "$1" "getty.target and multi-user.target are reached" 'reached active active '
	tells "$1" "SELinux enforces" 'selinux Enforcing'
	judge "$release: $1: no service failed" no_failures "$1"
	tells "$1" "the service that confirms is ${2:-active}" "confirm ActiveState=${2:-active}"
	tells "$1" "its status is 0" 'confirm ExecMainStatus=0'
}

# judge_enforced NAME FILE: the policy, loaded from FILE, does what it says
judge_enforced() {
	judge_boot "$1"
	tells "$1" "the status names the policy" "status: policy: $2, [1-9][0-9]* rules, loaded in this boot .*"
	ran "$1" "a signed program of root runs" 'signed exit 0'
	for kind in unsigned tampered script; do
		ran "$1" "one that is $kind is refused with EACCES" "$kind exit 126"
	done
	tells "$1" "an unsigned library is not mapped" 'library: .*cannot be preloaded (failed to map segment .*'
	ran "$1" "an unsigned module is not loaded" 'module exit 1'
	ran "$1" "a signed one is" 'module-signed exit 0'
	ran "$1" "a program of somebody else runs, as the policy says" 'owned exit 0'
	judge "$release: $1: that is all that was refused, each with its cause" only_refused "$1"
}

# judge_free NAME [STATE]: nothing is loaded
judge_free() {
	judge_boot "$@"
	tells "$1" "the status names no policy" 'status: policy: none loaded'
	for kind in signed unsigned tampered script module; do
		ran "$1" "$kind goes" "$kind exit 0"
	done
}

judge_rescue() {
	judge "$release: rescue: the medium boots and ends by itself" booted "$work/rescue"
	for step in mount take-out umount; do
		ran rescue "the page's $step" "$step exit 0"
	done
	judge_free out inactive
	ran out "the page's way back" 'back exit 0'
}

judge_kernel() {
	judged=$number
	differ=$failures
	judge_enforced initramfs /etc/imapol/policy
	judge_enforced init /etc/ima/ima-policy
	judge_free init-off
	judge "$release: locked: without the signature of one file nothing starts" booted "$work/locked"
	judge "$release: locked: no login" not_prompted locked
	judge_boot log
	judge "$release: log: the page's command names the file" prints log records
	! with_rescue || judge_rescue
	judge_free off
	ran off "the page's way to give a file its signature" 'apply exit 0'
	judge_enforced again /etc/imapol/policy
	judged=$((number - judged))
	differ=$((failures - differ))
}
