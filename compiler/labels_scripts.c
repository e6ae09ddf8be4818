/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "labels_int.h"

/* ---- words ---- */

static void put_shell_word(struct buf *b, const char *word)
{
	buf_putc(b, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			buf_puts(b, "'\\''");
		else
			buf_putc(b, *word);
	}
	buf_putc(b, '\'');
}

static void put_shell_words(struct buf *b, const label_words *words)
{
	size_t i;

	for (i = 0; i < words->n; i++) {
		buf_putc(b, ' ');
		put_shell_word(b, words->v[i]);
	}
}

/* the value of a setting: '%' would be a specifier */
static void put_unit_path(struct buf *b, const char *path)
{
	for (; *path; path++) {
		buf_putc(b, *path);
		if (*path == '%')
			buf_putc(b, '%');
	}
}

/* a line cannot hold such a path: the timer has to do */
static bool fits_unit(const char *path)
{
	return !strpbrk(path, "\n\r\\");
}

/* ---- scripts ---- */

static void put_head(struct buf *out, const char *what)
{
	buf_printf(out, "#!/bin/sh\n# %s\n"
		   "# Written by imapolc labels. To be run as root, under the "
		   "SELinux policy of the target.\n"
		   "set -eu\n\n", what);
}

void labels_put_relabel(const label_words *heads, struct buf *out)
{
	put_head(out, "Labels the files of the tags again.");
	buf_puts(out, "# -F: without it the user of a label stays as it is\n"
		 "for head in");
	put_shell_words(out, heads);
	buf_puts(out, "; do\n"
		 "\t[ ! -e \"$head\" ] || restorecon -F -R \"$head\"\n"
		 "done\n");
}

/* where things are, and how lines go */
static const char common[] =
"here=$(cd \"$(dirname \"$0\")\" && pwd)\n"
"state=/var/lib/imapol\n\n"
"# One by one: a line that is gone already is no reason to stop.\n"
"forget() {\n"
"\twhile read -r line; do\n"
"\t\tprintf '%s\\n' \"$line\" >\"$state/work\"\n"
"\t\tsemanage import -f \"$state/work\" || echo \"gone already: $line\" >&2\n"
"\tdone <\"$1\"\n"
"\trm -f \"$state/work\"\n"
"}\n\n";

void labels_put_apply(struct buf *out)
{
	put_head(out, "Puts the tags on their files.");
	buf_puts(out, common);
	buf_puts(out,
"mkdir -p \"$state\"\n"
"add=yes\n"
"# The record in $state is ahead of what it is about: cut short at any place, the\n"
"# next run knows all lines that may be in, and all places that may have labels.\n"
"if [ -f \"$state/imapol_tags.remove\" ]; then\n"
"\tcat \"$state/relabel.sh\" >>\"$state/relabel.old\"\n"
"\tcat \"$state/imapol_tags.remove\" \"$here/imapol_tags.semanage\" >\"$state/both\"\n"
"\tcat \"$state/imapol_tags.remove\" \"$here/imapol_tags.remove\" | sort -u >\"$state/all\"\n"
"\tmv \"$state/all\" \"$state/imapol_tags.remove\"\n"
"\t# the same users: the lines of before go and the new ones come at once\n"
"\tif cmp -s \"$state/imapol_tags.cil\" \"$here/imapol_tags.cil\" &&\n"
"\t\tsemanage import -f \"$state/both\"; then\n"
"\t\tadd=\n"
"\telse\n"
"\t\tforget \"$state/imapol_tags.remove\"\n"
"\t\tsh \"$state/relabel.old\"\n"
"\tfi\n"
"\trm -f \"$state/both\"\n"
"else\n"
"\tcp \"$here/relabel.sh\" \"$state/\"\n"
"\tcp \"$here/imapol_tags.remove\" \"$state/\"\n"
"fi\n"
"if [ -n \"$add\" ]; then\n"
"\t# users first: no line may name one that is not known\n"
"\tsemodule -X 400 -i \"$here/imapol_tags.cil\"\n"
"\tsemanage import -f \"$here/imapol_tags.semanage\"\n"
"fi\n"
"cp \"$here/imapol_tags.cil\" \"$here/imapol_tags.remove\" \"$here/relabel.sh\" \\\n"
"\t\"$here/imapol_tags.file_contexts\" \"$state/\"\n"
"sh \"$state/relabel.sh\"\n"
"if [ -f \"$state/relabel.old\" ]; then\n"
"\tsh \"$state/relabel.old\"\n"
"\trm \"$state/relabel.old\"\n"
"fi\n");
}

void labels_put_remove(struct buf *out)
{
	put_head(out, "Takes the tags off their files.");
	buf_puts(out, common);
	buf_puts(out,
"if grep -q 'obj_user=ima_' /sys/kernel/security/ima/policy 2>/dev/null; then\n"
"\techo 'remove.sh: the IMA policy that is loaded names the users of the tags: boot without it first' >&2\n"
"\texit 1\n"
"fi\n"
"# what is in, which another directory may have put there\n"
"[ ! -f \"$state/imapol_tags.remove\" ] || here=$state\n"
"mkdir -p \"$state\"\n"
"# lines, then labels, then users: a file whose user is gone has no valid label\n"
"forget \"$here/imapol_tags.remove\"\n"
"sh \"$here/relabel.sh\"\n"
"[ ! -f \"$state/relabel.old\" ] || sh \"$state/relabel.old\"\n"
"semodule -X 400 -r imapol_tags || echo 'remove.sh: the users are gone already' >&2\n"
"rm -f \"$state/imapol_tags.cil\" \"$state/imapol_tags.remove\" \\\n"
"\t\"$state/imapol_tags.file_contexts\" \"$state/relabel.sh\" \"$state/relabel.old\"\n");
}

/* ---- systemd ---- */

void labels_put_service(struct buf *out)
{
	buf_puts(out, "[Unit]\n"
		 "Description=Label the files that the IMA policy tags\n"
		 "ConditionSecurity=selinux\n\n"
		 "[Service]\n"
		 "Type=oneshot\n"
		 "ExecStart=/bin/sh /var/lib/imapol/relabel.sh\n");
}

void labels_put_path_unit(const label_words *heads, struct buf *out)
{
	size_t i;

	buf_puts(out, "[Unit]\n"
		 "Description=Watch the files that the IMA policy tags\n\n"
		 "[Path]\n");
	for (i = 0; i < heads->n; i++) {
		if (!fits_unit(heads->v[i]))
			continue;
		buf_puts(out, "PathChanged=");
		put_unit_path(out, heads->v[i]);
		buf_putc(out, '\n');
	}
	buf_puts(out, "\n[Install]\nWantedBy=paths.target\n");
}

/* a path unit sees a directory, not what is below it */
void labels_put_timer(struct buf *out)
{
	buf_puts(out, "[Unit]\n"
		 "Description=Relabel the files that the IMA policy tags\n\n"
		 "[Timer]\n"
		 "Unit=imapol-relabel.service\n"
		 "OnBootSec=1min\n"
		 "OnUnitInactiveSec=15min\n\n"
		 "[Install]\nWantedBy=timers.target\n");
}
