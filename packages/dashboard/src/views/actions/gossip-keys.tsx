import { useSignalEffect } from '@preact/signals'
import { t } from '../../i18n/index.ts'
import { Problem } from '../../parts/notice.tsx'
import { isLive } from '../../state/connection.ts'
import { openDialog } from '../../state/dialogs.ts'
import { gossipKeys, keysProblem, readGossipKeys } from '../../state/gossip-keys.ts'

/** The keys that packets are encrypted with, and how to change them without losing a member. */
export function GossipKeys() {
  useSignalEffect(() => {
    if (isLive.value) void readGossipKeys()
  })
  const keys = gossipKeys.value
  return (
    <section class="action action-wide">
      <h2>{t('gossipKeys')}</h2>
      <p>{t('gossipKeysText')}</p>
      {keysProblem.value !== undefined && <Problem error={keysProblem.value} />}
      {keys?.length === 0 && <p class="hint">{t('gossipKeysNone')}</p>}
      {keys !== undefined && keys.length > 0 && (
        <>
          <KeyList />
          <ol class="steps-list">
            <li>{t('rotateAdd')}</li>
            <li>{t('rotateUse')}</li>
            <li>{t('rotateRemove')}</li>
          </ol>
          <button
            type="button"
            aria-haspopup="dialog"
            onClick={() => {
              openDialog.value = 'keyAdd'
            }}
          >
            {t('keyAdd')} …
          </button>
        </>
      )}
    </section>
  )
}

function KeyList() {
  return (
    <ul class="key-list">
      {gossipKeys.value?.map(({ id, bytes, primary }) => (
        <li key={id}>
          <span class="code">{id}</span>
          <span class="hint">{t('keyBits', { bits: bytes * 8 })}</span>
          {primary ? (
            <span class="tag">{t('keyPrimary')}</span>
          ) : (
            <>
              <button
                type="button"
                aria-label={`${t('keyUse')}: ${id}`}
                onClick={() => {
                  openDialog.value = { keyUse: id }
                }}
              >
                {t('keyUse')} …
              </button>
              <button
                type="button"
                class="danger"
                aria-label={`${t('keyRemove')}: ${id}`}
                onClick={() => {
                  openDialog.value = { keyRemove: id }
                }}
              >
                {t('keyRemove')} …
              </button>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}
