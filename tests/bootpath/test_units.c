/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>

#include "fake_root.h"
#include "units.h"
#include "buf.h"

#define ETC "/etc/systemd/system/"
#define RUN "/run/systemd/system/"
#define LIB "/usr/lib/systemd/system/"

static struct arena arena;
static struct tree *tree;
static struct units *us;

static void setup(void)
{
	arena_init(&arena);
	fake_root_make();
	tree = NULL;
}

static void teardown(void)
{
	if (tree)
		tree_close(tree);
	fake_root_remove();
	arena_free(&arena);
}

static void load(void)
{
	static const struct tree_options none;
	const char *why;

	tree = tree_open(&arena, fake_root, &none, &why);
	ck_assert_ptr_nonnull(tree);
	us = units_new(&arena, tree);
}

static const char *setting(const char *unit, const char *key)
{
	const char *s = unitfile_last(&units_get(us, unit)->lines, key);

	return s ? s : "";
}

/* the names of a start in its order */
static const char *start_of(const char *target)
{
	struct units_start s;
	struct buf b;
	size_t i;

	load();
	units_start(us, units_get(us, target), NULL, &s);
	ck_assert(!s.cut);
	buf_init(&b, &arena);
	buf_puts(&b, "");
	for (i = 0; i < s.order.n; i++)
		buf_printf(&b, "%s%s", i ? " " : "", s.order.v[i]->name);
	return b.s;
}

START_TEST(the_first_directory_counts)
{
	fake_root_put(LIB "a.service", "[Service]\nType=lib\n");
	fake_root_put(RUN "a.service", "[Service]\nType=run\n");
	fake_root_put(LIB "b.service", "[Service]\nType=lib\n");
	fake_root_put(RUN "b.service", "[Service]\nType=run\n");
	fake_root_put(ETC "b.service", "[Service]\nType=etc\n");
	fake_root_put("/lib/systemd/system/c.service", "[Service]\nType=old\n");
	load();
	ck_assert_str_eq(setting("a.service", "Type"), "run");
	ck_assert_str_eq(setting("b.service", "Type"), "etc");
	ck_assert_str_eq(setting("c.service", "Type"), "old");
	ck_assert_int_eq(units_get(us, "d.service")->state, UNIT_MISSING);
	ck_assert_ptr_null(units_get(us, "nothing"));
}
END_TEST

START_TEST(a_merged_usr_is_looked_at_once)
{
	fake_root_put(LIB "a.service", "[Service]\nType=lib\n");
	fake_root_link("/lib", "usr/lib");
	load();
	ck_assert_uint_eq(units_path(us)->n, 1);
}
END_TEST

START_TEST(masks)
{
	fake_root_put(LIB "a.service", "[Service]\nType=lib\n");
	fake_root_link(ETC "a.service", "/dev/null");
	fake_root_put(LIB "b.service", "[Service]\nType=lib\n");
	fake_root_put(ETC "b.service", "");
	load();
	ck_assert_int_eq(units_get(us, "a.service")->state, UNIT_MASKED);
	ck_assert_int_eq(units_get(us, "b.service")->state, UNIT_MASKED);
	ck_assert_uint_eq(units_get(us, "a.service")->files.n, 0);
}
END_TEST

START_TEST(aliases)
{
	fake_root_put(LIB "real.target", "[Unit]\nDescription=real\n");
	fake_root_link(ETC "default.target", LIB "real.target");
	fake_root_link(ETC "other.target", "default.target");
	/* linked from a folder that units are not searched in */
	fake_root_put("/opt/far.service", "[Service]\nType=far\n");
	fake_root_link(ETC "far.service", "/opt/far.service");
	fake_root_link(ETC "near.service", "/opt/far.service");
	load();
	ck_assert_ptr_eq(units_get(us, "default.target"), units_get(us, "real.target"));
	ck_assert_ptr_eq(units_get(us, "other.target"), units_get(us, "real.target"));
	ck_assert_str_eq(setting("far.service", "Type"), "far");
	ck_assert_ptr_eq(units_get(us, "near.service"), units_get(us, "far.service"));
}
END_TEST

