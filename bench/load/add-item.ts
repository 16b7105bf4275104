import { CartService } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import type { Buyer } from './crowd.ts';

const { addItem, clearCart } = CartService.method;
/** A line has at most 100 pieces. */
const mostPieces = 99;

/** Puts one piece of the buyer's products into the cart with each call, by turns. Gives what it took, in ms. */
export type Adder = () => Promise<number>;

export function createAdder({ caller, products }: Buyer): Adder {
  let added = 0;
  return async () => {
    if (added >= mostPieces) {
      await caller.call(clearCart, {});
      added = 0;
    }
    const begunMs = performance.now();
    await caller.call(addItem, { productId: products[added % 2] ?? '', quantity: 1 });
    added++;
    return performance.now() - begunMs;
  };
}
