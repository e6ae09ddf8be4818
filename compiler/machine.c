/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "bootline.h"
#include "kernelconfig.h"
#include "machine_int.h"
#include "num.h"

#define EFIVARS "/sys/firmware/efi/efivars/"
#define EFI_GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define EFI_SHIM "-605dab50-e046-4300-abb6-3dd810dd8b23"
#define IMA_DIR "/sys/kernel/security/ima"

/* running: only a kernel that runs has it */
static const struct item {
	const char *path;
	bool running, directory;
} items[] = {
	[MACHINE_GRUB] = { "/etc/default/grub", false, false },
	[MACHINE_SELINUX_CONFIG] = { "/etc/selinux/config", false, false },
	[MACHINE_APPARMOR_DIR] = { "/etc/apparmor.d", false, true },
	[MACHINE_POLICY_SYSTEMD] = { "/etc/ima/ima-policy", false, false },
	[MACHINE_POLICY_DRACUT] = { "/etc/sysconfig/ima-policy", false, false },
	[MACHINE_DRACUT_INTEGRITY] = {
		"/usr/lib/dracut/modules.d/98integrity", false, true },
	[MACHINE_DRACUT_SELINUX] = {
		"/usr/lib/dracut/modules.d/98selinux", false, true },
	[MACHINE_RELEASE] = { "/proc/sys/kernel/osrelease", true, false },
	[MACHINE_CMDLINE] = { "/proc/cmdline", true, false },
	[MACHINE_MOUNTS] = { "/proc/self/mounts", true, false },
	[MACHINE_KEYS] = { "/proc/keys", true, false },
	[MACHINE_INIT] = { "/proc/1/comm", true, false },
	[MACHINE_CONTEXT] = { "/proc/self/attr/current", true, false },
	[MACHINE_AUDITD] = { "/run/auditd.pid", true, true },
	[MACHINE_LSM] = { "/sys/kernel/security/lsm", true, false },
	[MACHINE_LOCKDOWN] = { "/sys/kernel/security/lockdown", true, false },
	[MACHINE_IMA_DIR] = { IMA_DIR, true, true },
	[MACHINE_POLICY] = { IMA_DIR "/policy", true, false },
	[MACHINE_MEASURED] = {
		IMA_DIR "/runtime_measurements_count", true, false },
	[MACHINE_VIOLATIONS] = { IMA_DIR "/violations", true, false },
	[MACHINE_EVM] = { "/sys/kernel/security/evm", true, false },
	[MACHINE_ENFORCE] = { "/sys/fs/selinux/enforce", true, false },
	[MACHINE_EFI] = { "/sys/firmware/efi", true, true },
	[MACHINE_SECURE_BOOT] = {
		EFIVARS "SecureBoot" EFI_GLOBAL, true, false },
	[MACHINE_SETUP_MODE] = {
		EFIVARS "SetupMode" EFI_GLOBAL, true, false },
	[MACHINE_SHIM_INSECURE] = {
		EFIVARS "MokSBStateRT" EFI_SHIM, true, false },
};

static_assert(ARRAY_SIZE(items) == MACHINE_ITEM_COUNT, "a path for each item");

const char *machine_path(struct machine *m, const char *dir, const char *name)
{
	struct buf b;

	buf_init(&b, m->arena);
	buf_printf(&b, "%s/%s", dir, name);
	return b.s;
}

struct hostfs_file machine_file(struct machine *m, const struct hostfs *fs,
				const char *path)
{
	struct hostfs_file f = hostfs_read(fs, path);

	if (!f.text && f.there && f.error != EISDIR)
		vec_push(m->arena, &m->missed, f);
	return f;
}

hostfs_names machine_names(struct machine *m, const struct hostfs *fs,
			   const char *dir)
{
	hostfs_names names = { 0 };

	if (!hostfs_list(fs, dir, &names)) {
		struct hostfs_file f = { .path = dir, .error = errno,
					 .there = true };

		vec_push(m->arena, &m->missed, f);
	}
	return names;
}

static void read_items(struct machine *m, const struct hostfs *fs)
{
	size_t i;

	for (i = 0; i < MACHINE_ITEM_COUNT; i++) {
		struct hostfs_file *f = &m->item[i];

		f->path = items[i].path;
		f->error = ENOENT;
		if (items[i].running && !m->running)
			continue;
		if (items[i].directory)
			f->there = hostfs_has(fs, f->path);
		else
			*f = hostfs_read(fs, f->path);
	}
}

/* ---- kernels ---- */

static void add_kernel(struct machine *m, const struct hostfs *fs,
		       const char *release)
{
	struct machine_kernel k = { .release = release };
	size_t i;

	for (i = 0; i < m->kernels.n; i++)
		if (!strcmp(m->kernels.v[i].release, release))
			return;
	k.config = kernelconfig_find(fs, release, m->running);
	vec_push(m->arena, &m->kernels, k);
}

static const char *first_line(struct machine *m, const struct hostfs_file *f)
{
	return arena_strndup(m->arena, f->text, strcspn(f->text, "\n"));
}

