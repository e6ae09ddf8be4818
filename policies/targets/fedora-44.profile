# SPDX-License-Identifier: GPL-2.0-only
# All of Fedora's releases get the same kernel; that of this one came out with
# 6.19 (canartuc.com/fedora-44-an-open-linux-release-ubuntu-cannot-copy).
title Fedora 44
like fedora-43
