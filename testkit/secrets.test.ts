import { expect, test } from 'vitest';
import { secretShapesIn, secretsOf, toldIn } from './secrets.ts';

const token = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJlLW9mLWphbmU';
const jane = {
  email: 'jane@example.com',
  password: 'a "quoted" password',
  tokens: [{ accessToken: token, refreshToken: 'refresh-of-jane' }],
};

test('each thing of a person is found as it is, in a URL and in JSON, and its value is not told', () => {
  const told = toldIn(`?email=jane%40example.com ${JSON.stringify({ jane })}`, secretsOf(jane));
  expect(told).toEqual([
    'the password of jane@example.com',
    'the address jane@example.com',
    'an access token of jane@example.com',
    'the signature of an access token of jane@example.com',
    'a refresh token of jane@example.com',
  ]);
  expect(toldIn('c2lnbmF0dXJlLW9mLWphbmU', secretsOf(jane))).toHaveLength(1);
  expect(toldIn('j***@example.com signed in', secretsOf(jane))).toEqual([]);
  expect(() => toldIn('', [{ what: 'a pin', value: '1234' }])).toThrow('too short');
});

test.each([
  ['a whole email address', 'told joe.b+1@mail.example.com'],
  ['a whole email address', 'GET /?email=joe%40example.com'],
  ['a signed token', `authorization: Bearer ${token}`],
  ['a private key', '-----BEGIN PRIVATE KEY-----'],
  ['a private key', `{"crv":"Ed25519","d":"${'x'.repeat(43)}"}`],
  ['a URL with a password', 'connecting to postgres://ecommerce:secret@127.0.0.1:5432/ecommerce'],
  ['a URL with a password', 'redis://:secret@127.0.0.1'],
])('%s is known by its shape: %s', (what, text) => {
  const found = secretShapesIn(`first line\n${text}\n`);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(`${what} (`);
});

test.each([
  'j***@example.com',
  'postgres://ecommerce:***@127.0.0.1:5432/ecommerce',
  'http://127.0.0.1:8000/@scope',
  'kafka.server.Broker@1a2b3c4d',
  'proto/options@v1.2',
])('%s tells no secret', (text) => {
  expect(secretShapesIn(text)).toEqual([]);
});
