import type { Spread } from '../../api/types.ts'
import { t } from '../../i18n/index.ts'
import { formatMs } from '../../logic/format.ts'
import { type SpreadSummary, summarizeSpread } from '../../logic/spread.ts'
import { Sign } from '../../parts/icons.tsx'
import { replay } from './spread-replay.ts'

/** Members listed by name; of more, the number is told. */
const maxListed = 100

export function SpreadResult({ spread }: { readonly spread: Spread }) {
  const summary = summarizeSpread(spread)
  const { reached, total, halfMs, lastMs, order } = summary
  return (
    <section aria-label={t('spreadTitle')}>
      <p class="spread-count" role="status">
        {reached === total && <Sign name="done" />}
        {t('spreadReached', { reached, total })}
      </p>
      <p class="code">
        {spread.key} · {spread.version}
      </p>
      {lastMs !== undefined && (
        <p>
          {t('spreadTimes', {
            half: halfMs === undefined ? '–' : formatMs(halfMs),
            last: formatMs(lastMs),
          })}
        </p>
      )}
      <Steps summary={summary} />
      {reached > 1 && (
        <button type="button" onClick={replay}>
          {t('spreadReplay')}
        </button>
      )}
      {spread.missing.length > 0 && (
        <p class="missing">{t('spreadMissing', { names: shownNames(spread.missing) })}</p>
      )}
      <ol class="bars">
        {order.slice(0, maxListed).map(({ name, afterMs }) => (
          <li key={name}>
            <span class="bar-name">{name}</span>
            <span class="bar" aria-hidden="true">
              <span style={{ width: `${(100 * afterMs) / Math.max(lastMs ?? 1, 0.001)}%` }} />
            </span>
            <span class="number">{formatMs(afterMs)}</span>
          </li>
        ))}
      </ol>
      {order.length > maxListed && <p>{t('andMore', { count: order.length - maxListed })}</p>}
    </section>
  )
}

function shownNames(names: readonly string[]): string {
  const first = names.slice(0, 10).join(', ')
  return names.length > 10 ? t('namesAndMore', { names: first, count: names.length - 10 }) : first
}

const [width, height] = [280, 70]

/** How many members had it after how long, as a staircase. */
function Steps({ summary }: { readonly summary: SpreadSummary }) {
  const { order, total, lastMs = 0 } = summary
  if (order.length < 2 || lastMs === 0) return null
  const x = (ms: number): string => ((ms / lastMs) * width).toFixed(1)
  const y = (count: number): string => (height - (count / total) * height).toFixed(1)
  const steps = order.map(({ afterMs }, index) => `H${x(afterMs)}V${y(index + 1)}`).join('')
  return (
    <svg class="steps" viewBox={`-2 -4 ${width + 4} ${height + 8}`} aria-hidden="true">
      <path class="steps-line" d={`M0 ${height}${steps}H${width}`} />
      <path class="steps-axis" d={`M0 0V${height}H${width}`} />
    </svg>
  )
}
