// What a push/pull with many members costs the member that answers, ours and Go's, and how long our
// event loop stands still while it does.
//   node bench/push-pull.mjs
import { randomBytes } from 'node:crypto'
import { Process } from './support/process.mjs'
import { Report, ratio, readFlags, summary } from './support/report.mjs'

const flags = readFlags('CPU of a push/pull', {
  members: [10_000, 'entries in the state that is exchanged'],
  rounds: [3, 'fresh processes of each kind'],
  repeats: [40, 'push/pulls with all known, in each process, after half as many unmeasured'],
})
const STALL_TARGET_MS = 20

const report = new Report(`CPU of a push/pull with ${flags.members} members`, flags, {
  members: 'probes, gossip and push/pulls of their own off; no delegates, log off',
  state:
    'names such as m0-0001.eu-west.example, 4-byte addresses, no metadata; the client sends all and reads all',
  figure: `user and system CPU time of the answering process, per exchange; ${flags.rounds} processes each, alternating`,
  first:
    'none of the members is known, by a member that knew nobody, or one other; again: all are known',
  'by digests':
    'a member of ours asks one that knows the same: the client sends the digest of the table alone',
  'cold process':
    "the first exchange that a process ever does, before Node's compiler has seen the code",
})

const key = randomBytes(32).toString('base64')
const modes = {
  'in the clear': { compression: false },
  compressed: { compression: true },
  'compressed, AES-256-GCM': { compression: true, key },
}
const contestants = {
  'Go, GOMAXPROCS=1': () => Process.go(1),
  'Go, GOMAXPROCS=2': () => Process.go(2),
  hearsay: (more) => Process.node({ ...flags, ...more }),
}
const cases = ['first, cold process', 'first, knew nobody', 'first, knew one', 'again']

/** Parts of a digest that a member of ours asks 10,000 others by, and the bytes of one. */
const DIGEST_PARTS = 512
const PART_BYTES = 8

// Members of one process that are measured alike, each with names of its own.
const ALIKE = 5

const client = await Process.go()
for (const [title, mode] of Object.entries(modes)) await compare(title, mode)
await client.stop()
report.finish()

async function compare(title, mode) {
  const sizes = await prepare(mode)
  const all = Object.keys(contestants).map((name) => ({
    name,
    cpuMs: Object.fromEntries(cases.map((each) => [each, []])),
    byDigests: [],
  }))
  for (let round = 0; round < flags.rounds; round++) {
    for (const each of all) await measure(each, mode)
  }
  const stalls = []
  for (let round = 0; round < flags.rounds; round++) stalls.push(await watch(mode))
  show(title, all, sizes, stalls)
}

/** A state for each member that is to learn of it for the first time; the last is of one member. */
async function prepare(mode) {
  const make = (state, count) =>
    client.call('prepare', { state, prefix: state, count, join: true, ...mode })
  for (let index = 0; index <= 2 * ALIKE; index++) await make(`m${index}`, flags.members)
  await make('one', 1)
  return make('m0', flags.members)
}

async function measure(each, mode) {
  const member = await contestants[each.name]()
  const { addresses } = await member.call('start', { members: 1 + 2 * ALIKE, quiet: true, ...mode })
  const exchange = async (index, state, count = 1) => {
    const before = await member.cpuUs()
    await client.call('exchange', { target: addresses[index], state, count })
    return ((await member.cpuUs()) - before) / 1e3 / count
  }
  const { cpuMs } = each
  cpuMs['first, cold process'].push(await exchange(0, 'm0'))
  for (let index = 1; index <= ALIKE; index++) {
    cpuMs['first, knew nobody'].push(await exchange(index, `m${index}`))
  }
  for (let index = ALIKE + 1; index <= 2 * ALIKE; index++) {
    await exchange(index, 'one')
    cpuMs['first, knew one'].push(await exchange(index, `m${index}`))
  }
  await exchange(1, 'm1', flags.repeats >> 1)
  cpuMs.again.push(await exchange(1, 'm1', flags.repeats))
  await verify(addresses[1], 'm1', mode)
  if (each.name === 'hearsay') {
    await prepareDigest(addresses[1], mode)
    await exchange(1, 'digest', flags.repeats >> 1)
    each.byDigests.push(await exchange(1, 'digest', flags.repeats))
  }
  await member.stop()
}

