// Writes what documents say of settings anew: `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs'
import { writeScenarioSchema } from './scenario-schema.ts'
import { withSettingsTable } from './settings-table.ts'

const path = new URL('../docs/tuning.md', import.meta.url)
writeFileSync(path, withSettingsTable(readFileSync(path, 'utf8')))

writeScenarioSchema()
