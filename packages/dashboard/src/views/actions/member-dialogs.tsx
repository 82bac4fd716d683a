import { jsonBody } from '../../api/client.ts'
import { t } from '../../i18n/index.ts'
import { shownBytes } from '../../logic/bytes.ts'
import { ActionDialog, formText } from '../../parts/action-dialog.tsx'
import { Field } from '../../parts/field.tsx'
import { readAll } from '../../state/connection.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { allMembers, localMember } from '../../state/members.ts'
import { client } from '../../state/session.ts'

/** Longer than the agent takes itself to give up. */
const timeoutMs = 15_000

export function JoinDialog() {
  const join = async (form: FormData): Promise<string> => {
    const addresses = formText(form, 'addresses')
      .split(/[\s,]+/)
      .filter(Boolean)
    const body = jsonBody({ addresses })
    const answer = await client.json<{ reached: number; errors: { address: string }[] }>(
      'v1/join',
      { ...body, method: 'POST', timeoutMs },
    )
    await readAll()
    return t('joinDone', { reached: answer.reached, count: addresses.length })
  }
  return (
    <ActionDialog
      title={t('actionJoin')}
      intro={<p>{t('joinIntro', { name: localMember.value?.name ?? '?' })}</p>}
      confirm={t('actionJoin')}
      run={join}
      onClose={closeDialog}
    >
      <Field label={t('joinAddresses')} hint={t('joinAddressesHint')}>
        {(ids) => (
          <textarea
            {...ids}
            name="addresses"
            rows={3}
            required
            spellcheck={false}
            placeholder="10.0.0.1:7946"
          />
        )}
      </Field>
    </ActionDialog>
  )
}

export function LeaveDialog() {
  const name = localMember.value?.name ?? '?'
  const leave = async (): Promise<string> => {
    await client.json('v1/leave', { method: 'POST', timeoutMs })
    return t('leaveDone', { name })
  }
  const others = allMembers.value.filter(({ state, local }) => state === 'alive' && !local).length
  return (
    <ActionDialog
      title={t('actionLeave')}
      intro={<p>{t('leaveIntro', { name, count: others })}</p>}
      confirm={t('actionLeave')}
      isDangerous
      run={leave}
      onClose={closeDialog}
    >
      <Field label={t('leaveConfirm', { name })}>
        {(ids) => (
          <input
            {...ids}
            required
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => {
              const isSame = currentTarget.value === name
              currentTarget.setCustomValidity(isSame ? '' : t('leaveConfirmWrong', { name }))
            }}
          />
        )}
      </Field>
    </ActionDialog>
  )
}

export function MetadataDialog() {
  const member = localMember.value
  const change = async (form: FormData): Promise<string> => {
    const body = new TextEncoder().encode(formText(form, 'meta'))
    await client.json('v1/self/meta', { method: 'PUT', body, timeoutMs })
    await readAll()
    return t('metadataDone')
  }
  return (
    <ActionDialog
      title={t('actionMetadata')}
      intro={<p>{t('metadataIntro', { name: member?.name ?? '?' })}</p>}
      confirm={t('actionMetadata')}
      run={change}
      onClose={closeDialog}
    >
      <Field label={t('columnMeta')} hint={t('metadataHint')}>
        {(ids) => (
          <textarea
            {...ids}
            name="meta"
            rows={4}
            spellcheck={false}
            defaultValue={member === undefined ? '' : shownBytes(member.meta)}
          />
        )}
      </Field>
    </ActionDialog>
  )
}
