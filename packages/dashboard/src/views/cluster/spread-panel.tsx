import { useSignal } from '@preact/signals'
import { t } from '../../i18n/index.ts'
import { formText } from '../../parts/action-dialog.tsx'
import { Field } from '../../parts/field.tsx'
import { Problem } from '../../parts/notice.tsx'
import { isLive } from '../../state/connection.ts'
import { follow, followed, spread, spreads, writeTraced } from '../../state/spread.ts'
import { SpreadResult } from './spread-result.tsx'

/** Writes a key and follows it through the cluster; also what others had traced here. */
export function SpreadPanel() {
  return (
    <aside class="pane details" aria-labelledby="spread-title">
      <header class="details-head">
        <h2 id="spread-title">{t('spreadTitle')}</h2>
      </header>
      <div class="details-body" tabindex={0}>
        <WriteForm />
        {spreads.value.size > 1 && <Chooser />}
        {spread.value === undefined ? (
          <p class="hint">{t(followed.value === undefined ? 'spreadNone' : 'spreadWaiting')}</p>
        ) : (
          <SpreadResult spread={spread.value} />
        )}
      </div>
    </aside>
  )
}

function WriteForm() {
  const isBusy = useSignal(false)
  const problem = useSignal<unknown>(undefined)
  const write = async (form: FormData): Promise<void> => {
    isBusy.value = true
    problem.value = undefined
    try {
      await writeTraced(formText(form, 'key'), formText(form, 'value'))
    } catch (error) {
      problem.value = error
    } finally {
      isBusy.value = false
    }
  }
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isBusy.value) void write(new FormData(event.currentTarget))
      }}
    >
      <p class="hint">{t('spreadIntro')}</p>
      <Field label={t('key')}>
        {(ids) => <input {...ids} name="key" required defaultValue="dashboard/trace" />}
      </Field>
      <Field label={t('value')}>
        {(ids) => <input {...ids} name="value" defaultValue="followed" />}
      </Field>
      <button type="submit" class="primary" disabled={!isLive.value} aria-disabled={isBusy.value}>
        {isBusy.value ? t('working') : t('spreadWrite')}
      </button>
      {problem.value !== undefined && <Problem error={problem.value} />}
    </form>
  )
}

function Chooser() {
  return (
    <Field label={t('spreadChoose')}>
      {(ids) => (
        <select
          {...ids}
          value={followed.value}
          onChange={(event) => follow(event.currentTarget.value)}
        >
          {[...spreads.value.values()].reverse().map(({ key, version }) => (
            <option key={version} value={version}>
              {key} · {version}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
