import { computed, signal } from '@preact/signals'

export const views = ['members', 'cluster', 'time-lines', 'keys', 'events', 'actions'] as const
export type View = (typeof views)[number]

export interface Route {
  readonly view: View
  /** What is looked at in the view: a member's name, a key. */
  readonly detail: string | undefined
}

/** Where the page is, from the part of its address behind `#/`. */
export function parseRoute(hash: string): Route {
  const [first = '', ...rest] = hash.replace(/^#\/?/, '').split('/')
  const view = views.find((each) => each === first) ?? 'members'
  const detail = rest.length === 0 ? undefined : decoded(rest.join('/'))
  return { view, detail: detail === '' ? undefined : detail }
}

export function routeHash(view: View, detail?: string): string {
  return detail === undefined ? `#/${view}` : `#/${view}/${encodeURIComponent(detail)}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const route = signal<Route>({ view: 'members', detail: undefined })
export const view = computed(() => route.value.view)
export const detail = computed(() => route.value.detail)

export function followAddress(): void {
  const read = () => {
    route.value = parseRoute(location.hash)
  }
  addEventListener('hashchange', read)
  read()
}

export function go(to: View, toDetail?: string): void {
  location.hash = routeHash(to, toDetail)
}

/** Within a view: going back leads out of the view, not through all that was looked at. */
export function look(toDetail: string | undefined): void {
  const { view } = route.value
  history.replaceState(null, '', routeHash(view, toDetail))
  route.value = { view, detail: toDetail }
}
