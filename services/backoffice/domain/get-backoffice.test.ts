import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reasonOf } from '../../../platform/testing/refusal.ts';
import { createBackofficeSuite, type BackofficeSuite } from '../testing/suite.ts';
import { createBackoffice } from './create-backoffice.ts';
import { getBackoffice } from './get-backoffice.ts';

let suite: BackofficeSuite;
beforeAll(async () => {
  suite = await createBackofficeSuite();
});
afterAll(() => suite.close());

it('shows a backoffice to its user; to a stranger it is as good as missing', async () => {
  const { deps } = suite;
  const userId = randomUUID();
  const made = await createBackoffice(deps, { userId, requestId: randomUUID(), text: 'mine' });
  const { backofficeId } = made;
  expect(await getBackoffice(deps, { userId, backofficeId })).toMatchObject(made);
  for (const strange of [
    { userId: randomUUID(), backofficeId },
    { userId, backofficeId: randomUUID() },
  ])
    expect(await reasonOf(getBackoffice(deps, strange))).toBe('BACKOFFICE_NOT_FOUND');
});
