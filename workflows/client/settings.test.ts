import { expect, test } from 'vitest';
import { readCheckoutSettings } from './settings.ts';

test('without settings, a checkout has the time that the design gives it', () => {
  expect(readCheckoutSettings({})).toMatchObject({
    activityMode: 'local-first',
    ttlSeconds: 900,
    captureWindowSeconds: 600,
  });
});

test('a capture window that reaches the expiry is refused: money could be taken for goods that are gone', () => {
  expect(() => readCheckoutSettings({ CHECKOUT_TTL_SECONDS: '600', CHECKOUT_CAPTURE_WINDOW_SECONDS: '590' })).toThrow(
    'below CHECKOUT_TTL_SECONDS',
  );
});
