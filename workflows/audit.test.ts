import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openLab, type Lab } from './testing/lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.close());

const found = { checked: 40, broken: [], late: [] };

test('a short audit ends with its findings', async () => {
  const handle = await lab.audit({ ...found, seconds: 20 });
  expect(await handle.result()).toEqual({ ...found, seconds: 20 });
});

test('a long audit shows its findings and rests nine times as long, so that the next one waits', async () => {
  const handle = await lab.audit({ ...found, seconds: 25 });
  const timer = await vi.waitFor(
    async () => {
      const { events } = await handle.fetchHistory();
      const started = events?.find(({ timerStartedEventAttributes }) => timerStartedEventAttributes != null);
      expect(started).toBeDefined();
      return started?.timerStartedEventAttributes;
    },
    { timeout: 15_000, interval: 100 },
  );
  expect(Number(timer?.startToFireTimeout?.seconds)).toBe(225);
  const { status } = await handle.describe();
  expect(status.name).toBe('RUNNING');
  await handle.terminate('the test has seen enough');
});
