import type { WalletDeps } from './deps.ts';

export interface FindOrderOfPaymentInput {
  /** UUID of a transaction. */
  readonly paymentId: string;
}

/** The order whose money a transaction has moved. @returns undefined if there is none */
export function findOrderOfPayment(deps: WalletDeps, input: FindOrderOfPaymentInput): Promise<string | undefined> {
  return deps.repository.orderOfTransaction(input.paymentId);
}
