import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reasonOf } from '../../../platform/testing/refusal.ts';
import { createBackofficeSuite, type BackofficeSuite } from '../testing/suite.ts';
import { createBackoffice } from './create-backoffice.ts';
import { listBackoffices } from './list-backoffices.ts';

let suite: BackofficeSuite;
beforeAll(async () => {
  suite = await createBackofficeSuite();
});
afterAll(() => suite.close());

const newBackoffice = () => ({ userId: randomUUID(), requestId: randomUUID(), text: 'the first' });
const allOf = async (userId: string) =>
  (await listBackoffices(suite.deps, { userId, pageSize: 0, pageToken: '' })).backoffices;

describe('a new backoffice', () => {
  it('is made once, although the request comes many times at once', async () => {
    const input = newBackoffice();
    const backoffices = await Promise.all(Array.from({ length: 10 }, () => createBackoffice(suite.deps, input)));
    expect(backoffices).toEqual(backoffices.map(() => backoffices[0]));
    expect(await allOf(input.userId)).toMatchObject([backoffices[0]]);
  });

  it('is refused with the request id of another one', async () => {
    const input = newBackoffice();
    await createBackoffice(suite.deps, input);
    const reused = createBackoffice(suite.deps, { ...input, text: 'another' });
    expect(await reasonOf(reused)).toBe('REQUEST_ID_REUSED');
    expect(await allOf(input.userId)).toHaveLength(1);
  });
});
