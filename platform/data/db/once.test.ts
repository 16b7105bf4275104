import { sql } from 'drizzle-orm';
import { pgSchema } from 'drizzle-orm/pg-core';
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabaseUrl } from '../../testing/database.ts';
import { openDatabase } from './database.ts';
import { fingerprint, forgetRequests, once, requestsTable, type RequestKey } from './once.ts';

const schemaName = `once_${randomBytes(6).toString('hex')}`;
const table = requestsTable(pgSchema(schemaName));
const { db, close } = openDatabase({ url: testDatabaseUrl(), applicationName: 'once-test' });

beforeAll(async () => {
  await db.execute(sql.raw(`create schema ${schemaName}`));
  await db.execute(
    sql.raw(`create table ${schemaName}.requests (subject text, method text, request_id uuid, fingerprint text not null,
      answer jsonb, created_at timestamptz not null default now(), primary key (subject, method, request_id))`),
  );
});
afterAll(async () => {
  await db.execute(sql.raw(`drop schema ${schemaName} cascade`));
  await close(1);
});

const newKey = (): RequestKey => ({
  subject: 'someone',
  method: 'TopUp',
  requestId: randomUUID(),
  fingerprint: fingerprint({ amount: 100 }),
});

let effects = 0;
const run = (key: RequestKey) => db.transaction((tx) => once(tx, table, key, async () => ({ number: (effects += 1) })));

describe('a request id', () => {
  test('has one effect, and every repeat gets the first answer', async () => {
    const key = newKey();
    const first = await run(key);
    expect(await run(key)).toEqual(first);
    expect(await run(key)).toEqual(first);
    expect(effects).toBe(first.number);
  });

  test('sent many times at once has one effect and one answer', async () => {
    const key = newKey();
    const before = effects;
    const answers = await Promise.all(Array.from({ length: 8 }, () => run(key)));
    expect(effects).toBe(before + 1);
    expect(new Set(answers.map((answer) => answer.number)).size).toBe(1);
  });

  test('with another payload is refused', async () => {
    const key = newKey();
    await run(key);
    const other = { ...key, fingerprint: fingerprint({ amount: 200 }) };
    await expect(run(other)).rejects.toMatchObject({ code: 'invalid_argument', reason: 'REQUEST_ID_REUSED' });
  });

  test('of another user or another method is another request', async () => {
    const key = newKey();
    const first = await run(key);
    expect(await run({ ...key, subject: 'someone else' })).not.toEqual(first);
    expect(await run({ ...key, method: 'AdjustStock' })).not.toEqual(first);
  });

  test('whose effect was refused can be tried again', async () => {
    const key = newKey();
    const refused = db.transaction((tx) => once(tx, table, key, () => Promise.reject(new Error('refused'))));
    await expect(refused).rejects.toThrow('refused');
    expect(await run(key)).toEqual({ number: effects });
  });

  test('is deleted only after the days for which it is kept', async () => {
    const key = newKey();
    await run(key);
    expect(await forgetRequests(db, table, 1)).toBe(0);
    await db.execute(sql.raw(`update ${schemaName}.requests set created_at = now() - interval '2 days'`));
    expect(await forgetRequests(db, table, 1)).toBeGreaterThan(0);
  });
});

test('a fingerprint depends on the values, not on the order of the keys or on missing keys', () => {
  expect(fingerprint({ a: 1, b: 'x' })).toBe(fingerprint({ b: 'x', a: 1, c: undefined }));
  expect(fingerprint({ a: 1 })).not.toBe(fingerprint({ a: '1' }));
});
