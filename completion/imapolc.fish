# SPDX-License-Identifier: GPL-2.0-only
# Completion of imapolc for fish; the program itself tells what may stand there.

function __imapolc_complete
    set -l word (commandline -ct)
    for line in (command imapolc complete -- (commandline -opc) "$word" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path $word
            case :dirs
                __fish_complete_directories $word
            case '*'
                # a tab and a description are what fish takes
                echo $line
        end
    end
end

complete -c imapolc -f -a '(__imapolc_complete)'
