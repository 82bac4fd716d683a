import { MemoryNetwork } from '../../src/transport/memory.ts'
import { describeTransport } from './conformance.ts'

for (const host of ['10.0.0.1', 'fd00::1']) {
  describeTransport(`memory transport on ${host}`, () => {
    const network = new MemoryNetwork()
    return { host, open: ({ port = 0, ...options }) => network.transport({ host, port }, options) }
  })
}
