import { commonFlags } from '../configuration/common-flags.ts'
import { exitCodes, usageFailure } from '../failure.ts'
import { completionScript, shells } from '../output/completion/script.ts'
import { type AnyCommand, command, outputOf } from './command.ts'

/** Made of all commands, itself included, which are known when it runs. */
export const completionCommand = (
  commands: () => readonly AnyCommand[],
  groups: () => Readonly<Record<string, { readonly summary: string }>>,
) =>
  command({
    name: 'completion',
    summary: 'print a completion script for a shell',
    operands: [{ form: '<shell>', meaning: shells.join(', ') }],
    flags: commonFlags,
    examples: [
      ['source <(hearsay completion bash)', 'in ~/.bashrc'],
      ['hearsay completion zsh > ~/.zfunc/_hearsay', 'for zsh, with ~/.zfunc in its fpath'],
      ['hearsay completion fish > ~/.config/fish/completions/hearsay.fish', 'for fish'],
    ],
    run: (invocation) => {
      const [given = ''] = invocation.operands
      const shell = shells.find((each) => each === given)
      if (shell === undefined) {
        throw usageFailure(`The shell got "${given}"; it takes one of ${shells.join(', ')}.`)
      }
      outputOf(invocation).line(completionScript(shell, commands(), groups()))
      return Promise.resolve(exitCodes.done)
    },
  })
