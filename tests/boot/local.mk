# SPDX-License-Identifier: GPL-2.0-only
BOOT_TESTS = tests/boot/boot.sh tests/boot/hooks.sh tests/boot/image.sh tests/boot/shellcheck.sh \
	tests/boot/upgrade.sh
TESTS += $(BOOT_TESTS)
EXTRA_DIST += $(BOOT_TESTS) tests/boot/lib.sh tests/boot/mkinitcpio-image.sh
