import assert from 'node:assert/strict'
import { clusterTest } from './harness/cluster.mjs'
import { ALL, bothWays, NEW_AND_OLD, WITH_LABELS } from './harness/kinds.mjs'

const keyOf = (length, fill = length) => Buffer.alloc(length, fill)
const state = { length: 70_000, seed: 1 }
const large = { length: 5_000_000, seed: 2 }

async function talkBothWays(one, two) {
  for (const [from, to] of [
    [one, two],
    [two, one],
  ]) {
    await from.send(to, `${from.name}, by packet`)
    await to.hears(`${from.name}, by packet`)
    await from.sendReliable(to, `${from.name}, by stream`)
    await to.hears(`${from.name}, by stream`)
    await from.broadcast(`${from.name}, by gossip`)
    await to.hears(`${from.name}, by gossip`)
  }
}

for (const [first, second] of bothWays(ALL)) {
  for (const length of [16, 24, 32]) {
    clusterTest(`${second} joins ${first} with a key of ${length} bytes`, async (cluster) => {
      const keys = [keyOf(length)]
      const one = await cluster.member(first, 'one', { keys, state })
      const two = await cluster.member(second, 'two', { keys, state })
      await two.join(one)
      await cluster.converged()
      await one.mergesState(state)
      await two.mergesState(state)
      await talkBothWays(one, two)
      await one.sendReliable(two, large)
      await two.hears(large)
    })
  }
}

for (const release of NEW_AND_OLD) {
  clusterTest(`the key is rotated while members of ${release} and ours talk`, async (cluster) => {
    const lengths = [16, 32, 24]
    const keys = lengths.map((length) => keyOf(length))
    const members = []
    for (const [index, kind] of ['node', release, 'node', release].entries()) {
      members.push(await cluster.member(kind, `${index}`, { keys: [keys[0]] }))
      if (index > 0) await members[index].join(members[0])
    }
    await cluster.converged()
    for (const [index, next] of keys.entries()) {
      if (index === 0) continue
      for (const member of members) await member.changeKey('add', next)
      // One after the other: meanwhile some encrypt with the new key, and some with the old.
      for (const [place, member] of members.entries()) {
        await member.changeKey('use', next)
        const to = members[(place + 1) % members.length]
        const text = `after ${place + 1} of ${members.length} for key ${index}`
        await member.sendReliable(to, text)
        await to.hears(text)
        await to.send(member, text)
        await member.hears(text)
      }
      for (const member of members) await member.changeKey('remove', keys[index - 1])
    }
    // Whoever has the last key alone is one of them, and whoever has the first is not.
    const late = await cluster.node('late', { keys: [keys.at(-1)] })
    await late.join(members[1])
    await cluster.converged()
  })

  clusterTest(
    `a cluster of ${release} and ours gets its first key while it runs`,
    async (cluster) => {
      const key = keyOf(32)
      const open = { gossipVerifyIncoming: false, gossipVerifyOutgoing: false }
      const half = { gossipVerifyIncoming: false, gossipVerifyOutgoing: true }
      // The three steps of the migration, each by members of both kinds beside those of the step before.
      const plain = [
        await cluster.node('plain ours'),
        await cluster.member(release, 'plain theirs'),
      ]
      const reading = [
        await cluster.node('reading ours', { keys: [key], settings: open }),
        await cluster.member(release, 'reading theirs', { keys: [key], settings: open }),
      ]
      for (const member of [plain[1], ...reading]) await member.join(plain[0])
      await cluster.converged()
      await talkBothWays(plain[0], reading[1])
      await talkBothWays(plain[1], reading[0])
      for (const member of plain) {
        await member.leave()
        await member.crash()
      }
      const writing = [
        await cluster.node('writing ours', { keys: [key], settings: half }),
        await cluster.member(release, 'writing theirs', { keys: [key], settings: half }),
      ]
      await writing[0].join(reading[1])
      await writing[1].join(reading[0])
      await cluster.converged([...reading, ...writing])
      await talkBothWays(reading[0], writing[1])
      await talkBothWays(reading[1], writing[0])
    },
  )
}

for (const [first, second] of bothWays(WITH_LABELS)) {
  clusterTest(
    `a ${second} with another key is refused by ${first}, and both name it`,
    async (cluster) => {
      cluster.expectLine(/decrypt|No installed keys could decrypt/i, /Push\/Pull/)
      cluster.expectRejected('undecryptable')
      const one = await cluster.member(first, 'one', { keys: [keyOf(32, 1)] })
      const two = await cluster.member(second, 'two', { keys: [keyOf(32, 2)] })
      await assert.rejects(two.join(one), /key|decrypt/i)
      for (const member of [one, two]) {
        assert.deepEqual(await cluster.namesSeenBy(member), [member.name])
        if (member.kind === 'node' && member === one) {
          const { text } = await member.warns('undecryptable')
          assert.match(text, /a key that we do not have/)
        }
      }
    },
  )

  clusterTest(
    `a ${second} without a key is refused by ${first} with one, and both name it`,
    async (cluster) => {
      cluster.expectLine(/encrypted|encryption/i)
      cluster.expectRejected('plaintext', 'no-key')
      const one = await cluster.member(first, 'one', { keys: [keyOf(16)] })
      const two = await cluster.member(second, 'two')
      await assert.rejects(two.join(one), /encrypt/i)
      if (one.kind === 'node') assert.match((await one.warns('plaintext')).text, /not encrypted/)
      for (const member of [one, two])
        assert.deepEqual(await cluster.namesSeenBy(member), [member.name])
    },
  )

  clusterTest(
    `a ${second} with a key is refused by ${first} without one, and both name it`,
    async (cluster) => {
      cluster.expectLine(/encrypted|encryption/i)
      cluster.expectRejected('plaintext', 'no-key')
      const one = await cluster.member(first, 'one')
      const two = await cluster.member(second, 'two', { keys: [keyOf(16)] })
      await assert.rejects(two.join(one), /encrypt|key/i)
      if (one.kind === 'node') assert.match((await one.warns('no-key')).text, /no gossip key/)
      for (const member of [one, two])
        assert.deepEqual(await cluster.namesSeenBy(member), [member.name])
    },
  )
}
