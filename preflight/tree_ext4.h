/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TREE_EXT4_H
#define IMAPOL_TREE_EXT4_H

#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>
#include <pthread.h>

#include "tree_int.h"

/*
 * An ext2, ext3 or ext4 image through libext2fs, which serves one thread at a
 * time: whoever calls it holds the lock.
 */
struct tree_ext4 {
	struct tree tree;
	struct tree_fs facts;	/* of the image; noexec is the table's */
	pthread_mutex_t lock;
	ext2_filsys fs;
	int fd;
	/* values of the last file, by ext2fs_get_mem() */
	void *ima, *selinux;
};

/* an errno for a library's code */
int ext4_errno(errcode_t code);

/* NULL: errno. The lock is not held. */
struct tree_content *ext4_content(struct tree_ext4 *t, ext2_ino_t ino);

#endif
