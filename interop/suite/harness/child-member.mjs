import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ObservedMember } from './observed-member.mjs'

const main = fileURLToPath(new URL('./child-main.mjs', import.meta.url))

/** A member of ours in a process of its own: it can stand still, and live in another network. */
export class ChildMember extends ObservedMember {
  kind = 'node'
  release = 'node'
  address = ''
  #process
  #calls = new Map()
  #nextId = 1
  #ended

  /** @param within a command that runs it somewhere else, as in `['ip', 'netns', 'exec', 'a']` */
  static async start(name, options, { within = [] } = {}) {
    const member = new ChildMember(name, within)
    member.address = await member.#call('start', [name, options])
    return member
  }

  constructor(name, within) {
    super(name, `node ${name}`)
    const [command, ...rest] = [...within, process.execPath, main]
    this.#process = spawn(command, rest, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    this.#process.on('message', (message) => this.#take(message))
    this.#ended = once(this.#process, 'exit').then(() => this.#end())
  }

  signal(name) {
    this.#process.kill(name)
  }

  /** Without a word to the others. */
  async crash() {
    this.#process.kill('SIGKILL')
    await this.#ended
  }

  stop() {
    return this.crash()
  }

  #call(method, given = []) {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject })
      this.#process.send({ id, method, given })
    })
  }

  #take({ event, id, result, error, code }) {
    if (event !== undefined) {
      this.log.push(event)
      return
    }
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    if (error === undefined) call.resolve(result)
    else call.reject(Object.assign(new Error(error), { code }))
  }

  #end() {
    for (const { reject } of this.#calls.values()) reject(new Error(`${this.name} has ended`))
    this.#calls.clear()
  }

  static {
    const asked = ['members', 'local', 'health', 'broadcast', 'send', 'sendReliable', 'updateMeta']
    const more = ['setState', 'setVeto', 'ping', 'changeKey', 'block', 'leave', 'stats']
    for (const method of [...asked, ...more]) {
      ChildMember.prototype[method] = function (...given) {
        return this.#call(method, given.map(named))
      }
    }
    ChildMember.prototype.join = function (...targets) {
      return this.#call(
        'join',
        targets.map((each) => each.address ?? each),
      )
    }
  }
}

/** A member as an argument: its name is what the other process needs. */
function named(argument) {
  return argument instanceof ObservedMember ? { name: argument.name } : argument
}
