#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Real upgrades by dpkg and rpm, of packages made here, with what signs what they
# bring. Scripts of the packages look at their own signatures while they run.
# Environment: IMAPOL_SIGN; srcdir.
set -u

skip()
{
	echo "SKIP: $*"
	exit 77
}

[ "$(id -u)" -eq 0 ] || skip "only root can set security.ima"
for tool in dpkg dpkg-deb busybox getfattr setfattr evmctl openssl; do
	command -v $tool >/dev/null || skip "$tool is not installed"
done

# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

touch here
setfattr -n security.ima -v 0x0404 here 2>/dev/null || skip "no security.ima can be set in $tmp"

signer=${IMAPOL_SIGN:?names no imapol-sign}
mkdir -p libexec/dpkg root/bin root/var/lib/dpkg/info root/var/lib/dpkg/updates root/etc/imapol
for program in imapol-upgrade dpkg/dpkg-deb; do
	placed "$program" >"libexec/$program"
	chmod 755 "libexec/$program"
done
openssl req -new -x509 -nodes -newkey rsa:2048 -days 10 -subj /CN=test -addext subjectKeyIdentifier=hash \
	-addext keyUsage=digitalSignature -keyout key.pem -outform DER -out cert.der 2>/dev/null
chmod 600 key.pem
: >root/var/lib/dpkg/status
: >root/var/lib/dpkg/available
cp "$(command -v busybox)" root/bin/busybox

# signs, and writes down what
real_signer()
{
	stand_in imapol-sign <<-END
		tr '\\0' '\\n' >"\$calls.names"
		sed 's/^/name /' "\$calls.names" >>"\$calls"
		tr '\\n' '\\0' <"\$calls.names" | "$signer" "\$@"
	END
}

configure()
{
	printf '%s\n' "$@" >"$tmp/root/etc/imapol/sign.conf"
}

# signed FILE: by the key, and nothing was changed since
signed()
{
	getfattr -n security.ima "$1" >/dev/null 2>&1 && evmctl ima_verify --key "$tmp/cert.der" "$1" >/dev/null 2>&1
}

unsigned()
{
	[ -f "$1" ] && ! getfattr -n security.ima "$1" >/dev/null 2>&1
}

# nothing of dpkg's is left behind, but for what it always leaves of a diverted file
no_rest()
{
	! find root -name '*.dpkg-new' -o -name '*.dpkg-tmp' | grep -q -v '/elsewhere\.'
	check $? "$1: files are left behind"
}

# ---- packages of dpkg ----

# script of a package: says whether it is signed, and whether what it installed is
package_script()
{
	cat <<-'END'
		#!/bin/sh
		state()
		{
			if getfattr -n security.ima "$1" >/dev/null 2>&1; then
				echo signed
			else
				echo unsigned
			fi
		}
		echo "${0##*/} $1 $(state "$0")" >>"$DPKG_ROOT/said"
		file=$DPKG_ROOT/usr/bin/demo
		[ ! -f "$file" ] || echo "${0##*/} sees $(sed -n 's/^# version //p' "$file") $(state "$file")" >>"$DPKG_ROOT/said"
	END
}

# package VERSION: $tmp/demo-VERSION.deb
package()
{
	rm -rf tree
	mkdir -p tree/DEBIAN tree/usr/bin tree/usr/lib tree/etc tree/usr/share/doc/demo
	printf '%s\n' 'Package: demo' "Version: $1" 'Architecture: all' 'Maintainer: nobody <nobody@example.org>' \
		'Description: for a test' >tree/DEBIAN/control
	echo /etc/demo.conf >tree/DEBIAN/conffiles
	for script in preinst postinst prerm postrm; do
		package_script >tree/DEBIAN/$script
		chmod 755 tree/DEBIAN/$script
	done
	printf '#!/bin/sh\n# version %s\n' "$1" >tree/usr/bin/demo
	chmod 755 tree/usr/bin/demo
	cp tree/usr/bin/demo tree/usr/bin/setuid
	chmod 4755 tree/usr/bin/setuid
	ln tree/usr/bin/demo tree/usr/bin/linked
	ln -s demo tree/usr/bin/link
	echo "# version $1" >"tree/usr/bin/with a blank"
	echo "# version $1" >'tree/usr/bin/back\slash'
	echo "# version $1" >'tree/usr/bin/with a	tab'
	echo "# version $1" >tree/usr/bin/of-another
	chown 65534 tree/usr/bin/of-another
	echo "# version $1" >tree/usr/bin/for-a-group
	chmod 664 tree/usr/bin/for-a-group
	echo "# version $1" >tree/usr/bin/diverted
	head -c 300000 /dev/urandom >tree/usr/lib/demo.so
	: >tree/usr/lib/empty
	echo "version $1" >tree/etc/demo.conf
	echo "version $1" >tree/usr/share/doc/demo/README
	dpkg-deb -Zgzip -b tree "demo-$1.deb" >/dev/null
}

