import { hash as bcrypt } from '@node-rs/bcrypt';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPasswords } from './passwords.ts';

vi.mock(import('@node-rs/bcrypt'), async (original) => {
  const real = await original();
  return { ...real, hash: vi.fn<typeof bcrypt>(real.hash) };
});

test('never truncates a password: 72 bytes are compared exactly, more are refused', async () => {
  const passwords = createPasswords({ cost: 4 });
  const longest = 'x'.repeat(72);
  const encoded = await passwords.hash(longest);
  expect(await passwords.verify(longest, encoded)).toBe(true);
  expect(await passwords.verify(`${longest}y`, encoded)).toBe(false);
  await expect(passwords.hash(`${longest}y`)).rejects.toThrow(RangeError);
});

describe('hashing', () => {
  const hashMs = 100;
  let begun: string[] = [];

  beforeEach(() => {
    vi.useFakeTimers();
    begun = [];
    vi.mocked(bcrypt).mockImplementation(async (password) => {
      begun.push(String(password));
      await new Promise((resolve) => setTimeout(resolve, hashMs));
      return 'hash';
    });
  });
  afterEach(() => {
    vi.mocked(bcrypt).mockReset();
    vi.useRealTimers();
  });

  /** A `Passwords` that has measured, in two short queues, how long a hash takes. */
  async function experienced(maxWaitMs: number) {
    const passwords = createPasswords({ cost: 4, concurrency: 1, maxWaitMs });
    for (let round = 0; round < 2; round++) {
      const queue = Array.from({ length: 8 }, () => passwords.hash('early'));
      await vi.runAllTimersAsync();
      await Promise.all(queue);
    }
    return passwords;
  }

  test('runs a bounded number of hashes at a time, in the order of the calls', async () => {
    const passwords = createPasswords({ cost: 4, concurrency: 2 });
    begun = [];
    const names = ['a', 'b', 'c', 'd', 'e'];
    const all = Promise.all(names.map((name) => passwords.hash(name)));
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(hashMs);
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    await vi.runAllTimersAsync();
    expect(begun).toEqual(names);
    await all;
  });

  test('refuses calls immediately that would wait too long, and serves all others', async () => {
    const passwords = await experienced(10.5 * hashMs);
    const attempt = () =>
      passwords.hash('correct horse').then(
        () => 'served',
        (error: unknown) => error,
      );
    const answers = Array.from({ length: 20 }, attempt);
    const refused = Promise.all(answers.slice(11));
    await vi.advanceTimersByTimeAsync(0);
    // One call is hashing and ten wait. The others are refused before any of these ends.
    for (const error of await refused) {
      expect(error).toMatchObject({ code: 'unavailable', reason: 'OVERLOADED', retryAfterSeconds: 2 });
    }
    // The refusals do not shorten the wait that a later call is allowed.
    await vi.advanceTimersByTimeAsync(hashMs);
    const late = attempt();
    await vi.runAllTimersAsync();
    expect(new Set(await Promise.all([...answers.slice(0, 11), late]))).toEqual(new Set(['served']));
  });

  test('bounds the wait even before it knows how long a hash takes', async () => {
    const passwords = createPasswords({ cost: 4, concurrency: 1, maxWaitMs: 1.5 * hashMs });
    const answers = Promise.allSettled([passwords.hash('a'), passwords.hash('b'), passwords.hash('c')]);
    await vi.runAllTimersAsync();
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });
});
