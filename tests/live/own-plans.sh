# SPDX-License-Identifier: GPL-2.0-only
#
# Read in by own.sh: what the guests do. A line "#= RESULT, tab, TITLE" of a plan foretells what the guest says of the
# step below it; "#: LIST, tab, FILE..., tab, TITLE" that the rules shown under the name LIST are those of the FILEs.

policy=/sys/kernel/security/ima/policy
measurements=/sys/kernel/security/ima/ascii_runtime_measurements

# foretell RESULT TITLE STEP NAME...
foretell() {
	printf '#= %s\t%s\n' "$1" "$2"
	shift 2
	echo "$*"
}

# works TITLE STEP NAME...: it is foretold to go well
works() {
	title=$1
	shift
	foretell "$2 exit 0" "$title" "$@"
}

# fails ERRNO TITLE STEP NAME...
fails() {
	error=$1
	title=$2
	shift 2
	foretell "$2 errno $error" "$title" "$@"
}

# shows LIST TITLE FILE...: the rules in force are those of the files of this boot, in this order
shows() {
	shown=$1
	title=$2
	shift 2
	printf '#: %s\t%s\t%s\n' "$shown" "$*" "$title"
	echo "read $shown $policy"
}

# uses NAME TITLE PATH OPENED MEASURED: opens a file; MEASURED is what the list of measurements has of it
uses() {
	foretell "open $1 $4" "$2: opened" open "$1" "$3"
	foretell "$1 $5" "$2: measured" measured "$1" "$3"
}

# put FILE LINE...: a policy of this boot
put() {
	file=$dir/in/t/$1
	shift
	printf '%s\n' "$@" >"$file"
}

# ---- append ----

