import { signal } from '@preact/signals'
import { Client } from '../api/client.ts'

const tokenKey = 'hearsay.token'

/** `asked`: the agent wants a token; `wrong`: not this one. */
export type SignIn = 'none' | 'asked' | 'wrong'
export const signIn = signal<SignIn>('none')
/** Whether there is something to forget. */
export const hasToken = signal(readToken() !== undefined)

/** Kept for this tab alone, and gone with it. */
function readToken(): string | undefined {
  try {
    return sessionStorage.getItem(tokenKey) ?? undefined
  } catch {
    return undefined
  }
}

export function useToken(token: string | undefined): void {
  try {
    if (token === undefined) sessionStorage.removeItem(tokenKey)
    else sessionStorage.setItem(tokenKey, token)
  } catch {
    // A browser that keeps nothing asks again after the page is loaded anew.
  }
  current = token
  hasToken.value = token !== undefined
}

let current = readToken()

export const client = new Client({
  base: document.baseURI,
  fetch: (...request) => fetch(...request),
  token: () => current,
  onUnauthorized: () => {
    signIn.value = current === undefined ? 'asked' : 'wrong'
  },
})
