import { drive, type Measured } from '../statistics.ts';
import { openWindow, type Length, type Marks } from '../window.ts';
import { buyOnce } from './checkout-cycle.ts';
import { crowdAt, type Place } from './crowd.ts';

export interface Load extends Length {
  readonly place: Place;
  readonly users: number;
}

export interface CheckoutLoad extends Load {
  /** How many products a user puts into the cart before each checkout. */
  readonly items: 1 | 2;
  /** All users buy the same product. */
  readonly hot?: boolean;
}

/** Each user buys again and again. Times: `addItem`, `checkout` and `cycle`. */
export async function checkouts(load: CheckoutLoad, marks: Marks): Promise<Measured> {
  const { buyers, hotProduct } = await crowdAt(load.place, load.users);
  const window = openWindow(load, marks);
  return drive(window, load.users, (user) => {
    const { caller, products } = itemOf(buyers, user);
    return buyOnce(caller, load.hot === true ? [hotProduct] : products.slice(0, load.items));
  });
}

/** @throws Error if the list has no such item */
export function itemOf<Item>(list: readonly Item[], index: number): Item {
  const item = list[index];
  if (item === undefined) throw new Error(`the list has no item ${index}`);
  return item;
}
