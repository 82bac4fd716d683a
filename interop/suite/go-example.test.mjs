// The well-known Go example's protocol: our Go program on the real memberlist, and `hearsay agent
// --kv go-example`, both asked by the same three calls over HTTP.
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { build } from '../build.mjs'
import { clusterTest } from './harness/cluster.mjs'
import { eventually } from './harness/eventually.mjs'
import { bothWays } from './harness/kinds.mjs'
import { Program } from './harness/program.mjs'

const hearsay = fileURLToPath(new URL('../../packages/agent/bin/hearsay.js', import.meta.url))

/** What both have: the three calls, and an address to join. */
class Store extends Program {
  address
  http

  async add(key, value) {
    await this.#call('add', { key, val: value })
  }

  async get(key) {
    return await this.#call('get', { key })
  }

  async delete(key) {
    await this.#call('del', { key })
  }

  /** It comes to have this value; undefined for a key that goes, which reads as nothing. */
  async comesToHave(key, value = '', timeoutMs = undefined) {
    const has = async () => assert.equal(await this.get(key), value)
    await eventually(`${this.name} has ${value.slice(0, 40)} for ${key}`, has, timeoutMs)
  }

  async #call(path, query) {
    const response = await fetch(`http://${this.http}/${path}?${new URLSearchParams(query)}`)
    const text = await response.text()
    assert.equal(response.status, 200, text)
    return text
  }
}

class Example extends Store {
  release = 'v0.7.0'

  static async start(cluster, name, ...members) {
    const given = [`-name=${name}`, `-members=${members.map(({ address }) => address)}`]
    const example = new Example(await build('example'), given, name)
    cluster.alsoStops(example)
    await example.says(/^http /)
    const told = (what) => example.lines.find((line) => line.startsWith(what)).split(' ')[1]
    return Object.assign(example, { address: told('gossip'), http: told('http') })
  }
}

class Agent extends Store {
  release = 'node'

  static async start(cluster, name, ...members) {
    return await Agent.startWith(cluster, name, [], ...members)
  }

