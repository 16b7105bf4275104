import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

const from = (forwardedFor: string | undefined, trustedProxies: number) =>
  clientAddress(
    {
      headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
      socket: { remoteAddress: '192.0.2.1' },
    },
    trustedProxies,
  );

test.each([undefined, '', '198.51.100.7', '198.51.100.7, 198.51.100.8'])(
  'without a proxy of ours in front, X-Forwarded-For: %s is ignored',
  (claimed) => {
    expect(from(claimed, 0)).toBe('192.0.2.1');
  },
);

test('behind our proxies their entries count, and entries of the client do not', () => {
  expect(from('203.0.113.9', 1)).toBe('203.0.113.9');
  expect(from('198.51.100.7, 203.0.113.9', 1)).toBe('203.0.113.9');
  expect(from('198.51.100.7,203.0.113.9 , 10.0.0.1', 2)).toBe('203.0.113.9');
});

test('a request that did not come through our proxies has the address of its connection', () => {
  expect(from(undefined, 1)).toBe('192.0.2.1');
  expect(from('203.0.113.9', 2)).toBe('192.0.2.1');
});
