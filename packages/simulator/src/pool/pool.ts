import { Worker } from 'node:worker_threads'
import type { RunSummary } from '../results/run-summary.ts'
import type { Scenario } from '../scenario.ts'
import type { FromWorker, ToWorker } from './messages.ts'

export interface Job {
  readonly scenario: Scenario
  readonly seed: number
}

interface PoolOptions {
  readonly workers: number
  /** Ends the runs that are under way as they are, and starts no more. */
  readonly signal?: AbortSignal
  /** How much of all jobs is done, 0 … 1; some times a second. */
  readonly onProgress?: (share: number) => void
  /** Heap that each thread may use. Left out: what Node gives. */
  readonly heapMegabytes?: number
}

/** How long runs may take to notice that they are to end. */
const PATIENCE_MS = 10_000

/**
 * Runs every job, several side by side, each in a thread, and tells each outcome as it comes, in
 * whatever order they finish. Resolves when all are done, or when those under way at an abort are.
 */
export async function runJobs(
  jobs: readonly Job[],
  options: PoolOptions & { readonly onSummary: (job: number, summary: RunSummary) => void },
): Promise<void> {
  const messages = jobs.map(({ scenario, seed }, id): ToWorker => ({ id, scenario, seed }))
  await runAll(workerFile('./worker', import.meta.url), messages, options, (job, message) => {
    if (message.type === 'summary') options.onSummary(job, message.summary)
  })
}

/** A task of another worker file than that of the runs, with the outcome that it posts. */
export interface Task<Outcome> {
  readonly task: object
  readonly done: (outcome: Outcome) => void
}

/**
 * As `runJobs`, for tasks that a worker file of its own understands: it is posted `{ id, task }` and
 * posts `{ id, type: 'outcome', outcome }`.
 */
export async function runTasks<Outcome>(
  worker: URL,
  tasks: readonly Task<Outcome>[],
  options: PoolOptions,
): Promise<void> {
  const messages = tasks.map(({ task }, id) => ({ id, task }))
  await runAll(worker, messages, options, (id, message) => {
    if (message.type === 'outcome') tasks[id]?.done(message.outcome as Outcome)
  })
}

async function runAll(
  file: URL,
  messages: readonly { readonly id: number }[],
  { workers, signal, onProgress, heapMegabytes }: PoolOptions,
  done: (id: number, message: FromWorker) => void,
): Promise<void> {
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const shares = new Float64Array(messages.length)
  let next = 0
  const thread = async () => {
    const worker = startWorker(file, stop, heapMegabytes)
    try {
      while (next < messages.length && signal?.aborted !== true) {
        const id = next++
        const asked = messages[id]
        if (asked === undefined) return
        const message = await ask(worker, asked, signal, (share) => {
          shares[id] = share
          onProgress?.(shares.reduce((sum, each) => sum + each, 0) / messages.length)
        })
        if (message === undefined) return
        shares[id] = 1
        done(id, message)
      }
    } finally {
      await worker.terminate()
    }
  }
  const onAbort = () => Atomics.store(stop, 0, 1)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.all(Array.from({ length: Math.min(workers, messages.length) }, thread))
  } finally {
    signal?.removeEventListener('abort', onAbort)
    // Where one thread failed, the others need not finish.
    Atomics.store(stop, 0, 1)
    next = messages.length
  }
}

/** A worker's file beside the one that asks: of the sources on the sources, else of the build. */
export function workerFile(path: string, from: string): URL {
  return new URL(`${path}${from.endsWith('.ts') ? '.ts' : '.js'}`, from)
}

/** On the sources the thread needs what runs TypeScript, too. */
function startWorker(
  file: URL,
  stop: Int32Array<SharedArrayBuffer>,
  heapMegabytes?: number,
): Worker {
  const isSource = file.href.endsWith('.ts')
  const typescript = new URL('../../../../scripts/typescript.mjs', import.meta.url).href
  return new Worker(file, {
    workerData: stop.buffer,
    ...(isSource ? { execArgv: ['--import', typescript] } : {}),
    ...(heapMegabytes === undefined
      ? {}
      : { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } }),
  })
}

/** One job's outcome; undefined when it did not end in time after an abort. */
function ask(
  worker: Worker,
  message: object,
  signal: AbortSignal | undefined,
  onShare: (share: number) => void,
): Promise<FromWorker | undefined> {
  return new Promise((resolve, reject) => {
    let patience: NodeJS.Timeout | undefined
    const onAbort = () => {
      patience = setTimeout(() => {
        settle(() => {
          resolve(undefined)
        })
      }, PATIENCE_MS)
    }
    const settle = (act: () => void) => {
      clearTimeout(patience)
      signal?.removeEventListener('abort', onAbort)
      worker.off('message', onMessage)
      worker.off('error', onError)
      act()
    }
    const onMessage = (answer: FromWorker) => {
      if (answer.type === 'progress') onShare(answer.share)
      else if (answer.type === 'error') {
        settle(() => {
          reject(new Error(answer.text))
        })
      } else {
        settle(() => {
          resolve(answer)
        })
      }
    }
    const onError = (error: unknown) => {
      settle(() => {
        reject(error instanceof Error ? error : new Error(String(error)))
      })
    }
    worker.on('message', onMessage)
    worker.on('error', onError)
    signal?.addEventListener('abort', onAbort, { once: true })
    worker.postMessage(message)
  })
}
