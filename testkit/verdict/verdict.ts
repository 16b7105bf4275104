import { audit } from '../../audit/run.ts';
import { until } from '../../platform/testing/eventually.ts';
import { fewAtATime } from '../few-at-a-time.ts';
import { pending } from '../shopper/answers.ts';
import type { Buyer } from '../shopper/buyer.ts';
import type { Shop } from '../shopper/shop.ts';
import { judgeAccounts, type Account, type Collected, type Violations } from './accounts.ts';
import { eventTroubles } from './events.ts';

export interface Verdict extends Violations {
  /** Number of accepted checkouts. */
  readonly accepted: number;
  readonly completed: number;
  readonly cancelled: number;
  readonly failedByReason: Readonly<Record<string, number>>;
  /** Number of invariants that the audit checked. */
  readonly audited: number;
}

const endWithinMs = 60_000;

/** Checks everything after the last repair: the buyers' accounts through the public API, the events, and the audit. */
export async function judge(shop: Shop, env: Readonly<NodeJS.ProcessEnv>): Promise<Verdict> {
  const deadline = performance.now() + endWithinMs;
  const left = () => Math.max(1000, deadline - performance.now());
  const accounts = await fewAtATime(shop.buyers, (buyer) => accountOf(buyer, left()));
  const violations = judgeAccounts(accounts, shop.memory.purchases);
  await judgeStock(shop, accounts, violations);
  violations.broken.push(...shop.memory.contradictions);
  const events = await until(
    () => eventTroubles(env),
    (troubles) => troubles.length === 0,
    { withinMs: left(), everyMs: 500 },
  );
  violations.stuck.push(...events);
  const findings = await until(
    () => audit(env),
    (found) => found.every((finding) => finding.violations.length === 0),
    { withinMs: left(), everyMs: 1000 },
  );
  for (const { invariant, violations: found } of findings) {
    violations.broken.push(...found.map((row) => `audit: ${invariant}: ${JSON.stringify(row)}`));
  }
  return { ...violations, ...countsOf(shop, accounts), audited: findings.length };
}

async function accountOf(buyer: Buyer, withinMs: number): Promise<Account> {
  const orders = await until(
    () => buyer.orders(),
    (all) => all.every(({ status }) => status !== pending),
    { withinMs },
  );
  const wallet = await until(
    () => buyer.wallet(),
    ({ held }) => held.minorUnits === '0',
    { withinMs },
  );
  return { name: buyer.name, orders, wallet, transactions: await buyer.transactions() };
}

/** The pieces that are gone from stock must be the pieces in completed orders. */
async function judgeStock(shop: Shop, accounts: readonly Account[], found: Collected): Promise<void> {
  const sold = new Map<string, number>();
  for (const { orders } of accounts) {
    for (const { status, items } of orders) {
      if (status !== 'ORDER_STATUS_COMPLETED') continue;
      for (const { productId, quantity } of items) sold.set(productId, (sold.get(productId) ?? 0) + quantity);
    }
  }
  for (const goods of shop.goods) {
    const pieces = goods.pieces - (sold.get(goods.productId) ?? 0);
    const available = await until(
      () => shop.available(goods),
      (now) => now === pieces,
      { withinMs: 5000 },
    );
    if (available === pieces) continue;
    const kind = available > pieces ? found.doubled : found.lost;
    kind.push(`product ${goods.productId} has ${available} pieces available instead of ${pieces}`);
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
