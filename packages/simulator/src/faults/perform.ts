import type { Step } from '../scenario.ts'
import type { Director } from './director.ts'
import { performForge } from './forge.ts'
import { crash, restart, SEEDS } from './lives.ts'
import {
  performCrash,
  performJoin,
  performLeave,
  performRestartAll,
  performUpgrade,
} from './perform-lives.ts'
import { performBroadcast, performSend, performUpdateMeta } from './perform-messages.ts'
import {
  performLossy,
  performLossyLink,
  performNetwork,
  performPartition,
  performSlow,
} from './perform-network.ts'
import { performClockJump, performPause, performStutter } from './perform-process.ts'

/** Does what the step says, now. */
export function perform(director: Director, step: Step): void {
  switch (step.do) {
    case 'crash':
      performCrash(director, step)
      return
    case 'restart-all':
      performRestartAll(director, step)
      return
    case 'pause':
      performPause(director, step)
      return
    case 'stutter':
      performStutter(director, step)
      return
    case 'slow':
      performSlow(director, step)
      return
    case 'partition':
      performPartition(director, step)
      return
    case 'lossy':
      performLossy(director, step)
      return
    case 'lossy-link':
      performLossyLink(director, step)
      return
    case 'network':
      performNetwork(director, step)
      return
    case 'clock-jump':
      performClockJump(director, step)
      return
    case 'forge':
      performForge(director, step)
      return
    case 'broadcast':
      performBroadcast(director, step)
      return
    case 'send':
      performSend(director, step)
      return
    case 'update-meta':
      performUpdateMeta(director, step)
      return
    case 'join':
      performJoin(director, step)
      return
    case 'leave':
      performLeave(director, step)
      return
    case 'rolling-upgrade':
      performUpgrade(director, step)
      return
  }
}

/** The faults end: what is cut is joined, who stands still wakes, who is to start again starts. */
export function endFaults(director: Director): void {
  const { world } = director
  director.isOver = true
  world.fault([], 'all faults are healed')
  world.network.heal()
  for (const member of world.members) member.wake()
  for (const start of [...director.starting.values()]) start()
  reviveOneSeed(director)
}

/**
 * Where everybody that the configurations name is gone for good, those that started since have
 * nobody to ask: an operator would start one of the seeds again.
 */
function reviveOneSeed({ world }: Director): void {
  const seeds = world.members.slice(0, SEEDS)
  if (seeds.some(({ isLive, hasLeft }) => isLive && !hasLeft)) return
  const [first] = seeds
  crash(world, first)
  restart(world, first)
  world.fault([first.index], `${first.name} is started again, as a seed`)
}
