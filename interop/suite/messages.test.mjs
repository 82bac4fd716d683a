import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { ALL, bothWays, NEW_AND_OLD } from './harness/kinds.mjs'

async function pair(cluster, from, to) {
  const sender = await cluster.member(from, 'sender')
  const receiver = await cluster.member(to, 'receiver')
  await sender.join(receiver)
  await cluster.converged()
  return [sender, receiver]
}

for (const [from, to] of bothWays(ALL)) {
  clusterTest(
    `${from} to ${to}: a message by packet, small, larger than a packet, and to an address`,
    async (cluster) => {
      const [sender, receiver] = await pair(cluster, from, to)
      for (const payload of ['x', { length: 1_300, seed: 1 }, { length: 9_000, seed: 2 }]) {
        await sender.send(receiver, payload)
        await receiver.hears(payload)
      }
      await sender.send(receiver.address, 'to an address alone')
      await receiver.hears('to an address alone')
    },
  )

  clusterTest(`${from} to ${to}: a message by stream, of one byte and of 5 MB`, async (cluster) => {
    const [sender, receiver] = await pair(cluster, from, to)
    for (const payload of ['x', { length: 5_000_000, seed: 4 }]) {
      await sender.sendReliable(receiver, payload)
      await receiver.hears(payload)
    }
  })
}

for (const release of NEW_AND_OLD) {
  clusterTest(
    `gossip of ${release} and of ours reaches every member of both kinds`,
    async (cluster) => {
      // Only who has a message to say gossips it, to random members: often enough for all.
      cluster.settings = { ...cluster.settings, retransmitMultiplier: 40 }
      const kinds = ['node', release, 'node', release, release]
      const members = []
      for (const [index, kind] of kinds.entries()) {
        members.push(await cluster.member(kind, `${index}`))
        if (index > 0) await members[index].join(members[0])
      }
      await cluster.converged()
      for (const member of members) {
        const payload = `gossip of ${member.name}`
        await member.broadcast(payload)
        for (const other of members) if (other !== member) await other.hears(payload)
      }
    },
  )

  clusterTest(
    `a hundred broadcasts of each of ${release} and ours arrive, many in a packet`,
    async (cluster) => {
      const [one, two] = await pair(cluster, 'node', release)
      const payloads = (of) =>
        Array.from({ length: 100 }, (_, n) => `${of.name} ${n} `.repeat(1 + (n % 20)))
      for (const member of [one, two]) {
        for (const payload of payloads(member)) await member.broadcast(payload)
      }
      for (const payload of payloads(one)) await two.hears(payload)
      for (const payload of payloads(two)) await one.hears(payload)
    },
  )
}

for (const [from, to] of bothWays(NEW_AND_OLD)) {
  clusterTest(`${from} to ${to}: forty messages by stream at once`, async (cluster) => {
    const [sender, receiver] = await pair(cluster, from, to)
    const payloads = Array.from({ length: 40 }, (_, n) => ({ length: 50_000 + n, seed: n }))
    await Promise.all(payloads.map((payload) => sender.sendReliable(receiver, payload)))
    for (const payload of payloads) await receiver.hears(payload)
  })
}

clusterTest('a newer broadcast of the same name takes the place of the older', async (cluster) => {
  // Nothing goes out before the third: gossip is slow, and probes are slower.
  const settings = { gossipIntervalMs: 1_000, probeIntervalMs: 20_000, probeTimeoutMs: 10_000 }
  const node = await cluster.node('node', { settings })
  const go = await cluster.go('go')
  await node.join(go)
  await cluster.converged()
  const from = go.log.events.length
  for (const text of ['first', 'second', 'third']) await node.broadcast(text, 'config')
  await go.hears('third', { from })
  const heard = go.log.filter(({ type }) => type === 'message', from).map(({ bytes }) => bytes)
  assert.deepEqual([...new Set(heard)], [Buffer.from('third').toString('base64')])
})
