# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Read in by chain.sh: what is asked of the station and of the desk beside the page. after_NAME comes behind the block NAME.

station() {
	on_desk ssh station "$1" </dev/null
}

# evidence as it was believed, with one bit or the key changed
after_trusted() {
	judge "$release: no bit of quote, signature and list can be another" on_desk python3 "$here/chain-flip.py" evidence 60 \
		imapol-attest verify --key ak.pem --nonce "$(cat "$desk/files/nonce")" --allow station.allow --only-allowed \
		--pcr boot.pcrs
	judge "$release: nor can the key" another_key
}

another_key() {
	openssl genrsa 2048 2>/dev/null | openssl rsa -pubout -out "$desk/files/other.pem" 2>/dev/null
	! on_desk imapol-attest verify --key other.pem --nonce "$(cat "$desk/files/nonce")" --allow station.allow --pcr boot.pcrs evidence \
		>/dev/null 2>&1
}

# the same files before the eyes of others
after_by_tpm2_tools() {
	judge "$release: tpm2_checkquote says the same of the quote" checkquote "$(cat "$desk/files/nonce.tpm2")"
	judge "$release: and what it has to of another nonce" another_nonce
	judge "$release: evmctl says the same of the list" replay
}

checkquote() {
	on_desk tpm2_checkquote -u ak.pem -m quote.bin -s sig.bin -g sha256 -q "$1" >"$work/checkquote" 2>&1
}

another_nonce() {
	! checkquote "$(cat "$desk/files/nonce")"
}

replay() {
	station 'cd /sys/class/tpm/tpm0/pcr-sha256 && for pcr in 0 1 2 3 4 5 6 7 8 9 10 11 12; do
		printf "PCR-%02d: " $pcr && sed "s/../& /g" $pcr; done' >"$desk/files/pcrs.txt" &&
		on_desk evmctl ima_measurement --pcrs sha256,pcrs.txt ima.log >"$work/evmctl" 2>&1
}

# PCR 14 is what that one program makes of it
after_exe_trusted() {
	judge "$release: it is not what another program would have made" another_exe
}

another_exe() {
	! on_desk imapol-attest verify --key ak.pem --nonce "$(cat "$desk/files/nonce")" --allow station.allow --only-allowed \
		--pcr boot.pcrs --extended "14=$(sha256sum <"$desk/files/flash_fw.sh" | cut -d ' ' -f 1)" evidence \
		>"$work/another-exe" && grep -q '^not trusted' "$work/another-exe"
}

after_unsigned() {
	judge "$release: what ran without a label was not measured" unmeasured by-mv
	judge "$release: and what was refused was" measured by-cp
}

measured() {
	station "ima_measure --csv --path '/opt/flash/$1.sh'" | grep -q "$1"
}

unmeasured() {
	station "ima_measure --csv --path '/opt/flash/$1.sh'" >"$work/unmeasured" && ! grep "$1" "$work/unmeasured"
}

# what is only read is not executed: the policy does not speak of that either
after_counted() {
	judge "$release: the error is EACCES" eacces
	judge "$release: an unsigned .pex does not run, and python3 may read it" pex
	judge "$release: promtool takes the counters" metrics
}

eacces() {
	[ "$(station "perl -e 'exec @ARGV; print \$! + 0' /opt/flash/by-cp.sh" 2>/dev/null)" = 13 ]
}

pex() {
	[ "$(station 'cp /opt/flash/check_fw.pex /opt/flash/copy.pex; /opt/flash/copy.pex; echo $?
		python3 /opt/flash/copy.pex' 2>/dev/null)" = "126
the device is good" ]
}

metrics() {
	station 'cat /var/lib/prometheus/node-exporter/imapol.prom' | promtool check metrics
}
