import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type Program, runOnSources } from '../packages/memberlist/test/shell/programs.ts'

function example(name: string, ...args: string[]): Program {
  return runOnSources(fileURLToPath(new URL(`../examples/${name}.mjs`, import.meta.url)), ...args)
}

describe('the examples', () => {
  it('registry finds services that are alive, by what they say of themselves', async () => {
    const program = example('registry')
    expect(await program.ended).toBe(0)
    expect(program.lines).toEqual([
      'images-1: join -> images at http://10.0.0.1:8080',
      'images-2: join -> images at http://10.0.0.1:8080, http://10.0.0.2:8080',
      'images-1: update -> images at http://10.0.0.2:8080',
      'images-2: leave -> images at nobody',
    ])
  })

  it('counter counts to the same everywhere', async () => {
    const program = example('counter')
    expect(await program.ended).toBe(0)
    expect(program.lines).toEqual([
      'two has 5 from joining',
      'one counts 10',
      'two counts 10',
      'three counts 10',
    ])
  })

  it('chat brings each line to everybody once, and tells who comes and goes', async () => {
    const ann = example('chat', 'ann')
    const address = (await ann.line((line) => line.startsWith('* ann is at'))).split(' ').at(-1)
    const bob = example('chat', 'bob', String(address))
    const cid = example('chat', 'cid', String(address))
    const all = [ann, bob, cid]
    await Promise.all(['bob', 'cid'].map((name) => ann.line((line) => line === `* ${name} came`)))
    await bob.line((line) => line === '* cid came')
    await cid.line((line) => line === '* bob came')
    bob.child.stdin?.write('hello\n')
    ann.child.stdin?.write('hello bob\n')
    for (const { line } of [ann, cid]) await line((each) => each === 'bob: hello')
    for (const { line } of [bob, cid]) await line((each) => each === 'ann: hello bob')
    bob.child.stdin?.end()
    expect(await bob.ended).toBe(0)
    await ann.line((line) => line === '* bob left')
    for (const { child } of [ann, cid]) child.stdin?.end()
    expect(await Promise.all([ann.ended, cid.ended])).toEqual([0, 0])
    for (const { lines } of all) {
      const spoken = lines.filter((line) => !line.startsWith('*'))
      expect(new Set(spoken).size).toBe(spoken.length)
    }
  })
})
