# SPDX-License-Identifier: GPL-2.0-only
BOOTPATH_SOURCES = preflight/bootpath.h