# upgrade VERSION: what the scripts said is in $tmp/root/said
upgrade()
{
	: >root/said
	: >calls
	PATH=$tmp/libexec/dpkg:$PATH dpkg --root="$tmp/root" --force-script-chrootless \
		--install "$tmp/demo-$1.deb" >out 2>err
	status=$?
}

# the scripts of an upgrade said so
said()
{
	grep -q -x -e "$1" root/said
	check $? "not said: $1"
}

for version in 1 2 3 4; do
	package $version
done
# somebody else has the place of one file
printf '%s\n' /usr/bin/diverted /usr/bin/elsewhere other >root/var/lib/dpkg/diversions

real_signer
rm -f root/etc/imapol/sign.conf
upgrade 1
check $status "dpkg without settings"
unsigned root/usr/bin/demo && [ ! -s calls ]
check $? "without settings nothing is signed"
said 'preinst install unsigned'

configure 'mode = sign' "  key	=  $tmp/key.pem " "cert = $tmp/cert.der" '# a comment' '' 'except = /etc/*' \
	'except = /usr/share/doc/*'
upgrade 2
check $status "dpkg with a key"
said 'demo.prerm upgrade unsigned' # of the version before
said 'preinst upgrade signed'
said 'demo.postrm upgrade unsigned'
said 'demo.postinst configure signed'
said 'demo.postinst sees 2 signed'
for file in demo setuid linked 'with a blank' 'with a	tab' 'back\slash' elsewhere; do
	signed "root/usr/bin/$file"
	check $? "signed: $file"
done
for file in of-another for-a-group; do
	unsigned root/usr/bin/$file && grep -q "$file.dpkg-new: warning: not signed: somebody else" err
	check $? "others may have written to it: $file"
done
[ "$(stat -c %a root/usr/bin/setuid)" = 4755 ] && [ "$(stat -c %h root/usr/bin/demo)" = 2 ]
check $? "modes and links are as they were"
signed root/usr/lib/demo.so
check $? "signed: what is no program"
unsigned root/etc/demo.conf && unsigned root/usr/share/doc/demo/README
check $? "not signed: what is excepted"
for script in preinst postinst prerm postrm; do
	signed root/var/lib/dpkg/info/demo.$script
	check $? "signed: $script"
done
unsigned root/var/lib/dpkg/info/demo.conffiles
check $? "not signed: what dpkg reads"
grep -q '^name /usr/bin/demo.dpkg-new$' calls
check $? "signed before it takes its place"
no_rest "an upgrade"

configure 'mode = sign' "key = $tmp/key.pem" 'except = /usr/*' 'only = /usr/bin/demo' 'hash = sha512'
upgrade 3
check $status "dpkg with patterns"
said 'demo.prerm upgrade signed'
said 'demo.postrm upgrade signed'
signed root/usr/bin/demo && unsigned root/usr/bin/setuid
check $? "only what is wanted is signed"
[ "$(getfattr -n security.ima -e hex root/usr/bin/demo 2>/dev/null | sed -n 's/^security.ima=0x0302\(..\).*/\1/p')" = 06 ]
check $? "the hash is the one that is set"

# what cannot be signed is not installed, and what was there stays
configure 'mode = sign' "key = $tmp/none.pem"
upgrade 4
[ $status -ne 0 ]
check $? "dpkg without the key"
grep -q 'demo-4.deb: its scripts cannot be signed: it is not unpacked' err
check $? "says so"
! grep -q '^preinst' root/said
check $? "no script of it ran"
stand_in imapol-sign <<-'END'
	! tr '\0' '\n' | grep -q dpkg-new
END
configure 'mode = sign' "key = $tmp/key.pem"
upgrade 4
[ $status -ne 0 ]
check $? "dpkg whose files cannot be signed"
grep -q 'demo-4.deb: its files cannot be signed: it is not installed' err
check $? "says so"
grep -q '^# version 3$' root/usr/bin/demo && signed root/usr/bin/demo
check $? "the version before stays"
# not all of its names are known
real_signer
stand_in tar <<-'END'
	[ "$1" = -t ] || exec /bin/tar "$@"
	/bin/tar "$@" | head -n 3
	exit 2
