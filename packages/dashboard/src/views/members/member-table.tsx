import type { Member } from '../../api/types.ts'
import { t } from '../../i18n/index.ts'
import { formatAddress, formatMs } from '../../logic/format.ts'
import { type MemberColumn, memberColumns } from '../../logic/member-table.ts'
import { metadataLine } from '../../logic/metadata.ts'
import { SuspicionLine } from '../../parts/countdown.tsx'
import { StateBadge } from '../../parts/icons.tsx'
import { type TableColumn, VirtualTable } from '../../parts/virtual-table.tsx'
import { order, shownMembers } from '../../state/members.ts'
import { detail, look } from '../../state/route.ts'

const cells: Readonly<Record<MemberColumn, TableColumn<Member>['cell']>> = {
  state: ({ state }) => <StateBadge state={state} />,
  name: ({ name, local }) => (
    <>
      <span class="name">{name}</span>
      {local && <span class="tag">{t('thisMember')}</span>}
    </>
  ),
  address: ({ host, port }) => formatAddress(host, port),
  roundTrip: ({ roundTripMs, local }) =>
    local || roundTripMs == null ? <Nothing /> : formatMs(roundTripMs),
  incarnation: ({ incarnation }) => incarnation,
  meta: (member) =>
    member.suspicion === undefined ? (
      metadataLine(member.meta) || <Nothing />
    ) : (
      <SuspicionLine member={member} />
    ),
  protocol: ({ protocol }) => protocol.current,
}

export function MemberTable() {
  const columns = memberColumns.map((column) => ({
    id: column,
    header: t(headers[column]),
    cell: cells[column],
    sort: { state: sortState(column), toggle: () => sortBy(column) },
  }))
  return (
    <VirtualTable
      label={t('viewMembers')}
      kind="members"
      rows={shownMembers.value}
      keyOf={({ name }) => name}
      columns={columns}
      selected={detail.value}
      onOpen={({ name }) => look(name)}
      rowClass={({ state }) => `row-${state}`}
    />
  )
}

const headers = {
  state: 'columnState',
  name: 'columnName',
  address: 'columnAddress',
  roundTrip: 'columnRoundTrip',
  incarnation: 'columnIncarnation',
  meta: 'columnMeta',
  protocol: 'columnProtocol',
} as const

function sortState(column: MemberColumn): 'ascending' | 'descending' | 'none' {
  if (order.value.column !== column) return 'none'
  return order.value.descending ? 'descending' : 'ascending'
}

function sortBy(column: MemberColumn): void {
  const isSame = order.value.column === column
  order.value = { column, descending: isSame && !order.value.descending }
}

function Nothing() {
  return (
    <span class="nothing">
      <span aria-hidden="true">–</span>
      <span class="hidden">{t('notKnown')}</span>
    </span>
  )
}
