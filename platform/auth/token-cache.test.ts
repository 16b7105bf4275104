import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTokenCache } from './token-cache.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => vi.useRealTimers());

const minuteMs = 60_000;

test('a verified token is kept for the time of the cache, also if the clock of the machine is set back', () => {
  const cache = createTokenCache<string>({ size: 10, seconds: 15 });
  cache.set('token', 'cart', Date.now() + minuteMs);
  vi.setSystemTime(Date.now() - minuteMs);
  vi.advanceTimersByTime(14_999);
  expect(cache.get('token')).toBe('cart');
  vi.advanceTimersByTime(1);
  expect(cache.get('token')).toBeUndefined();
});

test('a token that has expired by the clock of the machine is not found, also if that was set forward', () => {
  const cache = createTokenCache<string>({ size: 10, seconds: 15 });
  cache.set('token', 'cart', Date.now() + minuteMs);
  vi.setSystemTime(Date.now() + minuteMs);
  expect(cache.get('token')).toBeUndefined();
});
