// Alertmanager's instances find each other and share silences by memberlist.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { find, missing } from '../../scripts/debian.mjs'
import { clusterTest } from './harness/cluster.mjs'
import { eventually } from './harness/eventually.mjs'
import { freePort, Program } from './harness/program.mjs'

const skip = missing('prometheus-alertmanager')
const CONFIGURATION = 'route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n'
const HOUR_MS = 3_600_000

class Alertmanager extends Program {
  static async start(cluster, name, ...more) {
    const folder = mkdtempSync(join(tmpdir(), 'hearsay-alertmanager-'))
    writeFileSync(join(folder, 'configuration.yml'), CONFIGURATION)
    const [gossip, web] = [await freePort(), await freePort()]
    const given = [
      `--config.file=${join(folder, 'configuration.yml')}`,
      `--storage.path=${folder}`,
      `--cluster.listen-address=127.0.0.1:${gossip}`,
      `--cluster.advertise-address=127.0.0.1:${gossip}`,
      `--web.listen-address=127.0.0.1:${web}`,
      '--cluster.probe-interval=500ms',
      '--cluster.probe-timeout=250ms',
      // It tells a silence four times, and all four may go to the same member.
      '--cluster.pushpull-interval=2s',
      '--log.level=debug',
      ...more,
    ]
    const alertmanager = new Alertmanager(find('prometheus-alertmanager'), given, name)
    Object.assign(alertmanager, {
      folder,
      address: `127.0.0.1:${gossip}`,
      api: `http://127.0.0.1:${web}/api/v2`,
    })
    cluster.alsoStops(alertmanager)
    await eventually('its API answers', () => alertmanager.peers())
    return alertmanager
  }

  async peers() {
    const { cluster } = await this.get('status')
    return cluster.peers
  }

  async get(path) {
    const response = await fetch(`${this.api}/${path}`)
    assert.equal(response.status, 200)
    return await response.json()
  }

  async silence(comment) {
    const body = {
      matchers: [{ name: 'job', value: 'x', isRegex: false }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + HOUR_MS).toISOString(),
      createdBy: 'test',
      comment,
    }
    const headers = { 'content-type': 'application/json' }
    const given = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(`${this.api}/silences`, given)
    assert.equal(response.status, 200)
  }

  async shows(...names) {
    await eventually(
      `the status shows ${names}`,
      async () => {
        const peers = await this.peers()
        for (const { name, address } of names) {
          assert.equal(peers.find((peer) => peer.name === name)?.address, address)
        }
        assert.equal(peers.length, names.length + 1)
      },
      30_000,
    )
  }

  async stop() {
    await super.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const carries =
  (comment) =>
  ({ type, bytes }) =>
    type === 'message' && Buffer.from(bytes).includes(comment)

clusterTest(
  'a member of ours shows in the status of Alertmanager, and hears its silences',
  { skip },
  async (cluster) => {
    const first = await Alertmanager.start(cluster, 'first')
    const node = await cluster.node('ours')
    await node.join(first)
    await first.shows(node)
    // One that joins by ours learns of the first, and the two share silences.
    const second = await Alertmanager.start(cluster, 'second', `--cluster.peer=${node.address}`)
    await eventually('three', () => assert.equal(node.list.members.length, 3))
    await eventually(
      'each shows three',
      async () => {
        for (const each of [first, second]) assert.equal((await each.peers()).length, 3)
      },
      20_000,
    )
    await first.silence('quiet please')
    await node.log.waitFor('the silence', carries('quiet please'))
    await eventually('the second has it', async () => {
      const silences = await second.get('silences')
      assert.deepEqual(
        silences.map(({ comment }) => comment),
        ['quiet please'],
      )
    })
    // Whoever joins later gets it as state, and may hand it back to those that lost it.
    const late = await cluster.node('late')
    await late.join(second)
    await late.log.waitFor('state', ({ type, length }) => type === 'state' && length > 100)
    await first.shows(node, late, { name: await nameOf(second), address: second.address })
    await node.leave()
    await late.crash()
    await first.shows({ name: await nameOf(second), address: second.address })
  },
)

async function nameOf(alertmanager) {
  const { cluster } = await alertmanager.get('status')
  return cluster.name
}
