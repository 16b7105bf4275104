import { defineConfig } from 'vitest/config';

// `npm test` starts the real servers and sets their addresses; see deploy/dev.
const shared = { testTimeout: 30_000, hookTimeout: 60_000, pool: 'forks' as const };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'parts',
          include: ['{services,activities,workflows,cli,deploy,bench}/**/*.test.ts', 'tests/model/**/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Black box, through the public API of the running platform, with the machine to itself.
        test: {
          ...shared,
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 90_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
