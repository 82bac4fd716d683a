import type { Vocabulary } from './vocabulary.ts'

/** As the other shells do, fish completes file names where no word is expected. */
export function fishScript({ next, flags, choices }: Vocabulary): string {
  const lines = [helpers([...flags.keys()])]
  for (const [path, words] of next) {
    const condition = `-n ${quoted(`string match -q -- '${path}' (__hearsay_path)`)}`
    lines.push(`complete -c hearsay ${condition} -f`)
    for (const { text, meaning } of words) {
      const about = meaning === '' ? '' : ` -d ${quoted(meaning)}`
      lines.push(`complete -c hearsay ${condition} -a ${text}${about}`)
    }
  }
  for (const [name, words] of flags) {
    const condition = `-n ${quoted(`string match -q -- '${name}' (__hearsay_command)`)}`
    for (const { meaning, short, takesValue, text } of words) {
      const parts = [
        `${condition} -l ${text.slice(2)}`,
        ...(short === undefined ? [] : [`-s ${short}`]),
        ...valueParts(text, takesValue, choices),
        `-d ${quoted(meaning)}`,
      ]
      lines.push(`complete -c hearsay ${parts.join(' ')}`)
    }
  }
  return lines.join('\n')
}

/** The words up to the first flag, which stands before them where there is one; and whose flags count. */
function helpers(names: readonly string[]): string {
  return `function __hearsay_words
  set -l path
  for word in (commandline -opc)[2..]
    string match -q -- '-*' $word; and echo flagged; and break
    set -a path $word
  end
  echo "$path"
end
function __hearsay_path
  string join '' -- (__hearsay_words)
end
function __hearsay_command
  switch (__hearsay_words)[-1]
${names.map((name) => `    case '${name}' '${name} *'\n      echo '${name}'`).join('\n')}
  end
end`
}

/** A flag that takes one of some words, or anything: file names then. */
function valueParts(
  flag: string,
  takesValue: boolean,
  choices: Vocabulary['choices'],
): readonly string[] {
  const choice = choices.find(({ text }) => text === flag)
  if (choice !== undefined) return [`-x -a ${quoted(choice.values.join(' '))}`]
  return takesValue ? ['-r -F'] : []
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
