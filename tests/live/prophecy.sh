#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# prophecy.sh [short]: what `imapolc preflight` says of the root file system of a Debian that does not run yet, held
# against kernels that run it with the policy enforced. Some 3,000 files, of which 800 are made so that all kinds of seals,
# contents, owners and labels occur, are each run, mapped and read by two users in several orders (prophecy-judge.py says
# what is compared); a whole Debian under policies/signed-appliance.imapol does not boot, and boots once what preflight
# lists is signed by imapol-sign. "short": the policy mixed.imapol and these two boots, each order once; otherwise all
# policies, what --uid foretells, and whole systems in which one file is not signed. Environment:
#   IMAPOLC       the compiler (needed)
#   IMAPOL_SIGN   imapol-sign (needed)
#   LIVE_KERNELS, LIVE_DIR, LIVE_JOBS, srcdir: as in run.sh
# Prints TAP and, for each kernel, a summary. Exit 0: all as foretold; 1: not; 77: not possible here. Needs root and, at
# the first time, the network.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"
. "$here/images-common.sh"
. "$here/prophecy-files.sh"
. "$here/prophecy-boots.sh"

form=${1:-full}
compiler=${IMAPOLC:?names no imapolc}
signer=${IMAPOL_SIGN:?names no imapol-sign}
appliance=$srcdir/policies/signed-appliance.imapol
LIVE_TIMEOUT=${LIVE_TIMEOUT:-600} LIVE_MEMORY=512
ROOT_PACKAGES=systemd-sysv,dbus,login,selinux-policy-default,selinux-utils,attr
export LIVE_TIMEOUT LIVE_MEMORY ROOT_PACKAGES

# each operation once the first and once the last, and the other way round with the other user first
orders="R0R1M0M1E0E1 E1E0R1R0M1M0 M0M1E0E1R0R1"
case $form in
short) policies=mixed ;;
*)
	policies="owner label paths digest mixed"
	orders="$orders R1R0M1M0E1E0 E0E1R0R1M0M1 M1M0E1E0R1R0"
	;;
esac

# compile RELEASE ROOT POLICY: its kernel lines
compile() {
	"$compiler" --kernel "$(exact_release "$1")" --kernel-config "$(kernel_config "$1")" -I "$srcdir/policies/lib" \
		--root "$2" --mounts "$2/etc/fstab" "$3" 2>"$work/compile.log" || {
		sed 's/^/# /' "$work/compile.log" >&2
		exit 1
	}
}

# foretell RELEASE ROOT POLICY OUT KEYS [OPTION...]: what preflight says, in OUT.json, and its list in OUT.list. ROOT is $tree
# or an image of it.
foretell() {
	about=$4
	policy=$3
	where=$2
	certs=$5
	config=$(kernel_config "$1")
	exact=$(exact_release "$1")
	shift 5
	for way in json list; do
		how="--list"
		[ $way = list ] || how="--format json --all"
		# shellcheck disable=SC2086 # options
		"$compiler" preflight --kernel "$exact" --kernel-config "$config" -I "$srcdir/policies/lib" --root "$where" \
			--mounts "$tree/etc/fstab" --keys "$certs" "$@" $how "$policy" >"$about.$way" 2>"$about.$way.err" ||
			[ $? -eq 1 ] || {
			sed 's/^/# /' "$about.$way.err"
			return 1
		}
	done
}

# What the guest asks under the policy $1: of all users together; in the long form also of one alone.
asks() {
	echo "ask all $orders"
	if [ "$1" = mixed ] && [ "$form" != short ]; then
		echo "ask root R0M0E0 E0R0M0 M0E0R0"
		echo "ask user R1M1E1 E1R1M1 M1E1R1"
	fi
}

# In a guest without programs nobody loads the module of a hash when the kernel asks for it. What is foretold cannot rest
# on it, either: of its files it may be untold what comes of them.
loads() {
	module=$LIVE_DIR/kernel-$release/modules/sha512_generic.ko
	[ ! -f "$module" ] || {
		cp "$module" "$1/"
		echo "module /t/sha512_generic.ko"
		sed 's|^|/|' "$work/seals/sha512" >"$work/$release-maybe"
	}
}

