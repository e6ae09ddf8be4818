/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "judge.h"

const char *judge_op_word(enum judge_op op)
{
	static const char *const word[JUDGE_OPS] = {
		[JUDGE_EXEC] = "exec",
		[JUDGE_MMAP] = "mmap",
		[JUDGE_READ] = "read",
		[JUDGE_MODULE] = "module",
		[JUDGE_FIRMWARE] = "firmware",
		[JUDGE_POLICY] = "policy",
		[JUDGE_KEXEC_KERNEL] = "kexec-kernel",
		[JUDGE_KEXEC_INITRAMFS] = "kexec-initramfs",
	};

	return word[op];
}
