# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Read in by prophecy.sh: whole systems, with systemd as PID 1, which loads the policy. Keys come from the initramfs, which
# is the guest's first process and no more.

# the disk's label, and the name at the login
whole=prophet

# A Debian that loads policies/signed-appliance.imapol and on which nothing is signed yet: $tree, for $release.
make_whole() {
	tree=$work/whole
	debian=$tree
	rm -rf "$debian"
	cp -a "$LIVE_DIR/prophecy-root" "$debian"
	answers $whole
	sed -i 's/^SELINUX=.*/SELINUX=permissive/' "$debian/etc/selinux/config"
	# who sits at the console logs in without being asked for a password
	sed -i 's/^root:[^:]*:/root::/' "$debian/etc/shadow"
	mkdir -p "$debian/etc/ima" "$debian/etc/imapol" "$debian/etc/keys/ima"
	cp "$keys/right.der" "$debian/etc/keys/ima/"
	echo 'load = init' >"$debian/etc/imapol/load.conf"
	compile "$release" "$tree" "$appliance" >"$debian/etc/ima/ima-policy"
	quietly "$work/labels.log" in_debian setfiles -F /etc/selinux/default/contexts/files/file_contexts /
}

# rehearse ROOT OUT [OPTION...]: what is foretold of the appliance's policy on it
rehearse() {
	root=$1
	out=$2
	shift 2
	foretell "$release" "$root" "$appliance" "$out" "$keys/right.der" "$@"
}

verdict() {
	python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["verdict"])' "$1"
}

# whole_boot NAME DISK: is ready; see debian/ask.sh for what it is asked
whole_boot() {
	dir=$work/$release/$1
	mkdir -p "$dir/in/t" "$dir/asked"
	cp "$here/debian/ask.sh" "$dir/asked/"
	cat >"$dir/asked/job" <<-'END'
		. ./ask.sh
		tries=0
		until [ -e /run/live/in ] || [ $tries -ge 90 ]; do
			tries=$((tries + 1))
			sleep 1
		done
		! grep -q -a ' login:' /dev/vcs1 || echo "prompt on tty1"
		system
		refused
	END
	printf '%s\n' "$whole login:|root" "root@$whole|mkdir -p /run/live && touch /run/live/in" >"$dir/answers"
	tar -cf "$dir/asked.img" -C "$dir/asked" .
	truncate -s 4M "$dir/asked.img"
	printf '%s\n' "$2" "$dir/asked.img" >"$dir/disks"
	cp "$keys/right.der" "$dir/in/t/right"
	printf '%s\n' 'keys /t/right' 'mount d0 /new' 'start /new /sbin/init' >"$dir/in/t/plan"
	# what asks is the last thing to be started
	printf '%s\n' 'Kernel panic' 'Failed to start live.service' 'emergency mode' 'Freezing execution' >"$dir/until"
	pack "$dir" "integrity,selinux systemd.unit=live.target sysctl.kernel.printk_ratelimit=0"
}

# Did somebody get in, on the serial line, or where that has no prompt was there one on the screen?
way_in() {
	grep -q "root@$whole:" "$1/console.log" ||
		{ ! grep -q "^$whole login:" "$1/console.log" && said "$1" "prompt on tty1"; }
}

# seen DIR: what the boot came to, in the words of the verdict; a machine that nobody can log in to has not come up
seen() {
	[ ! -f "$1/out.log" ] || sed -i 's/\r$//' "$1/out.log"
	if ! way_in "$1"; then
		echo "does not boot"
	elif said "$1" finished && said "$1" 'reached active active ' && ! grep -q '^\(failed\|refused\) ' "$1/out.log"; then
		echo "boots"
	else
		echo "boots with losses"
	fi
}

# same_verdict NAME FORETOLD: as the boot NAME went
same_verdict() {
	came=$(seen "$work/$release/$1")
	[ "$came" = "$2" ] || {
		echo "# foretold: $2; seen: $came"
		grep -h '^\(failed\|refused\|reached\) ' "$work/$release/$1/out.log" | head -n 20 | sed 's/^/# /'
		[ ! -f "$work/$release/$1/failed" ] || tail -n 20 "$work/$release/$1/boot.log" | sed 's/^/# /'
		return 1
	}
}

# Unsigned, and signed by what preflight lists.
prepare_whole() {
	make_whole
	rehearse "$tree" "$work/$release-fatal"
	disk_of_tree "$release-fatal" "$tree" 1G -L $whole
	whole_boot fatal "$work/$release-fatal.disk"
	"$signer" --key "$keys/right.pem" --root "$tree" --from "$work/$release-fatal.list" >"$work/$release-sign.log" 2>&1 &&
		touch "$work/$release-sign.done"
	rehearse "$tree" "$work/$release-signed"
	disk_of_tree "$release-signed" "$tree" 1G -L $whole
	whole_boot signed "$work/$release-signed.disk"
}

signed_all() {
	[ -f "$work/$release-sign.done" ] || {
		tail -n 5 "$work/$release-sign.log" | sed 's/^/# /'
		return 1
	}
}

judge_whole() {
	judge "$release: the appliance unsigned: preflight says that it does not boot" \
		[ "$(verdict "$work/$release-fatal.json")" = "does not boot" ]
	judge "$release: and it does not" same_verdict fatal "does not boot"
	judge "$release: imapol-sign signs what preflight lists" signed_all
	judge "$release: then preflight says that it boots" [ "$(verdict "$work/$release-signed.json")" = boots ]
	judge "$release: and lists nothing" [ ! -s "$work/$release-signed.list" ]
	judge "$release: and it does, and the kernel refuses nothing" same_verdict signed boots
}

# Programs and libraries, each of which loses its signature in a boot of its own.
lost() {
	cat <<-END
		usr/lib/x86_64-linux-gnu/libc.so.6
		usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-252.so
		usr/bin/udevadm
		usr/lib/systemd/systemd-journald
		usr/lib/systemd/systemd-logind
		usr/bin/dbus-daemon
		usr/bin/mount
		usr/sbin/agetty
		usr/bin/login
	END
}

# What is foretold of these is read from the disk itself, as an image.
prepare_lost() {
	lost | while read -r file; do
		name=lost-$(basename "$file")
		disk=$work/$release-$name.disk
		cp --sparse=always "$work/$release-signed.disk" "$disk"
		debugfs -w -R "ea_rm $file security.ima" "$disk" >/dev/null 2>&1
		rehearse "$disk" "$work/$release-$name"
		whole_boot "$name" "$disk"
	done
}

judge_lost() {
	lost | while read -r file; do basename "$file"; done >"$work/lost"
	while read -r name; do
		word=$(verdict "$work/$release-lost-$name.json")
		judge "$release: without the signature of $name it ${word:-…}, as foretold" same_verdict "lost-$name" "$word"
	done <"$work/lost"
}
