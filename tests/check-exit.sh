#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The exit status of each command, as imapolc(1) promises it: a line below for
# each way to it, and for each command one that ends with 0, 1 and 2. With 1 and 2
# something is said on standard error, or on standard output where that is the
# answer; with 0, errors are not.
# Environment: IMAPOLC, the compiler; srcdir, the top of the source tree.
set -u

case $srcdir in
/*) ;;
*) srcdir=$PWD/$srcdir ;;
esac
. "$(dirname "$0")/cli-lib.sh"

printf 'target kernel 6.1;\nmeasure code;\n' >good.imapol
printf 'target kernel 6.1;\nmeasure key;\n' >warns.imapol
printf 'target kernel 6.1;\nmeasure code pcr 99;\n' >bad.imapol
printf 'target kernel 5.4;\nappraise exec requiring verity-signature;\n' >refused.imapol
printf 'measure  code;\n' >ugly.imapol
printf 'measure func=BPRM_CHECK\n' >policy
printf 'measure func=NONE\n' >bad-policy
printf '/opt(/.*)? u:object_r:usr_t:s0\n/opt/x -- u:object_r:x_t:s0\n' >contexts
printf 'not a line of it at all\n' >bad-contexts
printf 'target kernel 6.1, selinux, libselinux 3.4;\ntag t = path "/opt/x";\nmeasure exec of t;\n' >tag.imapol
"$imapolc" --file-contexts contexts -o tag.ima tag.imapol 2>err ||
	{ cat err; exit 1; }
printf '/opt(/.*)? u:object_r:usr_t:s0\n/opt/y -- u:object_r:x_t:s0\n' >others
{
	echo 'target kernel 6.1, no-lsm; measure exec;'
	echo 'test "x" { exec "/x" => measure; }'
} >tested.imapol
sed 's/=> measure/=> nothing/' tested.imapol >failing.imapol
mkdir -p ready unready/etc/kernel
echo ima_appraise=fix >unready/etc/kernel/cmdline
mkdir -p up/sbin up/etc
# an ELF file that has no segments
{ printf '\177ELF\002\001\001' && head -c 57 /dev/zero; } >up/sbin/init
printf '::respawn:/sbin/init\n' >up/etc/inittab
chmod 755 up/sbin/*
printf 'target kernel 6.1;\nappraise exec requiring signature;\n' >fatal.imapol
if [ -e /dev/full ]; then full=/dev/full; else full=nonesuch/x; fi

# command, status, arguments
cat >table <<end
compiling	0	good.imapol
compiling	0	warns.imapol
compiling	1	-Werror warns.imapol
compiling	1	bad.imapol
compiling	1	refused.imapol
compiling	2
compiling	2	nonesuch.imapol
compiling	2	--nonesuch good.imapol
compiling	2	-o $full good.imapol
compiling	2	good.imapol policy
--check	0	--check good.imapol
--check	0	--check policy
--check	1	--check bad.imapol
--check	1	--check bad-policy
--check	1	--check --format sarif bad.imapol
--check	2	--check -o x good.imapol
--check	2	--check nonesuch.imapol bad.imapol
paths	0	paths --file-contexts contexts /opt/x /opt/**
paths	1	paths --file-contexts bad-contexts /opt/x
paths	0	paths --file-contexts contexts --libselinux 3.4 --compare tag.ima
paths	1	paths --file-contexts others --libselinux 3.4 --compare tag.ima
paths	2	paths --file-contexts contexts
paths	2	paths --file-contexts nonesuch /opt/x
labels	0	labels --file-contexts contexts -o dir tag.imapol
labels	1	labels --file-contexts contexts -o dir bad.imapol
labels	2	labels --file-contexts contexts -o dir good.imapol
labels	2	labels --file-contexts contexts tag.imapol
graph	0	graph good.imapol
graph	1	graph bad.imapol
graph	2	graph nonesuch.imapol
diff	0	diff good.imapol good.imapol
diff	1	diff good.imapol warns.imapol
diff	2	diff good.imapol
diff	2	diff good.imapol bad.imapol
diff	2	diff good.imapol nonesuch.imapol
explain	0	explain --no-file --exec /bin/ls good.imapol
explain	1	explain --no-file --exec /bin/ls bad.imapol
explain	2	explain good.imapol
explain	2	explain --no-file --exec /bin/ls nonesuch.imapol
import	0	import --kernel 6.1 policy
import	1	import --kernel 6.1 bad-policy
import	2	import --kernel 6.1 nonesuch
test	0	test tested.imapol
test	1	test failing.imapol
test	1	test bad.imapol
test	2	test nonesuch.imapol
fmt	0	fmt --check good.imapol
fmt	1	fmt --check ugly.imapol
fmt	1	fmt --check ugly.imapol good.imapol
fmt	2	fmt --check ugly.imapol policy
fmt	2	fmt nonesuch.imapol
doctor	0	doctor --root ready
doctor	0	doctor --root ready --format json
doctor	1	doctor --root unready
doctor	1	doctor --root unready --format json
doctor	2	doctor --root nonesuch
doctor	2	doctor good.imapol
preflight	0	preflight good.imapol --root up
preflight	0	preflight good.imapol --root up --list
preflight	1	preflight fatal.imapol --root up
preflight	1	preflight fatal.imapol --root up --list
preflight	1	preflight fatal.imapol --root up --format json --allow /**
preflight	1	preflight bad.imapol --root up
preflight	2	preflight good.imapol
preflight	2	preflight good.imapol --root nonesuch
preflight	2	preflight good.imapol --root up --keys good.imapol
complete	0	complete -- imapolc --k
complete	2	complete -- imapolc
end

tab=$(printf '\t')
while IFS=$tab read -r command want arguments; do
	set -f
	# shellcheck disable=SC2086 # arguments are words
	run $arguments
	set +f
	[ "$status" = "$want" ] && { [ "$want" = 0 ] || [ -s out ] || [ -s err ]; }
	check $? "imapolc $arguments: status $status, not $want"
	if [ "$want" = 0 ]; then
		! grep -q ': error: ' err
		check $? "imapolc $arguments: an error, and status 0"
	fi
done <table

# each command has all three; complete has no policy to find at fault
for command in compiling --check \
	$(sed -n 's/^CLI_COMMAND([A-Z]*, "\([a-z]*\)".*/\1/p' \
		"$srcdir/compiler/cli_commands.def"); do
	for want in 0 1 2; do
		[ "$command:$want" != complete:1 ] || continue
		grep -q "^$command$tab$want\\($tab\\|\$\\)" table
		check $? "no line shows when $command ends with $want"
	done
done

summary exit 50
