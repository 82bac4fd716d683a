import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** What others left to be collected would count. */
const measuresMemory = ['packages/memberlist/test/core/memory.test.ts']

// Tests run on the sources, so that `npm test` needs no build.
export default defineConfig({
  resolve: {
    alias: [
      {
        find: '@hearsay/memberlist/internal',
        replacement: source('packages/memberlist/src/internal.ts'),
      },
      { find: '@hearsay/kv/internal', replacement: source('packages/kv/src/internal.ts') },
      { find: '@hearsay/kv', replacement: source('packages/kv/src/index.ts') },
      { find: '@hearsay/simulator', replacement: source('packages/simulator/src/index.ts') },
      { find: '@hearsay/memberlist', replacement: source('packages/memberlist/src/index.ts') },
    ],
  },
  test: {
    setupFiles: ['test/property-seed.ts'],
    testTimeout: 20_000,
    // Two cores would otherwise have one worker, and many tests wait for processes of their own.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: measuresMemory,
          // Most of what a file costs is loading what it tests: once for all of them. So each test
          // closes what it opens and undoes what it replaces.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: measuresMemory } },
    ],
  },
})
