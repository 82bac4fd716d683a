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

/** Reads colours of the style sheet as they are now, in the theme of the moment. */
export function readColors<Name extends string>(
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const probe = document.body.appendChild(document.createElement('i'))
  const colors = names.map((name) => {
    probe.style.color = `var(--${name})`
    return [name, getComputedStyle(probe).color] as const
  })
  probe.remove()
  return Object.fromEntries(colors) as Record<Name, string>
}

const names = [
  ...['text', 'muted', 'line', 'surface', 'accent', 'alive', 'suspect', 'failed', 'left'],
  ...['series-a', 'series-b'],
] as const

export function readPalette(): Palette {
  const { alive, suspect, failed, left, ...colors } = readColors(names)
  const { accent, muted } = colors
  return {
    ...colors,
    font: getComputedStyle(document.body).fontFamily,
    states: { alive, suspect, failed, left },
    pulses: {
      ping: accent,
      ack: accent,
      stream: muted,
      indirect: suspect,
      gossip: colors['series-a'],
      received: colors['series-b'],
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
