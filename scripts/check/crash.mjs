import { outcome, run } from './commands.mjs'

/** The short form of bench/kv-crash.mjs: acknowledged writes outlive SIGKILL of one agent, and of all. */
export async function crash() {
  const short = ['--kills', '5', '--together', '2']
  const { code } = await run(process.execPath, ['bench/kv-crash.mjs', ...short])
  return outcome(code === 0)
}
