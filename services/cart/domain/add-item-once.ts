import { fingerprint, type RequestKey } from '../../../platform/data/db/once.ts';
import type { KeepCart } from '../ports.ts';
import { addedLine, type AddItemInput } from './add-item.ts';
import type { CartDeps } from './deps.ts';
import { priceCart } from './price.ts';
import { readCart } from './read-cart.ts';
import { fromStoredAnswer, toStoredAnswer, type StoredAnswer } from './stored-answer.ts';
import type { CartLine, PricedCart, Products, StoredCart } from './types.ts';

export interface AddItemOnceInput extends AddItemInput {
  /** UUID. A repeat with the same id has no second effect. */
  readonly requestId: string;
}

interface Attempt {
  readonly input: AddItemOnceInput;
  readonly key: RequestKey;
  readonly read: StoredCart;
  readonly products: Products;
  readonly keep: KeepCart;
}

/**
 * `addItem`, once for each request id. A repeat gets the first answer, with the prices of that time. The change and its
 * answer are one statement if the cart is still as it was read; otherwise one transaction.
 * @throws as `addItem`; REQUEST_ID_REUSED
 */
export async function addItemOnce(deps: CartDeps, input: AddItemOnceInput): Promise<PricedCart> {
  const { userId, requestId, productId, quantity } = input;
  const key = { subject: userId, method: 'AddItem', requestId, fingerprint: fingerprint({ productId, quantity }) };
  for (;;) {
    const keep = deps.cache.begin();
    const read = await readCart(deps, { userId });
    const products = await deps.catalog([...new Set([productId, ...read.lines.map((line) => line.productId)])]);
    const attempt = { input, key, read, products, keep };
    const cart = (await addAsRead(deps, attempt)) ?? (await addLocked(deps, attempt));
    if (cart !== undefined) return cart;
  }
}

async function addAsRead(deps: CartDeps, attempt: Attempt): Promise<PricedCart | undefined> {
  const { input, key, read, products } = attempt;
  const line = unlessRefused(() => addedLine(read, products, input));
  if (line === undefined) return undefined;
  await deps.cache.fence(input.userId, read.version + 1n);
  const answerOf = (cart: StoredCart) => toStoredAnswer(priceCart(cart, products));
  const changed = await deps.repository.plain.putOnce(input.userId, read, line, key, answerOf);
  return changed && finish(deps, attempt, changed);
}

function unlessRefused(decide: () => CartLine): CartLine | undefined {
  try {
    return decide();
  } catch {
    return undefined;
  }
}

/** Another call has added lines since the catalog was asked. */
class UnknownLines extends Error {}

/** @returns undefined if the catalog must be asked again: that is never done while the cart is locked */
async function addLocked(deps: CartDeps, attempt: Attempt): Promise<PricedCart | undefined> {
  const { input, key, read, products } = attempt;
  const asked = new Set(read.lines.map(({ productId }) => productId)).add(input.productId);
  let changed: StoredCart | undefined;
  const add = deps.repository.transaction((tx) =>
    tx.once(key, async (): Promise<StoredAnswer> => {
      const locked = await tx.lockCart(input.userId);
      if (locked.lines.some(({ productId }) => !asked.has(productId))) throw new UnknownLines();
      const put = [addedLine(locked, products, input)];
      changed = await tx.changeLines(input.userId, locked, { put });
      await deps.cache.fence(input.userId, changed.version);
      return toStoredAnswer(priceCart(changed, products));
    }),
  );
  try {
    const answer = fromStoredAnswer(await add);
    return changed === undefined ? answer : finish(deps, attempt, changed);
  } catch (error) {
    if (error instanceof UnknownLines) return undefined;
    throw error;
  }
}

function finish(deps: CartDeps, { input, keep, products }: Attempt, changed: StoredCart): PricedCart {
  keep(input.userId, changed);
  deps.metrics.itemAdded();
  return priceCart(changed, products);
}
