import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { holdInput, patiently, reasonOf, usd, useWalletSuite } from '../testing/suite.ts';
import { captureHold } from './capture.ts';
import { holdFunds } from './hold.ts';
import { refundCapture } from './refund.ts';
import { voidHold } from './void.ts';

const suite = useWalletSuite();

describe('refund', () => {
  it('gives the captured money back once, however often it is repeated, also at the same time', async () => {
    const wallet = await suite().fundedWallet(1000n);
    const input = holdInput(wallet, 300n);
    await holdFunds(suite().deps, input);
    await captureHold(suite().deps, input);
    const answers = await Promise.all(Array.from({ length: 10 }, () => refundCapture(suite().deps, input)));
    expect(new Set(answers.map(({ transactionId }) => transactionId)).size).toBe(1);
    expect(await refundCapture(suite().deps, input)).toEqual(answers[0]);
    expect(answers[0]?.amount).toEqual(usd(300n));
    expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 0n });
  });

  it('is refused if no money was taken: without a hold, with a HELD one, and with a VOIDED one', async () => {
    const wallet = await suite().fundedWallet(1000n);
    const input = holdInput(wallet, 300n);
    expect(await reasonOf(refundCapture(suite().deps, { orderId: randomUUID() }))).toBe('HOLD_NOT_CAPTURED');
    await holdFunds(suite().deps, input);
    expect(await reasonOf(refundCapture(suite().deps, input))).toBe('HOLD_NOT_CAPTURED');
    await voidHold(suite().deps, input);
    expect(await reasonOf(refundCapture(suite().deps, input))).toBe('HOLD_NOT_CAPTURED');
    expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 0n });
  });

  it('at the same time as the capture gives back all that was taken, or is refused', async () => {
    for (let round = 0; round < 10; round++) {
      const wallet = await suite().fundedWallet(1000n);
      const input = holdInput(wallet, 300n);
      await holdFunds(suite().deps, input);
      const [refused] = await Promise.all([
        reasonOf(refundCapture(suite().deps, input)),
        captureHold(suite().deps, input),
      ]);
      expect([undefined, 'HOLD_NOT_CAPTURED']).toContain(refused);
      expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: refused === undefined ? 1000n : 700n });
    }
  });

  it('does not deadlock with holds and captures of other orders of the same wallet', async () => {
    const wallet = await suite().fundedWallet(10_000n);
    const cycle = async (): Promise<void> => {
      const input = holdInput(wallet, 100n);
      await patiently(() => holdFunds(suite().deps, input));
      await patiently(() => captureHold(suite().deps, input));
      await patiently(() => refundCapture(suite().deps, input));
    };
    await Promise.all(Array.from({ length: 20 }, cycle));
    expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 10_000n, heldMinor: 0n });
  });
});
