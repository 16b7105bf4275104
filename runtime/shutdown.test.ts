import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { planShutdown, runStages } from './shutdown.ts';

const logger = pino({ level: 'silent' });

test('whatever the settings ask for, the stages fit into the total time, and some time stays for closing', () => {
  const seconds = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  fc.assert(
    fc.property(
      fc.record({
        totalSeconds: seconds(2, 600),
        unreadySeconds: seconds(0, 600),
        drainSeconds: seconds(0, 600),
        workerGraceSeconds: seconds(1, 300),
        servesRpc: fc.boolean(),
      }),
      (wishes) => {
        const plan = planShutdown(wishes);
        const work = Math.max(plan.drainMs, plan.workerForceMs);
        expect(plan.unreadyMs + work + plan.closingMs).toBeLessThanOrEqual(plan.totalMs + 1e-6);
        expect(plan.workerGraceMs).toBeLessThan(plan.workerForceMs);
        expect(plan.closingMs).toBeGreaterThan(0);
      },
    ),
  );
});

test('if the settings fit into the total time, each stage gets what its setting asks for', () => {
  const wishes = { totalSeconds: 24, unreadySeconds: 5, drainSeconds: 12, workerGraceSeconds: 8, servesRpc: true };
  expect(planShutdown(wishes)).toEqual({
    totalMs: 24_000,
    unreadyMs: 5000,
    drainMs: 12_000,
    workerGraceMs: 8000,
    workerForceMs: 11_000,
    closingMs: 4000,
  });
});

test('a process without RPCs stops without waiting for load balancers', () => {
  const wishes = { totalSeconds: 24, unreadySeconds: 5, drainSeconds: 12, workerGraceSeconds: 8, servesRpc: false };
  expect(planShutdown(wishes).unreadyMs).toBe(0);
});

test('if a stage hangs or fails, all others still run, and the error names it', async () => {
  const ran: string[] = [];
  const stage = (name: string, run: () => Promise<unknown>) => ({
    name,
    keepMs: 200,
    run: () => {
      ran.push(name);
      return run();
    },
  });
  const stages = [
    stage('hangs', () => new Promise(() => undefined)),
    stage('fails', () => Promise.reject(new Error('no'))),
    { ...stage('last', () => Promise.resolve()), keepMs: 0 },
  ];
  await expect(runStages(stages, 250, logger)).rejects.toThrow('not stopped in order: hangs, fails');
  expect(ran).toEqual(['hangs', 'fails', 'last']);
});

test('a stop in which all stages succeed throws nothing', async () => {
  const stages = [{ name: 'one', keepMs: 0, run: () => Promise.resolve() }];
  expect(await runStages(stages, 1000, logger)).toBeUndefined();
});
