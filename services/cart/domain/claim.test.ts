import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeBothWays } from '../../../platform/testing/both-ways.ts';
import { claims } from '../schema.ts';
import { createCartSuite, reasonOf, type CartSuite, type FilledCart } from '../testing/suite.ts';
import { addItem } from './add-item.ts';
import { claimCart, type ClaimInput } from './claim.ts';
import { handleOrderEnded } from './handle-order-ended.ts';
import { releaseClaim } from './release.ts';

let suite: CartSuite;
beforeAll(async () => {
  suite = await createCartSuite();
});
afterEach(() => suite.expectInvariants());
afterAll(() => suite.database.close());

function inputFor({ userId, version }: FilledCart): ClaimInput {
  return { orderId: randomUUID(), userId, cartVersion: version, ttlSeconds: 900 };
}

describeBothWays(
  'claim',
  () => suite.deps,
  () => {
    it('gives a repeat the first answer, even if the cart has changed meanwhile (rule S5)', async () => {
      const cart = await suite.filledCart(2);
      const input = inputFor(cart);
      expect(await claimCart(suite.deps, input)).toBe('CLAIMED');
      await addItem(suite.deps, { userId: cart.userId, productId: suite.newProduct().productId, quantity: 1 });
      expect(await claimCart(suite.deps, input)).toBe('CLAIMED');
    });

    it('is refused if the cart has another version, and writes nothing', async () => {
      const cart = await suite.filledCart(2);
      expect(await reasonOf(claimCart(suite.deps, { ...inputFor(cart), cartVersion: cart.version - 1n }))).toBe(
        'CART_CHANGED',
      );
      expect(await claimCart(suite.deps, inputFor(cart))).toBe('CLAIMED');
    });

    it('is refused while another order claims the cart, until that claim is released (rule S34)', async () => {
      const cart = await suite.filledCart(2);
      const first = inputFor(cart);
      await claimCart(suite.deps, first);
      const second = inputFor(cart);
      await expect(claimCart(suite.deps, second)).rejects.toMatchObject({
        reason: 'CART_ALREADY_CLAIMED',
        // Support and the buyer are told which order it is.
        message: `another order is buying this cart: ${first.orderId}`,
        metadata: { claimedBy: first.orderId },
      });
      await releaseClaim(suite.deps, first);
      expect(await claimCart(suite.deps, second)).toBe('CLAIMED');
    });

    it('gives the cart to one of many orders that claim it at the same time', async () => {
      const cart = await suite.filledCart(2);
      const reasons = await Promise.all(
        Array.from({ length: 10 }, () => reasonOf(claimCart(suite.deps, inputFor(cart)))),
      );
      expect(reasons.filter((reason) => reason === undefined)).toHaveLength(1);
      expect(reasons.filter((reason) => reason === 'CART_ALREADY_CLAIMED')).toHaveLength(9);
    });

    it('has one effect when the same order claims many times at the same time', async () => {
      const input = inputFor(await suite.filledCart(2));
      const states = await Promise.all(Array.from({ length: 10 }, () => claimCart(suite.deps, input)));
      expect(new Set(states)).toEqual(new Set(['CLAIMED']));
    });

    it('outlives its expiry: no clock frees a cart whose order is open (rule S33)', async () => {
      const cart = await suite.filledCart(2);
      const first = inputFor(cart);
      await claimCart(suite.deps, first);
      const overdue = await suite.deps.repository.countOverdueClaims();
      await suite.database.db
        .update(claims)
        .set({ expiresAt: sql`now() - interval '1 hour'` })
        .where(eq(claims.orderId, first.orderId));
      expect(await reasonOf(claimCart(suite.deps, inputFor(cart)))).toBe('CART_ALREADY_CLAIMED');
      expect(await suite.deps.repository.countOverdueClaims()).toBe(overdue + 1);
    });

    it('is refused if its release came first (rule S6)', async () => {
      const input = inputFor(await suite.filledCart(2));
      expect(await releaseClaim(suite.deps, input)).toBe('RELEASED');
      expect(await reasonOf(claimCart(suite.deps, input))).toBe('ALREADY_RELEASED');
    });

    it('is refused after it was made and released', async () => {
      const input = inputFor(await suite.filledCart(2));
      await claimCart(suite.deps, input);
      await releaseClaim(suite.deps, input);
      expect(await reasonOf(claimCart(suite.deps, input))).toBe('ALREADY_RELEASED');
    });

    it('and a release at the same time leave the cart unclaimed, in either order', async () => {
      for (let round = 0; round < 10; round++) {
        const cart = await suite.filledCart(1);
        const input = inputFor(cart);
        await Promise.all([reasonOf(claimCart(suite.deps, input)), releaseClaim(suite.deps, input)]);
        expect(await releaseClaim(suite.deps, input)).toBe('RELEASED');
        expect(await reasonOf(claimCart(suite.deps, input))).toBe('ALREADY_RELEASED');
        expect(await claimCart(suite.deps, inputFor(cart))).toBe('CLAIMED');
      }
    });

    it('of the same order for another cart or version is refused', async () => {
      const input = inputFor(await suite.filledCart(2));
      await claimCart(suite.deps, input);
      expect(await reasonOf(claimCart(suite.deps, { ...input, userId: randomUUID() }))).toBe('REQUEST_ID_REUSED');
      expect(await reasonOf(claimCart(suite.deps, { ...input, cartVersion: 99n }))).toBe('REQUEST_ID_REUSED');
    });

    it('answers CONSUMED to a repeat after the order completed, and a release does not change that', async () => {
      const cart = await suite.filledCart(2);
      const input = inputFor(cart);
      await claimCart(suite.deps, input);
      await handleOrderEnded(suite.deps, {
        eventId: randomUUID(),
        orderId: input.orderId,
        userId: cart.userId,
        isCompleted: true,
        items: [],
        cartVersion: cart.version,
      });
      expect(await claimCart(suite.deps, input)).toBe('CONSUMED');
      expect(await releaseClaim(suite.deps, input)).toBe('CONSUMED');
    });
  },
);
