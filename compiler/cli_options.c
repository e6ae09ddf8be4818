/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <getopt.h>
#include <string.h>

#include "cli_options.h"
#include "num.h"
#include "target.h"

enum {
	OPT_CHECK = 256, OPT_KERNEL, OPT_KERNEL_CONFIG, OPT_LSM, OPT_PROFILE,
	OPT_ROOT, OPT_USERS, OPT_GROUPS, OPT_NO_COMMENTS, OPT_DUMP,
	OPT_MAX_ERRORS, OPT_COLOUR, OPT_DIALECT, OPT_FILE_CONTEXTS,
	OPT_MOUNTS, OPT_LIBSELINUX, OPT_LOOKUP, OPT_COMPARE,
	OPT_ALL, OPT_FORMAT, OPT_TAG_PATHS, OPT_SELINUX_POLICY,
};

static const char short_options[] = ":o:I:M:W:hV";

static const struct option long_options[] = {
	{ "all", no_argument, NULL, OPT_ALL },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "color", required_argument, NULL, OPT_COLOUR },
	{ "compare", required_argument, NULL, OPT_COMPARE },
	{ "dump", required_argument, NULL, OPT_DUMP },
	{ "file-contexts", required_argument, NULL, OPT_FILE_CONTEXTS },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "groups", required_argument, NULL, OPT_GROUPS },
	{ "help", no_argument, NULL, 'h' },
	{ "include", required_argument, NULL, 'I' },
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "kernel-config", required_argument, NULL, OPT_KERNEL_CONFIG },
	{ "kernel-dialect", no_argument, NULL, OPT_DIALECT },
	{ "libselinux", required_argument, NULL, OPT_LIBSELINUX },
	{ "lookup", required_argument, NULL, OPT_LOOKUP },
	{ "lsm", required_argument, NULL, OPT_LSM },
	{ "max-errors", required_argument, NULL, OPT_MAX_ERRORS },
	{ "mounts", required_argument, NULL, OPT_MOUNTS },
	{ "no-comments", no_argument, NULL, OPT_NO_COMMENTS },
	{ "output", required_argument, NULL, 'o' },
	{ "profile", required_argument, NULL, OPT_PROFILE },
	{ "root", required_argument, NULL, OPT_ROOT },
	{ "selinux-policy", required_argument, NULL, OPT_SELINUX_POLICY },
	{ "tag-paths", no_argument, NULL, OPT_TAG_PATHS },
	{ "users", required_argument, NULL, OPT_USERS },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char help_head[] =
"usage: imapolc [OPTION]... FILE...\n"
"       imapolc paths [OPTION]... GLOB...\n"
"       imapolc labels [OPTION]... -o DIR FILE...\n"
"Compile IMA policies from .imapol files to the lines a Linux kernel takes.\n"
"FILE may be - for standard input. Several files make one policy. A file of\n"
"kernel lines is recognised and checked.\n"
"\n"
"  -o, --output FILE       replace FILE by the output, all or nothing; %k in\n"
"                          it is the release, for several targets\n"
"      --check             write nothing but messages; without a target, say\n"
"                          which releases accept the policy\n"
"target:\n"
"      --kernel RELEASE    6.1, 6.12.117, a list 6.1,6.12 or running\n"
"      --kernel-config FILE  the kernel's .config\n"
"      --lsm NAME          selinux, apparmor, smack or no-lsm\n"
"      --profile NAME      what is not given otherwise:\n"
"                         ";

static const char help_tail[] =
"\n"
"names:\n"
"      --root DIR          users, groups, symlinks and file contexts of the\n"
"                          root file system in DIR\n"
"      --users FILE        users from FILE, in the format of passwd(5)\n"
"      --groups FILE       groups from FILE, in the format of group(5)\n"
"      --file-contexts FILE  SELinux's file_contexts, and those beside it:\n"
"                          path globs become labels\n"
"      --selinux-policy FILE  SELinux's binary policy: what a tag must not be on\n"
"      --tag-paths         paths that are not exact get tags of their own\n"
"      --mounts FILE       an fstab, or the output of findmnt -P: globs that\n"
"                          are whole file systems become fsuuid\n"
"  -I, --include DIR       look for <NAME> in DIR first; may be repeated\n"
"output:\n"
"      --no-comments       lines only: no origins and no assumptions\n"
"      --dump=PASS         show what a pass made instead of the policy:\n"
"                         ";

static const char help_end[] =
"\n"
"  -MD                     write FILE.d for make, beside -o FILE\n"
"  -MF DEPFILE             the same into DEPFILE\n"
"paths (what globs come to, with witnesses):\n"
"      --libselinux VERSION  as the target's reads file contexts\n"
"      --lookup PATH       the label of one path, and why; may be repeated\n"
"      --all               all labels, however many\n"
"      --format=FORMAT     text or json\n"
"      --compare COMPILED  whether file contexts, symlinks and mounts are still\n"
"                          those that a compiled policy was proven with\n"
"messages:\n"
"  -W[no-]NAME, -W[no-]error=NAME, -Werror\n"
"                          switch a warning off or on, or make it an error\n"
"      --max-errors N      show N errors and N warnings (20); 0: all\n"
"      --color=WHEN        auto, always or never\n"
"      --kernel-dialect    take every FILE for kernel lines\n"
"  -h, --help\n"
"  -V, --version\n"
"\n"
"Exit status: 0 all well, 1 the policy is at fault, 2 usage or input and\n"
"output.\n";

