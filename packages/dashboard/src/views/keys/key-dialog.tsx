import { ApiProblem } from '../../api/problem.ts'
import { t } from '../../i18n/index.ts'
import { bytesOfHex } from '../../logic/bytes.ts'
import { ActionDialog, formText } from '../../parts/action-dialog.tsx'
import { Field } from '../../parts/field.tsx'
import { keyApi, prefix } from '../../state/keys.ts'
import { look } from '../../state/route.ts'

/** Asks for a key and its value. A key that is there already is not written over unseen. */
export function KeyDialog({ onClose }: { readonly onClose: () => void }) {
  const write = async (form: FormData): Promise<string> => {
    const key = formText(form, 'key')
    const acks = Number(formText(form, 'acks') || '0')
    const ifVersion = form.get('replace') === null ? null : undefined
    const ttl = formText(form, 'ttl').trim()
    await keyApi.write(key, bytesOf(form), { ifVersion, ttl, acks })
    look(key)
    return t('keyWritten', { key })
  }
  return (
    <ActionDialog
      title={t('keyNew')}
      intro={<p>{t('keyNewIntro')}</p>}
      confirm={t('save')}
      run={write}
      onClose={onClose}
    >
      <Field label={t('key')}>
        {(ids) => <input {...ids} name="key" required defaultValue={prefix.value} />}
      </Field>
      <Field label={t('value')}>
        {(ids) => <textarea {...ids} name="value" rows={4} spellcheck={false} />}
      </Field>
      <label class="check">
        <input type="checkbox" name="hex" />
        {t('valueIsHex')}
      </label>
      <div class="fields">
        <Field label={t('ttl')} hint={t('ttlHint')}>
          {(ids) => <input {...ids} name="ttl" placeholder="30s" />}
        </Field>
        <Field label={t('acks')} hint={t('acksHint')}>
          {(ids) => <input {...ids} name="acks" type="number" min={0} max={1024} placeholder="0" />}
        </Field>
      </div>
      <label class="check">
        <input type="checkbox" name="replace" />
        {t('keyReplace')}
      </label>
    </ActionDialog>
  )
}

function bytesOf(form: FormData): Uint8Array<ArrayBuffer> {
  const value = formText(form, 'value')
  if (form.get('hex') === null) return Uint8Array.from(new TextEncoder().encode(value))
  const bytes = bytesOfHex(value)
  if (bytes !== undefined) return Uint8Array.from(bytes)
  throw new ApiProblem(400, 'HEX', t('valueNoHex'))
}
