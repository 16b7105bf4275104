import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import { addItem } from '../domain/add-item.ts';
import type { CartDeps } from '../domain/deps.ts';
import { getCart } from '../domain/get-cart.ts';
import { cacheOn, connect } from './cache.ts';
import { createCartSuite, piecesOf, type CartSuite } from './suite.ts';

export interface Order {
  readonly userId: string;
  readonly orderId: string;
  readonly productId: string;
  readonly cartVersion: bigint;
  readonly ttlSeconds: number;
}

/** Two processes that share Redis and the database. */
export interface TwoProcesses {
  readonly suite: CartSuite;
  readonly connections: readonly Redis[];
  readonly here: CartDeps;
  readonly there: CartDeps;
  /** Waits until Redis has done what both processes have sent. */
  readonly answered: () => Promise<unknown>;
  /** A cart with two pieces, which is in the cache, and an order for it. */
  readonly orderOfCachedCart: () => Promise<Order>;
  /**
   * Ends the order, and reads the cart through the cache, where a claimed cart would hide the end (rule S37).
   * @returns the pieces of its lines, and in how many processes the cart was in the cache before
   */
  readonly afterEndOf: (order: Order) => Promise<{ cached: number; pieces: readonly number[] }>;
  readonly close: () => Promise<void>;
}

export async function createTwoProcesses(): Promise<TwoProcesses> {
  const suite = await createCartSuite();
  const connections = [await connect(), await connect()] as const;
  const process = (redis: Redis): CartDeps => ({ ...suite.deps, cache: cacheOn(redis) });
  const [here, there] = [process(connections[0]), process(connections[1])];
  const answered = () => Promise.all(connections.map((redis) => redis.ping()));

  async function orderOfCachedCart(): Promise<Order> {
    const [userId, orderId] = [randomUUID(), randomUUID()];
    const { productId } = suite.newProduct();
    const { version: cartVersion } = await addItem(here, { userId, productId, quantity: 2 });
    await answered();
    expect(await there.cache.find(userId)).toMatchObject({ version: cartVersion });
    return { userId, orderId, productId, cartVersion, ttlSeconds: 900 };
  }

  async function afterEndOf({ userId, orderId }: Order) {
    await answered();
    const found = await Promise.all([here, there].map(({ cache }) => cache.find(userId)));
    suite.ends.set(orderId, 'COMPLETED');
    const cart = await getCart(there, { userId, fresh: false });
    return {
      cached: found.filter((each) => each !== undefined).length,
      pieces: piecesOf(cart).map(([, quantity]) => quantity),
    };
  }

  async function close(): Promise<void> {
    for (const redis of connections) redis.disconnect();
    await suite.database.close();
  }
  return { suite, connections, here, there, answered, orderOfCachedCart, afterEndOf, close };
}
