/**
 * Names, metadata and messages come from the network: what a terminal would obey instead of
 * showing (escape sequences, line breaks, marks that turn the direction of writing) is told as
 * an escape.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu

export function isPrintable(text: string): boolean {
  return text.search(unprintable) === -1
}

export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

// East Asian wide and full-width forms, and pictures: two columns each on a terminal.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]$/u

/** Columns that a text without escape sequences takes. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text) {
    if (zeroWidth.test(character)) continue
    width += wide.test(character) ? 2 : 1
  }
  return width
}

/** The text cut to so many columns, with an ellipsis where something was taken away. */
export function fit(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  if (columns <= 1) return columns === 1 ? '…' : ''
  let kept = ''
  let width = 0
  for (const character of text) {
    const next = width + textWidth(character)
    if (next > columns - 1) break
    kept += character
    width = next
  }
  return `${kept}…`
}

export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)))
}
