import type { WalletDeps } from './deps.ts';
import type { HoldRecord, LedgerTransaction, OrderKey } from './types.ts';

export interface FundsRecord {
  readonly hold: HoldRecord | undefined;
  /** Captures and refunds, oldest first. */
  readonly transactions: readonly LedgerTransaction[];
}

/** All that this service has of an order; an order that it does not know has neither hold nor transactions. */
export async function getFundsRecord(deps: WalletDeps, { orderId }: OrderKey): Promise<FundsRecord> {
  const { repository } = deps;
  const [hold, transactions] = await Promise.all([repository.holdOf(orderId), repository.transactionsOf(orderId)]);
  return { hold, transactions };
}
