import type { Client } from '@connectrpc/connect';
import type { StockService } from '../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import type { Activities } from '../workflows/contract/checkout.ts';
import { call, toMoney } from './call.ts';

/** The saga's steps at the products service. */
export function createStockActivities(
  stock: Client<typeof StockService>,
): Pick<Activities, 'reserveStock' | 'commitStock' | 'releaseStock' | 'restock'> {
  return {
    async reserveStock({ orderId, lines, ttlSeconds }) {
      const priced = lines.map(({ productId, quantity, unitPrice }) => ({
        productId,
        quantity,
        unitPrice: toMoney(unitPrice),
      }));
      await call('products', (options) => stock.reserve({ orderId, lines: priced, ttlSeconds }, options));
    },

    async commitStock({ orderId }) {
      await call('products', (options) => stock.commit({ orderId }, options));
    },

    async releaseStock({ orderId }) {
      await call('products', (options) => stock.release({ orderId }, options));
    },

    async restock({ orderId }) {
      await call('products', (options) => stock.restock({ orderId }, options));
    },
  };
}
