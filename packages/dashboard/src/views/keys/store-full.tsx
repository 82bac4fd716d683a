import { t } from '../../i18n/index.ts'
import { formatBytes } from '../../logic/format.ts'
import { Banner } from '../../parts/notice.tsx'
import { store } from '../../state/stats.ts'

/** Says that the store takes nothing more, and what to do; also that it is nearly so. */
export function StoreFull() {
  const known = store.value
  if (known === undefined) return null
  const values = { bytes: formatBytes(known.bytes), max: formatBytes(known.maxBytes) }
  if (known.full) {
    return (
      <Banner kind="error" sign="warning">
        <strong>{t('storeFull', values)}</strong> {t('storeFullHint')}
      </Banner>
    )
  }
  if (known.bytes < 0.9 * known.maxBytes) return null
  return (
    <Banner kind="warning" sign="warning">
      {t('storeNearlyFull', values)}
    </Banner>
  )
}
