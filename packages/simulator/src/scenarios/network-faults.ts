import { namedScenario, shareOf } from './named-scenario.ts'

export const partition = namedScenario(
  'partition',
  'A third of the members are cut off for a minute: when do all agree again once it heals?',
  75_000,
  (_request, forMs) => ({
    steps: [
      {
        at: 5_000,
        do: 'partition',
        who: { share: 1 / 3 },
        kind: 'whole',
        forMs: Math.max(1_000, forMs - 15_000),
      },
    ],
  }),
)

export const flipFlop = namedScenario(
  'flip-flop',
  'One in a hundred hears nothing for 20 s, then hears for 20 s, again and again: is anybody healthy removed?',
  300_000,
  ({ nodes }) => ({
    steps: [
      {
        at: 1_000,
        do: 'lossy',
        who: { draw: shareOf(nodes, 0.01) },
        direction: 'in',
        loss: 1,
        onMs: 20_000,
        offMs: 20_000,
      },
    ],
  }),
)

export const oneWayLoss = namedScenario(
  'one-way-loss',
  'One in a hundred loses 80 % of what it sends: is it removed, does it come and go, is anybody healthy removed?',
  300_000,
  ({ nodes }) => ({
    steps: [
      { at: 1_000, do: 'lossy', who: { draw: shareOf(nodes, 0.01) }, direction: 'out', loss: 0.8 },
    ],
  }),
)
