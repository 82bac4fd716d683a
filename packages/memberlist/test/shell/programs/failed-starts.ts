// Starts that fail, each for another reason, and one join that does. Nothing ends this process but
// that there is nothing left to wait for.
import { Memberlist, MemberlistError, type MemberlistOptions } from '../../../src/index.ts'

async function attempt(options: MemberlistOptions): Promise<void> {
  try {
    await Memberlist.create({ name: 'a', bind: { host: '127.0.0.1', port: 0 }, ...options })
    console.log('started')
  } catch (error) {
    console.log(error instanceof MemberlistError ? error.code : (error as Error).name)
  }
}

await attempt({ probeTimeoutMs: 0 })
await attempt({ secretKey: new Uint8Array(5) })
await attempt({ bind: { host: 'nowhere' } })
await attempt({ bind: { host: '192.0.2.1', port: 0 } })
await attempt({ delegate: { nodeMeta: () => Promise.reject(new Error('none')) } })
await attempt({ meta: new Uint8Array(513) })

const list = await Memberlist.create({ name: 'b', bind: { host: '127.0.0.1', port: 0 } })
await attempt({ bind: list.bound })
// What the application gives is wrong in a way that only shows when all is open.
await attempt({ delegate: new Proxy({}, { get: broken }) })
const target = `127.0.0.1:${list.bound.port}`
await list.shutdown()
const late = await Memberlist.create({ name: 'c', bind: { host: '127.0.0.1', port: 0 } })
await late.join([target], { retry: true }).catch((error: MemberlistError) => {
  console.log(error.code)
})
await late.shutdown()

function broken(_target: object, property: string | symbol): undefined {
  if (property === 'alive') throw new TypeError('broken')
}
