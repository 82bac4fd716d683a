type Attributes = Readonly<Record<string, string | number>>

/** An element as text; what is within it is markup already. */
export function tag(name: string, attributes: Attributes, content = ''): string {
  const parts = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${markup(String(value))}"`,
  )
  return content === ''
    ? `<${name}${parts.join('')}/>`
    : `<${name}${parts.join('')}>${content}</${name}>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** Plain text as markup. */
export function markup(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? '')
}

/** A coordinate, to a tenth of a pixel. */
export function number(value: number): string {
  return String(Math.round(value * 10) / 10)
}
