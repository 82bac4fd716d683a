import { useSignal, useSignalEffect } from '@preact/signals'
import type { KeyValue } from '../../api/kv.ts'
import { ApiProblem } from '../../api/problem.ts'
import { t } from '../../i18n/index.ts'
import { formatBytes } from '../../logic/format.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { Age } from '../../parts/age.tsx'
import { DetailsPane } from '../../parts/details-pane.tsx'
import { Loading, Problem } from '../../parts/notice.tsx'
import { isLive } from '../../state/connection.ts'
import { entries, keyApi } from '../../state/keys.ts'
import { look } from '../../state/route.ts'
import { Expiry } from './expiry.tsx'
import { ValueEditor } from './value-editor.tsx'

/** One key: its value, where it is from, and what can be done with it. */
export function KeyDetails({ name }: { readonly name: string }) {
  const value = useSignal<KeyValue | undefined>(undefined)
  const problem = useSignal<unknown>(undefined)
  const isDeleting = useSignal(false)
  const read = async (signal?: AbortSignal): Promise<void> => {
    try {
      value.value = await keyApi.read(name, signal)
      problem.value = undefined
    } catch (error) {
      if (signal?.aborted !== true) problem.value = error
    }
  }
  useSignalEffect(() => {
    // Read anew when the list has another version.
    void entries.value?.find(({ key }) => key === name)?.version
    if (!isLive.value) return
    const reading = new AbortController()
    void read(reading.signal)
    return () => reading.abort()
  })
  const isGone = problem.value instanceof ApiProblem && problem.value.status === 404
  return (
    <DetailsPane title={name} onClose={() => look(undefined)}>
      {isGone && <p class="hint">{t('keyGone')}</p>}
      {problem.value !== undefined && !isGone && <Problem error={problem.value} />}
      {value.value === undefined && problem.value === undefined && (
        <Loading what={t('keyLoading')} />
      )}
      {value.value !== undefined && (
        <>
          {!isGone && <Facts value={value.value} />}
          <ValueEditor name={name} value={value.value} isGone={isGone} onWritten={read} />
          {!isGone && (
            <button
              type="button"
              class="danger"
              onClick={() => {
                isDeleting.value = true
              }}
            >
              {t('keyDelete')}
            </button>
          )}
        </>
      )}
      {isDeleting.value && (
        <ActionDialog
          title={t('keyDelete')}
          intro={<p>{t('keyDeleteIntro', { key: name })}</p>}
          confirm={t('keyDelete')}
          isDangerous
          run={async () => {
            await keyApi.delete(name)
            look(undefined)
            return t('keyDeleted', { key: name })
          }}
          onClose={() => {
            isDeleting.value = false
          }}
        />
      )}
    </DetailsPane>
  )
}

function Facts({ value }: { readonly value: KeyValue }) {
  const { bytes, version, origin, modifiedAt, expiresAt } = value
  return (
    <dl class="facts">
      <dt>{t('size')}</dt>
      <dd>{t('sizeExact', { size: formatBytes(bytes.length), bytes: bytes.length })}</dd>
      <dt>{t('origin')}</dt>
      <dd>{origin}</dd>
      <dt>{t('modified')}</dt>
      <dd>
        <Age since={modifiedAt} isPast />
      </dd>
      <dt>{t('expires')}</dt>
      <dd>
        <Expiry at={expiresAt} />
      </dd>
      <dt>{t('version')}</dt>
      <dd class="code">{version}</dd>
    </dl>
  )
}
