import { type OpenChoice, openChoices, opensPage } from '../cluster/browser.ts'
import { launcherGone } from '../cluster/launcher.ts'
import { ClusterLines } from '../cluster/lines.ts'
import { runCluster } from '../cluster/run.ts'
import { ClusterTerminal } from '../cluster/terminal.ts'
import { commonFlags } from '../configuration/common-flags.ts'
import { collected, defaulted, oneOf, wholeNumber } from '../configuration/flag.ts'
import { effectiveSettings, profileNames, readSettings } from '../configuration/settings.ts'
import { command, outputOf } from './command.ts'

const flags = {
  ...commonFlags,
  nodes: defaulted('N', 'how many agents', wholeNumber(1, 64), '3'),
  profile: defaulted('P', 'settings to start from', oneOf(profileNames), 'local', {
    choices: profileNames,
  }),
  open: defaulted<OpenChoice>(
    'WHEN',
    'the dashboard in a browser; auto: where there is a desktop',
    oneOf(openChoices),
    'auto',
    { choices: openChoices },
  ),
  set: collected('NAME=VALUE', 'one setting, such as probeIntervalMs=500', readSettings),
}

export const clusterCommand = command({
  description:
    'Starts the agents as processes, joined, on free ports from the default ones on; writes some keys on one and reads them on the others; opens the dashboard where there is a desktop; shows a live table on a terminal, else tells what happens line by line. Kill one and watch. It stops them all when it stops.',
  flags,
  examples: [
    ['hearsay cluster', 'three agents'],
    ['hearsay cluster --open never', 'no browser'],
    ['hearsay cluster --nodes 5 --set probeIntervalMs=500', 'five that notice failures sooner'],
  ],
  run: (invocation) => {
    const { nodes, open, profile, set } = invocation.values
    const { environment, interrupted, stdout } = invocation.surroundings
    effectiveSettings(profile, set)
    const settings = Object.entries(set).flatMap(([name, value]) => ['--set', `${name}=${value}`])
    const agentFlags = ['--profile', profile, ...settings]
    const output = outputOf(invocation, 'stream')
    const isByNpm = environment['npm_command'] !== undefined
    const program = isByNpm ? 'npx hearsay' : 'hearsay'
    const ended = isByNpm ? AbortSignal.any([interrupted, launcherGone()]) : interrupted
    const shownFlags = profile === 'lan' ? settings : agentFlags
    const isLive = output.format === 'table' && stdout.isTTY === true
    const show = isLive
      ? new ClusterTerminal(stdout, output.paint, { program, flags: shownFlags })
      : new ClusterLines(output, { program, flags: shownFlags })
    const isTerminal = stdout.isTTY === true
    const { platform } = process
    return runCluster({
      nodes,
      flags: agentFlags,
      environment,
      interrupted: ended,
      opensDashboard: opensPage(open, { environment, isTerminal, platform }),
      show,
      output,
    })
  },
})