START_TEST(an_alias_that_leads_to_itself)
{
	fake_root_link(ETC "a.service", "b.service");
	fake_root_link(ETC "b.service", "a.service");
	load();
	ck_assert_int_eq(units_get(us, "a.service")->state, UNIT_UNREAD);
}
END_TEST

START_TEST(templates)
{
	fake_root_put(LIB "t@.service", "[Service]\nType=all\n");
	fake_root_put(ETC "t@one.service", "[Service]\nType=one\n");
	fake_root_link(LIB "u@.service", "t@.service");
	load();
	ck_assert_str_eq(setting("t@two.service", "Type"), "all");
	ck_assert_str_eq(setting("t@one.service", "Type"), "one");
	ck_assert_str_eq(units_get(us, "u@three.service")->name, "t@three.service");
	ck_assert_str_eq(units_get(us, "t@two.service")->parts.instance, "two");
}
END_TEST

/* most telling names last in this list: what they say is said last by the file's name */
START_TEST(drop_ins)
{
	struct unit *u;

	fake_root_put(LIB "foo-bar@.service", "[Service]\nType=own\n");
	fake_root_put(LIB "service.d/10-a.conf", "[Service]\nA=type\nOrder=10\n");
	fake_root_put(LIB "foo-.service.d/20-b.conf", "[Service]\nB=prefix\nOrder=20\n");
	fake_root_put(LIB "foo-bar@.service.d/30-c.conf", "[Service]\nC=template\nOrder=30\n");
	fake_root_put(ETC "foo-bar@x.service.d/05-d.conf", "[Service]\nD=own\nOrder=5\n");
	/* the name that is more to the point, and the directory that comes first, hide */
	fake_root_put(ETC "foo-bar@x.service.d/20-b.conf", "[Service]\nB=own\nOrder=20\n");
	fake_root_put(ETC "service.d/10-a.conf", "[Service]\nA=etc\nOrder=10\n");
	fake_root_put(ETC "service.d/notes.txt", "[Service]\nA=wrong\n");
	load();
	u = units_get(us, "foo-bar@x.service");
	ck_assert_uint_eq(u->files.n, 5);
	ck_assert_str_eq(u->files.v[0], LIB "foo-bar@.service");
	ck_assert_str_eq(setting(u->name, "A"), "etc");
	ck_assert_str_eq(setting(u->name, "B"), "own");
	ck_assert_str_eq(setting(u->name, "C"), "template");
	ck_assert_str_eq(setting(u->name, "D"), "own");
	ck_assert_str_eq(setting(u->name, "Order"), "30");
}
END_TEST

START_TEST(a_drop_in_of_an_alias)
{
	fake_root_put(LIB "real.service", "[Service]\nType=real\n");
	fake_root_link(ETC "alias.service", LIB "real.service");
	fake_root_put(ETC "alias.service.d/a.conf", "[Service]\nType=changed\n");
	load();
	ck_assert_str_eq(setting("real.service", "Type"), "changed");
}
END_TEST

START_TEST(what_a_target_pulls_in)
{
	fake_root_put(LIB "t.target", "[Unit]\nRequires=a.service\nWants=b.service c@%p.service\n");
	fake_root_put(LIB "a.service", "[Unit]\nDefaultDependencies=no\nBindsTo=d.service\n");
	fake_root_put(LIB "b.service", "[Unit]\nDefaultDependencies=no\nAfter=e.service\n"
		      "Requires=f.service\n");
	fake_root_put(LIB "c@.service", "[Unit]\nDefaultDependencies=no\n");
	fake_root_put(LIB "d.service", "[Unit]\nDefaultDependencies=no\n");
	fake_root_put(LIB "e.service", "[Unit]\nDefaultDependencies=no\n");
	fake_root_put(LIB "f.service", "[Unit]\nDefaultDependencies=no\nBefore=d.service\n");
	fake_root_link(ETC "t.target.wants/e.service", LIB "e.service");
	fake_root_link(LIB "t.target.requires/g.service", "/nowhere");
	ck_assert_str_eq(start_of("t.target"),
			 "a.service e.service b.service c@t.service g.service t.target "
			 "f.service d.service");
	ck_assert(units_get(us, "a.service")->required);
	ck_assert(units_get(us, "d.service")->required);
	ck_assert(units_get(us, "g.service")->required);
	ck_assert(!units_get(us, "b.service")->required);
	ck_assert(!units_get(us, "f.service")->required);
}
END_TEST

