import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { AppError } from '../../../platform/errors/app-error.ts';
import { reasonOf } from '../../../platform/testing/refusal.ts';
import { useBackofficeSuite } from '../testing/suite.ts';
import { changeRole } from './change-role.ts';
import { finishOpen } from './finish-open.ts';
import { listTrail } from './list-trail.ts';
import type { RoleWish } from './types.ts';

const suite = useBackofficeSuite();

const wish = (userId: string, changes: Partial<RoleWish> = {}): RoleWish => ({
  ...{ actorId: randomUUID(), action: 'user.grant-role', userId, role: 'support' },
  ...{ reason: 'joins the support team', requestId: randomUUID() },
  ...changes,
});
const rolesOf = async (userId: string) => (await suite().users.get(userId)).roles;
const trailOf = (userId: string) =>
  listTrail(suite().deps, { userId, actorId: undefined, pageSize: 0, pageToken: '' }).then(({ entries }) => entries);

test('a grant is made once, and the trail says who, which role and why', async () => {
  const { userId } = suite().users.add();
  const asked = wish(userId);
  const first = await changeRole(suite().deps, asked);
  expect(first.roles).toEqual(['customer', 'support']);
  await changeRole(suite().deps, wish(userId, { action: 'user.revoke-role' }));
  expect(await changeRole(suite().deps, asked)).toEqual(first);
  expect(await rolesOf(userId)).toEqual(['customer']);
  expect(await trailOf(userId)).toMatchObject([
    { action: 'user.revoke-role', role: 'support', outcome: 'DONE' },
    { ...asked, entryId: first.entryId, outcome: 'DONE' },
  ]);
});

test('the same request id with another role, user or reason is refused', async () => {
  const { userId } = suite().users.add();
  const asked = wish(userId);
  await changeRole(suite().deps, asked);
  for (const other of [{ role: 'admin' }, { reason: 'another' }, { userId: randomUUID() }])
    expect(await reasonOf(changeRole(suite().deps, { ...asked, ...other }))).toBe('REQUEST_ID_REUSED');
  expect(await rolesOf(userId)).toEqual(['customer', 'support']);
});

test('nobody takes a role from themselves, and the trail tells that it was tried', async () => {
  const { userId } = suite().users.add(['customer', 'admin']);
  const asked = wish(userId, { actorId: userId, action: 'user.revoke-role', role: 'admin' });
  expect(await reasonOf(changeRole(suite().deps, asked))).toBe('OWN_ROLE');
  expect(await rolesOf(userId)).toEqual(['customer', 'admin']);
  expect(await trailOf(userId)).toMatchObject([{ outcome: 'REFUSED', refusal: { reason: 'OWN_ROLE' } }]);
});

test('a change whose answer was lost is finished, and does not undo a later one', async () => {
  const { userId } = suite().users.add();
  suite().users.answerLost = new AppError('unavailable', 'UPSTREAM_UNAVAILABLE', 'no answer', { kind: 'unknown' });
  expect(await reasonOf(changeRole(suite().deps, wish(userId)))).toBe('UPSTREAM_UNAVAILABLE');
  await changeRole(suite().deps, wish(userId, { action: 'user.revoke-role' }));
  await suite().database.db.execute(
    sql`update backoffice.audit_trail set next_try_at = now() - interval '1 s' where outcome = 'OPEN'`,
  );
  expect(await finishOpen(suite().deps, {})).toBe(1);
  expect(await rolesOf(userId)).toEqual(['customer']);
  expect(await trailOf(userId)).toMatchObject([{ outcome: 'DONE' }, { outcome: 'DONE' }]);
});
