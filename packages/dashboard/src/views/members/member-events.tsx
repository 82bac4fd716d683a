import { t } from '../../i18n/index.ts'
import { formatTime } from '../../logic/format.ts'
import { events } from '../../state/events.ts'

const maxShown = 8

/** What happened to a member lately, the newest first. */
export function MemberEvents({ name }: { readonly name: string }) {
  const about = events.value.filter(({ event }) => event.member?.name === name)
  return (
    <section>
      <h3>{t('viewEvents')}</h3>
      {about.length === 0 && <p class="hint">{t('memberNoEvents')}</p>}
      <ol class="log">
        {about
          .slice(-maxShown)
          .reverse()
          .map(({ id, event, detail }) => (
            <li key={id}>
              <time dateTime={event.time}>{formatTime(event.time, true)}</time>
              <span class={`kind kind-${event.event}`}>{event.event}</span>
              <span class="log-detail">{detail}</span>
            </li>
          ))}
      </ol>
    </section>
  )
}