END
PATH=$tmp/bin:$PATH upgrade 4
[ $status -ne 0 ] && grep -q 'demo-4.deb: it cannot be listed: it is not installed' err
check $? "dpkg whose archive cannot be listed"
grep -q '^# version 3$' root/usr/bin/demo
check $? "the version before stays"
rm bin/tar
no_rest "an upgrade that was stopped"

# a shell whose tar, find and the like are its own
package 3.5
sed -i "1s,.*,#!$(command -v busybox) sh," libexec/imapol-upgrade libexec/dpkg/dpkg-deb
upgrade 3.5
check $status "dpkg with busybox"
for file in demo 'with a blank' 'with a	tab' 'back\slash' elsewhere; do
	grep -q '^# version 3.5$' "root/usr/bin/$file" && signed "root/usr/bin/$file"
	check $? "signed with busybox: $file"
done
sed -i '1s,.*,#!/bin/sh,' libexec/imapol-upgrade libexec/dpkg/dpkg-deb

# ---- apt ----

# apt VERSION: as upgrade, with the settings that are installed for apt
apt()
{
	: >root/said
	: >calls
	mkdir -p apt/lists/partial apt/archives/partial apt/parts
	placed apt/90imapol >apt/parts/90imapol
	cat >apt/apt.conf <<-END
		Dir::Etc::parts "$tmp/apt/parts";
		Dir::Etc::sourcelist "/dev/null";
		Dir::Etc::sourceparts "/dev/null";
		Dir::State "$tmp/apt";
		Dir::State::status "$tmp/root/var/lib/dpkg/status";
		Dir::Cache "$tmp/apt";
		Dir::Log "$tmp/apt";
		Debug::NoLocking "true";
		APT::Sandbox::User "root";
		DPkg::Options { "--root=$tmp/root"; "--force-script-chrootless"; };
	END
	APT_CONFIG=$tmp/apt/apt.conf DPKG_ROOT=$tmp/root apt-get -y -q install "$tmp/demo-$1.deb" >out 2>err
	status=$?
}

if command -v apt-get >/dev/null; then
	configure 'mode = sign' "key = $tmp/key.pem" "also = $tmp/made"
	echo made >made
	apt 4
	check $status "apt"
	said 'preinst upgrade signed'
	said 'demo.postinst sees 4 signed'
	grep -q '^name .*/imapol-upgrade\..*/try$' calls
	check $? "the key was tried before"
	signed made
	check $? "and what is named was signed behind"
	configure 'mode = sign' "key = $tmp/none.pem"
	package 5
	apt 5
	[ $status -ne 0 ] && [ ! -s root/said ]
	check $? "without the key apt does not begin"
	grep -q 'nothing can be signed with .*none.pem: the upgrade does not begin' err
	check $? "and says why"
	package 4
else
	echo "# apt-get is not installed: nothing is known of apt"
fi

# ---- settings ----

try()
{
	DPKG_ROOT=$tmp/root "$tmp/libexec/imapol-upgrade" "$@" >out 2>err </dev/null
	status=$?
}

bad()
{
	text=$1
	shift
	configure "$@"
	try check
	gives 2 "sign.conf: $text" "$text"
}

bad 'mode = perhaps: sign or stop' 'mode = perhaps'
bad 'no mode: sign or stop' 'key = x'
bad 'no key to sign with: key = FILE' 'mode = sign'
bad 'frob: no such setting' 'frob = 1'
bad 'words: no setting: NAME = VALUE' 'words'
bad 'key: nothing behind the =' 'key ='
configure 'mode = stop'
chmod 666 root/etc/imapol/sign.conf
try check
gives 2 "not root's, or others may write to it" "settings that others may write to"
chmod 644 root/etc/imapol/sign.conf
stand_in find <<-'END'
	exit 1
END
PATH=$tmp/bin:$PATH try check
gives 2 'who may write to it cannot be told' "settings of which nothing is known"
rm bin/find
try frob
gives 2 'unknown word frob' "an unknown word"
try --help
gives 0 '' "--help"
try
gives 2 'nothing to do' "no word"
try run
gives 2 'run: no command' "no command"
configure 'mode = sign' "key = $tmp/key.pem"
try run sh -c 'command -v dpkg-deb'
[ "$(cat out)" = "$tmp/libexec/dpkg/dpkg-deb" ]
check $? "run has dpkg find it"
"$tmp/libexec/dpkg/dpkg-deb" --version >out 2>err && grep -q Debian out
check $? "anything else is dpkg-deb's"
DPKG_ROOT=$tmp/root "$tmp/libexec/dpkg/dpkg-deb" --contents demo-1.deb >out 2>err && grep -q usr/bin/demo out
check $? "with settings as well"

# ---- before ----

stand_in imapol-sign <<-'END'
	exit 1