  static async startWith(cluster, name, more, ...members) {
    const join = members.length === 0 ? [] : ['--members', members.map(({ address }) => address)]
    const ports = ['--bind', '127.0.0.1:0', '--http', '127.0.0.1:0']
    const words = ['agent', '--name', name, '--profile', 'local', '--kv', 'go-example', ...ports]
    const all = [hearsay, ...words, '-o', 'ndjson', ...join.map(String), ...more]
    const agent = new Agent(process.execPath, all, name)
    cluster.alsoStops(agent)
    const { gossip, http } = await agent.event('ready')
    return Object.assign(agent, { address: gossip, http: http.replace(/^http:\/\//, '') })
  }

  async event(name) {
    const { line } = await this.says(new RegExp(`"event":"${name}"`))
    return JSON.parse(line)
  }

  async knows(name) {
    await this.says(new RegExp(`"event":"join","member":{"name":"${name}"`))
  }
}

const kinds = { 'the Go example': Example, 'a Node agent': Agent }

/**
 * A write of `writer` comes to stand at `reader`. The wire has no versions, so what gossip repeats of
 * the write before can come after it and undo it, and nothing is repaired: then it is written again.
 */
async function replaces(writer, reader, key, value) {
  await eventually(`${reader.name} keeps what ${writer.name} wrote`, async () => {
    if (value === undefined) await writer.delete(key)
    else await writer.add(key, value)
    await reader.comesToHave(key, value, 2_000)
  })
}

/** Each with the other, and two agents with each other. */
const pairs = [...bothWays(['the Go example']), ['node', 'node']].map((pair) =>
  pair.map((kind) => (kind === 'node' ? 'a Node agent' : kind)),
)

for (const [first, second] of pairs) {
  clusterTest(
    `${second} that joins ${first} gets what is there, and gives what it has`,
    async (cluster) => {
      const one = await kinds[first].start(cluster, 'one')
      await one.add('before', 'the join')
      await one.add('quotes "and" \\ <tags> \u2028', 'grün\n\u0000 \u{1f40d}')
      await one.add('gone', 'again')
      await one.delete('gone')
      const two = await kinds[second].start(cluster, 'two', one)
      await two.comesToHave('before', 'the join')
      await two.comesToHave('quotes "and" \\ <tags> \u2028', 'grün\n\u0000 \u{1f40d}')
      assert.equal(await two.get('gone'), '')
      await two.add('from two', 'as well')
      const three = await kinds[first].start(cluster, 'three', two)
      for (const key of ['before', 'from two']) await three.comesToHave(key, await two.get(key))
    },
  )

  clusterTest(`adds and deletes travel from ${first} to ${second}, and back`, async (cluster) => {
    const one = await kinds[first].start(cluster, 'one')
    const two = await kinds[second].start(cluster, 'two', one)
    for (const [writer, reader] of [
      [one, two],
      [two, one],
    ]) {
      const key = `of ${writer.name}`
      await writer.add(key, 'first')
      await reader.comesToHave(key, 'first')
      await replaces(writer, reader, key, 'second')
      await replaces(reader, writer, key, 'by the other')
      await replaces(writer, reader, key, undefined)
      await writer.add('', 'under the empty key')
      await reader.comesToHave('', 'under the empty key')
    }
  })

  clusterTest(`a hundred keys of ${first} and of ${second} are all at both`, async (cluster) => {
    const one = await kinds[first].start(cluster, 'one')
    const two = await kinds[second].start(cluster, 'two', one)
    const numbers = Array.from({ length: 100 }, (_, index) => index)
    const write = (store) =>
      Promise.all(numbers.map((n) => store.add(`${store.name}-${n}`, `${n}`)))
    await Promise.all([write(one), write(two)])
    for (const reader of [one, two]) {
      for (const writer of [one, two]) {
        for (const n of numbers) await reader.comesToHave(`${writer.name}-${n}`, `${n}`)
      }
    }
  })
}

/** Each write is gossiped to members drawn at random, and no more are drawn than these. */
clusterTest('two of the Go example and two Node agents share their keys', async (cluster) => {
  const seed = await Example.start(cluster, 'go-0')
  const node = await Agent.start(cluster, 'node-0', seed)
  const all = [seed, node, await Example.start(cluster, 'go-1', node)]
  all.push(await Agent.start(cluster, 'node-1', seed))
  // Who is not known to a writer is not told, and gets it at no other time than at a join.
  await Promise.all([node.knows('go-1'), node.knows('node-1'), all[3].knows('go-1')])
  await seed.says(/joined go-1/)
  await seed.says(/joined node-1/)
  await all[2].says(/joined node-1/)
  // The draws of the example may leave out a member, which then has it from the next write.
  for (const writer of all) {
    for (const reader of all) await replaces(writer, reader, writer.name, `of ${writer.name}`)
  }
})

clusterTest(
  'a value that fits no packet comes from a Node agent to the Go example',
  async (cluster) => {
    const go = await Example.start(cluster, 'go')
    const node = await Agent.start(cluster, 'node', go)
    const response = await fetch(`http://${node.http}/v1/kv/large`, {
      method: 'PUT',
      body: 'large '.repeat(50_000),
    })
    assert.ok(response.ok, await response.text())
    await go.comesToHave('large', 'large '.repeat(50_000))
    await node.add('large', 'small')
    await go.comesToHave('large', 'small')
  },
)

clusterTest('a Node agent says what the example cannot do', async (cluster) => {
  const node = await Agent.start(cluster, 'node')
  const put = async (path, body) => {
    const response = await fetch(`http://${node.http}/v1/kv/${path}`, { method: 'PUT', body })
    return { status: response.status, ...(await response.json()) }
  }
  for (const asked of [put('a?acks=1', 'x'), put('a?ttl=1s', 'x'), put('a', Buffer.of(0xff))]) {
    const { status, code } = await asked
    assert.equal(code, 'ERR_KV_UNSUPPORTED')
    assert.equal(status, 501)
  }
  assert.equal(await node.get('a'), '')
})

clusterTest(
  'a Node agent keeps its keys across a kill, where it has a directory',
  async (cluster) => {
    const kept = ['--data-dir', cluster.directory()]
    const before = await Agent.startWith(cluster, 'before', kept)
    await before.add('kept', 'on disk')
    await before.stop('SIGKILL')
    const after = await Agent.startWith(cluster, 'after', kept)
    await after.comesToHave('kept', 'on disk')
    const go = await Example.start(cluster, 'go', after)
    await go.comesToHave('kept', 'on disk')
  },
)
