import type { Cart as CartMessage, CartItem as ItemMessage } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import type { OrderItem } from '../../../proto/placed-order.ts';
import { notFound } from '../../../platform/errors/app-error.ts';
import type { Cart } from '../domain/types.ts';

export function cartFromMessage(cart: CartMessage): Cart {
  return { items: cart.items.map(itemFromMessage), version: cart.version };
}

function itemFromMessage({ productId, name, quantity, unitPrice }: ItemMessage): OrderItem {
  if (unitPrice === undefined) throw notFound('PRODUCT_NOT_FOUND', 'a product is not sold any more', { productId });
  return { productId, name, quantity, unitPrice };
}
