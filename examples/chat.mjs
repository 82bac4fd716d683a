// A chat without a server: what one writes, all read, and all see who comes and goes.
//
//   node examples/chat.mjs ann                      begins one, and says its address
//   node examples/chat.mjs bob 127.0.0.1:40123      joins it
//
// Ctrl-D leaves. With an address of this machine as HOST, others on the network can join.
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Memberlist } from '@hearsay/memberlist'

const [name = `guest-${process.pid}`, ...addresses] = process.argv.slice(2)
const host = process.env.HOST ?? '127.0.0.1'
const list = await Memberlist.create({ name, bind: { host, port: 0 } })
console.log(`* ${name} is at ${list.bound.host}:${list.bound.port}`)

list.on('join', ({ member }) => console.log(`* ${member.name} came`))
list.on('leave', ({ member }) => {
  if (!member.local) console.log(`* ${member.name} left`)
})
list.on('fail', ({ member }) => console.log(`* ${member.name} is gone without a word`))
list.on('message', ({ bytes }) => hear(bytes))

/** Ids of lines that were heard, the latest thousand. */
const heard = new Set()

// Copies of a broadcast go to members drawn at random, and may come twice. Whoever hears a line for
// the first time passes it on, and so everybody hears it.
function hear(bytes) {
  const { id, from, text } = JSON.parse(Buffer.from(bytes).toString())
  if (heard.has(id)) return
  heard.add(id)
  if (heard.size > 1_000) heard.delete(heard.values().next().value)
  if (from !== name) console.log(`${from}: ${text}`)
  list.broadcast(bytes)
}

if (addresses.length > 0) await list.join(addresses)

for await (const text of createInterface({ input: process.stdin })) {
  hear(Buffer.from(JSON.stringify({ id: randomUUID(), from: name, text: text.slice(0, 500) })))
}
await list.leave()
await list.shutdown()
