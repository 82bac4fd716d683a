import { memberStates } from '../../api/types.ts'
import { t } from '../../i18n/index.ts'
import { StateIcon } from '../../parts/icons.tsx'
import { stateCounts, states } from '../../state/members.ts'
import { routeHash, view, views } from '../../state/route.ts'

export const viewTitles = {
  members: 'viewMembers',
  cluster: 'viewCluster',
  'time-lines': 'viewTimeLines',
  keys: 'viewKeys',
  events: 'viewEvents',
  actions: 'viewActions',
} as const

export function Navigation() {
  return (
    <nav id="navigation" class="nav" tabindex={-1} aria-label={t('navigation')}>
      <ul>
        {views.map((each) => (
          <li key={each}>
            <a href={routeHash(each)} aria-current={view.value === each ? 'page' : undefined}>
              {t(viewTitles[each])}
            </a>
          </li>
        ))}
      </ul>
      <ul class="counts" aria-label={t('membersByState')}>
        {memberStates.map((state) => (
          <li key={state} class={stateCounts.value[state] > 0 ? `state-${state}` : 'none'}>
            <a
              href={routeHash('members')}
              onClick={() => {
                states.value = new Set([state])
              }}
            >
              <StateIcon state={state} />
              <span class="number">{stateCounts.value[state]}</span> {t(state)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
