import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import {
  ReservationState as State,
  type ReserveLine,
  type StockService,
} from '../../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { toPrice } from '../convert/product.ts';
import { commitStock } from '../domain/commit.ts';
import type { ProductsDeps } from '../domain/deps.ts';
import { missingProduct } from '../domain/errors.ts';
import { releaseStock } from '../domain/release.ts';
import type { PricedLine } from '../domain/reservation.ts';
import { reserveStock } from '../domain/reserve.ts';
import { restock } from '../domain/restock.ts';

function toLine({ productId, quantity, unitPrice }: ReserveLine): PricedLine {
  if (unitPrice === undefined) throw missingProduct();
  return { productId: productId.toLowerCase(), quantity, unitPrice: toPrice(unitPrice) };
}

/** The saga's side of stock. */
export function stockHandlers(deps: ProductsDeps): ServiceImpl<typeof StockService> {
  return {
    reserve: async ({ orderId, lines, ttlSeconds }) => {
      const reserved = await reserveStock(deps, { orderId, lines: lines.map(toLine), ttlSeconds });
      return { state: State[reserved.state], expireTime: timestampFromDate(reserved.expireTime) };
    },
    commit: async ({ orderId }) => {
      const { retaken } = await commitStock(deps, orderId);
      return { state: State.COMMITTED, retaken };
    },
    release: async ({ orderId }) => {
      await releaseStock(deps, orderId);
      return { state: State.RELEASED };
    },
    restock: async ({ orderId }) => ({ restocked: await restock(deps, orderId) }),
  };
}
