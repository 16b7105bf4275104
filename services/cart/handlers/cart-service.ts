import type { ServiceImpl } from '@connectrpc/connect';
import type { CartService } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { toCartMessage } from '../convert/cart.ts';
import { addItem } from '../domain/add-item.ts';
import { clearCart } from '../domain/clear-cart.ts';
import type { CartDeps } from '../domain/deps.ts';
import { getCart } from '../domain/get-cart.ts';
import { removeItem } from '../domain/remove-item.ts';
import { setItemQuantity } from '../domain/set-item-quantity.ts';

// UUIDs are compared as text here, and the catalog writes them small.
const idOf = ({ productId }: { readonly productId: string }): string => productId.toLowerCase();

/** What a buyer does with a cart. */
export function cartHandlers(deps: CartDeps): ServiceImpl<typeof CartService> {
  return {
    getCart: async (_request, context) => {
      const fresh = context.requestHeader.get('cache-control') === 'no-cache';
      return { cart: toCartMessage(await getCart(deps, requireUser(context).userId, fresh)) };
    },
    addItem: async (request, context) => {
      const { userId } = requireUser(context);
      return { cart: toCartMessage(await addItem(deps, userId, idOf(request), request.quantity)) };
    },
    setItemQuantity: async (request, context) => {
      const { userId } = requireUser(context);
      return { cart: toCartMessage(await setItemQuantity(deps, userId, idOf(request), request.quantity)) };
    },
    removeItem: async (request, context) => {
      const { userId } = requireUser(context);
      return { cart: toCartMessage(await removeItem(deps, userId, idOf(request))) };
    },
    clearCart: async (_request, context) => {
      return { cart: toCartMessage(await clearCart(deps, requireUser(context).userId)) };
    },
  };
}
