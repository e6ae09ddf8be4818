/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * genlines SEED COUNT: lines for the oracle. Most follow the grammar, with
 * values good and bad; the rest are such lines with one thing broken. The same
 * seed gives the same lines.
 * genlines matrix: each hook with each action and each condition.
 */

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define LINE 700

static uint64_t state;

/* xorshift64* */
static uint32_t draw(uint32_t n)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * 2685821657736338717u) >> 33) % n;
}

#define PICK(a) (a)[draw(N(a))]

static const char *const actions[] = {
	"measure", "measure", "measure", "measure", "appraise", "appraise",
	"appraise", "dont_measure", "dont_appraise", "audit", "hash",
	"dont_hash", "dont_audit",
};

static const char *const hooks[] = {
	"FILE_CHECK", "FILE_CHECK", "MMAP_CHECK", "MMAP_CHECK_REQPROT",
	"BPRM_CHECK", "CREDS_CHECK", "MODULE_CHECK", "MODULE_CHECK",
	"FIRMWARE_CHECK", "KEXEC_KERNEL_CHECK", "KEXEC_INITRAMFS_CHECK",
	"POLICY_CHECK", "KEXEC_CMDLINE", "KEXEC_CMDLINE", "KEY_CHECK",
	"KEY_CHECK", "CRITICAL_DATA", "CRITICAL_DATA", "SETXATTR_CHECK",
	"SETXATTR_CHECK", "PATH_CHECK", "FILE_MMAP", "POST_SETATTR",
};

static const char *const ids[] = {
	"0", "1", "1000", "00", "+7", "4294967294", "4294967295", "4294967296",
	"18446744073709551615", "18446744073709551616", "-0", "-1", "0x10",
	"++1", "1x", "root", "65534", "99999999999999999999x",
};

static const char *const uuids[] = {
	"6a3b7d0c-1b1c-4d5e-8f6a-0123456789ab",
	"6A3B7D0C-1B1C-4D5E-8F6A-0123456789AB",
	"6a3b7d0c-1b1c-4d5e-8f6a-0123456789abJUNK",
	"00000000-0000-0000-0000-000000000000",
	"6a3b7d0c-1b1c-4d5e-8f6a-0123456789a",
	"6a3b7d0c1b1c4d5e8f6a0123456789ab",
	"6a3b7d0c-1b1c-4d5e-8f6a-0123456789ag",
};

static const char *const names[] = {
	"a_t", "bin_t", "etc_t", "x", "system_u", "staff_r", "A-1", "a_t",
	"_", "a:b:c", "a|b", "\"q_t\"",
};

static const char *const lists[] = {
	".ima", ".ima|.evm", "_ima|x|y", "selinux", "selinux|kernel_info",
	"a||b", "|a", "a|", "\"a\"", "a,b",
};

static const char *const magics[] = {
	"0x9fa0", "9FA0", "0XeF53", "10", "0", "0x0", "+1", "0x+1", "0x",
	"ffffffffffffffff", "0xffffffffffffffff", "10000000000000000",
	"10000000000000000g", "-1", "-0", "ext4", "TMPFS_MAGIC", "1g",
};

static const char *const algos[] = {
	"sha256", "sha1", "sha256,sha1", "sha256,sha256", "md5", "sha224",
	"sha512", "sha384,sha256", "sha3-256", "sm3", "rmd128", "rmd160",
	"rmd256", "rmd320", "tgr128", "tgr160", "tgr192", "wp512",
	"streebog256", "md4", "SHA256", "sha256,", ",sha1", "sha256,nosuch",
	"sha-256", "crc32c",
};

static const char *const masks[] = {
	"MAY_EXEC", "MAY_READ", "MAY_WRITE", "MAY_APPEND", "^MAY_READ",
	"^MAY_EXEC", "^MAY_WRITE", "^MAY_APPEND", "MAY_ACCESS", "^^MAY_READ",
	"may_read", "^", "MAY_READ|MAY_EXEC",
};

