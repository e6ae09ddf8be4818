/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_MUTATION_POLICIES_H
#define IMAPOL_TEST_MUTATION_POLICIES_H

/* Small policies that between them need every part of lower, order and emit. */
struct mutation_policy {
	const char *name, *release, *text;
};

static const struct mutation_policy mutation_policies[] = {
	{ "read-by-root", "6.12",
	  "measure read by root;\n" },
	{ "exact-masks", "6.12",
	  "measure write of label a_t;\n"
	  "audit read-only of label b_t;\n" },
	{ "code-of-owner", "6.12",
	  "measure code of owner 0;\n"
	  "measure exec of group 7 by gid 7;\n" },
	{ "ranges", "6.12",
	  "measure exec of owner 1000..1999;\n"
	  "measure mmap by uid 500..900;\n" },
	{ "bounds", "6.12",
	  "audit exec of owner >1000;\n"
	  "audit mmap of group <100;\n"
	  "hash exec by euid >5;\n" },
	{ "effective", "6.12",
	  "measure read by euid 0;\n"
	  "audit read by uid 0;\n"
	  "audit exec by egid 5;\n"
	  "audit mmap by gid 5;\n" },
	{ "options", "6.12",
	  "measure exec of label a_t pcr 11 template ima-sig;\n"
	  "measure exec pcr 12;\n"
	  "measure mmap template ima-ng;\n" },
	{ "signed", "6.12",
	  "appraise exec requiring signature algorithms sha256 | sha512;\n" },
	{ "verity", "6.12",
	  "measure exec of fs ext4 digest verity;\n" },
	{ "verity-signature", "6.12",
	  "appraise exec of fs ext4 requiring verity-signature;\n" },
	{ "direct-io", "6.12",
	  "measure open of label db_t allowing direct-io;\n" },
	{ "exception", "6.12",
	  "measure code of owner 0 except of label a_t except by uid 7;\n" },
	{ "fall-through", "6.12",
	  "measure exec of owner 0 pcr 11 except of label a_t;\n"
	  "measure exec of label a_t pcr 12;\n"
	  "measure exec of label b_t pcr 13;\n" },
	{ "exempt", "6.12",
	  "exempt measure read of label log_t;\n"
	  "measure read by root pcr 11;\n"
	  "measure read of fs ext4;\n" },
	{ "order-matters", "6.12",
	  "measure exec of label a_t pcr 11;\n"
	  "measure exec of owner 0 pcr 12;\n"
	  "measure exec of fs ext4 pcr 13;\n"
	  "measure exec pcr 14;\n"
	  "exempt measure mmap of label a_t;\n"
	  "measure mmap of owner 0;\n" },
	{ "complement", "6.12",
	  "measure exec of !label a_t & !owner 5 pcr 11;\n"
	  "measure exec of owner 5 pcr 12;\n" },
	{ "magic", "6.12",
	  "exempt measure any of fsmagic 0x9fa0 | fsmagic 0x62656572;\n"
	  "measure any of owner 0;\n" },
	{ "lists", "6.12",
	  "measure key in \".ima\" | \"_ima\" | \".evm\";\n"
	  "measure data \"selinux\" | \"kernel_info\" template ima-buf;\n" },
	{ "labels", "6.12",
	  "measure exec of label \"sys_u:object_r:a_t\";\n"
	  "measure mmap of label a_t by domain init_t;\n"
	  "measure mmap by subj-role other_r;\n" },
	{ "loads", "6.12",
	  "appraise module, firmware, policy, kexec-kernel "
	  "requiring signature;\n" },
	{ "dead-load", "6.12",
	  "appraise any requiring signature;\n"
	  "appraise module requiring signature;\n"
	  "appraise policy requiring signature;\n" },
	{ "fence-within", "6.12",
	  "within owner 10..20 {\n"
	  "\tmeasure exec pcr 11;\n"
	  "\tmeasure mmap except of label a_t;\n"
	  "}\n"
	  "measure code of label b_t pcr 12;\n"
	  "measure read by 100..200;\n" },
	{ "several-actions", "6.12",
	  "measure, appraise exec of label a_t pcr 11 requiring signature;\n"
	  "hash exec of label b_t;\n"
	  "audit, hash mmap of owner 3;\n" },
	{ "dont-audit", "7.1",
	  "audit code of owner 0 except of label a_t by uid >4;\n"
	  "exempt audit exec of label b_t;\n"
	  "audit exec;\n" },
	{ "xattr", "6.12",
	  "appraise xattr algorithms sha256 | sha512;\n"
	  "appraise exec;\n" },
	{ "modsig", "6.12",
	  "appraise module requiring modsig;\n" },
	{ "fence-mixed", "6.19",
	  "hash write-only of !(fs ext4 | label a_t) by !egid 0;\n"
	  "hash write-only of label b_t;\n"
	  "exempt hash, audit firmware, open of fs ext4\n"
	  "\texcept of label b_t by !egid 0 | !egid 1000;\n" },
	{ "fence-parts", "6.19",
	  "exempt audit read of label a_t & !label \"own_u:object_r:a_t\" | "
	  "label \"*:other_r:a_t\" by subj-role other_r | !subj-user sys_u;\n"
	  "audit, hash any of label a_t except of label \"sys_u:*:a_t\";\n" },
	{ "raw", "6.12",
	  "raw \"measure func=FILE_CHECK mask=^MAY_READ uid<1000\";\n"
	  "measure read of owner 0 pcr 11;\n"
	  "measure open of group 4 pcr 12;\n" },
};

#endif
