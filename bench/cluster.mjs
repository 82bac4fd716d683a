// A whole cluster on loopback sockets in one process: how long until all see all, what it costs, and
// whether it then rests without a false verdict.
//   node bench/cluster.mjs              a minute at rest
//   node bench/cluster.mjs --rest 600   ten
import { setTimeout as sleep } from 'node:timers/promises'
import { Process } from './support/process.mjs'
import { Report, ratio, readFlags } from './support/report.mjs'

const flags = readFlags('A cluster in one process', {
  members: [1_000, 'members of ours'],
  'go-members': [200, 'members of the real module, and ours beside them; 0: none'],
  rest: [60, 'seconds at rest'],
  limit: [180, 'seconds after which a cluster that does not see itself is given up'],
})
const TARGET_SECONDS = 60
const TARGET_REST_PERCENT = 15
// For what the joining left in the queues to be gossiped.
const SETTLE_SECONDS = 10

const report = new Report('A cluster in one process', flags, {
  members: "sockets of their own on 127.0.0.1, Go's LAN settings, compression on, no delegates",
  joining: 'all join the first at once; who is not let in tries again',
  rest: `${flags.rest} s, ${SETTLE_SECONDS} s after all saw all`,
  suspicions:
    "probes that ended in one; failures: members that were declared dead by one; counted by each member's own log (Go) or counters",
})

const contestants = []
const small = flags['go-members']
if (small > 0) {
  contestants.push(
    { name: `Go, ${small}`, count: small, start: () => Process.go() },
    { name: `hearsay, ${small}`, count: small, start: () => Process.node(flags) },
  )
}
contestants.push({
  name: `hearsay, ${flags.members}`,
  count: flags.members,
  start: () => Process.node(flags),
})

const results = []
for (const each of contestants) results.push(await measure(each))
show()
report.finish()

async function measure({ name, count, start }) {
  const process = await start()
  try {
    await process.call('start', { members: count, compression: true, log: true })
    const startCpu = await process.cpuUs()
    const began = performance.now()
    await process.call('join')
    const seenAfter = await waitUntilAllSeeAll(process, count, began)
    const bootCpu = await process.cpuUs()
    await sleep(SETTLE_SECONDS * 1_000)
    const [before, restCpu, restBegan] = [
      await process.call('verdicts'),
      await process.cpuUs(),
      performance.now(),
    ]
    await sleep(flags.rest * 1_000)
    const restSeconds = (performance.now() - restBegan) / 1e3
    const after = await process.call('verdicts')
    const restPercent = ((await process.cpuUs()) - restCpu) / restSeconds / 1e4
    const counts = await process.call('counts')
    const bootCpuSeconds = (bootCpu - startCpu) / 1e6
    return { name, count, seenAfter, bootCpuSeconds, restPercent, before, after, counts }
  } finally {
    await process.stop()
  }
}

/** Seconds, or undefined when it was given up. */
async function waitUntilAllSeeAll(process, count, began) {
  for (;;) {
    const { fewest } = await process.call('counts')
    const seconds = (performance.now() - began) / 1e3
    if (fewest === count) return seconds
    if (seconds > flags.limit) return undefined
    await sleep(250)
  }
}

function show() {
  const difference = ({ before, after }, what) => after[what] - before[what]
  report.table(
    ['', ...results.map(({ name }) => name)],
    [
      ['all see all after, s', ...results.map(({ seenAfter }) => seenAfter?.toFixed(1) ?? 'never')],
      ['CPU until then, s', ...results.map((each) => each.bootCpuSeconds.toFixed(1))],
      ['at rest, per cent of a core', ...results.map((each) => each.restPercent.toFixed(1))],
      ['suspicions while joining', ...results.map(({ before }) => before.suspected)],
      ['suspicions at rest', ...results.map((each) => difference(each, 'suspected'))],
      ['failures at rest', ...results.map((each) => difference(each, 'failed'))],
      ['refutations at rest', ...results.map((each) => difference(each, 'refuted'))],
      [
        'see at the end, fewest … most',
        ...results.map(({ counts }) => `${counts.fewest} … ${counts.most}`),
      ],
    ],
  )
  if (small > 0) {
    const [go, ours] = results
    const boot = ratio(ours.bootCpuSeconds / go.bootCpuSeconds)
    report.say(
      `  ours by Go with ${small}: CPU to join ${boot}, at rest ${ratio(ours.restPercent / go.restPercent)}`,
    )
  }
  const large = results.at(-1)
  const verdicts = {
    [`${flags.members} see all in under ${TARGET_SECONDS} s`]:
      large.seenAfter !== undefined && large.seenAfter < TARGET_SECONDS,
    [`no suspicion in ${flags.rest} s`]: difference(large, 'suspected') === 0,
    [`at most ${TARGET_REST_PERCENT} % of a core at rest`]:
      large.restPercent <= TARGET_REST_PERCENT,
  }
  for (const [target, reached] of Object.entries(verdicts)) {
    report.say(`  ${target}: ${reached ? 'reached' : 'missed'}`)
  }
  report.keep('cluster', { results, verdicts })
}
