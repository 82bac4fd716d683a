import { closeDialog, openDialog } from '../../state/dialogs.ts'
import { singleKeys } from '../../state/preferences.ts'
import { go, views } from '../../state/route.ts'

/** Keys that work wherever nothing is being typed. */
export function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (document.querySelector('dialog[open]') !== null) return
    if (event.key === 'Escape') return closeDetails()
    if (isTyping(event.target) || !singleKeys.value) return
    if (pressed(event.key)) event.preventDefault()
  })
}

function pressed(key: string): boolean {
  if (key === '?') openDialog.value = 'help'
  else if (key === '/') document.querySelector<HTMLElement>('[data-search]')?.focus()
  else if (/^[1-6]$/.test(key)) {
    closeDialog()
    const view = views[Number(key) - 1]
    if (view !== undefined) go(view)
  } else return false
  return true
}

/** The focus goes back to the row that the details were of. */
function closeDetails(): void {
  const close = document.querySelector<HTMLElement>('[data-close]')
  if (close === null) return
  close.click()
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>('.table tbody tr[tabindex="0"]')?.focus()
  })
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select')
}
