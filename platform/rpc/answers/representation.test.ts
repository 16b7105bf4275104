import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Representation } from './representation.ts';

const long = Buffer.from(JSON.stringify(Array.from({ length: 500 }, (_, index) => ({ index }))));

test('a form is made once, also for clients that ask while it is being made', async () => {
  const answer = new Representation('application/json', long);
  const [first, second] = await Promise.all([answer.for('gzip'), answer.for('gzip')]);
  expect(second).toBe(first);
  expect(answer.for('gzip')).toBe(first);
});

test('every form has the same content and a strong ETag of its own', async () => {
  const answer = new Representation('application/json', long);
  const forms = await Promise.all([answer.for(undefined), answer.for('gzip'), answer.for('br')]);
  expect(forms.map(({ coding }) => coding)).toEqual(['identity', 'gzip', 'br']);
  const [plain, gzip, br] = forms.map(({ bytes }) => bytes);
  expect([plain, gunzipSync(gzip ?? ''), brotliDecompressSync(br ?? '')]).toEqual([long, long, long]);
  expect(new Set(forms.map(({ etag }) => etag)).size).toBe(3);
  for (const { etag } of forms) expect(etag).toMatch(/^"[\w-]+"$/);
});

test('equal bytes have equal ETags, other bytes have others', () => {
  const etagOf = (text: string) => new Representation('application/json', Buffer.from(text)).plain.etag;
  expect(etagOf('a')).toBe(etagOf('a'));
  expect(etagOf('a')).not.toBe(etagOf('b'));
});

test('an answer below 1 kB is not compressed', () => {
  const answer = new Representation('application/json', long.subarray(0, 1023));
  expect(answer.for('gzip, br')).toBe(answer.plain);
});
