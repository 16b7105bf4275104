import { RateLimiterRes } from 'rate-limiter-flexible';
import { expect, test } from 'vitest';
import { createCounters, SharedLimiter } from './limits.ts';

const logins = { keyPrefix: 'login', points: 3, duration: 60 };
const registrations = { keyPrefix: 'register', points: 1, duration: 60 };

/** The limiters of two processes with one parent. Whatever they say to it goes through JSON, as between processes. */
function twoProcesses(limit: typeof logins) {
  const counters = createCounters();
  const ask: typeof counters = async (call) => JSON.parse(JSON.stringify(await counters(call)));
  return [new SharedLimiter(limit, ask), new SharedLimiter(limit, ask)] as const;
}

test('attempts at several processes count together', async () => {
  const [one, other] = twoProcesses(logins);
  await one.consume('jane');
  expect(await other.consume('jane')).toMatchObject({ consumedPoints: 2, remainingPoints: 1 });
  await one.consume('jane');
  const refusal = await other.consume('jane').catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(RateLimiterRes);
  expect(refusal).toMatchObject({ consumedPoints: 4 });
  expect(await other.get('jane')).toMatchObject({ consumedPoints: 4 });
});

test('each key and each limit has a count of its own', async () => {
  const counters = createCounters();
  const byLogin = new SharedLimiter(logins, counters);
  const byRegistration = new SharedLimiter(registrations, counters);
  await byLogin.consume('jane');
  await byRegistration.consume('jane');
  expect(await byLogin.get('jane')).toMatchObject({ consumedPoints: 1 });
  expect(await byLogin.get('joe')).toBeNull();
  await expect(byRegistration.consume('jane')).rejects.toBeInstanceOf(RateLimiterRes);
});

test('what one process forgets is forgotten in all', async () => {
  const [one, other] = twoProcesses(logins);
  await one.consume('jane');
  await other.delete('jane');
  expect(await one.get('jane')).toBeNull();
});
