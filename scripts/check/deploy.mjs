import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { install } from '../debian.mjs'
import { add, outcome, root, run, skip } from './commands.mjs'
import { hasGo } from './interop.mjs'

const scratch = join(root, '.cache/check/deploy')
const has = (command, flag = '--version') => spawnSync(command, [flag]).status === 0

/** The files of deploy/ and the Dockerfile, each read by what it is written for. */
export async function deployment() {
  mkdirSync(scratch, { recursive: true })
  return add(await manifests(), await alerts(), await serviceUnit())
}

/** Compose file, Kubernetes manifests and Dockerfile: a Go program with their own readers. */
async function manifests() {
  if (!hasGo) return skip('compose.yaml, kubernetes/ and the Dockerfile are read by Go packages')
  const program = join(scratch, 'deploy-check')
  const build = await run('go', ['build', '-o', program, '.'], { cwd: join(root, 'deploy/check') })
  if (build.code !== 0) return outcome(false)
  const files = ['deploy/compose.yaml', 'deploy/kubernetes', 'Dockerfile']
  const { lines } = await run(program, files)
  const results = lines.map((line) => JSON.parse(line))
  return add(
    outcome(results.length >= files.length),
    ...results.map(({ problems }) => {
      return outcome(problems.length === 0)
    }),
  )
}

/** Scrape config, alert rules with their tests, and the queries of the dashboard. */
async function alerts() {
  const installed = await install('promtool')
  if (installed !== undefined) console.log(installed)
  if (!has('promtool')) return skip('promtool is missing (Debian: apt-get install prometheus)')
  const folder = join(root, 'deploy/prometheus')
  const promtool = async (...command) => {
    const { code } = await run('promtool', command, { cwd: folder })
    return outcome(code === 0)
  }
  for (const file of ['prometheus.yml', 'hearsay.rules.yml']) {
    copyFileSync(join(folder, file), join(scratch, file))
  }
  writeFileSync(join(scratch, 'hearsay-token'), 'token')
  writeFileSync(join(scratch, 'queries.rules.yml'), queryRules())
  return add(
    await promtool('check', 'config', join(scratch, 'prometheus.yml')),
    await promtool('check', 'rules', 'hearsay.rules.yml'),
    await promtool('test', 'rules', 'hearsay.rules.test.yml'),
    await promtool('check', 'rules', join(scratch, 'queries.rules.yml')),
  )
}

/** The dashboard's queries as recording rules, which is a form that promtool parses. */
function queryRules() {
  const { panels } = JSON.parse(readFileSync(join(root, 'deploy/grafana/hearsay.json'), 'utf8'))
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
  const rules = queries.map((query, index) => {
    const expr = query.replaceAll('$__rate_interval', '1m')
    return { record: `query:${index}`, expr }
  })
  return JSON.stringify({ groups: [{ name: 'queries', rules }] })
}

/** The service unit as systemd reads it, and how much it lets the service do (0 to 10). */
async function serviceUnit() {
  if (!has('systemd-analyze')) return skip('systemd-analyze is missing (Debian: systemd)')
  const unit = join(scratch, 'hearsay.service')
  const text = readFileSync(join(root, 'deploy/systemd/hearsay.service'), 'utf8')
  // The command is not installed here; that it is there is what `verify` looks at, too.
  writeFileSync(unit, text.replaceAll('/usr/local/bin/hearsay', process.execPath))
  const verified = await run('systemd-analyze', ['verify', '--man=no', unit])
  const options = ['--offline=true', '--threshold=20', '--no-pager']
  const exposed = await run('systemd-analyze', ['security', ...options, unit])
  return add(outcome(verified.code === 0), outcome(exposed.code === 0))
}
