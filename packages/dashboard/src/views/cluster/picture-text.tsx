import { t } from '../../i18n/index.ts'
import { formatMs } from '../../logic/format.ts'
import { summarizeActivity } from '../../logic/pulses.ts'
import { SuspicionLine } from '../../parts/countdown.tsx'
import { StateBadge } from '../../parts/icons.tsx'
import { recentActivity } from '../../state/activity.ts'
import { allMembers } from '../../state/members.ts'

/** Rows of trouble; of more, the number is told. */
const maxListed = 50

/** The picture in words and numbers. */
export function PictureText() {
  const { pings, acks, medianMs, gossip, received } = summarizeActivity(recentActivity.value)
  const troubled = allMembers.value.filter(({ state }) => state === 'suspect' || state === 'failed')
  const more = troubled.length - maxListed
  return (
    <details class="picture-text">
      <summary>{t('pictureAsText')}</summary>
      <p>
        {t('activityText', { pings, acks, gossip, received })}{' '}
        {medianMs !== undefined && t('activityMedian', { time: formatMs(medianMs) })}
      </p>
      {troubled.length === 0 && <p>{t('noTrouble')}</p>}
      <ul>
        {troubled.slice(0, maxListed).map((member) => (
          <li key={member.name}>
            <StateBadge state={member.state} /> {member.name} <SuspicionLine member={member} />
          </li>
        ))}
      </ul>
      {more > 0 && <p>{t('andMore', { count: more })}</p>}
    </details>
  )
}
