// Test projects: unit (fast, in process), engine-ops (tfjs-core's own tests on recordings), process (real child processes),
// electron (a real window).
import { defineConfig } from 'vitest/config'

// Real processes and windows on a loaded CI machine: one more try, which the end of `npm test` names.
const retry = process.env['CI'] === 'true' ? 1 : 0

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000, pool: 'forks' } },
      {
        test: {
          name: 'engine-ops',
          include: ['test/engine-ops/**/*.test.ts'],
          pool: 'forks',
          // tfjs-core ships its tests as modules that only a bundler resolves.
          server: { deps: { inline: [/tfjs-core\/dist\//] } },
        },
      },
      {
        test: {
          name: 'process',
          include: ['test/process/**/*.test.ts'],
          retry,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          pool: 'forks',
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'electron',
          include: ['test/electron/**/*.test.ts'],
          retry,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          pool: 'forks',
          fileParallelism: false,
        },
      },
    ],
  },
})
