// Who offers what, and where: every service tells in its metadata what it is, and everybody finds
// the live ones in the list of members, without asking anyone.
//
//   node examples/registry.mjs
//
// Three members in one process, so that one run shows it; they would be three processes elsewhere.
import { EventEmitter, once } from 'node:events'
import { Memberlist } from '@hearsay/memberlist'

const encode = (offer) => Buffer.from(JSON.stringify(offer))
const decode = (meta) => (meta.length > 0 ? JSON.parse(Buffer.from(meta).toString()) : {})

/** Where a service is offered by members that are alive and take work. */
function find(list, service) {
  return list.members
    .filter(({ state }) => state === 'alive')
    .map(({ meta }) => decode(meta))
    .filter((offer) => offer.service === service && !offer.draining)
    .map(({ url }) => url)
    .sort()
}

function start(name, offer = {}) {
  return Memberlist.create({ name, bind: { host: '127.0.0.1', port: 0 }, meta: encode(offer) })
}

const gateway = await start('gateway')
const changes = new EventEmitter()
for (const event of ['join', 'update', 'suspect', 'alive', 'fail', 'leave']) {
  gateway.on(event, ({ member }) => changes.emit('change', `${member.name}: ${event}`))
}

/** Waits until the gateway finds this many, and says what brought it about. */
async function untilFound(count) {
  while (find(gateway, 'images').length !== count) {
    const [what] = await once(changes, 'change')
    console.log(`${what} -> images at ${find(gateway, 'images').join(', ') || 'nobody'}`)
  }
}

const seed = `127.0.0.1:${gateway.bound.port}`
const first = await start('images-1', { service: 'images', url: 'http://10.0.0.1:8080' })
await Promise.all([first.join([seed]), untilFound(1)])
const second = await start('images-2', { service: 'images', url: 'http://10.0.0.2:8080' })
await Promise.all([second.join([seed]), untilFound(2)])

const draining = { ...decode(first.local.meta), draining: true }
await Promise.all([first.updateMeta(encode(draining)), untilFound(1)])
await Promise.all([second.leave(), untilFound(0)])

for (const list of [first, second, gateway]) await list.shutdown()
