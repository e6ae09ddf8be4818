#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The examples for CI and the hooks are YAML of the shape that their readers want,
# and their shell steps do what they say, in a small git repository.
# Environment: IMAPOLC, the compiler; IMAPOL_SIGN, what signs; srcdir, the top of
# the source tree; top_builddir.
set -u

case $srcdir in
/*) ;;
*) srcdir=$PWD/$srcdir ;;
esac
top_builddir=$(cd "${top_builddir:?names no build tree}" && pwd)
. "$srcdir/tests/cli-lib.sh"
. "$srcdir/tests/watch/alert-lib.sh"
trap 'stop_servers; rm -rf "$tmp"' EXIT

for need in git bash; do
	command -v $need >/dev/null || {
		echo "SKIP: $need is not installed"
		exit 77
	}
done
python3 -c 'import yaml' 2>/dev/null || {
	echo "SKIP: python3 has no yaml (package python3-yaml)"
	exit 77
}

# ---- their shape; each step and hook into a file of its own ----
cat >take.py <<'end'
import json
import re
import shlex
import sys
import yaml

top = sys.argv[1]


def save(name, text):
    with open(name, "w") as f:
        f.write(text + "\n")


def variables(name, v):
    save(name, "\n".join("export %s=%s" % (k, shlex.quote(str(v[k])))
                         for k in v))


with open(top + "/doc/ci/github.yml") as f:
    flow = yaml.safe_load(f)
# YAML 1.1 takes the key `on` for true
assert set(flow) == {"name", True, "permissions", "env", "jobs"}, set(flow)
variables("github.env", flow["env"])
policy, sign, deploy = (flow["jobs"][j] for j in ("policy", "sign", "deploy"))
assert set(flow["jobs"]) == {"policy", "sign", "deploy"}, set(flow["jobs"])
assert {"runs-on", "container", "steps"} == set(policy), set(policy)
# the key is not for what somebody proposes
assert sign["if"] == "github.event_name == 'push'" and sign["needs"] == "policy"
assert deploy["if"] == sign["if"] and deploy["needs"] == "sign"
for job in policy, sign, deploy:
    for step in job["steps"]:
        assert ("run" in step) != ("uses" in step), step
        if "run" in step:
            save("github-" + step["name"].split()[0].lower(), step["run"])
        assert "env" not in step or step["name"] in ("Sign", "Gate"), step
assert "secrets." not in json.dumps(policy)

with open(top + "/doc/ci/gitlab.yml") as f:
    jobs = yaml.safe_load(f)
assert set(jobs) == {"ima-policy", "ima-sign", "ima-deploy"}, set(jobs)
assert {"image", "variables", "script", "artifacts"} == set(jobs["ima-policy"])
assert {"image", "needs", "rules", "variables", "script",
        "artifacts"} == set(jobs["ima-sign"])
assert jobs["ima-sign"]["needs"] == ["ima-policy"]
for job in "ima-sign", "ima-deploy":
    assert jobs[job]["rules"] == [
        {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}]
assert jobs["ima-deploy"]["needs"] == ["ima-sign"]
for job, name in (("ima-policy", "gitlab"), ("ima-sign", "gitlabsign"),
                  ("ima-deploy", "gitlabdeploy")):
    assert all(isinstance(line, str) for line in jobs[job]["script"])
    variables(name + ".env", jobs[job]["variables"])
    for n, line in enumerate(jobs[job]["script"]):
        save("%s-%d" % (name, n), line)
save("published", "\n".join(jobs["ima-sign"]["artifacts"]["paths"]))

with open(top + "/.pre-commit-hooks.yaml") as f:
    hooks = yaml.safe_load(f)
for hook in hooks:
    assert {"id", "name", "entry", "language", "files"} <= set(hook), hook
    assert re.search(hook["files"], "a/b.imapol"), hook
    assert not re.search(hook["files"], "a/b.imapol.orig"), hook
    # pre-commit splits the entry, and adds the names of files
    save("hook-" + hook["id"], 'exec %s "$@"' % " ".join(
        shlex.quote(w) for w in shlex.split(hook["entry"])))
end
python3 take.py "$srcdir" >said 2>&1
check $? "the shape of the files: $(cat said)"
[ -f github-check ] && [ -f gitlab-0 ] && [ -f hook-imapolc-fmt ]
check $? "steps are missing"

imapol_sign=${IMAPOL_SIGN:?names no imapol-sign}
case $imapol_sign in
/*) ;;
*) imapol_sign=$srcdir/$imapol_sign ;;
esac

# ---- a repository with a change to judge ----
mkdir bin
ln -s "$imapolc" bin/imapolc
ln -s "$imapol_sign" bin/imapol-sign
ln -s "$top_builddir/attest/imapol-attest" bin/imapol-attest
IMAPOL_EXEC_PATH=$top_builddir/attest
export IMAPOL_EXEC_PATH
PATH=$tmp/bin:$PATH
HOME=$tmp
GIT_CONFIG_NOSYSTEM=1
GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export PATH HOME GIT_CONFIG_NOSYSTEM GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL \
	GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
GITHUB_STEP_SUMMARY=$tmp/summary
GITHUB_BASE_REF=main
export GITHUB_STEP_SUMMARY GITHUB_BASE_REF
git init -q -b main origin
(
	cd origin
	printf 'measure exec;\n' >site.imapol
	git add site.imapol
	git commit -q -m base
) >said 2>&1
check $? "a repository: $(cat said)"
git clone -q origin work 2>said
check $? "a clone: $(cat said)"
CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git -C work rev-parse HEAD)
export CI_MERGE_REQUEST_DIFF_BASE_SHA
cat >good.imapol <<'end'
measure exec;
measure mmap;

test "programs and libraries" {
	exec "/bin/sh" => measure;
	mmap "/lib/x"  => measure;
}
end

# step NAME: as the runners do, in the clone
step()
{
	(
		cd work || exit 3
		. "$tmp/${1%%-*}.env"
		bash -e -o pipefail "$tmp/$1"
	) >out 2>err
	status=$?
}

has_command()
{
	"$imapolc" complete -- imapolc "$1" | grep -q "^$1$(printf '\t')"
}

# the policy that is judged, and whether check and layout let it pass
judge()
{
	cp "$1" work/site.imapol
	step github-check
	gives "$2" "" "GitHub, check of $1"
	grep -q "^::error file=site.imapol,line=1," out
	[ $? != "$2" ]
	check $? "GitHub, annotations of $1: $(cat out)"
	step github-layout
	gives "$3" "" "GitHub, layout of $1"
	step gitlab-0
	gives 0 "" "GitLab, report on $1"
	python3 -c 'import json, sys; sys.exit(bool(json.load(open(sys.argv[1]))) != (sys.argv[2] == "1"))' \
		work/gl-code-quality-report.json "$2" 2>err
	check $? "GitLab, what the report has on $1"
	step gitlab-1
	[ "$status" = "$2" ]
	check $? "GitLab, check of $1: status $status"
	step gitlab-2
	gives "$3" "" "GitLab, layout of $1"
}
printf 'measure exec pcr 99;\n' >wrong.imapol
printf 'measure   exec;\n' >ugly.imapol
judge good.imapol 0 0
judge wrong.imapol 1 0
# xargs makes 123 of 1
judge ugly.imapol 0 123
cp good.imapol work/site.imapol
step github-trust
gives 0 "" "GitHub, the first step"

if has_command test; then
	for name in github-test gitlab-3; do
		step $name
		[ "$status" = 0 ]
		check $? "$name: status $status"
	done
	sed 's/=> measure/=> nothing/' good.imapol >work/site.imapol
	for name in github-test gitlab-3; do
		step $name
		[ "$status" = 1 ]
		check $? "$name with a test that fails: status $status"
	done
	cp good.imapol work/site.imapol
else
	echo "SKIP: this imapolc has no test command"
fi
if has_command diff; then
	for name in github-compare gitlab-4; do
		rm -rf work/.base work/difference
		git -C work worktree prune
		step $name
		[ "$status" = 0 ] && [ -s work/difference ]
		check $? "$name: status $status"
	done
	grep -q mmap summary
	check $? "the summary: $(cat summary 2>&1)"
	# one that the base does not have
	cp github.env github.was
	cp gitlab.env gitlab.was
	echo "export POLICY=new.imapol" | tee -a github.env >>gitlab.env
	cp good.imapol work/new.imapol
	for name in github-compare gitlab-4; do
		rm -rf work/.base work/difference
		git -C work worktree prune
		step $name
		[ "$status" = 0 ] && grep -q new work/difference
		check $? "$name of a new policy: status $status"
	done
	mv github.was github.env
	mv gitlab.was gitlab.env
else
	echo "SKIP: this imapolc has no diff command"
fi

# ---- what is merged is signed ----
openssl req -new -x509 -nodes -newkey rsa:2048 -days 30 -subj /CN=ci \
	-addext subjectKeyIdentifier=hash -keyout ima.key -out ima.pem 2>said
check $? "a key: $(cat said)"
IMA_KEY=$(cat ima.key)
export IMA_KEY

# a clone as the runner has it, with two programs and one that is none
merged()
{
	rm -rf work
	git clone -q origin work
	mkdir -p work/keys 'work/a b'
	cp ima.pem work/keys/
	printf 'PK' >work/tool.pex
	printf '#!/bin/sh\n' >'work/a b/flash_fw.sh'
	chmod 755 work/tool.pex 'work/a b/flash_fw.sh'
	echo text >work/notes.txt
}

# the job has ended: both programs have signatures that fit, by evmctl's reckoning
signed()
{
	openssl x509 -in ima.pem -outform DER -out ima.der
	for file in work/tool.pex 'work/a b/flash_fw.sh'; do
		[ -s "$file.sig" ]
		check $? "$1: $file has no signature"
		evmctl ima_verify --sigfile --key ima.der "$file" >said 2>&1
		check $? "$1: evmctl on $file: $(cat said)"
	done
	[ ! -e work/notes.txt.sig ]
	check $? "$1: what is no program is signed"
	for kernel in 6.1 6.12; do
		grep -q '^measure' "work/release/ima-policy-$kernel"
		check $? "$1: no policy for $kernel"
	done
	! grep -rq 'PRIVATE KEY' work
	check $? "$1: the key is still there"
}

merged
step github-compile
gives 0 "" github-compile
step github-sign
gives 0 ": 2 signed, 0 signed before, 0 not" github-sign
step github-verify
gives 0 ": 2 good, 0 not" github-verify
step github-pack
gives 0 "" github-pack
signed GitHub
mkdir unpacked
tar -C unpacked -xf work/release/signed.tar
for name in tool.pex tool.pex.sig 'a b/flash_fw.sh' 'a b/flash_fw.sh.sig'; do
	[ -f "unpacked/$name" ]
	check $? "GitHub: $name is not in the archive"
done
[ -x unpacked/tool.pex ] && [ "$(find unpacked -type f | wc -l)" = 4 ]
check $? "GitHub: the archive: $(find unpacked)"
echo more >>work/tool.pex
step github-verify
gives 1 tool.pex "GitHub, a program that was changed"

merged
IMA_KEY=$tmp/gitlab.key
cp ima.key "$IMA_KEY"
chmod 644 "$IMA_KEY"
for name in gitlabsign-0 gitlabsign-1; do
	step $name
	gives 0 "" "$name"
done
step gitlabsign-2
gives 0 ": 2 signed, 0 signed before, 0 not" gitlabsign-2
step gitlabsign-3
gives 0 ": 2 good, 0 not" gitlabsign-3
[ ! -e gitlabsign-4 ]
check $? "a step of GitLab's that is not run here"
signed GitLab
for pattern in release '\*\*/\*.pex' '\*\*/\*.pex.sig' '\*\*/\*.sh' '\*\*/\*.sh.sig'; do
	grep -q "^$pattern$" published
	check $? "GitLab: $pattern is not published"
