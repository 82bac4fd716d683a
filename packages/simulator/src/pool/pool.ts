import { Worker } from 'node:worker_threads'
import type { RunSummary } from '../results/run-summary.ts'
import type { RunResult } from '../run.ts'
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
  await runAll(jobs, options, false, (job, message) => {
    if (message.type === 'summary') options.onSummary(job, message.summary)
  })
}

/** As `runJobs`, for the whole result of each run. */
export async function runRawJobs(
  jobs: readonly Job[],
  options: PoolOptions & { readonly onResult: (job: number, result: RunResult) => void },
): Promise<void> {
  await runAll(jobs, options, true, (job, message) => {
    if (message.type === 'result') options.onResult(job, message.result)
  })
}

async function runAll(
  jobs: readonly Job[],
  { workers, signal, onProgress, heapMegabytes }: PoolOptions,
  raw: boolean,
  done: (job: number, message: FromWorker) => void,
): Promise<void> {
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const shares = new Float64Array(jobs.length)
  let next = 0
  const thread = async () => {
    const worker = startWorker(stop, heapMegabytes)
    try {
      while (next < jobs.length && signal?.aborted !== true) {
        const id = next++
        const job = jobs[id]
        if (job === undefined) return
        const asked: ToWorker = { id, scenario: job.scenario, seed: job.seed, raw }
        const message = await ask(worker, asked, signal, (share) => {
          shares[id] = share
          onProgress?.(shares.reduce((sum, each) => sum + each, 0) / jobs.length)
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
    await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, thread))
  } finally {
    signal?.removeEventListener('abort', onAbort)
    // Where one thread failed, the others need not finish.
    Atomics.store(stop, 0, 1)
    next = jobs.length
  }
}

/** On the sources the thread needs what runs TypeScript, too. */
function startWorker(stop: Int32Array<SharedArrayBuffer>, heapMegabytes?: number): Worker {
  const isSource = import.meta.url.endsWith('.ts')
  const typescript = new URL('../../../../scripts/typescript.mjs', import.meta.url).href
  return new Worker(new URL(isSource ? './worker.ts' : './worker.js', import.meta.url), {
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
  job: ToWorker,
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
    const onMessage = (message: FromWorker) => {
      if (message.type === 'progress') onShare(message.share)
      else if (message.type === 'error') {
        settle(() => {
          reject(new Error(message.text))
        })
      } else {
        settle(() => {
          resolve(message)
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
    worker.postMessage(job)
  })
}
