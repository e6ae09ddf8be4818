# SPDX-License-Identifier: GPL-2.0-only
#
# Read in by own.sh behind own-plans.sh: guests in which the kernel uses modules, firmware, kernels and policies.

# ---- what a rule forbids once it is loaded ----

# The hook whose rule forbids each act, the guest's step for it and its errno then.
acts="MODULE_CHECK:init:13 KEXEC_KERNEL_CHECK:kexec:13 FIRMWARE_CHECK:fallback:19 POLICY_CHECK:direct:13"

# probe NAME TITLE FORBIDDEN: each act, against the hooks whose acts are forbidden
probe() {
	for act in $acts; do
		hook=${act%%:*}
		error=${act##*:}
		step=${act#*:}
		step=${step%:*}
		case $step in
		init) set -- "$1" "$2" "$3" "$step" "$1-$step" /t/module ;;
		kexec) set -- "$1" "$2" "$3" "$step" "$1-$step" ;;
		fallback) set -- "$1" "$2" "$3" "$step" "$1-$step" "given-$1" ;;
		direct) set -- "$1" "$2" "$3" "$step" "$1-$step" /t/harmless ;;
		esac
		name=$1
		title=$2
		forbidden=$3
		shift 3
		case " $forbidden " in
		*" $hook "*)
			[ "$step" != direct ] || error="$error line 1"
			foretell "$2 errno $error" "$title: no $step" "$@"
			;;
		*) foretell "$2 exit 0" "$title: $step" "$@" ;;
		esac
		set -- "$name" "$title" "$forbidden"
	done
}

# effects_of LINE...: what the model says of each, "-" for nothing
effects_of() {
	printf '%s\n' "$@" >"$work/effects.lines"
	model "$config" no-lsm effects "$work/effects.lines"
}

# rising TITLE LINE...: after each line is loaded, all that it and those before forbid is forbidden, and nothing else
rising() {
	forbids=
	risen=$1
	shift
	n=0
	for line; do
		n=$((n + 1))
		put "rule-$n" "$line"
		works "$risen: $line" direct "load-$n" "/t/rule-$n"
		forbids="$forbids $(effects_of "$line" | tr -d -)"
		probe "p$n" "$risen: after $line" "$forbids"
	done
}

start_effects() {
	put harmless 'audit func=CREDS_CHECK fowner=59999'
	cp "$kernels/own/module" "$dir/in/t/module"
}

plan_effects_rising() {
	start_effects
	probe start "without a policy" ""
	put bad 'appraise func=MODULE_CHECK' 'appraise func=KEXEC_KERNEL_CHECK' 'bogus'
	foretell "bad errno 22 line 3" "a load that is refused" direct bad /t/bad
	probe refused "after a refused load" ""
	rising "enforcing" 'measure func=MODULE_CHECK' 'dont_appraise func=MODULE_CHECK' \
		'dont_appraise func=KEXEC_KERNEL_CHECK' 'appraise fowner=4001' 'appraise func=FILE_CHECK fowner=4001' \
		'appraise func=KEXEC_INITRAMFS_CHECK fowner=4001' 'appraise func=SETXATTR_CHECK appraise_algos=sha256' \
		'appraise func=FIRMWARE_CHECK fowner=4001' \
		'appraise func=MODULE_CHECK fowner=4001 appraise_type=imasig|modsig' \
		'appraise func=KEXEC_KERNEL_CHECK fowner=4001' 'appraise func=POLICY_CHECK fowner=4001'
}

plan_effects_kexec() {
	start_effects
	rising "kexec first" 'appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig' 'appraise func=FIRMWARE_CHECK'
}

plan_effects_module() {
	start_effects
	rising "modules first" 'appraise func=MODULE_CHECK' 'appraise func=POLICY_CHECK appraise_type=imasig'
}

# Where nothing is enforced only the direct write is forbidden.
plan_effects_lax() {
	start_effects
	put all 'appraise func=MODULE_CHECK' 'appraise func=FIRMWARE_CHECK' 'appraise func=KEXEC_KERNEL_CHECK' \
		'appraise func=POLICY_CHECK'
	works "$1: rules for all four" direct all /t/all
	probe lax "$1: but nothing is enforced" "POLICY_CHECK"
	works "$1: an unsigned file is loaded by its path" path unsigned /t/harmless
}

