import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

interface TogglesProps<Value extends string> {
  readonly label: string
  readonly chosen: Signal<ReadonlySet<Value>>
  readonly choices: readonly { readonly value: Value; readonly content: ComponentChildren }[]
}

/** A choice of several; none chosen means all. */
export function Toggles<Value extends string>({ label, chosen, choices }: TogglesProps<Value>) {
  const toggle = (value: Value): void => {
    const next = new Set(chosen.value)
    if (!next.delete(value)) next.add(value)
    chosen.value = next
  }
  return (
    <fieldset class="toggles">
      <legend class="hidden">{label}</legend>
      {choices.map(({ value, content }) => (
        <button
          key={value}
          type="button"
          class="toggle"
          aria-pressed={chosen.value.has(value)}
          onClick={() => toggle(value)}
        >
          {content}
        </button>
      ))}
    </fieldset>
  )
}
