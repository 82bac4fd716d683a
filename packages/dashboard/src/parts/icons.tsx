import type { JSX } from 'preact'
import type { MemberState } from '../api/types.ts'
import { t } from '../i18n/index.ts'

/** A shape for each state, told apart without colour: disc, triangle, crossed square, ring. */
const shapes: Readonly<Record<MemberState, () => JSX.Element>> = {
  alive: () => <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  suspect: () => <path d="M6 .8 11.6 11H.4Z" fill="currentColor" />,
  failed: () => (
    <path
      d="M1 1h10v10H1Zm2 2 6 6m0-6L3 9"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="square"
    />
  ),
  left: () => (
    <circle
      cx="6"
      cy="6"
      r="4.2"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-dasharray="2.6 1.8"
    />
  ),
}

export function StateIcon({ state }: { readonly state: MemberState }) {
  const Shape = shapes[state]
  return (
    <svg class={`icon state-${state}`} viewBox="0 0 12 12" aria-hidden="true">
      <Shape />
    </svg>
  )
}

export function StateBadge({ state }: { readonly state: MemberState }) {
  return (
    <span class={`badge state-${state}`}>
      <StateIcon state={state} />
      {t(state)}
    </span>
  )
}

export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="11" fill="none" stroke="currentColor" stroke-width="2.5" />
      <circle cx="16" cy="16" r="4" fill="currentColor" />
      <circle cx="16" cy="5" r="4" fill="currentColor" />
      <circle cx="25.5" cy="21.5" r="4" fill="currentColor" />
      <circle cx="6.5" cy="21.5" r="4" fill="currentColor" />
    </svg>
  )
}

const signs = {
  warning: 'M8 1.5 15 14H1ZM8 6v4m0 1.8v.4',
  offline: 'M2 2l12 12M4.5 6.2a6 6 0 0 1 3-1.1m3 .5a6 6 0 0 1 2 1.4M6.2 9a3 3 0 0 1 3.4.3M8 12v.2',
  info: 'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM8 7v4.5M8 4.5v.3',
  done: 'M2.5 8.5 6 12l7.5-8',
  search: 'M7 2a5 5 0 1 1 0 10A5 5 0 0 1 7 2Zm3.6 8.6L14.5 14.5',
  close: 'M3 3l10 10M13 3 3 13',
} as const

export type SignName = keyof typeof signs

export function Sign({ name }: { readonly name: SignName }) {
  return (
    <svg class="sign" viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={signs[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  )
}
