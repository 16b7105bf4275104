import { defineConfig } from 'vitest/config';

// The projects that vitest runs. `npm test` first starts the real servers and sets their addresses (deploy/dev).
const shared = { testTimeout: 30_000, hookTimeout: 60_000, pool: 'forks' as const };

/**
 * Tests that no other test may disturb: they retire the keys of all tokens, read the logs, metrics or orders of everybody,
 * audit the whole platform, publish events again, cause load, or share the cart of the demo customer.
 */
const alone = [
  'burst',
  'cli-audit',
  'cli-trail',
  'clients',
  'docs-commands',
  'front-newest-orders',
  'grpc-fuzz',
  'http-listener',
  'log-secrets',
  'metrics',
  'monitoring',
  'security-key-rotation',
].map((name) => `tests/e2e/${name}.test.ts`);

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
          // Many of them wait for a server or a process, so one more than cores.
          maxWorkers: 3,
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
        // Black-box tests through the public API of the running platform. Each uses users and products of its own. They
        // run after the parts, which load the machine. One more file at once than elsewhere, because they mostly wait.
        test: {
          ...shared,
          name: 'e2e',
          maxWorkers: 3,
          include: ['tests/e2e/**/*.test.ts'],
          exclude: alone,
          testTimeout: 90_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: 'e2e-alone',
          include: alone,
          testTimeout: 90_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
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
          sequence: { groupOrder: 3 },
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
          sequence: { groupOrder: 4 },
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
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
