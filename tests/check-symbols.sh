#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The library neither prints nor ends the process: none of its objects refers to
# a function that does. The program links no library but those that it has a use
# for.
set -u
nm=${NM:-nm}
failed=0
passed=0

for lib in compiler/libimapol.a grammar/libgrammar.a sign/libseal.a \
	preflight/libpreflight.a attest/libevidence.a watch/libwatch.a watch/libalert.a; do
	lib=$top_builddir/$lib
	bad=$("$nm" -A -u "$lib" | awk '
		$NF ~ /^(_?exit|_Exit|quick_exit|printf|puts|putchar|perror|vprintf|stdout|stderr|fprintf|vfprintf|fputs|fwrite|fputc|putc|__printf_chk|__fprintf_chk|__vfprintf_chk|err|errx|warn|warnx|system|popen)(@.*)?$/')
	if [ -n "$bad" ]; then
		echo "not ok - $lib"
		echo "$bad"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
done

# planted: the program itself prints, so the same question has an answer there
if "$nm" -A -u "$top_builddir"/compiler/libimapol.a | grep -q malloc; then
	passed=$((passed + 1))
else
	echo "not ok - nm shows no symbols, so this test could not fail"
	failed=$((failed + 1))
fi
# the program links the C library, what reads labels, what makes digests, and what
# reads archives and images, no more; sanitizers bring libraries of their own
bad=$(readelf -W -d "$top_builddir"/compiler/imapolc |
	sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
	grep -v -e '^libc\.so' -e '^ld-linux' -e '^libselinux\.so' -e '^libsepol\.so' \
		-e '^libcrypto\.so' -e '^libarchive\.so' -e '^libext2fs\.so' \
		-e '^libcom_err\.so' -e '^lib[a-z]*san\.so' -e '^lib\(m\|gcc_s\|pthread\|dl\|rt\|resolv\)\.so')
if [ -z "$bad" ] && readelf -W -d "$top_builddir"/compiler/imapolc |
	grep -q 'NEEDED.*libselinux'; then
	passed=$((passed + 1))
else
	echo "not ok - imapolc links" $bad
	failed=$((failed + 1))
fi
# what holds the key has no engine of policies in it, and knows nothing of labels
sign=$top_builddir/sign/imapol-sign
bad=$("$nm" "$sign" | awk '$NF ~ /^(ast|compile|grammar|lower|emit|verify_ast|dd|label|sepol)_/ { print $NF }')
if [ -z "$bad" ] && "$nm" "$sign" | grep -q signer_sign &&
	! readelf -W -d "$sign" | grep -q 'NEEDED.*lib\(selinux\|sepol\)'; then
	passed=$((passed + 1))
else
	echo "not ok - imapol-sign has" $bad
	failed=$((failed + 1))
fi
# what listens to the kernel and sends links the library that sends, and no other
# that it calls itself
watch=$top_builddir/watch/imapol-watch
bad=$(readelf -W -d "$watch" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
	grep -v -e '^libc\.so' -e '^ld-linux' -e '^libcurl\.so' -e '^lib[a-z]*san\.so' \
		-e '^lib\(m\|gcc_s\|pthread\|dl\|rt\|resolv\)\.so')
if [ -z "$bad" ] && readelf -W -d "$watch" | grep -q 'NEEDED.*libcurl'; then
	passed=$((passed + 1))
else
	echo "not ok - imapol-watch links" $bad
	failed=$((failed + 1))
fi
echo "symbols: $passed passed, $failed failed"
[ "$failed" = 0 ]
