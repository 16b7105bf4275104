import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { reasonOf, useWalletSuite } from '../testing/suite.ts';
import { captureHold } from './capture.ts';
import { expireOverdueHolds } from './expire.ts';
import { refundCapture } from './refund.ts';
import { voidHold } from './void.ts';

const suite = useWalletSuite();

describe('void', () => {
  it('gives the held money back once, however often it is repeated, also at the same time', async () => {
    const { wallet, orderId } = await suite().held(1000n, 300n);
    const states = await Promise.all(Array.from({ length: 10 }, () => voidHold(suite().deps, { orderId })));
    expect(new Set(states)).toEqual(new Set(['VOIDED']));
    expect(await voidHold(suite().deps, { orderId })).toBe('VOIDED');
    expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 0n });
  });

  it('without a hold leaves one tombstone, and a repeat finds it (rule S6)', async () => {
    const orderId = randomUUID();
    const states = await Promise.all(Array.from({ length: 5 }, () => voidHold(suite().deps, { orderId })));
    expect(new Set(states)).toEqual(new Set(['VOIDED']));
    expect(await suite().deps.repository.lockHold(orderId)).toMatchObject({
      hold: { state: 'VOIDED', walletId: undefined },
    });
  });

  it('is refused after the capture, also after a refund', async () => {
    const { wallet, orderId } = await suite().held(1000n, 300n);
    await captureHold(suite().deps, { orderId });
    expect(await reasonOf(voidHold(suite().deps, { orderId }))).toBe('ALREADY_CAPTURED');
    await refundCapture(suite().deps, { orderId });
    expect(await reasonOf(voidHold(suite().deps, { orderId }))).toBe('ALREADY_CAPTURED');
    expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 0n });
  });

  it('answers EXPIRED for an expired hold and moves nothing', async () => {
    const { wallet, orderId } = await suite().held(1000n, 300n);
    await suite().pass(orderId, 'expiry');
    await expireOverdueHolds(suite().deps, {});
    expect(await voidHold(suite().deps, { orderId })).toBe('EXPIRED');
    expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 1000n, heldMinor: 0n });
  });
});