void cli_options_help(struct buf *out)
{
	unsigned int i;
	size_t p;
	const char *name;

	buf_puts(out, help_head);
	for (p = 0; (name = target_profile_name(p)); p++)
		buf_printf(out, " %s", name);
	buf_puts(out, help_tail);
	for (i = 0; i < PASS_COUNT; i++)
		buf_printf(out, " %s", compile_pass_name(i));
	buf_puts(out, help_end);
}

static bool take_number(const char *s, size_t *out)
{
	uint64_t v;

	if (num_parse(s, strlen(s), 10, 1000000000, &v) != NUM_OK)
		return false;
	*out = (size_t)v;
	return true;
}

static bool take_one_of(const char *const *words, size_t n, unsigned int *out)
{
	unsigned int i;

	for (i = 0; i < n && strcmp(optarg, words[i]); i++)
		;
	*out = i;
	return i < n;
}

static bool take_colour(enum cli_colour *out)
{
	static const char *const words[] = { "auto", "always", "never" };
	unsigned int i;
	bool ok = take_one_of(words, ARRAY_SIZE(words), &i);

	*out = i;
	return ok;
}

static bool take_format(struct cli_options *o)
{
	static const char *const words[] = { "text", "json" };
	unsigned int i;
	bool ok = take_one_of(words, ARRAY_SIZE(words), &i);

	o->json = i == 1;
	return ok;
}

/* -MD, and -MF FILE or -MFFILE; the M is gone already */
static bool take_depend(int argc, char **argv, struct cli_options *o,
			struct buf *problem)
{
	if (!strcmp(optarg, "D")) {
		o->depend = true;
		return true;
	}
	if (optarg[0] != 'F') {
		buf_printf(problem, "unknown option -M%s", optarg);
		return false;
	}
	o->depend = true;
	if (optarg[1])
		o->depend_file = optarg + 1;
	else if (optind < argc)
		o->depend_file = argv[optind++];
	else
		buf_puts(problem, "-MF needs a file name");
	return o->depend_file != NULL;
}

static bool bad_word(struct buf *problem, const char *option)
{
	buf_printf(problem, "%s does not take `%s`", option, optarg);
	return false;
}

static bool take_warning(struct diags *ds, struct buf *problem)
{
	const char *names[DIAG_CODE_COUNT], *word = optarg, *near;
	size_t n = 0;
	unsigned int i;

	if (diags_option(ds, word))
		return true;
	if (!strncmp(word, "no-", 3))
		word += 3;
	if (!strncmp(word, "error=", 6))
		word += 6;
	for (i = 0; i < DIAG_CODE_COUNT; i++)
		if (diag_default_severity(i) == DIAG_WARNING)
			names[n++] = diag_name(i);
	near = diag_nearest(word, names, n);
	buf_printf(problem, "no warning is called `%s`", word);
	if (near)
		buf_printf(problem, "; did you mean `%s`?", near);
	return false;
}

static bool take_dump(struct cli_options *o, struct buf *problem)
{
	o->dump = compile_pass_by_name(optarg);
	if (o->dump != PASS_COUNT)
		return true;
	buf_printf(problem, "no pass is called `%s`", optarg);
	return false;
}

/* the options that keep their word; NULL: c is none of them */
static const char **word_option(struct cli_options *o, int c)
{
	switch (c) {
	case 'o': return &o->output;
	case OPT_KERNEL: return &o->kernel;
	case OPT_KERNEL_CONFIG: return &o->kernel_config;
	case OPT_LSM: return &o->lsm;
	case OPT_PROFILE: return &o->profile;
	case OPT_ROOT: return &o->root;
	case OPT_USERS: return &o->users;
	case OPT_GROUPS: return &o->groups;
	case OPT_FILE_CONTEXTS: return &o->file_contexts;
	case OPT_MOUNTS: return &o->mounts;
	case OPT_LIBSELINUX: return &o->libselinux;
	case OPT_SELINUX_POLICY: return &o->selinux_policy;
	case OPT_COMPARE: return &o->compare;
	default: return NULL;
	}
}

static bool take_word(struct cli_options *o, int c, const char *name,
		      struct buf *problem)
{
	const char **word = word_option(o, c);

	if (*word && strcmp(*word, optarg) != 0) {
		buf_printf(problem, "--%s is given twice", name);
		return false;
	}
	*word = optarg;
	return true;
}

