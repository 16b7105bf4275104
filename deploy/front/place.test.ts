import { expect, test } from 'vitest';
import { addressOf, placeOf } from './browser/place.ts';

test.each([
  ['', { name: 'shop', id: '', filters: {} }],
  ['#/', { name: 'shop', id: '', filters: {} }],
  ['#/cart', { name: 'cart', id: '', filters: {} }],
  ['#/orders/5b1c', { name: 'orders', id: '5b1c', filters: {} }],
  ['#/shop?query=a%3Fb+%26c', { name: 'shop', id: '', filters: { query: 'a?b &c' } }],
  ['#/orders/%', { name: 'orders', id: '%', filters: {} }],
  ['#/orders/1/2', { name: 'orders/1/2', id: '1', filters: {} }],
])('the fragment %j leads to %j', (fragment, place) => {
  expect(placeOf(fragment)).toEqual(place);
});

test('a fragment that is a part of the page leads to no view', () => {
  expect(placeOf('#main')).toBeUndefined();
});

test('an address is read as it was written, and empty filters are left out', () => {
  expect(addressOf('support', '', { query: 'a+b@example.com', state: '' })).toBe('#/support?query=a%2Bb%40example.com');
  expect(placeOf(addressOf('orders', 'a/b?c'))).toEqual({ name: 'orders', id: 'a/b?c', filters: {} });
});
