import { useSignal } from '@preact/signals'
import { t } from '../../i18n/index.ts'
import { ActionDialog, formText } from '../../parts/action-dialog.tsx'
import { Field } from '../../parts/field.tsx'
import { closeDialog } from '../../state/dialogs.ts'
import { newGossipKey, putGossipKey } from '../../state/gossip-keys.ts'

/** The first step of a rotation: a key that this member can read with, but does not write with. */
export function KeyAddDialog() {
  const key = useSignal('')
  return (
    <ActionDialog
      title={t('keyAdd')}
      intro={<p>{t('keyAddIntro')}</p>}
      confirm={t('keyAdd')}
      run={async (form) => {
        await putGossipKey(formText(form, 'key').trim(), false)
        return t('keyAdded')
      }}
      onClose={closeDialog}
    >
      <Field label={t('gossipKey')} hint={t('gossipKeyHint')}>
        {(ids) => (
          <input
            {...ids}
            name="key"
            required
            autocomplete="off"
            spellcheck={false}
            value={key.value}
            onInput={(event) => {
              key.value = event.currentTarget.value
            }}
          />
        )}
      </Field>
      <button
        type="button"
        onClick={() => {
          key.value = newGossipKey()
        }}
      >
        {t('keyGenerate')}
      </button>
    </ActionDialog>
  )
}
