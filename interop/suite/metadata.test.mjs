import { clusterTest } from './harness/cluster.mjs'
import { ALL, bothWays } from './harness/kinds.mjs'
import { bytesOf } from './harness/payload.mjs'

for (const [changing, watching] of bothWays(ALL)) {
  clusterTest(
    `${watching} sees the metadata of ${changing} change, up to 512 bytes and to none`,
    async (cluster) => {
      const one = await cluster.member(changing, 'one', { meta: 'v1' })
      const two = await cluster.member(watching, 'two')
      const three = await cluster.node('three')
      await one.join(two)
      await three.join(two)
      await cluster.converged()
      for (const meta of ['v2', { length: 512, seed: 7 }, '']) {
        const from = [two.log.events.length, three.log.events.length]
        await one.updateMeta(meta)
        const where = (event) => event.meta.equals(bytesOf(meta))
        await two.sees('update', 'one', { from: from[0], where })
        await three.sees('update', 'one', { from: from[1], where })
      }
    },
  )
}

for (const [pinging, answering] of bothWays(ALL)) {
  clusterTest(
    `a ping of ${pinging} to ${answering} brings back what the application puts into acks`,
    async (cluster) => {
      const ack = 'coordinates'
      const one = await cluster.member(pinging, 'one')
      const two = await cluster.member(answering, 'two', { ack })
      await one.join(two)
      await cluster.converged()
      await one.ping(two)
      const has = ({ payload }) =>
        Buffer.from(payload, typeof payload === 'string' ? 'base64' : undefined).equals(
          Buffer.from(ack),
        )
      // By the probes, which go on by themselves.
      await one.sees('ping', 'two', { where: has })
    },
  )
}
