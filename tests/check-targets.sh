#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The target profiles: which there are, where they are listed, that each
# compiles the policies or refuses them with the right code, and that the
# generator refuses what is no profile, with its place.
# Environment: IMAPOLC, srcdir; AWK.
set -u

srcdir=$(cd "${srcdir:?names no source tree}" && pwd)
. "$srcdir/tests/cli-lib.sh"
targets=$srcdir/policies/targets
generator=$srcdir/compiler/gen-profiles.awk
: >err

# ---- which there are ----

(cd "$targets" && ls) >all
sed -n 's/\.profile$//p' all | sort >files
[ "$(wc -l <all)" = "$(wc -l <files)" ]
check $? "a stray file in policies/targets"
for wanted in debian-12 debian-12-selinux debian-13 debian-13-selinux \
    'ubuntu-.*' 'fedora-.*' rhel-9 rhel-10 'opensuse-leap-.*' \
    opensuse-tumbleweed 'yocto-.*'; do
	grep -q -x "$wanted" files
	check $? "no profile $wanted"
done
run --help
awk '/^[^ ]/ { on = 0 } sub(/^profiles:/, "") { on = 1 }
	on { for (i = 1; i <= NF; i++) print $i }' out | sort >help
diff files help >err
check $? "--help lists other profiles than there are"
# the table in the manual: name, kernel, keyring, module, hook
awk '/^\.\\" profiles$/ { on = 1 } /^\.El$/ { on = 0 }
	on && /^\.It Li / { print $3 }' "$srcdir/doc/imapol.5" |
	sort >manual
diff files manual >err
check $? "imapol.5 lists other profiles than there are"

# value of key $1 in profile $2, or of the one that it is like
value()
{
	found=$(sed -n "s/^$1 //p" "$targets/$2.profile")
	like=$(sed -n 's/^like //p' "$targets/$2.profile")
	[ -n "$found" ] || [ -z "$like" ] ||
		found=$(sed -n "s/^$1 //p" "$targets/$like.profile")
	echo "$found"
}

# what the manual says of a profile, one cell a line
cells()
{
	awk -v name="$1" '/^\.\\" profiles$/ { on = 1 } /^\.El$/ { on = 0 }
		on && $1 == ".It" && $2 == "Li" && $3 == name {
			for (i = 4; i <= NF; i++)
				if ($i != "Ta" && $i != "Li") {
					sub(/^\\&/, "", $i)
					print $i
				}
		}' "$srcdir/doc/imapol.5"
}

while IFS= read -r name; do
	{
		kernel=$(value kernel "$name")
		echo "${kernel:-named}"
		for key in lsm keyring hook; do
			v=$(value $key "$name")
			echo "${v:-?}"
		done
	} >want
	cells "$name" >got
	diff want got >err
	check $? "the row of $name in imapol.5"
done <files

# what is said of Debian's kernels is what their configurations have
for pair in 12:6.1 13:6.12; do
	config=$srcdir/tests/data/debian-${pair#*:}.config
	sed -n 's/^config //p' "$targets/debian-${pair%:*}.profile" |
		while read -r option state; do
			case $(sed -n "s/^CONFIG_$option=//p" "$config"):$state in
			y:y | m:m | :n) echo "$option" ;;
			*) echo "$option $state" >&2 ;;
			esac
		done >same 2>err
	[ ! -s err ] && [ "$(wc -l <same)" -gt 25 ]
	check $? "the options of debian-${pair%:*}"
done

# ---- each compiles ----

# $1: the policy, without a target of its own; options behind; sets status
compile()
{
	grep -v '^target ' "$srcdir/policies/$1.imapol" >"$1.imapol"
	shift
	run -I "$srcdir/policies/lib" "$@"
}

# the codes of the errors, on one line
codes()
{
	sed -n 's/^.*error: .* \[\([a-z-]*\)\]$/\1/p' err | sort -u |
		tr '\n' ' '
}

while IFS= read -r name; do
	kernel=
	if [ -z "$(value kernel "$name")" ]; then
		compile keys --profile "$name" keys.imapol
		[ "$status" = 1 ] && [ "$(codes)" = "no-target " ]
		check $? "$name without a release"
		kernel=$(value rolling "$name")
		kernel=${kernel%% *}
	fi
	set -- --profile "$name" ${kernel:+--kernel "$kernel"}
	compile kexec-host "$@" kexec-host.imapol
	[ "$status" = 0 ] && grep -q '^measure func=KEXEC_CMDLINE' out
	check $? "$name: kexec-host"
	# labels only where there are some
	compile firmware-station "$@" firmware-station.imapol
	case $(value lsm "$name") in
	selinux)
		[ "$status" = 0 ] &&
			grep -q '^appraise .*obj_type=firmware_exec_t' out &&
			grep -q -x '# assumes lsm-policy selinux, loaded before' \
				out
		;;
	*) [ "$status" = 1 ] && [ "$(codes)" = "no-lsm " ] ;;
	esac
	check $? "$name: firmware-station"
