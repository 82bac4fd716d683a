import { signal } from '@preact/signals'

/** What is asked at the moment, if anything. */
export type DialogName =
  | 'help'
  | 'join'
  | 'leave'
  | 'metadata'
  | 'keyAdd'
  | { readonly keyUse: string }
  | { readonly keyRemove: string }

export const openDialog = signal<DialogName | undefined>(undefined)

export function closeDialog(): void {
  openDialog.value = undefined
}
