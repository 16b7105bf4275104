import { expect, test } from 'vitest';
import { AppError } from '../platform/errors/app-error.ts';
import { createPasswords } from './passwords.ts';

async function medianMs(times: number, work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  return taken.sort((left, right) => left - right)[Math.floor(times / 2)] ?? 0;
}

test('an unknown user takes as long as a wrong password', async () => {
  const passwords = createPasswords({ cost: 8 });
  const known = await passwords.hash('correct horse');
  await passwords.verify('warm up', undefined);
  const wrong = await medianMs(15, () => passwords.verify('wrong horse', known));
  const unknown = await medianMs(15, () => passwords.verify('wrong horse', undefined));
  // Generous, for machines that do other things too; a missing hash would be a hundredth.
  expect(unknown / wrong).toBeGreaterThan(0.5);
  expect(unknown / wrong).toBeLessThan(2);
});

test('never truncates: 72 bytes work exactly, more are refused', async () => {
  const passwords = createPasswords({ cost: 4 });
  const longest = 'x'.repeat(72);
  const encoded = await passwords.hash(longest);
  expect(await passwords.verify(longest, encoded)).toBe(true);
  expect(await passwords.verify(`${longest}y`, encoded)).toBe(false);
  await expect(passwords.hash(`${longest}y`)).rejects.toThrow(RangeError);
});

test('who comes when too many wait is refused at once', async () => {
  const passwords = createPasswords({ cost: 6, concurrency: 1, maxWaiting: 2 });
  const answers = await Promise.allSettled(Array.from({ length: 5 }, () => passwords.hash('correct horse')));
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
  expect(refused).toHaveLength(2);
  for (const reason of refused) expect(reason).toBeInstanceOf(AppError);
  expect(await passwords.verify('correct horse', await passwords.hash('correct horse'))).toBe(true);
});
