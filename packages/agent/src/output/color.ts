export type Hue = 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'dim' | 'bold'

const codes: Readonly<Record<Hue, readonly [number, number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
  dim: [2, 22],
  bold: [1, 22],
}

/** Paints a text, or leaves it as it is. */
export type Paint = (hue: Hue, text: string) => string

export const plain: Paint = (_hue, text) => text
export const painted: Paint = (hue, text) =>
  `\u001b[${codes[hue][0]}m${text}\u001b[${codes[hue][1]}m`

export const colorChoices = ['auto', 'always', 'never'] as const
export type ColorChoice = (typeof colorChoices)[number]

/** `--color` decides; `auto` is colour on a terminal that can, unless NO_COLOR is set. */
export function choosePaint(
  choice: ColorChoice,
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): Paint {
  if (choice !== 'auto') return choice === 'always' ? painted : plain
  const { NO_COLOR = '', TERM } = environment
  return isTerminal && NO_COLOR === '' && TERM !== 'dumb' ? painted : plain
}

/** Never by colour alone: each state has its word and its mark, too. */
export function stateMark(state: string): { readonly mark: string; readonly hue: Hue } {
  switch (state) {
    case 'alive':
      return { mark: '●', hue: 'green' }
    case 'suspect':
      return { mark: '?', hue: 'yellow' }
    case 'failed':
      return { mark: '✗', hue: 'red' }
    default:
      return { mark: '○', hue: 'dim' }
  }
}
