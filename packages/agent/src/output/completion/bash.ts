import type { Vocabulary, Word } from './vocabulary.ts'

/** Words alone: bash has no place for what they mean. Where none fit, it completes file names. */
export function bashScript({ next, flags, choices }: Vocabulary): string {
  return `_hearsay() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) break ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$previous" in
${[...choices].map(([flag, values]) => `    ${flag}) words='${values.join(' ')}' ;;`).join('\n')}
    *)
      if [[ "$current" == -* ]]; then
        case "$path" in
${[...flags].map(([name, words]) => `          '${name}'|'${name} '*) words='${texts(words)}' ;;`).join('\n')}
        esac
      else
        case "$path" in
${[...next].map(([path, words]) => `          '${path}') words='${texts(words)}' ;;`).join('\n')}
        esac
      fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _hearsay hearsay`
}

function texts(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ')
}
