import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { bothWays, WITH_LABELS } from './harness/kinds.mjs'

const keys = [Buffer.alloc(32, 1)]
const state = { length: 70_000, seed: 1 }

for (const [first, second] of bothWays(WITH_LABELS)) {
  for (const [title, options] of [
    ['', {}],
    [' and a key', { keys }],
    [' of 255 bytes and a key', { keys, label: 'l'.repeat(255) }],
  ]) {
    clusterTest(`${second} joins ${first} with the same label${title}`, async (cluster) => {
      const one = await cluster.member(first, 'one', { label: 'blue', state, ...options })
      const two = await cluster.member(second, 'two', { label: 'blue', state, ...options })
      await two.join(one)
      await cluster.converged()
      await one.mergesState(state)
      await two.mergesState(state)
      for (const [from, to] of [
        [one, two],
        [two, one],
      ]) {
        await from.send(to, `${from.name} by packet`)
        await to.hears(`${from.name} by packet`)
        await from.sendReliable(to, `${from.name} by stream`)
        await to.hears(`${from.name} by stream`)
        await from.broadcast(`${from.name} by gossip`)
        await to.hears(`${from.name} by gossip`)
        await from.ping(to)
      }
    })
  }

  for (const [title, ours, theirs, reason, sentence] of [
    ['another label', 'blue', 'green', 'label-mismatch', /label of another cluster/],
    ['no label', 'blue', undefined, 'label-missing', /without our label/],
    [
      'a label, where there is none,',
      undefined,
      'green',
      'label-unexpected',
      /with a label, and we have none/,
    ],
  ]) {
    clusterTest(`a ${second} with ${title} is refused by ${first}, and named`, async (cluster) => {
      cluster.expectLine(/unacceptable label/)
      cluster.expectRejected(reason, 'empty')
      const one = await cluster.member(first, 'one', { label: ours })
      const two = await cluster.member(second, 'two', { label: theirs })
      // A refused label gets no answer: the stream just ends.
      await assert.rejects(two.join(one), second === 'node' ? /label/ : /EOF|reset/)
      if (first === 'node') assert.match((await one.warns(reason)).text, sentence)
      else await one.logs(/discarding stream with unacceptable label/)
      // Packets are judged by themselves.
      await two.send(one.address, 'to another cluster')
      if (first === 'node') assert.ok(one.list.stats().rejected[reason] >= 1)
      else await one.logs(/discarding packet with unacceptable label/)
      for (const member of [one, two])
        assert.deepEqual(await cluster.namesSeenBy(member), [member.name])
    })
  }

  clusterTest(
    `${first} without the inbound check takes in ${second} without a label`,
    async (cluster) => {
      const settings = { skipInboundLabelCheck: true }
      // As behind a proxy that takes the label off: what goes out has it, what comes in has not.
      cluster.expectLine(/unacceptable label/)
      cluster.expectRejected('label-unexpected')
      const one = await cluster.member(first, 'one', { label: 'blue', settings })
      const two = await cluster.member(second, 'two')
      await two.join(one)
      await one.sees('join', 'two')
      await two.sees('join', 'one')
    },
  )
}
