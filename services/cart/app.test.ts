import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openTroubledRedis, type RedisTrouble } from '../../platform/testing/redis.ts';
import { createCartRpcSuite, pen } from './testing/rpc-suite.ts';

describe.each(['away', 'hangs'] satisfies RedisTrouble[])('with a Redis that fails (%s)', (trouble) => {
  it('buyers have their carts, and the failures are counted', async () => {
    const { redis, registry, failures, close } = await openTroubledRedis(trouble);
    const idle = redis.listenerCount('ready');
    const suite = await createCartRpcSuite({ redis, registry });
    const buyer = suite.cartOf(randomUUID());
    await buyer.addItem({ productId: pen.productId, quantity: 2 });
    expect((await buyer.getCart({})).cart?.items).toMatchObject([{ quantity: 2 }]);
    expect(await failures()).toBeGreaterThan(0);
    // The fence that failed waits for the connection, until the service stops.
    expect(redis.listenerCount('ready')).toBe(idle + 1);
    await suite.cart.stop?.();
    expect(redis.listenerCount('ready')).toBe(idle);
    await close();
    await suite.database.close();
  });
});
