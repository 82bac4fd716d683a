import type { Vocabulary } from './vocabulary.ts'

export function fishScript({ next, flags, choices }: Vocabulary): string {
  const lines = ['complete -c hearsay -f']
  for (const [path, words] of next) {
    const others = words.map(({ text }) => text).join(' ')
    const condition =
      path === ''
        ? '__fish_use_subcommand'
        : `__fish_seen_subcommand_from ${path}; and not __fish_seen_subcommand_from ${others}`
    for (const { text, meaning } of words) {
      const about = meaning === '' ? '' : ` -d ${quoted(meaning)}`
      lines.push(`complete -c hearsay -n ${quoted(condition)} -a ${text}${about}`)
    }
  }
  for (const [name, words] of flags) {
    const condition = name
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ')
    for (const { meaning, short, takesValue, text } of words) {
      const parts = [
        `-n ${quoted(condition)} -l ${text.slice(2)}`,
        ...(short === undefined ? [] : [`-s ${short}`]),
        ...valueParts(text, takesValue, choices),
        `-d ${quoted(meaning)}`,
      ]
      lines.push(`complete -c hearsay ${parts.join(' ')}`)
    }
  }
  return lines.join('\n')
}

/** A flag that takes one of some words, or anything: file names then. */
function valueParts(
  flag: string,
  takesValue: boolean,
  choices: Vocabulary['choices'],
): readonly string[] {
  const values = choices.get(flag)
  if (values !== undefined) return [`-x -a ${quoted(values.join(' '))}`]
  return takesValue ? ['-r -F'] : []
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
