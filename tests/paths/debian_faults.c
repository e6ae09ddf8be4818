/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "../unit/prove_trial.h"

/*
 * debian_faults FILE_CONTEXTS: each fault of the search planted, over a full
 * database; where a verdict on an everyday glob goes wrong, by type or by user,
 * the proof has to notice, but for one in fifty at most.
 */
static struct arena arena;
static struct intern in;
static struct diags ds;

static const struct glob_alias merged[] = {
	{ "/bin", "/usr/bin" }, { "/sbin", "/usr/sbin" },
	{ "/lib", "/usr/lib" }, { "/lib32", "/usr/lib32" },
	{ "/lib64", "/usr/lib64" }, { "/libx32", "/usr/libx32" },
	{ "/var/run", "/run" }, { "/var/lock", "/run/lock" },
};

static const char *const globs[] = {
	"/usr/bin/*", "/usr/{bin,sbin}/**", "/usr/local/bin/flash_*",
	"/etc/flowspec/*", "/usr/lib/firmware/**", "/opt/{a,b}/bin/*.sh",
	"/opt/vendor/bin/*", "/home/*/bin/*", "/boot/**", "/etc/shadow",
	"/usr/sbin/sshd", "/usr/bin/sudo", "/var/log/**", "/run/**",
	"/usr/local/lib/**", "/root/**", "/home/*/.ssh/*", "/usr/lib/**/*.ko",
	"/var/lib/private/**", "/etc/systemd/**",
};

static struct fcdb *open_db(const struct texts *t, enum fc_version v, int fault)
{
	plant(fault);
	return open_texts(&arena, &in, &ds, t, v);
}

static void try_glob(struct trial *t, const char *text, int fault,
		     struct cli_oracle *oracle, struct tally *n)
{
	static const unsigned int parts[] = { FCDB_TYPE, FCDB_USER };
	struct glob *g = arena_new(&arena, struct glob);
	struct glob_error err;
	size_t i;

	if (!glob_parse(&arena, text, strlen(text), g, &err))
		exit(2);
	t->q.glob = g;
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		unsigned int missed = n->wrong - n->caught;

		t->q.parts = parts[i];
		if (goes_wrong(t, fault, false))
			prove_trial(t, oracle, n);
		if (n->wrong - n->caught > missed)
			printf("missed: %s\n", text);
	}
}

int main(int argc, char **argv)
{
	struct fcdb_universe u = { .alias = merged,
				   .n_alias = ARRAY_SIZE(merged) };
	struct tally all = { 0 };
	struct cli_oracle oracle;
	struct texts texts;
	int fault;
	size_t i;

	if (argc < 2)
		return 2;
	arena_init(&arena);
	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	read_texts(&arena, argv[1], &texts);
	cli_oracle_init(&oracle, &arena, argv[1]);
	for (fault = FCDB_FAULT_NONE; fault < FCDB_FAULT_COUNT; fault++) {
		struct trial t = { .arena = &arena,
				   .q = { .kind = FC_FILE, .universe = &u } };
		enum fc_version v = fault == FCDB_FAULT_DEPTH ? FC_3_9 : FC_3_4;
		struct tally n = { 0 };

		t.honest = open_db(&texts, v, FCDB_FAULT_NONE);
		t.faulty = open_db(&texts, v, fault);
		if (!t.honest || !t.faulty)
			return 2;
		for (i = 0; i < ARRAY_SIZE(globs); i++)
			try_glob(&t, globs[i], fault, &oracle, &n);
		print_tally("Debian", fault, &n);
		all.wrong += n.wrong;
		all.caught += n.caught;
	}
	cli_oracle_close(&oracle);
	arena_free(&arena);
	printf("%sok - %u of %u wrong verdicts are caught\n",
	       all.caught * 50 < all.wrong * 49 ? "not " : "", all.caught,
	       all.wrong);
	return all.caught * 50 < all.wrong * 49;
}
