import type { ServiceImpl } from '@connectrpc/connect';
import type { Money } from '../../../proto/money.ts';
import type { AdjustmentService } from '../../../proto/gen/ecommerce/wallet/internal/v1/adjustment_pb.ts';
import { transactionToMessage } from '../convert/transaction.ts';
import { walletToMessage } from '../convert/wallet.ts';
import { adjustWallet, type AdjustInput } from '../domain/adjust.ts';
import type { WalletDeps } from '../domain/deps.ts';

interface Request {
  readonly adjustmentId: string;
  readonly userId: string;
  readonly amount?: Money | undefined;
}

/** The back office's calls on wallets. Every call is keyed by its adjustment. */
export function adjustmentServiceHandlers(deps: WalletDeps): ServiceImpl<typeof AdjustmentService> {
  const adjust = async (type: AdjustInput['type'], { adjustmentId, userId, amount }: Request) => {
    if (amount === undefined) throw new Error('the required amount is missing');
    const input = { type, adjustmentId: adjustmentId.toLowerCase(), userId: userId.toLowerCase(), amount };
    const { wallet, transaction } = await adjustWallet(deps, input);
    return { wallet: walletToMessage(wallet), transaction: transactionToMessage(transaction) };
  };
  return {
    credit: (request) => adjust('CREDIT', request),
    debit: (request) => adjust('DEBIT', request),
  };
}
