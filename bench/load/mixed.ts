import { drive, pace, type Measured } from '../statistics.ts';
import { openWindow, type Length, type Marks } from '../window.ts';
import { createAdder } from './add-item.ts';
import { Caller } from './caller.ts';
import { buyOnce } from './checkout-cycle.ts';
import { itemOf } from './checkouts.ts';
import { Connection } from './connection.ts';
import { crowdAt, type Place } from './crowd.ts';
import { signIn } from './logins.ts';
import { get, getRequest, type Page } from './page.ts';

export interface MixedLoad extends Length {
  readonly place: Place;
  readonly buyers: number;
  readonly signingIn: number;
  readonly list: Page;
  readonly product: Page;
  /** Reads of each page, and AddItems. */
  readonly perSecond: number;
}

export interface Mixed {
  readonly checkouts: Measured;
  readonly logins: Measured;
  readonly lists: Measured;
  readonly products: Measured;
  readonly addItems: Measured;
}

/** Users who put products into their carts at the fixed rate, and buy nothing. */
const adders = 8;

/** How many users a load needs. */
export function mixedUsers({ buyers, signingIn }: Pick<MixedLoad, 'buyers' | 'signingIn'>): number {
  return buyers + signingIn + adders;
}

/** Some users check out and some sign in as fast as they can. Meanwhile others read and fill carts at a fixed rate. */
export async function mixed(load: MixedLoad, marks: Marks): Promise<Mixed> {
  const { place, buyers, signingIn, list, product, perSecond } = load;
  const crowd = (await crowdAt(place, mixedUsers(load))).buyers;
  const signers = crowd.slice(buyers, buyers + signingIn);
  const doors = signers.map(() => new Caller(place.api));
  const add = crowd.slice(buyers + signingIn).map(createAdder);
  const window = openWindow(load, marks);
  const [checkouts, logins, lists, products, addItems] = await Promise.all([
    drive(window, buyers, (user) => {
      const { caller, products: own } = itemOf(crowd, user);
      return buyOnce(caller, own);
    }),
    drive(window, signingIn, async (user) => ({ login: await signIn(itemOf(doors, user), itemOf(signers, user)) })),
    pace(
      window,
      perSecond,
      'read',
      withFree(
        () => new Connection(list.baseUrl, { keepBodies: false }),
        (free) => get(free, getRequest(list), list),
      ),
    ),
    pace(
      window,
      perSecond,
      'read',
      withFree(
        () => new Connection(product.baseUrl),
        (free) => get(free, getRequest(product), product),
      ),
    ),
    pace(window, perSecond, 'addItem', inTurn(add)),
  ]);
  for (const caller of doors) caller.close();
  return { checkouts, logins, lists, products, addItems };
}

/** Runs each call on a connection that no other call uses. Makes one if there is none. */
function withFree(make: () => Connection, use: (free: Connection) => Promise<void>): () => Promise<void> {
  const free: Connection[] = [];
  return async () => {
    const connection = free.pop() ?? make();
    await use(connection);
    free.push(connection);
  };
}

/** Calls one after the other, again and again. A call waits for the last one of the same user. */
function inTurn(calls: readonly (() => Promise<unknown>)[]): () => Promise<void> {
  const last = calls.map(() => Promise.resolve());
  let turn = 0;
  return async () => {
    const index = turn++ % calls.length;
    const mine = itemOf(last, index).then(async () => void (await itemOf(calls, index)()));
    last[index] = mine.catch(() => undefined);
    await mine;
  };
}
