# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A TPM for scripts that have read cli-lib.sh: swtpm in the folder tpm, and
# $tcti for the way to it. It is stopped when the script ends.

# need PROGRAM...: 77 without them, but where tests are never skipped
need()
{
	for program; do
		command -v "$program" >/dev/null 2>&1 || {
			echo "SKIP: $program is not installed"
			[ -z "${CI-}" ] || exit 1
			exit 77
		}
	done
}

tpm_pid=

# the TPM that is in the folder, as after a reset
tpm_run()
{
	swtpm socket --tpm2 --tpmstate dir=tpm --flags not-need-init,startup-clear \
		--ctrl type=unixio,path=tpm/sock.ctrl --server type=unixio,path=tpm/sock \
		>tpm/log 2>&1 &
	tpm_pid=$!
	tries=0
	until tpm2_getcap properties-fixed >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 50 ] || {
			echo "swtpm does not start:"
			cat tpm/log
			exit 1
		}
		sleep 0.1
	done
}

tpm_start()
{
	rm -rf tpm
	mkdir tpm
	tcti=swtpm:path=$PWD/tpm/sock
	TPM2TOOLS_TCTI=$tcti
	export TPM2TOOLS_TCTI
	tpm_run
}

tpm_reset()
{
	tpm2_shutdown -Q
	tpm_stop
	tpm_run
}

tpm_stop()
{
	[ -n "$tpm_pid" ] || return 0
	kill "$tpm_pid" 2>/dev/null
	wait "$tpm_pid" 2>/dev/null
	tpm_pid=
}
# what cli-lib.sh does at the end, and this
tmp=${tmp:?is set by cli-lib.sh}
trap 'tpm_stop; rm -rf "$tmp"' EXIT
