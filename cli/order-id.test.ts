import { expect, test } from 'vitest';
import { emailOrOrderId, orderId } from './order-id.ts';

const id = '0b9f9a3e-4c1d-4e0a-9d5b-2f6c7a8b9c0d';
const run = '11111111-2222-4333-8444-555555555555';
const ui = 'http://127.0.0.1:8233/namespaces/default/workflows';

test.each([
  id,
  id.toUpperCase(),
  `checkout-${id}`,
  `refund-${id}`,
  `${ui}/checkout-${id}`,
  `${ui}/checkout-${id}/${run}/user-metadata`,
  `${ui}/refund-${id}/${run}/history?sort=asc#top`,
])('%s is the id of an order', (value) => {
  expect(orderId(value)).toBe(id);
  expect(emailOrOrderId(value)).toBe(id);
});

test.each(['', 'nonsense', id.slice(1), id.slice(0, 8), `payment-${id}`, `${ui}/${run}`, `checkout-${id}0`])(
  '%s is none',
  (value) => {
    expect(() => orderId(value)).toThrow('must be a UUID, also as checkout-<UUID>');
    expect(() => emailOrOrderId(value)).toThrow('must be an email address or a UUID');
  },
);

test('an email address stays one', () => {
  expect(emailOrOrderId('Somebody@example.com')).toBe('Somebody@example.com');
});
