import { useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'
import { t } from '../../i18n/index.ts'
import { Loading } from '../../parts/notice.tsx'
import { hasData, isLive, stream } from '../../state/connection.ts'
import { localMember } from '../../state/members.ts'
import { type View, view } from '../../state/route.ts'
import { signIn } from '../../state/session.ts'
import { ActionsView } from '../actions/actions-view.tsx'
import { Dialogs } from '../actions/dialogs.tsx'
import { ClusterView } from '../cluster/cluster-view.tsx'
import { EventsView } from '../events/events-view.tsx'
import { KeysView } from '../keys/keys-view.tsx'
import { StoreFull } from '../keys/store-full.tsx'
import { MembersView } from '../members/members-view.tsx'
import { TimeLinesView } from '../time-lines/time-lines-view.tsx'
import { Disconnected } from './disconnected.tsx'
import { Header } from './header.tsx'
import { LiveRegions } from './live-regions.tsx'
import { Navigation, viewTitles } from './navigation.tsx'
import { SignInPage } from './sign-in-page.tsx'

const pages: Readonly<Record<View, () => JSX.Element>> = {
  members: MembersView,
  cluster: ClusterView,
  'time-lines': TimeLinesView,
  keys: KeysView,
  events: EventsView,
  actions: ActionsView,
}

export function App() {
  useSignalEffect(() => {
    const name = localMember.value?.name
    const title = t(viewTitles[view.value])
    document.title = name === undefined ? 'hearsay' : `${title} · ${name} · hearsay`
  })
  const isSignedOut = signIn.value !== 'none'
  const Page = pages[view.value]
  return (
    <div class="app">
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to a place in the page */}
      <a class="skip" href="#main" onClick={skipTo('main')}>
        {t('skipToMain')}
      </a>
      {!isSignedOut && (
        // biome-ignore lint/a11y/useValidAnchor: it leads to a place in the page
        <a class="skip" href="#navigation" onClick={skipTo('navigation')}>
          {t('skipToNavigation')}
        </a>
      )}
      <Header />
      {!isSignedOut && <Navigation />}
      <main id="main" tabindex={-1} data-stale={hasData.value && !isLive.value ? '' : undefined}>
        {!isSignedOut && <Disconnected />}
        <StoreFull />
        {isSignedOut ? (
          <SignInPage />
        ) : hasData.value ? (
          <Page key={view.value} />
        ) : (
          <>
            <h1 class="hidden">{t(viewTitles[view.value])}</h1>
            {stream.value.phase !== 'waiting' && <Loading what={t('connecting')} />}
          </>
        )}
      </main>
      <Dialogs />
      <LiveRegions />
    </div>
  )
}

/** The address is the place of the view, so that a link of the page cannot be followed as it is. */
function skipTo(id: string): (event: Event) => void {
  return (event) => {
    event.preventDefault()
    document.getElementById(id)?.focus()
  }
}
