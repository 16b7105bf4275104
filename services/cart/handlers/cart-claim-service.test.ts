import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CartClaimService, ClaimState } from '../../../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { createCartRpcSuite, pen, type CartRpcSuite, type OrderAnswer } from '../testing/rpc-suite.ts';
import { reasonOf } from '../testing/suite.ts';

let suite: CartRpcSuite;
beforeAll(async () => {
  suite = await createCartRpcSuite();
});
afterAll(() => suite.database.close());

describe('CartClaimService', () => {
  it('claims a cart at its version and releases it', async () => {
    const { cartOf, claims, orderAnswers } = suite;
    const userId = randomUUID();
    await cartOf(userId).addItem({ productId: pen.productId, quantity: 2 });
    const orderId = randomUUID();
    orderAnswers.set(orderId, { status: OrderStatus.PENDING });
    const request = { orderId, userId, cartVersion: 1n, ttlSeconds: 900 };
    expect(await claims().claim(request)).toMatchObject({ state: ClaimState.CLAIMED });
    const rival = { ...request, orderId: randomUUID() };
    expect(await reasonOf(claims().claim(rival))).toBe('CART_ALREADY_CLAIMED');
    expect(await claims().release({ orderId })).toMatchObject({ state: ClaimState.RELEASED });
    expect(await reasonOf(claims().claim(request))).toBe('ALREADY_RELEASED');
    expect(await reasonOf(claims().claim({ ...rival, cartVersion: 2n }))).toBe('CART_CHANGED');
  });

  it('refuses what the contract does not allow', async () => {
    const request = { orderId: randomUUID(), userId: randomUUID(), cartVersion: 1n, ttlSeconds: 900 };
    for (const wrong of [{ orderId: 'none' }, { userId: '' }, { ttlSeconds: 0 }]) {
      const call = suite.claims().claim({ ...request, ...wrong });
      await expect(call).rejects.toMatchObject({ code: 'invalid_argument' });
    }
  });

  it.each([
    ['completed', { status: OrderStatus.COMPLETED, wasCompleted: true }, 0],
    ['was refunded after that', { status: OrderStatus.CANCELLED, wasCompleted: true }, 0],
    ['was cancelled before it completed', { status: OrderStatus.CANCELLED }, 1],
    ['failed', { status: OrderStatus.FAILED }, 1],
    ['is pending', { status: OrderStatus.PENDING }, 1],
    ['gets no answer from the order service', undefined, 1],
  ])(
    'before the event comes, a buyer sees the right lines if the order %s',
    async (_, order: OrderAnswer | undefined, lines) => {
      const { cartOf, claims, orderAnswers } = suite;
      const userId = randomUUID();
      const orderId = randomUUID();
      await cartOf(userId).addItem({ productId: pen.productId, quantity: 2 });
      await claims().claim({ orderId, userId, cartVersion: 1n, ttlSeconds: 900 });
      if (order !== undefined) orderAnswers.set(orderId, order);
      expect((await cartOf(userId).getCart({})).cart?.items).toHaveLength(lines);
    },
  );

  it('may be called by the saga only', async () => {
    const client = suite.rpc.connect(CartClaimService, { user: { userId: randomUUID(), roles: ['admin'] } });
    await expect(client.release({ orderId: randomUUID() })).rejects.toMatchObject({ code: 'permission_denied' });
  });
});
