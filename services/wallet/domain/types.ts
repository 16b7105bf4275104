import type { Money } from '../../../proto/money.ts';

export interface Wallet {
  readonly walletId: string;
  readonly userId: string;
  readonly currencyCode: string;
  /** All money in the wallet, held or not. */
  readonly balanceMinor: bigint;
  /** The part that open checkouts have set aside: 0 ≤ held ≤ balance. */
  readonly heldMinor: bigint;
}

/** The part of the balance that no hold has set aside. */
export function availableMinor(wallet: Wallet): bigint {
  return wallet.balanceMinor - wallet.heldMinor;
}

export const transactionTypes = ['TOP_UP', 'CAPTURE', 'REFUND', 'CREDIT', 'DEBIT'] as const;
export type TransactionType = (typeof transactionTypes)[number];

/** One movement of a wallet, as its owner sees it. */
export interface LedgerTransaction {
  readonly transactionId: string;
  /** Goes up with every movement of the wallet. */
  readonly sequence: bigint;
  readonly type: TransactionType;
  /** Positive into the wallet, negative out of it. */
  readonly amount: Money;
  readonly balanceAfterMinor: bigint;
  readonly orderId: string | undefined;
  readonly createdAt: Date;
}

/** The input of a capture, a void and a refund: the order is the key (rule S5). */
export interface OrderKey {
  /** UUID. */
  readonly orderId: string;
}

export type HoldState = 'HELD' | 'CAPTURED' | 'VOIDED' | 'EXPIRED';

/** Money set aside for an order. docs/architecture.md (#states) has its states. */
export interface PlacedHold {
  readonly orderId: string;
  readonly state: HoldState;
  readonly walletId: string;
  readonly userId: string;
  readonly amount: Money;
  readonly expiresAt: Date;
  /** The last moment, by the database's clock, at which a capture is accepted (rule S7). Not after `expiresAt`. */
  readonly captureDeadline: Date;
  readonly captureTransactionId: string | undefined;
}

/** What a void leaves if there is no hold, so that a late hold is refused (rule S6). */
interface Tombstone {
  readonly orderId: string;
  readonly state: 'VOIDED';
  readonly walletId: undefined;
}

export type Hold = PlacedHold | Tombstone;

/** A hold with its times, to be told. */
export interface HoldRecord {
  readonly state: HoldState;
  /** Undefined for a tombstone. */
  readonly amount: Money | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
  readonly endedAt: Date | undefined;
}

/** One entry of a transaction. The entries of a transaction sum to zero in each currency. */
export interface Entry {
  /** `wallet:<id>`, `system:funding:<currency>`, `system:sales:<currency>` or `system:adjustments:<currency>`. */
  readonly account: string;
  readonly amount: Money;
  /** undefined for a system account, which keeps no balance, so that no row is shared by all buyers. */
  readonly balanceAfterMinor: bigint | undefined;
}
