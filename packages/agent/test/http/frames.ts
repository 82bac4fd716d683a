import type { apiOf } from '../fakes/api.ts'

/** Reads a stream of events as it comes, one frame at a time. */
export async function open(
  api: ReturnType<typeof apiOf>,
  headers: Record<string, string> = {},
  path = '/v1/events',
) {
  const response = await api.call('GET', path, { headers })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  const frame = async (): Promise<string | undefined> => {
    while (!rest.includes('\n\n')) {
      const { done, value } = (await reader?.read()) ?? { done: true }
      if (done) return undefined
      rest += value
    }
    const end = rest.indexOf('\n\n')
    const found = rest.slice(0, end)
    rest = rest.slice(end + 2)
    return found
  }
  return { response, frame, cancel: () => reader?.cancel() }
}

export const dataOf = (frame: string | undefined) =>
  JSON.parse(/^data: (.*)$/m.exec(frame ?? '')?.[1] ?? 'null') as Record<string, unknown>
export const idOf = (frame: string | undefined) => /^id: (.*)$/m.exec(frame ?? '')?.[1] ?? ''
