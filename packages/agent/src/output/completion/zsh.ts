import { spellings, type Vocabulary, type Word } from './vocabulary.ts'

/** For `source <(…)` after compinit, and as a file `_hearsay` in a folder of `$fpath`. */
export function zshScript({ next, flags, choices }: Vocabulary): string {
  return `#compdef hearsay
_hearsay() {
  local path_='' flagged='' word previous="$words[CURRENT-1]"
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$word" in -*) flagged=yes; break ;; *) path_="\${path_:+$path_ }$word" ;; esac
  done
  if [[ "$PREFIX" == --*=* ]]; then previous="\${PREFIX%%=*}"; compset -P 1 '*='; fi
  case "$previous" in
${choices.map((choice) => `    ${spellings(choice).join('|')}) compadd -- ${choice.values.join(' ')}; return ;;`).join('\n')}
  esac
  if [[ "$PREFIX" == -* ]]; then
    case "$path_" in
${[...flags].map(([name, words]) => `      '${name}'|'${name} '*) found=(${described(words)}) ;;`).join('\n')}
    esac
    _describe -o flag found
  else
    case "$flagged$path_" in
${[...next].map(([path, words]) => `      '${path}') found=(${described(words)}) ;;`).join('\n')}
      *) _files; return ;;
    esac
    _describe command found
  fi
}
if [[ "$funcstack[1]" == _hearsay ]]; then _hearsay "$@"; else compdef _hearsay hearsay; fi`
}

/** `word:what it means`, as `_describe` takes them. */
function described(words: readonly Word[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  const plain = (text: string) => text.replaceAll('\\', '\\\\').replaceAll(':', '\\:')
  return words
    .map(({ text, meaning }) =>
      quoted(meaning === '' ? plain(text) : `${plain(text)}:${plain(meaning)}`),
    )
    .join(' ')
}
