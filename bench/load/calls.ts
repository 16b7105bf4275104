import { CartService } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { OrderService } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ProductService } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { WalletService } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { randomUUID } from 'node:crypto';
import { createRandom } from '../../testkit/random.ts';
import { drive, type Measured } from '../statistics.ts';
import { openWindow, type Marks } from '../window.ts';
import { Caller } from './caller.ts';
import { itemOf, type Load } from './checkouts.ts';
import { crowdAt, type Buyer } from './crowd.ts';
import { signIn } from './logins.ts';

const random = createRandom(1);

interface Actor {
  readonly buyer: Buyer;
  /** A connection without a token, so that the call verifies none. */
  readonly anybody: Caller;
  /** The number of the call: 0, 1, 2 … */
  readonly turn: () => number;
}

/** A line has at most 100 pieces. Also 16 clients with one cart stay below that. */
const addedBeforeClear = 3;

/** Calls that are measured one by one. Each makes one call of one user. */
const operations = {
  'sign in': ({ anybody, buyer }) => signIn(anybody, buyer),
  'list products': ({ anybody }) => anybody.call(ProductService.method.listProducts, { pageSize: 20 }),
  'read a product': ({ anybody, buyer }) =>
    anybody.call(ProductService.method.getProduct, { productId: buyer.products[0] }),
  'change the cart': ({ buyer }) =>
    buyer.caller.call(CartService.method.setItemQuantity, {
      productId: buyer.products[0],
      quantity: random.between(1, 100),
    }),
  // Every fourth call clears the cart.
  'add an item': ({ buyer, turn }) =>
    turn() % (addedBeforeClear + 1) < addedBeforeClear
      ? buyer.caller.call(CartService.method.addItem, { productId: buyer.products[0], quantity: 1 })
      : buyer.caller.call(CartService.method.clearCart, {}),
  'read the cart': ({ buyer }) => buyer.caller.call(CartService.method.getCart, {}),
  'read the wallet': ({ buyer }) => buyer.caller.call(WalletService.method.getWallet, {}),
  'top up': ({ buyer }) =>
    buyer.caller.call(WalletService.method.topUp, {
      amount: { currencyCode: 'USD', minorUnits: 100n },
      requestId: randomUUID(),
    }),
  'list orders': ({ buyer }) => buyer.caller.call(OrderService.method.listOrders, { pageSize: 20 }),
} satisfies Readonly<Record<string, (actor: Actor) => Promise<unknown>>>;

export type CallName = keyof typeof operations;
export const callNames = Object.keys(operations) as readonly CallName[];

export interface CallLoad extends Load {
  readonly call: CallName;
  /** The number of the user who makes all calls. Default: each connection belongs to another user. */
  readonly only?: number;
}

/** Makes the same call again and again, on as many connections as there are users. Times: `call`. */
export async function calls(load: CallLoad, marks: Marks): Promise<Measured> {
  const actors = await actorsFor(load);
  const operation = operations[load.call];
  if (load.call === 'change the cart') for (const { buyer } of actors) await fill(buyer);
  // The load before may have left pieces in the carts.
  if (load.call === 'add an item') for (const { buyer } of actors) await clear(buyer);
  const window = openWindow(load, marks);
  try {
    return await drive(window, load.users, async (user) => {
      const begunMs = performance.now();
      await operation(itemOf(actors, user));
      return { call: performance.now() - begunMs };
    });
  } finally {
    for (const { anybody } of actors) anybody.close();
  }
}

async function actorsFor({ place, users, only }: CallLoad): Promise<readonly Actor[]> {
  const { buyers } = await crowdAt(place, Math.max(users, (only ?? 0) + 1));
  return Array.from({ length: users }, (_, user) => {
    const buyer = itemOf(buyers, only ?? user);
    // A caller makes one call at a time, so the only user needs as many as there are connections.
    const caller = only === undefined ? buyer.caller : new Caller(place.api, buyer.caller.token);
    let turn = 0;
    return { buyer: { ...buyer, caller }, anybody: new Caller(place.api), turn: () => turn++ };
  });
}

/** SetItemQuantity needs a line in the cart. */
async function fill(buyer: Buyer): Promise<void> {
  const {
    caller,
    products: [productId],
  } = buyer;
  await clear(buyer);
  await caller.call(CartService.method.addItem, { productId, quantity: 1 });
}

async function clear({ caller }: Buyer): Promise<void> {
  await caller.call(CartService.method.clearCart, {});
}
