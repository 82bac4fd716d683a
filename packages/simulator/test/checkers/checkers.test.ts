import { goRules, PacketBuilder, Writer, writeAlive } from '@hearsay/memberlist/internal'
import { describe, expect, it } from 'vitest'
import { checkerNames } from '../../src/checkers/all.ts'
import type { CheckerName, Scenario } from '../../src/scenario.ts'
import { Run } from '../../src/simulate.ts'
import type { SimulatedMember } from '../../src/world/member.ts'
import type { World } from '../../src/world/world.ts'
import { smallScenario } from '../small-scenario.ts'

/** The checkers that say something of a run in which that is done at that time. */
function violated(scenario: Scenario, at = 0, spoil?: (world: World) => void): string[] {
  const run = new Run(scenario, 7, { stopAtViolation: false })
  const { world } = run
  if (spoil !== undefined)
    world.schedule(
      at,
      world.action(() => spoil(world)),
    )
  return [...new Set(run.run().violations.map(({ checker }) => checker))]
}

const slot = (observer: SimulatedMember, { nameBytes }: SimulatedMember): number =>
  observer.core.members.find(nameBytes, 0, nameBytes.length)

/** An alive message about one that crashed, out of nowhere. */
function revive(world: World): void {
  const [teller, , crashed] = world.members
  const writer = new Writer(256)
  const address = Uint8Array.of(10, 0, 0, 3)
  const versions = Uint8Array.of(1, 5, 2, 0, 0, 0)
  writeAlive(writer, 2 ** 30, crashed.nameBytes, address, crashed.port, undefined, versions)
  const builder = new PacketBuilder(world.security)
  builder.begin(1_400)
  builder.add(writer.take())
  const packet = builder.finish(false)
  for (const member of world.members) world.send(teller, packet, member.host)
}

const broken: Partial<Record<CheckerName, () => string[]>> = {
  // With Go's rules nobody tries failed members again.
  'no-healthy-member-failed': () =>
    violated(
      smallScenario([{ at: 0, do: 'partition', who: [0, 1], kind: 'whole' }], { rules: goRules }),
    ),
  agreement: () =>
    violated(smallScenario(), 19_990, ({ members: [observer, subject] }) => {
      observer.core.members.setIncarnation(slot(observer, subject), 2 ** 30)
    }),
  // It crashes when there is no time left to notice.
  completeness: () =>
    violated(smallScenario([{ at: 9_900, do: 'crash', who: [2] }], { livenessMs: 200 })),
  'no-resurrection': () =>
    violated(
      smallScenario([{ at: 0, do: 'crash', who: [2] }], { livenessMs: 80_000 }),
      75_000,
      revive,
    ),
  'incarnations-only-grow': () =>
    violated(smallScenario(), 5_500, ({ members: [observer, subject] }) => {
      observer.core.members.setIncarnation(slot(observer, subject), 1)
      // Put right before anybody else could notice.
      observer.after(1_000, () => {
        const own = subject.core.members.incarnation(subject.core.self)
        observer.core.members.setIncarnation(slot(observer, subject), own)
      })
    }),
  bounded: () =>
    violated(smallScenario(), 5_500, ({ members: [member] }) => {
      for (let index = 0; index < 1_000; index++) {
        member.setTimer({ kind: 'relay-end', relay: {} as never }, 100_000)
      }
    }),
  'replicas-converge': () =>
    violated(smallScenario([], { keyValue: true }), 19_990, ({ members: [member] }) => {
      const entries = member.application?.keyValue?.replica.state.entries
      const [key = ''] = [...(entries?.keys() ?? [])]
      entries?.delete(key)
    }),
  // Nothing carries messages.
  'messages-delivered': () =>
    violated(
      smallScenario([{ at: 1_000, do: 'broadcast', who: [0] }], {
        settings: {
          gossipNodes: 0,
          probeIntervalMs: 0,
          pushPullIntervalMs: 0,
          reconnectIntervalMs: 0,
        },
      }),
    ),
}

describe('a checker', () => {
  it.each(checkerNames)('%s says so when its rule is broken, and no other does', (name) => {
    expect(broken[name]?.()).toEqual([name])
  })

  it('has nothing to say of a run in which all goes well', () => {
    const steps = [
      { at: 1_000, do: 'crash', who: [4] },
      { at: 2_000, do: 'broadcast', who: [1] },
      { at: 3_000, do: 'leave', who: [3] },
      { at: 4_000, do: 'update-meta', who: [2] },
    ] as const
    expect(violated(smallScenario(steps, { keyValue: true }))).toEqual([])
  })
})
