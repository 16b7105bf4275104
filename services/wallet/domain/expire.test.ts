import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { holdInput, reasonOf, type WalletSuite, useWalletSuite } from '../testing/suite.ts';
import { captureHold } from './capture.ts';
import { expireOverdueHolds } from './expire.ts';
import { holdFunds } from './hold.ts';

const suite = useWalletSuite();

async function heldBy(wallet: Awaited<ReturnType<WalletSuite['fundedWallet']>>, amountMinor: bigint) {
  const input = holdInput(wallet, amountMinor);
  await holdFunds(suite().deps, input);
  return input.orderId;
}

describe('the sweep of overdue holds', () => {
  it('gives back the money of overdue holds, and of no others', async () => {
    const wallet = await suite().fundedWallet(1000n);
    const overdue = [await heldBy(wallet, 100n), await heldBy(wallet, 200n)];
    const open = await heldBy(wallet, 300n);
    for (const orderId of overdue) await suite().pass(orderId, 'expiry');
    await expireOverdueHolds(suite().deps, {});
    expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 300n });
    for (const orderId of overdue) expect(await reasonOf(captureHold(suite().deps, { orderId }))).toBe('EXPIRED');
    expect(await reasonOf(captureHold(suite().deps, { orderId: open }))).toBeUndefined();
  });

  it('gives money back once when several sweeps and captures run at the same time', async () => {
    const wallet = await suite().fundedWallet(1000n);
    const orders = await Promise.all(Array.from({ length: 10 }, () => heldBy(wallet, 100n)));
    for (const orderId of orders) await suite().pass(orderId, 'expiry');
    await Promise.all([
      ...Array.from({ length: 3 }, () => expireOverdueHolds(suite().deps, {})),
      ...orders.map((orderId) => reasonOf(captureHold(suite().deps, { orderId }))),
    ]);
    expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 0n });
  });

  it('skips a hold that another transaction has locked', async () => {
    const wallet = await suite().fundedWallet(1000n);
    const [locked, free] = [await heldBy(wallet, 100n), await heldBy(wallet, 200n)];
    for (const orderId of [locked, free]) await suite().pass(orderId, 'expiry');
    await suite().database.db.transaction(async (tx) => {
      await tx.execute(sql`select 1 from wallet.holds where order_id = ${locked} for update`);
      await expireOverdueHolds(suite().deps, {});
      expect(await suite().walletOf(wallet)).toMatchObject({ heldMinor: 100n });
    });
    await expireOverdueHolds(suite().deps, {});
    expect(await suite().walletOf(wallet)).toMatchObject({ heldMinor: 0n });
  });
});
