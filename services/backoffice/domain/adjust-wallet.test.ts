import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { AppError } from '../../../platform/errors/app-error.ts';
import { reasonOf } from '../../../platform/testing/refusal.ts';
import { usd, useBackofficeSuite } from '../testing/suite.ts';
import { adjustWallet } from './adjust-wallet.ts';
import { finishOpen } from './finish-open.ts';
import { listTrail } from './list-trail.ts';
import type { WalletWish } from './types.ts';

const suite = useBackofficeSuite();

const wish = (changes: Partial<WalletWish> = {}): WalletWish => ({
  ...{ actorId: randomUUID(), action: 'wallet.credit', userId: randomUUID(), amount: usd(500n) },
  ...{ reason: 'goodwill for a late parcel', requestId: randomUUID() },
  ...changes,
});
const unavailable = () => new AppError('unavailable', 'UPSTREAM_UNAVAILABLE', 'no answer', { kind: 'unknown' });
const trailOf = (userId: string) =>
  listTrail(suite().deps, { userId, actorId: undefined, pageSize: 0, pageToken: '' }).then(({ entries }) => entries);
/** Makes every open entry due. */
const passTime = () =>
  suite().database.db.execute(
    sql`update backoffice.audit_trail set next_try_at = now() - interval '1 s' where outcome = 'OPEN'`,
  );

test('a credit is made once, however often it is asked for, and the trail says who, what and why', async () => {
  const asked = wish();
  const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => adjustWallet(suite().deps, asked)));
  expect(others).toEqual(others.map(() => first));
  expect(first?.adjusted).toMatchObject({ balanceMinor: 500n, movedMinor: 500n });
  expect(suite().wallets.balances.get(asked.userId)).toBe(500n);
  expect(await trailOf(asked.userId)).toMatchObject([{ ...asked, entryId: first?.entryId, outcome: 'DONE' }]);
});

test('the same request id with another payload is refused, and nothing changes', async () => {
  const asked = wish();
  await adjustWallet(suite().deps, asked);
  for (const other of [{ amount: usd(501n) }, { reason: 'another' }, { userId: randomUUID() }])
    expect(await reasonOf(adjustWallet(suite().deps, { ...asked, ...other }))).toBe('REQUEST_ID_REUSED');
  expect(suite().wallets.balances.get(asked.userId)).toBe(500n);
});

test('two administrators may use the same request id', async () => {
  const asked = wish();
  await adjustWallet(suite().deps, asked);
  await adjustWallet(suite().deps, { ...asked, actorId: randomUUID() });
  expect(suite().wallets.balances.get(asked.userId)).toBe(1000n);
});

test('a refusal is in the trail, and a repeat gets it again although it could succeed now', async () => {
  const asked = wish({ action: 'wallet.debit' });
  expect(await reasonOf(adjustWallet(suite().deps, asked))).toBe('INSUFFICIENT_FUNDS');
  await adjustWallet(suite().deps, wish({ userId: asked.userId }));
  await expect(adjustWallet(suite().deps, asked)).rejects.toMatchObject({
    reason: 'INSUFFICIENT_FUNDS',
    metadata: { available: '0' },
  });
  const [, entry] = await trailOf(asked.userId);
  expect(entry).toMatchObject({ outcome: 'REFUSED', refusal: { reason: 'INSUFFICIENT_FUNDS' } });
  expect(suite().wallets.balances.get(asked.userId)).toBe(500n);
});

test('a lost answer leaves the entry open: a repeat gets the answer, and the money moved once', async () => {
  const asked = wish();
  suite().wallets.answerLost = unavailable();
  expect(await reasonOf(adjustWallet(suite().deps, asked))).toBe('UPSTREAM_UNAVAILABLE');
  expect(await trailOf(asked.userId)).toMatchObject([{ outcome: 'OPEN' }]);
  expect(await adjustWallet(suite().deps, asked)).toMatchObject({ adjusted: { balanceMinor: 500n } });
  expect(suite().wallets.balances.get(asked.userId)).toBe(500n);
});

test('the sweep ends what nobody asks for again, and does not touch what is not due', async () => {
  const asked = wish();
  suite().wallets.answerLost = unavailable();
  await reasonOf(adjustWallet(suite().deps, asked));
  expect(await finishOpen(suite().deps, {})).toBe(0);
  await passTime();
  expect(await finishOpen(suite().deps, {})).toBe(1);
  expect(await trailOf(asked.userId)).toMatchObject([{ outcome: 'DONE' }]);
  expect(suite().wallets.balances.get(asked.userId)).toBe(500n);
});

test('an entry that the sweep cannot end either stays open and becomes due again', async () => {
  const asked = wish();
  suite().wallets.credit = () => Promise.reject(unavailable());
  await reasonOf(adjustWallet(suite().deps, asked));
  await passTime();
  expect(await finishOpen(suite().deps, {})).toBe(1);
  Reflect.deleteProperty(suite().wallets, 'credit');
  expect(await suite().deps.repository.nextOpenMs()).toBeGreaterThan(20_000);
  expect(await trailOf(asked.userId)).toMatchObject([{ outcome: 'OPEN' }]);
  await passTime();
  await finishOpen(suite().deps, {});
  expect(await trailOf(asked.userId)).toMatchObject([{ outcome: 'DONE' }]);
});

test('an entry cannot be removed or rewritten, not even by SQL', async () => {
  const asked = wish();
  const { entryId } = await adjustWallet(suite().deps, asked);
  const run = (text: string) => suite().database.db.execute(sql.raw(`${text} where id = '${entryId}'`));
  for (const change of [
    'delete from backoffice.audit_trail',
    `update backoffice.audit_trail set reason = 'another'`,
    `update backoffice.audit_trail set outcome = 'OPEN', ended_at = null`,
  ])
    await expect(run(change), change).rejects.toMatchObject({ cause: { code: '23001' } });
});

test('the trail is cut into pages, newest first, for one user or one administrator', async () => {
  const actorId = randomUUID();
  const userId = randomUUID();
  for (const minor of [1n, 2n, 3n]) await adjustWallet(suite().deps, wish({ actorId, userId, amount: usd(minor) }));
  const filter = { userId: undefined, actorId, pageSize: 2 };
  const first = await listTrail(suite().deps, { ...filter, pageToken: '' });
  const second = await listTrail(suite().deps, { ...filter, pageToken: first.nextPageToken });
  expect([...first.entries, ...second.entries].map((entry) => 'amount' in entry && entry.amount.minorUnits)).toEqual([
    3n,
    2n,
    1n,
  ]);
  expect(second.nextPageToken).toBe('');
  const other = { ...filter, actorId: randomUUID(), pageToken: first.nextPageToken };
  expect(await reasonOf(listTrail(suite().deps, other))).toBe('PAGE_TOKEN_INVALID');
});
