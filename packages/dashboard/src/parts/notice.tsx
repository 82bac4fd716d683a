import type { ComponentChildren } from 'preact'
import { type ApiProblem, problemOfError } from '../api/problem.ts'
import { t } from '../i18n/index.ts'
import { Sign, type SignName } from './icons.tsx'

/** What stands where there is nothing to show, and why. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  )
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <div class="empty" role="status">
      <span class="spinner" aria-hidden="true" />
      <p>{what}</p>
    </div>
  )
}

interface BannerProps {
  readonly kind: 'error' | 'warning' | 'info'
  readonly sign: SignName
  readonly children: ComponentChildren
}

export function Banner({ kind, sign, children }: BannerProps) {
  return (
    <div class={`banner banner-${kind}`}>
      <Sign name={sign} />
      <div class="banner-text">{children}</div>
    </div>
  )
}

/** Why a call failed: what happened, the code that the documentation has, and what to do. */
export function Problem({ error }: { readonly error: unknown }) {
  const problem = problemOfError(error)
  return (
    <div class="banner banner-error" role="alert">
      <Sign name="warning" />
      <div class="banner-text">
        <p>{detailOf(problem)}</p>
        {problem.hint !== undefined && <p class="hint">{problem.hint}</p>}
        <p class="code">
          {problem.code}
          {problem.status > 0 && ` · HTTP ${problem.status}`}
        </p>
      </div>
    </div>
  )
}

function detailOf(problem: ApiProblem): string {
  switch (problem.code) {
    case 'UNREACHABLE':
      return t('problemUnreachable')
    case 'TIMEOUT':
      return t('problemTimeout')
    case 'UNREADABLE':
      return t('problemUnreadable')
    default:
      return problem.message
  }
}
