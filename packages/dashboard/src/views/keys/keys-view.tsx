import { useSignal, useSignalEffect } from '@preact/signals'
import { ApiProblem } from '../../api/problem.ts'
import { t } from '../../i18n/index.ts'
import { Empty, Loading, Problem } from '../../parts/notice.tsx'
import { SearchField } from '../../parts/search-field.tsx'
import { isLive } from '../../state/connection.ts'
import {
  entries,
  hasMore,
  isWatching,
  listKeys,
  listMore,
  listProblem,
  prefix,
  watchKeys,
} from '../../state/keys.ts'
import { detail } from '../../state/route.ts'
import { KeyDetails } from './key-details.tsx'
import { KeyDialog } from './key-dialog.tsx'
import { KeyTable } from './key-table.tsx'

export function KeysView() {
  const isNewOpen = useSignal(false)
  useSignalEffect(() => {
    // The effect runs anew when the prefix changes, and when the agent is back.
    void prefix.value
    if (!isLive.value) return
    if (isWatching.value) return watchKeys()
    void listKeys()
    return undefined
  })
  if (isWithoutStore(listProblem.value)) return <Empty title={t('keysNone')} />
  return (
    <div class={detail.value === undefined ? 'panes' : 'panes panes-two'}>
      <section class="pane" aria-labelledby="view-title">
        <div class="toolbar">
          <h1 id="view-title">{t('viewKeys')}</h1>
          <SearchField value={prefix} label={t('keysPrefix')} />
          <label class="check">
            <input
              type="checkbox"
              checked={isWatching.value}
              onChange={(event) => {
                isWatching.value = event.currentTarget.checked
              }}
            />
            {t('keysWatch')}
          </label>
          {!isWatching.value && (
            <button type="button" onClick={() => void listKeys()}>
              {t('reload')}
            </button>
          )}
          <p class="toolbar-end" role="status">
            {t(hasMore.value ? 'keysShownMore' : 'keysShown', {
              count: entries.value?.length ?? 0,
            })}
          </p>
          <button
            type="button"
            class="primary"
            onClick={() => {
              isNewOpen.value = true
            }}
          >
            {t('keyNew')}
          </button>
        </div>
        {listProblem.value !== undefined && <Problem error={listProblem.value} />}
        <List />
        {hasMore.value && (
          <div class="table-foot">
            <button type="button" onClick={() => void listMore()}>
              {t('keysMore')}
            </button>
          </div>
        )}
      </section>
      {detail.value !== undefined && <KeyDetails key={detail.value} name={detail.value} />}
      {isNewOpen.value && (
        <KeyDialog
          onClose={() => {
            isNewOpen.value = false
          }}
        />
      )}
    </div>
  )
}

function List() {
  if (entries.value === undefined) return <Loading what={t('keysLoading')} />
  if (entries.value.length > 0) return <KeyTable />
  if (prefix.value !== '') return <Empty title={t('keysNoneFound', { prefix: prefix.value })} />
  return (
    <Empty title={t('keysEmpty')}>
      <p>{t('keysEmptyHint')}</p>
    </Empty>
  )
}

/** An agent without a store has none of its addresses. */
function isWithoutStore(problem: unknown): boolean {
  return problem instanceof ApiProblem && (problem.status === 404 || problem.status === 405)
}
