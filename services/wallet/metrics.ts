import { Counter, type Registry } from 'prom-client';

/** Counts effects, not calls: a repeat that gets the first answer is not counted again. */
export interface WalletMetrics {
  readonly holds: Counter;
  readonly captures: Counter;
  readonly voids: Counter;
  readonly refunds: Counter;
  readonly topUps: Counter;
  readonly expiredHolds: Counter;
}

export function createWalletMetrics(registry: Registry): WalletMetrics {
  const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] });
  return {
    holds: counter('wallet_holds_total', 'Holds placed for orders.'),
    captures: counter('wallet_captures_total', 'Holds whose money was taken.'),
    voids: counter('wallet_voids_total', 'Holds given back, tombstones included.'),
    refunds: counter('wallet_refunds_total', 'Captures given back.'),
    topUps: counter('wallet_top_ups_total', 'Top-ups booked.'),
    expiredHolds: counter('wallet_holds_expired_total', 'Holds that ran out before they were captured.'),
  };
}
