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

const addBackoffice = (userId: string, text: string) =>
  createBackoffice(suite.deps, { userId, requestId: randomUUID(), text });
const page = (userId: string, pageToken = '') => listBackoffices(suite.deps, { userId, pageSize: 2, pageToken });

describe('a list of backoffices', () => {
  it('shows each on exactly one page, newest first, although new ones come meanwhile', async () => {
    const userId = randomUUID();
    for (const text of ['a', 'b', 'c', 'd', 'e']) await addBackoffice(userId, text);
    const seen: string[] = [];
    let pageToken = '';
    do {
      const { backoffices, nextPageToken } = await page(userId, pageToken);
      seen.push(...backoffices.map(({ text }) => text));
      pageToken = nextPageToken;
      await addBackoffice(userId, 'late');
    } while (pageToken !== '');
    expect(seen).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it('has none of another user', async () => {
    await addBackoffice(randomUUID(), 'not yours');
    expect(await page(randomUUID())).toEqual({ backoffices: [], nextPageToken: '' });
  });

  it('refuses a page token that this service did not make', async () => {
    expect(await reasonOf(page(randomUUID(), 'nonsense'))).toBe('PAGE_TOKEN_INVALID');
  });
});
