# Completion of syncwatch for bash 4.4 and later. It asks the program itself what fits.

_syncwatch() {
    local kind value rest place word prefix= IFS=$'\n'
    local -a words=()
    # bash takes `--control=host` for three words.
    for ((place = 1; place <= COMP_CWORD; place++)); do
        word=${COMP_WORDS[place]}
        if ((${#words[@]})) && [[ $word == = && ${words[-1]} == --* ]]; then
            words[-1]+==
        elif ((${#words[@]})) && [[ ${words[-1]} == --*= ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
    done
    [[ ${words[-1]} == --*=* ]] && prefix=${words[-1]%%=*}= || prefix=
    COMPREPLY=()
    {
        read -r kind
        if [[ $kind == files ]]; then
            word=${words[-1]#"$prefix"}
            compopt -o filenames 2>/dev/null
            # A folder that is named ~ by hand is looked into all the same.
            [[ $word == "~"/* ]] && word=$HOME/${word#"~/"}
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
        else
            while IFS=$'\t' read -r value rest; do COMPREPLY+=("${value#"$prefix"}"); done
        fi
    } < <(_SYNCWATCH_COMPLETE=bash "$1" "${words[@]}" 2>/dev/null)
}

complete -F _syncwatch syncwatch
