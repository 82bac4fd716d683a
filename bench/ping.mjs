// Pings answered per CPU-second of the member that answers: ours and Go's, in turn.
//   node bench/ping.mjs
import { randomBytes } from 'node:crypto'
import { Process } from './support/process.mjs'
import { Report, ratio, readFlags, summary, whole } from './support/report.mjs'

const flags = readFlags('Pings answered per CPU-second', {
  seconds: [5, 'how long each case lasts'],
  rounds: [3, 'how often each case has its turn'],
  inflight: [32, 'pings under way at a time, beside the cases with one'],
})

const report = new Report('Pings answered per CPU-second', flags, {
  members:
    'one each, in a process of its own, alone in its cluster; no delegates, compression off, log off',
  load: `${flags.inflight} pings or one in flight from one socket on loopback, ${flags.seconds} s a turn`,
  figure: `answers by user and system CPU time of the answering process; ${flags.rounds} turns each, alternating`,
})

const contestants = {
  'Go, GOMAXPROCS=1': () => Process.go(1),
  'Go, GOMAXPROCS=2': () => Process.go(2),
  hearsay: () => Process.node(flags),
}

const generator = await Process.go()
const key = randomBytes(32).toString('base64')
await compare('in the clear', { target: 2 })
await compare('AES-256-GCM', { key, target: 1.5 })
await compare('in the clear, one at a time', { inFlight: 1, target: 2 })
await compare('AES-256-GCM, one at a time', { inFlight: 1, key, target: 1.5 })
await generator.stop()
report.finish()

async function compare(title, { key, inFlight = flags.inflight, target }) {
  const all = []
  for (const [name, start] of Object.entries(contestants)) {
    const member = await start()
    const { addresses } = await member.call('start', { members: 1, key, compression: false })
    all.push({ name, member, load: { target: addresses[0], inFlight, key }, turns: [] })
  }
  for (const each of all) await measure(each, Math.min(2, flags.seconds))
  for (let round = 0; round < flags.rounds; round++) {
    for (const each of all) each.turns.push(await measure(each, flags.seconds))
  }
  for (const { member } of all) await member.stop()
  show(title, all, target)
}

async function measure({ member, load }, seconds) {
  const before = await member.call('cpu')
  const result = await generator.call('ping', { ...load, node: 'member-0000', seconds })
  const after = await member.call('cpu')
  const userUs = (after.userUs - before.userUs) / result.answers
  const systemUs = (after.systemUs - before.systemUs) / result.answers
  return { ...result, userUs, systemUs, rate: 1e6 / (userUs + systemUs) }
}

function show(title, all, target) {
  const ours = all.at(-1)
  const rows = all.map(({ name, turns }) => ({
    name,
    rate: summary(turns.map(({ rate }) => rate)),
    userUs: summary(turns.map(({ userUs }) => userUs)),
    systemUs: summary(turns.map(({ systemUs }) => systemUs)),
    lost: turns.reduce((sum, { lost }) => sum + lost, 0),
    // Ours by this one, turn by turn: what else the machine did then happened to both.
    oursBy: summary(turns.map(({ rate }, round) => ours.turns[round].rate / rate)),
  }))
  const best = rows
    .slice(0, -1)
    .reduce((one, other) => (other.rate.median > one.rate.median ? other : one))
  const { pingBytes, answerBytes } = ours.turns[0]
  report.say(`${title}: ping of ${pingBytes} bytes, ack of ${answerBytes}`)
  report.table(
    ['', 'answers/CPU-s', 'least … most', 'user us each', 'system us', 'lost', 'ours by it'],
    rows.map(({ name, rate, userUs, systemUs, lost, oursBy }) => [
      name,
      whole(rate.median),
      `${whole(rate.min)} … ${whole(rate.max)}`,
      userUs.median.toFixed(1),
      systemUs.median.toFixed(1),
      lost,
      name === 'hearsay' ? '' : ratio(oursBy.median),
    ]),
  )
  const verdict = best.oursBy.median >= target ? 'reached' : 'missed'
  report.say(`  ours by Go's best: ${ratio(best.oursBy.median)}; target ${target}x: ${verdict}`)
  report.keep(title, { rows, best: best.name, ratio: best.oursBy.median, target, verdict })
}
