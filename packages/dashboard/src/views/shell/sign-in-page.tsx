import { t } from '../../i18n/index.ts'
import { formText } from '../../parts/action-dialog.tsx'
import { Field } from '../../parts/field.tsx'
import { Banner } from '../../parts/notice.tsx'
import { connect } from '../../state/connection.ts'
import { signIn, useToken } from '../../state/session.ts'

/** Asks for the token that the agent was started with. */
export function SignInPage() {
  return (
    <form
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault()
        useToken(formText(new FormData(event.currentTarget), 'token').trim())
        connect()
      }}
    >
      <h1>{t('signInTitle')}</h1>
      <p>{t('signInIntro')}</p>
      {signIn.value === 'wrong' && (
        <div role="alert">
          <Banner kind="error" sign="warning">
            {t('signInWrong')}
          </Banner>
        </div>
      )}
      <Field label={t('token')} hint={t('tokenHint')}>
        {(ids) => (
          <input
            {...ids}
            name="token"
            type="password"
            required
            autocomplete="current-password"
            spellcheck={false}
          />
        )}
      </Field>
      <button type="submit" class="primary">
        {t('signIn')}
      </button>
    </form>
  )
}
