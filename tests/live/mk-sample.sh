#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mk-sample.sh COUNT TREE FILE_CONTEXTS [FILE...]: prints COUNT paths of files that can exist beside each other and
# beside what is in TREE: those in the FILEs, everyday names in many folders, and the names that FILE_CONTEXTS spells
# out.
set -eu

count=$1
tree=$2
contexts=$3
shift 3

# What TREE has: a folder may be used, a file or link may not.
taken() {
	(cd "$tree" && find . ! -type d) | sed 's|^\.||'
}

everyday() {
	for folder in /boot /etc /etc/cron.d /etc/cron.daily /etc/flowspec /etc/flowspec/old /etc/pki /etc/pki/tls/private \
		/etc/ssh /etc/ssh/keys /home/al/bin /home/al /opt /opt/b/bin /opt/vendor /opt/vendor/bin \
		/opt/vendor/bin/more /root /srv /srv/www /tmp /usr/bin /usr/bin/b /usr/lib /usr/lib/firmware \
		/usr/lib/firmware/intel /usr/lib/modules/6.1 /usr/lib/x86_64-linux-gnu /usr/lib64/firmware /usr/libexec \
		/usr/local/bin /usr/local/bin/old /usr/local/lib/firmware /usr/local/sbin /usr/sbin /usr/share/doc/a \
		/var/lib/dpkg /var/lib/dpkg/info /var/log /etc/ssl/private /var/www/html; do
		for name in a .hidden c.sh java.sh flash_fw.sh flash_a flash_ flas f_ fz.bin g.bin k.conf k.key k.pem \
			a.log lib.so.1 java man l2tp vmlinux-6 vmlinuz-6.1 ssh_host_rsa_key with+plus; do
			echo "$folder/$name"
		done
	done
}

# Entries for files without anything that a regular expression would read as more than itself.
spelt_out() {
	awk '$0 !~ /^#/ && (NF == 2 || $2 == "--") && $1 !~ /[]^$?*|[({})]/ {
		path = $1
		plain = path
		gsub(/\\[.+-]/, "", plain)
		if (plain ~ /[.+\\]/)
			next
		gsub(/\\/, "", path)
		print path
	}' "$contexts"
}

{
	taken | sed 's/^/- /'
	{
		cat "$@" /dev/null
		everyday
		spelt_out
	} | sed 's/^/+ /'
} | awk -v count="$count" '
function folders(path,   n, i, part, name) {
	n = split(path, part, "/")
	for (i = 2; i < n; i++) {
		name = name "/" part[i]
		folder[++last] = name
	}
}
{ path = substr($0, 3); last = 0; folders(path) }
/^-/ { file[path] = 1; for (i = 1; i <= last; i++) dir[folder[i]] = 1; next }
/^\+ \/(dev|proc|sys|run|lost\+found)(\/|$)/ || path in file || path in dir || path !~ /^(\/[^\/]+)+$/ { next }
path ~ /\/\.\.?(\/|$)/ { next }
{
	for (i = 1; i <= last; i++)
		if (folder[i] in file)
			next
	for (i = 1; i <= last; i++)
		dir[folder[i]] = 1
	file[path] = 1
	print path
	if (++printed == count)
		exit
}
END { if (printed < count) { print "mk-sample: only " printed " paths" >"/dev/stderr"; exit 1 } }' | LC_ALL=C sort