static const char *const templates[] = {
	"ima", "ima-ng", "ima-sig", "ima-buf", "ima-modsig", "evm-sig",
	"ima-ngv2", "ima-sigv2", "d|n", "d-ng|n-ng", "d-ng|n-ng|sig",
	"d-ngv2|n-ng", "d-ng", "ima-sigv3", "n-ng|d-ng",
};

static const char *const pcrs[] = {
	"0", "10", "12", "23", "63", "64", "+5", "-0", "-1", "-+0", "0x1",
	"010", "2147483648", "18446744073709551616", "1x", "-",
};

static const char *const types[] = {
	"imasig", "imasig", "imasig", "sigv3", "sigv3", "imasig|modsig",
	"modsig", "verity", "sigv2",
};

/* a value that the kernel takes is the common case */
static void good_or(char *out, const char *const *v, size_t n, size_t good)
{
	strcpy(out, v[draw(4) ? draw((uint32_t)good) : draw((uint32_t)n)]);
}

static void id_token(char *out)
{
	static const char *const keys[] = { "uid", "euid", "gid", "egid",
					    "fowner", "fgroup" };
	static const char *const ops[] = { "=", "=", "=", ">", "<" };
	char value[64];

	good_or(value, ids, N(ids), 6);
	sprintf(out, "%s%s%s", PICK(keys), PICK(ops), value);
}

static void label_token(char *out)
{
	static const char *const keys[] = { "obj_user", "obj_role", "obj_type",
					    "subj_user", "subj_role",
					    "subj_type" };
	char value[64];

	good_or(value, names, N(names), 8);
	sprintf(out, "%s=%s", PICK(keys), value);
}

static void keyed(char *out, const char *key, const char *const *v, size_t n,
		  size_t good)
{
	size_t at = (size_t)sprintf(out, "%s=", key);

	good_or(out + at, v, n, good);
}

static void token(char *out)
{
	static const char *const fsnames[] = { "ext4", "tmpfs", "a|b", "#" };

	switch (draw(20)) {
	case 0: case 1:
		keyed(out, "mask", masks, N(masks), 8);
		break;
	case 2:
		keyed(out, "fsmagic", magics, N(magics), 7);
		break;
	case 3:
		sprintf(out, "fsname=%s", PICK(fsnames));
		break;
	case 4:
		keyed(out, "fsuuid", uuids, N(uuids), 4);
		break;
	case 5: case 6: case 7:
		id_token(out);
		break;
	case 8: case 9:
		label_token(out);
		break;
	case 10:
		keyed(out, "keyrings", lists, N(lists), 5);
		break;
	case 11:
		keyed(out, "label", lists, N(lists), 5);
		break;
	case 12:
		keyed(out, "pcr", pcrs, N(pcrs), 5);
		break;
	case 13:
		keyed(out, "template", templates, N(templates), 12);
		break;
	case 14:
		strcpy(out, draw(8) ? "digest_type=verity"
				    : "digest_type=sha256");
		break;
	case 15: case 16:
		sprintf(out, "appraise_type=%s", PICK(types));
		break;
	case 17:
		keyed(out, "appraise_algos", algos, N(algos), 6);
		break;
	case 18:
		strcpy(out, draw(3) ? "permit_directio" :
		       draw(2) ? "appraise_flag=check_blacklist"
			       : "appraise_flag=x");
		break;
	default:
		strcpy(out, draw(2) ? "fs_subtype=sshfs" : "path=/bin");
	}
}

#define TOKENS 8

static void shuffle(char tok[][160], size_t n)
{
	char save[160];

	while (n > 1) {
		size_t i = draw((uint32_t)n--);

		memcpy(save, tok[n], sizeof(save));
		memcpy(tok[n], tok[i], sizeof(save));
		memcpy(tok[i], save, sizeof(save));
	}
}

