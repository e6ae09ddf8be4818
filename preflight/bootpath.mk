# SPDX-License-Identifier: GPL-2.0-only
BOOTPATH_SOURCES = preflight/bootpath.c preflight/bootpath.h \
	preflight/bootpath_int.h preflight/bootpath_image.c \
	preflight/bootpath_device.c \
	preflight/bootpath_init.c preflight/bootpath_lib.c \
	preflight/bootpath_login.c preflight/bootpath_module.c \
	preflight/bootpath_mount.c preflight/bootpath_run.c \
	preflight/bootpath_selinux.c \
	preflight/bootpath_settings.c preflight/bootpath_systemd.c \
	preflight/bootpath_sysv.c preflight/bootpath_udev.c \
	preflight/ldcache.c preflight/ldcache.h \
	preflight/unitfile.c preflight/unitfile.h \
	preflight/units.c preflight/units.h
