import { expect, test } from 'vitest';
import { maskLongWords, maskSecrets } from './mask.ts';

const token = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJlLW9mLWphbmU';

test.each([
  ['write to ann@eyes.test, please', 'write to a***@eyes.test, please'],
  ['<ann.b+1@mail.example.com>', '<a***@mail.example.com>'],
  ['?email=joe%40example.com&x=1', '?email=j***%40example.com&x=1'],
  ['jürgen@münchen.de', 'j***@münchen.de'],
  [`token ${token}.`, 'token [redacted]'],
  [`half a token ${token.slice(0, 30)}`, 'half a token [redacted]'],
  [`Authorization: Bearer ${token}`, 'Authorization: Bearer [redacted]'],
  ['postgres://shop:pa55@db.example.com:5432/x', 'postgres://shop:***@db.example.com:5432/x'],
])('%s is masked', (text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
  expect(maskSecrets(masked)).toBe(masked);
});

test.each([
  'proto/options@v1.2',
  'http://127.0.0.1:8000/@scope',
  'kafka.server.Broker@1a2b3c4d',
  'postgres://127.0.0.1:5432/ecommerce',
  'keyJsonSchemaOfProduct',
])('%s stays', (text) => {
  expect(maskSecrets(text)).toBe(text);
});

test.each(['', ' ', '\n', '\t', '\u0001', '\\', '"'])(
  'a line of JSON stays JSON, with %j before what is masked',
  (before) => {
    const reason = ['ann@eyes.test', token, 'postgres://shop:pa55@127.0.0.1/x'].map((text) => before + text).join('; ');
    const told = JSON.parse(maskSecrets(JSON.stringify({ reason, role: 'wallet' }))) as {
      reason: string;
      role: string;
    };
    expect(told.role).toBe('wallet');
    expect(told.reason).not.toMatch(/ann@|c2lnbm|pa55/);
    expect(told.reason.split('; ').map((text) => text.slice(0, before.length))).toEqual([before, before, before]);
  },
);

test('a long word with capitals and digits is masked, and ids, digests, traces and methods are not', () => {
  const key = 'Zm9vYmFyYmF6cXV4cXV1eA-Zm9vYmFyYmF6cXV4cXV1';
  expect(maskLongWords(`my key is ${key}!`)).toBe('my key is [redacted]!');
  for (const known of [
    'checkout-0b0f7f1e-7a0c-4f57-8a5b-0c1a2b3c4d5e',
    'a'.repeat(64),
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'ecommerce.wallet.internal.v1.FundsService/CaptureAllHeldFunds',
  ]) {
    expect(maskLongWords(known)).toBe(known);
  }
});
