import { randomUUID } from 'node:crypto';
import type { Database } from '../../../../platform/data/db/database.ts';
import { createWalletRepository, type WalletRepository } from '../../../../services/wallet/repository/index.ts';
import type { PlainSteps } from '../../../../services/wallet/repository/plain.ts';
import { make, onceCalls, type Calls, type Ids, type Once } from './calls.ts';

export async function callWallet(db: Database, ids: Ids): Promise<void> {
  const repository = createWalletRepository(db);
  await make<PlainSteps>(repository.plain, plain, ids);
  await make<WalletRepository, 'transaction'>(repository, calls, ids);
  await repository.transaction((tx) => make<Once>(tx, onceCalls, ids));
}

const amount = { currencyCode: 'USD', minorUnits: 1n };
const holdOf = (userId: string) => ({
  orderId: randomUUID(),
  userId,
  amount,
  ttlSeconds: 900,
  captureDeadline: new Date(Date.now() + 600_000),
});
const page = { type: undefined, orderId: undefined, before: undefined, limit: 51 };

const plain: Calls<PlainSteps> = {
  hold: ({ hold }, { userId }) => hold(holdOf(userId)),
  capture: ({ capture }, { orderId }) => capture(orderId, randomUUID()),
};

const calls: Calls<WalletRepository, 'transaction'> = {
  insertWallet: ({ insertWallet }) => insertWallet(randomUUID(), randomUUID(), 'USD'),
  lockWalletOf: ({ lockWalletOf }, { userId }) => lockWalletOf(userId),
  holdAvailable: ({ holdAvailable }, { userId }) => holdAvailable(userId, amount),
  freeHeld: ({ freeHeld }, { walletId }) => freeHeld(walletId, 1n),
  moveBalance: ({ moveBalance }, { walletId }) => moveBalance(walletId, 0n, 0n),
  insertHold: ({ insertHold }, { userId }) => insertHold(holdOf(userId)),
  insertTombstone: ({ insertTombstone }) => insertTombstone(randomUUID()),
  lockHold: ({ lockHold }, { orderId }) => lockHold(orderId),
  lockNextOverdueHold: ({ lockNextOverdueHold }) => lockNextOverdueHold(),
  expireOverdueHoldsOf: ({ expireOverdueHoldsOf }, { walletId }) => expireOverdueHoldsOf(walletId),
  hasOverdueHolds: ({ hasOverdueHolds }, { walletId }) => hasOverdueHolds(walletId),
  endHold: ({ endHold }, { orderId }) => endHold(orderId, 'VOIDED'),
  findRefund: ({ findRefund }, { orderId }) => findRefund(orderId),
  insertRefund: ({ insertRefund }) => insertRefund(randomUUID(), randomUUID(), 1n),
  findAdjustment: ({ findAdjustment }) => findAdjustment(randomUUID()),
  insertTransaction: ({ insertTransaction }, { walletId }) => {
    const transactionId = randomUUID();
    const account = `wallet:${walletId}`;
    return insertTransaction({ transactionId, type: 'TOP_UP', walletId, orderId: undefined, requestId: randomUUID() }, [
      { account, amount, balanceAfterMinor: 1n },
    ]);
  },
  findWalletOf: ({ findWalletOf }, { userId }) => findWalletOf(userId),
  listTransactions: async ({ listTransactions }, { walletId, orderId }) => {
    await listTransactions(walletId, page);
    await listTransactions(walletId, { ...page, orderId });
  },
  holdOf: (repository, { orderId }) => repository.holdOf(orderId),
  transactionsOf: ({ transactionsOf }, { orderId }) => transactionsOf(orderId),
  orderOfTransaction: ({ orderOfTransaction }, { transactionId }) => orderOfTransaction(transactionId),
  nextExpiryMs: ({ nextExpiryMs }) => nextExpiryMs(),
  forgetRequests: ({ forgetRequests }) => forgetRequests(3650),
  ping: ({ ping }) => ping(),
};
