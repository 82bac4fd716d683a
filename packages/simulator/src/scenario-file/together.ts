import type { Scenario, Step } from '../scenario.ts'

/** What fields say about each other: the first contradiction, as a sentence, or undefined. */
export function checkTogether({ nodes, safetyMs, steps }: Scenario): string | undefined {
  let members = nodes
  for (const [index, step] of steps.entries()) {
    const path = `steps[${index}]`
    const from = typeof step.at === 'number' ? step.at : step.at[0]
    if (from > safetyMs) {
      return `${path}.at is ${from}; it must be within safetyMs (${safetyMs}), when faults end.`
    }
    if (step.do === 'join') members += step.count
    const problem = checkMembers(step, path, members)
    if (problem !== undefined) return problem
  }
  return undefined
}

const choices = ['who', 'from', 'to'] as const

function checkMembers(step: Step, path: string, members: number): string | undefined {
  for (const field of choices) {
    const choice: unknown = Reflect.get(step, field)
    if (Array.isArray(choice)) {
      const bad = choice.findIndex((member) => Number(member) >= members)
      if (bad >= 0) {
        return `${path}.${field}[${bad}] is ${choice[bad]}; members are numbered from 0 to ${members - 1}.`
      }
    } else if (typeof choice === 'object' && choice !== null && 'draw' in choice) {
      const { draw } = choice
      if (Number(draw) > members) {
        return `${path}.${field}.draw is ${String(draw)}; there are ${members} members.`
      }
    }
  }
  return undefined
}
