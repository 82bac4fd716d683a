import { t } from '../../i18n/index.ts'
import { languages } from '../../i18n/language.ts'
import { formatAddress } from '../../logic/format.ts'
import { Choice } from '../../parts/choice.tsx'
import { Logo } from '../../parts/icons.tsx'
import { openDialog } from '../../state/dialogs.ts'
import { localMember } from '../../state/members.ts'
import { chooseLanguage, language, theme, themes } from '../../state/preferences.ts'
import { hasToken, signIn, useToken } from '../../state/session.ts'
import { ConnectionState } from './connection-state.tsx'

const languageNames = { en: 'EN', zh: '中文' } as const

export function Header() {
  const member = localMember.value
  return (
    <header class="head">
      <p class="brand">
        <Logo />
        hearsay
      </p>
      <p class="who">
        {member !== undefined && (
          <>
            <span class="hidden">{t('seenFrom')} </span>
            <strong>{member.name}</strong>{' '}
            <span class="hint">{formatAddress(member.host, member.port)}</span>
          </>
        )}
      </p>
      <ConnectionState />
      <div class="head-tools">
        <Choice
          label={t('theme')}
          value={theme}
          choices={themes.map((each) => ({ value: each, text: t(themeNames[each]) }))}
        />
        <Choice
          label="Language / 语言"
          value={language}
          choices={languages.map((each) => ({ value: each, text: languageNames[each] }))}
          onChoose={chooseLanguage}
        />
        {hasToken.value && signIn.value === 'none' && (
          <button type="button" onClick={signOut}>
            {t('signOut')}
          </button>
        )}
        <button
          type="button"
          aria-haspopup="dialog"
          title={t('help')}
          onClick={() => {
            openDialog.value = 'help'
          }}
        >
          <span aria-hidden="true">?</span>
          <span class="hidden">{t('help')}</span>
        </button>
      </div>
    </header>
  )
}

const themeNames = { system: 'themeSystem', light: 'themeLight', dark: 'themeDark' } as const

/** The page begins anew, so that nothing that was read stays in it. */
function signOut(): void {
  useToken(undefined)
  location.reload()
}