done
echo more >>work/tool.pex
step gitlabsign-3
gives 1 tool.pex "GitLab, a program that was changed"
cp good.imapol work/site.imapol

# ---- and goes to machines that are trusted ----
vault vault
VAULT_ADDR=http://127.0.0.1:$(cat vault/port)
VAULT_TOKEN=$secret
export VAULT_ADDR VAULT_TOKEN
cat >bin/scp <<'end'
#!/bin/sh
[ "$1" = -q ] && tar -tf "$2" >/dev/null && echo "$3" >>"$TMP_SENT"
end
chmod 755 bin/scp
TMP_SENT=$tmp/sent
export TMP_SENT
echo bundle >bundle
# verdict HOST WORD
verdict()
{
	echo "{\"verdict\":\"$2\"}" >verdict.json
	imapol-attest put --path "hosts/$1" --verdict verdict.json bundle >said 2>&1
	check $? "put for $1: $(cat said)"
}
printf '%s:/var/lib/firmware/incoming/\n' station1 station2 >wanted
tar -cf work/release/signed.tar -C work tool.pex
verdict station1 trusted
for name in github-gate gitlabdeploy-0; do
	step $name
	gives 2 "hosts/station2: Vault: nothing is stored there" "$name, a machine without a verdict"
done
verdict station2 "not trusted"
for name in github-gate gitlabdeploy-0; do
	step $name
	gives 1 "" "$name, a machine that is not trusted"