# The boot's own rules are gone after a load, and what they forbade stays forbidden.
plan_effects_replaced() {
	start_effects
	policy_files
	model "$config" no-lsm builtin secure_boot >"$dir/in/t/boot"
	forbids=$(model "$config" no-lsm effects "$dir/in/t/boot" | tr '\n' ' ')
	shows boot "secure_boot is in force" boot
	probe boot "secure_boot" "$forbids"
	echo "key /t/cert"
	fails 13 "secure_boot refuses an unsigned policy" path unsigned /t/p-unsigned
	works "and takes a signed one" path signed /t/p-signed
	shows replaced "which replaces it" p-signed
	probe replaced "secure_boot replaced" "$forbids"
	works "its rule is gone: an unsigned file is loaded by its path" path unsigned-after /t/p-unsigned
	shows added "and comes behind" p-signed p-unsigned
}

# ---- policies that are appraised themselves ----

# One content, so that one signature fits all of them but the tampered one.
policy_files() {
	for name in unsigned hash signed unknown bad; do
		put p-$name 'audit func=CREDS_CHECK fowner=59998'
	done
	put p-bad 'audit func=CREDS_CHECK fowner=59997'
	cp "$keys/right.der" "$dir/in/t/cert"
	signatures "$dir/in/t/p-signed" "$dir/in/t"
	cat <<-END
		sign /t/p-hash /t/hash.ima
		sign /t/p-signed /t/signed.ima
		sign /t/p-unknown /t/unknown.ima
		sign /t/p-bad /t/signed.ima
	END
}

# policy_table TITLE LINE...: the rules, and which files are loaded after them
policy_table() {
	table=$1
	shift
	policy_files
	put rules "$@"
	put harmless 'audit func=CREDS_CHECK fowner=59999'
	echo "key /t/cert"
	works "$table" direct rules /t/rules
	foretell "direct errno 13 line 1" "$table: a direct write is refused" direct direct /t/harmless
	taken=rules
	for name in unsigned hash signed unknown bad; do
		case $(decision "$dir/in/t/rules" hook=POLICY_CHECK xattr="$(xattr_of $name)") in
		*passed)
			works "$table: $name is loaded" path "$name" "/t/p-$name"
			taken="$taken p-$name"
			;;
		*) fails 13 "$table: $name is refused" path "$name" "/t/p-$name" ;;
		esac
	done
	# shellcheck disable=SC2086
	shows table "$table: in force is what was loaded" $taken
}

xattr_of() {
	case $1 in
	unsigned) echo none ;;
	*) echo "$1" ;;
	esac
}

plan_policy_imasig() {
	policy_table "signatures asked for" 'appraise func=POLICY_CHECK appraise_type=imasig'
}

plan_policy_plain() {
	policy_table "a hash will do" 'appraise func=POLICY_CHECK'
}

plan_policy_excluded() {
	policy_table "behind an exclusion" 'dont_appraise fsmagic=0x1021994' \
		'appraise func=POLICY_CHECK appraise_type=imasig'
}

plan_policy_before() {
	policy_table "before an exclusion" 'appraise func=POLICY_CHECK appraise_type=imasig' \
		'dont_appraise fsmagic=0x1021994'
}

plan_policy_func() {
	policy_table "behind an exclusion of another hook" 'dont_appraise func=FILE_CHECK fsmagic=0x1021994' \
		'appraise func=POLICY_CHECK appraise_type=imasig'
}

