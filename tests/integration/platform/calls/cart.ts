import { randomUUID } from 'node:crypto';
import type { Database } from '../../../../platform/data/db/database.ts';
import {
  createCartRepository,
  type CartRepository,
  type CartTransaction,
} from '../../../../services/cart/repository/index.ts';
import type { PlainSteps } from '../../../../services/cart/repository/plain.ts';
import type { CartLine } from '../../../../services/cart/domain/types.ts';
import { make, type Calls, type Ids } from './calls.ts';

export async function callCart(db: Database, ids: Ids): Promise<void> {
  const repository = createCartRepository(db);
  await make<PlainSteps>(repository.plain, plain, ids);
  await make<CartRepository, 'transaction'>(repository, calls, ids);
  await repository.transaction((tx) => make<InTransaction>(tx, inTransaction, ids));
}

type InTransaction = Pick<CartTransaction, 'consumeOnce' | 'once' | 'findCart'>;

const lineOf = (productId: string): CartLine => ({
  productId,
  quantity: 1,
  name: 'Lamp',
  unitPrice: { currencyCode: 'USD', minorUnits: 1n },
  position: 1n,
});
const empty = { version: 0n, lines: [], claimedBy: undefined };
const keyOf = (userId: string) => ({ subject: userId, method: 'AddItem', requestId: randomUUID(), fingerprint: 'one' });
const nobody = () => Promise.resolve();

const plain: Calls<PlainSteps> = {
  change: async ({ change }, { userId, productId }) => {
    await change(userId, empty, { put: [lineOf(productId)] });
    await change(userId, empty, { remove: [productId] });
  },
  putOnce: ({ putOnce }, { userId, productId }) => putOnce(userId, empty, lineOf(productId), keyOf(userId), () => ({})),
  claim: ({ claim }, { userId }) => claim({ orderId: randomUUID(), userId, cartVersion: 9n, ttlSeconds: 9 }),
  consume: ({ consume }, { orderId }) => consume(orderId, 1n),
  release: ({ release }, { orderId }) => release(orderId),
  takeInCompleted: ({ takeInCompleted }, { orderId, eventId }) => takeInCompleted({ orderId, eventId }),
  takeInFailed: ({ takeInFailed }, { orderId, eventId }) => takeInFailed({ orderId, eventId }),
};

const calls: Calls<CartRepository, 'transaction'> = {
  findCart: ({ findCart }, { userId }) => findCart(userId),
  lockCart: async ({ lockCart }, { userId }) => {
    await lockCart(userId);
    await lockCart(randomUUID());
  },
  changeLines: ({ changeLines }, { userId, productId }) =>
    changeLines(userId, empty, { put: [lineOf(productId)], remove: [randomUUID()] }),
  insertClaim: ({ insertClaim }) =>
    insertClaim({ orderId: randomUUID(), userId: randomUUID(), cartVersion: 1n, ttlSeconds: 900 }),
  insertEndedClaim: ({ insertEndedClaim }) => insertEndedClaim({ orderId: randomUUID(), state: 'RELEASED' }),
  lockClaim: ({ lockClaim }, { orderId }) => lockClaim(orderId),
  endClaim: ({ endClaim }, { orderId }) => endClaim(orderId, 'RELEASED'),
  insertClaimLines: ({ insertClaimLines }, { productId }) =>
    insertClaimLines(randomUUID(), [{ productId, quantity: 1 }]),
  listClaimLines: ({ listClaimLines }, { orderId }) => listClaimLines(orderId),
  countOverdueClaims: ({ countOverdueClaims }) => countOverdueClaims(),
  claimOf: ({ claimOf }, { orderId }) => claimOf(orderId),
  receiptsOf: ({ receiptsOf }, { eventId }) => receiptsOf([eventId]),
  forgetEvents: ({ forgetEvents }) => forgetEvents(3650),
  forgetRequests: ({ forgetRequests }) => forgetRequests(3650),
  ping: ({ ping }) => ping(),
};

const inTransaction: Calls<InTransaction> = {
  findCart: ({ findCart }, { userId }) => findCart(userId),
  consumeOnce: ({ consumeOnce }) => consumeOnce(randomUUID(), nobody),
  once: async ({ once }, { userId }) => {
    const key = keyOf(userId);
    await once(key, () => Promise.resolve({}));
    await once(key, () => Promise.resolve({}));
  },
};
