import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { add, outcome, root, run } from './commands.mjs'

const scratch = join(root, '.cache/check/image')

/**
 * What the Dockerfile makes, made in folders: there may be no daemon to build with. Every COPY of
 * every stage and the RUN of all but the last are done as they stand, a folder for each stage's
 * WORKDIR; then the agent is started out of what the last stage has, as the image starts it.
 */
export async function image() {
  rmSync(scratch, { recursive: true, force: true })
  const stages = stagesOf(readFileSync(join(root, 'Dockerfile'), 'utf8'))
  const context = await contextFiles()
  for (const [index, stage] of stages.entries()) {
    const isLast = index === stages.length - 1
    const isBuilt = await buildStage(stage, context, !isLast)
    if (!isBuilt) return outcome(false)
  }
  return add(outcome(true), await starts(stages.at(-1)))
}

/** Instructions by stage, continued lines joined. */
function stagesOf(text) {
  const lines = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
  const stages = []
  for (const line of lines) {
    const [, word, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? []
    if (word === 'FROM') {
      const [, from, name = 'final'] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(rest)
      stages.push({ from, name, instructions: [] })
    } else if (word !== undefined && word !== 'ARG') {
      stages.at(-1).instructions.push({ word, rest })
    }
  }
  return stages
}

async function buildStage({ from, name, instructions }, context, runs) {
  const folder = join(scratch, name)
  mkdirSync(join(folder, 'app'), { recursive: true })
  if (!from.startsWith('node:')) cpSync(join(scratch, from), folder, { recursive: true })
  for (const { word, rest } of instructions) {
    if (word === 'COPY') copy(folder, rest, context)
    if (word === 'RUN' && runs) {
      const options = { cwd: join(folder, 'app') }
      const { code } = await run('bash', ['-c', rest], options)
      if (code !== 0) return false
    }
  }
  return true
}

/** A path of the image: what is not absolute is below WORKDIR, `/app` in all stages. */
const inStage = (folder, path) => join(folder, path.startsWith('/') ? path : join('app', path))

function copy(folder, rest, context) {
  const words = rest.split(/\s+/)
  const from = /^--from=(\S+)$/.exec(words[0])?.[1]
  const paths = from === undefined ? words : words.slice(1)
  const target = paths.pop()
  for (const path of paths) {
    const intoFolder = target.endsWith('/') || paths.length > 1
    const end = (suffix) =>
      inStage(folder, intoFolder ? join(target, path.split('/').at(-1) + suffix) : target + suffix)
    if (from !== undefined) {
      cpSync(inStage(join(scratch, from), path), end(''), { recursive: true })
      continue
    }
    const files = context.filter((file) => file === path || file.startsWith(`${path}/`))
    if (files.length === 0) throw new Error(`COPY ${path}: not in the context of the build.`)
    for (const file of files) {
      const destination = end(file.slice(path.length))
      mkdirSync(dirname(destination), { recursive: true })
      cpSync(join(root, file), destination)
    }
  }
}

/** What is committed, less what .dockerignore leaves out; of its lines the last that fits counts. */
async function contextFiles() {
  const rules = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const isKept = line.startsWith('!')
      const source = (isKept ? line.slice(1) : line)
        .replaceAll('.', '\\.')
        .replaceAll('**/', '(.*/)?')
        .replaceAll(/(?<!\.)\*/g, '[^/]*')
      return { isKept, pattern: new RegExp(`^${source}(/.*)?$`) }
    })
  const { stdout } = await output('git', ['ls-files', '-z', '--cached'])
  return stdout
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)))
    .filter((file) => rules.findLast(({ pattern }) => pattern.test(file))?.isKept ?? true)
}

function output(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout }))
  })
}

/** The agent as the image starts it: its ENV, its HEALTHCHECK, its page, and an end in good order. */
async function starts({ name, instructions }) {
  const folder = join(scratch, name)
  const environment = Object.fromEntries(
    instructions
      .filter(({ word }) => word === 'ENV')
      .flatMap(({ rest }) =>
        [...rest.matchAll(/(\w+)=(\S+)/g)].map(([, key, text]) => [key, text]),
      ),
  )
  const [gossip, http] = [await freePort(), await freePort()]
  const data = join(folder, environment.HEARSAY_DATA_DIR)
  const key = Buffer.alloc(32, 7).toString('base64')
  const child = spawn(
    process.execPath,
    [join(folder, 'app/packages/agent/bin/hearsay.js'), 'agent'],
    {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        ...environment,
        HEARSAY_BIND: `127.0.0.1:${gossip}`,
        HEARSAY_HTTP: `127.0.0.1:${http}`,
        HEARSAY_DATA_DIR: data,
        HEARSAY_KEY: key,
        HEARSAY_TOKEN: 'token',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const closed = new Promise((resolve) => child.once('close', resolve))
  const first = new Promise((resolve) =>
    createInterface({ input: child.stdout }).once('line', (line) =>
      resolve(JSON.parse(line).event),
    ),
  )
  const event = await Promise.race([first, closed.then((code) => `ended with ${code}`)])
  console.log(`the agent of the image: ${event}`)
  if (event !== 'ready') return outcome(false)
  const results = [outcome(true)]
  const health = instructions.find(({ word }) => word === 'HEALTHCHECK').rest
  const [, ...command] = JSON.parse(health.slice(health.indexOf('[')))
  const probe = command.map((text) => text.replace('4001', String(http)))
  results.push(outcome((await run(process.execPath, probe)).code === 0))
  const page = await (await fetch(`http://127.0.0.1:${http}/`)).text()
  results.push(outcome(page.includes('assets/')))
  child.kill('SIGTERM')
  results.push(outcome((await closed) === 0))
  return add(...results)
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
