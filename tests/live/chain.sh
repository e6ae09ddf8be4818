#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# chain.sh [demo]: goes the way of doc/walkthrough.md, from a key to an alert: each of its blocks is run as it stands and
# in its order, and what the page shows must be among what the block prints. The station is a Debian that boots by the
# image that update-initramfs made of it; the desk is this host. In between it asks more of both than a reader would.
# With "demo" it shows what is done and what is seen instead of the cases, which are in LIVE_DIR/demo.log then.
# Environment: as images.sh.
# Prints TAP and, for each kernel, a summary. Exit 0: all as it should be; 1: not; 77: not possible here. Needs root, the
# network at the first time, 3 GB of disk, and one boot a kernel.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
demo=${1-}
ROOT_PACKAGES=systemd-sysv,dbus,selinux-policy-default,selinux-utils,attr,openssh-server,python3-minimal,tpm2-tools,libcurl4
LIVE_TIMEOUT=${LIVE_TIMEOUT:-420} LIVE_MEMORY=512
export LIVE_TIMEOUT LIVE_MEMORY ROOT_PACKAGES
. "$here/common.sh"
. "$here/images-common.sh"
. "$here/chain-judge.sh"
export LIVE_TPM=yes

server=
machine=
sockets=
cleanup() {
	[ -z "$sockets" ] || ssh -O exit -o ControlPath="$sockets/c" station 2>/dev/null || :
	for pid in $server $machine; do
		kill "$pid" 2>/dev/null || :
	done
	wait
	[ -z "$sockets" ] || rm -rf "$sockets"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

# A Debian with a network, a login by ssh, and the project: what all stations of the page begin as.
make_station() {
	debian_root "$LIVE_DIR/station-new"
	debian=$LIVE_DIR/station-made
	rm -rf "$debian"
	cp -a "$LIVE_DIR/station-new" "$debian"
	install_project
	# what nobody looks at here takes minutes on an emulated machine
	rm -f "$debian/etc/systemd/system"/*/e2scrub_reap.service "$debian/etc/systemd/system/timers.target.wants"/*
	ln -s /usr/lib/systemd/system/multi-user.target "$debian/etc/systemd/system/default.target"
	for unit in getty.target systemd-logind.service systemd-update-utmp.service dev-hugepages.mount dev-mqueue.mount \
		sys-kernel-debug.mount sys-kernel-tracing.mount; do
		ln -s /dev/null "$debian/etc/systemd/system/$unit"
	done
	ln -s /usr/lib/systemd/system/systemd-networkd.service "$debian/etc/systemd/system/multi-user.target.wants/"
	mkdir -p "$debian/etc/systemd/network" "$debian/root/.ssh"
	printf '%s\n' '[Match]' 'Name=en*' '[Network]' 'Address=10.0.2.15/24' 'Gateway=10.0.2.2' \
		>"$debian/etc/systemd/network/station.network"
	echo "LABEL=station / ext4 rw,relatime 0 0" >"$debian/etc/fstab"
	echo station >"$debian/etc/hostname"
	rm -f "$LIVE_DIR/station-key" "$LIVE_DIR/station-key.pub"
	ssh-keygen -q -t ed25519 -N '' -f "$LIVE_DIR/station-key"
	chmod 700 "$debian/root/.ssh"
	cp "$LIVE_DIR/station-key.pub" "$debian/root/.ssh/authorized_keys"
}

# A port that is free now.
free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# ssh to the station, as the desk has it set up: one connection for all calls.
desk_ssh() {
	sockets=$(mktemp -d /tmp/imapol-ssh.XXXXXX)
	cat >"$desk/bin/ssh_config" <<-EOF
		Host station
			HostName 127.0.0.1
			Port $ssh_port
			User root
			IdentityFile $LIVE_DIR/station-key
			IdentitiesOnly yes
			StrictHostKeyChecking no
			UserKnownHostsFile /dev/null
			LogLevel ERROR
			ControlMaster auto
			ControlPath $sockets/c
			ControlPersist 300
	EOF
	for program in ssh scp; do
		printf '#!/bin/sh\nexec %s -F %s/bin/ssh_config "$@"\n' "$(command -v $program)" "$desk" \
			>"$desk/bin/$program"
		chmod 755 "$desk/bin/$program"
	done
}

# The desk: a folder with the programs of the project, as they were installed, and those that reach the station.
make_desk() {
	desk=$work/desk
	mkdir -p "$desk/bin" "$desk/files" "$work/blocks" "$work/said"
	for program in imapolc imapol-sign imapol-attest ima-evm-verifier ima_measure; do
		ln -s "$root/usr/bin/$program" "$desk/bin/"
	done
}

# A webhook; its address as the station reaches it.
start_webhook() {
	mkdir "$work/hook"
	echo ok >"$work/hook/mode"
	python3 "$srcdir/tests/watch/webhook-server.py" "$work/hook" >"$work/hook/log" 2>&1 &
	server=$!
	tries=0
	until [ -s "$work/hook/port" ]; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || break
		sleep 0.1
	done
	WEBHOOK=http://10.0.2.2:$(cat "$work/hook/port")/services/T0/B0/secret
	export WEBHOOK
}

# on_desk COMMAND...: with what the page takes for granted: the names, /proc and /dev in the station's root as long as
# that lies here
on_desk() {
	mounts=
	[ -n "$machine" ] || mounts='mount -t proc proc "$root/proc" && mount --bind /dev "$root/dev" &&'
	(cd "$desk/files" && PATH=$desk/bin:$PATH IMAPOL_EXEC_PATH=$root/usr/libexec/imapolc \
		unshare --mount sh -c "$mounts exec \"\$@\"" sh "$@")
}

# What was made of the root becomes the station's disk, and boots by its own image and with the words of the page.
boot_station() {
	ssh_port=$(free_port)
	desk_ssh
	mkdir "$work/boot"
	truncate -s 1G "$work/station.disk"
	mke2fs -q -t ext4 -O ^has_journal -L station -I 256 -d "$root" "$work/station.disk"
	echo "$work/station.disk" >"$work/boot/disks"
	echo "hostfwd=tcp:127.0.0.1:$ssh_port-:22" >"$work/boot/network"
	echo 'reboot: Power down' >"$work/boot/until"
	# shellcheck disable=SC2046 # words
	"$here/boot.sh" "$root/boot/vmlinuz-$version" "$root/boot/initrd.img-$version" "$work/boot" ro init=/sbin/init \
		root=LABEL=station sysctl.kernel.printk_ratelimit=0 \
		$(cat "$desk/files/words") >"$work/boot.log" 2>&1 &
	machine=$!
	since=$(date +%s)
	until on_desk timeout 20 ssh -o ConnectTimeout=5 station true </dev/null 2>/dev/null; do
		if ! kill -0 $machine 2>/dev/null || [ $(($(date +%s) - since)) -gt "$LIVE_TIMEOUT" ]; then
			sed 's/^/# /' "$work/boot.log"
			return 1
		fi
		sleep 1
	done
	up=$(($(date +%s) - since))
}

# run_block NUMBER NAME [STATUS]: the block of the page, in the desk's folder
run_block() {
	status=0
	on_desk timeout 120 sh -eu "$work/blocks/$1" >"$work/said/$2" 2>&1 </dev/null || status=$?
	[ "$status" -eq "${3:-0}" ] || {
		echo "# status $status, not ${3:-0}; it said:"
		tail -n 20 "$work/said/$2" | sed 's/^/# /'
		return 1
	}
}

# prints NUMBER NAME: each line of the block is part of one that was printed, in this order; those go to standard output
prints() {
	awk '
	NR == FNR { want[++n] = $0; next }
	BEGIN { at = 1 }
	at <= n && index($0, want[at]) { print substr($0, 1, 150); at++ }
	END {
		if (!n || at <= n) {
			print "# not said: " want[at]
			exit 1
		}
	}' "$work/blocks/$1" "$work/said/$2"
}

# What has come to the webhook, as a channel would show it: until it is what block $1 says, which takes a second or two.
arrived() {
	tries=0
	until python3 -c 'import json, sys
for line in sys.stdin: print(json.loads(line))' <"$work/hook/got" >"$work/said/webhook" && prints "$1" webhook >/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 60 ] || return 0
		sleep 1
	done 2>/dev/null
}

# What a person at the desk would see of it, where that is asked for. Standard output has the cases then.
show() {
	[ -z "$demo" ] || "$@" >&3
}

# a block as it is typed
typed() {
	sed -e 's/\t/  /g' -e '1s/^/  $ /' -e '2,$s/^/    /' "$work/blocks/$1"
}

seen() {
	prints "$1" "$2" | sed 's/^/        /'
}

# step NUMBER LINE KIND NAME [STATUS]
step() {
	case $3 in
	heading)
		show printf '\n%s\n' "$name $rest"
		return
		;;
	boot)
		show echo "  the station boots ..."
		judge "$release: the station boots" boot_station
		return
		;;
	file)
		cp "$work/blocks/$1" "$desk/files/$4"
		return
		;;
	run)
		show typed "$1"
		judge "$release: line $2: $4" run_block "$1" "$4" "${5:-0}"
		;;
	prints)
		[ "$4" != webhook ] || arrived "$1"
		show seen "$1" "$4"
		judge "$release: line $2: $4 prints what the page shows" prints "$1" "$4"
		;;
	*) judge "$release: line $2: a mark that nobody knows: $3" false ;;
	esac
	after=after_$(printf %s "$4" | tr - _)
	if [ "$3" = run ] && command -v "$after" >/dev/null; then
		"$after"
	fi
}

blocks() {
	awk -v dir="$work/blocks" -v page=walkthrough -f "$here/walkthrough.awk" "$srcdir/doc/walkthrough.md" >"$work/steps"
}

# The page, up to what fails: the rest would tell of that alone.
walk() {
	judge "$release: each block of the page has a mark" blocks
	while read -r block line kind name rest; do
		before=$failures
		# shellcheck disable=SC2086 # words
		step "$block" "$line" "$kind" "${name-}" ${rest#status }
		[ $failures -eq $before ] || break
		done_line=$line
	done <"$work/steps"
	judge "$release: the page was gone to its end" [ "${done_line-}" = "$(tail -n 1 "$work/steps" | cut -d ' ' -f 2)" ]
}

shut_down() {
	on_desk timeout 60 ssh station poweroff >/dev/null 2>&1 || :
	wait $machine
	machine=
}

run_kernel() {
	release=$1
	started=$(date +%s)
	first=$number
	failed=$failures
	version=$(version_of "$release")
	work=$LIVE_DIR/chain-$release
	root=$work/root
	export root version
	up=0
	rm -rf "$work"
	mkdir -p "$work"
	cp -a "$debian" "$root"
	make_desk
	start_webhook
	walk
	[ -z "$machine" ] || judge "$release: the station goes down by itself" shut_down
	cleanup
	server=
	machine=
	sockets=
	[ $failures -gt $failed ] || rm -rf "$work/station.disk" "$root"
	took=$(($(date +%s) - started))
	summary="${summary-}$release: chain: $((number - first - failures + failed)) passed, $((failures - failed)) failed; up after $up, done after $took seconds
"
}

[ -z "$demo" ] || exec 3>&1 >"$LIVE_DIR/demo.log"
need_tools ssh scp ssh-keygen python3 promtool
[ -e /usr/lib/x86_64-linux-gnu/libslirp.so.0 ] || skip "qemu has no user network: libslirp0 is not installed"
make_station
for release in $kernels; do
	run_kernel "$release"
done
show printf '\n%s' "$summary"
conclude
