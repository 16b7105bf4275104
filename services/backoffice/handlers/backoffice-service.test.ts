import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal } from '../../../platform/testing/refusal.ts';
import { createBackofficeSuite, type BackofficeSuite } from '../testing/suite.ts';

let suite: BackofficeSuite;
beforeAll(async () => {
  suite = await createBackofficeSuite();
});
afterAll(() => suite.close());

describe('BackofficeService', () => {
  it('makes a backoffice, shows it and lists it', async () => {
    const backoffices = suite.as(randomUUID());
    const { backoffice } = await backoffices.createBackoffice({ requestId: randomUUID(), text: 'hello' });
    expect(backoffice).toMatchObject({ text: 'hello', createTime: { seconds: expect.any(BigInt) } });
    expect(await backoffices.getBackoffice({ backofficeId: backoffice?.backofficeId ?? '' })).toMatchObject({
      backoffice,
    });
    expect(await backoffices.listBackoffices({})).toMatchObject({ backoffices: [backoffice], nextPageToken: '' });
  });

  it('refuses what the contract forbids', async () => {
    const backoffices = suite.as(randomUUID());
    for (const text of ['', 'x'.repeat(2001)])
      expect(await refusal(backoffices.createBackoffice({ requestId: randomUUID(), text }))).toBe(
        'invalid_argument VALIDATION_FAILED',
      );
    expect(await refusal(backoffices.getBackoffice({ backofficeId: 'no-uuid' }))).toBe(
      'invalid_argument VALIDATION_FAILED',
    );
  });

  it('answers a stranger 404, and nobody without a token', async () => {
    const made = await suite.as(randomUUID()).createBackoffice({ requestId: randomUUID(), text: 'mine' });
    const backofficeId = made.backoffice?.backofficeId ?? '';
    expect(await refusal(suite.as(randomUUID()).getBackoffice({ backofficeId }))).toBe(
      'not_found BACKOFFICE_NOT_FOUND',
    );
    expect(await refusal(suite.as().getBackoffice({ backofficeId }))).toBe('unauthenticated TOKEN_INVALID');
  });
});
