import { pending, type Order, type Transaction, type Wallet } from '../shopper/answers.ts';
import type { Purchase } from '../shopper/memory.ts';

/** What went wrong, grouped by what it means for people. All lists are empty if nothing went wrong. */
export interface Violations {
  /** Money or orders that are gone. */
  readonly lost: readonly string[];
  /** Orders that were charged, refunded or made more than once. */
  readonly doubled: readonly string[];
  /** Orders, held money and events that are not finished 60 s after the last repair. */
  readonly stuck: readonly string[];
  /** Everything else: answers that contradict each other, and violations that the audit finds. */
  readonly broken: readonly string[];
}

/** What the public API says about one buyer at the end. */
export interface Account {
  readonly name: string;
  readonly orders: readonly Order[];
  readonly transactions: readonly Transaction[];
  readonly wallet: Pick<Wallet, 'balance' | 'held'>;
}

export type Collected = { readonly [Kind in keyof Violations]: string[] };

/** Compares what buyers paid with what they got, and both with the answers that they got earlier. */
export function judgeAccounts(accounts: readonly Account[], purchases: readonly Purchase[]): Collected {
  const found: Collected = { lost: [], doubled: [], stuck: [], broken: [] };
  for (const account of accounts) judgeAccount(account, found);
  judgePurchases(accounts, purchases, found);
  return found;
}

/** All violations in one list, which a test expects to be empty. */
export function violationsOf({ lost, doubled, stuck, broken }: Violations): string[] {
  const named = { lost, doubled, stuck, broken };
  return Object.entries(named).flatMap(([kind, found]) => found.map((what) => `${kind}: ${what}`));
}

function judgeAccount({ name, orders, transactions, wallet }: Account, found: Collected): void {
  if (wallet.held.minorUnits !== '0') found.stuck.push(`${name}: ${wallet.held.minorUnits} are still held`);
  const sum = transactions.reduce((total, { amount }) => total + BigInt(amount.minorUnits), 0n);
  if (sum !== BigInt(wallet.balance.minorUnits)) {
    found.broken.push(`${name}: the balance is ${wallet.balance.minorUnits}, but the transactions sum to ${sum}`);
  }
  const byOrder = Map.groupBy(transactions, ({ orderId }) => orderId);
  byOrder.delete('');
  for (const order of orders) {
    judgeOrder(`${name}, order ${order.orderId}`, order, byOrder.get(order.orderId) ?? [], found);
    byOrder.delete(order.orderId);
  }
  for (const orderId of byOrder.keys()) found.lost.push(`${name} paid for order ${orderId}, which does not exist`);
}

function judgeOrder(who: string, order: Order, movements: readonly Transaction[], found: Collected): void {
  if (order.status === pending) found.stuck.push(`${who} is still PENDING`);
  const captures = movements.filter(({ type }) => type === 'TRANSACTION_TYPE_CAPTURE');
  const refunds = movements.filter(({ type }) => type === 'TRANSACTION_TYPE_REFUND');
  if (captures.length > 1) found.doubled.push(`${who} was charged ${captures.length} times`);
  if (refunds.length > 1) found.doubled.push(`${who} was refunded ${refunds.length} times`);
  const paid = -movements.reduce((total, { amount }) => total + BigInt(amount.minorUnits), 0n);
  const due = order.status === 'ORDER_STATUS_COMPLETED' ? BigInt(order.total.minorUnits) : 0n;
  if (paid > due && captures.length < 2) found.lost.push(`${who} is ${order.status}: paid ${paid} instead of ${due}`);
  if (paid < due) found.lost.push(`${who} is ${order.status}: paid ${paid} instead of ${due}`);
}

function judgePurchases(accounts: readonly Account[], purchases: readonly Purchase[], found: Collected): void {
  const orders = new Map(accounts.flatMap((account) => account.orders.map((order) => [order.orderId, order] as const)));
  const known = new Set(purchases.flatMap(({ orderId }) => (orderId === undefined ? [] : [orderId])));
  for (const purchase of purchases) judgePurchase(purchase, orders, found);
  const unknown = [...orders.keys()].filter((orderId) => !known.has(orderId));
  const unanswered = purchases.filter(({ orderId }) => orderId === undefined).length;
  if (unknown.length > unanswered) {
    found.doubled.push(
      `${unknown.length} orders that no answer named, but only ${unanswered} requests without an answer`,
    );
  }
}

function judgePurchase(purchase: Purchase, orders: ReadonlyMap<string, Order>, found: Collected): void {
  if (purchase.orderId === undefined) return;
  const order = orders.get(purchase.orderId);
  if (order === undefined) found.lost.push(`order ${purchase.orderId} was accepted, but does not exist`);
  else if (purchase.cancelled === true && order.status !== 'ORDER_STATUS_CANCELLED') {
    found.broken.push(`the cancel of order ${purchase.orderId} succeeded, but the order is ${order.status}`);
  }
}
