# SPDX-License-Identifier: GPL-2.0-only
# Completion of the programs beside imapolc for fish, which finds this file by the
# name of each. Their --help tells what may stand there.

function __imapol_help
    set -l words (commandline -opc)
    set -l help (command $words[1] --help 2>/dev/null)
    # where each command has options of its own
    if set -q words[2]; and string match -q -- '* COMMAND --help *' $help
        set help (command $words[1] $words[2] --help 2>/dev/null)
    end
    printf '%s\n' $help | string replace -rf $argv[1] $argv[2]
end

for program in imapol-sign imapol-load imapol-attest ima_measure ima-evm-verifier imapol-watch alert_violation
    complete -c $program -n __fish_is_first_token -a '(__imapol_help "^  ([a-z]+)  +(.*)" "\$1\t\$2")'
    complete -c $program -n 'string match -q -- "-*" (commandline -ct)' -f \
        -a '(__imapol_help "^ .*(--[a-z0-9-]+)[^ ]*( [A-Z|]+)?  +(.*)" "\$1\t\$3")'
end
