import { TransactionTypeSchema, type Transaction } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import type { Context } from '../context.ts';
import { money, short, time } from '../format.ts';
import { printMany, printOne } from '../output.ts';
import type { Row } from '../table.ts';
import { userOf } from '../who.ts';
import { say, sayJson } from '../say.ts';

export interface WalletShowOptions {
  readonly email: string;
  readonly password: string;
}

/** Shows a user's wallet with its last ten transactions. Support and administrators may. @param who email address or id */
export async function showWallet(context: Context, who: string, options: WalletShowOptions): Promise<void> {
  const api = await context.signIn(options.email, options.password);
  // A user who is not there has no wallet either, which would say less.
  const { userId, email } = await userOf(api, who);
  const { wallet, transactions } = await api.admin.getWallet({ userId }, api.asUser);
  const summary = {
    userId,
    email,
    walletId: wallet?.walletId,
    balance: money(wallet?.balance),
    held: money(wallet?.held),
    available: money(wallet?.available),
  };
  const rows = transactions.map(transactionRow);
  if (context.json) {
    sayJson({ ...summary, transactions: rows });
    return;
  }
  printOne(summary, false);
  say();
  printMany(rows, false, { jsonOnly: ['transactionId'], whole: ['orderId'] });
}

function transactionRow({ transactionId, type, amount, balanceAfter, orderId, createTime }: Transaction): Row {
  return {
    time: time(createTime),
    type: short(TransactionTypeSchema, type),
    amount: money(amount),
    balance: money(balanceAfter),
    orderId,
    transactionId,
  };
}
