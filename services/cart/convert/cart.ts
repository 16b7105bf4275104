import { create } from '@bufbuild/protobuf';
import { CartItemSchema, CartSchema, type Cart, type CartItem } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { MoneySchema, type Money as MoneyMessage } from '../../../proto/gen/ecommerce/type/v1/money_pb.ts';
import type { Money, PricedCart, PricedLine } from '../domain/types.ts';

function toMoney({ currencyCode, minorUnits }: Money): MoneyMessage {
  return create(MoneySchema, { currencyCode, minorUnits });
}

export function toCartMessage({ version, lines, total }: PricedCart): Cart {
  return create(CartSchema, {
    version,
    items: lines.map(toItemMessage),
    ...(total === undefined ? {} : { total: toMoney(total) }),
  });
}

function toItemMessage(line: PricedLine): CartItem {
  const { productId, name, quantity, unitPrice, lineTotal, available, previousUnitPrice } = line;
  return create(CartItemSchema, {
    productId,
    name,
    quantity,
    unitPrice: toMoney(unitPrice),
    lineTotal: toMoney(lineTotal),
    available,
    ...(previousUnitPrice === undefined ? {} : { previousUnitPrice: toMoney(previousUnitPrice) }),
  });
}
