import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { WalletRepository } from '../repository/index.ts';
import { holdInput, patiently, reasonOf, usd, useWalletSuite } from '../testing/suite.ts';
import { captureHold } from './capture.ts';
import { describeBothWays } from '../../../platform/testing/both-ways.ts';
import { holdFunds } from './hold.ts';
import { topUpWallet } from './top-up.ts';
import { voidHold } from './void.ts';

const suite = useWalletSuite();

describeBothWays(
  'hold',
  () => suite().deps,
  () => {
    it('moves money from available to held and does not change the balance', async () => {
      const wallet = await suite().fundedWallet(1000n);
      expect(await holdFunds(suite().deps, holdInput(wallet, 1000n))).toMatchObject({
        state: 'HELD',
        amount: usd(1000n),
      });
      expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 1000n });
    });

    it('sets money aside once however often it is repeated, also at the same time (rule S5)', async () => {
      const wallet = await suite().fundedWallet(1000n);
      const input = holdInput(wallet, 300n);
      const first = await holdFunds(suite().deps, input);
      const repeats = await Promise.all(Array.from({ length: 10 }, () => holdFunds(suite().deps, input)));
      expect(repeats).toEqual(repeats.map(() => first));
      expect(await suite().walletOf(wallet)).toMatchObject({ heldMinor: 300n });
    });

    it('keeps the first deadline if a repeat brings a later one (rule S7)', async () => {
      const wallet = await suite().fundedWallet(1000n);
      const input = holdInput(wallet, 300n);
      const first = await holdFunds(suite().deps, input);
      const later = { ...input, captureDeadline: new Date(Date.now() + 800_000) };
      expect(await holdFunds(suite().deps, later)).toEqual(first);
    });

    it('cuts a capture deadline that is after the expiry', async () => {
      const wallet = await suite().fundedWallet(1000n);
      const captureDeadline = new Date(Date.now() + 3_600_000);
      const held = await holdFunds(suite().deps, holdInput(wallet, 300n, { ttlSeconds: 60, captureDeadline }));
      expect(held.captureDeadline).toEqual(held.expiresAt);
    });

    it('answers a repeat with the present state of the hold: captured or expired', async () => {
      const wallet = await suite().fundedWallet(1000n);
      const [bought, missed] = [holdInput(wallet, 300n), holdInput(wallet, 300n)];
      await holdFunds(suite().deps, bought);
      await holdFunds(suite().deps, missed);
      await captureHold(suite().deps, bought);
      await suite().pass(missed.orderId, 'deadline');
      expect(await reasonOf(captureHold(suite().deps, missed))).toBe('EXPIRED');
      expect(await holdFunds(suite().deps, bought)).toMatchObject({ state: 'CAPTURED' });
      expect(await holdFunds(suite().deps, missed)).toMatchObject({ state: 'EXPIRED' });
      expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 700n, heldMinor: 0n });
    });

    it('is refused if too little is available; the error names both amounts', async () => {
      const wallet = await suite().fundedWallet(1000n);
      await holdFunds(suite().deps, holdInput(wallet, 400n));
      const call = holdFunds(suite().deps, holdInput(wallet, 601n));
      await expect(call).rejects.toThrow(AppError);
      await expect(call).rejects.toMatchObject({
        code: 'failed_precondition',
        reason: 'INSUFFICIENT_FUNDS',
        kind: 'definitive',
        metadata: { required: '601', available: '600', currencyCode: 'USD' },
      });
      expect(await holdFunds(suite().deps, holdInput(wallet, 600n))).toMatchObject({ state: 'HELD' });
    });

    it('writes nothing when it is refused: the order may try again with more money', async () => {
      const wallet = await suite().fundedWallet(100n);
      const input = holdInput(wallet, 300n);
      expect(await reasonOf(holdFunds(suite().deps, input))).toBe('INSUFFICIENT_FUNDS');
      expect(await reasonOf(captureHold(suite().deps, input))).toBe('HOLD_NOT_FOUND');
    });

    it('never sets more aside than is available when many orders come at the same time', async () => {
      const wallet = await suite().fundedWallet(1000n);
      const inputs = Array.from({ length: 50 }, () => holdInput(wallet, 90n));
      const reasons = await Promise.all(
        inputs.map((input) => reasonOf(patiently(() => holdFunds(suite().deps, input)))),
      );
      expect(reasons.filter((reason) => reason === undefined)).toHaveLength(11);
      expect(reasons.filter((reason) => reason === 'INSUFFICIENT_FUNDS')).toHaveLength(39);
      expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 990n });
    });

    it('ends overdue holds itself if it needs their money', async () => {
      const wallet = await suite().fundedWallet(1000n);
      const old = holdInput(wallet, 900n);
      await holdFunds(suite().deps, old);
      await suite().pass(old.orderId, 'expiry');
      expect(await holdFunds(suite().deps, holdInput(wallet, 800n))).toMatchObject({ state: 'HELD' });
      expect(await reasonOf(captureHold(suite().deps, old))).toBe('EXPIRED');
      expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 800n });
    });

    it('fails with a transient error while another transaction ends overdue holds that it needs', async () => {
      const wallet = await suite().fundedWallet(100n);
      const overdue = holdInput(wallet, 60n);
      await holdFunds(suite().deps, overdue);
      await suite().pass(overdue.orderId, 'expiry');
      const wanted = holdInput(wallet, 100n);
      await suite().database.db.transaction(async (tx) => {
        await tx.execute(sql`select 1 from wallet.holds where order_id = ${overdue.orderId} for update`);
        await expect(holdFunds(suite().deps, wanted)).rejects.toMatchObject({
          reason: 'DATABASE_BUSY',
          kind: 'transient',
        });
      });
      expect(await holdFunds(suite().deps, wanted)).toMatchObject({ state: 'HELD' });
      expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 100n, heldMinor: 100n });
    });

    it('ends no overdue hold if a top-up at the same time brings enough money', async () => {
      const wallet = await suite().fundedWallet(50n);
      const overdue = holdInput(wallet, 50n);
      await holdFunds(suite().deps, overdue);
      await suite().pass(overdue.orderId, 'expiry');
      const { repository } = suite().deps;
      const toppedUpMeanwhile: WalletRepository = {
        ...repository,
        transaction: (work) =>
          repository.transaction((tx) => {
            const lockWalletOf = async (userId: string) => {
              await topUpWallet(suite().deps, { userId, requestId: randomUUID(), amount: usd(20n) });
              return tx.lockWalletOf(userId);
            };
            return work({ ...tx, lockWalletOf });
          }),
      };
      await holdFunds({ ...suite().deps, repository: toppedUpMeanwhile }, holdInput(wallet, 20n));
      expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 70n, heldMinor: 70n });
    });

    it('is refused without a wallet, and in another currency', async () => {
      const wallet = await suite().fundedWallet(1000n);
      expect(await reasonOf(holdFunds(suite().deps, holdInput(wallet, 1n, { userId: randomUUID() })))).toBe(
        'WALLET_NOT_FOUND',
      );
      const amount = { currencyCode: 'EUR', minorUnits: 1n };
      expect(await reasonOf(holdFunds(suite().deps, holdInput(wallet, 1n, { amount })))).toBe('CURRENCY_MISMATCH');
    });

    it('of the same order for another amount or buyer is refused', async () => {
      const wallet = await suite().fundedWallet(1000n);
      const other = await suite().fundedWallet(1000n);
      const input = holdInput(wallet, 300n);
      await holdFunds(suite().deps, input);
      expect(await reasonOf(holdFunds(suite().deps, { ...input, amount: usd(301n) }))).toBe('REQUEST_ID_REUSED');
      expect(await reasonOf(holdFunds(suite().deps, { ...input, userId: other.userId }))).toBe('REQUEST_ID_REUSED');
    });

    it('is refused after a void, whether the void came before the hold or after it (rule S6)', async () => {
      const wallet = await suite().fundedWallet(1000n);
      const late = holdInput(wallet, 300n);
      await voidHold(suite().deps, late);
      expect(await reasonOf(holdFunds(suite().deps, late))).toBe('ALREADY_VOIDED');
      const undone = holdInput(wallet, 300n);
      await holdFunds(suite().deps, undone);
      await voidHold(suite().deps, undone);
      expect(await reasonOf(holdFunds(suite().deps, undone))).toBe('ALREADY_VOIDED');
      expect(await suite().walletOf(wallet)).toMatchObject({ heldMinor: 0n });
    });

    it('and a void at the same time leave nothing held, in either order', async () => {
      const wallet = await suite().fundedWallet(1000n);
      for (let round = 0; round < 20; round++) {
        const input = holdInput(wallet, 300n);
        const [held, voided] = await Promise.all([
          reasonOf(holdFunds(suite().deps, input)),
          voidHold(suite().deps, input),
        ]);
        expect([undefined, 'ALREADY_VOIDED']).toContain(held);
        expect(voided).toBe('VOIDED');
        expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 0n });
      }
    });
  },
);
