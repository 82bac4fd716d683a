export const openChoices = ['auto', 'always', 'never'] as const
export type OpenChoice = (typeof openChoices)[number]

export interface Desk {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly isTerminal: boolean
  readonly platform: NodeJS.Platform
}

/**
 * Whether a page is to be opened in a browser: by itself only where somebody sits at this machine's
 * own desktop, not over SSH, not in CI, not where the output goes elsewhere.
 */
export function opensPage(
  choice: OpenChoice,
  { environment, isTerminal, platform }: Desk,
): boolean {
  if (choice !== 'auto') return choice === 'always'
  const has = (name: string) => (environment[name] ?? '') !== ''
  if (!isTerminal || has('CI') || has('SSH_CONNECTION') || has('SSH_TTY')) return false
  if (platform === 'darwin' || platform === 'win32') return true
  return has('DISPLAY') || has('WAYLAND_DISPLAY')
}

/** @returns why it could not be opened, in a sentence; undefined when it was handed over */
export async function openPage(url: string): Promise<string | undefined> {
  try {
    const { default: open } = await import('open')
    const program = await open(url)
    program.on('error', () => {})
    return undefined
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return `The dashboard could not be opened in a browser: ${why}.`
  }
}
