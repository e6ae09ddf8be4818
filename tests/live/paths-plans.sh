# SPDX-License-Identifier: GPL-2.0-only
#
# Read in by paths.sh: what the guests do. A plan's line "#= RESULT, tab, TITLE" foretells what the guest says of the
# step below it; "#! RESULT, tab, TITLE" is what it must not say.

bin=/usr/local/bin
# the way of a login from the kernel's domain to that of root's shell
init=system_u:system_r:init_t:s0
admin=unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023
# the user and role that root's new files get
new=unconfined_u:object_r

# foretell RESULT TITLE [STEP...]
foretell() {
	printf '#= %s\t%s\n' "$1" "$2"
	shift 2
	echo "$*"
}

never() {
	printf '#! %s\t%s\n' "$1" "$2"
}

# runs NAME TITLE PROGRAM [ARGUMENT...]
runs() {
	result="run $1 exit 0"
	title=$2
	name=$1
	shift 2
	foretell "$result" "$title" run "$name" "$@"
}

# refused NAME TITLE PROGRAM
refused() {
	foretell "run $1 errno 13" "$2" run "$1" "$3"
}

opens() {
	foretell "open $1 exit 0" "$2" open "$1" "$3"
}

shut() {
	foretell "open $1 errno 13" "$2" open "$1" "$3"
}

# The guest's list has the file $2, measured into register $1.
on_list() {
	echo "show list $1 [^/]* $2\( .*\)\?"
}

# labelled CONTEXT TITLE PATH
labelled() {
	foretell "context $1 $3" "$2" context "$3"
}

# A guest under Debian's policy, with the tree of d0 as its root, labelled.
plan_start() {
	cat <<-END
		mount d0 /mnt
		key /t/cert
		run put /bin/busybox cp /t/policy /mnt/etc/ima/policy
		selinux /t/selinux
		root /mnt
	END
	runs setfiles "setfiles labels the file system" \
		/usr/sbin/setfiles -F /etc/selinux/default/contexts/files/file_contexts /
	echo "write /sys/fs/selinux/enforce 1"
	foretell "show enforcing 1" "Debian's policy is enforced" show enforcing /sys/fs/selinux/enforce
}

# The policy is loaded by root, as on Debian.
plan_load() {
	cat <<-END
		as 0 $init $admin
		run load /usr/local/sbin/imapol-load -v /etc/ima/policy
		policy load
	END
}

plan_flashers() {
	tag=ima_flashers_u:object_r
	plan_start
	for name in signed edited over tampered; do
		echo "sign /mnt$bin/flash_$name /t/right.sig"
	done
	echo "sign /mnt$bin/flash_wrong /t/wrong.sig"
	labelled $tag:bin_t:s0 "a flashing tool has the label of the tag" $bin/flash_unsigned
	labelled system_u:object_r:bin_t:s0 "its neighbour has the usual label" $bin/other
	echo "as 0 $init $admin"
	for name in unsigned wrong tampered; do
		runs before-$name "before the load root runs flash_$name" $bin/flash_$name
	done
	plan_load
	refused unsigned "an unsigned flashing tool is refused" $bin/flash_unsigned
	refused wrong "one signed by another key is refused" $bin/flash_wrong
	refused tampered "one changed after signing is refused" $bin/flash_tampered
	runs signed "a signed one runs" $bin/flash_signed
	for name in other flas reflash_a old/flash_deep; do
		runs "$name" "unsigned $name beside them runs" "$bin/$name"
	done
	runs sbin "an unsigned tool of that name in another folder runs" /usr/local/sbin/flash_sbin
	echo "as 1000 $init $admin"
	runs user "a user runs what is unsigned: the rule says root" $bin/flash_unsigned
	echo "as 0 $init $admin"
	plan_arrivals
	plan_relabel
}

# Files that come into the glob after it was labelled.
plan_arrivals() {
	runs cp "cp brings in a file" /usr/bin/cp /opt/new $bin/flash_cp
	labelled $new:bin_t:s0 "it has its creator's user, not the tag" $bin/flash_cp
	runs by-cp "so it is not appraised" $bin/flash_cp
	runs mv "mv brings in a file" /usr/bin/mv /usr/lib/moved $bin/flash_mv
	labelled system_u:object_r:lib_t:s0 "it keeps the label that it had" $bin/flash_mv
	runs by-mv "so it is not appraised" /opt/bin/start $bin/flash_mv
	runs edit "an editor saves a signed tool by renaming" /opt/bin/edit $bin/flash_edited
	labelled $new:bin_t:s0 "the tag is lost" $bin/flash_edited
	runs by-edit "and what it saved runs unsigned" $bin/flash_edited
	runs install "install brings in a file" /usr/bin/install /opt/new $bin/flash_install
	labelled $tag:bin_t:s0 "which has the tag: install asks file_contexts" $bin/flash_install
	refused by-install "so it is refused at once" $bin/flash_install
	runs over "cp writes over a signed tool" /usr/bin/cp /opt/new $bin/flash_over
	labelled $tag:bin_t:s0 "the file keeps the tag" $bin/flash_over
	refused by-over "and is refused" $bin/flash_over
	runs away "mv takes a flashing tool out of the glob" /usr/bin/mv $bin/flash_moved $bin/moved
	labelled $tag:bin_t:s0 "it keeps the tag" $bin/moved
	refused by-away "and is refused there" $bin/moved
}

