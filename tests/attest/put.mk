# SPDX-License-Identifier: GPL-2.0-only
TESTS += tests/attest/check-put.sh
EXTRA_DIST += tests/attest/check-put.sh tests/attest/vault-server.py
