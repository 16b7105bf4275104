import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { reasonOf, useWalletSuite } from '../testing/suite.ts';
import type { Transaction } from '../../../platform/data/db/database.ts';
import { describeBothWays } from '../../../platform/testing/both-ways.ts';
import { captureHold } from './capture.ts';
import { voidHold } from './void.ts';

const suite = useWalletSuite();

describeBothWays(
  'capture',
  () => suite().deps,
  () => {
    it('takes the held money out of the wallet', async () => {
      const { wallet, orderId } = await suite().held(1000n, 300n);
      const { amount } = await captureHold(suite().deps, { orderId });
      expect(amount).toEqual({ currencyCode: 'USD', minorUnits: 300n });
      expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 700n, heldMinor: 0n });
    });

    it('books the money from the wallet to the sales account', async () => {
      const { wallet, orderId } = await suite().held(1000n, 300n);
      const { transactionId } = await captureHold(suite().deps, { orderId });
      const { rows } = await suite().database.db.execute(sql`
      select type, line, account, amount_minor, entry.currency_code, balance_after_minor
      from wallet.transactions join wallet.entries as entry on transaction_id = id
      where id = ${transactionId} and order_id = ${orderId} and wallet_id = ${wallet.walletId} order by line`);
      expect(rows).toEqual([
        {
          ...{ type: 'CAPTURE', line: 1, account: `wallet:${wallet.walletId}`, amount_minor: '-300' },
          ...{ currency_code: 'USD', balance_after_minor: '700' },
        },
        {
          ...{ type: 'CAPTURE', line: 2, account: 'system:sales:USD', amount_minor: '300' },
          ...{ currency_code: 'USD', balance_after_minor: null },
        },
      ]);
    });

    it('counts the money once however often it is repeated', async () => {
      const { orderId } = await suite().held(1000n, 300n);
      const counted: unknown[] = [];
      const metrics = { ...suite().deps.metrics, captured: (amount: unknown) => void counted.push(amount) };
      for (let time = 0; time < 2; time++) await captureHold({ ...suite().deps, metrics }, { orderId });
      expect(counted).toEqual([{ currencyCode: 'USD', minorUnits: 300n }]);
    });

    it('moves money once however often it is repeated, and answers the same transaction (rule S5)', async () => {
      const { wallet, orderId } = await suite().held(1000n, 300n);
      const first = await captureHold(suite().deps, { orderId });
      expect(await captureHold(suite().deps, { orderId })).toEqual(first);
      expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 700n, heldMinor: 0n });
    });

    it('moves money once when many captures come at the same time', async () => {
      const { wallet, orderId } = await suite().held(1000n, 300n);
      const all = await Promise.all(Array.from({ length: 12 }, () => captureHold(suite().deps, { orderId })));
      expect(new Set(all.map(({ transactionId }) => transactionId)).size).toBe(1);
      expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 700n, heldMinor: 0n });
    });

    it('gives a repeat the first answer even after the deadline and the expiry', async () => {
      const { orderId } = await suite().held(1000n, 300n);
      const first = await captureHold(suite().deps, { orderId });
      await suite().pass(orderId, 'expiry');
      expect(await captureHold(suite().deps, { orderId })).toEqual(first);
    });

    it.each(['deadline', 'expiry'] as const)(
      'is always refused after the %s, and the hold ends (rule S8)',
      async (what) => {
        const { wallet, orderId } = await suite().held(1000n, 300n);
        await suite().pass(orderId, what);
        expect(await reasonOf(captureHold(suite().deps, { orderId }))).toBe('EXPIRED');
        expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 0n });
        await suite().database.db.execute(sql`
      update wallet.holds set capture_deadline = now() + interval '1 hour', expires_at = now() + interval '1 hour'
      where order_id = ${orderId}`);
        expect(await reasonOf(captureHold(suite().deps, { orderId }))).toBe('EXPIRED');
      },
    );

    it('reads the clock after it has the lock: it is refused if the deadline passes while it waits', async () => {
      const { orderId } = await suite().held(1000n, 300n);
      const { db } = suite().database;
      const waiting = await db.transaction(async (blocker) => {
        await blocker.execute(sql`
        update wallet.holds set capture_deadline = clock_timestamp() + interval '250 milliseconds'
        where order_id = ${orderId}`);
        await blocker.execute(sql`savepoint locked`);
        return await capturePastDeadline(blocker, orderId);
      });
      expect(await waiting.call).toBe('EXPIRED');
    });

    it('reads the clock after it has the lock, also if the other transaction did not change the row', async () => {
      const { orderId } = await suite().held(1000n, 300n);
      const { db } = suite().database;
      await db.execute(sql`
      update wallet.holds set capture_deadline = clock_timestamp() + interval '250 milliseconds'
      where order_id = ${orderId}`);
      const waiting = await db.transaction(async (blocker) => {
        await blocker.execute(sql`select 1 from wallet.holds where order_id = ${orderId} for update`);
        return await capturePastDeadline(blocker, orderId);
      });
      expect(await waiting.call).toBe('EXPIRED');
    });

    it('is refused after a void', async () => {
      const { orderId } = await suite().held(1000n, 300n);
      await voidHold(suite().deps, { orderId });
      expect(await reasonOf(captureHold(suite().deps, { orderId }))).toBe('ALREADY_VOIDED');
    });

    it('is refused without a hold, and after a tombstone (rule S6)', async () => {
      const orderId = randomUUID();
      expect(await reasonOf(captureHold(suite().deps, { orderId }))).toBe('HOLD_NOT_FOUND');
      await voidHold(suite().deps, { orderId });
      expect(await reasonOf(captureHold(suite().deps, { orderId }))).toBe('ALREADY_VOIDED');
    });

    it('and a void at the same time: one succeeds, and the other is refused accordingly', async () => {
      for (let round = 0; round < 10; round++) {
        const { wallet, orderId } = await suite().held(1000n, 300n);
        const [captured, voided] = await Promise.all([
          reasonOf(captureHold(suite().deps, { orderId })),
          reasonOf(voidHold(suite().deps, { orderId })),
        ]);
        expect([
          [undefined, 'ALREADY_CAPTURED'],
          ['ALREADY_VOIDED', undefined],
        ]).toContainEqual([captured, voided]);
        const left = captured === undefined ? 700n : 1000n;
        expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: left, heldMinor: 0n });
      }
    });
  },
);

/** Begins a capture while `blocker` has the hold locked, and keeps the lock until the deadline has passed. */
async function capturePastDeadline(blocker: Pick<Transaction, 'execute'>, orderId: string) {
  const call = reasonOf(captureHold(suite().deps, { orderId }));
  await untilBlocked();
  await blocker.execute(sql`
    select pg_sleep_for(capture_deadline - clock_timestamp() + interval '5 milliseconds')
    from wallet.holds where order_id = ${orderId}`);
  // The promise is in an object: the transaction would await a bare one, which itself waits for the transaction.
  return { call };
}

/** Waits until a statement in this database waits for a lock. */
async function untilBlocked(): Promise<void> {
  const isBlocked = sql`datname = current_database() and wait_event_type = 'Lock'`;
  await expect
    .poll(
      () =>
        suite()
          .database.db.select({ pid: sql`pid` })
          .from(sql`pg_stat_activity`)
          .where(isBlocked),
      {
        interval: 5,
        timeout: 5000,
      },
    )
    .toHaveLength(1);
}
