import { randomUUID } from 'node:crypto';
import { admin, must, newProduct, owner, product, usd } from '../rpc-matrix/world.ts';
import type { Pool } from './arbitrary.ts';

export interface FuzzWorld {
  readonly pool: Pool;
  /** Undefined stands for nobody. */
  readonly tokens: readonly (string | undefined)[];
  /** One of them. */
  readonly adminToken: string;
  /** Takes products out again that the fuzz put into the catalog, so that other tests don't buy them. */
  readonly tidy: (productIds: Iterable<string>) => Promise<void>;
}

/** A shop of the fuzz's own: it writes to nothing that others use. */
export async function createFuzzWorld(): Promise<FuzzWorld> {
  const customer = await owner();
  const { productId, sku } = await product();
  const adminToken = await admin();
  await must('CartService/AddItem', { productId, quantity: 1 }, customer.accessToken);
  await must('WalletService/TopUp', { amount: usd(100_000), requestId: randomUUID() }, customer.accessToken);
  const page = await must('ProductService/ListProducts', { pageSize: 1 });
  return {
    pool: {
      known: [
        productId,
        sku,
        customer.productId,
        customer.orderId,
        customer.email,
        customer.refreshToken,
        customer.accessToken,
        String(newProduct()['sku']),
        String(page['nextPageToken']),
      ],
    },
    tokens: [undefined, customer.accessToken, adminToken, 'nonsense'],
    adminToken,
    tidy: async (productIds) => {
      for (const id of new Set([...productIds, productId, customer.productId])) {
        // The fuzz may have deleted it itself.
        await must('ProductService/DeleteProduct', { productId: id }, adminToken).catch(() => undefined);
      }
    },
  };
}
