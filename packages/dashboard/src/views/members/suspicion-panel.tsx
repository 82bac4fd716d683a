import type { Member } from '../../api/types.ts'
import { t } from '../../i18n/index.ts'
import { Countdown } from '../../parts/countdown.tsx'
import { StateIcon } from '../../parts/icons.tsx'
import { look } from '../../state/route.ts'

/** Who accuses a suspect, and how long it has to answer. */
export function SuspicionPanel({ member }: { readonly member: Member }) {
  const { suspicion } = member
  if (suspicion === undefined) return null
  return (
    <section class="suspicion-panel" aria-label={t('suspicion')}>
      <p class="suspicion-time">
        <StateIcon state="suspect" />
        <Countdown suspicion={suspicion} />
      </p>
      <p>{t('suspicionMeaning')}</p>
      <p>{t('suspicionFrom', { count: suspicion.from.length })}</p>
      <ul class="names">
        {suspicion.from.map((name) => (
          <li key={name}>
            <button type="button" class="link" onClick={() => look(name)}>
              {name}
            </button>
          </li>
        ))}
      </ul>
      {suspicion.confirmations !== undefined && (
        <p>{t('suspicionConfirmations', { count: suspicion.confirmations })}</p>
      )}
    </section>
  )
}
