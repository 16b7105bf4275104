import { audit } from '../../../cli/audit/audit.ts';
import { pending, type Buyer, type Order, type Transaction, type Wallet } from './buyer.ts';
import { eventTroubles } from './events.ts';
import type { Purchase } from './memory.ts';
import { until } from './patience.ts';
import type { Shop } from './shop.ts';

/** What went wrong, by what it means to people. All are empty where nothing did. */
export interface Violations {
  /** Money or an order that is gone. */
  readonly lost: readonly string[];
  /** Charged or delivered more than once. */
  readonly doubled: readonly string[];
  /** What has not come to its end within 60 s of the last repair. */
  readonly stuck: readonly string[];
  /** The rest: answers that contradict each other, and what the auditor finds. */
  readonly broken: readonly string[];
}

export interface Verdict extends Violations {
  /** Checkouts that were accepted. */
  readonly accepted: number;
  readonly completed: number;
  readonly cancelled: number;
  readonly failedByReason: Readonly<Record<string, number>>;
  /** Promises of the auditor that were checked. */
  readonly audited: number;
}

const endWithinMs = 60_000;

/** Asks everybody once all is repaired: the buyers through the public API, then the auditor and the events' way. */
export async function judge(shop: Shop, env: Readonly<NodeJS.ProcessEnv>): Promise<Verdict> {
  const deadline = performance.now() + endWithinMs;
  const left = () => Math.max(1000, deadline - performance.now());
  const accounts: Account[] = [];
  for (const buyer of shop.buyers) accounts.push(await accountOf(buyer, left()));
  const violations = { lost: [] as string[], doubled: [] as string[], stuck: [] as string[], broken: [] as string[] };
  for (const account of accounts) judgeAccount(account, violations);
  judgePurchases(shop, accounts, violations);
  await judgeStock(shop, accounts, violations);
  violations.broken.push(...shop.memory.contradictions);
  const events = await until(
    () => eventTroubles(env),
    (troubles) => troubles.length === 0,
    left(),
    500,
  );
  violations.stuck.push(...events);
  const findings = await until(
    () => audit(env),
    (found) => found.every((finding) => finding.violations.length === 0),
    left(),
    1000,
  );
  for (const { invariant, violations: found } of findings) {
    violations.broken.push(...found.map((row) => `audit: ${invariant}: ${JSON.stringify(row)}`));
  }
  return { ...violations, ...countsOf(shop, accounts), audited: findings.length };
}

/** All violations in one list, for a test to expect empty. */
export function violationsOf({ lost, doubled, stuck, broken }: Violations): string[] {
  const named = { lost, doubled, stuck, broken };
  return Object.entries(named).flatMap(([kind, found]) => found.map((what) => `${kind}: ${what}`));
}

interface Account {
  readonly buyer: Buyer;
  readonly orders: readonly Order[];
  readonly transactions: readonly Transaction[];
  readonly wallet: Wallet;
}

type Collected = { readonly [Kind in keyof Violations]: string[] };

async function accountOf(buyer: Buyer, withinMs: number): Promise<Account> {
  const orders = await until(
    () => buyer.orders(),
    (all) => all.every(({ status }) => status !== pending),
    withinMs,
  );
  const wallet = await until(
    () => buyer.wallet(),
    ({ held }) => held.minorUnits === '0',
    withinMs,
  );
  return { buyer, orders, wallet, transactions: await buyer.transactions() };
}

function judgeAccount({ buyer, orders, transactions, wallet }: Account, found: Collected): void {
  if (wallet.held.minorUnits !== '0') found.stuck.push(`${buyer.name}: ${wallet.held.minorUnits} are still held`);
  const sum = transactions.reduce((total, { amount }) => total + BigInt(amount.minorUnits), 0n);
  if (sum !== BigInt(wallet.balance.minorUnits)) {
    found.broken.push(`${buyer.name}: the balance is ${wallet.balance.minorUnits}, the movements sum to ${sum}`);
  }
  const byOrder = Map.groupBy(transactions, ({ orderId }) => orderId);
  byOrder.delete('');
  for (const order of orders) {
    judgeOrder(`${buyer.name}, order ${order.orderId}`, order, byOrder.get(order.orderId) ?? [], found);
    byOrder.delete(order.orderId);
  }
  for (const orderId of byOrder.keys()) found.lost.push(`${buyer.name} paid for ${orderId}, which is not an order`);
}

