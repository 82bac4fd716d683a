import type { Signal } from '@preact/signals'
import { t } from '../../i18n/index.ts'
import type { ListedEvent } from '../../logic/event-filter.ts'
import { formatTime } from '../../logic/format.ts'
import { type TableColumn, VirtualTable } from '../../parts/virtual-table.tsx'
import { shownEvents } from '../../state/events.ts'

export function EventTable({ opened }: { readonly opened: Signal<ListedEvent | undefined> }) {
  const columns: TableColumn<ListedEvent>[] = [
    {
      id: 'time',
      header: t('time'),
      cell: ({ event }) => <time dateTime={event.time}>{formatTime(event.time, true)}</time>,
    },
    {
      id: 'kind',
      header: t('kind'),
      cell: ({ event }) => <span class={`kind kind-${event.event}`}>{event.event}</span>,
    },
    { id: 'member', header: t('member'), cell: ({ event }) => event.member?.name ?? '' },
    {
      id: 'detail',
      header: t('detail'),
      cell: ({ event, detail }) => (
        <>
          {event.member !== undefined && <span class="event-member">{event.member.name} </span>}
          {detail}
        </>
      ),
    },
  ]
  return (
    <VirtualTable
      label={t('viewEvents')}
      kind="events"
      rows={shownEvents.value}
      keyOf={({ id }) => String(id)}
      columns={columns}
      selected={opened.value === undefined ? undefined : String(opened.value.id)}
      onOpen={(row) => {
        opened.value = row
      }}
    />
  )
}
