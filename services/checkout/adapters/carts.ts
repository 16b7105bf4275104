import type { Client } from '@connectrpc/connect';
import type { CartService } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { cartFromMessage } from '../convert/cart.ts';
import { present } from '../convert/present.ts';
import type { Carts } from '../ports.ts';
import { answerOf, onBehalfOf } from './calls.ts';

export type CartClient = Pick<Client<typeof CartService>, 'getCart'>;

/** The cart service. The cart is read past every cache, so that its prices are today's. */
export function createCarts(client: CartClient): Carts {
  return {
    read: async (buyer) => {
      const headers = { ...onBehalfOf(buyer).headers, 'cache-control': 'no-cache' };
      const { cart } = await answerOf(client.getCart({}, { headers }));
      return cartFromMessage(present(cart, 'a cart'));
    },
  };
}