function judgeOrder(who: string, order: Order, movements: readonly Transaction[], found: Collected): void {
  if (order.status === pending) found.stuck.push(`${who} is still PENDING`);
  const captures = movements.filter(({ type }) => type === 'TRANSACTION_TYPE_CAPTURE');
  const refunds = movements.filter(({ type }) => type === 'TRANSACTION_TYPE_REFUND');
  if (captures.length > 1) found.doubled.push(`${who} was charged ${captures.length} times`);
  if (refunds.length > 1) found.doubled.push(`${who} was refunded ${refunds.length} times`);
  const paid = -movements.reduce((total, { amount }) => total + BigInt(amount.minorUnits), 0n);
  const due = order.status === 'ORDER_STATUS_COMPLETED' ? BigInt(order.total.minorUnits) : 0n;
  if (paid > due && captures.length < 2) found.lost.push(`${who} is ${order.status} and took ${paid} for ${due}`);
  if (paid < due) found.lost.push(`${who} is ${order.status} and took ${paid} for ${due}`);
}

function judgePurchases(shop: Shop, accounts: readonly Account[], found: Collected): void {
  const orders = new Map(accounts.flatMap((account) => account.orders.map((order) => [order.orderId, order] as const)));
  const { purchases } = shop.memory;
  const known = new Set(purchases.flatMap(({ orderId }) => (orderId === undefined ? [] : [orderId])));
  for (const purchase of purchases) judgePurchase(purchase, orders, found);
  const unknown = [...orders.keys()].filter((orderId) => !known.has(orderId));
  const unanswered = purchases.filter(({ orderId }) => orderId === undefined).length;
  if (unknown.length > unanswered) {
    found.doubled.push(`${unknown.length} orders that nobody was told of, for ${unanswered} unanswered requests`);
  }
}

function judgePurchase(purchase: Purchase, orders: ReadonlyMap<string, Order>, found: Collected): void {
  if (purchase.orderId === undefined) return;
  const order = orders.get(purchase.orderId);
  if (order === undefined) found.lost.push(`order ${purchase.orderId} was accepted and is not there`);
  else if (purchase.cancelled === true && order.status !== 'ORDER_STATUS_CANCELLED') {
    found.broken.push(`order ${purchase.orderId} was cancelled by its buyer and is ${order.status}`);
  }
}

/** Pieces that are gone from the shelves are those in completed orders. */
async function judgeStock(shop: Shop, accounts: readonly Account[], found: Collected): Promise<void> {
  const sold = new Map<string, number>();
  for (const { orders } of accounts) {
    for (const { status, items } of orders) {
      if (status !== 'ORDER_STATUS_COMPLETED') continue;
      for (const { productId, quantity } of items) sold.set(productId, (sold.get(productId) ?? 0) + quantity);
    }
  }
  for (const product of shop.products) {
    const pieces = product.pieces - (sold.get(product.productId) ?? 0);
    const available = await until(
      () => shop.available(product),
      (now) => now === pieces,
      5000,
    );
    if (available === pieces) continue;
    const kind = available > pieces ? found.doubled : found.lost;
    kind.push(`product ${product.productId} has ${available} pieces left instead of ${pieces}`);
  }
}

function countsOf(shop: Shop, accounts: readonly Account[]) {
  const orders = accounts.flatMap((account) => account.orders);
  const count = (status: string) => orders.filter((order) => order.status === status).length;
  const failedByReason: Record<string, number> = {};
  for (const { status, failure } of orders) {
    if (status !== 'ORDER_STATUS_FAILED') continue;
    const reason = failure?.reason ?? 'no reason';
    failedByReason[reason] = (failedByReason[reason] ?? 0) + 1;
  }
  return {
    accepted: shop.memory.purchases.filter(({ orderId }) => orderId !== undefined).length,
    completed: count('ORDER_STATUS_COMPLETED'),
    cancelled: count('ORDER_STATUS_CANCELLED'),
    failedByReason,
  };
}
