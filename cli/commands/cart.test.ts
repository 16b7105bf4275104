import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CheckoutState } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { ErrorInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { errorDomain } from '../../proto/reasons.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { textOf } from '../failure.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { clearCart } from './cart-clear.ts';
import { showCart } from './cart-show.ts';
import { startCheckout, type StartOptions } from './checkout-start.ts';

vi.mock('../confirm.ts', () => ({ confirm: vi.fn<typeof confirm>() }));

const account = { email: 'buyer@example.com', password: 'secret' };
const productId = '0b9f9a3e-4c1d-4e0a-9d5b-2f6c7a8b9c0d';
const orderId = '1b9f9a3e-4c1d-4e0a-9d5b-2f6c7a8b9c0d';
const usd = (minorUnits: bigint) => ({ currencyCode: 'USD', minorUnits });
const lamp = { productId, name: 'Lamp', quantity: 2, unitPrice: usd(500n), lineTotal: usd(1000n), available: true };
let said: string[];
let warned: string[];
let items: (typeof lamp)[];

beforeEach(() => {
  [said, warned, items] = [[], [], [lamp]];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void warned.push(line));
});
afterEach(() => vi.restoreAllMocks());

const full = new ConnectError('a line has at most 100 pieces', Code.FailedPrecondition, undefined, [
  { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason: 'CART_LIMIT_EXCEEDED', domain: errorDomain }) },
]);

function contextOf(json: boolean, asks = false): Context {
  const cart = {
    getCart: () => ({ cart: { items, total: usd(1000n) } }),
    clearCart: () => {
      items = [];
      return { cart: {} };
    },
    addItem: ({ quantity }: { quantity: number }) => (quantity > 98 ? Promise.reject(full) : {}),
  };
  const startCheckout = () => ({ checkout: { orderId, state: CheckoutState.SUCCEEDED } });
  const context: Partial<Context> = {
    ...{ json, asks, signIn: () => Promise.resolve(fakeApi({ cart, checkout: { startCheckout } })) },
    lastRunUrl: () => Promise.resolve(''),
  };
  return context as Context;
}

const start = (json: boolean, changes: Partial<StartOptions> = {}) =>
  startCheckout(contextOf(json), { ...account, item: [{ product: productId, quantity: 1 }], wait: 8, ...changes });

test('a cart is shown with its total, and is empty after it was cleared', async () => {
  await showCart(contextOf(false), account);
  expect(said.join('\n')).toMatch(new RegExp(`${productId} +Lamp +2 +5.00 USD +10.00 USD\\n\\ntotal {2}10.00 USD`));
  await clearCart(contextOf(false), account);
  said = [];
  await showCart(contextOf(false), account);
  expect(said).toEqual(['the cart is empty']);
});

test('a cart is cleared only after a yes, and an empty one without a question', async () => {
  const ask = vi.mocked(confirm);
  ask.mockImplementationOnce(async (_, question) => {
    expect(typeof question === 'string' ? question : await question()).toBe(
      'Take everything (1 line) out of the cart of buyer@example.com?',
    );
    throw new Error('no');
  });
  await expect(clearCart(contextOf(false, true), account)).rejects.toThrow('no');
  expect(items).toEqual([lamp]);
  items = [];
  ask.mockImplementationOnce(async (_, question) => {
    expect(typeof question === 'string' ? question : await question()).toBeUndefined();
  });
  await clearCart(contextOf(false, true), account);
  expect(said).toEqual(['the cart is empty']);
});

test('a checkout with --item tells what the cart held before, beside its result', async () => {
  await start(false);
  expect(warned).toEqual(['the cart already held 2 × Lamp, which is bought, too; `cart clear` empties it']);
  expect(said.join('\n')).toContain('SUCCEEDED');
  [said, warned] = [[], []];
  await start(true);
  expect(JSON.parse(said.join())).toMatchObject({ orderId, cartAlreadyHeld: '2 × Lamp' });
  expect(warned).toEqual([]);
});

test('it says nothing of an empty cart, of a checkout of the cart itself, and of a repeat', async () => {
  await start(false, { item: [] });
  await start(false, { requestId: orderId });
  items = [];
  await start(false);
  expect(warned).toEqual([]);
});

test('a cart that takes no more says what it held before, and keeps its reason', async () => {
  const refused: unknown = await start(false, { item: [{ product: productId, quantity: 100 }] }).catch(
    (error: unknown) => error,
  );
  expect(textOf(refused)).toBe(
    'a line has at most 100 pieces, and the cart already held 2 × Lamp; `cart clear` empties it (CART_LIMIT_EXCEEDED)',
  );
});
