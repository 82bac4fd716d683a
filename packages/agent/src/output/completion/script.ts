import type { NamedCommand } from '../../commands/command.ts'
import { bashScript } from './bash.ts'
import { fishScript } from './fish.ts'
import { vocabularyOf } from './vocabulary.ts'
import { zshScript } from './zsh.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript }

export function completionScript(
  shell: Shell,
  commands: readonly NamedCommand[],
  groups: Readonly<Record<string, { readonly summary: string }>>,
): string {
  return scripts[shell](vocabularyOf(commands, groups, { completion: shells }))
}
