import { describe, expect, test } from 'vitest'
import { createLog } from '../../src/agent/log.ts'
import { Narrator } from '../../src/agent/narrator.ts'
import { plain } from '../../src/output/color.ts'
import { FakeSink } from '../fakes/fake-surroundings.ts'

function narrated(tellsEvents: boolean, reached: number): string {
  const sink = new FakeSink()
  const log = createLog(sink, { level: 'info', format: 'text', paint: plain })
  const errors = reached > 0 ? [] : [{ address: 'a', code: 'ERR_X', detail: 'Nobody is there.' }]
  new Narrator(log, tellsEvents).joined({ addresses: ['a'], reached, errors }, true)
  return sink.text
}

describe('The narration of joining', () => {
  test('is not the same line again where the events are read beside it', () => {
    expect(narrated(true, 1)).toContain('1 of 1 addresses to join answered.')
    expect(narrated(false, 1)).toBe('')
  })

  test('says why it failed, wherever it is read', () => {
    for (const tellsEvents of [true, false]) {
      expect(narrated(tellsEvents, 0)).toContain('Joining a failed: Nobody is there.')
      expect(narrated(tellsEvents, 0)).toContain('They are tried again in the background.')
    }
  })
})