done <files

# ---- what is no profile ----

cat >base <<'EOF'
title A system
# from its package
kernel 6.1
config INTEGRITY_TRUSTED_KEYRING n
lsm selinux
libselinux 3.4
link /bin /usr/bin
keyring _ima
trusts any
hook dracut
EOF

generate()
{
	LC_ALL=C "${AWK:-awk}" -f "$generator" "$srcdir/compiler/kmodel.csv" "$@" \
		>out 2>err
}

# $1: what sed does to the good one; $2: the place, line or nothing; $3: message
refused()
{
	mkdir -p bad
	rm -f bad/*
	sed "$1" base >bad/x.profile
	! generate bad/x.profile &&
		grep -q -F "bad/x.profile:${2:+$2:} $3" err &&
		[ "$(wc -l <err)" = 1 ]
	check $? "$3"
}

cp base x.profile
generate x.profile && [ ! -s err ] &&
	grep -q '\.name = "x", .rolling = false' out
check $? "a good profile"
refused '5s/lsm/lms/' 5 "unknown key, or too many values: lms selinux"
refused '5s/$/ apparmor/' 5 "unknown key, or too many values: lsm selinux apparmor"
refused '5s/selinux/tomoyo/' 5 "no security module: tomoyo"
refused '5s/ .*//' 5 "no value"
refused '5s/$/ /' 5 "a blank too many"
refused '4s/INTEGRITY/INTEGRATED/' 4 "no option row for INTEGRATED_TRUSTED_KEYRING"
refused '4s/n$/maybe/' 4 "INTEGRITY_TRUSTED_KEYRING is y, n or m, not maybe"
refused '4p' 5 "INTEGRITY_TRUSTED_KEYRING twice"
refused '3p' 4 "kernel twice"
refused '3s/6.1/six/' 3 "no release: six"
refused '6s/3.4/new/' 6 "no version: new"
refused '7s,/bin,bin,' 7 "a link is between two absolute paths"
refused '7a link /a /b' 8 "links stand in the order of their names"
refused '7a unknown link' 8 "unknown link beside links"
refused '7i unknown link' 8 "unknown link beside links"
refused '8s/_ima/.evm/' 8 "no keyring of IMA: .evm"
refused '9s/any/everybody/' 9 "nobody to trust: everybody"
refused '10s/dracut/mkinitrd/' 10 "no hook: mkinitrd"
refused '2d' 2 'no source: its paragraph has no "# from"'
refused '2s/from/of/' 3 'no source: its paragraph has no "# from"'
refused '4s/$/\n/' 6 'no source: its paragraph has no "# from"'
refused '1d' "" "no title"
refused '3d' "" "neither kernel nor rolling"
refused '3a rolling 6.1' 4 "rolling beside kernel"
refused '6d' "" "neither libselinux nor unknown libselinux"
refused '7d' "" "neither link nor unknown link"
refused '4s/n$/y/' "" "the options speak against keyring _ima"
refused '8s/_ima/.ima/' "" "the options speak against keyring .ima"
refused '9s/any/builtin/' "" "keyring _ima does not trust builtin"
refused '4s/n$/y/; 8s/_ima/.ima/' "" "keyring .ima does not trust any"
refused '4s/n$/y/; 8s/_ima/.ima/; 9s/any/builtin secondary/
	4a config IMA_KEYRINGS_PERMIT_SIGNED_BY_BUILTIN_OR_SECONDARY n' "" \
	"the options speak against trusts builtin secondary"
refused '4s/n$/y/; 8s/_ima/.ima/; 9s/any/builtin machine/
	4a config INTEGRITY_MACHINE_KEYRING n' "" \
	"the options speak against trusts builtin machine"
refused '1a like y' 2 "no profile called y before this one"
# shellcheck disable=SC2016 # the last line, of sed
refused '$a like x' 11 "no profile called x before this one"

printf 'title B\nlike x\n\n# from it\nlsm apparmor\nunknown link\n' \
	>y.profile
generate x.profile y.profile &&
	sed -n '/\.name = "y"/,/^	}/p' out >y &&
	grep -q 'lsm = KLSM_APPARMOR' y &&
	grep -q 'libselinux = "3.4"' y &&
	grep -q 'off = C(INTEGRITY_TRUSTED_KEYRING)' y &&
	! grep -q links y
check $? "what a profile like another has"
! generate y.profile x.profile &&
	grep -q -F "y.profile:2: no profile called x" err
check $? "like one that stands behind"
! generate x.profile x.profile &&
	grep -q -F "x.profile:1: profiles stand in the order" err
check $? "two of one name"
cp x.profile X.profile
! generate X.profile && grep -q "no name for a profile: X" err
check $? "a bad name"
! generate x.profile /dev/null && grep -q "an empty one" err
check $? "an empty profile"

summary targets 90
