import { Command, Option } from 'commander'
import { commands, groups, loadCommands } from './commands/all.ts'
import type { AnyCommand, NamedCommand } from './commands/command.ts'
import { strangeVariables } from './configuration/environment.ts'
import { readConfigurationFile } from './configuration/file.ts'
import { type Flag, flagName } from './configuration/flag.ts'
import { type Given, resolveFlags } from './configuration/resolve.ts'
import { type ExitCode, exitCodes } from './failure.ts'
import { type Surroundings, sizeOf } from './output/streams.ts'
import { version } from './version.ts'

const exitCodeHelp = `
Exit codes: 0 done; 1 failed; 2 bad usage or configuration; 3 the agent or the cluster could
not be reached; 130 and 143 after SIGINT and SIGTERM where the work was cut short.`

/**
 * Runs one command line. What the flags mean is read by `resolveFlags`; commander takes the line
 * apart and writes the help.
 * @throws CommandFailure, CommanderError
 */
export async function runProgram(
  words: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done
  const asked = await loadCommands(words[0] ?? '')
  const program = createProgram(asked, surroundings, (result) => {
    exitCode = result
  })
  await program.parseAsync([...words], { from: 'user' })
  return exitCode
}

/** @param asked what the line may mean; the other commands are only listed */
function createProgram(
  asked: readonly NamedCommand[],
  surroundings: Surroundings,
  done: (exitCode: ExitCode) => void,
): Command {
  const program = plainCommand('hearsay', surroundings)
    .description(
      "Members of a memberlist cluster on this machine and their operation, on the wire protocol\nof HashiCorp's memberlist.",
    )
    .version(version, '-V, --version', 'print the version')
    .addHelpText('after', `${exitCodeHelp}\n\n${globalExamples}`)
  const parents = new Map<string, Command>([['', program]])
  for (const [name, { summary, examples }] of Object.entries(groups)) {
    const group = plainCommand(name, surroundings).summary(summary).description(sentence(summary))
    parents.set(name, group.addHelpText('after', `\n${exampleLines(examples)}`))
  }
  for (const { name, summary } of commands) {
    const words = name.split(' ')
    const group = words.length > 1 ? (words[0] ?? '') : ''
    const parent = parents.get(group) ?? program
    if (groups[group] !== undefined && !program.commands.includes(parent))
      program.addCommand(parent)
    const made = plainCommand(words.at(-1) ?? name, surroundings).summary(summary)
    const specification = asked.find((each) => each.name === name)
    if (specification !== undefined) complete(made, specification, surroundings, done)
    // A command may hold others, too: `sim` and `sim list`.
    if (words.length === 1) parents.set(name, made)
    parent.addCommand(made)
  }
  return program
}

const layersHelp = `
Every flag can also be set by the environment (--timeout 5s as HEARSAY_TIMEOUT=5s) or in the file
of --config (as "timeout": "5s"). A flag beats the environment, and that beats the file.
`

const globalExamples = `Examples:
  hearsay cluster --nodes 3            three members on this machine, and who is alive
  hearsay agent --join 127.0.0.1:7946  one more member
  hearsay <command> --help             flags and examples of a command`

function plainCommand(name: string, { stdout, stderr }: Surroundings): Command {
  const width = sizeOf(stdout).columns ?? 100
  return new Command(name)
    .exitOverride()
    .showSuggestionAfterError()
    .helpCommand(false)
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ sortSubcommands: false, helpWidth: Math.min(width, 110) })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'hearsay: ')),
    })
}

function complete(
  made: Command,
  specification: NamedCommand,
  surroundings: Surroundings,
  done: (exitCode: ExitCode) => void,
): void {
  const { description, examples, flags, operands = [], summary } = specification
  made.description(
    description === undefined ? sentence(summary) : `${sentence(summary)} ${description}`,
  )
  for (const { form, meaning } of operands) made.argument(form, meaning)
  for (const [key, flag] of Object.entries(flags)) addOptions(made, key, flag)
  made.addHelpText('after', `${layersHelp}\n${exampleLines(examples)}`)
  made.action(async (...parts: unknown[]) => {
    const given = givenFlags(made.optsWithGlobals(), specification)
    const words = parts
      .slice(0, operands.length)
      .flat()
      .filter((word) => word !== undefined)
    done(await runCommand(specification, given, words as string[], surroundings))
  })
}

function sentence(summary: string): string {
  const end = summary.endsWith('?') ? '' : '.'
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}${end}`
}

function exampleLines(examples: AnyCommand['examples']): string {
  const lines = examples.flatMap(([line, meaning]) => [`  $ ${line}`, `      ${meaning}`])
  return ['Examples:', ...lines].join('\n')
}

/** All values stay texts here, each occurrence of a flag one of them. */
function addOptions(made: Command, key: string, flag: Flag<unknown>): void {
  const collect = (text: string, earlier: string[] | undefined) => [...(earlier ?? []), text]
  const short = flag.short === undefined ? '' : `-${flag.short}, `
  const value = flag.placeholder === undefined ? '' : ` <${flag.placeholder}>`
  const option = new Option(`${short}--${flagName(key)}${value}`, helpText(flag))
  made.addOption(flag.placeholder === undefined ? option : option.argParser(collect))
  for (const alias of flag.aliases) {
    made.addOption(new Option(`--${flagName(alias)}${value}`).argParser(collect).hideHelp())
  }
}

function helpText(flag: Flag<unknown>): string {
  const facts = [
    ...(flag.choices === undefined ? [] : [flag.choices.join('|')]),
    ...(flag.repeatable ? ['repeatable'] : []),
    ...(flag.aliases.length === 0 ? [] : [`also --${flag.aliases.join(', --')}`]),
    ...(flag.defaultText === undefined ? [] : [`default ${flag.defaultText}`]),
  ]
  return facts.length === 0 ? flag.meaning : `${flag.meaning} (${facts.join('; ')})`
}

function givenFlags(options: Record<string, unknown>, { flags }: AnyCommand): Given {
  const given: Record<string, string[]> = {}
  for (const [key, flag] of Object.entries(flags)) {
    const texts = [key, ...flag.aliases].flatMap((name) => {
      const value = options[name]
      return value === undefined ? [] : value === true ? ['true'] : (value as string[])
    })
    if (texts.length > 0) given[key] = texts
  }
  return given
}

async function runCommand(
  specification: AnyCommand,
  commandLine: Given,
  operands: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { flags, run } = specification
  const { environment } = surroundings
  const path = commandLine['config']?.at(-1) ?? environment['HEARSAY_CONFIG'] ?? ''
  // What this command does not know may be another's.
  const own = flagNames([specification])
  const isEnough = path === '' && strangeVariables(environment, own.keys()).length === 0
  const known = isEnough ? own : flagNames(await loadCommands())
  const file = path === '' ? undefined : { path, given: readConfigurationFile(path, known) }
  const given = resolveFlags(flags, { commandLine, environment, file })
  const notes = [...given.notes, ...strangeVariables(environment, known.keys())]
  const resolved = { ...given, notes }
  return run({ flags, resolved, values: resolved.values, operands, surroundings })
}

/** Flags by their names, aliases too. All commands' are known: one file may serve them all. */
function flagNames(commands: readonly AnyCommand[]): ReadonlyMap<string, string> {
  const known = new Map<string, string>()
  for (const { flags } of commands) {
    for (const [key, flag] of Object.entries(flags)) {
      for (const name of [key, ...flag.aliases]) known.set(flagName(name), key)
    }
  }
  return known
}
