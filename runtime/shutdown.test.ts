import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { planShutdown, runStages } from './shutdown.ts';

const logger = pino({ level: 'silent' });

test('whatever is wished for, the stages fit into the whole, and closing keeps a part of it', () => {
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

test('a wish that fits is granted', () => {
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

test('a process that serves nothing stops without waiting for balancers', () => {
  const wishes = { totalSeconds: 24, unreadySeconds: 5, drainSeconds: 12, workerGraceSeconds: 8, servesRpc: false };
  expect(planShutdown(wishes).unreadyMs).toBe(0);
});

test('a stage that hangs or fails keeps none of the others from running, and is named at the end', async () => {
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

test('a stop in order throws nothing', async () => {
  const stages = [{ name: 'one', keepMs: 0, run: () => Promise.resolve() }];
  expect(await runStages(stages, 1000, logger)).toBeUndefined();
});
