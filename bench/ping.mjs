// Pings answered per CPU-second of the member that answers: ours and Go's, in turn.
//   node bench/ping.mjs
import { randomBytes } from 'node:crypto'
import { Process } from './support/process.mjs'
import { Report, ratio, readFlags, summary, table, whole } from './support/report.mjs'

const flags = readFlags('Pings answered per CPU-second', {
  seconds: [5, 'how long each case lasts'],
  rounds: [3, 'how often each case has its turn'],
  inflight: [32, 'pings under way at a time'],
})

const report = new Report('Pings answered per CPU-second', flags, {
  members:
    'one each, in a process of its own, alone in its cluster; no delegates, compression off, log off',
  load: `${flags.inflight} pings in flight from one socket on loopback, ${flags.seconds} s a turn`,
  figure: `answers by user and system CPU time of the answering process; ${flags.rounds} turns each, alternating`,
})

const contestants = {
  'Go, GOMAXPROCS=1': () => Process.go(1),
  'Go, GOMAXPROCS=2': () => Process.go(2),
  hearsay: () => Process.node(flags),
}

const generator = await Process.go()
await compare('in the clear', undefined, 2)
await compare('AES-256-GCM', randomBytes(32).toString('base64'), 1.5)
await generator.stop()
report.finish()

async function compare(title, key, target) {
  const all = []
  for (const [name, start] of Object.entries(contestants)) {
    const member = await start()
    const { addresses } = await member.call('start', { members: 1, key, compression: false })
    all.push({ name, member, target: addresses[0], rates: [], last: undefined })
  }
  for (const each of all) await measure(each, key, Math.min(2, flags.seconds))
  for (const each of all) each.rates.length = 0
  for (let round = 0; round < flags.rounds; round++) {
    for (const each of all) await measure(each, key, flags.seconds)
  }
  for (const { member } of all) await member.stop()
  show(title, all, target)
}

async function measure(each, key, seconds) {
  const before = await each.member.cpuUs()
  each.last = await generator.call('ping', {
    target: each.target,
    node: 'member-0000',
    seconds,
    inFlight: flags.inflight,
    key,
  })
  each.rates.push(each.last.answers / (((await each.member.cpuUs()) - before) / 1e6))
}

function show(title, all, target) {
  const ours = all.at(-1)
  const rows = all.map(({ name, rates, last }) => {
    const { median, min, max } = summary(rates)
    // Ours by this one, turn by turn: what else the machine did then happened to both.
    const pairs = summary(rates.map((rate, round) => ours.rates[round] / rate))
    const spread = `${whole(min)} … ${whole(max)}`
    return { name, rates, median, min, max, lost: last.lost, oursBy: pairs, spread, last }
  })
  const best = rows.slice(0, -1).reduce((one, other) => (other.median > one.median ? other : one))
  const { pingBytes, answerBytes } = ours.last
  console.log(`${title}: ping of ${pingBytes} bytes, ack of ${answerBytes}`)
  table(
    ['', 'answers/CPU-s', 'least … most', 'us each', 'lost', 'ours by it'],
    rows.map(({ name, median, spread, lost, oursBy }) => [
      name,
      whole(median),
      spread,
      (1e6 / median).toFixed(1),
      lost,
      name === 'hearsay' ? '' : ratio(oursBy.median),
    ]),
  )
  const reached = best.oursBy.median >= target ? 'reached' : 'missed'
  console.log(`  ours by Go's best: ${ratio(best.oursBy.median)}; target ${target}x: ${reached}\n`)
  report.keep(title, { rows, best: best.name, ratio: best.oursBy.median, target, reached })
}
