import { defineConfig } from 'vitest/config';

// `npm test` starts the real servers and sets their addresses; see deploy/dev.
const shared = { testTimeout: 30_000, hookTimeout: 60_000, pool: 'forks' as const };

export default defineConfig({
  test: {
    maxWorkers: 2,
    // `npm test -- --coverage`: of what the image runs.
    coverage: {
      include: ['{proto,platform,services,workflows,activities,audit,runtime,cli}/**/*.ts'],
      exclude: ['proto/gen/**', '**/testing/**'],
    },
    projects: [
      {
        test: {
          ...shared,
          name: 'parts',
          include: [
            '{proto,platform,services,workflows,activities,audit,runtime,cli,deploy,testkit,demo,bench}/**/*.test.ts',
            'tests/model/**/*.test.ts',
            'tests/integration/**/*.test.ts',
          ],
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
      {
        // Processes are killed and connections cut under load: nothing else may need the platform meanwhile.
        test: {
          ...shared,
          name: 'faults-short',
          include: ['tests/faults/short/**/*.test.ts'],
          testTimeout: 240_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // With every role apart and proxies before the servers: `npm run test:faults`, no part of `npm test`.
        test: {
          ...shared,
          name: 'faults',
          include: ['tests/faults/*.test.ts'],
          globalSetup: ['tests/faults/support/seed.ts'],
          testTimeout: 600_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // With Temporal's own server on Postgres: `npm run test:temporal`, no part of `npm test`.
        test: {
          ...shared,
          name: 'temporal',
          include: ['tests/faults/temporal-on-postgres/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
