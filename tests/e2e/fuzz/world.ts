import { randomUUID } from 'node:crypto';
import { admin, must, newProduct, owner, product, usd } from '../rpc-matrix/world.ts';
import type { Pool } from './arbitrary.ts';

export interface FuzzWorld {
  readonly pool: Pool;
  /** Access tokens to call with. Undefined means a call without a token. */
  readonly tokens: readonly (string | undefined)[];
  /** The admin's token, which is also in `tokens`. */
  readonly adminToken: string;
  /** Deletes the products that the fuzz created, so that other tests do not buy them. */
  readonly tidy: (productIds: Iterable<string>) => Promise<void>;
}

/** Creates a customer, an order and products for the fuzz. Other tests do not use them. */
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
        // The fuzz may have deleted this product already.
        await must('ProductService/DeleteProduct', { productId: id }, adminToken).catch(() => undefined);
      }
    },
  };
}
