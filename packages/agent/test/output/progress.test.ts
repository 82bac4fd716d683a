import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Progress, withProgress } from '../../src/output/progress.ts'
import { FakeSink } from '../fakes/fake-surroundings.ts'

const terminal = () => new FakeSink({ columns: 30, rows: 10 })

/** Something that takes so long, and what is on stderr meanwhile. */
async function during(
  sink: FakeSink,
  takesMs: number,
  environment: Record<string, string> = {},
  run: (progress: Progress) => void = () => {},
) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearInterval', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const ended = withProgress(sink, environment, 'Working', async (progress) => {
    run(progress)
    await new Promise((resolve) => setTimeout(resolve, takesMs))
    return 'result'
  })
  await vi.advanceTimersByTimeAsync(takesMs)
  expect(await ended).toBe('result')
  return sink.text.split('\r\u001b[K')
}

describe('Progress', () => {
  test('is shown of what takes long, and taken away again', async () => {
    const frames = await during(terminal(), 1_500)
    expect(frames[1]).toBe('Working … 0 s')
    expect(frames.at(-2)).toBe('Working … 1 s')
    expect(frames.at(-1)).toBe('')
  })

  test('tells how far it is, within the width of the terminal', async () => {
    const frames = await during(terminal(), 500, {}, ({ update }) => {
      update('Sent 1.0 MiB of 16 MiB over a slow line')
    })
    expect(frames[1]).toBe('Sent 1.0 MiB of 16 MiB over …')
  })

  test('is shown on a terminal that does not know its width', async () => {
    const frames = await during(new FakeSink({ columns: 0, rows: 0 }), 500)
    expect(frames[1]).toBe('Working … 0 s')
  })

  test('is not shown of what is over at once', async () => {
    expect(await during(terminal(), 250)).toEqual([''])
  })

  test('is not shown where nothing can be taken away again', async () => {
    expect(await during(new FakeSink(), 5_000)).toEqual([''])
    expect(await during(terminal(), 5_000, { TERM: 'dumb' })).toEqual([''])
  })
})
