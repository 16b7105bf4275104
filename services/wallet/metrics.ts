import { Counter, type Registry } from 'prom-client';

/** Counts effects and not calls: a repeat that gets the first answer is not counted. */
export interface WalletMetrics {
  readonly held: (count: number) => void;
  readonly captured: () => void;
  readonly voided: () => void;
  readonly refunded: () => void;
  readonly toppedUp: () => void;
  readonly expired: (count: number) => void;
}

export function createWalletMetrics(registry: Registry): WalletMetrics {
  const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] });
  const holds = counter('wallet_holds_total', 'Holds placed for orders.');
  const captures = counter('wallet_captures_total', 'Holds whose money was taken.');
  const voids = counter('wallet_voids_total', 'Holds that were voided, tombstones included.');
  const refunds = counter('wallet_refunds_total', 'Captures given back.');
  const topUps = counter('wallet_top_ups_total', 'Top-ups booked.');
  const expiredHolds = counter('wallet_holds_expired_total', 'Holds that expired before a capture.');
  return {
    held: (count) => holds.inc(count),
    captured: () => captures.inc(),
    voided: () => voids.inc(),
    refunded: () => refunds.inc(),
    toppedUp: () => topUps.inc(),
    expired: (count) => expiredHolds.inc(count),
  };
}
