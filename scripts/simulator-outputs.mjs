// Writes what docs/simulator.md shows of `hearsay sim` anew: part of `npm run docs`.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const program = fileURLToPath(new URL('../packages/agent/bin/hearsay.js', import.meta.url))
const page = fileURLToPath(new URL('../docs/simulator.md', import.meta.url))
const block = /```text\n\$ hearsay (sim [^\n]+)\n[\s\S]*?```/g

/** The page as it is, and with every output in it as the commands print it today: their seeds are in them. */
export async function simulatorPage() {
  const shown = readFileSync(page, 'utf8')
  const outputs = new Map()
  for (const [, command] of shown.matchAll(block)) {
    const run = await promisify(execFile)(process.execPath, [program, ...command.split(' ')])
    // The seed goes to the error output, and comes first.
    outputs.set(command, `${run.stderr}${run.stdout}`.trimEnd())
  }
  const today = shown.replace(
    block,
    (_, command) => `\`\`\`text\n$ hearsay ${command}\n${outputs.get(command)}\n\`\`\``,
  )
  return { shown, today }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { today } = await simulatorPage()
  writeFileSync(page, today)
}
