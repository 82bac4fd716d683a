import { agentConfiguration } from '../configuration/agent-configuration.ts'
import { agentFlags } from '../configuration/agent-flags.ts'
import { toggle } from '../configuration/flag.ts'
import { type ReportedValue, reportSettings, reportValues } from '../configuration/report.ts'
import { effectiveSettings } from '../configuration/settings.ts'
import { exitCodes } from '../failure.ts'
import { command, type Invocation, outputOf } from './command.ts'

const flags = {
  ...agentFlags,
  check: toggle('print the effective configuration, each value with its source, and end'),
}

export const agentCommand = command({
  description:
    'Events go to stdout, one JSON object a line (readable lines on a terminal), narration to stderr. SIGINT or SIGTERM: it leaves in good order and ends with code 0; a second one ends it at once.',
  flags,
  examples: [
    ['hearsay agent', 'a first member, on this machine alone'],
    [
      'hearsay agent --join 127.0.0.1:7946',
      'one more; ports that are taken are replaced by free ones',
    ],
    ['hearsay agent --bind 10.0.0.5 --key "$(hearsay keygen)" --check', 'what would be in effect'],
  ],
  run: async (invocation) => {
    const { values, surroundings } = invocation
    const configuration = await agentConfiguration(invocation.resolved)
    const report = reportOf(invocation)
    const output = outputOf(invocation, values.check ? 'answer' : 'stream')
    if (values.check) {
      for (const note of invocation.resolved.notes) output.narrate(note)
      const row = ({ name, value, label }: ReportedValue) => [name, textOf(value), label]
      if (output.format === 'json') output.answer(report, [])
      else output.list([...report.values, ...report.settings], ['NAME', 'VALUE', 'SOURCE'], row)
      return exitCodes.done
    }
    // Loaded here, because the other commands start sooner without it.
    const { createLog, EventLog, Memberlist, runAgent } = await import('../agent/all.ts')
    const { stderr, stdout, interrupted } = surroundings
    const paint = output.narrationPaint
    const log = createLog(stderr, { level: values.logLevel, format: values.logFormat, paint })
    for (const note of invocation.resolved.notes) log.warn(note)
    return runAgent({
      configuration,
      report,
      create: (options) => Memberlist.create(options),
      log,
      events: new EventLog(),
      narratesEvents: output.format !== 'table' || stderr.isTTY !== true,
      output,
      stdout,
      interrupted,
    })
  },
})

function reportOf({ resolved, values }: Invocation<typeof flags>) {
  const settings = effectiveSettings(values.profile, values.set)
  return {
    values: reportValues(flags, resolved),
    settings: reportSettings(values.profile, settings, values.set, resolved.origins.set),
  }
}

function textOf(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