done
verdict station2 trusted
for ci in github:gate:deploy gitlabdeploy:0:1; do
	: >sent
	for part in ${ci#*:}; do
		step "${ci%%:*}-${part%:*}"
		gives 0 "" "$ci, the gate"
		step "${ci%%:*}-${part#*:}"
		gives 0 "" "$ci, to the machines"
	done
	cmp -s sent wanted
	check $? "$ci: sent to $(cat sent)"
done
[ ! -e gitlabdeploy-2 ]
check $? "a step of GitLab's that is not run here"

# ---- hooks ----
cd work || exit 1
cp "$tmp/ugly.imapol" 'ugly one.imapol'
sh ../hook-imapolc-check site.imapol 'ugly one.imapol' >../out 2>../err
check $? "the hook for checks"
cp "$tmp/wrong.imapol" .
sh ../hook-imapolc-check wrong.imapol site.imapol >../out 2>../err
[ $? = 1 ] && grep -q 'wrong.imapol:1:14: error' ../err
check $? "the hook for checks, and a mistake"
sh ../hook-imapolc-fmt site.imapol 'ugly one.imapol' >../out 2>../err
[ $? = 0 ] && [ "$(cat 'ugly one.imapol')" = 'measure exec;' ]
check $? "the hook for the layout"
cd "$tmp" || exit 1

summary ci 40
