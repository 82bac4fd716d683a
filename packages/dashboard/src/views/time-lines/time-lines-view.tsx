import { t } from '../../i18n/index.ts'
import { Choice } from '../../parts/choice.tsx'
import { Empty, Loading } from '../../parts/notice.tsx'
import { hasData } from '../../state/connection.ts'
import { history, spanMinutes } from '../../state/history.ts'
import { Chart } from './chart.tsx'
import { charts } from './charts.ts'

/** How the agent was doing in the last minutes. */
export function TimeLinesView() {
  if (!hasData.value) return <Loading what={t('historyLoading')} />
  return (
    <div class="panes">
      <section class="pane" aria-labelledby="view-title">
        <div class="toolbar">
          <h1 id="view-title">{t('viewTimeLines')}</h1>
          <Choice
            label={t('historySpan')}
            value={spanMinutes}
            choices={([1, 5, 15] as const).map((minutes) => ({
              value: minutes,
              text: t('minutes', { minutes }),
            }))}
          />
          <p class="toolbar-end hint">{t('historyHint')}</p>
        </div>
        {(history.value?.columns.time.length ?? 0) < 2 ? (
          <Empty title={t('historyNone')}>
            <p>{t('historyNoneHint')}</p>
          </Empty>
        ) : (
          <div class="charts" tabindex={0}>
            {charts.map((chart) => (
              <Chart key={chart.title} chart={chart} />
            ))}
          </div>
        )}
      </section>
    </div>
  )
}
