/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * The program that is executed again and again: says who it is to descriptor 3 and ends. Without a library and in one
 * segment, so that a copy is small and is mapped once.
 */
#include <linux/capability.h>
#include <sys/syscall.h>

#include "guest_who.h"

static long call(long number, const void *a, const void *b, const void *c)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return result;
}

__attribute__((noreturn)) void _start(void)
{
	struct __user_cap_header_struct head;
	struct __user_cap_data_struct data[2];
	struct who who;

	head.version = _LINUX_CAPABILITY_VERSION_3;
	head.pid = 0;
	data[0].effective = 0;
	who.error = 0;
	call(SYS_getresuid, &who.uid[0], &who.uid[1], &who.uid[2]);
	call(SYS_getresgid, &who.gid[0], &who.gid[1], &who.gid[2]);
	call(SYS_capget, &head, data, 0);
	who.caps = data[0].effective;
	call(SYS_write, (void *)3, &who, (void *)sizeof(who));
	for (;;)
		call(SYS_exit, 0, 0, 0);
}
