// Memory for each remote member that a process knows, ours and Go's.
//   node bench/memory.mjs
import { Process } from './support/process.mjs'
import { Report, ratio, readFlags, summary, whole } from './support/report.mjs'

const flags = readFlags('Memory per remote member', {
  members: [10_000, 'remote members that the process knows at the end'],
  rounds: [3, 'fresh processes of each kind'],
})
const TARGET_BYTES = 1_024

const report = new Report(`Memory with ${flags.members} remote members`, flags, {
  members:
    'one in each process; probes, gossip and push/pulls of its own off; no delegates, log off, no compression',
  filled:
    'by one push/pull; then pinged until nothing waits to be gossiped, and the state exchanged twice more',
  figure:
    'growth of the process from one that did the same with 100 members, after forced collections; bytes for each further member',
  heap: 'Go: HeapAlloc; Node: heap used and what lies outside it for objects in it, array buffers included',
})

// So that what the code itself needs, once used, is there before and after.
const WARM_UP = 100

const contestants = {
  Go: () => Process.go(1),
  hearsay: () => Process.node({ ...flags, flags: ['--expose-gc'] }),
}

const client = await Process.go()
const all = Object.keys(contestants).map((name) => ({ name, turns: [] }))
for (let round = 0; round < flags.rounds; round++) {
  for (const each of all) each.turns.push(await measure(each.name))
}
await client.stop()
show()
report.finish()

async function measure(name) {
  const process = await contestants[name]()
  const { addresses } = await process.call('start', {
    members: 1,
    quiet: true,
    retransmitMultiplier: 1,
  })
  const [target] = addresses
  const { members } = flags
  const sizes = [
    await fill(process, target, 'warm', WARM_UP),
    await fill(process, target, 'web', members - WARM_UP),
    await fill(process, target, 'next', members),
  ]
  const { fewest } = await process.call('counts')
  if (fewest !== 1 + 2 * members) throw new Error(`${name} knows ${fewest} members`)
  await process.stop()
  const [before, after, twice] = sizes
  const growth = (of) => (after[of] - before[of]) / (members - WARM_UP)
  const next = (of) => (twice[of] - after[of]) / members
  const old = (size) => size.rss - (size.young ?? 0)
  return {
    sizes,
    old: (old(after) - old(before)) / (members - WARM_UP),
    heap: growth('heap'),
    rss: growth('rss'),
    nextHeap: next('heap'),
    nextRss: next('rss'),
  }
}

async function fill(process, target, prefix, count) {
  await client.call('prepare', { state: prefix, prefix, count, join: true })
  await client.call('exchange', { target, state: prefix })
  // Each ack takes some twenty broadcasts with it, and each is sent five times at the most.
  const pings = { target, node: 'member-0000', inFlight: 8, count: 100 + count }
  await client.call('ping', pings)
  await client.call('exchange', { target, state: prefix, count: 2 })
  const { answerBytes } = await client.call('ping', { ...pings, count: 1, inFlight: 1 })
  if (answerBytes > 100) throw new Error(`an ack of ${answerBytes} bytes: there still is gossip`)
  return process.call('memory')
}

function show() {
  const rows = all.map(({ name, turns }) => {
    const of = (figure) => summary(turns.map((turn) => turn[figure]))
    const whole = summary(turns.map(({ sizes }) => sizes[1].rss / 2 ** 20))
    const figures = ['heap', 'rss', 'old', 'nextHeap', 'nextRss']
    return { name, turns, whole, ...Object.fromEntries(figures.map((each) => [each, of(each)])) }
  })
  const [go, ours] = rows
  const bytes = ({ median, min, max }) => `${whole(median)} (${whole(min)}…${whole(max)})`
  const row = (title, figure) => [
    title,
    bytes(go[figure]),
    bytes(ours[figure]),
    ratio(ours[figure].median / go[figure].median),
  ]
  report.table(
    ['bytes per member, median (least…most)', 'Go', 'hearsay', 'ours by Go'],
    [
      row('heap', 'heap'),
      row('resident', 'rss'),
      row("resident, without Node's young generation", 'old'),
      row('heap, the next', 'nextHeap'),
      row('resident, the next', 'nextRss'),
    ],
  )
  const sizes = rows.map((each) => `${each.name} ${whole(each.whole.median)} MiB`)
  report.say(`  the whole process with ${flags.members} members, resident: ${sizes.join(', ')}`)
  for (const figure of ['heap', 'rss']) {
    const verdict = ours[figure].median < TARGET_BYTES ? 'reached' : 'missed'
    const name = figure === 'rss' ? 'resident' : figure
    report.say(`  ${name}, target ${TARGET_BYTES} bytes: ${verdict}`)
  }
  report.keep('memory', { rows, target: TARGET_BYTES })
}
