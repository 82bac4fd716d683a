import { z } from 'zod'
import { addressText } from '../configuration/address.ts'
import { clientFlags } from '../configuration/common-flags.ts'
import { single, splitAtCommas } from '../configuration/flag.ts'
import { Refusal } from '../configuration/refusal.ts'
import { exitCodes } from '../failure.ts'
import { type MemberJson, memberSchema, memberStates } from '../http/schemas.ts'
import { ageText } from '../output/age.ts'
import { stateMark } from '../output/color.ts'
import type { Cell } from '../output/table.ts'
import { clientOf, command, outputOf } from './command.ts'

const flags = {
  ...clientFlags,
  state: single('S', `only members in these states, of ${memberStates.join(', ')}`, readStates),
}

export const membersCommand = command({
  description:
    'All that are not forgotten yet, failed and left ones included, as seen by the agent that is asked.',
  flags,
  examples: [
    ['hearsay members', 'who is there, as the agent at 127.0.0.1:4001 sees it'],
    ['hearsay members --state failed,suspect -o json', 'who is in trouble, for a script'],
  ],
  run: async (invocation) => {
    const { state } = invocation.values
    const query = state === undefined ? '' : `?state=${state.join(',')}`
    const path = `/v1/members${query}`
    const members = await clientOf(invocation).call({ path }, z.array(memberSchema.loose()))
    outputOf(invocation).list(members, headings, memberCells)
    return exitCodes.done
  },
})

const headings = ['NAME', 'STATE', 'ADDRESS', 'FOR', 'ROUND TRIP', 'META']

function memberCells(member: MemberJson): Cell[] {
  const { mark, hue } = stateMark(member.state)
  const { roundTripMs, since, meta } = member
  return [
    member.local ? `${member.name} (this agent)` : member.name,
    { text: `${mark} ${member.state}`, hue },
    addressText(member.host, member.port),
    since === undefined ? '' : ageText(Date.now() - Date.parse(since)),
    roundTripMs === undefined ? '' : `${roundTripMs.toFixed(2)} ms`,
    'text' in meta ? meta.text : `base64 ${meta.base64}`,
  ]
}

function readStates(text: string): readonly string[] {
  const states = splitAtCommas(text)
  if (states.length > 0 && states.every((state) => memberStates.some((each) => each === state))) {
    return states
  }
  throw new Refusal(`one or more of ${memberStates.join(', ')}, parted by commas`)
}
