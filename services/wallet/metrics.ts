import { Counter, type Registry } from 'prom-client';
import type { Money } from '../../proto/money.ts';

/** Counts effects and not calls: a repeat that gets the first answer is not counted. */
export interface WalletMetrics {
  readonly held: (count: number, currencyCode: string) => void;
  /** Somebody may pay in this currency soon. */
  readonly walletOpened: (currencyCode: string) => void;
  readonly captured: (amount: Money) => void;
  readonly voided: () => void;
  readonly refunded: (amount: Money) => void;
  readonly toppedUp: () => void;
  readonly expired: (count: number) => void;
}

/** Of the seeded catalog and the demo's wallets. */
const currencyOfSeed = 'USD';

export function createWalletMetrics(registry: Registry): WalletMetrics {
  const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] });
  const holds = counter('wallet_holds_total', 'Holds placed for orders.');
  const captures = counter('wallet_captures_total', 'Holds whose money was taken.');
  const voids = counter('wallet_voids_total', 'Holds that were voided, tombstones included.');
  const refunds = counter('wallet_refunds_total', 'Captures given back.');
  const topUps = counter('wallet_top_ups_total', 'Top-ups booked.');
  const money = (name: string, help: string) => {
    const total = new Counter({ name, help, labelNames: ['currency'], registers: [registry] });
    return {
      expect: (currency: string) => total.inc({ currency }, 0),
      count: ({ currencyCode: currency, minorUnits }: Money) => total.inc({ currency }, Number(minorUnits)),
    };
  };
  const capturedMoney = money('payments_captured_minor_total', 'Money taken for orders, in minor units.');
  const refundedMoney = money('payments_refunded_minor_total', 'Money given back for orders, in minor units.');
  // `increase()` misses the first payment of a currency unless its counter stands at 0 before. Zeros of all the world's
  // currencies would be a fifth of the page, so a currency begins with the first wallet or hold in it.
  const known = new Set<string>();
  const expect = (currency: string): void => {
    if (known.has(currency)) return;
    known.add(currency);
    for (const money of [capturedMoney, refundedMoney]) money.expect(currency);
  };
  expect(currencyOfSeed);
  const expiredHolds = counter('wallet_holds_expired_total', 'Holds that expired before a capture.');
  return {
    held: (count, currencyCode) => {
      holds.inc(count);
      expect(currencyCode);
    },
    walletOpened: expect,
    captured: (amount) => {
      captures.inc();
      capturedMoney.count(amount);
    },
    voided: () => voids.inc(),
    refunded: (amount) => {
      refunds.inc();
      refundedMoney.count(amount);
    },
    toppedUp: () => topUps.inc(),
    expired: (count) => expiredHolds.inc(count),
  };
}
