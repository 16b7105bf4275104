import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWalletSuite, holdInput, patiently, reasonOf, usd, type WalletSuite } from '../testing/suite.ts';
import { capture } from './capture.ts';
import { hold } from './hold.ts';
import { refund } from './refund.ts';
import { voidHold } from './void.ts';

let suite: WalletSuite;
beforeAll(async () => {
  suite = await createWalletSuite();
});
afterEach(() => suite.expectInvariants());
afterAll(() => suite.database.close());

describe('refund', () => {
  it('gives the captured money back once, however often and however many at once', async () => {
    const wallet = await suite.fundedWallet(1000n);
    const input = holdInput(wallet, 300n);
    await hold(suite.deps, input);
    await capture(suite.deps, input.orderId);
    const answers = await Promise.all(Array.from({ length: 10 }, () => refund(suite.deps, input.orderId)));
    expect(new Set(answers.map(({ transactionId }) => transactionId)).size).toBe(1);
    expect(await refund(suite.deps, input.orderId)).toEqual(answers[0]);
    expect(answers[0]?.amount).toEqual(usd(300n));
    expect(await suite.walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 0n });
  });

  it('is refused where no money was taken: nothing there, only held, or voided', async () => {
    const wallet = await suite.fundedWallet(1000n);
    const input = holdInput(wallet, 300n);
    expect(await reasonOf(refund(suite.deps, randomUUID()))).toBe('HOLD_NOT_CAPTURED');
    await hold(suite.deps, input);
    expect(await reasonOf(refund(suite.deps, input.orderId))).toBe('HOLD_NOT_CAPTURED');
    await voidHold(suite.deps, input.orderId);
    expect(await reasonOf(refund(suite.deps, input.orderId))).toBe('HOLD_NOT_CAPTURED');
    expect(await suite.walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 0n });
  });

  it('racing the capture gives back what was taken or nothing', async () => {
    for (let round = 0; round < 10; round++) {
      const wallet = await suite.fundedWallet(1000n);
      const input = holdInput(wallet, 300n);
      await hold(suite.deps, input);
      const [refused] = await Promise.all([
        reasonOf(refund(suite.deps, input.orderId)),
        capture(suite.deps, input.orderId),
      ]);
      expect([undefined, 'HOLD_NOT_CAPTURED']).toContain(refused);
      expect(await suite.walletOf(wallet)).toMatchObject({ balanceMinor: refused === undefined ? 1000n : 700n });
    }
  });

  it('keeps the cycle of one order free of deadlocks beside others of the same wallet', async () => {
    const wallet = await suite.fundedWallet(10_000n);
    const cycle = async (): Promise<void> => {
      const input = holdInput(wallet, 100n);
      await patiently(() => hold(suite.deps, input));
      await patiently(() => capture(suite.deps, input.orderId));
      await patiently(() => refund(suite.deps, input.orderId));
    };
    await Promise.all(Array.from({ length: 20 }, cycle));
    expect(await suite.walletOf(wallet)).toMatchObject({ balanceMinor: 10_000n, heldMinor: 0n });
  });
});
