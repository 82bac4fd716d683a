import { type ClusterTask, measureCluster } from './cluster-measure.ts'
import type { MeasureTask } from './experiment.ts'
import { type DetectionTask, measureDetection } from './swim-detection-measure.ts'
import { type FalseDetectionTask, measureFalseDetection } from './swim-false-measure.ts'

/** What a thread can be asked to measure. */
export const measurements: Readonly<Record<string, (task: MeasureTask) => unknown>> = {
  'swim-detection': (task) => measureDetection(task as unknown as DetectionTask),
  'swim-false': (task) => measureFalseDetection(task as unknown as FalseDetectionTask),
  cluster: (task) => measureCluster(task as unknown as ClusterTask),
}
