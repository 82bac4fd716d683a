export { livenessBoundMs } from './bound.ts'
export { checkerNames } from './checkers/all.ts'
export {
  type Candidate,
  letterOf,
  type Objectives,
  type Outcome,
  objectivesOf,
  outcomeOf,
} from './comparison/candidate.ts'
export { MAX_CANDIDATES, type Sweep, sweepCandidates } from './comparison/sweep.ts'
export { comparisonTable } from './comparison/table.ts'
export { estimatedBytes, usableBytes } from './memory.ts'
export { type Job, runJobs, runTasks, type Task, workerFile } from './pool/pool.ts'
export { type Picture, type Report, reportHtml } from './report/html.ts'
export { scenarioText } from './report/settings-section.ts'
export { subjectOf, type Timeline, TimelineRecorder } from './report/timeline.ts'
export { type FigureName, figureNames, figures, valueText } from './results/figures.ts'
export { type Result, resultCells, resultHeadings } from './results/results.ts'
export { type RunSummary, summarize } from './results/run-summary.ts'
export * from './run.ts'
export * from './scenario.ts'
export {
  checkScenario,
  type Over,
  readScenario,
  ruleSetOf,
  ScenarioError,
  scenarioFrom,
} from './scenario-file/read.ts'
export { ruleSets } from './scenario-file/schema.ts'
export { namedScenarios } from './scenarios/all.ts'
export type { NamedScenario } from './scenarios/named-scenario.ts'
export { type ShrinkOptions, type Shrunk, shrink } from './shrink.ts'
export { lengthMsOf, livenessMsOf, simulate } from './simulate.ts'
export { drawScenario } from './swarm/draw-scenario.ts'
export { lineOf, type TraceOptions, traceAround } from './trace.ts'
