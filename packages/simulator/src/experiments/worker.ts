import { parentPort } from 'node:worker_threads'
import type { MeasureTask } from './experiment.ts'
import { measurements } from './measurements.ts'

// One thread that measures, one task at a time.

const port = parentPort
if (port === null) throw new Error('This file is started by the pool, as a worker thread.')

port.on('message', ({ id, task }: { id: number; task: MeasureTask }) => {
  const measure = measurements[task.kind]
  try {
    if (measure === undefined) throw new Error(`There is no measurement "${task.kind}".`)
    port.postMessage({ id, type: 'outcome', outcome: measure(task) })
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    port.postMessage({ id, type: 'error', text })
  }
})
