import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { Sign } from './icons.tsx'

interface DetailsPaneProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
}

/** What there is to know of one row, beside the table; Escape closes it. */
export function DetailsPane({ title, onClose, children }: DetailsPaneProps) {
  const id = useId()
  return (
    <aside class="pane details" aria-labelledby={id} data-details>
      <header class="details-head">
        <h2 id={id}>{title}</h2>
        <button
          type="button"
          class="quiet"
          data-close
          aria-label={t('close')}
          title={`${t('close')} (Esc)`}
          onClick={onClose}
        >
          <Sign name="close" />
        </button>
      </header>
      <div class="details-body" tabindex={0}>
        {children}
      </div>
    </aside>
  )
}