# What makes the labels right again, and what does not.
plan_relabel() {
	runs weak "restorecon without -F" /opt/bin/start /usr/sbin/restorecon -R $bin
	labelled $new:bin_t:s0 "leaves the user as it is" $bin/flash_cp
	labelled system_u:object_r:bin_t:s0 "and sets but a wrong type" $bin/flash_mv
	runs weak-cp "so cp's file still runs" $bin/flash_cp
	runs strong "relabel.sh" /usr/bin/sh /var/lib/imapol/relabel.sh
	for name in cp mv edited; do
		labelled $tag:bin_t:s0 "gives flash_$name the tag" $bin/flash_$name
		refused after-$name "and it is refused" $bin/flash_$name
	done
	runs after-signed "what is signed still runs" $bin/flash_signed
	labelled system_u:object_r:bin_t:s0 "what left the glob loses the tag" $bin/moved
	runs after-moved "and runs" $bin/moved
}

plan_scripts() {
	plan_start
	for name in $bin/signed $bin/tampered /etc/flowspec/signed /etc/flowspec/tampered; do
		echo "sign /mnt$name /t/right.sig"
	done
	echo "as 0 $init $admin"
	runs before "before the load an unsigned script runs" $bin/unsigned
	opens before "and an unsigned specification can be read" /etc/flowspec/spec
	plan_load
	refused unsigned "root's unsigned script is refused" $bin/unsigned
	refused tampered "one changed after signing is refused" $bin/tampered
	runs signed "a signed one runs" $bin/signed
	runs deep "one in a folder below runs unsigned" $bin/old/deep
	runs plain "one in /usr/bin runs unsigned" /usr/bin/plain
	shut spec "an unsigned specification cannot be read" /etc/flowspec/spec
	shut tampered "one changed after signing cannot be read" /etc/flowspec/tampered
	opens signed "a signed one can" /etc/flowspec/signed
	opens deep "one in a folder below can" /etc/flowspec/old/deep
	opens beside "a file beside them can" /etc/flowspec.conf
	plan_new_scripts
	echo "as 1000 $init $admin"
	runs user "a user runs an unsigned script: the rule says root" $bin/unsigned
	runs quiet "a user runs a program that root never runs" /usr/bin/quiet
	shut user "a user cannot read an unsigned specification either" /etc/flowspec/spec
	plan_measured
}

plan_new_scripts() {
	runs cp-script "cp brings in a script" /usr/bin/cp /opt/new $bin/new
	runs new-script "which runs" $bin/new
	runs cp-spec "cp brings in a specification" /usr/bin/cp /opt/new /etc/flowspec/new
	opens new-spec "which can be read" /etc/flowspec/new
	runs strong "relabel.sh on both folders" /usr/bin/sh /var/lib/imapol/relabel.sh
	refused labelled-script "then the script is refused" $bin/new
	shut labelled-spec "and the specification cannot be read" /etc/flowspec/new
}

plan_measured() {
	echo "show list /sys/kernel/security/ima/ascii_runtime_measurements"
	for name in $bin/signed /usr/bin/plain $bin/new; do
		foretell "$(on_list 10 "/mnt$name")" "root's $name is measured"
	done
	never "$(on_list 10 /mnt/usr/bin/quiet)" "the user's program is not"
	never "$(on_list 10 "/mnt/etc/.*")" "nor is what is read"
}

plan_own_fs() {
	cat <<-END
		mount d0 /srv/data
		mount d1 /srv/other
		key /t/cert
		sign /srv/data/signed /t/right.sig
		sign /srv/data/tampered /t/right.sig
	END
	foretell "show lsm .*capability.*" "the kernel says which security modules it has" \
		show lsm /sys/kernel/security/lsm
	never "show lsm .*selinux.*" "SELinux is not among them"
	runs before "before the load an unsigned script runs" /srv/data/unsigned
	echo "run load /bin/imapol-load -v /t/policy"
	echo "policy load"
	for name in unsigned tampered plain deep/plain; do
		refused "data-$name" "unsigned $name on the file system is refused" "/srv/data/$name"
		runs "other-$name" "on another file system $name runs" "/srv/other/$name"
	done
	runs signed "a signed script on the file system runs" /srv/data/signed
	runs root "an unsigned one on the root file system runs" /srv/unsigned
	for name in /srv/data/plain /srv/data/deep/plain /srv/other/plain /srv/unsigned; do
		opens "$name" "$name can be read" "$name"
	done
	echo "show list /sys/kernel/security/ima/ascii_runtime_measurements"
	for name in /srv/data/plain /srv/data/deep/plain; do
		foretell "$(on_list 11 "$name")" "$name is measured"
	done
	never "$(on_list 11 "/srv/other/.*")" "nothing on the other file system is"
	never "$(on_list 11 /srv/unsigned)" "nor on the root file system"
}

# Each user reads every file; what is measured tells which the policy has meant.
plan_globs() {
	plan_start
	plan_load
	cat <<-END
		as 0
		contexts /t/sample
	END
	at=/mnt
	globs | while IFS='	' read -r n how glob expression; do
		if [ "$n" -gt 1 ] && [ $(((n - 1) % registers)) -eq 0 ]; then
			# the kernel forgets which registers have a file only with the file system
			printf 'root /\numount %s\nmount d0 %s\nroot %s\n' "$at" "/again$n" "/again$n"
			at=/again$n
		fi
		echo "as $((1000 + n))"
		foretell "opens $n $files 0" "all files can be opened for $glob" opens "$n" /t/sample
	done
	echo "show list /sys/kernel/security/ima/ascii_runtime_measurements"
}
