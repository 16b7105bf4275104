import { defineConfig } from 'vitest/config';

// The projects that vitest runs. `npm test` first starts the real servers and sets their addresses (deploy/dev).
const shared = { testTimeout: 30_000, hookTimeout: 60_000, pool: 'forks' as const };

export default defineConfig({
  test: {
    maxWorkers: 2,
    // `npm test -- --coverage` measures the files of the container image.
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
            'tests/mutations/**/*.test.ts',
            'tests/conformance/**/*.test.ts',
            'tests/integration/**/*.test.ts',
          ],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Black-box tests through the public API of the running platform. They run after the parts, so that nothing
        // else loads the machine.
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
        // These tests kill processes and cut connections under load, so no other test may use the platform meanwhile.
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
        // `npm run test:faults`, not part of `npm test`: every role is a separate process, and proxies stand in front
        // of the servers.
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
        // `npm run test:temporal`, not part of `npm test`: Temporal's production server on Postgres.
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
