import type { MemberState } from '../../api/types.ts'
import type { PulseKind } from '../../logic/pulses.ts'

/** The colours of the style sheet, for what is drawn on a canvas. */
export interface Palette {
  readonly text: string
  readonly muted: string
  readonly line: string
  readonly surface: string
  readonly accent: string
  readonly font: string
  readonly states: Readonly<Record<MemberState, string>>
  readonly pulses: Readonly<Record<PulseKind, string>>
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    text: color('text'),
    muted: color('muted'),
    line: color('line'),
    surface: color('surface'),
    accent: color('accent'),
    font: getComputedStyle(document.body).fontFamily,
    states: {
      alive: color('alive'),
      suspect: color('suspect'),
      failed: color('failed'),
      left: color('left'),
    },
    pulses: {
      ping: color('accent'),
      ack: color('accent'),
      stream: color('muted'),
      indirect: color('suspect'),
      gossip: color('series-a'),
      received: color('series-b'),
    },
  }
}

/** Calls when the colours may have changed: by the switch, or by the system. */
export function onPaletteChange(changed: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const observer = new MutationObserver(changed)
  system.addEventListener('change', changed)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  return () => {
    system.removeEventListener('change', changed)
    observer.disconnect()
  }
}
