import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { ALL, bothWays, NEW_AND_OLD } from './harness/kinds.mjs'
import { noNetworks } from './harness/network.mjs'
import { hasty, quick } from './harness/settings.mjs'

async function joined(cluster, kinds, options) {
  const members = []
  for (const [name, kind] of Object.entries(kinds)) {
    members.push(await cluster.member(kind, name, options?.[name]))
    if (members.length > 1) await members.at(-1).join(members[0])
  }
  await cluster.converged()
  return members
}

/** In the words of the releases. */
const OVER_TCP = /Was able to connect to . (over TCP but UDP|but other) probes failed/

/** Long enough that each has probed each several times. */
const rounds = (members, settings) => 4 * members.length * settings.probeIntervalMs

/** Go draws its helpers with a few throws of the dice: of one it would sometimes hit none. */
const helpers = (kind) => ({ 'helper 1': kind, 'helper 2': kind, 'helper 3': kind })

for (const [asking, helping] of bothWays(NEW_AND_OLD)) {
  const target = asking
  clusterTest(
    `${asking} that cannot reach ${target} reaches it through ${helping}`,
    async (cluster) => {
      // No fallback by stream: only the helper can vouch.
      cluster.settings = { ...hasty, disableTcpPings: true }
      const kinds = { asking, ...helpers(helping), target }
      const members = await joined(cluster, kinds, {
        asking: { filter: true },
        target: { filter: true },
      })
      const a = members[0]
      await cluster.cut([a], [members.at(-1)])
      await cluster.isCalm(rounds(members, cluster.settings))
      if (a.kind === 'node') {
        const { protocol } = await a.stats()
        assert.ok(protocol.indirectProbes > 0)
        assert.equal(protocol.probesFailed, 0)
      } else {
        await a.logs(/Failed (UDP )?ping: target/)
      }
    },
  )

  clusterTest(
    `nacks of ${helping} keep the health of ${asking} when a third member fails`,
    async (cluster) => {
      // Go's nack comes a whole time-out after the ping, too late for its own defaults; ours in time.
      const timing =
        helping === 'node'
          ? { probeIntervalMs: 1_000, probeTimeoutMs: 500 }
          : { probeIntervalMs: 500, probeTimeoutMs: 150 }
      const settings = { ...timing, suspicionMultiplier: 40 }
      cluster.settings = { ...hasty, ...settings, disableTcpPings: true }
      cluster.expectFailures()
      const kinds = { asking, ...helpers(helping), target: 'node' }
      const members = await joined(cluster, kinds)
      const a = members[0]
      const from = a.log.events.length
      await members.at(-1).crash()
      // A probe that failed although the helper was asked, with its nack, costs no health.
      if (a.kind === 'node') await a.sees('suspect', 'target', { from })
      else await a.logs(/Suspect target has failed/, { from })
      await a.log.waitFor(
        'the next probe',
        ({ type }) => type === 'ping',
        10_000,
        a.log.events.length,
      )
      assert.equal(await a.health(), 0)
    },
  )
}

for (const [one, two] of bothWays(ALL)) {
  clusterTest(
    `UDP blocked: ${one} and ${two} still reach each other by stream, and say so`,
    async (cluster) => {
      cluster.settings = quick
      cluster.expectLine(OVER_TCP)
      cluster.expectWarning('udp-blocked')
      const options = { filter: true }
      const [a, b] = await joined(cluster, { a: one, b: two }, { a: options, b: options })
      const [ours, theirs] = one === 'node' ? [a, b] : [b, a]
      await ours.block([theirs.address], { packetsOnly: true })
      await cluster.isCalm(rounds([a, b], cluster.settings))
      const { text } = await ours.warns('udp-blocked')
      assert.match(text, /answers over TCP but not over UDP/)
      await theirs.logs(OVER_TCP)
    },
  )
}

clusterTest(
  'hosts behind a router that drops UDP reach each other by stream',
  { skip: noNetworks },
  async (cluster) => {
    cluster.settings = quick
    cluster.expectLine(OVER_TCP)
    cluster.expectWarning('udp-blocked')
    const network = await cluster.network(['a', 'b'])
    const a = await cluster.node('a', network.host('a'))
    const b = await cluster.go('b', network.host('b'))
    await b.join(a)
    await cluster.converged()
    await network.cut(['a'], ['b'], { udp: true })
    await cluster.isCalm(rounds([a, b], cluster.settings))
    await a.warns('udp-blocked')
    await b.logs(OVER_TCP)
  },
)

clusterTest(
  'hosts behind a router: two that cannot reach each other are kept by a third of the other kind',
  { skip: noNetworks },
  async (cluster) => {
    cluster.settings = { ...hasty, disableTcpPings: true }
    const network = await cluster.network(['a', 'b', 'c'])
    const a = await cluster.node('a', network.host('a'))
    const b = await cluster.go('b', network.host('b'))
    const c = await cluster.node('c', network.host('c'))
    for (const member of [b, c]) await member.join(a)
    await cluster.converged()
    await network.cut(['a'], ['c'])
    await cluster.isCalm(rounds([a, b, c], cluster.settings))
  },
)
