import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Peer } from '../../peer.mjs'
import { ChildMember } from './child-member.mjs'
import { eventually } from './eventually.mjs'
import { GoMember } from './go-member.mjs'
import { Network } from './network.mjs'
import { NodeMember } from './node-member.mjs'
import { Pressure } from './pressure.mjs'
import { quick } from './settings.mjs'

/**
 * Go's own complaints, and ours, that say nothing about bytes: a busy machine, a lost probe, a
 * goroutine of Go's that has yet to see that its member was shut down.
 */
const HARMLESS_LINES = [
  /Failed to send .*: use of closed network connection/,
  /Refuting a suspect message/,
  /Failed fallback (TCP )?ping: .*(i\/o timeout|deadline exceeded)/,
]
const HARMLESS_REJECTIONS = ['unexpected-ack']
const HARMLESS_WARNINGS = ['stalled']

/** Share of the time in which somebody waits for a processor. */
const TOO_BUSY = 0.5
const MAX_ATTEMPTS = 3
const SHOWN_CHARACTERS = 300
/** Of Go and ours where a test says nothing else. */
const PUSH_PULL_MS = 30_000

/** What a member that is gone, or cannot be reached, makes the others say. */
const LINES_OF_FAILURES = [
  /Failed fallback (TCP )?ping/,
  /Push\/Pull with .* failed/,
  /Refuting a dead message/,
  /Failed to send (gossip|UDP ping|UDP compound|indirect)/,
]

/**
 * A test with a cluster of its own. When the body is through, every Go member's log must be free of
 * errors and warnings, and every Node member must have refused nothing, but for what the body said
 * that it expects: so each test is also one of what both sides put on the wire.
 *
 * Real members on a machine that has no time for them suspect each other, and rightly. A test that
 * fails while processors are short is repeated, and says so.
 */
export function clusterTest(name, options, body = options) {
  test(name, body === options ? {} : options, async (t) => {
    for (let attempt = 1; ; attempt++) {
      const pressure = new Pressure()
      try {
        return await runOnce(body)
      } catch (error) {
        const { share } = pressure
        if (share < TOO_BUSY || attempt === MAX_ATTEMPTS) throw error
        const reason = error.message.replaceAll(/\s+/g, ' ').slice(0, SHOWN_CHARACTERS)
        t.diagnostic(`repeated: processors were short ${Math.round(share * 100)} %: ${reason}`)
      }
    }
  })
}

async function runOnce(body) {
  const cluster = new Cluster()
  try {
    await body(cluster)
    await cluster.audit()
  } catch (error) {
    error.message += cluster.report()
    throw error
  } finally {
    await cluster.close()
  }
}

export class Cluster {
  settings = quick
  members = []
  #peers = new Map()
  #ownPeers = []
  #networks = []
  #programs = []
  #directories = []
  #lines = [...HARMLESS_LINES]
  #rejections = [...HARMLESS_REJECTIONS]
  #warnings = [...HARMLESS_WARNINGS]

  /** A member of ours for `node`, of the real memberlist for a release. */
  member(kind, name, options = {}) {
    return kind === 'node' ? this.node(name, options) : this.go(name, { release: kind, ...options })
  }

  /** @param options as `NodeMember.start`; `own: true` and `within` give it its own process */
  async node(name, { own, within, settings, ...options } = {}) {
    const all = { ...options, settings: { ...this.settings, ...settings } }
    const apart = own || within !== undefined
    const member = apart
      ? await ChildMember.start(name, all, { within })
      : await NodeMember.start(name, all)
    this.members.push(member)
    return member
  }

  /** @param options as `GoMember.start`, `release`; `own: true` and `within` as above */
  async go(name, { release, own, within, settings, ...options } = {}) {
    const all = { ...options, settings: { ...this.settings, ...settings } }
    const apart = own || within !== undefined
    const peer = apart ? await this.#ownPeer(release, within) : await this.#peer(release)
    const member = await GoMember.start(peer, name, all)
    this.members.push(member)
    return member
  }

  /** Hosts of their own with a router between them that can cut them off. Needs root. */
  async network(hosts) {
    const network = await Network.create(hosts)
    this.#networks.push(network)
    return network
  }

  /** All see exactly all, by name: at once by gossip, or by push/pull whom gossip misses by chance. */
  async converged(members = this.members, timeoutMs = PUSH_PULL_MS + 10_000) {
    const all = members.map(({ name }) => name).sort()
    await eventually(
      'all see all',
      async () => {
        for (const member of members) assert.deepEqual(await this.namesSeenBy(member), all)
      },
      timeoutMs,
    )
  }

