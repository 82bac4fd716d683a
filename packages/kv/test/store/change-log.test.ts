import { describe, expect, it } from 'vitest'
import { ChangeLog } from '../../src/change-log.ts'
import { kvLimits } from '../../src/limits.ts'

const put = (bytes: number) =>
  ({ type: 'put', key: 'k', version: 'v', origin: 'o', value: new Uint8Array(bytes) }) as const

describe('the log of changes', () => {
  it('lets values go at its bound in bytes, however few they are', () => {
    const log = new ChangeLog('a')
    const size = kvLimits.changeBytes / 4
    for (let turn = 0; turn < 20; turn++) log.append(put(size))
    expect([log.begin, log.end]).toEqual([16, 20])
    expect(log.at(15)).toBeUndefined()
    expect(log.at(16)).toMatchObject({ cursor: 'a-17' })
  })

  it('keeps the last change, whatever its size', () => {
    const log = new ChangeLog('a')
    log.append(put(1))
    log.append(put(kvLimits.changeBytes + 1))
    expect([log.begin, log.end]).toEqual([1, 2])
  })

  it('lets changes go at its bound in number', () => {
    const log = new ChangeLog('a')
    for (let turn = 0; turn <= kvLimits.changes; turn++) log.append(put(0))
    expect([log.begin, log.end]).toEqual([1, kvLimits.changes + 1])
    expect(log.place('a-0')).toBeUndefined()
    expect(log.place('a-1')).toBe(1)
  })

  it('wakes who waits once, though one may wait again at once, and nobody who has gone', () => {
    const log = new ChangeLog('a')
    const woken: string[] = []
    const again = () => {
      woken.push('again')
      log.whenMore(again)
    }
    const gone = () => woken.push('gone')
    log.whenMore(again)
    log.whenMore(gone)
    log.forget(gone)
    log.append(put(0))
    log.append(put(0))
    expect(woken).toEqual(['again', 'again'])
  })
})
