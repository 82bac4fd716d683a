// The schema of scenario files for editors: part of `npm run docs`.
import { writeFileSync } from 'node:fs'
import { jsonSchema } from '../packages/simulator/src/scenario-file/schema.ts'

const path = new URL('../packages/simulator/scenario.schema.json', import.meta.url)

export function writeScenarioSchema(): void {
  writeFileSync(path, `${JSON.stringify(jsonSchema(), null, 2)}\n`)
}