/** A question with the digest that the member has itself, which it gives with its answer to another. */
async function prepareDigest(target, mode) {
  const ask = (digest) =>
    client.call('prepare', { state: 'digest', prefix: '', count: 0, digest, ...mode })
  const answer = () => client.call('exchange', { target, state: 'digest', verify: true, ...mode })
  await ask(Buffer.alloc(DIGEST_PARTS * PART_BYTES).toString('base64'))
  await ask((await answer()).digest)
  const { nodes } = await answer()
  if (nodes !== 0) throw new Error(`the answer has ${nodes} members that are known`)
}

/** That the answer was a push/pull with every member in it. */
async function verify(target, state, mode) {
  const { nodes } = await client.call('exchange', { target, state, verify: true, ...mode })
  if (nodes < flags.members + 1) throw new Error(`the answer has ${nodes} members`)
}

/** The longest stall of our event loop during a first exchange, and during some with all known. */
async function watch(mode) {
  const member = await contestants.hearsay({ profile: undefined })
  const { addresses } = await member.call('start', { members: 3, quiet: true, ...mode })
  const during = async (index, state, count) => {
    await member.call('watch')
    await client.call('exchange', { target: addresses[index], state, count })
    return member.call('stalls')
  }
  const stalls = {
    'first, cold process': await during(0, 'm0', 1),
    'first, knew nobody': await during(1, 'm1', 1),
    again: await during(1, 'm1', flags.repeats),
  }
  await client.call('exchange', { target: addresses[2], state: 'one' })
  stalls['first, knew one'] = await during(2, 'm2', 1)
  await member.stop()
  return stalls
}

function show(title, all, { messageBytes, streamBytes }, stalls) {
  const figures = all.map(({ name, cpuMs }) => ({
    name,
    cpuMs: Object.fromEntries(cases.map((each) => [each, summary(cpuMs[each])])),
  }))
  const ours = figures.at(-1)
  const best = (each) =>
    figures
      .slice(0, -1)
      .reduce((one, other) => (other.cpuMs[each].median < one.cpuMs[each].median ? other : one))
  const ratios = Object.fromEntries(
    cases.map((each) => [each, ours.cpuMs[each].median / best(each).cpuMs[each].median]),
  )
  report.say(`${title}: ${messageBytes} bytes, ${streamBytes} on the stream`)
  const milliseconds = ({ median, min, max }) =>
    `${median.toFixed(1)} (${min.toFixed(0)}…${max.toFixed(0)})`
  report.table(
    ['CPU ms, median (least…most)', ...figures.map(({ name }) => name), "ours by Go's best", ''],
    cases.map((each) => [
      each,
      ...figures.map(({ cpuMs }) => milliseconds(cpuMs[each])),
      ratio(ratios[each]),
      ratios[each] <= 1 ? 'reached' : 'missed',
    ]),
  )
  const byDigests = summary(all.at(-1).byDigests)
  const byDigestsRatio = byDigests.median / best('again').cpuMs.again.median
  report.say(
    `by digests: ${milliseconds(byDigests)} CPU ms, ${ratio(byDigestsRatio)} of Go's best "again"`,
  )
  const stallsByCase = Object.fromEntries(
    cases.map((each) => [
      each,
      {
        wallMs: summary(stalls.map((one) => one[each].longestMs)),
        cpuMs: summary(stalls.map((one) => one[each].longestCpuMs)),
      },
    ]),
  )
  report.table(
    ['longest stall of our loop, ms, median (least…most)', 'by the clock', 'of it CPU', ''],
    Object.entries(stallsByCase).map(([each, { wallMs, cpuMs }]) => [
      each,
      milliseconds(wallMs),
      milliseconds(cpuMs),
      cpuMs.median < STALL_TARGET_MS ? 'reached' : 'missed',
    ]),
  )
  report.keep(title, {
    ...{ messageBytes, streamBytes, figures, ratios, stalls: stallsByCase },
    ...{ byDigests, byDigestsRatio },
  })
}
