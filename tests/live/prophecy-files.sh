# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Read in by prophecy.sh: the files that are asked about. To Debian's own come made ones: in each place each content with
# each seal. All seals are by openssl, sha256sum and evmctl, so that what is held against the kernel had no part in them.

data_uuid=2c7d2b9e-8f0e-4b0b-9d53-60fd0a4fbd21
root_uuid=7e1b4a55-93c2-4d0e-a1f6-0d5c8e2b9a10

# the folder and who owns what is in it; /srv/data is a file system of its own, and what /srv/bare is mounted from has no
# xattrs
places() {
	cat <<-END
		usr/local/bin 0
		usr/local/sbin 1000
		opt/tool/bin 0
		usr/lib/x86_64-linux-gnu/drawn 0
		etc/drawn 0
		home/live 1000
		srv/data 0
		srv/data/theirs 1000
		srv/bare 0
	END
}

# Kinds of security.ima, and how many of a hundred of Debian's own files have each.
kinds() {
	cat <<-END
		none 20
		digest 24
		signed 34
		bad-digest 4
		old-sha1 2
		sha1 2
		sha512 2
		no-hash 1
		ec 3
		stranger 3
		tampered 2
		sha1-signed 1
		cut 1
		verity 1
		foreign 0
	END
}

# put CONTENT FILE
put() {
	case $1 in
	program) cp "$tree/usr/bin/true" "$2" ;;
	static) cp "$LIVE_DIR/base/bin/program" "$2" ;;
	library) cp "$(find "$tree/usr/lib/x86_64-linux-gnu" -name 'libattr.so.*' -type f)" "$2" ;;
	script) script "${2##*/}" >"$2" ;;
	text) echo "a text" >"$2" ;;
	empty) : >"$2" ;;
	esac
	case $1 in
	library | text) chmod 644 "$2" ;;
	*) chmod 755 "$2" ;;
	esac
}

# sealed KIND FILE: the file, as seen from the root, will have a seal of that kind
sealed() {
	printf '%s\n' "$2" >>"$work/seals/$1"
}

draw_places() {
	mkdir "$work/made"
	kinds | while read -r kind _; do
		for content in program static library script text empty; do
			put $content "$work/made/$content.$kind"
		done
	done
	places | while read -r place owner; do
		mkdir -p "$tree/$place"
		cp -p "$work/made"/* "$tree/$place/"
		chown -R "$owner:$owner" "$tree/$place"
		kinds | while read -r kind _; do
			for content in program static library script text empty; do
				sealed "$kind" "$place/$content.$kind"
			done
		done
	done
}

# Other names, modes and links.
draw_odd() {
	at=usr/local/bin
	for name in 'a name' "it's" 'say "so"' 'back\slash' 'ümlaut'; do
		put program "$tree/$at/$name"
		sealed signed "$at/$name"
		put script "$tree/$at/$name.bad"
		sealed bad-digest "$at/$name.bad"
	done
	for kind in signed none; do
		for mode in 4755 2755 644 700 111; do
			put program "$tree/$at/mode-$mode.$kind"
			chmod $mode "$tree/$at/mode-$mode.$kind"
			sealed $kind "$at/mode-$mode.$kind"
		done
		ln "$tree/$at/mode-700.$kind" "$tree/etc/drawn/link.$kind"
		echo "etc/drawn/link.$kind" >>"$work/more"
		printf '#!/no/interpreter\n' >"$tree/$at/nowhere.$kind"
		chmod 755 "$tree/$at/nowhere.$kind"
		sealed $kind "$at/nowhere.$kind"
	done
}

# What others are run by: the kernel maps it with each of them, so it is to be good.
interpreters() {
	find "$tree/usr/bin" "$tree/usr/sbin" "$tree/usr/lib" -type f -perm /111 -size -2000 \
		-exec awk 'FNR == 1 { if (sub(/^#! */, "")) print $1; nextfile }' '{}' + 2>/dev/null | sort -u |
		while read -r path; do
			chroot "$tree" realpath -q -e "$path" || :
		done
	chroot "$tree" realpath /lib64/ld-linux-x86-64.so.2 /bin/sh
	(cd "$tree" && find usr/lib -name 'klibc-*.so' -type f)
}

# Debian's own: all programs and libraries, and one in eight of the rest.
draw_debian() {
	(cd "$tree" && find . -xdev \( -path ./srv -o -path ./usr/local -o -path ./opt -o -path ./home -o -path ./etc/drawn \
		-o -path ./usr/lib/x86_64-linux-gnu/drawn \) -prune -o -type f -links 1 -printf '%m %P\n') |
		LC_ALL=C sort -k 2 >"$work/debian"
	interpreters | sed 's|^/||' | sort -u >"$work/interpreters"
	kinds >"$work/kinds"
	awk -v dir="$work/seals" '
	FILENAME ~ /interpreters$/ { print >>(dir "/signed"); good[$0] = 1; next }
	FILENAME ~ /kinds$/ { kind[n++] = $1; share[n - 1] = $2; next }
	FNR == 1 { srand(8) }
	{
		path = substr($0, length($1) + 2)
		if (path in good || (!($1 ~ /[1357]/) && path !~ /\.so(\.|$)/ && rand() > 1 / 8))
			next
		r = rand() * 100
		for (i = 0; i < n - 1 && r >= share[i]; i++)
			r -= share[i]
		print path >>(dir "/" kind[i])
	}' "$work/interpreters" "$work/kinds" "$work/debian"
}

