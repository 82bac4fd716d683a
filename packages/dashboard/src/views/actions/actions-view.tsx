import { t } from '../../i18n/index.ts'
import { type DialogName, openDialog } from '../../state/dialogs.ts'
import { localMember } from '../../state/members.ts'
import { GossipKeys } from './gossip-keys.tsx'

/** What can be done to the member that answers; all of it asks first. */
export function ActionsView() {
  const name = localMember.value?.name ?? '…'
  return (
    <div class="panes">
      <section class="pane" aria-labelledby="view-title">
        <div class="toolbar">
          <h1 id="view-title">{t('viewActions')}</h1>
          <p class="hint">{t('actionsIntro', { name })}</p>
        </div>
        <div class="actions" tabindex={0}>
          <Action title={t('actionJoin')} text={t('actionJoinText')} dialog="join" />
          <Action title={t('actionMetadata')} text={t('actionMetadataText')} dialog="metadata" />
          <Action title={t('actionLeave')} text={t('actionLeaveText')} dialog="leave" isDangerous />
          <GossipKeys />
        </div>
      </section>
    </div>
  )
}

interface ActionProps {
  readonly title: string
  readonly text: string
  readonly dialog: DialogName
  readonly isDangerous?: boolean
}

function Action({ title, text, dialog, isDangerous = false }: ActionProps) {
  return (
    <section class="action">
      <h2>{title}</h2>
      <p>{text}</p>
      <button
        type="button"
        class={isDangerous ? 'danger' : ''}
        aria-haspopup="dialog"
        onClick={() => {
          openDialog.value = dialog
        }}
      >
        {title} …
      </button>
    </section>
  )
}
