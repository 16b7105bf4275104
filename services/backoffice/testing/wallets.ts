import { create } from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import { CreditResponseSchema } from '../../../proto/gen/ecommerce/wallet/internal/v1/adjustment_pb.ts';
import { GetWalletResponseSchema } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { GetWalletRecordResponseSchema } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_record_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { AdjustmentClient } from '../adapters/wallets.ts';
import type { RecordClients } from '../adapters/order-records.ts';
import { adjustedWalletToMessages } from '../convert/adjusted-wallet.ts';
import { walletToMessage } from '../convert/wallet.ts';
import type { AdjustedWallet, Wallet } from '../domain/types.ts';
import type { Adjustment, Wallets } from '../ports.ts';

/** A wallet in USD for every user, as the wallet service keeps it: each adjustment moves money once. */
export class FakeWallets implements Wallets {
  readonly balances = new Map<string, bigint>();
  readonly #known = new Map<string, AdjustedWallet>();
  /** The next call has its effect, and then throws this. */
  answerLost: Error | undefined;
  /** Each credit and debit waits for it. */
  gate: Promise<unknown> = Promise.resolve();

  credit(adjustment: Adjustment): Promise<AdjustedWallet> {
    return this.#move(adjustment, adjustment.amount.minorUnits);
  }

  debit(adjustment: Adjustment): Promise<AdjustedWallet> {
    return this.#move(adjustment, -adjustment.amount.minorUnits);
  }

  async get(userId: string): Promise<Wallet> {
    const balanceMinor = this.balances.get(userId);
    if (balanceMinor === undefined) throw new AppError('not_found', 'WALLET_NOT_FOUND', 'there is no wallet yet');
    const known = [...this.#known.values()].filter(({ walletId }) => walletId === userId);
    return {
      ...{ walletId: userId, currencyCode: 'USD', balanceMinor, heldMinor: 0n },
      transactions: known.toReversed().map(({ transactionId, movedMinor, balanceAfterMinor, movedAt }) => ({
        ...{ transactionId, type: movedMinor > 0n ? 'CREDIT' : 'DEBIT', orderId: '', createTime: movedAt },
        amount: { currencyCode: 'USD', minorUnits: movedMinor },
        balanceAfter: { currencyCode: 'USD', minorUnits: balanceAfterMinor },
      })),
    };
  }

  /** The same wallets behind the client that reads them. */
  records(): Partial<RecordClients['funds']> {
    return {
      getWalletRecord: async ({ userId = '' }) => {
        const { wallet, transactions } = create(GetWalletResponseSchema, walletToMessage(await this.get(userId)));
        return create(GetWalletRecordResponseSchema, { ...(wallet && { wallet }), transactions });
      },
    };
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
    await this.gate;
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