static void read_kernels(struct machine *m, const struct hostfs *fs)
{
	static const char *const heads[] = { "vmlinuz-", "config-" };
	hostfs_names boot;
	size_t i, j;

	if (m->running) {
		if (m->item[MACHINE_RELEASE].text)
			add_kernel(m, fs,
				   first_line(m, &m->item[MACHINE_RELEASE]));
		return;
	}
	boot = machine_names(m, fs, "/boot");
	for (i = 0; i < ARRAY_SIZE(heads); i++)
		for (j = 0; j < boot.n; j++)
			if (!strncmp(boot.v[j], heads[i], strlen(heads[i])))
				add_kernel(m, fs,
					   boot.v[j] + strlen(heads[i]));
}

/* ---- command lines ---- */

static void add_cmdline(struct machine *m, const char *path, const char *text,
			bool unsure)
{
	struct machine_cmdline c = { path, text, unsure };

	vec_push(m->arena, &m->cmdlines, c);
}

/* the settings, and what Debian's grub-mkconfig reads behind them */
static void read_grub(struct machine *m, const struct hostfs *fs)
{
	static const char dir[] = "/etc/default/grub.d";
	const struct hostfs_file *f = &m->item[MACHINE_GRUB];
	hostfs_names names;
	struct bootline_grub g;
	size_t i, n;

	if (!f->text)
		return;
	bootline_grub_init(&g, m->arena);
	bootline_grub_add(&g, f->text, f->len);
	names = machine_names(m, fs, dir);
	for (i = 0; i < names.n; i++) {
		struct hostfs_file more;

		n = strlen(names.v[i]);
		if (n < 4 || strcmp(names.v[i] + n - 4, ".cfg") != 0)
			continue;
		more = machine_file(m, fs, machine_path(m, dir, names.v[i]));
		if (more.text)
			bootline_grub_add(&g, more.text, more.len);
	}
	add_cmdline(m, f->path, bootline_grub_text(&g), g.needs_shell);
}

static void read_cmdlines(struct machine *m, const struct hostfs *fs)
{
	const struct hostfs_file *own = &m->item[MACHINE_CMDLINE];
	struct hostfs_file f;

	if (m->running) {
		if (own->text)
			add_cmdline(m, own->path, own->text, false);
		return;
	}
	f = machine_file(m, fs, "/etc/kernel/cmdline");
	if (f.text)
		add_cmdline(m, f.path, f.text, false);
	read_grub(m, fs);
}

/* ---- the TPM ---- */

/* CONFIG_IMA_MEASURE_PCR_IDX of the kernel that runs */
static int measured_pcr(const struct machine *m)
{
	static const char key[] = "\nCONFIG_IMA_MEASURE_PCR_IDX=";
	const char *at = NULL;
	uint64_t v;

	if (m->kernels.n && m->kernels.v[0].config.text)
		at = strstr(m->kernels.v[0].config.text, key);
	if (at) {
		at += sizeof(key) - 1;
		if (num_parse(at, strcspn(at, "\n"), 10, 23, &v) == NUM_OK)
			return (int)v;
	}
	return 10;
}

static void read_tpm(struct machine *m, const struct hostfs *fs)
{
	static const char dir[] = "/sys/class/tpm/tpm0";
	static const char head[] = "pcr-";
	hostfs_names names = machine_names(m, fs, dir);
	size_t i;

	m->tpm = hostfs_has(fs, dir);
	m->tpm_pcr = measured_pcr(m);
	for (i = 0; i < names.n; i++) {
		struct machine_bank bank;
		struct hostfs_file pcr;
		struct buf path;

		if (strncmp(names.v[i], head, sizeof(head) - 1) != 0)
			continue;
		buf_init(&path, m->arena);
		buf_printf(&path, "%s/%s/%d", dir, names.v[i], m->tpm_pcr);
		pcr = hostfs_read(fs, path.s);
		bank.name = names.v[i] + sizeof(head) - 1;
		bank.pcr = pcr.text ? first_line(m, &pcr) : NULL;
		vec_push(m->arena, &m->banks, bank);
	}
}

/* ---- all of it ---- */

static bool read_all(struct machine *m, struct arena *a, const char *root,
		     bool running, machine_keyctl_read *read_ring)
{
	struct hostfs fs;

	memset(m, 0, sizeof(*m));
	if (!hostfs_open(&fs, a, root))
		return false;
	m->arena = a;
	m->root = root;
	m->running = running;
	read_items(m, &fs);
	read_kernels(m, &fs);
	read_cmdlines(m, &fs);
	machine_read_conf(m, &fs);
	machine_read_loaders(m, &fs);
	if (running) {
		read_tpm(m, &fs);
		machine_read_keys(m, read_ring);
	}
	hostfs_close(&fs);
	return true;
}

bool machine_read_root(struct machine *m, struct arena *a, const char *root)
{
	return read_all(m, a, root, false, NULL);
}

bool machine_read_running(struct machine *m, struct arena *a, const char *root,
			  machine_keyctl_read *read_ring)
{
	return read_all(m, a, root, true, read_ring);
}