static bool take_option(struct arena *a, int c, int argc, char **argv,
			struct diags *ds, struct cli_options *o,
			struct buf *problem)
{
	switch (c) {
	case 'h': o->mode = CLI_HELP; return true;
	case 'V': o->mode = CLI_VERSION; return true;
	case OPT_CHECK: o->check = true; return true;
	case OPT_NO_COMMENTS: o->comments = false; return true;
	case OPT_DIALECT: o->dialect = true; return true;
	case OPT_TAG_PATHS: o->tag_paths = true; return true;
	case 'I': vec_push(a, &o->include_dirs, optarg); return true;
	case 'M': return take_depend(argc, argv, o, problem);
	case 'W': return take_warning(ds, problem);
	case OPT_DUMP: return take_dump(o, problem);
	case OPT_ALL: o->all = true; return true;
	case OPT_LOOKUP: vec_push(a, &o->lookups, optarg); return true;
	case OPT_FORMAT:
		return take_format(o) || bad_word(problem, "--format");
	case OPT_MAX_ERRORS:
		return take_number(optarg, &o->max_errors) ||
		       bad_word(problem, "--max-errors");
	case OPT_COLOUR:
		return take_colour(&o->colour) ||
		       bad_word(problem, "--color");
	case ':':
		buf_printf(problem, "%s needs a value", argv[optind - 1]);
		return false;
	default:
		if (optopt > 0 && optopt < 256)
			buf_printf(problem, "unknown option -%c", optopt);
		else
			buf_printf(problem, "unknown option %s",
				   argv[optind - 1]);
		return false;
	}
}

static bool fits_compiling(const struct cli_options *o, struct buf *problem)
{
	if (o->lookups.n || o->compare || o->all || o->json)
		buf_puts(problem, "--lookup, --compare, --all and --format "
			 "belong to `imapolc paths`");
	else if (!o->files.n)
		buf_puts(problem, "no file is given");
	else if (o->check && o->output)
		buf_puts(problem, "--check writes nothing, so -o has no "
			 "meaning with it");
	else if (o->check && o->dump != PASS_COUNT)
		buf_puts(problem, "--check writes nothing, so --dump has no "
			 "meaning with it");
	else if (o->output && o->dump != PASS_COUNT)
		buf_puts(problem, "--dump writes to standard output, so -o has "
			 "no meaning with it");
	else if (o->depend && !o->output)
		buf_puts(problem, "-MD and -MF need -o: make has to know what "
			 "depends on the files");
	return problem->len == 0;
}

static bool take_mode(struct cli_options *o, const char *word)
{
	if (!strcmp(word, "paths"))
		o->mode = CLI_PATHS;
	else if (!strcmp(word, "labels"))
		o->mode = CLI_LABELS;
	return o->mode != CLI_COMPILE;
}

static bool fits_paths(const struct cli_options *o, struct buf *problem)
{
	if (o->output || o->check || o->depend || o->dump != PASS_COUNT)
		buf_puts(problem, "`imapolc paths` compiles nothing, so -o, "
			 "--check, --dump and -MD have no meaning with it");
	else if (o->compare && (o->lookups.n || o->files.n || o->json))
		buf_puts(problem, "--compare is about a compiled policy: "
			 "globs, --lookup and --format have no meaning with it");
	else if (!o->compare && !o->lookups.n && !o->files.n)
		buf_puts(problem, "no glob is given");
	return problem->len == 0;
}

static bool fits_labels(const struct cli_options *o, struct buf *problem)
{
	if (o->check || o->depend || o->dump != PASS_COUNT || o->dialect)
		buf_puts(problem, "`imapolc labels` compiles nothing, so "
			 "--check, --dump, -MD and --kernel-dialect have no "
			 "meaning with it");
	else if (!o->files.n)
		buf_puts(problem, "no file is given");
	else if (!o->output)
		buf_puts(problem, "labels needs -o DIR");
	return problem->len == 0;
}

static bool fits_together(const struct cli_options *o, struct buf *problem)
{
	switch (o->mode) {
	case CLI_COMPILE:
		return fits_compiling(o, problem);
	case CLI_PATHS:
		return fits_paths(o, problem);
	case CLI_LABELS:
		return fits_labels(o, problem);
	default:
		return true;
	}
}

bool cli_options_parse(struct arena *a, int argc, char **argv,
		       struct diags *ds, struct cli_options *out,
		       struct buf *problem)
{
	int c, index = 0;

	memset(out, 0, sizeof(*out));
	out->comments = true;
	out->dump = PASS_COUNT;
	out->max_errors = 20;
	/* a word before the options: what to do instead of compiling */
	optind = 1;
	if (argc > 1 && take_mode(out, argv[1]))
		optind = 2;
	while ((c = getopt_long(argc, argv, short_options, long_options,
				&index)) != -1) {
		bool ok;

		if (word_option(out, c))
			ok = take_word(out, c, c == 'o' ? "output" :
				       long_options[index].name, problem);
		else
			ok = take_option(a, c, argc, argv, ds, out, problem);
		if (!ok)
			return false;
	}
	for (; optind < argc; optind++)
		vec_push(a, &out->files, argv[optind]);
	return fits_together(out, problem);
}
