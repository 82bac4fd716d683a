import { spellings, type Vocabulary, type Word } from './vocabulary.ts'

/** Words alone: bash has no place for what they mean. Where none fit, it completes file names. */
export function bashScript({ next, flags, choices }: Vocabulary): string {
  return `_hearsay() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path='' word words='' flagged=''
  # bash takes --flag=value for three words.
  if [[ "$current" == = ]]; then current=''
  elif [[ "$previous" == = ]]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) flagged=yes; break ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$previous" in
${choices.map((choice) => `    ${spellings(choice).join('|')}) words='${choice.values.join(' ')}' ;;`).join('\n')}
    *)
      if [[ "$current" == -* ]]; then
        case "$path" in
${[...flags].map(([name, words]) => `          '${name}'|'${name} '*) words='${texts(words)}' ;;`).join('\n')}
        esac
      else
        case "$flagged$path" in
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
