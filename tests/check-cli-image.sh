#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The compiler as the making of an initramfs calls it: for one kernel that is
# installed, by its name and its configuration, whatever the source says of its
# target. Environment: IMAPOLC, the compiler; srcdir.
set -u

case ${srcdir:?names no source} in
/*) ;;
*) srcdir=$PWD/$srcdir ;;
esac
. "$(dirname "$0")/cli-lib.sh"

# of Debian's kernels: the name, the release in the configuration, its options
kernels='6.1.0-56-cloud-amd64 6.1.192 6.1
6.12.117+deb12-cloud-amd64 6.12.117 6.12'

# $1: the source; options behind
build()
{
	file=$1
	shift
	run --kernel "$name" --kernel-config config "$@" "$file"
}

# what was printed has all of these lines
prints()
{
	for line; do
		grep -q -x -e "$line" out
		check $? "$name: no line $line"
	done
}

# as many errors as $1, of the code $2, with the remedy $3
refused()
{
	[ "$status" = 1 ] && [ ! -s out ] &&
		[ "$(grep -c ': error: ' err)" = "$1" ] &&
		[ "$(grep -c "error: .* \[$2\]" err)" = "$1" ] &&
		grep -q -e "^note: $3" err
	check $? "$name: $2: status $status"
}

cat >module.imapol <<'end2'
target selinux;
measure exec of label bin_t;
appraise code of owner root requiring signature;
end2
echo 'measure code;' >none.imapol
printf 'target kernel %s, no-lsm;\nmeasure code;\n' 6.1 >old.imapol
printf 'target kernel %s, no-lsm;\nmeasure code;\n' 6.12 >new.imapol
printf 'target profile debian-12-selinux;\nmeasure code of label bin_t;\n' >profile.imapol
printf 'target profile debian-12;\nmeasure code;\n' >two.imapol
printf 'measure func=BPRM_CHECK\nmeasure func=MMAP_CHECK mask=MAY_EXEC\n' >lines.ima
printf 'measure func=BPRM_CHECK\nmeasure func=NONE\n' >bad.ima
printf 'measure func=BPRM_CHECK obj_type=bin_t\nmeasure func=MMAP_CHECK mask=MAY_EXEC obj_type=bin_t\n' >label.ima

# what goes for every kernel
each()
{
	# only the module is named, or nothing is
	build module.imapol
	gives 0 "" "$name: a source that names its module"
	prints "# assumes kernel $release" '# assumes lsm selinux' \
		'# assumes lsm-policy selinux, loaded before' \
		'measure func=BPRM_CHECK obj_type=bin_t'
	! grep -q '^# assumes config' out
	check $? "$name: an option that its configuration has"
	build module.imapol --check
	gives 0 "" "$name: --check"
	[ ! -s out ]
	check $? "$name: --check prints"
	build none.imapol
	gives 0 "" "$name: a source without a target"
	prints "# assumes kernel $release"
	! grep -q '^# assumes lsm' out
	check $? "$name: a module that nobody has named"

	# A profile sets what is not given: the kernel is that of the image, and
	# the module that of the profile.
	build profile.imapol
	gives 0 "" "$name: a source with a profile"
	prints "# assumes kernel $release" '# assumes lsm selinux'

	# kernel lines are not printed when they are right
	build lines.ima
	gives 0 "" "$name: kernel lines"
	[ ! -s out ]
	check $? "$name: kernel lines are printed"
	build bad.ima
	[ "$status" = 1 ] && [ ! -s out ]
	check $? "$name: kernel lines that are refused: status $status"
	build label.ima
	# shellcheck disable=SC2016 # as it is printed
	refused 2 no-lsm 'name it with the target, as in `--lsm selinux`'
	build label.ima --lsm selinux
	[ "$status" = 0 ] && [ ! -s out ]
	check $? "$name: kernel lines with labels: status $status"

	# two that cannot both be
	build two.imapol --profile debian-13
	refused 1 target-conflict 'leave one of them out'
	build module.imapol --lsm apparmor
	refused 1 target-conflict 'leave one of them out'
}

echo "$kernels" >kernels
while read -r name release options; do
	{
		echo "# Linux/x86 $release Kernel Configuration"
		cat "$srcdir/tests/data/debian-$options.config"
	} >config
	each
	case $options in
	6.1)
		build new.imapol
		refused 1 target-conflict 'leave one of them out'
		build old.imapol
		;;
	6.12)
		build old.imapol
		refused 1 target-conflict 'leave one of them out'
		build new.imapol
		;;
	esac
	gives 0 "" "$name: a source of the same release"
done <kernels

# the configuration of another kernel
name=6.1.0-56-cloud-amd64
build none.imapol
[ ! -s out ] && [ "$(grep -c ': error: ' err)" = 1 ] &&
	grep -q 'target-conflict' err &&
	grep -q '^note: give the configuration of that kernel' err
check $? "the configuration of another kernel: status $status"

# nothing is what kernel lines print, and so no policy does
printf 'target selinux;\n' >empty.imapol
run --no-comments --kernel 6.1 empty.imapol
gives 1 empty-policy "a policy without a rule"
run --kernel 6.1 -o x lines.ima
gives 2 checked "kernel lines with -o"
[ ! -e x ]
check $? "-o with kernel lines"

summary cli-image 45
