import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { t } from '../i18n/index.ts'
import { say } from '../state/announcements.ts'
import { Dialog } from './dialog.tsx'
import { Problem } from './notice.tsx'

interface ActionDialogProps {
  readonly title: string
  /** What will happen, and to whom. */
  readonly intro: ComponentChildren
  /** What the button says: the verb, not "OK". */
  readonly confirm: string
  readonly isDangerous?: boolean
  /** Does it; what it resolves to is told. A rejection is shown, and the dialog stays. */
  readonly run: (form: FormData) => Promise<string>
  readonly onClose: () => void
  readonly children?: ComponentChildren
}

/** Asks before something is done, and stays until it is known to be done. */
export function ActionDialog(props: ActionDialogProps) {
  const { title, intro, confirm, isDangerous, run, onClose, children } = props
  const isBusy = useSignal(false)
  const problem = useSignal<unknown>(undefined)

  const submit = async (form: HTMLFormElement): Promise<void> => {
    if (isBusy.value) return
    isBusy.value = true
    problem.value = undefined
    try {
      say(await run(new FormData(form)))
      onClose()
    } catch (error) {
      problem.value = error
    } finally {
      isBusy.value = false
    }
  }
  return (
    <Dialog title={title} onClose={onClose} isBusy={isBusy.value}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit(event.currentTarget)
        }}
      >
        <div class="intro">{intro}</div>
        {children}
        {problem.value !== undefined && <Problem error={problem.value} />}
        <div class="dialog-buttons">
          <button type="button" onClick={onClose} disabled={isBusy.value}>
            {t('cancel')}
          </button>
          <button
            type="submit"
            class={isDangerous ? 'danger' : 'primary'}
            aria-disabled={isBusy.value}
          >
            {isBusy.value ? t('working') : confirm}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** Text that a form was given. */
export function formText(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
