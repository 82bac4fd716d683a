import { defineConfig } from 'vitest/config'

// Agents are processes and the browser is one: a file at a time is what two cores can do in time.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
})