plan_append() {
	put first 'measure func=FILE_CHECK fowner=1001' 'dont_measure func=FILE_CHECK fowner=1002' \
		'appraise func=FILE_CHECK fowner=1003 appraise_type=imasig'
	put second 'dont_measure func=FILE_CHECK fowner=1001 fgroup=7' \
		'measure func=FILE_CHECK fowner=1001 fgroup=8 pcr=11 template=ima-ng' 'measure func=FILE_CHECK fowner=1002' \
		'dont_appraise func=FILE_CHECK fowner=1003 fgroup=7'
	put third 'measure func=FILE_CHECK fowner=1004 pcr=12' 'dont_measure func=FILE_CHECK fowner=1004'
	put bad 'measure func=FILE_CHECK fowner=1005' 'appraise func=SETXATTR_CHECK appraise_algos=sha384' \
		'measure func=FILE_CHECK bogus' 'measure func=FILE_CHECK fowner=1005 fgroup=1'
	put unknown-first 'measure func=FILE_CHECK fowner=1005' 'measure func=FILE_CHECK obj_type=late_t'
	put unknown 'measure func=FILE_CHECK obj_type=late_t pcr=13'
	put after 'audit func=FILE_CHECK fowner=1006'
	put comments '# nothing' '' '	# but comments'
	printf 'measure func=FILE_CHECK fowner=1005' >"$dir/in/t/no-newline"
	: >"$dir/in/t/empty"
	cp "$dir/in/t/first" "$dir/in/t/held"
	put set-first 'appraise func=SETXATTR_CHECK appraise_algos=sha256,sha512'
	put set-second 'appraise func=SETXATTR_CHECK appraise_algos=sha1'
	"$here/mk-selinux.sh" "$dir/in/t/selinux"
	"$here/mk-selinux.sh" "$dir/in/t/selinux-late" "$dir/in/t/unknown"
	rm "$dir/in/t"/*.cil
	touch "$dir/in/t/none"
	for name in a b c d e f g h i bad late-1 late-2 late-3 late-4 x; do
		echo "file $name" >"$dir/in/t/f-$name"
	done
	steps_append_first
	steps_append_failed
	steps_append_labels
	steps_append_setxattr
}

steps_append_first() {
	cat <<-END
		own /t/f-a 1001 0
		own /t/f-b 1001 7
		own /t/f-c 1001 8
		own /t/f-d 1002 0
		own /t/f-e 1003 7
		own /t/f-f 1004 0
		own /t/f-g 1004 0
		own /t/f-bad 1005 1
		selinux /t/selinux
	END
	shows start "without a policy no rule is shown" none
	foretell "unknown-first errno 22 line 2" "a first load with an unknown label is refused" \
		direct unknown-first /t/unknown-first
	shows unknown-first "and as a whole" none
	works "a first load" direct first /t/first
	shows first "its rules are shown" first
	uses before "what no rule is about" /t/f-f "exit 0" no
	works "a second load" direct second /t/second
	shows second "comes behind the first" first second
	works "a third load" direct third /t/third
	shows third "comes behind both" first second third
	works "a load by path" path after /t/after
	shows after "comes behind them, too" first second third after
	uses dead-dont "an exception behind a broad rule is dead" /t/f-b "exit 0" "yes 10 ima-sig"
	uses dead-pcr "so are a register and a template for a part of it" /t/f-c "exit 0" "yes 10 ima-sig"
	uses dead-measure "a rule behind an exception is dead" /t/f-d "exit 0" no
	uses dead-appraise "an exception from appraisal is dead, too" /t/f-e "errno 13" no
	uses late "a later load takes in what no earlier rule decides on" /t/f-g "exit 0" "yes 12 ima-sig"
}

in_force="first second third after"

# unchanged LIST TITLE: what was in force still is
unchanged() {
	# shellcheck disable=SC2086
	shows "$1" "$2" $in_force
}

steps_append_failed() {
	foretell "bad errno 22 line 3" "a later load with a bad line is refused" direct bad /t/bad
	unchanged after-bad "the policy in force is untouched by it"
	fails 22 "so is the same by path" path bad-path /t/bad
	unchanged after-bad-path "nothing comes of it either"
	works "a path behind a refused write is read" poisoned poisoned /t/after
	unchanged after-poisoned "and dropped"
	works "comments alone are taken" direct comments /t/comments
	unchanged after-comments "and are no load"
	fails 22 "a file without a newline at its end is refused" path no-newline /t/no-newline
	unchanged after-no-newline "all of it"
	fails 22 "an empty file is refused" path empty /t/empty
	fails 2 "a file that is not there is refused" path absent /t/absent
	echo "hold /t/held"
	fails 26 "a file that somebody writes is refused" path held /t/held
	unchanged after-held "nothing came of the four"
	uses bad "nor do the rules of the refused loads match" /t/f-bad "exit 0" no
	works "and a refused allow-list allows and forbids nothing" hashed unset /t/f-x 2 20
	works "the policy is opened for reading" opened reading 0
	fails 13 "but not for both" opened both 2
	fails 16 "nor by two writers" busy busy
	unchanged after-busy "and the first one, who writes nothing, changes nothing"
}

steps_append_labels() {
	for name in 1 2 3 4; do
		echo "label /t/f-late-$name system_u:object_r:late_t:s0"
	done
	works "from the second load on an unknown label is taken" direct unknown /t/unknown
	unchanged unknown "its rule is not shown"
	uses late-1 "and matches nothing" /t/f-late-1 "exit 0" no
	echo "selinux /t/selinux-late"
	# shellcheck disable=SC2086
	shows declared "a SELinux policy that declares the label brings the rule out" $in_force unknown
	uses late-2 "and it matches" /t/f-late-2 "exit 0" "yes 13 ima-sig"
	echo "selinux /t/selinux"
	unchanged undeclared "one that does not declare it hides the rule again"
	uses late-3 "and it matches nothing" /t/f-late-3 "exit 0" no
	echo "selinux /t/selinux-late"
	# shellcheck disable=SC2086
	shows again "and so to and fro" $in_force unknown
	uses late-4 "with what it matches" /t/f-late-4 "exit 0" "yes 13 ima-sig"
}

steps_append_setxattr() {
	works "before an allow-list any hash may be written" hashed before /t/f-x 2 20
	works "an allow-list" direct set-first /t/set-first
	fails 13 "what it does not name is refused" hashed sha1 /t/f-x 2 20
	fails 13 "whatever its length" hashed sha384 /t/f-x 5 48
	works "what it names is written" hashed sha256 /t/f-x 4 32
	works "each of it" hashed sha512 /t/f-x 6 64
	works "a second allow-list is loaded" direct set-second /t/set-second
	# shellcheck disable=SC2086
	shows allowed "and shown" $in_force unknown set-first set-second
	fails 13 "and changes nothing: what it names stays refused" hashed sha1-again /t/f-x 2 20
	works "and what the first named is written" hashed sha256-again /t/f-x 4 32
}

# Ids are those of the user namespace of who writes: there 0 to 9 are 7000 to 7009 outside.
plan_mapped() {
	put inside 'measure func=FILE_CHECK uid=3' 'measure func=FILE_CHECK gid>9 fowner<1'
	put outside 'measure func=FILE_CHECK uid=7003' 'measure func=FILE_CHECK gid>7009 fowner<7001'
	put past 'measure func=FILE_CHECK uid=10'
	foretell "inside exit 0" "ids are those of who writes" mapped inside /t/inside 7000 10
	shows mapped "and shown as those outside" outside
	foretell "past errno 22 line 1" "an id that is none there is refused" mapped past /t/past 7000 10
	shows past "and nothing comes of it" outside
}

# Of two allow-lists in one load the first counts.
plan_setxattr() {
	put two 'appraise func=SETXATTR_CHECK appraise_algos=sha1' 'appraise func=SETXATTR_CHECK appraise_algos=sha256'
	echo file >"$dir/in/t/f-x"
	works "two allow-lists in one load" direct two /t/two
	shows two "both are shown" two
	works "the first one counts" hashed sha1 /t/f-x 2 20
	fails 13 "the second one does not" hashed sha256 /t/f-x 4 32
}

# ---- read-back ----

# What a kernel shows in other words than it was told, and every hash and name.
respelt() {
	long=$(printf '%064d' 0)
	cat <<-END
		measure
		  	measure	func=PATH_CHECK  mask=^MAY_APPEND
		measure func=FILE_MMAP mask=MAY_EXEC
		measure func=FILE_CHECK uid=4294967294
		measure func=FILE_CHECK euid>4294967000
		audit func=FILE_CHECK gid<2147483648 fgroup=2147483647
		hash func=FILE_CHECK egid=007 fowner=+12
		dont_hash func=FILE_CHECK fowner>4294967294
		measure func=FILE_CHECK pcr=011
		measure func=FILE_CHECK pcr=+11 pcr=-0
		measure func=FILE_CHECK fsmagic=00EF53
		measure fsmagic=0X9FA0
		measure fsmagic=ffffffffffffffff
		measure fsmagic=0 fsmagic=0x0 fsmagic=12
		measure fsname=a fsname=ext4
		measure fsname=$long
		measure fsname=${long}x
		measure fsname=${long%0}x
		measure fsuuid=6A3B7D0C-1B1C-4D5E-8F6A-0123456789AB
		measure fsuuid=6a3b7d0c-1b1c-4d5e-8f6a-0123456789abJUNK
		measure fsuuid=00000000-0000-0000-0000-000000000000 fsuuid=6a3b7d0c-1b1c-4d5e-8f6a-0123456789ab
		appraise func=FILE_CHECK digest_type=verity appraise_type=sigv3
		appraise func=BPRM_CHECK appraise_type=imasig appraise_type=imasig appraise_flag=check_blacklist
		appraise func=MODULE_CHECK appraise_type=imasig appraise_type=imasig|modsig
		appraise permit_directio appraise_flag=anything permit_directio
		dont_measure func=FILE_CHECK digest_type=verity digest_type=verity
		measure func=KEY_CHECK keyrings=.ima|.evm|_ima|.ima
		measure func=CRITICAL_DATA label=selinux|kernel_info|a=b,c
		appraise func=SETXATTR_CHECK appraise_algos=sha512,sha256,sha256
		permit_directio uid<5 fgroup>1 gid=3 fowner=2 fsuuid=6a3b7d0c-1b1c-4d5e-8f6a-0123456789ab pcr=3 fsname=x fsmagic=1 mask=MAY_READ func=BPRM_CHECK measure template=d|n
	END
	for name in ima ima-ng ima-sig ima-buf ima-modsig evm-sig ima-ngv2 ima-sigv2 'd-ng|n-ng' 'd-ng|n-ng|sig' \
		'd-ngv2|n-ng' 'd-ngv2|n-ng|sig'; do
		echo "measure func=FILE_CHECK template=$name"
	done
	for name in md4 md5 sha1 rmd160 sha256 sha384 sha512 sha224 rmd128 rmd256 rmd320 wp256 wp384 wp512 tgr128 tgr160 \
		tgr192 sm3 streebog256 streebog512 sha3-256 sha3-384 sha3-512; do
		echo "appraise func=FILE_CHECK appraise_algos=$name"
	done
	echo appraise appraise_algos=sha3-512,sha3-384,sha3-256,streebog512,streebog256,sm3,wp512,wp384,wp256,sha224,sha512,\
sha384,sha256,rmd160,sha1,md5,md4
}

# ---- built-in policies ----

# NAME:KERNEL:COMMAND-LINE:POLICIES...: what is in force after the boot. Nothing is enforced, so that a policy which is
# not signed replaces each of them.
builtin_boots() {
	cat <<-END
		none:own::
		tcb:own:ima_policy=tcb:tcb
		ima-tcb:own:ima_tcb:ima_tcb
		tcb-twice:own:ima_tcb ima_policy=tcb:ima_tcb
		appraise-tcb:own:ima_policy=appraise_tcb:appraise_tcb
		ima-appraise-tcb:own:ima_appraise_tcb:appraise_tcb
		secure-boot:own:ima_policy=secure_boot:secure_boot
		critical-data:own:ima_policy=critical_data:critical_data
		fail-securely:own:ima_policy=fail_securely:
		all:own:ima_policy="tcb|appraise_tcb|secure_boot|critical_data|fail_securely":tcb secure_boot appraise_tcb critical_data
		words:own:ima_policy="critical_data appraise_tcb":appraise_tcb critical_data
		old-words:own:ima_tcb ima_appraise_tcb:ima_tcb appraise_tcb
		built-in:build-time::build_time
		built-in-tcb:build-time:ima_policy=tcb:tcb build_time
		built-in-appraise:build-time:ima_policy=appraise_tcb:build_time appraise_tcb
		built-in-secure:build-time:ima_policy=secure_boot:secure_boot
	END
}

# Each is replaced by a load but for what is configured into the kernel, which stays in front.
plan_builtin() {
	put mine 'audit func=CREDS_CHECK fowner=59996'
	# shellcheck disable=SC2086
	model "$config" no-lsm builtin $1 >"$dir/in/t/boot"
	model "$config" no-lsm builtin build_time >"$dir/in/t/stays"
	shows boot "$2: ${1:-no rule}" boot
	works "$2: a load" path mine /t/mine
	shows after "$2: and what is in force then" stays mine
}
