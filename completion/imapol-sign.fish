# SPDX-License-Identifier: GPL-2.0-only
# Completion of imapol-sign for fish; its --help tells what may stand there.

function __imapol_sign_help
    command imapol-sign --help 2>/dev/null | string replace -rf $argv[1] $argv[2]
end

complete -c imapol-sign -n __fish_is_first_token -a '(__imapol_sign_help "^  ([a-z]+)  +(.*)" "\$1\t\$2")'
complete -c imapol-sign -n 'string match -q -- "-*" (commandline -ct)' -f \
    -a '(__imapol_sign_help "^ .*(--[a-z-]+)[^ ]*( [A-Z|]+)?  +(.*)" "\$1\t\$3")'
