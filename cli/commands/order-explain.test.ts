import { afterEach, expect, test, vi } from 'vitest';
import type { Context } from '../context.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { explainOrder } from './order-explain.ts';

afterEach(() => vi.restoreAllMocks());

test('a story that names only the newest orders of a buyer says that there are more', async () => {
  const warned: string[] = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void warned.push(line));
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  for (const nextPageToken of ['', 'abc']) {
    const admin = {
      findUsers: () => ({ users: [{ userId: 'the-buyer' }] }),
      listOrders: () => ({ orders: [{ orderId: 'newest' }, { orderId: 'other' }], nextPageToken }),
      explainOrder: () => ({ orderId: 'newest' }),
    };
    const context = { json: false, signIn: () => Promise.resolve(fakeApi({ admin })) } as Partial<Context> as Context;
    await explainOrder(context, 'b@example.com', { email: 'support@example.com', password: 'p' });
  }
  expect(warned).toEqual(['there are more orders of this buyer: `order list --user b@example.com` lists them']);
});
