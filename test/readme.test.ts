import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runOnSources } from '../packages/memberlist/test/shell/programs.ts'

const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))

describe('the code in the README', () => {
  const [, code = ''] = /^```js\n(.*?)^```/ms.exec(readFileSync(path('README.md'), 'utf8')) ?? []

  it('is about twenty lines long', () => {
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(20)
  })

  it('runs as it stands', async () => {
    const folder = path('node_modules/.cache/readme')
    mkdirSync(folder, { recursive: true })
    writeFileSync(`${folder}/hello.mjs`, code)
    const program = runOnSources(`${folder}/hello.mjs`)
    expect(await program.ended).toBe(0)
    expect(program.lines.map((line) => line.replace(/[\d.]+ ms/, 'N ms')).sort()).toEqual([
      '1000000 bytes by stream',
      '15 bytes by packet',
      'a ping took N ms',
      'joined 1: one is alive,two is alive',
      'two came: role=db',
      'two left',
    ])
  })
})
