import { commonFlags } from '../configuration/common-flags.ts'
import { exitCodes, usageFailure } from '../failure.ts'
import { completionScript, shells } from '../output/completion/script.ts'
import { command, type NamedCommand, outputOf } from './command.ts'

/** Made of all commands, itself included. */
export const completionCommand = (
  loadCommands: () => Promise<readonly NamedCommand[]>,
  groups: Readonly<Record<string, { readonly summary: string }>>,
) =>
  command({
    operands: [{ form: '<shell>', meaning: shells.join(', ') }],
    flags: commonFlags,
    examples: [
      ['source <(hearsay completion bash)', 'in ~/.bashrc'],
      ['hearsay completion zsh > ~/.zfunc/_hearsay', 'for zsh, with ~/.zfunc in its fpath'],
      ['hearsay completion fish > ~/.config/fish/completions/hearsay.fish', 'for fish'],
    ],
    run: async (invocation) => {
      const [given = ''] = invocation.operands
      const shell = shells.find((each) => each === given)
      if (shell === undefined) {
        throw usageFailure(`The shell got "${given}"; it takes one of ${shells.join(', ')}.`)
      }
      outputOf(invocation).line(completionScript(shell, await loadCommands(), groups))
      return exitCodes.done
    },
  })
