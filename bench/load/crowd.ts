import { randomUUID } from 'node:crypto';
import { fewAtATime } from '../../testkit/few-at-a-time.ts';
import type { Json } from '../../testkit/shopper/api-client.ts';
import { connectClient } from '../../testkit/shopper/rpc-client.ts';
import { Shopper, type Credentials } from '../../testkit/shopper/shopper.ts';
import { Caller } from './caller.ts';

/** Where the platform is, and who may fill its catalog. */
export interface Place {
  /** For example http://127.0.0.1:8000. */
  readonly api: string;
  readonly admin: Credentials;
}

/** A user with much money, and with two products that no other user buys. So no buyer waits for another one's row locks. */
export interface Buyer {
  readonly shopper: Shopper;
  readonly products: readonly [string, string];
  /** A connection of this user. */
  readonly caller: Caller;
}

export interface Crowd {
  readonly buyers: readonly Buyer[];
  /** The product that everybody may buy at once. */
  readonly hotProduct: string;
}

const fundsMinor = 100_000_000;
const pieces = 1_000_000;
const importRows = 500;
/** Access tokens live 15 minutes, and the longest load takes 12. */
const freshMs = 120_000;

interface Known {
  readonly shopkeeper: Shopper;
  readonly shoppers: { readonly shopper: Shopper; readonly products: readonly [string, string]; signedInMs: number }[];
  readonly hotProduct: string;
  callers: readonly Caller[];
}

const known = new Map<string, Promise<Known>>();

/** At least `count` buyers, signed in, with new connections. The same place always has the same buyers. */
export async function crowdAt(place: Place, count: number): Promise<Crowd> {
  const there = await openAt(place);
  await grow(place, there, count);
  return { buyers: await connect(place, there, there.shoppers.slice(0, count)), hotProduct: there.hotProduct };
}

/** New buyers: no cache has their carts or the prices of their products. They belong to the crowd from then on. */
export async function newcomersAt(place: Place, count: number): Promise<readonly Buyer[]> {
  const there = await openAt(place);
  const before = there.shoppers.length;
  await grow(place, there, before + count);
  return connect(place, there, there.shoppers.slice(before));
}

async function connect(place: Place, there: Known, shoppers: Known['shoppers']): Promise<readonly Buyer[]> {
  const stale = shoppers.filter(({ signedInMs }) => performance.now() - signedInMs > freshMs);
  await fewAtATime(stale, async (each) => {
    await each.shopper.signIn();
    each.signedInMs = performance.now();
  });
  for (const caller of there.callers) caller.close();
  const buyers = shoppers.map(({ shopper, products }) => {
    return { shopper, products, caller: new Caller(place.api, shopper.tokens.accessToken) };
  });
  there.callers = buyers.map(({ caller }) => caller);
  return buyers;
}

async function open({ api, admin }: Place): Promise<Known> {
  const shopkeeper = new Shopper({ client: connectClient(api), credentials: admin });
  await shopkeeper.signIn();
  const [hotProduct = ''] = await stock(shopkeeper, 1);
  return { shopkeeper, shoppers: [], hotProduct, callers: [] };
}

export interface CatalogLoad {
  readonly place: Place;
  readonly products: number;
}

/** Adds products that nobody buys. The newest come first in the catalog. @returns their ids */
export async function fillCatalog({ place, products }: CatalogLoad): Promise<readonly string[]> {
  const { shopkeeper } = await openAt(place);
  await shopkeeper.signIn();
  return stock(shopkeeper, products);
}

function openAt(place: Place): Promise<Known> {
  const opening = known.get(place.api) ?? open(place);
  known.set(place.api, opening);
  return opening;
}

async function grow({ api }: Place, { shopkeeper, shoppers }: Known, count: number): Promise<void> {
  const missing = Math.max(0, count - shoppers.length);
  if (missing === 0) return;
  await shopkeeper.signIn();
  const products = await stock(shopkeeper, 2 * missing);
  const client = connectClient(api);
  const numbers = Array.from({ length: missing }, (_, number) => number);
  const arrived = await fewAtATime(numbers, async (number) => {
    const shopper = await new Shopper({ client }).arrive(fundsMinor);
    const own = [products[2 * number] ?? '', products[2 * number + 1] ?? ''] as const;
    return { shopper, products: own, signedInMs: performance.now() };
  });
  shoppers.push(...arrived);
}

/** Adds products with large stocks to the catalog. @returns their ids */
export async function stock(shopkeeper: Shopper, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const rows = Array.from({ length: Math.min(importRows, count - ids.length) }, (_, row) =>
      productRow(ids.length + row),
    );
    const { results } = (await shopkeeper.ask('ProductService/ImportProducts', { rows })) as {
      readonly results: readonly Json[];
    };
    for (const { outcome, productId, reason } of results) {
      if (outcome !== 'IMPORT_OUTCOME_CREATED') throw new Error(`a product was not created: ${String(reason)}`);
      ids.push(String(productId));
    }
  }
  return ids;
}

/** A product as large as those of a real catalog. A list of 200 has about 80 KB. */
function productRow(number: number): Json {
  return {
    product: {
      sku: `BENCH-${randomUUID()}`,
      name: `Wireless Headphones, Edition ${number}`,
      description: 'Thirty hours on a charge, folds flat. Made for the benchmark, which buys it again and again.',
      category: 'Electronics',
      price: { currencyCode: 'USD', minorUnits: '1' },
      availableQuantity: pieces,
      attributes: { color: 'Graphite' },
    },
  };
}
