import type { ServiceImpl } from '@connectrpc/connect';
import type { CartService } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { cartToMessage } from '../convert/cart.ts';
import { addItem } from '../domain/add-item.ts';
import { addItemOnce } from '../domain/add-item-once.ts';
import { clearCart } from '../domain/clear-cart.ts';
import type { CartDeps } from '../domain/deps.ts';
import { getCart } from '../domain/get-cart.ts';
import { removeItem } from '../domain/remove-item.ts';
import { setItemQuantity } from '../domain/set-item-quantity.ts';

// UUIDs are compared as text, and the catalog writes them in lower case.
const idOf = ({ productId }: { readonly productId: string }): string => productId.toLowerCase();

/** A buyer's calls on their own cart. */
export function cartServiceHandlers(deps: CartDeps): ServiceImpl<typeof CartService> {
  return {
    getCart: async (_request, context) => {
      const { userId } = requireUser(context);
      const fresh = context.requestHeader.get('cache-control') === 'no-cache';
      return { cart: cartToMessage(await getCart(deps, { userId, fresh })) };
    },
    addItem: async (request, context) => {
      const { userId } = requireUser(context);
      const input = { userId, productId: idOf(request), quantity: request.quantity };
      const requestId = request.requestId.toLowerCase();
      const cart = requestId === '' ? addItem(deps, input) : addItemOnce(deps, { ...input, requestId });
      return { cart: cartToMessage(await cart) };
    },
    setItemQuantity: async (request, context) => {
      const { userId } = requireUser(context);
      const { quantity } = request;
      return { cart: cartToMessage(await setItemQuantity(deps, { userId, productId: idOf(request), quantity })) };
    },
    removeItem: async (request, context) => {
      const { userId } = requireUser(context);
      return { cart: cartToMessage(await removeItem(deps, { userId, productId: idOf(request) })) };
    },
    clearCart: async (_request, context) => {
      const { userId } = requireUser(context);
      return { cart: cartToMessage(await clearCart(deps, { userId })) };
    },
  };
}