# appraise_tcb excludes tmpfs, as the initramfs is one: what lies there loads unsigned, what lies on a disk does not.
plan_policy_tcb() {
	put from-memory 'audit func=CREDS_CHECK fowner=59996'
	put harmless 'audit func=CREDS_CHECK fowner=59999'
	mkdir -p "$dir/disk"
	echo 'audit func=CREDS_CHECK fowner=59995' >"$dir/disk/unsigned"
	echo "$dir/disk.img" >"$dir/disks"
	rm -f "$dir/disk.img"
	mke2fs -q -t ext4 -O ^has_journal -d "$dir/disk" "$dir/disk.img" 4M >"$dir/mke2fs.log"
	foretell "direct errno 13 line 1" "appraise_tcb: a direct write is refused" direct direct /t/harmless
	echo "mount d0 /mnt"
	fails 13 "appraise_tcb: an unsigned file of a disk is refused" path disk /mnt/unsigned
	works "appraise_tcb: an unsigned file of a tmpfs is loaded" path memory /t/from-memory
	shows memory "appraise_tcb: and replaces it" from-memory
	works "appraise_tcb: whose rule is gone then" path disk-after /mnt/unsigned
	foretell "direct-after errno 13 line 1" "appraise_tcb: a direct write stays refused" direct direct-after /t/harmless
}

# ---- what the kernel reads for itself, as the matcher says ----

# The rules for the hook $1. Each owner's files are decided on by rules of their own.
read_rules() {
	other=MODULE_CHECK
	[ "$1" != MODULE_CHECK ] || other=FIRMWARE_CHECK
	cat <<-END
		measure func=$1 fowner=5001
		dont_measure func=$1 fowner=5002 fgroup=9
		measure func=$1 fowner=5002 pcr=11 template=ima-ng
		measure func=$1 fowner=5003 fgroup>8
		appraise func=$1 fowner=5003
		appraise func=$1 fowner=5004 appraise_type=imasig
		measure func=$1 fowner=5004 mask=MAY_READ
		measure fowner=5005 mask=MAY_READ pcr=12
		measure func=$1 fowner=5006 mask=MAY_EXEC
		measure func=$1 fowner=5006 mask=^MAY_WRITE
		measure func=$1 fowner=5007 obj_type=bin_t
		measure func=$1 fowner=5008 fsname=rootfs
		measure func=$1 fowner=5009 fsname=ext4
		measure func=$1 fowner=5009 fsmagic=0xef53
		measure func=$1 fowner=5010 fsmagic=0x1021994
		measure func=$1 fowner=5011 uid=1000
		measure func=$1 fowner=5011 euid>0
		measure func=$1 fowner=5012 uid<1
		dont_appraise func=$1 fowner=5013 fgroup=9
		appraise func=$1 fowner=5013 appraise_type=imasig
		appraise func=FILE_CHECK fowner=5014 appraise_type=imasig
		measure func=$other fowner=5015
		appraise func=$other fowner=5015
		appraise func=$1 fowner=5016 mask=^MAY_READ
		measure fowner=5017 template=ima-ngv2
		appraise fowner=5017
		dont_measure func=$1 fowner=5018
		measure func=$1 fowner=5018
		measure func=$1 fowner=5019 subj_type=base_t
		measure func=$1 fowner=5020 subj_type=bin_t
	END
}

# how a file is read for the hook $1, and what the kernel says of these contents when it may
read_step() {
	case $1 in
	FIRMWARE_CHECK) echo firmware 0 ;;
	POLICY_CHECK) echo path 0 ;;
	MODULE_CHECK) echo finit 8 ;;
	KEXEC_KERNEL_CHECK) echo kexecfile 8 ;;
	esac
}

# plan_reads HOOK: owner, group and xattr of each file are in its name
plan_reads() {
	hook=$1
	set -- $(read_step "$hook")
	step=$1
	harmless=$2
	read_rules "$hook" >"$dir/in/t/rules"
	put content 'audit func=CREDS_CHECK fowner=59998'
	cp "$keys/right.der" "$dir/in/t/cert"
	signatures "$dir/in/t/content" "$dir/in/t"
	"$here/mk-selinux.sh" "$dir/in/t/selinux" "$dir/in/t/rules"
	mkdir -p "$dir/in/lib/firmware"
	echo "selinux /t/selinux"
	echo "key /t/cert"
	questions >"$dir/questions"
	while read -r owner group xattr type name; do
		cp "$dir/in/t/content" "$dir/in/lib/firmware/$name"
		[ "$xattr" = none ] || echo "sign /lib/firmware/$name /t/$xattr.ima"
		echo "label /lib/firmware/$name system_u:object_r:$type:s0"
		echo "own /lib/firmware/$name $owner $group"
	done <"$dir/questions"
	works "$hook: the rules" direct rules /t/rules
	while read -r owner group xattr type name; do
		ask "$owner" "$group" "$xattr" "$type" "$name"
	done <"$dir/questions"
}

