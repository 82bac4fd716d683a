import { useSignal } from '@preact/signals'
import { t } from '../../i18n/index.ts'
import { type ListedEvent, ndjson } from '../../logic/event-filter.ts'
import { formatTime } from '../../logic/format.ts'
import { DetailsPane } from '../../parts/details-pane.tsx'
import { Empty } from '../../parts/notice.tsx'
import { save } from '../../parts/save.ts'
import { SearchField } from '../../parts/search-field.tsx'
import { Toggles } from '../../parts/toggles.tsx'
import {
  eventSearch,
  events,
  heldAt,
  hold,
  kinds,
  knownKinds,
  maxEvents,
  shownEvents,
  waiting,
} from '../../state/events.ts'
import { EventTable } from './event-table.tsx'

/** What happened, the newest first. */
export function EventsView() {
  const opened = useSignal<ListedEvent | undefined>(undefined)
  const isHeld = heldAt.value !== undefined
  return (
    <div class={opened.value === undefined ? 'panes' : 'panes panes-two'}>
      <section class="pane" aria-labelledby="view-title">
        <div class="toolbar">
          <h1 id="view-title">{t('viewEvents')}</h1>
          <SearchField value={eventSearch} label={t('eventsSearch')} />
          <p class="toolbar-end">
            {t('eventsShown', {
              shown: shownEvents.value.length,
              count: events.value.length,
              max: maxEvents,
            })}
          </p>
          <button type="button" aria-pressed={isHeld} onClick={() => hold(!isHeld)}>
            {isHeld ? t('eventsGoOn', { count: waiting.value }) : t('eventsHold')}
          </button>
          <button type="button" onClick={download} disabled={shownEvents.value.length === 0}>
            {t('downloadNdjson')}
          </button>
          <Toggles
            label={t('eventsFilter')}
            chosen={kinds}
            choices={knownKinds.value.map((kind) => ({ value: kind, content: kind }))}
          />
        </div>
        {shownEvents.value.length > 0 ? (
          <EventTable opened={opened} />
        ) : (
          <Empty title={t(events.value.length === 0 ? 'eventsNone' : 'eventsNoneFound')} />
        )}
      </section>
      {opened.value !== undefined && (
        <DetailsPane
          title={`${opened.value.event.event} · ${formatTime(opened.value.event.time, true)}`}
          onClose={() => {
            opened.value = undefined
          }}
        >
          <pre class="bytes wrap">{JSON.stringify(opened.value.event, null, 2)}</pre>
        </DetailsPane>
      )}
    </div>
  )
}

/** What is shown, in the order in which it happened. */
function download(): void {
  const content = ndjson([...shownEvents.value].reverse())
  const time = new Date().toISOString().replace(/[:.]/g, '-')
  save(`hearsay-events-${time}.ndjson`, new Blob([content], { type: 'application/x-ndjson' }))
}
