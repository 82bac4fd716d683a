import { useSignal } from '@preact/signals'
import type { Member } from '../../api/types.ts'
import { t } from '../../i18n/index.ts'
import { formatAddress, formatMs } from '../../logic/format.ts'
import { Age } from '../../parts/age.tsx'
import { DetailsPane } from '../../parts/details-pane.tsx'
import { StateBadge } from '../../parts/icons.tsx'
import { Problem } from '../../parts/notice.tsx'
import { members } from '../../state/members.ts'
import { look } from '../../state/route.ts'
import { client } from '../../state/session.ts'
import { MemberEvents } from './member-events.tsx'
import { Metadata } from './metadata.tsx'
import { SuspicionPanel } from './suspicion-panel.tsx'

export function MemberDetails({ name }: { readonly name: string }) {
  const member = members.value?.get(name)
  return (
    <DetailsPane title={name} onClose={() => look(undefined)}>
      {member === undefined ? (
        <p>{t('memberUnknown', { name })}</p>
      ) : (
        <>
          <p>
            <StateBadge state={member.state} /> <Age since={member.since} />
            {member.local && <span class="tag">{t('thisMember')}</span>}
          </p>
          <SuspicionPanel member={member} />
          <Facts member={member} />
          {!member.local && <Ping key={name} name={name} />}
          <Metadata meta={member.meta} />
        </>
      )}
      <MemberEvents name={name} />
    </DetailsPane>
  )
}

function Facts({ member }: { readonly member: Member }) {
  const { host, port, incarnation, roundTripMs, protocol, delegate } = member
  const versions = ({ min, max, current }: Member['protocol']): string =>
    t('versionRange', { current, min, max })
  return (
    <dl class="facts">
      <dt>{t('columnAddress')}</dt>
      <dd>{formatAddress(host, port)}</dd>
      <dt>{t('columnRoundTrip')}</dt>
      <dd>{roundTripMs == null ? t('notKnown') : formatMs(roundTripMs)}</dd>
      <dt>{t('columnIncarnation')}</dt>
      <dd>{incarnation}</dd>
      <dt>{t('columnProtocol')}</dt>
      <dd>{versions(protocol)}</dd>
      <dt>{t('delegateProtocol')}</dt>
      <dd>{versions(delegate)}</dd>
    </dl>
  )
}

function Ping({ name }: { readonly name: string }) {
  const answer = useSignal<string | undefined>(undefined)
  const problem = useSignal<unknown>(undefined)
  const ping = async (): Promise<void> => {
    answer.value = t('working')
    problem.value = undefined
    try {
      const path = `v1/members/${encodeURIComponent(name)}/ping`
      const { roundTripMs } = await client.json<{ roundTripMs: number }>(path, { method: 'POST' })
      answer.value = t('pingAnswered', { time: formatMs(roundTripMs) })
    } catch (error) {
      answer.value = undefined
      problem.value = error
    }
  }
  return (
    <div class="inline-action">
      <button type="button" onClick={() => void ping()}>
        {t('pingNow')}
      </button>
      <span role="status">{answer.value}</span>
      {problem.value !== undefined && <Problem error={problem.value} />}
    </div>
  )
}
