import { t } from '../../i18n/index.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { closeDialog, openDialog } from '../../state/dialogs.ts'
import { putGossipKey, removeGossipKey } from '../../state/gossip-keys.ts'
import { HelpDialog } from '../shell/help-dialog.tsx'
import { KeyAddDialog } from './key-add-dialog.tsx'
import { JoinDialog, LeaveDialog, MetadataDialog } from './member-dialogs.tsx'

/** The dialog that is open, whatever view is behind it. */
export function Dialogs() {
  const open = openDialog.value
  if (open === undefined) return null
  if (typeof open === 'object') {
    return 'keyUse' in open ? (
      <KeyUseDialog id={open.keyUse} />
    ) : (
      <KeyRemoveDialog id={open.keyRemove} />
    )
  }
  switch (open) {
    case 'help':
      return <HelpDialog />
    case 'join':
      return <JoinDialog />
    case 'leave':
      return <LeaveDialog />
    case 'metadata':
      return <MetadataDialog />
    case 'keyAdd':
      return <KeyAddDialog />
  }
}

function KeyUseDialog({ id }: { readonly id: string }) {
  return (
    <ActionDialog
      title={t('keyUse')}
      intro={<p>{t('keyUseIntro', { id })}</p>}
      confirm={t('keyUse')}
      run={async () => {
        await putGossipKey(id, true)
        return t('keyUsed', { id })
      }}
      onClose={closeDialog}
    >
      <Confirmed text={t('keyUseConfirm')} />
    </ActionDialog>
  )
}

function KeyRemoveDialog({ id }: { readonly id: string }) {
  return (
    <ActionDialog
      title={t('keyRemove')}
      intro={<p>{t('keyRemoveIntro', { id })}</p>}
      confirm={t('keyRemove')}
      isDangerous
      run={async () => {
        await removeGossipKey(id)
        return t('keyRemoved', { id })
      }}
      onClose={closeDialog}
    >
      <Confirmed text={t('keyRemoveConfirm')} />
    </ActionDialog>
  )
}

/** What only the operator can know, and must say before it goes on. */
function Confirmed({ text }: { readonly text: string }) {
  return (
    <label class="check">
      <input type="checkbox" name="sure" required />
      {text}
    </label>
  )
}
