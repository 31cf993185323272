"""The scripts that let shells ask: each hands on the line, and inserts what it is answered.

A line of the answer is a kind, a tab, and what the shell wants of it: ``file`` and ``dir`` stand
for the shell's own completion, after ``partial`` comes no blank.
"""

BASH = r"""%(complete_func)s() {
    local kind value program=$1
    type -P -- "$program" >/dev/null || program=%(prog_name)s
    COMPREPLY=()
    while IFS=$'\t' read -r kind value; do
        case $kind in
            file) compopt -o default +o nospace ;;
            dir) compopt -o dirnames +o nospace ;;
            *) COMPREPLY+=("$value") ;;
        esac
    done < <(COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" \
        %(complete_var)s=bash_complete "$program" 2>/dev/null)
}
complete -o nospace -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null ||
    complete -o nospace -F %(complete_func)s %(prog_name)s
"""

ZSH = r"""#compdef %(prog_name)s
%(complete_func)s() {
    local line program=$words[1]
    local -a finished partial
    [[ -x $program ]] || (( $+commands[$program] )) || program=%(prog_name)s
    for line in "${(@f)$(COMP_LINE="${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX" \
        %(complete_var)s=zsh_complete $program 2>/dev/null)}"; do
        case ${line%%%%$'\t'*} in
            file) _files ;;
            dir) _files -/ ;;
            partial) partial+=("${line#*$'\t'}") ;;
            plain) finished+=("${line#*$'\t'}") ;;
        esac
    done
    (( $#finished )) && _describe -V '' finished -U
    (( $#partial )) && _describe -V '' partial -U -S ''
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""

FISH = r"""function %(complete_func)s
    set -l program (commandline -opc)[1]
    type -q -- $program; or set program %(prog_name)s
    set -l line (commandline -cp | string collect)
    for answer in (env COMP_LINE=$line %(complete_var)s=fish_complete $program 2>/dev/null)
        set -l fields (string split --max 1 \t -- $answer)
        switch $fields[1]
            case file
                __fish_complete_path (commandline -ct)
            case dir
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $fields[2]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""
