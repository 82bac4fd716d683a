import type { Signal } from '@preact/signals'
import { Sign } from './icons.tsx'

interface SearchFieldProps {
  readonly value: Signal<string>
  readonly label: string
}

/** What `/` leads to; Escape empties it, and leaves it when it is empty. */
export function SearchField({ value, label }: SearchFieldProps) {
  return (
    <div class="search">
      <Sign name="search" />
      <input
        type="search"
        data-search
        aria-label={label}
        placeholder={label}
        value={value.value}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          value.value = event.currentTarget.value
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          if (value.value === '') event.currentTarget.blur()
          value.value = ''
        }}
      />
    </div>
  )
}
