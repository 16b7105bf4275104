import { createAdder, emptyCart } from './add-item.ts';
import { buyOnce } from './checkout-cycle.ts';
import { itemOf } from './checkouts.ts';
import { crowdAt, type Place } from './crowd.ts';

/** An exact number of operations of one user, one after the other, so that counters can be divided by it. */
export interface CountedLoad {
  readonly place: Place;
  readonly count: number;
}

const buyerAt = async (place: Place) => itemOf((await crowdAt(place, 1)).buyers, 0);

/** Signs the buyer in and empties the cart, so that the counted operations need neither. */
export async function prepareCounted({ place }: Pick<CountedLoad, 'place'>): Promise<void> {
  await emptyCart(await buyerAt(place));
}

/** @throws Error if any of them fails */
export async function countedAddItems({ place, count }: CountedLoad): Promise<void> {
  const add = createAdder(await buyerAt(place));
  for (let done = 0; done < count; done++) await add();
}

/** Each checkout follows one AddItem. @throws Error if any of them fails */
export async function countedCheckouts({ place, count }: CountedLoad): Promise<void> {
  const { caller, products } = await buyerAt(place);
  for (let done = 0; done < count; done++) await buyOnce(caller, products.slice(0, 1));
}
