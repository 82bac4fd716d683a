// Our side of the benchmarks: hosts members in one plain Node process, with the same operations as
// bench/go. The first argument is the folder of the built library.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { getHeapSpaceStatistics } from 'node:v8'

const { Memberlist, lan } = await import(pathToFileURL(`${process.argv[2]}/index.js`).href)

/** Members that answer, and do nothing by themselves. */
const quietSettings = {
  probeIntervalMs: 0,
  gossipIntervalMs: 0,
  pushPullIntervalMs: 0,
  reconnectIntervalMs: 0,
}

const members = []
let joined = 0
let watch
let watched

const operations = {
  async start({ members: count, quiet, compression, key, retransmitMultiplier }) {
    for (let index = 0; index < count; index++) {
      const member = await Memberlist.create({
        ...lan(),
        ...(quiet && quietSettings),
        ...(retransmitMultiplier && { retransmitMultiplier }),
        ...(key && { secretKey: Buffer.from(key, 'base64') }),
        enableCompression: compression === true,
        name: `member-${`${index}`.padStart(4, '0')}`,
        bind: { host: '127.0.0.1', port: 0 },
      })
      members.push(member)
    }
    return { addresses: members.map(({ bound }) => `${bound.host}:${bound.port}`) }
  },

  /** All but the first join it at once, and go on trying by themselves. */
  join() {
    const { host, port } = members[0].bound
    for (const member of members.slice(1)) {
      // An attempt that fails, since the seed takes so many at a time, is repeated in the background.
      member.join([`${host}:${port}`], { retry: true }).then(
        () => joined++,
        () => undefined,
      )
    }
    return {}
  },

  counts() {
    let [fewest, most] = [Number.MAX_SAFE_INTEGER, 0]
    for (const member of members) {
      const { alive, suspect } = member.stats().members
      fewest = Math.min(fewest, alive + suspect)
      most = Math.max(most, alive + suspect)
    }
    return { fewest, most }
  },

  verdicts() {
    const sum = (of) => members.reduce((total, member) => total + of(member.stats()), 0)
    return {
      suspected: sum(({ protocol }) => protocol.probesFailed),
      failed: sum(({ protocol }) => protocol.deadMessages),
      refuted: sum(({ protocol }) => protocol.refutations),
      pauses: sum(({ protocol }) => protocol.pauses),
      unwell: sum(({ health }) => (health > 0 ? 1 : 0)),
      packets: sum(({ protocol }) => protocol.packetsSent),
      joinedAtOnce: joined,
    }
  },

  cpu() {
    const { user, system } = process.cpuUsage()
    return { userUs: user, systemUs: system }
  },

  memory() {
    for (let round = 0; round < 3; round++) globalThis.gc()
    const { heapUsed, external } = process.memoryUsage()
    const pages = Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1])
    // After a collection nothing is in the young generation, but its pages are kept, 32 MiB at the most.
    // `external` has what lies outside the heap but belongs to objects in it, array buffers included.
    const reserve = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
    return { rss: pages * 4096, heap: heapUsed + external, young: reserve.physical_space_size }
  },

  /** Watches the event loop until `stalls`. */
  watch() {
    watched = { longestMs: 0, longestCpuMs: 0 }
    let [wallMs, cpuMs] = [performance.now(), cpuNow()]
    watch = setInterval(() => {
      const [wall, cpu] = [performance.now(), cpuNow()]
      const gapMs = wall - wallMs
      watched.longestMs = Math.max(watched.longestMs, gapMs)
      watched.longestCpuMs = Math.max(watched.longestCpuMs, Math.min(gapMs, cpu - cpuMs))
      wallMs = wall
      cpuMs = cpu
    }, 1)
    return {}
  },

  /**
   * The longest time that the loop stood still since `watch`, in milliseconds, by the clock and by
   * the CPU that this process used meanwhile: on a machine with other work the clock also counts the
   * time in which the process did not get the processor.
   */
  stalls() {
    clearInterval(watch)
    return watched
  },
}

function cpuNow() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e3
}

const answer = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)
answer({ result: { node: process.version } })
for await (const line of createInterface({ input: process.stdin })) {
  const { op, ...given } = JSON.parse(line)
  try {
    answer({ result: await operations[op](given) })
  } catch (error) {
    answer({ error: error.message })
  }
}
await Promise.all(members.map((member) => member.shutdown()))
