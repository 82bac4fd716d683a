// Everything at once: members of all releases and ours crash, leave, come back, are cut off from each
// other and talk, as a seed says; when it is over, all see all, and nobody has complained of bytes.
import { setTimeout as pause } from 'node:timers/promises'
import { clusterTest } from './harness/cluster.mjs'
import { ALL } from './harness/kinds.mjs'
import { hasty } from './harness/settings.mjs'

const FOR_MS = 25_000
const seed = Number(process.env.HEARSAY_SEED ?? 1)
const KINDS = ['node', ...ALL, 'node', 'node', 'node']
const KEY = Buffer.alloc(32, 5)

/** Numbers below `below` (Park and Miller). The times between them are the machine's. */
function draws(from) {
  let state = from
  return (below) => {
    state = (state * 48_271) % 0x7fffffff
    return state % below
  }
}

/** A cluster in such a state cannot do all that is asked of it; but that is all that may fail. */
function onlyOfNetworks(error) {
  if (error instanceof TypeError || error instanceof RangeError) throw error
}

class Churn {
  constructor(cluster) {
    this.cluster = cluster
    this.draw = draws(seed)
    this.members = []
  }

  async start(index) {
    const kind = KINDS[index]
    const options = { filter: true, keys: [KEY], state: { length: 2_000, seed: index } }
    this.members[index] = await this.cluster.member(kind, `m${index}`, options)
    return this.members[index]
  }

  /** The next life joins by any of the others, if it can. */
  async again(index) {
    const { members, cluster } = this
    await members[index].crash()
    cluster.members.splice(cluster.members.indexOf(members[index]), 1)
    const next = await this.start(index)
    await next.join(...members.filter((member) => member !== next)).catch(() => {})
  }

  async step() {
    const { members, draw, cluster } = this
    const index = draw(members.length)
    const member = members[index]
    const other = members[(index + 1) % members.length]
    switch (draw(8)) {
      case 0:
        return this.again(index)
      case 1:
        await member.leave().catch(() => {})
        return this.again(index)
      case 2:
        return member.updateMeta(`meta ${draw(1_000)}`)
      case 3:
        return member.broadcast(`broadcast ${draw(1_000)}`)
      case 4:
        return member.sendReliable(other, { length: 100_000, seed: draw(100) }).catch(() => {})
      case 5: {
        const side = members.filter(() => draw(2) === 0)
        await cluster.cut(
          side,
          members.filter((each) => !side.includes(each)),
        )
        await pause(draw(3_000))
        return cluster.mend(members)
      }
      default:
        return pause(draw(1_500))
    }
  }
}

clusterTest(
  `members of all releases and ours come and go (HEARSAY_SEED=${seed}), and in the end all see all`,
  async (cluster) => {
    cluster.settings = {
      ...hasty,
      pushPullIntervalMs: 2_000,
      reconnectIntervalMs: 1_000,
      gossipToTheDeadMs: 3_000,
      deadNodeReclaimMs: 1_000,
    }
    cluster.expectFailures()
    // Lives follow each other at other addresses; a cut is not made on all members at once.
    cluster.expectLine(
      /Refuting an alive message/,
      /Conflicting address/,
      /Got ping for unexpected/,
    )
    cluster.expectLine(
      /Was able to connect to .*probes failed/,
      /Failed to (receive|read remote|send|push)/,
    )
    cluster.expectRejected('name-conflict', 'wrong-name')
    cluster.expectWarning('udp-blocked')
    const churn = new Churn(cluster)
    for (const index of KINDS.keys()) {
      const member = await churn.start(index)
      if (index > 0) await member.join(churn.members[0])
    }
    await cluster.converged()
    const until = performance.now() + FOR_MS
    while (performance.now() < until) await churn.step().catch(onlyOfNetworks)
    await cluster.mend()
    await cluster.converged(churn.members, 60_000)
  },
)
