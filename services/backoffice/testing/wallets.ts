import { create } from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import { CreditResponseSchema } from '../../../proto/gen/ecommerce/wallet/internal/v1/adjustment_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { AdjustmentClient } from '../adapters/wallets.ts';
import { adjustedWalletToMessages } from '../convert/adjusted-wallet.ts';
import type { AdjustedWallet } from '../domain/types.ts';
import type { Adjustment, Wallets } from '../ports.ts';

/** A wallet in USD for every user, as the wallet service keeps it: each adjustment moves money once. */
export class FakeWallets implements Wallets {
  readonly balances = new Map<string, bigint>();
  readonly #known = new Map<string, AdjustedWallet>();
  /** The next call has its effect, and then throws this. */
  answerLost: Error | undefined;

  credit(adjustment: Adjustment): Promise<AdjustedWallet> {
    return this.#move(adjustment, adjustment.amount.minorUnits);
  }

  debit(adjustment: Adjustment): Promise<AdjustedWallet> {
    return this.#move(adjustment, -adjustment.amount.minorUnits);
  }

  /** The same wallets behind the client that the adapter uses. */
  client(): AdjustmentClient {
    const call = async (change: Promise<AdjustedWallet>) =>
      create(CreditResponseSchema, adjustedWalletToMessages(await change));
    return {
      credit: (request: Partial<Adjustment>) => call(this.credit(request as Adjustment)),
      debit: (request: Partial<Adjustment>) => call(this.debit(request as Adjustment)),
    } as unknown as AdjustmentClient;
  }

  async #move({ adjustmentId, userId, amount }: Adjustment, movedMinor: bigint): Promise<AdjustedWallet> {
    const known = this.#known.get(adjustmentId);
    if (known !== undefined) return known;
    const balanceMinor = (this.balances.get(userId) ?? 0n) + movedMinor;
    if (balanceMinor < 0n)
      throw new AppError('failed_precondition', 'INSUFFICIENT_FUNDS', 'too little', { metadata: { available: '0' } });
    this.balances.set(userId, balanceMinor);
    const adjusted = {
      ...{ walletId: userId, currencyCode: amount.currencyCode, balanceMinor, heldMinor: 0n },
      ...{ transactionId: randomUUID(), movedMinor, balanceAfterMinor: balanceMinor, movedAt: new Date() },
    };
    this.#known.set(adjustmentId, adjusted);
    const lost = this.answerLost;
    this.answerLost = undefined;
    if (lost !== undefined) throw lost;
    return adjusted;
  }
}
