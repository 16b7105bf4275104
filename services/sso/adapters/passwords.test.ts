import { expect, test } from 'vitest';
import { createPasswords } from './passwords.ts';

test('never truncates: 72 bytes work exactly, more are refused', async () => {
  const passwords = createPasswords({ cost: 4 });
  const longest = 'x'.repeat(72);
  const encoded = await passwords.hash(longest);
  expect(await passwords.verify(longest, encoded)).toBe(true);
  expect(await passwords.verify(`${longest}y`, encoded)).toBe(false);
  await expect(passwords.hash(`${longest}y`)).rejects.toThrow(RangeError);
});

test('who would have to wait too long is refused at once, and everyone else is served', async () => {
  const passwords = createPasswords({ cost: 8, concurrency: 1, maxWaitMs: 1 });
  const hash = () => passwords.hash('correct horse');
  await hash();
  const answers = await Promise.allSettled([hash(), hash(), hash(), hash()]);
  // One runs; the one behind it waits for nobody who waits.
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  for (const answer of answers.slice(2)) {
    expect(answer).toMatchObject({ reason: { code: 'unavailable', reason: 'OVERLOADED', retryAfterSeconds: 2 } });
  }
  await expect(hash()).resolves.toMatch(/^\$2b\$08\$/);
});
