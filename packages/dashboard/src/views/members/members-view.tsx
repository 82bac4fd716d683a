import { memberStates } from '../../api/types.ts'
import { t } from '../../i18n/index.ts'
import { StateIcon } from '../../parts/icons.tsx'
import { Empty, Loading } from '../../parts/notice.tsx'
import { SearchField } from '../../parts/search-field.tsx'
import { Toggles } from '../../parts/toggles.tsx'
import {
  allMembers,
  members,
  search,
  shownMembers,
  stateCounts,
  states,
} from '../../state/members.ts'
import { detail } from '../../state/route.ts'
import { MemberDetails } from './member-details.tsx'
import { MemberTable } from './member-table.tsx'

export function MembersView() {
  if (members.value === undefined) return <Loading what={t('membersLoading')} />
  return (
    <div class={detail.value === undefined ? 'panes' : 'panes panes-two'}>
      <section class="pane" aria-labelledby="view-title">
        <div class="toolbar">
          <h1 id="view-title">{t('viewMembers')}</h1>
          <SearchField value={search} label={t('membersSearch')} />
          <Toggles
            label={t('membersFilter')}
            chosen={states}
            choices={memberStates.map((state) => ({
              value: state,
              content: (
                <>
                  <StateIcon state={state} />
                  {t(state)} <span class="number">{stateCounts.value[state]}</span>
                </>
              ),
            }))}
          />
          <p class="toolbar-end" role="status">
            {t('membersShown', {
              shown: shownMembers.value.length,
              count: allMembers.value.length,
            })}
          </p>
        </div>
        {shownMembers.value.length > 0 ? <MemberTable /> : <NothingFound />}
        {allMembers.value.length === 1 && <Alone />}
      </section>
      {detail.value !== undefined && <MemberDetails name={detail.value} />}
    </div>
  )
}

function NothingFound() {
  const clear = () => {
    search.value = ''
    states.value = new Set()
  }
  return (
    <Empty title={t('membersNoneFound')}>
      <button type="button" onClick={clear}>
        {t('filterClear')}
      </button>
    </Empty>
  )
}

function Alone() {
  return (
    <Empty title={t('membersAlone')}>
      <p>{t('membersAloneHint')}</p>
      <a class="button" href="#/actions">
        {t('actionJoin')}
      </a>
    </Empty>
  )
}
