import type { Money } from '../../proto/money.ts';
import type { AdjustedWallet, User } from './domain/types.ts';

export interface Adjustment {
  /** UUID: the key. A repeat has no second effect. */
  readonly adjustmentId: string;
  readonly userId: string;
  readonly amount: Money;
}

/** The wallet service, as the back office needs it. A refusal is thrown as an AppError with its reason. */
export interface Wallets {
  /** @throws WALLET_NOT_FOUND, CURRENCY_MISMATCH, TOP_UP_LIMIT_EXCEEDED */
  credit(adjustment: Adjustment): Promise<AdjustedWallet>;
  /** @throws WALLET_NOT_FOUND, CURRENCY_MISMATCH, INSUFFICIENT_FUNDS */
  debit(adjustment: Adjustment): Promise<AdjustedWallet>;
}

/** The users of the sso service. */
export interface Users {
  /** @param email in any spelling */
  findByEmail(email: string): Promise<User | undefined>;
  /** @throws USER_NOT_FOUND */
  get(userId: string): Promise<User>;
}
