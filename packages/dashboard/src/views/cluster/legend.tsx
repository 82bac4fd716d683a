import { memberStates } from '../../api/types.ts'
import { t } from '../../i18n/index.ts'
import { StateIcon } from '../../parts/icons.tsx'
import { stateCounts } from '../../state/members.ts'

const disc = 'M3 6a3 3 0 1 0 6 0 3 3 0 1 0-6 0'
const ways = [
  { kind: 'ping', text: 'legendPing', path: 'M0 6h12', width: 3 },
  { kind: 'indirect', text: 'legendIndirect', path: 'M0 6h5M7 6h5', width: 3 },
  { kind: 'gossip', text: 'legendGossip', path: disc, width: 1 },
  { kind: 'received', text: 'legendReceived', path: disc, width: 1.6 },
  { kind: 'stream', text: 'legendStream', path: 'M0 6h12', width: 1.5 },
] as const

/** What the shapes of the picture mean. */
export function Legend() {
  return (
    <ul class="legend" aria-label={t('legend')}>
      {memberStates.map((state) => (
        <li key={state}>
          <StateIcon state={state} />
          {t(state)} <span class="number">{stateCounts.value[state]}</span>
        </li>
      ))}
      {ways.map(({ kind, text, path, width }) => (
        <li key={kind}>
          <svg class={`icon pulse-${kind}`} viewBox="0 0 12 12" aria-hidden="true">
            <path
              d={path}
              fill={kind === 'gossip' ? 'currentColor' : 'none'}
              stroke="currentColor"
              stroke-width={width}
            />
          </svg>
          {t(text)}
        </li>
      ))}
    </ul>
  )
}
