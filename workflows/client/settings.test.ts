import { expect, test } from 'vitest';
import { readCheckoutSettings } from './settings.ts';

test('the defaults are those of rules S7, S25 and S39', () => {
  expect(readCheckoutSettings({})).toMatchObject({
    activityMode: 'grouped',
    ttlSeconds: 900,
    captureWindowSeconds: 600,
  });
});

test('a capture window that ends too close to the expiry is refused (rule S7)', () => {
  expect(() => readCheckoutSettings({ CHECKOUT_TTL_SECONDS: '600', CHECKOUT_CAPTURE_WINDOW_SECONDS: '590' })).toThrow(
    'below CHECKOUT_TTL_SECONDS',
  );
});