END
try check
gives 1 'nothing can be signed with .*key.pem: the upgrade does not begin' "a key that cannot sign"
stand_in imapol-sign <<-'END'
	cat >/dev/null
END
try check
gives 0 '' "one that can"

# a rehearsal that wants everything executable signed
stand_in imapolc <<-'END'
	root=
	form=
	while [ $# -gt 0 ]; do
		case $1 in
		--root) root=$2 ;;
		--format) form=$2 ;;
		esac
		shift
	done
	cd "$root" || exit 2
	[ ! -e usr/bin/broken ] || exit 2
	if [ -n "$form" ]; then
		unknown=0
		[ ! -e usr/bin/unknown ] || unknown=1
		echo "{\"stopped\":false,\"refused\":0,\"unknown\":$unknown,\"accepted\":0,\"missed\":[]}"
	else
		find . -type f -perm -001 | sed 's/^\.//' | sort
	fi
	exit 1
END
configure 'mode = stop' 'policy = /p.imapol' 'options = -I /etc/imapol --profile debian-12'
: >calls
try check "$tmp/demo-4.deb"
gives 1 'the policy refuses these .* files, so the upgrade does not begin' "what is refused stops the upgrade"
for file in usr/bin/demo usr/bin/linked var/lib/dpkg/tmp.ci/preinst; do
	grep -q -x "demo-4.deb: /$file" err
	check $? "and is listed: $file"
