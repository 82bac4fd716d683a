import type { Signal } from '@preact/signals'

interface ChoiceProps<Value extends string | number> {
  readonly label: string
  readonly value: Signal<Value>
  readonly choices: readonly { readonly value: Value; readonly text: string }[]
  readonly onChoose?: (value: Value) => void
}

/** One of a few, all in sight. */
export function Choice<Value extends string | number>(props: ChoiceProps<Value>) {
  const { label, value, choices, onChoose } = props
  return (
    <fieldset class="choice">
      <legend class="hidden">{label}</legend>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={value.value === choice.value}
          onClick={() => {
            if (onChoose === undefined) value.value = choice.value
            else onChoose(choice.value)
          }}
        >
          {choice.text}
        </button>
      ))}
    </fieldset>
  )
}
