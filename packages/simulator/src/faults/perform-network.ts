import {
  lossyLink,
  lossyMembers,
  oneWayPartition,
  partialPartition,
  wholePartition,
} from '../world/link-fault.ts'
import { namesOf } from './choosing.ts'
import type { Perform } from './director.ts'

export const performPartition: Perform<'partition'> = (director, step) => {
  const members = director.choose(step.who)
  const inside = director.column(members)
  if (step.kind === 'partial') {
    const others = director.choose(step.from ?? { share: 0.5 })
    const outside = others.filter(({ index }) => inside[index] === 0)
    director.tell(members, `and ${namesOf(outside)} cannot reach each other`)
    const fault = partialPartition(inside, director.column(outside))
    director.addFault(fault, step.forMs, [...members, ...outside])
    return
  }
  const isWhole = step.kind === 'whole'
  director.tell(members, isWhole ? 'are cut off' : 'hear nothing from the others')
  const fault = isWhole ? wholePartition(inside) : oneWayPartition(inside)
  director.addFault(fault, step.forMs, members)
}

export const performLossy: Perform<'lossy'> = (director, step) => {
  const members = director.choose(step.who)
  const { direction, loss, onMs, offMs } = step
  const turns =
    onMs === undefined || offMs === undefined
      ? undefined
      : { since: director.world.now, onMs, offMs }
  const where = { in: 'of what comes', out: 'of what they send', both: 'both ways' }[direction]
  const when = turns === undefined ? '' : `, ${turns.onMs} ms on, ${turns.offMs} ms off`
  director.tell(members, `lose ${Math.round(loss * 100)} % ${where}${when}`)
  const fault = lossyMembers(director.column(members), direction, loss, turns)
  director.addFault(fault, step.forMs, members)
}

export const performLossyLink: Perform<'lossy-link'> = (director, step) => {
  const from = director.choose(step.from)
  const to = director.choose(step.to)
  director.tell(from, `lose ${Math.round(step.loss * 100)} % of what they send to ${namesOf(to)}`)
  const fault = lossyLink(director.column(from), director.column(to), step.loss)
  director.addFault(fault, step.forMs, [...from, ...to])
}

export const performNetwork: Perform<'network'> = (director, step) => {
  director.world.fault([], `the network changes: ${JSON.stringify(step.change)}`)
  director.changeNetwork(step.change, step.forMs)
}

export const performSlow: Perform<'slow'> = (director, step) => {
  const { network } = director.world
  const members = director.choose(step.who)
  const { extraMs } = step
  director.tell(members, `are slow by ${extraMs.join(' to ')} ms`)
  for (const member of members) {
    member.isDisturbed = true
    network.slow[member.index] = extraMs
    director.during(step.forMs, () => {
      network.slow[member.index] = undefined
    })
  }
}
