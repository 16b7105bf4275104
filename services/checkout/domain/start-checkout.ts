import { randomUUID } from 'node:crypto';
import { formatMoney, type Money } from '../../../proto/money.ts';
import type { PlacedOrder } from '../../../proto/placed-order.ts';
import { setSubject } from '../../../platform/telemetry/request-context.ts';
import { fingerprint } from '../../../platform/data/db/once.ts';
import type { CheckoutDeps } from './deps.ts';
import { cartEmpty, currencyMismatch, priceChanged, soldInOtherCurrency } from './errors.ts';
import type { Buyer, Checkout, RequestKey } from './types.ts';

export interface StartCheckoutInput {
  readonly buyer: Buyer;
  /** UUID. */
  readonly requestId: string;
  /** What the cart's total must be; undefined if the buyer accepts any total. */
  readonly expectedTotal: Money | undefined;
}

/**
 * Accepts a checkout: writes the order, which is the promise (rule S1), and offers it to the starter, without waiting
 * for Temporal (rule S3). A known request gets its order, whatever is in the cart now (rule S2).
 * @throws CART_EMPTY, CURRENCY_MISMATCH, WALLET_NOT_FOUND, PRICE_CHANGED, REQUEST_ID_REUSED, OVERLOADED
 */
export async function startCheckout(deps: CheckoutDeps, input: StartCheckoutInput): Promise<Checkout> {
  const key = requestKey(input);
  try {
    deps.backlogLimit.assertOpen();
    return await deps.rush.accept(() => accept(deps, input, key));
  } catch (error) {
    // Nothing is looked up before, since most requests are new. Whatever stands in the way of a new order, for example an
    // empty cart, does not concern a known request.
    const known = await deps.orders.findByRequest(key);
    if (known === undefined) throw error;
    return known;
  }
}

function requestKey({ buyer, requestId, expectedTotal }: StartCheckoutInput): RequestKey {
  const payload = expectedTotal && `${expectedTotal.minorUnits} ${expectedTotal.currencyCode}`;
  return { userId: buyer.userId, requestId, requestFingerprint: fingerprint({ expectedTotal: payload }) };
}

async function accept(deps: CheckoutDeps, input: StartCheckoutInput, key: RequestKey): Promise<Checkout> {
  const order = await freezeOrder(deps, input);
  const { checkout, created } = await deps.orders.create(key, order);
  setSubject({ orderId: checkout.orderId });
  if (created) {
    deps.logger.info({ total: formatMoney(order.total), lines: order.items.length }, 'checkout accepted');
    deps.starter.offer(order);
  }
  return checkout;
}

/** The order to be: the cart at today's prices. An empty cart is reported before a missing wallet. */
async function freezeOrder({ carts, wallets }: CheckoutDeps, input: StartCheckoutInput): Promise<PlacedOrder> {
  const { buyer, expectedTotal } = input;
  const [cart, wallet] = await Promise.allSettled([carts.read(buyer), wallets.readCurrency(buyer)]);
  if (cart.status === 'rejected') throw cart.reason;
  const { items, inOtherCurrencies, version: cartVersion } = cart.value;
  if (items.length === 0) throw cartEmpty();
  if (wallet.status === 'rejected') throw wallet.reason;
  const currencyCode = wallet.value;
  let minorUnits = 0n;
  for (const { quantity, unitPrice } of items) {
    if (unitPrice.currencyCode !== currencyCode) throw currencyMismatch(unitPrice.currencyCode, currencyCode);
    minorUnits += BigInt(quantity) * unitPrice.minorUnits;
  }
  const [moved] = inOtherCurrencies;
  if (moved !== undefined) throw soldInOtherCurrency(moved, currencyCode);
  const total = { currencyCode, minorUnits };
  if (expectedTotal !== undefined && !sameMoney(expectedTotal, total)) throw priceChanged(expectedTotal, total);
  return { orderId: randomUUID(), userId: buyer.userId, items, total, cartVersion };
}

function sameMoney(left: Money, right: Money): boolean {
  return left.minorUnits === right.minorUnits && left.currencyCode === right.currencyCode;
}
