import type { KeyEntry } from '../../api/types.ts'
import { t } from '../../i18n/index.ts'
import { formatBytes } from '../../logic/format.ts'
import { Age } from '../../parts/age.tsx'
import { type TableColumn, VirtualTable } from '../../parts/virtual-table.tsx'
import { changed, entries } from '../../state/keys.ts'
import { detail, look } from '../../state/route.ts'
import { Expiry } from './expiry.tsx'

export function KeyTable() {
  const columns: TableColumn<KeyEntry>[] = [
    { id: 'key', header: t('key'), cell: ({ key }) => <span class="name">{key}</span> },
    { id: 'size', header: t('size'), cell: ({ bytes }) => formatBytes(bytes) },
    { id: 'origin', header: t('origin'), cell: ({ origin }) => origin },
    {
      id: 'modified',
      header: t('modified'),
      cell: ({ modifiedAt }) => <Age since={modifiedAt} isPast />,
    },
    { id: 'expires', header: t('expires'), cell: ({ expiresAt }) => <Expiry at={expiresAt} /> },
    { id: 'version', header: t('version'), cell: ({ version }) => version },
  ]
  return (
    <VirtualTable
      label={t('viewKeys')}
      kind="keys"
      rows={entries.value ?? []}
      keyOf={({ key }) => key}
      columns={columns}
      selected={detail.value}
      onOpen={({ key }) => look(key)}
      rowClass={({ version }) => (changed.value.has(version) ? 'row-changed' : '')}
    />
  )
}