# evm_sign KIND KEY HASH: signs all of a kind in one call, by links
evm_sign() {
	[ -s "$work/seals/$1" ] || return 0
	mkdir "$tree/to-sign"
	(cd "$tree" && tr '\n' '\0' <"$work/seals/$1" | xargs -0 cp --link --parents -t to-sign)
	evmctl ima_sign -a "$3" --recursive --key "$2" "$tree/to-sign" >>"$work/evmctl.log" 2>&1 || {
		tail -n 5 "$work/evmctl.log"
		exit 1
	}
	rm -r "$tree/to-sign"
}

# set_value KIND BYTES: the same for all files
set_value() {
	(cd "$tree" && tr '\n' '\0' <"$work/seals/$1" | xargs -0 setfattr -n security.ima -v "0x$2")
}

# set_digests KIND PREFIX PROGRAM: PREFIX, and what PROGRAM says of the content; without odd names
set_digests() {
	(cd "$tree" && tr '\n' '\0' <"$work/seals/$1" | xargs -0 "$3" | awk -v prefix="$2" '
		{ print "# file: " substr($0, length($1) + 3) "\nsecurity.ima=0x" prefix $1 "\n" }' | setfattr --restore=-)
}

seal_all() {
	evm_sign signed "$keys/right.pem" sha256
	evm_sign ec "$keys/ec.pem" sha256
	evm_sign stranger "$keys/wrong.pem" sha256
	evm_sign sha1-signed "$keys/right.pem" sha1
	evm_sign tampered "$keys/right.pem" sha256
	(cd "$tree" && while IFS= read -r path; do echo >>"$path"; done <"$work/seals/tampered")
	set_digests digest 0404 sha256sum
	set_digests old-sha1 01 sha1sum
	set_digests sha1 0402 sha1sum
	set_digests sha512 0406 sha512sum
	set_value bad-digest "0404$(echo other | sha256sum | cut -d ' ' -f 1)"
	set_value no-hash "0463$(echo other | sha256sum | cut -d ' ' -f 1)"
	set_value cut 0302040a0b
	# a signature of the digest that fs-verity keeps, which none of these files has
	set_value verity 0603040a0b0c0d0004aabbccdd
	set_value foreign 2001020304
}

# label CONTEXT FILE...: on disk another than by file contexts
put_label() {
	label=$1
	shift
	(cd "$tree" && setfattr -n security.selinux -v "$label" "$@")
}

label_all() {
	debian=$tree
	quietly "$work/labels.log" in_debian setfiles -F /etc/selinux/default/contexts/files/file_contexts /
	put_label system_u:object_r:etc_t:s0 usr/local/bin/program.none usr/local/bin/library.none usr/local/bin/text.none
	put_label system_u:object_r:bin_t:s0 etc/drawn/script.none etc/drawn/text.digest home/live/program.none \
		usr/lib/x86_64-linux-gnu/drawn/library.none
	put_label unconfined_u:object_r:user_home_t:s0 usr/local/bin/script.none usr/local/bin/static.digest
	for name in program.digest text.digest script.stranger; do
		setfattr -x security.selinux "$tree/usr/local/bin/$name"
	done
}

# The tree, its disks, and the list of its files.
make_tree() {
	tree=$work/tree
	rm -rf "$tree" "$work/seals" "$work/made"
	mkdir "$work/seals"
	: >"$work/more"
	cp -a "$LIVE_DIR/prophecy-root" "$tree"
	rm -rf "$tree"/var/cache/apt "$tree"/usr/share/locale "$tree"/usr/share/doc
	printf '%s\n' "UUID=$root_uuid / ext4 rw,relatime 0 1" "UUID=$data_uuid /srv/data ext4 rw,relatime 0 2" \
		"none /srv/bare ramfs defaults 0 0" >"$tree/etc/fstab"
	draw_places
	draw_odd
	draw_debian
	seal_all
	label_all
	cat "$work/seals"/* "$work/more" | sed 's|^|/|' | LC_ALL=C sort -u >"$work/files"
	disk_of_tree root "$tree" 1G -U $root_uuid
	disk_of_tree data "$tree/srv/data" 64M -U $data_uuid
}

# disk_of_tree NAME DIR SIZE [OPTION...]
disk_of_tree() {
	rm -f "$work/$1.disk"
	truncate -s "$3" "$work/$1.disk"
	disk=$work/$1.disk
	from=$2
	shift 3
	mke2fs -q -t ext4 -O ^has_journal -I 256 -E root_owner=0:0 "$@" -d "$from" "$disk"
}