START_TEST(default_dependencies)
{
	fake_root_put(LIB "t.target", "[Unit]\nWants=a.service\nRequires=basic.target\n");
	fake_root_put(LIB "a.service", "[Service]\nExecStart=/a\n");
	fake_root_put(LIB "basic.target", "[Unit]\nRequires=sysinit.target\nWants=sockets.target\n"
		      "After=sysinit.target sockets.target\n");
	fake_root_put(LIB "sysinit.target", "[Unit]\nDescription=s\n");
	fake_root_put(LIB "sockets.target", "[Unit]\nDescription=s\n");
	fake_root_put(LIB "a.socket", "[Socket]\nAccept=yes\n");
	fake_root_put(LIB "b.socket", "[Socket]\nService=c.service\n");
	fake_root_put(LIB "d.timer", "[Timer]\nOnBootSec=1\n");
	fake_root_link(ETC "sockets.target.wants/a.socket", LIB "a.socket");
	fake_root_link(ETC "sockets.target.wants/b.socket", LIB "b.socket");
	fake_root_link(ETC "sockets.target.wants/d.timer", LIB "d.timer");
	ck_assert_str_eq(start_of("t.target"),
			 "sysinit.target a.socket b.socket d.timer sockets.target basic.target "
			 "a.service t.target a@0.service c.service d.service");
	ck_assert(units_get(us, "sysinit.target")->required);
	ck_assert(!units_get(us, "sockets.target")->required);
}
END_TEST

START_TEST(units_in_a_circle)
{
	fake_root_put(LIB "a.target", "[Unit]\nRequires=b.target\nAfter=b.target\n");
	fake_root_put(LIB "b.target", "[Unit]\nRequires=a.target\nAfter=a.target\nWants=b.target\n");
	ck_assert_str_eq(start_of("a.target"), "b.target a.target");
}
END_TEST

/* a chain as long as many: nothing is called for each link of it */
START_TEST(a_long_chain)
{
	char path[100], text[100];
	struct units_start s;
	const int n = 1000;
	int i;

	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), LIB "u%d.target", i);
		snprintf(text, sizeof(text), "[Unit]\nRequires=u%d.target\nAfter=u%d.target\n",
			 i + 1, i + 1);
		fake_root_put(path, text);
	}
	load();
	units_start(us, units_get(us, "u0.target"), NULL, &s);
	ck_assert_uint_eq(s.order.n, n + 1);
	ck_assert_str_eq(s.order.v[0]->name, "u1000.target");
	ck_assert_str_eq(s.order.v[n]->name, "u0.target");
}
END_TEST

START_TEST(a_stop)
{
	volatile bool stop = true;
	struct units_start s;

	fake_root_put(LIB "t.target", "[Unit]\nWants=a.service\n");
	load();
	units_start(us, units_get(us, "t.target"), &stop, &s);
	ck_assert(s.cut);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("units");
	TCase *t = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_first_directory_counts);
	tcase_add_test(t, a_merged_usr_is_looked_at_once);
	tcase_add_test(t, masks);
	tcase_add_test(t, aliases);
	tcase_add_test(t, an_alias_that_leads_to_itself);
	tcase_add_test(t, templates);
	tcase_add_test(t, drop_ins);
	tcase_add_test(t, a_drop_in_of_an_alias);
	tcase_add_test(t, what_a_target_pulls_in);
	tcase_add_test(t, default_dependencies);
	tcase_add_test(t, units_in_a_circle);
	tcase_add_test(t, a_long_chain);
	tcase_add_test(t, a_stop);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
