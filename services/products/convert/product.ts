import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { ProductSchema, type Product as ProductMessage } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { MoneySchema, type Money } from '../../../proto/gen/ecommerce/type/v1/money_pb.ts';
import { etagOf, type Price, type Product } from '../domain/product.ts';

export function toPrice(money: Money): Price {
  return { currencyCode: money.currencyCode, minorUnits: money.minorUnits };
}

/**
 * Remembers what a value was turned into as long as the value lives. Cached products and pages are the same objects
 * call after call, so their messages are too: whoever serializes responses can remember those by identity.
 */
export function memoize<Value extends object, Message>(convert: (value: Value) => Message): (value: Value) => Message {
  const known = new WeakMap<Value, { readonly message: Message }>();
  return (value) => {
    const hit = known.get(value);
    if (hit !== undefined) return hit.message;
    const message = convert(value);
    known.set(value, { message });
    return message;
  };
}

export const toProductMessage = memoize((product: Product): ProductMessage =>
  create(ProductSchema, {
    productId: product.productId,
    sku: product.sku,
    name: product.name,
    description: product.description,
    category: product.category,
    price: create(MoneySchema, product.price),
    availableQuantity: product.availableQuantity,
    imageUrl: product.imageUrl,
    attributes: product.attributes,
    etag: etagOf(product),
    createTime: timestampFromDate(product.createTime),
    updateTime: timestampFromDate(product.updateTime),
  }),
);
