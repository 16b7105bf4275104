import { create } from '@bufbuild/protobuf';
import { CartItemSchema, CartSchema, type Cart, type CartItem } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import type { PricedCart, PricedLine } from '../domain/types.ts';

export function cartToMessage({ version, lines, total }: PricedCart): Cart {
  return create(CartSchema, {
    version,
    items: lines.map(cartItemToMessage),
    ...(total === undefined ? {} : { total }),
  });
}

function cartItemToMessage(line: PricedLine): CartItem {
  const { productId, name, quantity, unitPrice, lineTotal, available } = line;
  const { previousUnitPrice, unavailableReason, currentUnitPrice } = line;
  return create(CartItemSchema, {
    productId,
    name,
    quantity,
    unitPrice,
    lineTotal,
    available,
    ...(previousUnitPrice === undefined ? {} : { previousUnitPrice }),
    ...(unavailableReason === undefined ? {} : { unavailableReason }),
    ...(currentUnitPrice === undefined ? {} : { currentUnitPrice }),
  });
}