done
! grep -q 'demo.so$' err
check $? "no more than that"
grep -q "^imapolc preflight -I /etc/imapol --profile debian-12 --root .*/root --relabelled --list /p.imapol" calls
check $? "it is asked with the settings"
cp demo-4.deb 'x|e touch ran;#&.deb'
try check "$tmp/x|e touch ran;#&.deb"
gives 1 'x|e touch ran;#&.deb: /usr/bin/demo$' "an odd name of a package"
[ ! -e ran ]
check $? "it is a name and nothing more"
printf '%s\n' "$tmp/demo-4.deb" | DPKG_ROOT=$tmp/root "$tmp/libexec/imapol-upgrade" check - >out 2>err
status=$?
gives 1 'the policy refuses these' "as apt names packages"
rm -rf tree/usr/bin/* tree/DEBIAN/*inst tree/DEBIAN/*rm
dpkg-deb -Zgzip -b tree data.deb >/dev/null
try check "$tmp/data.deb"
gives 0 '' "a package of data alone"
echo >tree/usr/bin/unknown
dpkg-deb -Zgzip -b tree unknown.deb >/dev/null
try check "$tmp/unknown.deb"
gives 1 'unknown.deb: imapolc preflight cannot tell' "what cannot be told stops it"
mv tree/usr/bin/unknown tree/usr/bin/broken
dpkg-deb -Zgzip -b tree broken.deb >/dev/null
try check "$tmp/broken.deb"
gives 1 'broken.deb: imapolc preflight cannot tell' "a rehearsal that breaks stops it"
try check "$tmp/key.pem"
gives 1 'key.pem: it cannot be unpacked' "what is no package stops it"
package 5
upgrade 5
[ $status -ne 0 ] && grep -q '^demo-5.deb: /usr/bin/demo$' err
check $? "by dpkg alone it is stopped as well"
! grep -q '^# version 5$' root/usr/bin/demo
check $? "and the version before stays"
if "$imapolc" --help 2>/dev/null | grep -q 'imapolc preflight'; then
	ln -sf "$imapolc" bin/imapolc
	echo 'appraise exec of owner root requiring signature;' >p.imapol
	configure 'mode = stop' "policy = $tmp/p.imapol" 'options = --kernel 6.1'
	try check "$tmp/demo-4.deb"
	gives 1 'the policy refuses these' "a policy that refuses"
	for file in usr/bin/demo var/lib/dpkg/tmp.ci/preinst; do
		grep -q -x "demo-4.deb: /$file" err
		check $? "it refuses $file"
	done
	! grep -q README err
	check $? "and no text"
	try check "$tmp/data.deb"
	gives 0 '' "a package that it does not refuse"
	echo 'appraise' >p.imapol
	try check "$tmp/data.deb"
	gives 1 'data.deb: imapolc preflight cannot tell' "a policy that is wrong"
else
	echo "# imapolc has no preflight: no policy was asked"
fi
[ -z "$(find "${TMPDIR:-/var/tmp}" -maxdepth 1 -name 'imapol-upgrade.*')" ]
check $? "nothing is left behind"

# ---- behind ----

stand_in imapol-sign <<-'END'
	tr '\0' '\n' | sed 's/^/name /' >>"$calls"
END
: >calls
configure 'mode = sign' "key = $tmp/key.pem" "also = $tmp/made by a script" "also = $tmp/not there"
echo made >"$tmp/made by a script"
try after
gives 0 '' "what scripts have made"
grep -q -x "name $tmp/made by a script" calls && ! grep -q 'not there' calls
check $? "is signed where it is"

# ---- rpm ----

# build_rpm SPEC: into $tmp/rpms, NAME-VERSION.rpm
build_rpm()
{
	rpmbuild --quiet --define "_topdir $tmp/rpmbuild" --define "_rpmdir $tmp/rpms" \
		--define "_rpmfilename %{name}-%{version}.rpm" -bb "$1" >rpmbuild.log 2>&1 || cat rpmbuild.log
}

# demo_spec VERSION: its place is below $tmp
demo_spec()
{
	cat <<-END
		Name: demo
		Version: $1
		Release: 1
		Summary: for a test
		License: none
		BuildArch: noarch
		AutoReqProv: no
		%description
		%install
		mkdir -p %{buildroot}$tmp/target/bin
		printf '#!/bin/sh\n# version $1\n' >%{buildroot}$tmp/target/bin/demo
		%post
		seen=unsigned
		getfattr -n security.ima $tmp/target/bin/demo >/dev/null 2>&1 && seen=signed
		echo "post sees \$(sed -n 's/^# version //p' $tmp/target/bin/demo) \$seen" >>$tmp/said
		%files
		%attr(755,root,root) $tmp/target/bin/demo
	END
}

rpm_upgrade()
{
	: >said
	DPKG_ROOT=$tmp/root rpm --dbpath "$tmp/rpmdb" --nodeps --define '_pkgverify_level none' -U "$1" >out 2>err
	status=$?
}

if command -v rpmbuild >/dev/null && command -v rpm2archive >/dev/null; then
	real_signer
	configure 'mode = sign' "key = $tmp/key.pem"
	for version in 1 2 3; do
		demo_spec $version >demo.spec
		build_rpm demo.spec
	done
	placed rpm/imapol-upgrade.spec >hook.spec
	build_rpm hook.spec
	rpm_upgrade rpms/demo-1.rpm
	check $status "rpm without the hook"
	grep -q -x 'post sees 1 unsigned' said && unsigned target/bin/demo
	check $? "signs nothing"
	rpm_upgrade rpms/imapol-upgrade-1.rpm
	check $status "the hook is a package"
	rpm_upgrade rpms/demo-2.rpm
	check $status "rpm with it"
	grep -q -x 'post sees 2 signed' said && signed target/bin/demo
	check $? "has signed when %post runs"
	rm root/etc/imapol/sign.conf
	rpm_upgrade rpms/demo-3.rpm
	check $status "rpm without settings"
	grep -q -x 'post sees 3 unsigned' said
	check $? "signs nothing"
	configure 'mode = stop'
	stand_in imapolc <<-END
		echo $tmp/target/bin/demo
		exit 1
	END
	try check "$tmp/rpms/demo-2.rpm"
	gives 1 'the policy refuses these 1 files' "a package of rpm that is refused"
	grep -q -x "demo-2.rpm: $tmp/target/bin/demo" err
	check $? "and is listed"
	# one that would write elsewhere, and one that is cut short
	for program in rpm2archive rpm2cpio; do
		stand_in $program <<-END
			cat "$tmp/evil.\${0##*/}"
		END
	done
	mkdir -p outside in/link
	echo evil >in/link/escaped
	(
		cd in || exit
		echo evil >../up
		printf '%s\n' "$tmp/up" | cpio -o -H newc --quiet >../evil.rpm2cpio
		tar -P -cf ../evil "$tmp/up" link/escaped
		rm -r link ../up
		ln -s "$tmp/outside" link
		tar -P --no-recursion -cf first link
		tar -P -A -f first ../evil
		gzip <first >../evil.rpm2archive
	)
	TMPDIR=$tmp PATH=$tmp/bin:$PATH try check "$tmp/rpms/demo-2.rpm"
	grep -q '^rpm2' calls && [ ! -e up ] && [ ! -e outside/escaped ] &&
		[ -z "$(find . -path './imapol-upgrade.*')" ]
	check $? "a package that leads out of its place"
	rm bin/rpm2*
	head -c 3000 rpms/demo-2.rpm >cut.rpm
	try check "$tmp/cut.rpm"
	gives 1 'cut.rpm: it cannot be unpacked' "a package of rpm that is cut short"
else
	echo "# rpmbuild or rpm2archive is not installed: nothing is known of rpm"
fi

summary "upgrades" 60
