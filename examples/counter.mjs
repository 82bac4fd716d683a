// A counter that everybody may count on, also while some do not reach each other: each member keeps
// its own count, all exchange what they know, and the larger count of a member is the newer one.
//
//   node examples/counter.mjs
//
// The state rides on the exchanges that members have anyway: when one joins, and from time to time
// with one drawn at random (`localState`, `mergeRemoteState`).
import { Memberlist } from '@hearsay/memberlist'

class Counter {
  counts = new Map()

  static async start(name, addresses = []) {
    const counter = new Counter()
    counter.name = name
    counter.list = await Memberlist.create({
      name,
      bind: { host: '127.0.0.1', port: 0 },
      pushPullIntervalMs: 500,
      delegate: {
        localState: () => Buffer.from(JSON.stringify([...counter.counts])),
        mergeRemoteState: (state) => counter.merge(JSON.parse(Buffer.from(state).toString())),
      },
    })
    if (addresses.length > 0) await counter.list.join(addresses)
    return counter
  }

  get total() {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0)
  }

  get address() {
    return `127.0.0.1:${this.list.bound.port}`
  }

  increment(by = 1) {
    this.counts.set(this.name, (this.counts.get(this.name) ?? 0) + by)
  }

  merge(others) {
    for (const [name, count] of others) {
      this.counts.set(name, Math.max(count, this.counts.get(name) ?? 0))
    }
  }
}

const one = await Counter.start('one')
one.increment(5)
const two = await Counter.start('two', [one.address])
const three = await Counter.start('three', [one.address])
console.log(`two has ${two.total} from joining`)
two.increment(2)
three.increment(3)

const counters = [one, two, three]
while (counters.some(({ total }) => total !== 10)) {
  await new Promise((resolve) => setTimeout(resolve, 100))
}
for (const { name, total } of counters) console.log(`${name} counts ${total}`)
for (const { list } of counters) await list.shutdown()
