import { parentPort, workerData } from 'node:worker_threads'
import { summarize } from '../results/run-summary.ts'
import { simulate } from '../simulate.ts'
import type { FromWorker, ToWorker } from './messages.ts'

// One thread that runs jobs, one at a time. It ends when the pool closes its port.

const port = parentPort
if (port === null) throw new Error('This file is started by the pool, as a worker thread.')
const stop = new Int32Array(workerData as SharedArrayBuffer)
const tell = (message: FromWorker) => {
  port.postMessage(message)
}

port.on('message', ({ id, scenario, seed }: ToWorker) => {
  try {
    const result = simulate(scenario, seed, {
      stopAtViolation: false,
      progress: (virtualMs, ofMs) => {
        tell({ id, type: 'progress', share: ofMs === 0 ? 1 : virtualMs / ofMs })
        return Atomics.load(stop, 0) === 0
      },
    })
    tell({ id, type: 'summary', summary: summarize(result, scenario) })
  } catch (error) {
    tell({
      id,
      type: 'error',
      text: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
  }
})
