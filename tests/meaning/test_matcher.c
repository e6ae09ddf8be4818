/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's walk, read twice: the library's matcher and the brute-force one
 * must choose the same rule of each class, on random lines and accesses.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gen.h"
#include "harness.h"
#include "util.h"

static const char *const releases[] = { "5.4", "5.10", "6.1", "6.12", "7.1" };

struct totals {
	uint64_t lists, refused, accesses, matches;
};

static void list_text(struct buf *b, struct rng *r, const char *release)
{
	struct gen_knobs k;
	unsigned int n = 1 + (unsigned int)rng_below(r, 6);

	gen_defaults(&k, r);
	k.exempt_audit = strcmp(release, "7.1") == 0;
	k.values = 3;
	if (strncmp(release, "5.", 2) == 0)
		k.dims &= ~(GEN_BIT(GEN_GID) | GEN_BIT(GEN_EGID) |
			    GEN_BIT(GEN_GROUP));
	for (unsigned int i = 0; i < n; i++) {
		gen_line(b, &k, r);
		buf_putc(b, '\n');
	}
	if (rng_percent(r, 20) && strcmp(release, "5.4") != 0)
		buf_puts(b, "measure func=KEY_CHECK keyrings=.ima|.evm "
			    "uid<7\nmeasure func=KEY_CHECK uid=1000\n");
	if (rng_percent(r, 20) && release[0] != '5')
		buf_puts(b, "dont_measure func=CRITICAL_DATA uid>0 "
			    "label=selinux|kernel_info\n"
			    "measure func=CRITICAL_DATA\n");
	if (rng_percent(r, 20))
		buf_puts(b, "measure func=KEXEC_CMDLINE fowner=0\n");
}

static bool compare(struct arena *a, const struct ktarget *t,
		    const rule_list *rules, const char *text,
		    struct totals *sum)
{
	struct atoms atoms;
	struct domain d;

	atoms_init(&atoms, a);
	for (size_t i = 0; i < rules->n; i++)
		atoms_add_rule(&atoms, &rules->v[i]);
	domain_init(&d, a, t, &atoms);
	for (uint64_t i = 0; i < domain_count(&d) && i < 20000; i++) {
		struct kaccess acc;
		struct kdecision k;
		struct bverdict v;
		struct buf b;

		domain_access(&d, i, &acc);
		k = kdialect_walk(t, rules->v, rules->n, &acc);
		brute_rules(t, rules->v, rules->n, &acc, &v);
		sum->accesses++;
		for (int c = 0; c < KCLASS_COUNT; c++)
			sum->matches += v.by[c] >= 0;
		if (memcmp(k.rule, v.by, sizeof(v.by)) == 0)
			continue;
		buf_init(&b, a);
		baccess_print(&b, &acc);
		printf("FAIL: kernel %u.%u\n%s--- access %s\n",
		       t->release.major, t->release.minor, text, b.s);
		for (int c = 0; c < KCLASS_COUNT; c++)
			printf("%s: library %d, brute force %d\n",
			       bclass_name((enum kclass)c), k.rule[c],
			       v.by[c]);
		return false;
	}
	return true;
}

static bool one_list(struct rng *r, struct totals *sum)
{
	const char *release = releases[rng_below(r, ARRAY_SIZE(releases))];
	struct ktarget t;
	struct arena a;
	struct intern in;
	struct buf b;
	rule_list rules = { 0 };
	const char *bad;
	bool good;

	target_of(&t, release);
	arena_init(&a);
	intern_init(&in, &a);
	buf_init(&b, &a);
	list_text(&b, r, release);
	sum->lists++;
	good = lines_read(&a, &in, &t, b.s, b.len, &rules, &bad);
	if (!good) {
		sum->refused++;
		printf("FAIL: kernel %s refuses: %s\n", release, bad);
	} else {
		good = compare(&a, &t, &rules, b.s, sum);
	}
	arena_free(&a);
	return good;
}

int main(int argc, char **argv)
{
	struct totals sum = { 0 };
	struct options o;

	options_read(&o, argc, argv, 2000, 60);
	for (uint64_t i = 0; i < o.count && !options_late(&o); i++) {
		struct rng r = rng_new(o.seed * 1000003 + i);

		if (!one_list(&r, &sum)) {
			printf("list %" PRIu64 "\n", i);
			return 1;
		}
	}
	printf("%" PRIu64 " rule lists, %" PRIu64 " accesses, %" PRIu64
	       " first matches, all alike\n", sum.lists, sum.accesses,
	       sum.matches);
	return sum.matches ? 0 : 1;
}
