# SPDX-License-Identifier: GPL-2.0-only
EV_VERIFY_SOURCES =
