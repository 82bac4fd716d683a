import { CommanderError } from 'commander'
import { CommandFailure, type ExitCode, exitCodes, failureOf } from './failure.ts'
import { flushed, type Surroundings } from './output/streams.ts'
import { runProgram } from './program.ts'

const interrupted = new AbortController()
let signalCode: ExitCode | undefined

const surroundings: Surroundings = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  interrupted: interrupted.signal,
}

/** The first signal asks, the second one does not. */
function listenToSignals(): void {
  const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const
  const onSignal = (signal: keyof typeof codes) => {
    if (signalCode !== undefined) process.exit(codes[signal])
    signalCode = codes[signal]
    interrupted.abort(new Error(signal))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  // Under nohup there is no terminal, and SIGHUP stays ignored.
  if (process.stdin.isTTY) process.on('SIGHUP', () => onSignal('SIGTERM'))
  // Started by `hearsay cluster`, an agent does not outlive it, however it ends.
  if (process.channel) process.on('disconnect', () => onSignal('SIGTERM'))
}

async function main(): Promise<ExitCode> {
  try {
    return await runProgram(process.argv.slice(2), surroundings)
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOfUsage(error)
    if (signalCode !== undefined && !(error instanceof CommandFailure)) return signalCode
    tell(failureOf(error))
    return failureOf(error).exitCode
  }
}

/** Commander has told it already; help and version are no errors. */
function exitCodeOfUsage(error: CommanderError): ExitCode {
  return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
}

function tell({ message, code, hint }: CommandFailure): void {
  const lines = [`hearsay: ${message} (${code})`, ...(hint === undefined ? [] : [`  ${hint}`])]
  process.stderr.write(`${lines.join('\n')}\n`)
}

listenToSignals()
// A reader that has gone away (`hearsay events | head`) wants no more; agents handle it themselves.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' && process.stdout.listenerCount('error') === 1)
    process.exit(exitCodes.done)
})
process.stderr.on('error', () => {})
const exitCode = await main()
// Who interrupts is not kept waiting by a reader that sleeps.
const patienceMs = signalCode === undefined ? undefined : 1_000
await Promise.all([process.stdout, process.stderr].map((sink) => flushed(sink, patienceMs)))
process.exit(exitCode)
