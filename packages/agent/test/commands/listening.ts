import { onTestFinished } from 'vitest'
import { HttpServer } from '../../src/http/server.ts'
import { type ApiOptions, apiOf } from '../fakes/api.ts'
import { fakeSurroundings } from '../fakes/fake-surroundings.ts'
import { run } from './run.ts'

/** An agent that listens, over a member without a network, and commands that ask it. */
export async function listening(options: ApiOptions = {}) {
  const api = apiOf(options)
  const server = await HttpServer.listen({ host: '127.0.0.1', port: 0 }, () => api.app)
  onTestFinished(() => server[Symbol.asyncDispose]())
  const environment = { HEARSAY_HTTP: `127.0.0.1:${server.bound.port}` }
  const ask = (words: readonly string[], stdin?: string | Uint8Array) =>
    run(words, fakeSurroundings({ environment, ...(stdin !== undefined && { stdin }) }))
  const askOnTerminal = (words: readonly string[]) =>
    run(
      words,
      fakeSurroundings({
        environment: { ...environment, NO_COLOR: '1' },
        terminal: { columns: 100, rows: 30 },
      }),
    )
  return { ...api, ask, askOnTerminal, environment, server }
}
