import { useSignalEffect } from '@preact/signals'
import { t } from '../../i18n/index.ts'
import { polite, say, urgent } from '../../state/announcements.ts'
import { stream } from '../../state/connection.ts'

/** What a screen reader is told without being asked; not to be seen. */
export function LiveRegions() {
  useSignalEffect(() => {
    const { phase } = stream.value
    if (phase === 'waiting') urgent.value = t('lost')
    if (phase === 'open') {
      urgent.value = ''
      say(t('live'))
    }
  })
  return (
    <div class="hidden">
      <div role="alert" data-live="urgent">
        {urgent.value}
      </div>
      <div role="status" data-live="polite">
        {polite.value}
      </div>
    </div>
  )
}
