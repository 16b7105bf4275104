import { enumToJson } from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CartService } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService, OrderStatus, OrderStatusSchema } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { fewAtATime } from '../../testkit/few-at-a-time.ts';
import { connectClient } from '../../testkit/shopper/rpc-client.ts';
import { Shopper } from '../../testkit/shopper/shopper.ts';
import { createErrorCount, timesOf, type Failures, type Times } from '../statistics.ts';
import type { Marks } from '../window.ts';
import { Caller } from './caller.ts';
import { itemOf } from './checkouts.ts';
import { stock, type Place } from './crowd.ts';

export interface SpikeLoad {
  readonly place: Place;
  readonly orders: number;
  readonly clients: number;
}

export interface Offered {
  readonly accepted: number;
  readonly seconds: number;
  readonly times: Times;
  readonly failures: Failures;
}

/** How the accepted orders are now, by status. */
export type Ends = Readonly<Record<string, number>>;

interface Customer {
  readonly shopper: Shopper;
  readonly signedInMs: number;
  orderId: string | undefined;
}

/** The pause that an overloaded platform asks for. */
const retryMs = 1000;
const longestOfferMs = 60_000;
/** Access tokens live 15 minutes. */
const tokenMs = 600_000;

/** A cart can be bought once. So each order of a spike has a customer. */
let customers: Customer[] = [];

/** Registers the customers, each with money and two products in the cart. */
export async function prepareSpike({ place, orders }: SpikeLoad): Promise<void> {
  const client = connectClient(place.api);
  const shopkeeper = new Shopper({ client, credentials: place.admin });
  await shopkeeper.signIn();
  const products = await stock(shopkeeper, Math.min(500, 2 * orders));
  const numbers = Array.from({ length: orders }, (_, number) => number);
  customers = await fewAtATime(numbers, async (number) => {
    const shopper = await new Shopper({ client, patienceMs: 20_000 }).arrive(1000);
    const caller = new Caller(place.api, shopper.tokens.accessToken);
    for (const index of [2 * number, 2 * number + 1]) {
      const productId = itemOf(products, index % products.length);
      await caller.call(CartService.method.addItem, { productId, quantity: 1 });
    }
    caller.close();
    return { shopper, signedInMs: performance.now(), orderId: undefined };
  });
}

/**
 * Offers all checkouts at once, `clients` at a time, and waits for none of them to end. A client that is refused asks
 * again with the same request id, as a good client does. Each refusal counts as a failure.
 */
export async function offerSpike({ place, clients }: SpikeLoad, marks: Marks): Promise<Offered> {
  const refusals = createErrorCount();
  const durations: number[] = [];
  const queue = customers.values();
  const beganMs = performance.now();
  marks.began();
  const offer = async () => {
    const caller = new Caller(place.api);
    for (const customer of queue) {
      const begunMs = performance.now();
      caller.token = customer.shopper.tokens.accessToken;
      customer.orderId = await accepted(caller, (refusal) => refusals.add(refusal));
      if (customer.orderId !== undefined) durations.push(performance.now() - begunMs);
    }
    caller.close();
  };
  await Promise.all(Array.from({ length: clients }, offer));
  marks.ended();
  const seconds = (performance.now() - beganMs) / 1000;
  return { accepted: durations.length, seconds, times: timesOf(durations), failures: refusals.failures() };
}

/** @returns the order's id; undefined if the checkout was not accepted within a minute */
async function accepted(caller: Caller, onRefusal: (error: unknown) => void): Promise<string | undefined> {
  const requestId = randomUUID();
  for (const endMs = performance.now() + longestOfferMs; performance.now() < endMs; await delay(retryMs)) {
    try {
      return (await caller.call(CheckoutService.method.startCheckout, { requestId })).checkout?.orderId;
    } catch (error) {
      onRefusal(error);
    }
  }
  return undefined;
}

/** Asks the API for each accepted order, as its customer. */
export async function spikeEnds({ place }: SpikeLoad): Promise<Ends> {
  const ends: Record<string, number> = {};
  const caller = new Caller(place.api);
  for (const { shopper, signedInMs, orderId } of customers) {
    if (orderId === undefined) continue;
    if (performance.now() - signedInMs > tokenMs) await shopper.signIn();
    caller.token = shopper.tokens.accessToken;
    const { order } = await caller.call(OrderService.method.getOrder, { orderId });
    const status = String(enumToJson(OrderStatusSchema, order?.status ?? OrderStatus.UNSPECIFIED));
    ends[status] = (ends[status] ?? 0) + 1;
  }
  caller.close();
  return ends;
}
