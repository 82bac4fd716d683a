// A process with one member of ours, driven by ChildMember over the channel to its parent.
import { NodeMember } from './node-member.mjs'

let member

async function perform(method, given) {
  if (method !== 'start') return await member[method](...given)
  member = await NodeMember.start(...given)
  const tell = (event) => process.send({ event })
  for (const event of member.log.events) tell(event)
  member.log.forward = tell
  return member.address
}

process.on('message', async ({ id, method, given }) => {
  try {
    const result = await perform(method, given)
    process.send({ id, result })
  } catch (error) {
    process.send({ id, error: error.message, code: error.code })
  }
})

// The parent is gone: so are we.
process.on('disconnect', () => process.exit())
