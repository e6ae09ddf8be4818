# SPDX-License-Identifier: GPL-2.0-only
dist_man_MANS += doc/ima-evm-verifier.1 doc/ima_measure.1 \
	doc/imapol-attest-allowlist.1 doc/imapol-attest-collect.1 \
	doc/imapol-attest-enrol.1 doc/imapol-attest-put.1 \
	doc/imapol-attest.1 doc/imapol-load.8 doc/imapol-load.conf.5 \
	doc/imapol-sign.1 doc/imapol-watch.8 doc/imapol.5 doc/imapolc.1

TESTS += doc/check-conf.sh doc/check-man.sh doc/check-readme.sh doc/check-signatures.sh
EXTRA_DIST += doc/evidence.md doc/appliance.md doc/boot.md doc/boot-matrix.md doc/diagnostics.md doc/keys.md doc/recovery.md doc/results.md \
	doc/rollout.md doc/signatures.md doc/upgrades.md doc/walkthrough.md doc/check-signatures.sh doc/check-conf.sh doc/check-examples.sh doc/check-man.sh doc/check-readme.sh doc/examples.awk

TESTS += doc/ci/check-ci.sh
EXTRA_DIST += .pre-commit-hooks.yaml doc/ci/check-ci.sh doc/ci/github.yml \
	doc/ci/gitlab.yml

TESTS += doc/ansible/check-ansible.sh
EXTRA_DIST += doc/ansible/attest.yml doc/ansible/check-ansible.sh
