import { afterEach, beforeEach, describe } from 'vitest'
import type { Transport } from '../../src/transport/transport.ts'
import { describePackets } from './conformance-packets.ts'
import { describeStreams } from './conformance-streams.ts'
import { Recorder } from './recorder.ts'

export interface OpenOptions {
  readonly port?: number
  readonly maxStreams?: number
  readonly streamTimeoutMs?: number
}

/** How the suite gets transports of the kind under test, all on one host. */
export interface Lab {
  readonly host: string
  /** Small packets that a receiver certainly has room for while it is busy. */
  readonly roomForPackets: number
  open(options: OpenOptions): Promise<Transport>
}

/** A transport with what it told. */
export interface Node {
  readonly transport: Transport
  readonly recorder: Recorder
}

/** What the tests of the suite share; every test has a lab of its own. */
export class Bench {
  readonly #createLab: () => Lab
  readonly #opened: Transport[] = []
  lab: Lab

  constructor(createLab: () => Lab) {
    this.#createLab = createLab
    this.lab = createLab()
  }

  renew(): void {
    this.lab = this.#createLab()
  }

  async node(options: OpenOptions = {}): Promise<Node> {
    const transport = await this.bound(options)
    const recorder = new Recorder()
    transport.start(recorder)
    return { transport, recorder }
  }

  /** A transport that is not started. */
  async bound(options: OpenOptions = {}): Promise<Transport> {
    const transport = await this.lab.open(options)
    this.#opened.push(transport)
    return transport
  }

  async clear(): Promise<void> {
    for (const transport of this.#opened.splice(0)) await transport[Symbol.asyncDispose]()
  }
}

/** What every transport has to do, whatever it is made of. */
export function describeTransport(name: string, createLab: () => Lab): void {
  describe(name, () => {
    const bench = new Bench(createLab)
    beforeEach(() => bench.renew())
    afterEach(() => bench.clear())
    describePackets(bench)
    describeStreams(bench)
  })
}
