import { hostname } from 'node:os'
import { MemberlistError, type MemberlistOptions } from '@hearsay/memberlist'
import { describe, expect, test } from 'vitest'
import { createNamed, place } from '../../src/agent/ports.ts'
import { FakeMemberlist } from '../fakes/fake-memberlist.ts'

const taken = (port: number) => new MemberlistError('ERR_ADDRESS_IN_USE', `${port} is taken`)

/** Opens ports that are not among the taken ones. */
function opener(...takenPorts: number[]) {
  const tried: number[] = []
  const open = async (port: number) => {
    tried.push(port)
    if (takenPorts.includes(port)) throw taken(port)
    return port
  }
  return { tried, open }
}

describe('A port', () => {
  test('that is free is the default one', async () => {
    expect(await place(undefined, 7_946, opener().open)).toEqual({
      thing: 7_946,
      insteadOf: undefined,
    })
  })

  test('that is taken is replaced by the next free one, which is told', async () => {
    const { open, tried } = opener(7_946, 7_947)
    expect(await place(undefined, 7_946, open)).toEqual({ thing: 7_948, insteadOf: 7_946 })
    expect(tried).toEqual([7_946, 7_947, 7_948])
  })

  test('is any free one when all near the default one are taken', async () => {
    const all = Array.from({ length: 64 }, (_, index) => 7_946 + index)
    expect(await place(undefined, 7_946, opener(...all).open)).toEqual({
      thing: 0,
      insteadOf: 7_946,
    })
  })

  test('that was given is not replaced', async () => {
    const { open, tried } = opener(5_000)
    await expect(place(5_000, 7_946, open)).rejects.toThrow('5000 is taken')
    expect(tried).toEqual([5_000])
  })

  test('is not looked for when something else is wrong', async () => {
    const open = async () => {
      throw new MemberlistError('ERR_BIND', 'no such address')
    }
    await expect(place(undefined, 7_946, open)).rejects.toThrow('no such address')
  })
})

describe('A name', () => {
  const named = async (bindPort: number, options: MemberlistOptions = {}, ...errors: Error[]) => {
    const asked: MemberlistOptions[] = []
    await createNamed(
      async (each) => {
        asked.push(each)
        const error = errors.shift()
        if (error !== undefined) throw error
        return new FakeMemberlist()
      },
      options,
      { host: '127.0.0.1', port: bindPort },
    )
    return asked
  }

  test('is the host name and the port where none is given', async () => {
    expect((await named(7_946)).at(-1)).toMatchObject({
      name: `${hostname()}-7946`,
      bind: { port: 7_946 },
    })
  })

  test('that is given stays', async () => {
    expect((await named(0, { name: 'api-1' })).at(-1)).toMatchObject({
      name: 'api-1',
      bind: { port: 0 },
    })
  })

  test('has the port that any free one became', async () => {
    const asked = (await named(0)).at(-1)
    const port = asked?.bind?.port ?? 0
    expect(port).toBeGreaterThan(1_023)
    expect(asked?.name).toBe(`${hostname()}-${port}`)
  })

  test('has another port when that was snatched away meanwhile', async () => {
    expect(await named(0, {}, taken(1), taken(2))).toHaveLength(3)
  })
})
