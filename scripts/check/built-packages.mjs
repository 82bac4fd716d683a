import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { add, outcome, root, run } from './commands.mjs'

/** What a user of the packages meets: their doors, their command, the examples, on the built files. */
export async function builtPackages() {
  const results = []
  for (const door of ['@hearsay/memberlist', '@hearsay/memberlist/internal']) {
    const { code } = await run(process.execPath, ['--input-type=module', '-e', `import '${door}'`])
    results.push(outcome(code === 0))
  }
  const { code } = await run('npx', ['--no-install', 'hearsay', '--help'])
  results.push(outcome(code === 0))
  for (const example of examples()) {
    const { code } = await run(process.execPath, [join('examples', example)])
    results.push(outcome(code === 0))
  }
  return add(...results)
}

function examples() {
  return readdirSync(join(root, 'examples')).filter((file) => file.endsWith('.mjs'))
}