  /** For so long from now on nobody suspects anybody, or takes it for gone. */
  async isCalm(forMs) {
    const isVerdict = ({ type, line }) =>
      type === 'suspect' || type === 'gone' || /Suspect .* has failed/.test(line)
    const marks = this.members.map(({ log }) => log.events.length)
    await pause(forMs)
    for (const [index, { name, log }] of this.members.entries()) {
      const verdicts = log.filter(isVerdict, marks[index]).map(({ type, line }) => line ?? type)
      assert.deepEqual({ name, verdicts }, { name, verdicts: [] })
    }
  }

  async namesSeenBy(member) {
    const seen = await member.members()
    return seen.map(({ name }) => name).sort()
  }

  /** A program that ends with the cluster, and whose lines are judged as those of Go members. */
  alsoStops(program) {
    this.#programs.push(program)
  }

  /** A directory for what programs keep, which goes when they have all ended. */
  directory() {
    const directory = mkdtempSync(join(tmpdir(), 'hearsay-interop-'))
    this.#directories.push(directory)
    return directory
  }

  /** No packets and no streams between two members that were started with `filter: true`. */
  async cut(ones, others) {
    const addresses = (members) => members.map(({ address }) => address)
    for (const one of ones) await one.block(addresses(others))
    for (const other of others) await other.block(addresses(ones))
  }

  async mend(members = this.members) {
    for (const member of members) await member.block([])
  }

  /** Some members are about to be gone for others. */
  expectFailures() {
    this.#lines.push(...LINES_OF_FAILURES)
    this.#rejections.push('empty', 'truncated')
    this.#warnings.push('exchange-failed')
  }

  /** A line of a Go log that this test is about. */
  expectLine(...patterns) {
    this.#lines.push(...patterns)
  }

  /** Bytes that a Node member refuses in this test, and says so. */
  expectRejected(...reasons) {
    this.#rejections.push(...reasons)
    this.#warnings.push(...reasons)
  }

  expectWarning(...codes) {
    this.#warnings.push(...codes)
  }

  async audit() {
    for (const program of this.#programs) assert.deepEqual(this.#complaints(program), [])
    for (const member of this.members) {
      if (member.kind === 'go') assert.deepEqual(this.#complaints(member), [])
      else await this.#auditNode(member)
    }
  }

  report() {
    return [...this.members, ...this.#programs]
      .map(({ log, release, name }) => `\n${release} ${name}:\n${log.tail()}`)
      .join('')
  }

  async close() {
    for (const member of this.members) {
      if (member instanceof ChildMember) await member.stop()
      else if (member.kind === 'node') await member.crash()
    }
    for (const program of this.#programs) await program.stop()
    for (const peer of await Promise.all([...this.#peers.values(), ...this.#ownPeers])) {
      peer.signal('SIGCONT')
      await peer.stop()
    }
    for (const network of this.#networks) await network.close()
    for (const directory of this.#directories) rmSync(directory, { recursive: true })
  }

  #complaints({ lines, release, name }) {
    return lines
      .filter((line) => /\[(ERR|WARN)\]|level=(error|warn)/.test(line))
      .filter((line) => !this.#lines.some((pattern) => pattern.test(line)))
      .map((line) => `${release} ${name}: ${line}`)
  }

  async #auditNode(member) {
    const warnings = member.log
      .filter(({ type, code }) => type === 'warning' && !this.#warnings.includes(code))
      .map(({ code, text }) => `${member.name}: ${code}: ${text}`)
    assert.deepEqual(warnings, [])
    // A process that was killed has nothing more to say.
    const stats = await member.stats().catch(() => undefined)
    const rejected = Object.entries(stats?.rejected ?? {})
      .filter(([reason, count]) => count > 0 && !this.#rejections.includes(reason))
      .map(([reason, count]) => `${member.name} refused ${count}: ${reason}`)
    assert.deepEqual(rejected, [])
  }

  #peer(release) {
    let peer = this.#peers.get(release)
    if (peer === undefined) {
      peer = Peer.start(release)
      this.#peers.set(release, peer)
    }
    return peer
  }

  async #ownPeer(release, within) {
    const peer = await Peer.start(release, { within })
    this.#ownPeers.push(peer)
    return peer
  }
}
