import { beforeAll, describe, expect, test } from 'vitest';
import { nothingBroken, searchCheckout, tell } from './checkout.ts';
import type { Result } from './search.ts';
import type { State } from './state.ts';

const returned = (count: number): string => (count === 0 ? '' : ' and returned');
const end = ({ order, hold, refunds, reservation, restocks, claim }: State): string =>
  `${order}: hold ${hold}${returned(refunds)}, stock ${reservation}${returned(restocks)}, claim ${claim}`;

describe('in every order of events', () => {
  let found: Result<State>;
  beforeAll(() => {
    found = searchCheckout();
    const { states, events, resting } = found;
    console.log(
      `checkout model: ${states} states, ${events} events; nothing is left to do in ${resting.length} states`,
    );
  }, 60_000);

  test('every invariant holds and the order ends', () => {
    expect(tell(found.violation)).toBe(nothingBroken);
  });

  test('these are all the ways in which an order can end', () => {
    expect([...new Set(found.resting.map(end))].sort()).toEqual([
      'CANCELLED: hold EXPIRED, stock RELEASED, claim RELEASED',
      'CANCELLED: hold VOIDED, stock RELEASED, claim RELEASED',
      'COMPLETED: hold CAPTURED, stock COMMITTED, claim CONSUMED',
      'FAILED: hold CAPTURED and returned, stock REFUSED, claim RELEASED',
      'FAILED: hold EXPIRED, stock RELEASED, claim RELEASED',
      'FAILED: hold VOIDED, stock RELEASED, claim RELEASED',
      'REFUNDED: hold CAPTURED and returned, stock COMMITTED and returned, claim CONSUMED',
    ]);
  });
});