# The boot that asks about all files under the policy $1.
prepare_asking() {
	dir=$work/$release/$1
	mkdir -p "$dir/in/t"
	compile "$release" "$tree" "$here/prophecy/$1.imapol" >"$dir/in/t/policy"
	cp "$work/files" "$dir/in/t/files"
	cp "$tree/etc/selinux/default/policy/policy.33" "$dir/in/t/selinux"
	cp "$work/certs"/*.der "$dir/in/t/"
	cat >"$dir/in/t/plan" <<-EOF
		write /proc/sys/kernel/printk 1
		audit
		keys /t/right.der /t/ec.der
		$(loads "$dir/in/t")
		mount d0 /new
		mount d1 /new/srv/data
		bare /new/srv/bare
		selinux /t/selinux
		pick /t/files /new
		ask before E0M0R0
		load /t/policy
		$(asks "$1")
	EOF
	printf '%s\n' "$work/root.disk" "$work/data.disk" >"$dir/disks"
	pack "$dir" "integrity,selinux audit_backlog_limit=65536"
}

# The prophecies for these.
prepare_told() {
	told=$work/$release-$1
	foretell "$release" "$tree" "$here/prophecy/$1.imapol" "$told-all" "$work/certs"
	[ "$1" = mixed ] || return 0
	foretell "$release" "$work/root.disk" "$here/prophecy/$1.imapol" "$told-image" "$work/certs"
	[ "$form" != short ] || return 0
	foretell "$release" "$tree" "$here/prophecy/$1.imapol" "$told-root" "$work/certs" --uid 0
	foretell "$release" "$tree" "$here/prophecy/$1.imapol" "$told-user" "$work/certs" --uid 1000
}

# held POLICY NAME [OPTION...]: do the kernel's answers to "ask NAME" agree with what was foretold?
held() {
	told=$work/$release-$1-$2
	out=$work/$release/$1/out.log
	name=$2
	shift 2
	[ ! -f "$work/$release-maybe" ] || set -- --maybe "$work/$release-maybe" "$@"
	python3 "$here/prophecy-judge.py" "$name" "$tree" "$work/files" "$out" "$told.json" "$told.list" "$@" >"$told.judged" ||
		good=false
	sed 's/^files/# files/' "$told.judged"
	$good
}

# found PLANT: a prophecy with one thing wrong is found to be
found() {
	good=true
	! held mixed all --plant "$1" >"$work/planted" && grep -q '^# planted' "$work/planted" &&
		grep -q '; 1 differ$' "$work/planted"
}

# The same files, from a directory and from an image.
same_findings() {
	for of in all image; do
		python3 -c 'import json, sys
for f in json.load(open(sys.argv[1], errors="surrogateescape"))["findings"]:
	print(json.dumps(f, sort_keys=True))' "$work/$release-mixed-$of.json" | sort >"$work/$of.findings"
	done
	diff "$work/all.findings" "$work/image.findings" >"$work/findings.diff" || {
		head -n 6 "$work/findings.diff" | sed 's/^/# /'
		return 1
	}
	[ -s "$work/all.findings" ]
}

# told FILE OPERATION ANSWER: in so many words, for kinds that must not be missing among the files
told() {
	said=$(python3 -c 'import json, sys
for f in json.load(open(sys.argv[1], errors="surrogateescape"))["findings"]:
	if f["path"] == sys.argv[2]:
		a = f["operations"][sys.argv[3]]
		print(a["answer"], a["cause"] or "-")' "$work/$release-mixed-all.json" "$1" "$2")
	[ "$said" = "$3" ] || {
		echo "# foretold: ${said:-nothing}"
		return 1
	}
}

# That the kernel agrees is judged with all files.
judge_kinds() {
	ec="pass -"
	[ "$release" != 6.1 ] || ec="refused invalid-signature"
	while IFS='|' read -r file answer title; do
		judge "$release: foretold: $title" told "$file" exec "$answer"
	done <<-END
		/usr/local/bin/program.signed|pass -|what is signed well runs
		/usr/local/bin/program.tampered|refused invalid-signature|what was changed after it was signed does not
		/usr/local/bin/program.stranger|refused invalid-signature|nor what is signed by a key that the kernel does not know
		/usr/local/bin/program.sha1-signed|refused denied-hash-algorithm|nor by sha1, which the policy does not allow
		/usr/local/bin/program.ec|$ec|by an EC key: $ec
		/usr/local/bin/program.digest|refused IMA-signature-required|a digest is not enough
		/srv/bare/program.signed|refused -|without xattrs it is refused in silence
	END
}

judge_asking() {
	dir=$work/$release/$1
	judge "$release: $1: the guest asks and ends by itself" booted "$dir"
	judge "$release: $1: the policy loads" said "$dir" "load 0"
	asks "$1" | while read -r word name rest; do echo "$name"; done >"$work/asked"
	while read -r name; do
		good=true
		judge "$release: $1: the kernel refuses what is foretold, $name" held "$1" "$name"
	done <"$work/asked"
}

judge_kernel() {
	tree=$work/tree
	first=$number
	failed=$failures
	for policy in $policies; do
		judge_asking "$policy"
	done
	judge_kinds
	for plant in verdict cause missing; do
		judge "$release: a prophecy with a wrong $plant is found" found $plant
	done
	judge "$release: an image of the file system is told the same of" same_findings
	judge_whole
	[ "$form" = short ] || judge_lost
	summary="${summary-}$release: prophecy: $((number - first - failures + failed)) passed, $((failures - failed)) failed
"
}

prepare_kernel() {
	mkdir -p "$work/$release"
	tree=$work/tree
	image=$(kernel_image "$release")
	for policy in $policies; do
		prepare_asking "$policy"
		prepare_told "$policy"
	done
	prepare_whole
	[ "$form" = short ] || prepare_lost
}

# An EC key beside those of make_keys.
make_ec_key() {
	[ ! -f "$keys/ec.der" ] || return 0
	openssl req -new -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 3650 -subj "/CN=live test ec" \
		-addext subjectKeyIdentifier=hash -addext keyUsage=digitalSignature \
		-keyout "$keys/ec.pem" -outform DER -out "$keys/ec.der" 2>/dev/null
}

need_tools setfattr sha512sum python3 tar debugfs
started=$(date +%s)
"$here/mk-root.sh" "$LIVE_DIR/prophecy-root" >"$LIVE_DIR/prophecy-root.log" 2>&1 || {
	tail -n 20 "$LIVE_DIR/prophecy-root.log"
	skip "no root of a Debian could be made"
}
make_base "$LIVE_DIR/base"
make_keys
make_ec_key
work=$LIVE_DIR/prophecy
rm -rf "$work"
mkdir -p "$work/certs"
cp "$keys/right.der" "$keys/ec.der" "$work/certs/"
make_tree
for release in $kernels; do
	kernel_image "$release" >/dev/null
	prepare_kernel
done
echo "# $(wc -l <"$work/files") files; prepared in $(($(date +%s) - started)) seconds"
boot_all "$work"
for release in $kernels; do
	judge_kernel
done
echo "# $(find "$work" -name boot.log | wc -l) boots, $(($(date +%s) - started)) seconds"
rm -f "$work"/*.disk
conclude
