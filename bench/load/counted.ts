import { CartService } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { checkOut } from './checkout-cycle.ts';
import { newcomersAt, type Buyer, type Place } from './crowd.ts';

const { addItem } = CartService.method;

export interface CountedCalls {
  readonly place: Place;
  /** How many purchases follow. */
  readonly purchases: number;
}

/** Buyers of the purchases to come, and the one whose turn it is. Counters can be read between their calls. */
let waiting: Buyer[] = [];
let buyer: Buyer | undefined;

/** Signs the buyers in. Each buys once, so that every purchase finds the caches in the same state. */
export async function prepareCounted({ place, purchases }: CountedCalls): Promise<void> {
  waiting = [...(await newcomersAt(place, purchases))];
}

/** The next buyer puts a product into the cart. No cache has the cart or the price: no call costs more. */
export async function countedAddItem(): Promise<void> {
  buyer = waiting.shift();
  await add();
}

/** The same buyer puts another piece into the cart. The caches have what it needs. */
export async function countedAddItemAgain(): Promise<void> {
  await add();
}

/** Buys what is in the cart. @throws Error if the checkout does not succeed */
export async function countedCheckout(): Promise<void> {
  await checkOut(current().caller);
}

async function add(): Promise<void> {
  const { caller, products } = current();
  await caller.call(addItem, { productId: products[0], quantity: 1 });
}

function current(): Buyer {
  if (buyer === undefined) throw new Error('there is no buyer: prepareCounted comes first');
  return buyer;
}