# Every owner with every xattr, and with a second group and a second type.
questions() {
	for owner in $(seq 5001 5020) 5099; do
		for xattr in none hash signed unknown; do
			echo "$owner 0 $xattr base_t $owner-0-$xattr"
		done
		echo "$owner 9 none base_t $owner-9-none"
		echo "$owner 0 none bin_t $owner-0-none-bin"
	done
}

# ask OWNER GROUP XATTR TYPE NAME
ask() {
	decided=$(decision "$dir/in/t/rules" "hook=$hook" "xattr=$3" "fowner=$1" "fgroup=$2" "obj_type=$4")
	case $decided in
	*refused) said="errno 13" ;;
	*) [ "$harmless" = 0 ] && said="exit 0" || said="errno $harmless" ;;
	esac
	case $decided in
	unmeasured*) entry=no ;;
	*) entry="yes ${decided#measured }" && entry=${entry% *} ;;
	esac
	case $step in
	firmware) what=$5 ;;
	kexecfile) what="/lib/firmware/$5 - quiet" ;;
	*) what=/lib/firmware/$5 ;;
	esac
	# shellcheck disable=SC2086
	foretell "use-$5 $said" "$hook: $5 is $decided" $step "use-$5" $what
	foretell "list-$5 $entry" "$hook: $5 is $decided, on the list" measured "list-$5" "/lib/firmware/$5"
}

# ---- appended signatures ----

# The rules that the kernel is asked about: appended signatures for each hook, in every order and company.
modsig_lines() {
	for func in '' func=FILE_CHECK func=MMAP_CHECK func=MMAP_CHECK_REQPROT func=BPRM_CHECK func=CREDS_CHECK \
		func=MODULE_CHECK func=FIRMWARE_CHECK func=KEXEC_KERNEL_CHECK func=KEXEC_INITRAMFS_CHECK func=POLICY_CHECK \
		func=KEXEC_CMDLINE func=KEY_CHECK func=CRITICAL_DATA func=SETXATTR_CHECK func=PATH_CHECK func=FILE_MMAP; do
		type='appraise_type=imasig|modsig'
		for line in "appraise $func $type" "$type $func appraise" "appraise $type $func" "dont_appraise $func $type" \
			"measure $func $type" "audit $func $type" "hash $func $type" \
			"appraise $func $type appraise_type=imasig" "appraise $func appraise_type=imasig $type" \
			"appraise $func appraise_type=modsig" "appraise $func appraise_type=modsig|imasig" \
			"appraise $func digest_type=verity $type" "appraise $func $type digest_type=verity" \
			"appraise $func digest_type=verity appraise_type=sigv3 $type" "appraise $func $type appraise_type=sigv3" \
			"appraise $func $type appraise_flag=check_blacklist" "appraise $func appraise_flag=check_blacklist $type" \
			"appraise $func $type appraise_algos=sha256" "appraise $func $type permit_directio" \
			"appraise $func $type pcr=11" "measure $func template=ima-modsig" \
			"measure $func template=d-ng|n-ng|sig|d-modsig|modsig" "appraise $func template=ima-modsig"; do
			printf '%s\n' "$line" | tr -s ' '
		done
	done
}

plan_modsig_lines() {
	modsig_lines >"$dir/in/t/lines"
	cat <<-END
		accept ask /t/lines /run/accepted
		batches load /run/accepted 20
		read modsig $policy
	END
}

# What is appended to a module and what is beside it: name, appended, xattr.
modsig_files="plain:none:none appended:good:none appended-unknown:other:none appended-tampered:broken:none
	xattr:none:signed hashed:none:hash xattr-unknown:none:unknown both:good:signed appended-hash:good:hash
	appended-beside-unknown:good:unknown appended-beside-bad:good:bad"

