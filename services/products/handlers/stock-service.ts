import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import {
  ReservationState as State,
  type StockService,
} from '../../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { lineFromMessage } from '../convert/line.ts';
import { commitStock } from '../domain/commit.ts';
import type { ProductsDeps } from '../domain/deps.ts';
import { releaseStock } from '../domain/release.ts';
import { reserveStock } from '../domain/reserve.ts';
import { restock } from '../domain/restock.ts';

/** The saga's calls on stock. Every call is keyed by its order (rule S5). */
export function stockServiceHandlers(deps: ProductsDeps): ServiceImpl<typeof StockService> {
  return {
    reserve: async ({ orderId, lines, ttlSeconds }) => {
      const reserved = await reserveStock(deps, { orderId, lines: lines.map(lineFromMessage), ttlSeconds });
      return { state: State[reserved.state], expireTime: timestampFromDate(reserved.expireTime) };
    },
    commit: async ({ orderId }) => {
      const { retaken } = await commitStock(deps, { orderId });
      return { state: State.COMMITTED, retaken };
    },
    release: async ({ orderId }) => {
      await releaseStock(deps, { orderId });
      return { state: State.RELEASED };
    },
    restock: async ({ orderId }) => ({ restocked: await restock(deps, { orderId }) }),
  };
}
