import type { Cart as CartMessage, CartItem as ItemMessage } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import type { OrderItem } from '../../../proto/placed-order.ts';
import { notFound } from '../../../platform/errors/app-error.ts';
import type { Cart, OtherCurrency } from '../domain/types.ts';

export function cartFromMessage({ items, version }: CartMessage): Cart {
  return { items: items.map(itemFromMessage), inOtherCurrencies: items.flatMap(otherCurrencyFromMessage), version };
}

function itemFromMessage({ productId, name, quantity, unitPrice }: ItemMessage): OrderItem {
  if (unitPrice === undefined) throw notFound('PRODUCT_NOT_FOUND', 'a product is not sold any more', { productId });
  return { productId, name, quantity, unitPrice };
}

function otherCurrencyFromMessage({ productId, name, currentUnitPrice }: ItemMessage): OtherCurrency[] {
  return currentUnitPrice === undefined ? [] : [{ productId, name, currencyCode: currentUnitPrice.currencyCode }];
}