# modsig_content FROM: each kind of appended signature on the file
modsig_content() {
	cp "$1" "$dir/in/t/none"
	"$kernels/own/sign-file" sha256 "$keys/right.pem" "$keys/right.der" "$1" "$dir/in/t/good"
	"$kernels/own/sign-file" sha256 "$keys/wrong.pem" "$keys/wrong.der" "$1" "$dir/in/t/other"
	# a byte of what it says when it is loaded, so that it is still a module
	sed 's/Hello, world/Hello, WORLD/' "$dir/in/t/good" >"$dir/in/t/broken"
	! cmp -s "$dir/in/t/good" "$dir/in/t/broken"
}

# plan_modsig TITLE RULE...: for which rules which modules are loaded
plan_modsig() {
	table=$1
	shift
	put rules "$@"
	modsig_content "$kernels/own/module"
	cp "$keys/right.der" "$dir/in/t/cert"
	for content in none good; do
		mkdir -p "$dir/in/t/of-$content"
		signatures "$dir/in/t/$content" "$dir/in/t/of-$content"
	done
	[ "$table" = "no key" ] || echo "key /t/cert"
	for file in $modsig_files; do
		name=${file%%:*}
		xattr=${file##*:}
		content=${file#*:}
		content=${content%:*}
		echo "copy /t/$content /run/$name"
		[ "$xattr" = none ] || echo "sign /run/$name $(modsig_xattr "$content" "$xattr")"
	done
	works "$table: the rules" direct rules /t/rules
	for file in $modsig_files; do
		name=${file%%:*}
		xattr=${file##*:}
		content=${file#*:}
		content=${content%:*}
		modsig_ask
	done
	echo "read entries $measurements"
}

# a good signature of other contents is a bad one
modsig_xattr() {
	case $1:$2 in
	good:bad) echo /t/of-none/signed.ima ;;
	*) echo "/t/of-$1/$2.ima" ;;
	esac
}

modsig_ask() {
	appended=$content
	# without a key no signature is a good one, of either kind
	if [ "$table" = "no key" ]; then
		[ "$appended" != good ] || appended=other
		[ "$xattr" != signed ] && [ "$xattr" != bad ] || xattr=unknown
	fi
	decided=$(decision "$dir/in/t/rules" hook=MODULE_CHECK "xattr=$xattr" "appended=$appended")
	case $decided in
	*refused) fails 13 "$table: $name is refused" finit "use-$name" "/run/$name" ;;
	*) works "$table: $name is loaded" finit "use-$name" "/run/$name" ;;
	esac
	entry=no
	case $decided in
	measured*) entry="yes ${decided#measured }" && entry=${entry% *} ;;
	esac
	foretell "list-$name $entry" "$table: $name is $decided, on the list" measured "list-$name" "/run/$name"
}

# The same for kernels, with what their command lines leave on the list.
plan_modsig_kexec() {
	put rules 'appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig|modsig' \
		'measure func=KEXEC_KERNEL_CHECK template=ima-modsig' 'measure func=KEXEC_CMDLINE'
	cp "$keys/right.der" "$dir/in/t/cert"
	cp "$kernels/own/image" "$dir/in/t/plain"
	"$kernels/own/sign-file" sha256 "$keys/right.pem" "$keys/right.der" "$kernels/own/image" "$dir/in/t/appended"
	"$kernels/own/sign-file" sha256 "$keys/wrong.pem" "$keys/wrong.der" "$kernels/own/image" "$dir/in/t/unknown"
	echo "key /t/cert"
	works "kexec: before the rules an unsigned kernel is put in" kexecfile before /t/plain - quiet
	works "kexec: the rules" direct rules /t/rules
	fails 13 "kexec: an unsigned kernel is refused" kexecfile plain /t/plain - quiet
	fails 13 "kexec: one with a signature appended by another key, too" kexecfile unknown /t/unknown - quiet
	works "kexec: one with a good signature appended is put in" kexecfile appended /t/appended - word-of-the-test
	foretell "list-appended yes 10 ima-modsig" "kexec: and is on the list" measured list-appended /t/appended
	foretell "list-cmdline yes 10 ima-buf" "kexec: with its command line" measured list-cmdline kexec-cmdline
	echo "read entries $measurements"
}
