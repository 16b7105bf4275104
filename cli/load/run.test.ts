import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { GetCartResponseSchema } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutState, StartCheckoutResponseSchema } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import type { UserApi } from '../api.ts';
import { runLoad } from './run.ts';
import type { Buyer } from './shop.ts';

/** A buyer whose checkouts end as `ends` tells, one after the other. */
function buyerWith(ends: readonly (CheckoutState | 'away')[]): Buyer {
  const next = ends.values();
  const api = {
    cart: { getCart: () => Promise.resolve(create(GetCartResponseSchema, {})), addItem: () => Promise.resolve({}) },
    checkout: {
      startCheckout: () => {
        const state = next.next().value ?? 'away';
        if (state === 'away') return Promise.reject(new ConnectError('away', Code.Unavailable));
        const failure = state === CheckoutState.FAILED ? { failure: { reason: 'OUT_OF_STOCK' } } : {};
        return Promise.resolve(create(StartCheckoutResponseSchema, { checkout: { state, ...failure } }));
      },
    },
  } as unknown as UserApi;
  return { call: (use) => use(api) };
}

test('every checkout of a load has its outcome, and one that is refused does not end the load', async () => {
  const { SUCCEEDED, FAILED, CANCELLED } = CheckoutState;
  const buyers = [buyerWith([SUCCEEDED, 'away', CANCELLED]), buyerWith([FAILED, SUCCEEDED])];
  const done: number[] = [];
  const measured = await runLoad({ buyers, productId: 'thing' }, 5, (count) => done.push(count));
  expect(measured.map(({ outcome }) => outcome).sort()).toEqual([
    ...['CANCELLED', 'COMPLETED', 'COMPLETED', 'OUT_OF_STOCK', 'UPSTREAM_UNAVAILABLE'],
  ]);
  expect(done).toEqual([1, 2, 3, 4, 5]);
});
