import { t } from '../../i18n/index.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { closeDialog } from '../../state/dialogs.ts'
import { singleKeys } from '../../state/preferences.ts'
import { views } from '../../state/route.ts'
import { stats } from '../../state/stats.ts'
import { viewTitles } from './navigation.tsx'

export function HelpDialog() {
  const version = stats.value?.agent?.version
  return (
    <Dialog title={t('help')} onClose={closeDialog}>
      <dl class="shortcuts">
        {views.map((view, index) => (
          <Row key={view} keys={[String(index + 1)]} text={t(viewTitles[view])} />
        ))}
        <Row keys={['/']} text={t('helpSearch')} />
        <Row keys={['↑', '↓', 'Page', 'Home', 'End']} text={t('helpRows')} />
        <Row keys={['Enter']} text={t('helpOpen')} />
        <Row keys={['Esc']} text={t('helpEscape')} />
        <Row keys={['?']} text={t('help')} />
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={singleKeys.value}
          onChange={(event) => {
            singleKeys.value = event.currentTarget.checked
          }}
        />
        {t('helpSingleKeys')}
      </label>
      <p class="hint">
        {t('helpStates')} <a href="openapi.json">openapi.json</a>
        {version !== undefined && ` · hearsay ${version}`}
      </p>
      <div class="dialog-buttons">
        <button type="button" class="primary" onClick={closeDialog}>
          {t('close')}
        </button>
      </div>
    </Dialog>
  )
}

function Row({ keys, text }: { readonly keys: readonly string[]; readonly text: string }) {
  return (
    <div>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{text}</dd>
    </div>
  )
}
