import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { findDeadlocksSoon } from '../../../platform/testing/contention.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { expectInvariants } from '../../../platform/testing/invariants.ts';
import { noCache } from '../adapters/no-cache.ts';
import { addItem } from '../domain/add-item.ts';
import type { CartDeps } from '../domain/deps.ts';
import type { CatalogProduct, OrderEnd, PricedCart } from '../domain/types.ts';
import { cartInvariants } from '../invariants.ts';
import { createCartMetrics } from '../metrics.ts';
import type { CartCache } from '../ports.ts';
import { createCartRepository } from '../repository/index.ts';

export { patiently } from '../../../platform/testing/contention.ts';
export { reasonOf } from '../../../platform/testing/refusal.ts';

/** The cart's verbs on a new database, with a catalog and an order service that the test fills. */
export interface CartSuite {
  readonly database: TestDatabase;
  readonly deps: CartDeps;
  /** The products of the catalog. Tests may change and delete them. */
  readonly products: Map<string, CatalogProduct>;
  /** What the order service answers. An order that is not in it is PENDING. */
  readonly ends: Map<string, OrderEnd>;
  readonly newProduct: (overrides?: Partial<CatalogProduct>) => CatalogProduct;
  /** A new user's cart with these quantities of new products. */
  readonly filledCart: (...quantities: number[]) => Promise<FilledCart>;
  readonly expectInvariants: () => Promise<void>;
}

export interface FilledCart {
  readonly userId: string;
  readonly version: bigint;
  readonly productIds: readonly string[];
}

export async function createCartSuite(cache: CartCache = noCache): Promise<CartSuite> {
  const database = await createTestDatabase('cart', 'cart');
  const { db } = database;
  await findDeadlocksSoon(database);
  const products = new Map<string, CatalogProduct>();
  const ends = new Map<string, OrderEnd>();
  const deps: CartDeps = {
    repository: createCartRepository(db),
    cache,
    catalog: async (ids) => new Map(ids.flatMap((id) => entryOf(products, id))),
    metrics: createCartMetrics(new Registry()),
    orderEnds: { endOf: async (orderId) => ends.get(orderId) ?? 'PENDING' },
    logger: pino({ level: 'silent' }),
  };
  const newProduct = (overrides: Partial<CatalogProduct> = {}) => {
    const productId = randomUUID();
    const price = { currencyCode: 'USD', minorUnits: 1000n };
    const product = { productId, name: `product ${productId}`, price, availableQuantity: 1000, ...overrides };
    products.set(product.productId, product);
    return product;
  };
  return {
    database,
    deps,
    products,
    ends,
    newProduct,
    filledCart: async (...quantities) => {
      const userId = randomUUID();
      const productIds = quantities.map(() => newProduct().productId);
      let cart: PricedCart | undefined;
      for (const [index, productId] of productIds.entries()) {
        cart = await addItem(deps, { userId, productId, quantity: quantities[index] ?? 1 });
      }
      return { userId, productIds, version: cart?.version ?? 0n };
    },
    expectInvariants: () => expectInvariants(db, cartInvariants),
  };
}

function entryOf(products: ReadonlyMap<string, CatalogProduct>, id: string): [string, CatalogProduct][] {
  const product = products.get(id);
  return product === undefined ? [] : [[id, product]];
}

/** Product ids with their quantities, in the order of the lines. */
export function piecesOf(cart: PricedCart): [string, number][] {
  return cart.lines.map(({ productId, quantity }) => [productId, quantity]);
}
