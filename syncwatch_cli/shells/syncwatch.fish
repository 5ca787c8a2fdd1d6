# Completion of syncwatch for fish. It asks the program itself what fits.

function __syncwatch_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines (env _SYNCWATCH_COMPLETE=fish $words 2>/dev/null)
    if test "$lines[1]" = files
        set -l typed (commandline -ct)
        set -l option (string match -r -- '^--[^=]*=' $typed)
        for file in (__fish_complete_path (string replace -- "$option" '' $typed))
            echo -- "$option$file"
        end
    else
        printf '%s\n' $lines[2..-1]
    end
end

complete -c syncwatch -f -k -a '(__syncwatch_complete)'