static void rule(char *out)
{
	static const char *const blanks[] = { " ", " ", " ", "  ", "\t" };
	char tok[TOKENS][160];
	size_t n = 0, i, more = draw(4);

	if (draw(60))
		strcpy(tok[n++], PICK(actions));
	if (draw(5))
		sprintf(tok[n++], "func=%s", PICK(hooks));
	/* what a hook needs, often enough */
	if (n > 1 && strstr(tok[1], "SETXATTR") && draw(4))
		keyed(tok[n++], "appraise_algos", algos, N(algos), 6);
	for (i = 0; i < more; i++)
		token(tok[n++]);
	if (draw(50) == 0)
		strcpy(tok[n++], PICK(actions));
	if (draw(3) == 0)
		shuffle(tok, n);
	*out = '\0';
	for (i = 0; i < n; i++) {
		strcat(out, i ? PICK(blanks) : "");
		strcat(out, tok[i]);
	}
}

/* one small accident */
static void breakage(char *line)
{
	static const char bytes[] = " \t\r#=<>^|,~\\\"'0aZ_-+\x80";
	size_t len = strlen(line), at = len ? draw((uint32_t)len) : 0;

	switch (draw(6)) {
	case 0:
		memmove(line + at + 1, line + at, len - at + 1);
		line[at] = bytes[draw(sizeof(bytes) - 1)];
		break;
	case 1:
		if (len)
			memmove(line + at, line + at + 1, len - at);
		break;
	case 2:
		if (len)
			line[at] = bytes[draw(sizeof(bytes) - 1)];
		break;
	case 3:
		strcat(line, draw(2) ? " # note" : "\r");
		break;
	case 4:
		line[at] = '\0';
		break;
	default:
		memmove(line + 1, line, len + 1);
		line[0] = draw(2) ? '#' : ' ';
	}
}

static void matrix(void)
{
	static const char *const conds[] = {
		"", "mask=MAY_READ", "mask=^MAY_EXEC", "fsmagic=1", "fsname=x",
		"fs_subtype=x", "fsuuid=6a3b7d0c-1b1c-4d5e-8f6a-0123456789ab",
		"uid=0", "euid>1", "gid=1", "egid=1", "fowner=1", "fgroup=1",
		"obj_user=system_u", "obj_role=object_r", "obj_type=a_t",
		"subj_user=system_u", "subj_role=r_r", "subj_type=b_t",
		"pcr=5", "template=ima-ng", "keyrings=.ima", "label=x",
		"digest_type=verity", "appraise_type=imasig",
		"digest_type=verity appraise_type=sigv3",
		"digest_type=verity appraise_type=imasig",
		"appraise_type=imasig|modsig", "appraise_type=sigv3",
		"appraise_flag=check_blacklist", "appraise_flag=x",
		"appraise_algos=sha256", "appraise_algos=sha256 obj_type=a_t",
		"appraise_algos=sha256 uid=0",
		"appraise_algos=sha256 appraise_type=imasig",
		"permit_directio",
	};
	size_t h, a, c;

	for (h = 0; h <= N(hooks); h++)
		for (a = 0; a < N(actions); a++)
			for (c = 0; c < N(conds); c++)
				printf("%s %s%s %s\n", actions[a],
				       h < N(hooks) ? "func=" : "",
				       h < N(hooks) ? hooks[h] : "", conds[c]);
}

int main(int argc, char **argv)
{
	unsigned long count;
	char line[LINE * 2];

	if (argc == 2 && strcmp(argv[1], "matrix") == 0) {
		matrix();
		return 0;
	}
	if (argc != 3) {
		fprintf(stderr, "usage: genlines SEED COUNT | matrix\n");
		return 2;
	}
	state = strtoull(argv[1], NULL, 10) * 2 + 0x9e3779b97f4a7c15u;
	for (count = strtoul(argv[2], NULL, 10); count; count--) {
		rule(line);
		if (draw(3) == 0)
			breakage(line);
		/* a line with a slash in front names a policy file */
		if (*line == '/')
			*line = ' ';
		puts(line);
	}
	return 0;
}
