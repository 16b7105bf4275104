import { enumToJson } from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CartService } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import {
  CheckoutService,
  CheckoutState,
  CheckoutStateSchema,
  type Checkout,
} from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import type { Caller } from './caller.ts';

const { startCheckout, getCheckout } = CheckoutService.method;
/** The longest wait that the API allows. */
const wait = { seconds: 8n, nanos: 0 };
const pollMs = 200;

export interface CycleTimes {
  /** The first AddItem. */
  readonly addItem: number;
  /** From StartCheckout to the answer that the checkout succeeded. */
  readonly checkout: number;
  readonly cycle: number;
  readonly [part: string]: number;
}

/**
 * One user puts each of the products into the cart, then checks out and waits for the end.
 * @throws Error if a call fails or the checkout ends without success
 */
export async function buyOnce(caller: Caller, products: readonly string[]): Promise<CycleTimes> {
  const begunMs = performance.now();
  let addedMs = begunMs;
  for (const [index, productId] of products.entries()) {
    await caller.call(CartService.method.addItem, { productId, quantity: 1 });
    if (index === 0) addedMs = performance.now();
  }
  const checkoutMs = performance.now();
  await checkOut(caller);
  const endedMs = performance.now();
  return { addItem: addedMs - begunMs, checkout: endedMs - checkoutMs, cycle: endedMs - begunMs };
}

/** Buys what is in the cart, and waits for the end. @throws Error if the checkout ends without success */
export async function checkOut(caller: Caller): Promise<void> {
  await succeeded(caller, (await caller.call(startCheckout, { requestId: randomUUID(), wait })).checkout);
}

/** Waits for the end. An overloaded platform may answer that the checkout still runs; then the client asks again. */
async function succeeded(caller: Caller, checkout: Checkout | undefined): Promise<void> {
  let now = checkout;
  while (now?.state === CheckoutState.RUNNING) {
    await delay(pollMs);
    now = (await caller.call(getCheckout, { orderId: now.orderId })).checkout;
  }
  if (now?.state === CheckoutState.SUCCEEDED) return;
  const state = String(enumToJson(CheckoutStateSchema, now?.state ?? CheckoutState.UNSPECIFIED));
  throw new Error(`a checkout ended ${state}: ${now?.failure?.reason}`);
}
