import { local, type Memberlist } from '@hearsay/memberlist'
import { VirtualCluster } from '../../../memberlist/test/shell/virtual-cluster.ts'
import { type NativeStoreOptions, openNativeStore } from '../../src/open.ts'
import type { KeyValueStore } from '../../src/store.ts'

export interface StoreMember {
  readonly list: Memberlist
  readonly store: KeyValueStore
}

/** Stores on members of one network in memory, under a clock that the test moves. */
export class StoreCluster implements AsyncDisposable {
  readonly members: StoreMember[] = []
  readonly virtual = new VirtualCluster()

  static async of(count: number, options: NativeStoreOptions = {}): Promise<StoreCluster> {
    const cluster = new StoreCluster()
    for (let index = 0; index < count; index++) await cluster.start(`n${index}`, options)
    await cluster.virtual.until(() =>
      cluster.members.every(({ store }) => store.stats().peers === count - 1),
    )
    return cluster
  }

  async start(name: string, options: NativeStoreOptions = {}): Promise<StoreMember> {
    const store = await openNativeStore(options)
    const list = await this.virtual.start(name, { ...local(), delegate: store.delegate })
    store.attach(list)
    const [first] = this.members
    if (first !== undefined) await this.virtual.join(list, first.list)
    const member = { list, store }
    this.members.push(member)
    return member
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { store } of this.members) await store[Symbol.asyncDispose]()
    await this.virtual[Symbol.asyncDispose]()
  }
}
