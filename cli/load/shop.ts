import { randomUUID } from 'node:crypto';
import type { UserApi } from '../api.ts';
import type { Context } from '../context.ts';
import { keepSignedIn, type Session } from '../session.ts';

const currencyCode = 'USD';
const price = { currencyCode, minorUnits: 100n };
const atOnce = 4;

/** A buyer of the load. */
export type Buyer = Pick<Session, 'call'>;

export interface LoadShop {
  readonly productId: string;
  readonly buyers: readonly Buyer[];
  /** Removes the product. The buyers and their orders stay. */
  readonly close: () => Promise<void>;
}

export interface LoadShopInput {
  readonly admin: UserApi;
  readonly buyers: number;
  /** How many checkouts each buyer makes at most. */
  readonly each: number;
  /** How many checkouts all buyers make. */
  readonly checkouts: number;
  readonly reason: string;
}

/** Makes a product with enough pieces, and buyers with enough money, through the public API. */
export async function openLoadShop(context: Context, input: LoadShopInput): Promise<LoadShop> {
  const { admin, each, checkouts, reason } = input;
  const goods = { sku: `LOAD-${randomUUID()}`, name: 'A thing to load with', category: 'load', price };
  const { product } = await admin.products.createProduct(
    { product: { ...goods, availableQuantity: checkouts }, requestId: randomUUID(), reason },
    admin.asUser,
  );
  const productId = product?.productId ?? '';
  const close = async (): Promise<void> => {
    await admin.products.deleteProduct({ productId, reason }, admin.asUser);
  };
  try {
    const buyers: Buyer[] = [];
    const funds = { currencyCode, minorUnits: BigInt(each) * price.minorUnits };
    while (buyers.length < input.buyers) {
      const group = Array.from({ length: Math.min(atOnce, input.buyers - buyers.length) }, () =>
        makeBuyer(context, admin, funds, reason),
      );
      buyers.push(...(await Promise.all(group)));
    }
    return { productId, buyers, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function makeBuyer(
  context: Context,
  admin: UserApi,
  amount: { currencyCode: string; minorUnits: bigint },
  reason: string,
): Promise<Buyer> {
  const [email, password] = [`load-${randomUUID()}@example.com`, randomUUID()];
  const api = await context.register(email, password);
  await api.wallet.createWallet({ currencyCode }, api.asUser);
  const { userId } = api;
  await admin.admin.creditWallet({ userId, amount, reason, requestId: randomUUID() }, admin.asUser);
  return keepSignedIn(api, () => context.signIn(email, password));
}
