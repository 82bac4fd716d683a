import { clusterTest } from './harness/cluster.mjs'
import { ALL, bothWays } from './harness/kinds.mjs'

const state = 'compressible '.repeat(5_000)
const noise = { length: 300_000, seed: 5 }

for (const [first, second] of bothWays(ALL)) {
  for (const [one, two] of [
    [true, false],
    [false, true],
    [false, false],
  ]) {
    const title = `${first} ${one ? 'with' : 'without'} compression and ${second} ${two ? 'with' : 'without'} it`
    clusterTest(`${title} understand each other`, async (cluster) => {
      const on = await cluster.member(first, 'one', { settings: { enableCompression: one }, state })
      const off = await cluster.member(second, 'two', {
        settings: { enableCompression: two },
        state: noise,
      })
      await off.join(on)
      await cluster.converged()
      await on.mergesState(noise)
      await off.mergesState(state)
      const text = 'a packet that is worth compressing '.repeat(30)
      for (const [from, to] of [
        [on, off],
        [off, on],
      ]) {
        await from.send(to, text)
        await to.hears(text)
        await from.sendReliable(to, state)
        await to.hears(state)
        await from.broadcast(`${from.name} ${text}`)
        await to.hears(`${from.name} ${text}`)
      }
    })
  }
}
